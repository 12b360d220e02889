"""The rows of a list as HTML: strings put together from parts that are made once for the page. What a cell shows is drawn in `cells`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tend.doors.web.records import cells
from tend.doors.web.records.columns import Column
from tend.doors.web.records.places import Place
from tend.kernel.actor import Actor

ID = "\x00"  # stands for the record's id in the parts of a row; no address of ours holds it


class Rows:
    """Draws records of one list. `carried` goes behind the address of each record's page, `may_choose` puts a box before it."""

    def __init__(
        self, place: Place, actor: Actor, heads: Sequence[Column], *, may_choose: bool, carried: str = ""
    ) -> None:
        self.actor = actor
        self.heads, self.names = heads[1:], heads[0].drawn
        self.carried = carried
        home, columns = f"/{place.home or place.word}/", escape(",".join(c.name for c in heads))
        self.home = home
        self.begin = f'<tr data-row="{ID}" data-row-url="{home}{ID}/row?columns={columns}">'
        self.tick = (
            '<td class="cell-tick"><input type="checkbox" name="chosen" value="',
            '" form="list" aria-label="',
            '"></td>',
        )
        self.choose = _("Choose %(name)s") if may_choose else ""
        self.opened = [column.opened(f"{home}{ID}") for column in self.heads]
        self.shown: list[dict[Any, SafeString]] = [{} for _column in self.heads]

    def draw(self, records: Sequence[Any], values: Sequence[Mapping[str, Any]]) -> SafeString:
        """All rows, one after another."""
        drawn = [c.drawn.draw(self.actor, records, values) if c.drawn is not None else None for c in self.heads]
        names = self.names.draw(self.actor, records, values) if self.names is not None else {}
        parts: list[str] = []
        for record, row in zip(records, values, strict=True):
            pk, name = str(record.pk), names.get(record.pk) or escape(str(record))
            parts.append(self.opening(pk))
            if self.choose:
                before, between, behind = self.tick
                parts += (before, pk, between, self.choose % {"name": name}, behind)
            url = escape(f"{self.home}{pk}{self.carried}")
            parts.append(
                f'<th scope="row" class="cell-name" title="{name}">{self.before_name(pk, name)}<a href="{url}" data-open>{name}</a>{self.behind_name(pk, name)}</th>'
            )
            for at, column in enumerate(self.heads):
                parts.append(self.opened[at].replace(ID, pk))
                of_all = drawn[at]
                parts.append(of_all.get(record.pk, "") if of_all is not None else self._cell(at, column, row))
                parts.append("</td>")
            parts.append("</tr>")
        return SafeString("".join(parts))

    def opening(self, pk: str) -> str:
        """The tag that opens a row."""
        return self.begin.replace(ID, pk)

    def before_name(self, pk: str, name: str) -> str:
        """What stands before the name of a record, as HTML; `name` is escaped."""
        return ""

    def behind_name(self, pk: str, name: str) -> str:
        """What stands behind it."""
        return ""

    def _cell(self, at: int, column: Column, row: Mapping[str, Any]) -> SafeString:
        """Equal values of a column are drawn once."""
        value = row.get(column.name)
        shown = self.shown[at]
        try:
            return shown[value]
        except KeyError:
            found = shown[value] = cells.show(column.field, value)  # type: ignore[arg-type]
            return found
        except TypeError:  # a list or a mapping
            return cells.show(column.field, value)  # type: ignore[arg-type]
