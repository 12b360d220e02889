"""The cards of a board as HTML: a name, then the values of the list's columns; strings put together once for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tend.doors.web.records import cells
from tend.doors.web.records.columns import Column
from tend.doors.web.records.places import Place
from tend.kernel.actor import Actor
from tend.kernel.reading import Linked


class Cards:
    """Draws records of one board. `movable` are the ids that may change their column, `carried` goes behind each address,
    `locks` marks those that may not.
    """

    def __init__(
        self, place: Place, actor: Actor, heads: Sequence[Column], *, by: str, movable: Collection[int], carried: str = "", locks: bool = False,
    ) -> None:  # fmt: skip
        self.actor, self.by, self.movable, self.carried = actor, by, movable, carried
        lock = _("You can see it, but not change it")
        self.lock = render_to_string("records/_card_lock.html", {"label": lock}).strip() if locks else ""
        self.home = f"/{place.home or place.word}/"
        self.moves = f"/{place.word}/"
        self.heads, self.names = [c for c in heads[1:] if c.name != by], heads[0].drawn
        self.move_icon = render_to_string("records/_card_move.html", {"label": ""}).strip()

        self.drawn: dict[str, dict[int, SafeString]] = {}

    def know(self, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> None:
        """Draw what is drawn for many records at once, of all columns together: it may ask the database."""
        for column in self.heads:
            if column.drawn is not None:
                self.drawn.setdefault(column.name, {}).update(column.drawn.draw(self.actor, records, values))

    def draw(self, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> SafeString:
        """The cards of records that are known, one after another."""
        names = self.names.draw(self.actor, records, values) if self.names is not None else {}
        parts: list[str] = []
        for record, row in zip(records, values, strict=True):
            name, moves = names.get(record.pk) or escape(str(record)), record.pk in self.movable
            drag = ' draggable="true"' if moves else ""
            parts.append(f'<li class="board-card" data-row="{record.pk}"{drag}>')
            url = escape(f"{self.home}{record.pk}{self.carried}")
            parts.append(
                f'<p class="board-line"><a class="board-name" href="{url}" data-open title="{name}">{name}</a>'
            )
            if moves:
                to = escape(f"{self.moves}{record.pk}/move?by={self.by}")
                label = escape(_("Move “%(name)s”")) % {"name": name}
                parts.append(
                    f'<a class="board-move" href="{to}" hx-get="{to}" hx-target="#dialog" hx-swap="innerHTML" data-key="m" aria-label="{label}" title="{label}">{self.move_icon}</a>'
                )
            else:
                parts.append(self.lock)
            parts.append('</p><div class="board-values">')
            for column in self.heads:
                if names and _is_said(row.get(column.name), name):
                    continue
                of_all = self.drawn.get(column.name)
                shown = of_all.get(record.pk, "") if of_all is not None else self._value(column, row)
                if shown:
                    label = escape(str(column.label))
                    number = " data-number" if column.css == "cell-number" else ""
                    parts.append(
                        f'<span class="board-value" title="{label}"{number}><span class="visually-hidden">{label}: </span>{shown}</span>'
                    )
            parts.append("</div></li>")
        return SafeString("".join(parts))

    @staticmethod
    def _value(column: Column, row: Mapping[str, Any]) -> SafeString:
        assert column.field is not None
        value = row.get(column.name)
        if value is None and column.field.name in cells.DUE:
            return cells.state("soon", _("nothing planned"))
        return cells.show(column.field, value)


def _is_said(value: Any, name: str) -> bool:
    """Whether a name that was put together from other values, escaped, says this one already."""
    return isinstance(value, Linked) and bool(value.name) and escape(value.name) in name
