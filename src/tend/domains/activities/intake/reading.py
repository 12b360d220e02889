"""Cells into what a row says of an activity. No lookup is here: accounts, people and outcomes are still words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tend.base.cells import restore
from tend.base.dates import parse_date, parse_datetime
from tend.base.dialects.dialect import Row
from tend.base.unreadable import Unreadable
from tend.domains.activities.intake.words import meant
from tend.domains.activities.models import Activity, Kind, State
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.imports.plan import Column, Plan
from tend.kernel.imports.recipe import CellRefused
from tend.kernel.values import Cleaner, clean_text

_CLOCK = re.compile(r"\d{1,2}[:h]\d{2}|\d\s*[ap]\.?m", re.IGNORECASE)
_MINUTES = re.compile(r"(\d{1,4})\s*(?:min|minutes|minutos|m|хв)?\.?", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,3}):([0-5]\d)(?::[0-5]\d)?")
_LIST = re.compile(r"\s*[;|\n]\s*")
Take = Callable[["Said", str], None]


@dataclass(slots=True)
class Said:
    """What one row says. `day` is the day of something done whose hour the file does not name."""

    id: int | None = None
    ref: str = ""
    account: dict[str, str] = field(default_factory=dict)  # by what it is named -> the words
    state: str = ""
    values: dict[str, Any] = field(default_factory=dict)  # kind, direction, planned_on, done_at, duration, subject …
    day: dt.date | None = None
    outcome: str = ""
    responsible: str = ""
    people: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return str(self.values.get("kind", Kind.CALL))


class RowReader:
    """Reads the rows of one file for one person."""

    def __init__(self, actor: Actor, plan: Plan, now: dt.datetime) -> None:
        self.now, self.zone = now, ZoneInfo(actor.zone)
        self._cleaner = Cleaner(entity_of(Activity), actor)
        self._columns = [(i, c, self._reader(c)) for i, c in enumerate(plan.columns) if c.field]
        self.columns = {c.field: c for _i, c, _take in self._columns}

    def read(self, row: Row) -> Said:
        """What the row says. CellRefused names the first cell that cannot be read."""
        said = Said()
        for place, column, take in self._columns:
            text = restore(row.cells[place]).strip() if place < len(row.cells) else ""
            if not text:
                continue
            try:
                take(said, text)
            except Unreadable as no:
                raise CellRefused(
                    _(no.sentence) % no.params, column=column.header, value=text, field=column.field
                ) from None
            except Refused as no:
                raise CellRefused(no.message, column=column.header, value=text, field=column.field) from None
        self._settle(said)
        return said

    def refusal(self, field: str, value: str, message: str) -> Refused:
        """A refusal at the column that fills a field, when there is one."""
        column = self.columns.get(field)
        return (
            CellRefused(message, column=column.header, value=value, field=field)
            if column
            else Refused(message, field=field)
        )

    def _settle(self, said: Said) -> None:
        """Planned or done, and when: by the column that says so, else what has a time at which it was done is done.

        A file with one date column and one of states means by the date what its state says.
        """
        values = said.values
        has_done = "done_at" in values or said.day is not None
        said.state = said.state or (State.DONE if has_done else State.PLANNED if "planned_on" in values else "")
        if said.state == State.DONE and not has_done and "planned_on" in values:
            said.day = values.pop("planned_on")
        elif said.state != State.DONE and has_done:
            done = values.pop("done_at", None)
            values.setdefault("planned_on", said.day or done.astimezone(self.zone).date())
            if done is not None and said.day is None:
                values.setdefault("planned_time", done.astimezone(self.zone).strftime("%H:%M"))
            said.day = None
        if said.day is not None and "done_at" not in values:
            noon = dt.datetime.combine(said.day, dt.time(12), self.zone)
            today = said.day == self.now.astimezone(self.zone).date()
            values["done_at"] = min(noon, self.now) if today else noon
        if said.state == State.PLANNED and said.outcome:
            raise self.refusal("outcome", said.outcome, _("What is planned has not ended yet, so it has no outcome."))

    # --- one reader per column --------------------------------------------------------------------------------------
    def _reader(self, column: Column) -> Take:
        name = column.field
        if name == "id":
            return _id
        if name == "account" or name.startswith("account."):
            return lambda said, text: said.account.__setitem__(name, text)
        if name in ("kind", "state", "direction"):
            return lambda said, text: self._word(said, name, text)
        if name in ("external_ref", "outcome", "responsible"):
            attribute = {"external_ref": "ref"}.get(name, name)
            return lambda said, text: setattr(said, attribute, clean_text(text)[:200])
        if name == "contacts":
            return lambda said, text: said.people.extend(p for p in _LIST.split(text) if p)
        if name in ("planned_on", "done_at"):
            return self._day(column)
        if name == "duration":
            return lambda said, text: said.values.__setitem__("duration", self._cleaner.one("duration", _minutes(text)))
        if name == "text":
            return lambda said, text: said.values.__setitem__(
                "text", "\n".join(filter(None, [said.values.get("text", ""), self._cleaner.one("text", text)]))
            )
        return lambda said, text: said.values.__setitem__(name, self._cleaner.one(name, text))

    def _word(self, said: Said, name: str, text: str) -> None:
        code = meant(name, text)
        if code is None and name != "state":
            code = self._cleaner.one(name, text)
        elif code is None:
            code = next((str(c) for c, label in State.choices if str(label).casefold() == text.casefold()), None)
        if code is None:
            raise Refused(
                _("“%(value)s” is none of: %(offered)s.") % {"value": text, "offered": ", ".join(State.values)},
                code="choice",
            )
        if name == "state":
            said.state = code
        else:
            said.values[name] = code

    def _day(self, column: Column) -> Take:
        order: Any = column.date_order or None

        def planned(said: Said, text: str) -> None:
            said.values["planned_on"] = parse_date(text, order)
            if _CLOCK.search(text) and "planned_time" not in said.values:
                time = parse_datetime(text, order).time()
                if time != dt.time():  # midnight is how a spreadsheet writes a day
                    said.values["planned_time"] = time.strftime("%H:%M")

        def done(said: Said, text: str) -> None:
            instant = parse_datetime(text, order)
            if instant.time() == dt.time():
                said.day = instant.date()
                return
            said.values["done_at"] = instant if instant.tzinfo is not None else instant.replace(tzinfo=self.zone)

        return planned if column.field == "planned_on" else done


def _id(said: Said, text: str) -> None:
    if not text.isdecimal() or len(text) > 18:
        raise Refused(_("No activity of yours has this id."))
    said.id = int(text)


def _minutes(text: str) -> Any:
    if found := _HOURS.fullmatch(text):
        return int(found[1]) * 60 + int(found[2])
    found = _MINUTES.fullmatch(text)
    return int(found[1]) if found else text
