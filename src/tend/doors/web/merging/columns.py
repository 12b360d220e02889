"""What the comparing page shows: the fields in which records differ, with the side that counts; lists united; what moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from tend.doors.web.records import cells
from tend.doors.web.records.doing import counted
from tend.doors.web.records.fieldset import characteristics
from tend.doors.web.records.places import place_of
from tend.doors.web.templatetags.tend import number
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.merging.comparing import choosable, merging_of
from tend.kernel.merging.hanging import hanging
from tend.kernel.reading import Reader, mark_of

LONG = 120  # characters of a value
BLANK = (None, "", [], {}, ())


@dataclass
class Side:
    """One record's value of a field."""

    pk: int
    name: str
    shown: SafeString
    is_chosen: bool


@dataclass
class Row:
    """A field in which the records differ; `may_choose`: the reader may take another's value."""

    name: str
    label: str
    sides: list[Side]
    may_choose: bool

    @property
    def is_long(self) -> bool:
        """Is a value too long to stand beside the others on a phone?"""
        return any(len(strip_tags(side.shown)) > LONG for side in self.sides)


@dataclass
class United:
    """A list that all the records' lines make up together; those that the record which stays does not have yet are new."""

    label: str
    known: list[str]
    fresh: list[str]


class Columns:
    """The values of some records as one reader sees them; `into` is the record that stays."""

    def __init__(self, entity: Entity, actor: Actor, records: Sequence[Any], into: Any) -> None:
        self.entity, self.actor, self.records, self.into = entity, actor, records, into
        self.single = choosable(entity, actor)
        self.several = [f for f in entity.readable(actor) if f.many and "." not in f.name and f.kind != "json"]
        names = [f.name for f in (*self.single, *self.several)]
        self.values = {v["id"]: v for v in Reader(entity, actor, names).read(list(records))}

    @property
    def mark(self) -> str:
        """A short text that is the same as long as the reader would see the same values."""
        return mark_of({str(pk): sorted(v.items(), key=lambda i: i[0]) for pk, v in self.values.items()})

    def differing(self, chosen: Mapping[str, int]) -> list[Row]:
        """The rows to choose in; `chosen` says whose value was chosen already, by field."""
        rows = []
        own = {
            f.name: f for f in characteristics(self.entity, self.actor)
        }  # as they are shown elsewhere, by their type
        for one in self.single:
            values = {r.pk: self.values[r.pk].get(one.name) for r in self.records}
            if one.to is self.entity.model:  # one of the records themselves is no value to choose
                values = {pk: None if _key(v) in self.values else v for pk, v in values.items()}
            said = {_same(v) for v in values.values()}
            is_main_of_list = one.trait not in ("", "characteristics")  # the lists are joined, so a blank is no choice
            if len(said - {""} if is_main_of_list else said) < 2:
                continue
            may = self.entity.right(self.actor, one.name) == "edit" and self._may_run(one)
            counts = chosen.get(one.name) or self._better(one, values)
            if not may:
                counts = self.into.pk
            sides = [
                Side(r.pk, str(r), cells.show(own.get(one.name, one), values[r.pk], wide=True), r.pk == counts)
                for r in self.records
            ]
            rows.append(Row(one.name, str(one.label), sides, may))
        return rows

    def _better(self, one: Field, values: Mapping[int, Any]) -> int:
        """Whose value is proposed: what the reader sees decides, nothing that is hidden from him."""
        best = self.into
        declared = merging_of(self.entity).better.get(one.name)
        for record in self.records:
            if values[record.pk] in BLANK or record.pk == best.pk:
                continue
            if values[best.pk] in BLANK or (declared is not None and declared(best, record)):
                best = record
        return int(best.pk)

    def _may_run(self, one: Field) -> bool:
        if not one.verb:
            return True
        action = self.entity.verb_by_name[one.verb].action(self.actor)
        rows: Any = self.entity.model.objects.seen_by(self.actor, action)  # type: ignore[attr-defined]
        return bool(rows.filter(pk=self.into.pk).exists())

    def united(self) -> list[United]:
        """The lists that get longer."""
        found = []
        for one in self.several:
            known = _lines(one, self.values[self.into.pk].get(one.name))
            fresh: list[str] = []
            for record in self.records:
                for line in _lines(one, self.values[record.pk].get(one.name)):
                    if record.pk != self.into.pk and line not in known and line not in fresh:
                        fresh.append(line)
            if fresh:
                found.append(United(str(one.label), known, fresh))
        return found

    def moving(self) -> list[str]:
        """How many records of which type in sight hang on those that do not stay."""
        gone = [r.pk for r in self.records if r.pk != self.into.pk]
        return [in_words(owner, n) for owner, n in hanging(self.actor, self.entity, gone)]


def in_words(entity: Entity, n: int) -> str:
    """ "3 contacts"."""
    place = place_of(entity)
    return counted(place, n) if place is not None else f"{number(n)} {entity.label_plural}"


def _lines(one: Field, value: Any) -> list[str]:
    if value in BLANK:
        return []
    return [cells.plain(one, [v]) if one.kind != "address" else cells.address_line(v) for v in value]


def _key(value: Any) -> Any:
    return getattr(value, "id", None)


def _same(value: Any) -> str:
    key = _key(value)
    return repr(key) if key is not None else "" if value in BLANK else repr(value)
