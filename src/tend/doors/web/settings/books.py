"""The books: values with mark, hue and place, how often each is used, retired or deleted by mapping; a form beside them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from tend.domains.accounts.choices import Lifecycle
from tend.doors.web.pages import Request, after, show, undo_of
from tend.doors.web.settings import replacing, saving
from tend.doors.web.settings.book_forms import BookForm, form_for
from tend.doors.web.settings.rooms import book_url, crumbs, needs
from tend.kernel.entity import Entity, entity_by_plural
from tend.kernel.errors import NotSeen, Refused, Stale
from tend.kernel.organisation import organisation
from tend.kernel.uses import MOST, delete_mapped, is_used, uses_of, with_uses
from tend.kernel.values import create_record, edit_record

TEMPLATES = {"interaction-statuses": "settings/statuses.html"}
CELLS = {"interaction-statuses": "settings/_status_cells.html"}


@needs("settings", "GET")
def book(request: Request, plural: str) -> HttpResponse:
    """The values of a book and an empty form for another one."""
    entity = found(plural)
    if request.path != book_url(entity):
        return HttpResponseRedirect(book_url(entity))
    return answer(request, entity, form_for(entity, request.actor))


@needs("settings")
def new_value(request: Request, plural: str) -> HttpResponse:
    """Add a value."""
    entity = found(plural)
    form = form_for(entity, request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = create_record(request.actor, entity, form.values)
        except Refused as no:
            saving.refuse(form, no)
        else:
            said = " ".join(filter(None, [_("“%(name)s” is added.") % {"name": done.record.name}, done.sentence]))
            return after(request, book_url(entity) + tab_of(done.record), said, undo_of(done))
    return answer(request, entity, form)


@needs("settings")
def value(request: Request, plural: str, pk: int) -> HttpResponse:
    """Change a value."""
    entity = found(plural)
    held = one(request, entity, pk)
    form = form_for(entity, request.actor, request.POST or None, held)
    if request.method == "POST" and form.is_valid():
        try:
            done = edit_record(request.actor, entity, held, form.values, expect=form.expects)
        except (Refused, Stale) as no:
            saving.refuse(form, no)
        else:
            said = " ".join(filter(None, [_("Saved."), done.sentence]))
            return after(request, book_url(entity) + tab_of(done.record), said, undo_of(done))
    return answer(request, entity, form, held)


@needs("settings", "POST")
def move(request: Request, plural: str, pk: int) -> HttpResponse:
    """Put a value one place up or down among those that stand in the same tab."""
    entity = found(plural)
    held = one(request, entity, pk)
    order = list(entity.model.objects.seen_by(request.actor).order_by("position", "pk"))  # type: ignore[attr-defined]
    mates = [v for v in order if tab_of(v) == tab_of(held)]
    to = mates.index(held) + (-1 if request.POST.get("to") == "up" else 1)
    if not 0 <= to < len(mates):
        return after(request, book_url(entity) + tab_of(held))
    done = entity.verb_by_name["place"](request.actor, held, to=order.index(mates[to]) + 1)
    return after(
        request,
        f"{book_url(entity)}{tab_of(held)}#value-{pk}",
        _("“%(name)s” is moved.") % {"name": held.name},
        undo_of(done),
    )


@needs("settings", "POST")
def retire(request: Request, plural: str, pk: int) -> HttpResponse:
    """Retire a value, or use it again."""
    entity = found(plural)
    held = one(request, entity, pk)
    name = "retire" if held.is_active else "reinstate"
    done = entity.verb_by_name[name](request.actor, held)
    said = (
        _("“%(name)s” is retired: it stays where it is, and is offered no more.")
        if name == "retire"
        else _("“%(name)s” is offered again.")
    )
    return after(request, book_url(entity), said % {"name": held.name}, undo_of(done))


@needs("settings")
def delete(request: Request, plural: str, pk: int) -> HttpResponse:
    """Delete a value: at once when nothing uses it, else by choosing the one that takes its place."""
    entity = found(plural)
    held = one(request, entity, pk)
    if request.method == "POST" and "to" not in request.POST and not is_used(held):
        done = entity.verb_by_name["trash"](request.actor, held)
        return after(request, book_url(entity), _("“%(name)s” is deleted.") % {"name": held.name}, undo_of(done))
    refusal, told = "", {}
    to = one(request, entity, request.POST["to"]) if request.method == "POST" and request.POST.get("to") else None
    if to is not None and replacing.asks_first(held, to, request.POST):
        told = replacing.foreseen(request.actor, held, to)
    elif to is not None:
        try:
            operation = delete_mapped(request.actor, held, to)
        except Refused as no:
            refusal = no.message
        else:
            if not operation.is_over:
                return after(request, f"/operations/{operation.pk}?next={quote(book_url(entity), safe='')}")
            said = _("“%(name)s” is deleted; %(n)d now have the other value.") % {
                "name": held.name,
                "n": operation.changed,
            }
            return after(request, book_url(entity), said, f"/undo/operation/{operation.pk}")
    elif request.method == "POST" and "to" in request.POST:
        refusal = _("Choose the value that takes its place.")
    others = [v for v in rows_of(request, entity) if v.pk != pk and v.is_active]
    context = {
        "value": counted(entity, with_uses(entity.model.objects.seen_by(request.actor)).get(pk=pk)), "others": others, "refusal": refusal,  # type: ignore[attr-defined]
        "url": book_url(entity), "crumbs": crumbs((str(entity.label_plural), book_url(entity))),
        "options": [{"value": v.pk, "label": v.name, "mark": v.mark, "hue": v.hue, "selected": str(v.pk) == request.POST.get("to")} for v in others], **told,
    }  # fmt: skip
    return show(request, "settings/delete_value.html", context, status=422 if refusal else 200)


def found(plural: str) -> Entity:
    """The book with that word; one that does not exist is out of sight."""
    entity = entity_by_plural(plural)
    if entity is None or not entity.book:
        raise NotSeen("book")
    return entity


def one(request: Request, entity: Entity, pk: Any) -> Any:
    row = (
        entity.model.objects.seen_by(request.actor)
        .filter(pk=int(pk) if str(pk).isdecimal() and len(str(pk)) < 19 else 0)
        .first()
    )  # type: ignore[attr-defined]
    if row is None:
        raise NotSeen(entity.code)
    return row


def rows_of(request: Request, entity: Entity) -> list[Any]:
    return [
        counted(entity, v) for v in with_uses(entity.model.objects.seen_by(request.actor)).order_by("position", "pk")
    ]  # type: ignore[attr-defined]


def counted(entity: Entity, value: Any) -> Any:
    """A value with what the page shows of its use: a bounded count, and the list that holds those records."""
    value.uses_more = value.uses > MOST
    value.uses_shown = min(value.uses, MOST)
    if codes := getattr(value, "default_for", None):
        own, shipped = organisation().lifecycle_labels, dict(Lifecycle.choices)
        value.default_words = ", ".join(str(own.get(code, shipped.get(code, code))) for code in codes)
    use = next(
        (
            u
            for u in uses_of(entity.model)
            if u.entity is not None and u.model is not entity.model and u.field is not None
        ),
        None,
    )
    if use is not None and use.entity is not None and use.field is not None:
        tree = orjson.dumps({"field": use.field.name, "op": "is", "value": value.pk}).decode()
        value.uses_url = f"/{use.entity.plural}?filter={quote(tree)}" if value.uses else ""
    return value


def tab_of(value: Any) -> str:
    """Which tab of the book a value stands in, as the address writes it."""
    if not value.is_active:
        return "?show=retired"
    return "?show=leads" if getattr(value, "for_leads", False) and not value.for_accounts else ""


def answer(request: Request, entity: Entity, form: BookForm, edited: Any = None, **more: Any) -> HttpResponse:
    rows = rows_of(request, entity)
    shown = (
        tab_of(edited)
        if edited is not None
        else "?show=" + request.GET["show"]
        if request.GET.get("show") in ("retired", "leads")
        else ""
    )
    context = {
        "entity": entity, "url": book_url(entity), "form": form, "edited": edited, "crumbs": crumbs(), "title": entity.label_plural,
        "tabs": tabs(entity, rows, shown), "values": _shown(rows, shown), "shown": shown, "shares": shares(rows),
        "twins": twins(rows), "hue_options": form.hue_options, "is_new": edited is None, "keys": [{"key": "n", "label": _("New value")}],
        "row_cells": CELLS.get(entity.plural, "settings/_book_cells.html"),
        "open": edited is not None or request.path.endswith("/new"), **more,
    }  # fmt: skip
    return show(
        request, TEMPLATES.get(entity.plural, "settings/book.html"), context, status=422 if form.errors else 200
    )


def tabs(entity: Entity, rows: list[Any], shown: str) -> list[dict[str, Any]]:
    """Values in use and retired ones; interaction statuses by whom they serve."""
    if entity.plural == "interaction-statuses":
        parts = [("", _("For accounts")), ("?show=leads", _("For leads")), ("?show=retired", _("Retired"))]
    else:
        parts = [("", _("In use")), ("?show=retired", _("Retired"))]
    url = book_url(entity)
    return [
        {"label": label, "url": url + part, "count": len(_shown(rows, part)), "current": part == shown}
        for part, label in parts
    ]


def _shown(rows: list[Any], tab: str) -> list[Any]:
    if tab == "?show=leads":
        return [v for v in rows if v.is_active and v.for_leads]
    if tab == "":
        return [v for v in rows if v.is_active and getattr(v, "for_accounts", True)]
    return [v for v in rows if not v.is_active]


def twins(rows: list[Any]) -> list[str]:
    """Marks that two values in use share: readers who do not see hues could not tell them apart."""
    marks = [v.mark for v in rows if v.is_active and v.mark]
    return sorted({m for m in marks if marks.count(m) > 1})


def shares(rows: list[Any]) -> list[dict[str, Any]]:
    """The shares of the daily queue, as far as statuses have them."""
    weighing = [v for v in rows if v.is_active and getattr(v, "weight", 0) and v.plans_calls and v.for_accounts]
    total = sum(v.weight for v in weighing) or 1
    return [{"mark": v.mark or v.name, "hue": v.hue, "percent": v.weight / total} for v in weighing]
