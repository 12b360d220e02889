"""A list in groups: by a value of few, or by the month or year of a day, of a field or a characteristic. The heads with counts,
sums and the filter that opens each.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import Refused
from tend.kernel.listing.groups import MOST_GROUPS, Group, group_counts, grouping, groups_offered, values_of
from tend.kernel.listing.listing import Listing
from tend.kernel.listing.sums import Sum, added, characteristics_offered, counted, kept_while
from tend.kernel.query import find_target
from tend.kernel.query.targets import Target
from tend.kernel.traits import Through

DAYS = ("date", "datetime")
MONTH, YEAR = "month", "year"
UNITS = {MONTH: 7, YEAR: 4}  # of time: how many letters of a day tell them
PLAIN = "coalesce(g, g)"  # the value itself; written so, no planner walks an index of it and looks every record up by itself
FORMER = "former"  # the key of the group of records that hold a choice which is offered no more
BLANK = "none"  # the key of the group of records without a value


@dataclass(frozen=True)
class GroupKey:
    """What a list is grouped by. `name` is what an address says: `status`, or `next_contact_on.month`.

    `unit` is that of a day, `side` where the values of a characteristic stand, `options` those it may have.
    """

    name: str
    field: Field
    unit: str = ""
    side: Through | None = None
    options: tuple[str, ...] = ()

    def is_quick(self, entity: Entity) -> bool:
        """Whether an index begins with it: each of its values is then counted without reading the whole list."""
        if self.unit or self.side is not None:
            return False
        column: Any = entity.model._meta.get_field(self.field.orm)
        begins = {i.fields[0] for i in entity.model._meta.indexes if i.fields and i.condition is None}
        return bool(column.db_index) or column.name in begins


@dataclass(frozen=True)
class Head:
    """One group of a list: how an address names it, its words, how many records it has, sums of columns, and its filter."""

    key: str
    group: Group
    filter: dict[str, Any]
    sums: dict[str, Sum] = field(default_factory=dict)


def group_key(entity: Entity, actor: Actor, said: str) -> GroupKey:
    """What a list is grouped by. Unknown and hidden names are refused alike, and so are fields without few values."""
    whole, _dot, unit = said.rpartition(".")
    if unit not in UNITS or not whole:
        return _valued(entity, actor, said)
    target = find_target(entity, actor, whole)
    if target.hops or target.kind not in DAYS or (target.through is not None and not _is_characteristic(target)):
        raise _ungroupable(said)
    return GroupKey(said, target.field, unit, target.through)


def _valued(entity: Entity, actor: Actor, said: str) -> GroupKey:
    target = find_target(entity, actor, said)
    if not _is_characteristic(target):
        return GroupKey(said, grouping(entity, actor, said))
    if target.hops or target.kind not in ("option", "yesno"):
        raise _ungroupable(said)
    return GroupKey(said, target.field, "", target.through, target.options)


def _is_characteristic(target: Target) -> bool:
    return target.through is not None and target.field.trait == "characteristics"


def _ungroupable(said: str) -> Refused:
    return Refused(_("There are no groups by “%(name)s”.") % {"name": said}, field=said, code="not_groupable")


def keys_offered(entity: Entity, actor: Actor) -> list[tuple[str, Any, str]]:
    """By what this actor can group a list: name, label, and the unit of time when it is by the days of a field."""
    own = {f.name for f in entity.model._meta.concrete_fields}
    found: list[tuple[str, Any, str]] = [(f.name, f.label, "") for f in groups_offered(entity, actor)]
    rest = [f for f in entity.readable(actor) if f.filter and not f.trait and f.orm in own]
    found += [(f.name, f.label, "") for f in rest if f.kind == "yesno"]
    found += [(f"{f.name}.{unit}", f.label, unit) for f in rest if f.kind in DAYS for unit in UNITS]
    for one in characteristics_offered(entity, actor):
        name = f"characteristics.{one.key}"
        found += [(name, one.name, "")] if one.type in ("choice", "yesno") else []
        found += [(f"{name}.{unit}", one.name, unit) for unit in UNITS if one.type == "date"]
    return found


def heads_of(
    listing: Listing, key: GroupKey, fields: Sequence[Field] = (), *, newest_first: bool = False
) -> list[Head]:
    """The groups of a list that hold anything, in order, blanks last; with fields also what each adds up to.

    Values have the order of their book or their characteristic, months and years that of time. One question. Raises Refused when counting takes too long.
    """
    kept_as = ("heads", listing.key, key.name, tuple(f.name for f in fields), newest_first, get_language())
    return kept_while(listing, kept_as, lambda: _heads(listing, key, fields, newest_first))


def head_named(heads: Sequence[Head], key: str) -> Head | None:
    return next((h for h in heads if h.key == key), None)


def filter_of(listing_filter: Any, head: Head) -> dict[str, Any]:
    """The filter of the records of one group of a list."""
    return {"all": [listing_filter, head.filter]} if listing_filter else head.filter


def _heads(listing: Listing, key: GroupKey, fields: Sequence[Field], newest_first: bool) -> list[Head]:
    if key.unit:
        return _periods(listing, key, fields, newest_first)
    if key.side is not None:
        return _of_characteristic(listing, key, fields)
    if not fields:
        return [_head(key.field, g, {}) for g in group_counts(listing, key.name) if g.count]
    values = {_plain(g.value): g for g in values_of(key.field, listing.actor)}
    found: dict[Any, list[tuple[int, dict[str, Sum]]]] = {}
    column = str(getattr(listing.entity.model._meta.get_field(key.field.orm), "attname", key.field.orm))
    for value, line in counted(listing, PLAIN, fields, column).items():
        known = _plain(value) in values and value not in (None, "")
        found.setdefault(_plain(value) if known else None, []).append(line)  # out of sight counts as blank
    order = [*values.values(), Group(None, _("not filled in"))]
    return [_of_lines(key.field, g, found[_plain(g.value)], fields) for g in order if _plain(g.value) in found]


def _of_characteristic(listing: Listing, key: GroupKey, fields: Sequence[Field]) -> list[Head]:
    """Its choices in their order, then what records still hold of former ones, in one group."""
    if len(key.options) > MOST_GROUPS:
        raise _too_many(key.field)
    is_yesno = key.field.kind == "yesno"
    order = [Group(True, _("yes")), Group(False, _("no"))] if is_yesno else [Group(v, v) for v in key.options]
    known = {g.value for g in order}
    found: dict[Any, list[tuple[int, dict[str, Sum]]]] = {}
    for said, line in counted(listing, PLAIN, fields, side=key.side).items():
        value = bool(said) if is_yesno and said is not None else said
        found.setdefault(value if value in known or value is None else FORMER, []).append(line)
    heads = [_of_lines(key.field, g, found[g.value], fields) for g in order if g.value in found]
    if FORMER in found:
        one = _of_lines(key.field, Group(None, _("former values")), found[FORMER], fields)
        name = key.field.name
        held: list[dict[str, Any]] = [
            {"field": name, "op": "filled"},
            {"not": {"field": name, "op": "in", "value": list(key.options)}},
        ]
        heads.append(Head(FORMER, one.group, {"all": held} if key.options else held[0], one.sums))
    return heads + (
        [_of_lines(key.field, Group(None, _("not filled in")), found[None], fields)] if None in found else []
    )


def _too_many(by: Field) -> Refused:
    said = {"name": by.label, "limit": MOST_GROUPS}
    return Refused(_("“%(name)s” has more than %(limit)d values.") % said, field=by.name, code="not_groupable")


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _of_lines(by: Field, group: Group, lines: Sequence[tuple[int, dict[str, Sum]]], fields: Sequence[Field]) -> Head:
    number = sum(n for n, _sums in lines)
    sums = {f.name: added(sums[f.name] for _n, sums in lines) for f in fields}
    return _head(by, Group(group.value, group.label, number, False, group.mark, group.hue), sums)


def _head(by: Field, group: Group, sums: dict[str, Sum]) -> Head:
    if group.value is None and by.kind == "yesno" and by.trait:
        said = [{"field": by.name, "op": "is", "value": value} for value in (True, False)]
        return Head(BLANK, group, {"not": {"any": said}}, sums)
    if group.value is None:
        return Head(BLANK, group, {"field": by.name, "op": "empty"}, sums)
    value = {"id": group.value} if by.kind == "link" else group.value
    return Head(group.key, group, {"field": by.name, "op": "is", "value": value}, sums)


# --- months and years -------------------------------------------------------------------------------------------------
def _periods(listing: Listing, key: GroupKey, fields: Sequence[Field], newest_first: bool) -> list[Head]:
    by, zone = key.field, ZoneInfo(listing.actor.zone)
    found: dict[str, list[tuple[int, dict[str, Sum]]]] = {}
    expression, given = _moment(key, listing.actor)
    column = "" if key.side is not None else by.orm
    for said, line in counted(listing, expression, fields, column, given, key.side).items():
        found.setdefault(_period_of(key, said, zone), []).append(line)
    if len(found) > MOST_GROUPS:
        raise _too_many(by)
    periods = sorted((p for p in found if p), reverse=newest_first)
    heads = [_of_lines(by, Group(p, month_words(p) if key.unit == MONTH else p), found[p], fields) for p in periods]
    heads = [Head(h.key, h.group, _within(by, h.key), h.sums) for h in heads]
    blank = [_of_lines(by, Group(None, _("not filled in")), found[""], fields)] if "" in found else []
    return heads + blank


def _moment(key: GroupKey, actor: Actor) -> tuple[str, list[Any]]:
    """What tells the period of a value: on PostgreSQL the period itself, on SQLite that of a day or the minute of an instant.

    SQLite knows no time zones; instants are put into their months from the minutes on, so that no record of a month's
    first or last hours stands in the wrong one.
    """
    if connection.vendor != "sqlite":
        pattern = "YYYY-MM" if key.unit == MONTH else "YYYY"
        if key.field.kind == "date":
            return f"to_char(g, '{pattern}')", []
        return f"to_char(g AT TIME ZONE %s, '{pattern}')", [actor.zone]
    whole_hours = all(
        (dt.datetime(2026, m, 1, tzinfo=ZoneInfo(actor.zone)).utcoffset() or dt.timedelta()).seconds % 3600 == 0
        for m in (1, 7)
    )
    return f"substr(g, 1, {UNITS[key.unit] if key.field.kind == 'date' else 13 if whole_hours else 16})", []


def _period_of(key: GroupKey, said: Any, zone: ZoneInfo) -> str:
    if said in (None, ""):
        return ""
    text, length = str(said), UNITS[key.unit]
    if key.field.kind == "date" or len(text) == length:
        return text[:length]
    at = dt.datetime.fromisoformat(text if len(text) > 13 else f"{text}:00").replace(tzinfo=dt.UTC)
    return f"{at.astimezone(zone):%Y-%m}"[:length]


def _within(by: Field, period: str) -> dict[str, Any]:
    """The days of a month ("2026-03") or a year ("2026")."""
    first, last = f"{period}-01", period
    if len(period) == UNITS[YEAR]:
        first, last = f"{period}-01-01", f"{period}-12"
    days = calendar.monthrange(int(last[:4]), int(last[5:7]))[1]
    return {"field": by.name, "op": "between", "value": [first, f"{last}-{days:02d}"]}


def month_words(month: str) -> str:
    """ "March 2026" in the reader's language."""
    language = (get_language() or "en").replace("-", "_")
    said = format_skeleton("yMMMM", dt.date(int(month[:4]), int(month[5:7]), 1), locale=language)
    return said[:1].upper() + said[1:]
