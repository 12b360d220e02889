"""What was written about a record: who, when, each field before and after with names instead of ids, and Undo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, page, show
from tend.doors.web.records import cells
from tend.doors.web.templatetags.tend import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.history import Change, revive
from tend.kernel.operations import UNDO_DAYS
from tend.kernel.prepared import Prepared, of_actor
from tend.kernel.reading import Linked, Reader
from tend.kernel.record import Record

PAGE = 50
MOST = 2**63 - 1  # before this number stand all entries
WHY = "the history of a record that the reader sees"
Line = tuple[str, str, str]  # label, before, after


@dataclass
class Step:
    """One entry: a sentence of who did what when, and the fields with their former and later values."""

    change: Change
    by: str
    verb: str
    lines: list[Line] = field(default_factory=list)
    may_undo: bool = False

    @property
    def undo_url(self) -> str:
        return f"/undo/{self.change.act}"


@page("GET")
def history(request: Request, word: str, pk: int) -> HttpResponse:
    """The whole history of a record, newest first."""
    from tend.doors.web import mentions
    from tend.doors.web.records.detail import fetch, record_context, settled

    place = settled(word)
    record = fetch(place, request.actor, pk)
    before = request.GET.get("before", "")
    shown = steps(place.entity, request.actor, pk, before=int(before) if before.isdigit() else None)
    more = shown[-1].change.pk if len(shown) == PAGE else None
    mentions.draw_in_lines(place.entity, pk, shown)
    context = {**record_context(request, place, record), "steps": shown, "more": more}
    return show(request, "records/history.html", context, regions={"history": "records/_history.html"})


def steps(
    entity: Entity, actor: Actor, pk: int, *, before: int | None = None, limit: int = PAGE, created: bool = True
) -> list[Step]:
    """The newest entries of a record, in a constant number of queries. Hidden fields and records leave no line."""
    later: set[str] = set()
    found: list[Step] = []
    last = before
    while len(found) < limit:  # entries that say nothing to this reader take nobody's place
        changes = _changes(limit, created)(entity.code, pk, MOST if last is None else last)
        people = _people(actor, {c.actor_id for c in changes if c.actor_id})
        names = _Names(entity, actor, changes)
        for change in changes:
            told = names.told(change)
            lines = [line for _about, line in told]
            step = Step(change, people.get(change.actor_id, _("Tend")), verb_label(entity, change.verb), lines)
            touched = {about for about, _line in told}  # what the reader cannot know of neither offers nor hinders
            mine = change.actor_id == actor.user_id or actor.has_right("undo_all")
            fresh = (timezone.now() - change.at).days < UNDO_DAYS
            step.may_undo = (
                bool(touched) and not touched & later and mine and fresh and change.kind != "create" and before is None
            )
            later |= touched
            if step.lines or change.kind == "create":
                found.append(step)
        if len(changes) < limit:
            break
        last = changes[-1].pk
    return found[:limit]


@cache
def _changes(limit: int, created: bool) -> Prepared:
    """The newest entries of one record that are older than one of them."""

    def ask(code: str, pk: int, before: int) -> Any:
        rows = Change.objects.as_system(WHY).filter(record_type=code, record_id=pk, pk__lt=before)
        return (rows if created else rows.exclude(kind="create")).order_by("-id")[:limit]

    return Prepared(ask, str, int, int)


def lines_of(entity: Entity, actor: Actor, changes: Sequence[Change]) -> dict[int, list[Line]]:
    """What each of these entries of one record type tells the reader, by the entry's id; one that tells nothing is absent."""
    names = _Names(entity, actor, changes)
    told = {change.pk: [line for _about, line in names.told(change)] for change in changes}
    return {change.pk: told[change.pk] for change in changes if told[change.pk] or change.kind == "create"}


def last_writer(entity: Entity, actor: Actor, pk: int) -> tuple[str, str]:
    """Who wrote last and at what time, for the choice between two edits: of what the reader may know, nothing else."""
    last = next(iter(steps(entity, actor, pk, limit=1)), None)
    return (last.by, clock(last.change.at)) if last is not None else ("", "")


def verb_label(entity: Entity, name: str) -> str:
    """What was done, in the verb's own words."""
    fixed = {
        "edit": _("Edited"),
        "undo": _("Undone"),
        "import": _("Imported"),
        "merge": _("Merged"),
        "unmerge": _("Parted"),
    }
    verb = entity.verb_by_name.get(name)
    return fixed.get(name) or (
        str(verb.label) if verb is not None and verb.label else name.replace("-", " ").capitalize()
    )


