"""Characteristics: fields of the company's own, in groups and an order, asked for where the company says so."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, after, show, undo_of
from tend.doors.web.settings import saving
from tend.doors.web.settings.characteristic_forms import CharacteristicForm, condition_said, stages_of, wearers
from tend.doors.web.settings.rooms import crumbs, needs
from tend.kernel.characteristics.asking import lacking_filter
from tend.kernel.characteristics.commands import (
    CHARACTERISTIC,
    grouped,
    place,
    place_group,
    rename_group,
    trash_characteristic,
)
from tend.kernel.entity import entity_by_code
from tend.kernel.errors import NotSeen, Refused, Stale
from tend.kernel.traits.characteristics import CharacteristicDefinition
from tend.kernel.values import create_record, edit_record

PAGE = "/settings/characteristics"


@needs("settings", "GET")
def characteristics(request: Request) -> HttpResponse:
    """Every characteristic, by record type and group."""
    return answer(request, CharacteristicForm(actor=request.actor))


@needs("settings")
def new_characteristic(request: Request) -> HttpResponse:
    """Add a field of the company's own."""
    form = CharacteristicForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            done = create_record(request.actor, CHARACTERISTIC, form.values)
        except Refused as no:
            form.refuse(no)
        else:
            return after(request, PAGE, _("“%(name)s” is added.") % {"name": done.record.name}, undo_of(done))
    return answer(request, form)


@needs("settings")
def characteristic(request: Request, pk: int) -> HttpResponse:
    """Change how a characteristic is called, shown and asked for."""
    held = one(request, pk)
    form = CharacteristicForm(request.POST or None, held=held, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        values = {n: v for n, v in form.values.items() if n not in ("record_type", "type")}
        try:
            done = edit_record(request.actor, CHARACTERISTIC, held, values, expect=form.expects)
        except Stale as no:
            saving.refuse(form, no)
        except Refused as no:
            form.refuse(no)
        else:
            return after(request, PAGE, _("Saved."), undo_of(done))
    return answer(request, form, held)


@needs("settings", "POST")
def move(request: Request, pk: int) -> HttpResponse:
    """Put a characteristic one place up or down, or at a place (`to`, with its `group`) where it was dropped."""
    held = one(request, pk)
    order = [row for _group, rows in grouped(rows_beside(request, held)) for row in rows]
    at, said = order.index(held), request.POST.get("to", "")
    to, group = at + 1, ""
    if said in ("up", "down"):
        other = at - 1 if said == "up" else at + 1
        if not 0 <= other < len(order):
            return after(request, f"{PAGE}#characteristic-{pk}")
        if order[other].group == held.group:
            to = other + 1
        else:  # at the edge of its group it goes into the next one
            group = order[other].group or "-"
    elif said.isdecimal() and len(said) < 6:
        to, group = int(said), request.POST.get("group", "")
    done = place(request.actor, held, to=to, group=group)
    return after(request, f"{PAGE}#characteristic-{pk}", _("“%(name)s” is moved.") % {"name": held.name}, undo_of(done))


@needs("settings", "POST")
def group(request: Request, pk: int) -> HttpResponse:
    """Put the group of a characteristic one place up or down among the groups, or call it otherwise."""
    held = one(request, pk)
    if "name" in request.POST:
        done = rename_group(request.actor, held, name=request.POST["name"])
        return after(request, PAGE, _("The group is renamed."), undo_of(done))
    names = [name for name, _rows in grouped(rows_beside(request, held))]
    to = names.index(held.group) + (-1 if request.POST.get("to") == "up" else 1)
    if not 0 <= to < len(names):
        return after(request, PAGE)
    done = place_group(request.actor, held, to=to + 1)
    return after(request, PAGE, _("The group is moved."), undo_of(done))


@needs("settings", "POST")
def delete(request: Request, pk: int) -> HttpResponse:
    """Take a characteristic away from pages and lists; its values stay in the records."""
    done = trash_characteristic(request.actor, one(request, pk))
    return after(
        request,
        PAGE,
        _("“%(name)s” is deleted; what was filled in is kept.") % {"name": done.record.name},
        undo_of(done),
    )


def one(request: Request, pk: int) -> CharacteristicDefinition:
    found: CharacteristicDefinition | None = (
        CharacteristicDefinition.objects.seen_by(request.actor).filter(pk=pk).first()
    )
    if found is None:
        raise NotSeen("characteristic")
    return found


def rows_beside(request: Request, held: CharacteristicDefinition) -> list[CharacteristicDefinition]:
    """The characteristics of the same record type, in their order."""
    rows = CharacteristicDefinition.objects.seen_by(request.actor).filter(record_type=held.record_type)
    return list(rows.order_by("position", "pk"))


def answer(request: Request, form: CharacteristicForm, edited: CharacteristicDefinition | None = None) -> HttpResponse:
    rows = list(CharacteristicDefinition.objects.seen_by(request.actor).order_by("position", "pk"))
    context = {
        "parts": [part for code, words in wearers() if (part := _part(request, code, words, rows))], "form": form, "edited": edited,
        "crumbs": crumbs(), "url": PAGE, "open": edited is not None or request.path.endswith("/new"),
        "groups": sorted({row.group for row in rows if row.group}),
    }  # fmt: skip
    return show(request, "settings/characteristics.html", context, status=422 if form.errors else 200)


def _part(request: Request, code: str, words: str, rows: list[CharacteristicDefinition]) -> dict[str, Any] | None:
    """One record type with its groups; every row knows its place, and the list of the records that lack it."""
    mine = [row for row in rows if row.record_type == code]
    if not mine:
        return None
    entity, at, found = entity_by_code(code), 0, []
    for name, members in grouped(mine):
        for row in members:
            at += 1
            row.at = at
            row.notes = _notes(request, row, mine)
            tree = lacking_filter(entity, row)
            row.lacking_url = f"/{entity.plural}?filter={quote(orjson.dumps(tree).decode())}" if tree else ""
        found.append({"name": name, "rows": members, "first": members[0]})
    return {"on": words, "groups": found, "count": len(mine)}


def _notes(request: Request, row: CharacteristicDefinition, known: list[CharacteristicDefinition]) -> str:
    """What is said of a characteristic in its row: when it is asked for and shown."""
    said = []
    if row.is_shown_when_approaching:
        said.append(_("bear in mind"))
    if row.is_required:
        said.append(_("required"))
    elif row.required_for:
        named = dict(stages_of(row.record_type))
        said.append(_("required for %(stages)s") % {"stages": ", ".join(named.get(c, c) for c in row.required_for)})
    if row.shown_if:
        said.append(condition_said(request.actor, row, known))
    if row.takes_remarks:
        said.append(_("takes remarks %(key)s=…") % {"key": row.key})
    return " · ".join(said)
