"""The columns of a list: which fields stand in it, how wide, in which order, and the drawn ones that are no field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from tend.doors.web.records import cells
from tend.doors.web.records.fieldset import characteristics, find, in_group, writable
from tend.doors.web.records.places import Place, claimed
from tend.doors.web.records.state import State
from tend.doors.web.records.widgets import is_book
from tend.kernel.actor import Actor
from tend.kernel.entity import Field

MOST = 14
NARROW = 7  # letters of a head that stand over a person's initials
NUMBERS = ("integer", "number", "money")
WIDTHS = {"date": "wide-9", "datetime": "wide-8", "yesno": "wide-6", "choice": "wide-9", "integer": "wide-7", "number": "wide-7",
          "money": "wide-8", "phone": "wide-11", "links": "wide-12"}  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A column that is no field, or a field that is drawn by more than its value: what it needs of each record, and how it
    is drawn for a page of them at once.
    """

    label: Any
    needs: tuple[str, ...]
    draw: Callable[[Actor, Sequence[Any], Sequence[Mapping[str, Any]]], dict[int, SafeString]]
    width: str = "wide-9"
    phone: str = "off"
    columns: tuple[str, ...] = ()  # of the model: read with the page, so that `draw` need not ask for the records again


@dataclass(frozen=True)
class Column:
    """One column as the table draws it."""

    name: str
    label: Any
    css: str
    width: str
    phone: str
    field: Field | None = None
    drawn: Drawn | None = None
    sortable: bool = False
    editable: bool = False
    sort: str = ""  # ascending, descending or blank
    url: str = ""

    def opened(self, page: str) -> str:
        """The tag that opens one cell, with class, phone rule and edit address below the record's `page`."""
        css = f' class="{escape(self.css)}"' if self.css else ""
        phone = f' data-phone="{escape(self.phone)}"' if self.phone else ""
        edit = f' data-edit-url="{escape(f"{page}/edit/{self.name}")}"' if self.editable else ""
        return f"<td{css}{phone}{edit}>"


def chosen(place: Place, actor: Actor, state: State) -> list[str]:
    """The names of the columns: those of the address, else the place's own, else the declared ones. Hidden ones are absent."""
    wanted = (
        [n for n in state.columns.split(",") if n]
        or list(place.columns)
        or [f.name for f in place.entity.readable(actor) if f.column]
    )
    title = place.entity.title
    names = [title, *(n for n in dict.fromkeys(wanted) if n != title)]
    return [n for n in names if is_drawn(place, actor, n) or find(place.entity, actor, n) is not None][:MOST]


def is_drawn(place: Place, actor: Actor, name: str) -> bool:
    """A drawn column stands only where everything it is drawn from may be seen."""
    drawn = claimed(place.entity.plural, f"column:{name}")
    return isinstance(drawn, Drawn) and all(place.entity.right(actor, n) != "hidden" for n in drawn.needs)


def needed(place: Place, names: Sequence[str]) -> list[str]:
    """The fields to read for these columns."""
    found: list[str] = []
    for name in names:
        drawn = claimed(place.entity.plural, f"column:{name}")
        found += drawn.needs if isinstance(drawn, Drawn) else (name,)
    return list(dict.fromkeys(found))


def beside(place: Place, names: Sequence[str]) -> set[str]:
    """Columns of the model that drawn columns want to find on the records."""
    drawn = (claimed(place.entity.plural, f"column:{name}") for name in names)
    return {column for d in drawn if isinstance(d, Drawn) for column in d.columns}


def columns_of(place: Place, actor: Actor, state: State, names: Sequence[str]) -> list[Column]:
    """The columns with their heads: each sortable head is a link that sorts by it, or turns the order round."""
    editable = (
        {f.name for f in writable(place.entity, actor, [f.name for f in place.entity.fields if f.inline])}
        if place.may(actor, "edit")
        else set()
    )
    sorted_by = (state.sort or place.entity.sort).split(",")[0]
    found = []
    for name in names:
        claim = claimed(place.entity.plural, f"column:{name}")
        drawn = claim if isinstance(claim, Drawn) else None
        if drawn is not None and name not in place.entity.by_name:
            found.append(Column(name, drawn.label, "", drawn.width, drawn.phone, drawn=drawn))
            continue
        field = find(place.entity, actor, name)
        assert field is not None
        down, up = f"-{name}", name
        sortable = field.sort and field.kind not in ("links", "json", "longtext", "address") and not field.many
        now = "descending" if sorted_by == down else "ascending" if sorted_by == up else ""
        found.append(
            Column(
                name, field.label, _css(field), _width(field), _phone(field), field=field, drawn=drawn, sortable=sortable, editable=name in editable,
                sort=now, url=state.url(place, sort=down if now == "ascending" else up),
            )
        )  # fmt: skip
    return found


def _css(field: Field) -> str:
    if field.kind in NUMBERS:
        return "cell-number"
    if field.name in cells.DUE:
        return "cell-state"
    if field.kind in ("date", "datetime"):
        return "cell-date"
    return "" if field.kind in ("link", "choice") and field.to is not None and is_book(field) else "cell-cut"


def _width(field: Field) -> str:
    if field.to is not None and field.to._meta.label_lower == "people.user" and field.kind == "link":
        return "wide-4" if len(str(field.label)) <= NARROW else "wide-7"  # an initial is narrow, its head may not be
    if field.kind == "link" and is_book(field):
        return "wide-8" if field.name != "interaction_status" else "wide-10"
    if field.name.startswith("address."):
        return "wide-8"
    return WIDTHS.get(field.kind, "wide-10")


def _phone(field: Field) -> str:
    if field.name in cells.DUE:
        return "end"
    if field.name == "accounts":  # a name alone does not tell which Ana Costa this is
        return "line"
    return "" if field.name == "interaction_status" else "off"


def offers(place: Place, actor: Actor) -> list[tuple[str, Any]]:
    """Every column that the actor may choose, by name and label."""
    fields = [
        f for f in place.entity.readable(actor) if f.kind not in ("json", "address") and not (f.many and "." in f.name)
    ]
    drawn = claimed(place.entity.plural, "columns") or {}
    named = [(n, d.label) for n, d in (drawn.items() if isinstance(drawn, dict) else ()) if is_drawn(place, actor, n)]
    return (
        [(f.name, f.label) for f in fields]
        + named
        + [(f.name, in_group(f)) for f in characteristics(place.entity, actor)]
    )
