"""The filter language once more, in plain Python over plain dicts: what the compiler is compared with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from tend.base.dates import relative_range
from tend.base.names import normalise
from tend.base.unreadable import Unreadable

Row = dict[str, Any]
NEGATIVE = {"is_not": "is", "not_in": "in", "none_of": "any_of", "empty": "filled"}


def holds(tree: Any, row: Row, rows: dict[int, Row], today: dt.date) -> bool:
    """Whether a row (with the other rows by id, to which it may point) passes a filter."""
    if "all" in tree:
        return all(holds(part, row, rows, today) for part in tree["all"])
    if "any" in tree:
        return any(holds(part, row, rows, today) for part in tree["any"])
    if "not" in tree:
        return not holds(tree["not"], row, rows, today)
    return condition(tree["field"], tree["op"], tree.get("value"), row, rows, today)


def condition(field: str, op: str, value: Any, row: Row, rows: dict[int, Row], today: dt.date) -> bool:
    if op in NEGATIVE:
        return not condition(field, NEGATIVE[op], value, row, rows, today)
    if field.startswith("mother."):
        mother = rows.get(row["mother"])
        return mother is not None and condition(field.removeprefix("mother."), op, value, mother, rows, today)
    if field.startswith("children."):
        rest = field.removeprefix("children.")
        return any(
            condition(rest, op, value, child, rows, today) for child in rows.values() if child["mother"] == row["id"]
        )
    held = row[field]
    many = held if isinstance(held, list) else [held]
    if op == "filled":
        return any(h is not None and h != "" for h in many)
    if op == "all_of":
        return all(any(same(h, v, today) for h in many) for v in value)
    return any(one(op, h, value, today) for h in many if h is not None)


def one(op: str, held: Any, value: Any, today: dt.date) -> bool:
    if op == "is":
        return same(held, value, today)
    if op in ("in", "any_of"):
        return any(same(held, v, today) for v in value)
    if op == "contains":
        return normalise(value) in normalise(held)
    if op == "starts_with":
        return normalise(held).startswith(normalise(value))
    if op == "between":
        return one("gte", held, value[0], today) and one("lte", held, value[1], today)
    first, last = edges(held, value, today)
    if op == "lt":
        return first is not None and held < first
    if op == "gt":
        return held > last
    if op == "lte":
        return held <= last
    assert op == "gte"
    return first is None or held >= first


def edges(held: Any, value: Any, today: dt.date) -> tuple[Any, Any]:
    if isinstance(held, dt.date):
        return days(value, today)
    number = Decimal(str(value))
    return number, number


def days(value: str, today: dt.date) -> tuple[dt.date | None, dt.date]:
    if value == "overdue":
        return None, today - dt.timedelta(days=1)
    try:
        return relative_range(value, today)
    except Unreadable:
        day = dt.date.fromisoformat(value)
        return day, day


def same(held: Any, value: Any, today: dt.date) -> bool:
    if held is None:
        return False
    if isinstance(held, dt.date):
        first, last = days(value, today)
        return (first is None or first <= held) and held <= last
    if isinstance(held, bool):
        return held is (value if isinstance(value, bool) else value == "yes")
    if isinstance(held, (int, Decimal)):
        return not isinstance(value, bool) and Decimal(str(held)) == Decimal(str(value))
    text = str(value)
    words = " ".join(w[:1].upper() + w[1:].lower() for w in text.split(" "))
    return held in (text, text.lower(), text.upper(), words, text[:1].upper() + text[1:].lower())
