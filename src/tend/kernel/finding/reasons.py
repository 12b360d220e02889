"""Why a record was found, in words: which of its fields held what was typed, and the piece that did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tend.base.names import normalise
from tend.base.phones import format_phone
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.errors import Refused
from tend.kernel.organisation import organisation
from tend.kernel.query import find_target
from tend.kernel.search.matching import Wanted
from tend.kernel.search.projection import searched

SHOWN = 80  # letters of a long text
MOST_VALUES = 3


def why_in_text(entity: Entity, text: Any, said: Wanted, columns: list[str]) -> str:
    """The line of the searchable text that held a word, with what kind of line it is; blank when none did."""
    if text is None:
        return ""
    labels = {
        "names": _("Name"), "numbers": _("Number"), "emails": _("E-mail"), "phones": _("Phone"), "body": _body(entity),
    }  # fmt: skip
    needles = (*said.long, *((said.digits,) if said.digits else ()))
    for column, label in labels.items():
        if column not in columns:
            continue
        for line in getattr(text, column).split("\n"):
            place = min((line.find(n) for n in needles if n in line), default=-1)
            if place >= 0:
                start = max(0, place - SHOWN // 2) if len(line) > SHOWN else 0
                piece = line[start : start + SHOWN]
                return f"{label}: {_phone(piece) if column == 'phones' else piece}"
    return ""


def _body(entity: Entity) -> str:
    fields = searched(entity).get("body", [])
    return str(fields[0].label) if len(fields) == 1 else _("Text")


def _phone(digits: str) -> str:
    return format_phone(f"+{digits}", organisation().country_code or None)


def why_by_fields(entity: Entity, actor: Actor, row: Mapping[str, Any], only: Mapping[str, Iterable[Any]]) -> str:
    """The values of the fields that a condition asked, in words: "Rooms: 44 · City: Odessa".

    `only` narrows a field of several values to those that were looked for.
    """
    said: list[str] = []
    for name, value in row.items():
        if name == "id":
            continue
        wanted = {normalise(str(v)) for v in only.get(name, ())}
        values = [v for v in (value if isinstance(value, (list, tuple)) else [value]) if v is not None and v != ""]
        kept = [v for v in values if not wanted or normalise(str(v)) in wanted or name == "tags"]
        if not kept:
            continue
        try:
            label = str(find_target(entity, actor, name).field.label)
        except Refused:
            continue
        said.append(f"{label}: {', '.join(dict.fromkeys(_shown(v) for v in kept[:MOST_VALUES]))}")
    return " · ".join(said)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return " ".join(str(v) for v in value.values() if v)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()[:10]
    return str(value)[:SHOWN]
