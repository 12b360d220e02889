"""Up to a thousand rows of activities in one unit: read, looked up in a constant number of queries, then taken in turn."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tend.base.dialects.dialect import Row
from tend.domains.accounts.models import Account
from tend.domains.activities.arriving import took_place
from tend.domains.activities.intake.lookup import Accounts, Outcomes, People, Users, refuse_unknown
from tend.domains.activities.intake.reading import RowReader, Said
from tend.domains.activities.models import Activity, Origin, State
from tend.kernel import write
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.imports.models import ImportTrace
from tend.kernel.imports.plan import Plan
from tend.kernel.imports.recipe import CellRefused, Outcome
from tend.kernel.record import build
from tend.kernel.unit import Unit

CODE = "activities.activity"


class ActivityChunk:
    """The rows of one transaction. `memory` lives as long as the run and keeps the readers of its columns."""

    def __init__(self, unit: Unit, plan: Plan, rows: Sequence[Row], memory: dict[str, Any], of: int) -> None:
        self.unit, self.plan, self.memory, self.of = unit, plan, memory, of
        self.entity = entity_of(Activity)
        unit.country = plan.country or unit.country
        if "reader" not in memory:
            memory["reader"] = RowReader(unit.actor, plan, unit.now)
            memory["users"] = Users(unit.actor)
            memory["outcomes"] = Outcomes(unit.actor, str(plan.defaults.get("outcome") or ""))
        self.reader: RowReader = memory["reader"]
        self.users: Users = memory["users"]
        self.outcomes: Outcomes = memory["outcomes"]
        self.said: dict[int, Said | Refused] = {row.number: self._read(row) for row in rows}
        self.has_made_values = False
        self.traces: list[ImportTrace] = []

    def look_up(self) -> None:
        """Read what the rows may mean."""
        self._look_up([s for s in self.said.values() if isinstance(s, Said)])

    def _read(self, row: Row) -> Said | Refused:
        try:
            return self.reader.read(row)
        except Refused as no:
            return no

    def _look_up(self, rows: list[Said]) -> None:
        """Accounts first, then the activities that rows may have become before, then the people of the accounts."""
        named: dict[int, int | None] = {}
        if ids := {s.id for s in rows if s.id is not None}:
            seen = Activity.objects.seen_by(self.unit.actor).filter(pk__among=sorted(ids))
            named = dict(seen.values_list("pk", "account_id"))
        self.accounts = Accounts(self.unit, self.plan, self.unit.country)
        self.accounts.look_up(rows, {pk for pk in named.values() if pk is not None})
        self.meant: dict[int, Account | Refused] = {id(s): self._account(s) for s in rows if s.id is None}
        prints = {p for s in rows for p in self._prints(s)}
        found: list[tuple[int, int]] = []
        if prints:
            traces = ImportTrace.objects.filter(fingerprint__among=sorted(prints), record_type=CODE)
            found = list(traces.values_list("fingerprint", "record_id"))
        ids = {*named, *(pk for _print, pk in found)}
        held = {a.pk: a for a in self.unit.open(self.entity, sorted(ids), "edit")} if ids else {}
        self.by_id = {pk: held[pk] for pk in named if pk in held}
        self.by_print: dict[int, set[int]] = defaultdict(set)
        self.known: dict[int, Activity] = held
        for fingerprint, pk in found:
            if pk in held:
                self.by_print[fingerprint].add(pk)
        self.unit.preload(self.entity, list(held.values()), ["participants"])
        self.people = People(self.unit.actor)
        if any(s.people for s in rows):
            self.people.look_up(self.accounts.held)

    def _account(self, said: Said) -> Account | Refused:
        try:
            return self.accounts.meant(said, self.reader)
        except Refused as no:
            return no

    # --- one row ----------------------------------------------------------------------------------------------------
    def take(self, row: Row) -> Outcome:
        """One row: a new activity, or what it changes of the one that it means."""
        said = self.said[row.number]
        if isinstance(said, Refused):
            raise said
        try:
            found = self._found(said)
            if found is not None:
                return self._change(said, found)
            if self.plan.mode == "update":
                raise Refused(_("No activity of yours is this one, and only updates were asked for."))
            return self._create(said)
        except CellRefused:
            raise
        except Refused as no:
            value = str(said.values.get(no.field, ""))
            raise self.reader.refusal(no.field, value, no.message) if no.field else no from None

    def _found(self, said: Said) -> Activity | None:
        if said.id is not None:
            known: Activity | None = self.by_id.get(said.id)
            if known is None:
                raise self.reader.refusal("id", str(said.id), _("No activity of yours has this id."))
            account = self.accounts.held.get(known.account_id or 0)
            if account is not None and not self.accounts.fits(said, account):
                raise self.reader.refusal("account", "", _("This activity belongs to another account."))
            return known
        for fingerprint in self._prints(said):
            hits = self.by_print.get(fingerprint, set())
            if len(hits) > 1:
                raise Refused(_("Several activities fit this row."), code="ambiguous")
            if hits:
                found: Activity = self.known[next(iter(hits))]
                return found
        return None

    def _create(self, said: Said) -> Outcome:
        account = self.meant[id(said)]
        if isinstance(account, Refused):
            raise account
        if not said.state:
            raise Refused(_("The row does not say when: a day on which it is due, or when it was done."))
        if said.state == State.PLANNED and "planned_on" not in said.values:
            raise self.reader.refusal("planned_on", "", _("What is planned has a day."))
        if said.state == State.DONE and "done_at" not in said.values:
            raise self.reader.refusal("done_at", "", _("What took place has a time."))
        values = {**said.values, **self._links(said, account), "account": account}
        if said.state == State.CANCELLED:
            values.pop("done_at", None)
        if said.state == State.DONE and values.get("outcome") is None:
            values["outcome"] = self.outcomes.where_none(str(values.get("kind", said.kind)))
        activity: Activity = self.entity.create(self.unit, values=values)  # type: ignore[misc]
        activity.origin = Origin.IMPORT
        activity.responsible_id = values["responsible"].pk if values["responsible"] is not None else None
        activity.is_promised = said.state == State.PLANNED  # what was agreed elsewhere is kept: no rule moves it
        if said.state == State.CANCELLED:
            activity.state, activity.cancelled_because = State.CANCELLED, _("cancelled in the file")
        self.known[activity.pk] = activity
        for fingerprint in self._prints(said):
            self._trace(fingerprint, activity)
        return Outcome("created", activity.pk, account.name)

    def _links(self, said: Said, account: Account) -> dict[str, Any]:
        """Outcome, responsible and people as records; an unknown word is refused or left out, as its column says."""
        found: dict[str, Any] = {}
        if said.outcome:
            outcome = found["outcome"] = self.outcomes.named(said.outcome, said.kind)
            if outcome is None:
                refuse_unknown(self.reader, "outcome", said.outcome)
            elif "kind" not in said.values:
                found["kind"] = outcome.kind  # a file without kinds says them by how its talks ended
        who = self.users.named(said.responsible) if said.responsible else None
        if said.responsible and who is None:
            refuse_unknown(self.reader, "responsible", said.responsible)
        if who is not None and not who.is_active and said.state == State.PLANNED:
            raise self.reader.refusal(
                "responsible", said.responsible, _("An inactive user cannot be given an activity.")
            )
        found["responsible"] = who or self._otherwise(account)
        people = []
        for word in said.people:
            person = self.people.named(account.pk, word)
            if person is None:
                refuse_unknown(self.reader, "contacts", word)
            else:
                people.append(person)
        if people:
            found["contacts"] = people
        return found

    def _otherwise(self, account: Account) -> Any:
        """Whom the rule names, else the owner of the account while he is active, else the team's pool."""
        rule = str(self.plan.defaults.get("responsible") or "")
        user = self.users.all.get(account.owner_id or 0)
        if rule:
            user = self.users.all.get(int(rule)) if rule.isdecimal() else self.users.named(rule)
        return user if user is not None and user.is_active else None

    # --- one that is known ------------------------------------------------------------------------------------------
    def _change(self, said: Said, activity: Activity) -> Outcome:
        account = self.accounts.held.get(activity.account_id or 0)
        outcome = Outcome("unchanged", activity.pk, account.name if account else str(activity))
        if self.plan.mode == "create" and not self.unit.is_made_here(activity):
            outcome.kind = "duplicates"
            return outcome
        if watch := self.memory.get("watch"):
            watch.keep(activity)
        values = self._differences(said, activity, account, outcome)
        ends = activity.state == State.PLANNED and said.state == State.DONE
        if outcome.changes or ends:
            self._refuse_if_changed_since(activity)
            outcome.kind = "updated"
        if ends:
            at, told = values.pop("done_at"), values.pop("outcome", None) or self.outcomes.where_none(activity.kind)
            outcome.changes["state"] = [str(State.PLANNED.label), str(State.DONE.label)]
            took_place(self.unit, activity, at=at, outcome=told)
        if values:
            self.entity.edit(self.unit, activity, values=values)  # type: ignore[misc]
        for fingerprint in self._prints(said, activity):
            if activity.pk not in self.by_print[fingerprint]:
                self._trace(fingerprint, activity)
        return outcome

    def _differences(self, said: Said, activity: Activity, account: Account | None, outcome: Outcome) -> dict[str, Any]:
        """The cells that say something else than the activity; those that cannot be taken are told as conflicts."""
        told = {**said.values}
        if account is not None:
            links = self._links(said, account)
            if not said.responsible:
                links.pop("responsible")
            told |= {n: v for n, v in links.items() if n != "kind"}
        if said.state not in ("", activity.state) and (activity.state, said.state) != (State.PLANNED, State.DONE):
            kept, file = str(State(activity.state).label), str(State(said.state).label)
            outcome.conflicts.append({"field": "state", "kept": kept, "file": file})
            told.pop("done_at", None)
        values: dict[str, Any] = {}
        for name, value in told.items():
            before = self._current(activity, name)
            if name == "done_at" and said.day is not None and before is not None and self._day(before) == said.day:
                continue
            if self._equal(name, before, value):
                continue
            values[name] = value
            outcome.changes[name] = [_named(before), _named(value)]
        return values

    def _current(self, activity: Activity, name: str) -> Any:
        if name == "contacts":
            held = {p.contact_id for p in self.entity.traits["participants"].rows(self.unit, activity)}
            return sorted(held)
        if name == "responsible":
            return self.users.all.get(activity.responsible_id or 0)
        if name == "outcome":
            return self.outcomes.numbered(activity.outcome_id)
        return getattr(activity, name)

    def _equal(self, name: str, before: Any, value: Any) -> bool:
        if name == "contacts":
            return {c.pk for c in value} <= set(before)
        if name == "planned_time":
            return bool((before.strftime("%H:%M") if before else "") == str(value or "")[:5])
        if name == "done_at" and before is not None and value is not None:
            return bool(before.replace(microsecond=0) == value.replace(microsecond=0))
        return bool(before == value)

    def _day(self, at: dt.datetime) -> dt.date:
        return at.astimezone(self.reader.zone).date()

    def _refuse_if_changed_since(self, activity: Activity) -> None:
        """What somebody changed after the rehearsal is listed, not overwritten."""
        rehearsed_at = self.memory.get("rehearsed at")
        if rehearsed_at is not None and activity.updated_at > rehearsed_at and not self.unit.is_made_here(activity):
            raise Refused(
                _("%(name)s was changed after the rehearsal. Rehearse again to see what would be overwritten.")
                % {"name": str(activity)},
                code="stale",
            )

    # --- the same row again -----------------------------------------------------------------------------------------
    def _prints(self, said: Said, known: Activity | None = None) -> list[int]:
        """Numbers by which the same row is found again: the key of the source system, else what it says of its account."""
        if said.ref:
            return [_number("ref", self.plan.system, said.ref)]
        account = self.meant.get(id(said)) if known is None else self.accounts.held.get(known.account_id or 0)
        if not isinstance(account, Account) or said.id is not None:
            return []
        at = said.day or said.values.get("done_at") or said.values.get("planned_on")
        when = at.astimezone(dt.UTC).isoformat() if isinstance(at, dt.datetime) else str(at)
        told = (said.kind, said.state, when, said.values.get("subject", ""), said.values.get("text", ""))
        return [_number("row", account.pk, *told, said.outcome.casefold(), said.values.get("planned_time", ""))]

    def _trace(self, fingerprint: int, activity: Activity) -> None:
        self.by_print[fingerprint].add(activity.pk)
        told = {"fingerprint": fingerprint, "record_type": CODE, "record_id": activity.pk, "of_id": self.of}
        self.traces.append(build(ImportTrace, None, told))

    def ties(self, row: Row) -> set[int]:
        """Numbers that this row shares with rows that mean the same activity."""
        said = self.said[row.number]
        return set(self._prints(said)) if isinstance(said, Said) else set()

    def finish(self) -> None:
        """Keep which activity each row became, so that the same row finds it again."""
        if self.traces:
            write.insert(ImportTrace, self.traces)


def _number(*told: Any) -> int:
    digest = hashlib.sha256(repr(("activities", *told)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _named(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(getattr(v, "name", "") for v in value if hasattr(v, "name")) or None
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "minutes")
    return getattr(value, "name", value) if value != "" else None
