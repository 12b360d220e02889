"""A list in groups: by a value of few, or by the month of a day. The heads with counts, sums and the filter that opens each."""

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
from tend.kernel.listing.sums import Sum, added, counted, kept_while
from tend.kernel.query import find_target

DAYS = ("date", "datetime")
MONTH = "month"
PLAIN = "coalesce(g, g)"  # the value itself; written so, no planner walks an index of it and looks every record up by itself
BLANK = "none"  # the key of the group of records without a value


@dataclass(frozen=True)
class GroupKey:
    """What a list is grouped by. `name` is what an address says: `status`, or `next_contact_on.month`."""

    name: str
    field: Field
    is_by_month: bool


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
    if unit != MONTH or not whole:
        return GroupKey(said, grouping(entity, actor, said), False)
    target = find_target(entity, actor, whole)
    if target.hops or target.through is not None or target.kind not in DAYS:
        raise Refused(_("There are no groups by “%(name)s”.") % {"name": said}, field=said, code="not_groupable")
    return GroupKey(said, target.field, True)


def keys_offered(entity: Entity, actor: Actor) -> list[tuple[str, Any, bool]]:
    """By what this actor can group a list: name, the field's label, and whether it is by its month."""
    own = {f.name for f in entity.model._meta.concrete_fields}
    found: list[tuple[str, Any, bool]] = [(f.name, f.label, False) for f in groups_offered(entity, actor)]
    rest = [f for f in entity.readable(actor) if f.filter and not f.trait and f.orm in own]
    found += [(f.name, f.label, False) for f in rest if f.kind == "yesno"]
    return found + [(f"{f.name}.{MONTH}", f.label, True) for f in rest if f.kind in DAYS]


def heads_of(
    listing: Listing, key: GroupKey, fields: Sequence[Field] = (), *, newest_first: bool = False
) -> list[Head]:
    """The groups of a list that hold anything, in order, blanks last; with fields also what each adds up to.

    Values have the order of their book, months that of time. One question. Raises Refused when counting takes too long.
    """
    kept_as = ("heads", listing.key, key.name, tuple(f.name for f in fields), newest_first, get_language())
    return kept_while(listing, kept_as, lambda: _heads(listing, key, fields, newest_first))


def head_named(heads: Sequence[Head], key: str) -> Head | None:
    return next((h for h in heads if h.key == key), None)


def filter_of(listing_filter: Any, head: Head) -> dict[str, Any]:
    """The filter of the records of one group of a list."""
    return {"all": [listing_filter, head.filter]} if listing_filter else head.filter


def _heads(listing: Listing, key: GroupKey, fields: Sequence[Field], newest_first: bool) -> list[Head]:
    if key.is_by_month:
        return _months(listing, key.field, fields, newest_first)
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


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _of_lines(by: Field, group: Group, lines: Sequence[tuple[int, dict[str, Sum]]], fields: Sequence[Field]) -> Head:
    number = sum(n for n, _sums in lines)
    sums = {f.name: added(sums[f.name] for _n, sums in lines) for f in fields}
    return _head(by, Group(group.value, group.label, number, False, group.mark, group.hue), sums)


def _head(by: Field, group: Group, sums: dict[str, Sum]) -> Head:
    if group.value is None:
        return Head(BLANK, group, {"field": by.name, "op": "empty"}, sums)
    value = {"id": group.value} if by.kind == "link" else group.value
    return Head(group.key, group, {"field": by.name, "op": "is", "value": value}, sums)


# --- months -----------------------------------------------------------------------------------------------------------
def _months(listing: Listing, by: Field, fields: Sequence[Field], newest_first: bool) -> list[Head]:
    zone = ZoneInfo(listing.actor.zone)
    found: dict[str, list[tuple[int, dict[str, Sum]]]] = {}
    expression, given = _moment(by, listing.actor)
    for said, line in counted(listing, expression, fields, by.orm, given).items():
        found.setdefault(_month_of(by, said, zone), []).append(line)
    if len(found) > MOST_GROUPS:
        raise Refused(
            _("“%(name)s” has more than %(limit)d values.") % {"name": by.label, "limit": MOST_GROUPS},
            field=by.name, code="not_groupable",
        )  # fmt: skip
    months = sorted((m for m in found if m), reverse=newest_first)
    heads = [_of_lines(by, Group(m, month_words(m)), found[m], fields) for m in months]
    heads = [Head(h.key, h.group, _within(by, h.key), h.sums) for h in heads]
    blank = [_of_lines(by, Group(None, _("not filled in")), found[""], fields)] if "" in found else []
    return heads + blank


def _moment(by: Field, actor: Actor) -> tuple[str, list[Any]]:
    """What tells the month of a value: on PostgreSQL the month itself, on SQLite the month of a day or the minute of an instant.

    SQLite knows no time zones; instants are put into their months from the minutes on, so that no record of a month's
    first or last hours stands in the wrong one.
    """
    if connection.vendor != "sqlite":
        return (
            ("to_char(g, 'YYYY-MM')", [])
            if by.kind == "date"
            else ("to_char(g AT TIME ZONE %s, 'YYYY-MM')", [actor.zone])
        )
    whole_hours = all(
        (dt.datetime(2026, m, 1, tzinfo=ZoneInfo(actor.zone)).utcoffset() or dt.timedelta()).seconds % 3600 == 0
        for m in (1, 7)
    )
    return f"substr(g, 1, {7 if by.kind == 'date' else 13 if whole_hours else 16})", []


def _month_of(by: Field, said: Any, zone: ZoneInfo) -> str:
    if said in (None, ""):
        return ""
    text = str(said)
    if by.kind == "date" or len(text) == 7:
        return text[:7]
    at = dt.datetime.fromisoformat(text if len(text) > 13 else f"{text}:00").replace(tzinfo=dt.UTC)
    return f"{at.astimezone(zone):%Y-%m}"


def _within(by: Field, month: str) -> dict[str, Any]:
    year, number = int(month[:4]), int(month[5:7])
    last = calendar.monthrange(year, number)[1]
    return {"field": by.name, "op": "between", "value": [f"{month}-01", f"{month}-{last:02d}"]}


def month_words(month: str) -> str:
    """ "March 2026" in the reader's language."""
    language = (get_language() or "en").replace("-", "_")
    said = format_skeleton("yMMMM", dt.date(int(month[:4]), int(month[5:7]), 1), locale=language)
    return said[:1].upper() + said[1:]