def _people(actor: Actor, ids: Iterable[Any]) -> dict[Any, str]:
    from tend.people.models import User

    wanted = sorted(set(ids))

    def ask(pks: list[int]) -> Any:
        return User.objects.seen_by(actor).filter(pk__among=pks).order_by().values_list("pk", "name")

    return dict(of_actor(actor, "names of writers", ask, list)(wanted)) if wanted else {}


class _Names:
    """Looks the names of all ids in a batch of entries up at once, within the reader's sight."""

    def __init__(self, entity: Entity, actor: Actor, changes: Sequence[Change]) -> None:
        self.entity, self.actor = entity, actor
        self.fields = self._by_attname()
        shown = entity.extra.get("shown")  # what is stored in these fields is said to each reader in words of his own
        self.masked: tuple[str, ...] = shown.fields if shown is not None else ()
        self.reader = Reader(entity, actor, ())
        wanted: dict[Any, set[int]] = {}
        for change in changes:
            for name, pair in change.body.get("fields", {}).items():
                target = self._target(entity.model, name)
                if target is not None:
                    wanted.setdefault(target, set()).update(int(v) for v in pair if v)
            for label, _pk, _sign, values in change.body.get("parts", ()):
                model = apps.get_model(label)
                for name, said in values.items():
                    target = self._target(model, name)
                    if target is not None and name != "record_id":
                        pair = said if isinstance(said, list) else [said]
                        wanted.setdefault(target, set()).update(int(v) for v in pair if v)
        self.ties = self._ties(changes)
        self.moved = self._moved(changes)
        for tied in self.ties.values():
            for target, pk in tied:
                wanted.setdefault(target, set()).add(pk)
        self.known = {model: self.reader.linked(Field("_", to=model), ids) for model, ids in wanted.items()}

    def _by_attname(self) -> dict[str, Field]:
        own = {f.name: f.attname for f in self.entity.model._meta.concrete_fields}
        readable = self.entity.readable(self.actor)
        return {own[f.name]: f for f in readable if f.name in own}

    @staticmethod
    def _target(model: Any, attname: str) -> Any | None:
        column = next((f for f in model._meta.concrete_fields if f.attname == attname), None)
        target: Any = column.related_model if column is not None and column.is_relation else None
        return target if target is not None and issubclass(target, Record) else None  # others have no name to be told

    def _ties(self, changes: Sequence[Change]) -> dict[tuple[str, int], list[tuple[Any, int]]]:
        """Where the parts that were changed point to: the entry of a change names only the attributes that differ."""
        ids: dict[str, set[int]] = {}
        said: dict[tuple[str, int], dict[str, Any]] = {}
        for change in changes:
            for label, pk, sign, values in change.body.get("parts", ()):
                if sign == "~":
                    ids.setdefault(label, set()).add(pk)
                else:
                    said[label, pk] = values
        found: dict[tuple[str, int], list[tuple[Any, int]]] = {}
        for label, pks in ids.items():
            model = apps.get_model(label)
            columns = [
                f.attname
                for f in model._meta.concrete_fields
                if f.attname not in ("record_id", "written_by_id") and self._target(model, f.attname) is not None
            ]
            rows = model.objects.of({c.record_id for c in changes}).filter(pk__in=pks).order_by().values("pk", *columns)  # type: ignore[attr-defined]
            now = {row["pk"]: row for row in rows}
            for pk in pks:
                row = now.get(pk) or said.get((label, pk))
                if row is not None:
                    found[label, pk] = [(self._target(model, c), int(row[c])) for c in columns if row.get(c)]
        return found

    @staticmethod
    def _moved(changes: Sequence[Change]) -> dict[tuple[str, int], dict[str, Any]]:
        """What parts hold that came from another record: their entry says only from where."""
        ids: dict[str, set[int]] = {}
        for change in changes:
            for label, pk, sign, values in change.body.get("parts", ()):
                if sign == "~" and "record_id" in values:
                    ids.setdefault(label, set()).add(pk)
        found: dict[tuple[str, int], dict[str, Any]] = {}
        for label, pks in ids.items():
            model: Any = apps.get_model(label)
            names = [f.attname for f in model._meta.concrete_fields if not f.is_relation and f.name != "id"]
            rows = model.objects.of({c.record_id for c in changes}).filter(pk__in=pks).order_by()
            found |= {(label, row["pk"]): {n: row[n] for n in names} for row in rows.values("pk", *names)}
        return found

    def _in_sight(self, label: str, pk: int) -> bool:
        """Does a part stand for something that the reader may know of? One that is gone without a word does not."""
        tied = self.ties.get((label, pk))
        return tied is not None and all(at in self.known.get(target, {}) for target, at in tied)

    def told(self, change: Change) -> list[tuple[str, Line]]:
        """The lines of an entry that the reader may know, each with what it is about."""
        found: list[tuple[str, Line]] = []
        for name, (old, new) in change.body.get("fields", {}).items():
            if name == "characteristics":
                found += self._characteristics(old or {}, new or {})
            elif name == "trashed_at":
                found.append((name, (_("Trash"), "", _("put into the trash") if new else _("taken out of the trash"))))
            elif name in self.masked:
                if name in self.fields and change.kind != "create":
                    found.append((name, (str(self.fields[name].label), "", _("changed"))))
            elif name in self.fields and (change.kind != "create" or new not in (None, "", False)):
                before, after = self._worded(name, old), self._worded(name, new)
                if before or after or self._target(self.entity.model, name) is None:  # names out of sight leave no line
                    found.append((name, (str(self.fields[name].label), before, after)))
        return found + self._parts(change)

    def _worded(self, name: str, value: Any) -> str:
        if value in (None, ""):
            return ""
        target = self._target(self.entity.model, name)
        if target is not None:
            named: Linked | None = self.known.get(target, {}).get(int(value))
            return named.name if named else ""
        return cells.plain(self.fields[name], revive(self.entity.model, name, value))

    def _characteristics(self, old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, Line]]:
        from tend.doors.web.records.fieldset import characteristics

        own = {f.name.partition(".")[2]: f for f in characteristics(self.entity, self.actor)}
        changed = [k for k in {**old, **new} if old.get(k) != new.get(k) and k in own]
        return [
            (own[k].name, (str(own[k].label), cells.plain(own[k], old.get(k)), cells.plain(own[k], new.get(k))))
            for k in changed
        ]

    def _parts(self, change: Change) -> list[tuple[str, Line]]:
        """Parts by the trait they belong to: what was added, taken away, or changed from and to."""
        found: list[tuple[str, Line]] = []
        for label, pk, sign, values in change.body.get("parts", ()):
            model = apps.get_model(label)
            trait = next((t for t in self.entity.traits.values() if getattr(t, "model", None) is model), None)
            if trait is None or not self._readable(trait.name):
                continue
            title = str(
                trait.title or next((f.label for f in self.entity.all_fields if f.trait == trait.name), trait.name)
            )
            if sign == ">":
                continue  # it is told where it went to
            if sign == "~" and "record_id" in values:
                if self._in_sight(label, pk) and (said := self._part(model, self.moved.get((label, pk), {}))):
                    found.append((f"{label}/{pk}", (title, "", said)))
            elif sign == "~":
                if not self._in_sight(label, pk):
                    continue
                pairs = [(n, p[0], p[1]) for n, p in values.items() if not model.spoken or n in model.spoken]
                found += [
                    (f"{label}/{pk}", (title, self._part(model, {n: a}), self._part(model, {n: b})))
                    for n, a, b in pairs
                ]
            else:
                said = self._part(model, values)
                if said:
                    line = (title, said if sign == "-" else "", said if sign == "+" else "")
                    found.append((f"{label}/{pk}", line))
        return found

    def _readable(self, trait: str) -> bool:
        names = [f.name for f in self.entity.all_fields if f.trait == trait]
        return all(self.entity.right(self.actor, n) != "hidden" for n in names)

    def _part(self, model: Any, values: dict[str, Any]) -> str:
        said = []
        for name, value in values.items():
            if model.spoken and name not in model.spoken:
                continue
            if name in ("record_id", "normalised", "id", "written_at", "written_by_id") or value in (None, "", False):
                continue
            target = self._target(model, name)
            if target is not None:
                named = self.known.get(target, {}).get(int(value))
                if named is None:
                    return ""  # out of sight: as if it had never been entered
                said.append(named.name)
            elif value is not True and name not in ("kind", "strength"):
                said.append(str(value))
        return ", ".join(said)
