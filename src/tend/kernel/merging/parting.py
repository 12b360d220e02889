"""Parting what was merged, at any time: what moved goes back with all that was written since, what was changed stays.

The history is the record of a merge: all its entries share one `act`. So nothing is kept twice, and nothing runs out
after thirty days. The same code takes a merge back (Undo) and merges again what was parted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.entity import entity_by_code, entity_of
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.events import reacts_to
from tend.kernel.history import Change, revive
from tend.kernel.merging.events import part_asked, records_merged, records_parted
from tend.kernel.merging.leading import merged_chain
from tend.kernel.merging.moving import settle
from tend.kernel.merging.report import Report
from tend.kernel.merging.returning import Returning
from tend.kernel.merging.ties import POINTER, own_parts
from tend.kernel.undo import UndoReport, takes_back
from tend.kernel.unit import Unit

WHY = "what a merge moved goes back, whoever sees it"
MEMORY = "report of parting"


@reacts_to(part_asked, order=50)
def part(unit: Unit, events: list[part_asked]) -> None:
    """Take back all that the merge of each record wrote. NotAllowed when it took more than the actor may part."""
    for event in events:
        model = type(event.loser)
        told = Change.objects.as_system(WHY).filter(record_type=event.code, record_id=event.loser.pk, verb="merge")
        act = next((c.act for c in told.order_by("-id") if POINTER in c.body.get("fields", {})), None)
        if act is None:
            raise Refused(_("Nothing is known any more of how “%(name)s” was merged.") % {"name": event.loser})
        changes = list(Change.objects.as_system(WHY).filter(act=act).order_by("id"))
        for code, loser in _merged(changes):
            _check_right(unit, code, loser)
        report = Report()
        winner = unit.held(model, event.loser.merged_into_id)
        Reversing(unit, changes, report).run()
        unit.memory[MEMORY] = report
        if unit.operation is not None:
            unit.operation.summary = report.as_summary()
        unit.say(
            _("“%(loser)s” stands for itself again, apart from “%(winner)s”.")
            % {"loser": event.loser, "winner": winner if winner is not None else ""}
        )


@takes_back("merge", "unmerge")
def take_back(unit: Unit, changes: Sequence[Change], report: UndoReport) -> None:
    """Undo of a merge parts, undo of parting merges again; each write as a whole, whichever of its entries were asked for."""
    for act in dict.fromkeys(c.act for c in changes):
        mine = [c for c in changes if c.act == act]
        whole = list(Change.objects.as_system(WHY).filter(act=act).order_by("id"))
        if not any(_stands(unit, c) for c in whole):
            continue  # taken back by now
        found = Report()
        Reversing(unit, whole, found).run()
        report.restored += len(mine)
        report.skipped += [{"id": item.record_id, "field": item.name, "why": item.why} for item in found.kept]


def _merged(changes: Sequence[Change]) -> list[tuple[str, int]]:
    return [(c.record_type, c.record_id) for c in changes if POINTER in c.body.get("fields", {})]


def _check_right(unit: Unit, code: str, loser: int) -> None:
    """The same right as for merging, on both sides of every pair that was merged in one."""
    entity = entity_by_code(code)
    model: Any = entity.model
    ids = [loser, *merged_chain(model, loser)[:1]]
    action = entity.verb_by_name["unmerge"].action(unit.actor)
    if len(unit.open(entity, sorted(ids), action, trashed=True)) < len(ids):
        raise NotAllowed("unmerge")


def _stands(unit: Unit, change: Change) -> bool:
    """Is a record still where this entry has put it?"""
    pair = change.body.get("fields", {}).get(POINTER)
    if pair is None:
        return False
    model: Any = entity_by_code(change.record_type).model
    now = model.objects.as_system(WHY).filter(pk=change.record_id).values_list(POINTER, flat=True).first()
    return bool(now == pair[1])


class Reversing:
    """One write of a merge (or of parting) taken back: records, then parts, then those who derive from them are told."""

    def __init__(self, unit: Unit, changes: Sequence[Change], report: Report) -> None:
        self.unit = unit
        self.changes = changes
        self.report = report
        self.records: dict[str, dict[int, Any]] = {}
        # Where something that was moved to a record may be by now: that record, and those it was merged into since.
        self.places: dict[tuple[str, int], set[int]] = {}
        self.pairs: list[tuple[str, int, int | None, int | None]] = []

    def run(self) -> None:
        self._load()
        worked_on = self._worked_on()
        for change in self.changes:
            record = self.records[change.record_type].get(change.record_id)
            if record is None:
                self.report.keep(change.record_type, change.record_id, "", "deleted")
            elif change.kind != "create":
                self._fields(record, change)
            elif (change.record_type, change.record_id) in worked_on:
                self.report.keep(change.record_type, change.record_id, "", "changed")
            elif record.trashed_at is None:
                record.trashed_at = self.unit.now
        self.unit.flush()
        returning = Returning(self.unit, self.changes, self.report, self._at)
        moved = returning.run()
        self._settle(moved)
        self._announce()

    def _load(self) -> None:
        ids: dict[str, set[int]] = {}
        for change in self.changes:
            ids.setdefault(change.record_type, set()).add(change.record_id)
            pair = change.body.get("fields", {}).get(POINTER)
            if pair is not None:
                old, new = pair
                self.pairs.append((change.record_type, change.record_id, old, new))
                ids[change.record_type] |= {pk for pk in (old, new) if pk is not None}
        for code, pks in ids.items():
            model: Any = entity_by_code(code).model
            rows = model.objects.as_system(WHY).filter(pk__among=sorted(pks)).order_by("pk")
            held = self.unit.load(rows.select_for_update(of=("self",), no_key=True))
            self.records[code] = {r.pk: r for r in held}

    def _worked_on(self) -> set[tuple[str, int]]:
        """The records that this write made and that another one has changed since."""
        made = {(c.record_type, c.record_id): c for c in self.changes if c.kind == "create"}
        found = set()
        for code in {code for code, _pk in made}:
            pks = [pk for known, pk in made if known == code]
            rows = Change.objects.as_system(WHY).filter(record_type=code, record_id__in=pks)
            found |= {(code, pk) for pk, act in rows.values_list("record_id", "act") if act != made[code, pk].act}
        return found

    def _at(self, code: str, pk: int) -> set[int]:
        key = (code, pk)
        if key not in self.places:
            merges = any(code == paired for paired, *_rest in self.pairs)
            self.places[key] = {pk, *(merged_chain(entity_by_code(code).model, pk) if merges else ())}
        return self.places[key]

    def _fields(self, record: Any, change: Change) -> None:
        """A value that is as the merge left it goes back; a link that followed a later merge as well."""
        model = type(record)
        known = {f.attname: f for f in model._meta.concrete_fields}
        for name, (old, new) in change.body.get("fields", {}).items():
            if name not in known:
                continue
            before, after, now = revive(model, name, old), revive(model, name, new), record.__dict__[name]
            if name == "characteristics" and now != after:
                self._characteristics(record, before or {}, after or {})
            elif now == after or self._went_on(known[name].related_model, after, now, name):
                setattr(record, name, before)
            elif now != before:
                self.report.keep(change.record_type, record.pk, name, "changed")

    def _went_on(self, target: Any, after: Any, now: Any, name: str) -> bool:
        if target is None or name == POINTER or after is None or now is None:
            return False
        code = target._meta.label_lower
        return code in {c for c, *_pair in self.pairs} and now in self._at(code, after)

    def _characteristics(self, record: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
        """Key by key: one that somebody has changed since stays."""
        held = dict(record.characteristics)
        for key in {*before, *after}:
            if before.get(key) == after.get(key):
                continue
            if held.get(key) != after.get(key):
                self.report.keep(entity_of(type(record)).code, record.pk, f"characteristics.{key}", "changed")
            elif key in before:
                held[key] = before[key]
            else:
                held.pop(key, None)
        record.characteristics = held

    def _settle(self, moved: dict[Any, list[Any]]) -> None:
        for code, loser, old, new in self.pairs:
            entity = entity_by_code(code)
            both = [r for pk in (loser, old, new) if pk is not None and (r := self.records[code].get(pk)) is not None]
            mine = {part: moved.get(part, []) for part in own_parts(entity.model)}
            settle(self.unit, entity, both, mine)

    def _announce(self) -> None:
        for code, loser, _old, new in self.pairs:
            record = self.records[code].get(loser)
            if record is None:
                continue
            if record.merged_into_id is None and new is not None and (winner := self.records[code].get(new)):
                self.unit.announce(records_parted(code, record, winner))
            elif record.merged_into_id is not None and (winner := self.records[code].get(record.merged_into_id)):
                self.unit.announce(records_merged(code, record, winner))
