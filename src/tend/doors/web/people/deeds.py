"""What I did last: the last ten deeds of the signed-in person that can still be taken back, each with its Undo."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.pages import Request, page, show
from tend.doors.web.records.history import Line, lines_of, verb_label
from tend.doors.web.records.places import place_of
from tend.doors.web.templatetags.tend import number
from tend.kernel import clock
from tend.kernel.deeds import Deed, deeds_of
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import Misuse
from tend.kernel.operations import label_of
from tend.kernel.told import told_of

PAGE = "/undo"
IS_SET_UP = "is_set_up"  # of the organisation
LINES = 3  # fields that a deed shows; its record's history has all


@page("GET")
def deeds(request: Request) -> HttpResponse:
    """The list, newest first."""
    found = [deed for deed in deeds_of(request.actor, clock.now()) if not _ends_first_steps(deed)]
    told = _told(request, found)
    rows = [_row(request, deed, told) for deed in found if deed.operation is not None or deed.main.pk in told]
    return show(request, "people/deeds.html", {"rows": rows, "header_title": _("What I did last"), "url": PAGE})


def _ends_first_steps(deed: Deed) -> bool:
    """Nobody wants to be new again: that the first steps were finished is a mark, and no deed to take back."""
    return deed.operation is None and all(list(change.body.get("fields", ())) == [IS_SET_UP] for change in deed.changes)


def _told(request: Request, found: list[Deed]) -> dict[int, list[Line]]:
    """What each single write changed, as far as its fields are the reader's to know, by its main entry."""
    by_type: dict[str, list[Any]] = {}
    for deed in found:
        if deed.operation is None:
            by_type.setdefault(deed.code, []).append(deed.main)
    lines: dict[int, list[Line]] = {}
    for code, changes in by_type.items():
        lines |= lines_of(entity_by_code(code), request.actor, changes)
    return lines


def _row(request: Request, deed: Deed, told: dict[int, list[Line]]) -> dict[str, Any]:
    if deed.operation is not None:
        changed = told_of(request.actor, deed.operation).changed
        text = ngettext("%(n)s record", "%(n)s records", changed) % {"n": number(changed)}
        return {
            "title": str(label_of(deed.operation)), "what": _plural(deed.code), "note": text, "at": deed.at, "icon": "stack-2", "lines": [],
            "url": f"/operations/{deed.operation.pk}", "undo_url": f"/undo/operation/{deed.operation.pk}",
        }  # fmt: skip
    entity = entity_by_code(deed.code)
    place = place_of(entity)
    made = deed.main.kind == "create"
    others = (
        ngettext("and %(n)s more", "and %(n)s more", deed.others) % {"n": number(deed.others)} if deed.others else ""
    )
    return {
        "title": verb_label(entity, deed.verb), "what": str(deed.record), "note": others, "at": deed.at, "icon": entity.icon,
        "lines": [] if made else told[deed.main.pk][:LINES], "url": place.page(deed.main.record_id) if place is not None and deed.record.trashed_at is None else "",
        "undo_url": f"/undo/{deed.main.act}",
    }  # fmt: skip


def _plural(code: str) -> str:
    try:
        return str(entity_by_code(code).label_plural)
    except Misuse:
        return ""
