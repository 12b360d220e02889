"""What is asked in the palette before a verb runs: its keywords one after another, each with the values that make sense.

A verb of several optional keywords, or with a page of its own, is asked for there instead.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from tend.base.likeness import likeness
from tend.doors.web.pages import Request, page, show
from tend.doors.web.palette.deeds import record_at
from tend.doors.web.palette.records import Item, item
from tend.doors.web.records import typed
from tend.doors.web.records.detail import fetch
from tend.doors.web.records.doing import field_for, verb_form
from tend.doors.web.records.pick import options_for
from tend.doors.web.records.places import Place, claimed, place_at
from tend.doors.web.records.widgets import is_book
from tend.doors.web.templatetags.tend import day
from tend.kernel.actor import Actor
from tend.kernel.entity import Field, entity_of
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.verbs import Verb

ASKED_HERE = ("link", "links", "choice", "yesno", "date", "text", "integer")
MOST = 12


@page("GET")
def ask(request: Request) -> HttpResponse:
    """What a verb on the record that is open asks for; with `option`, the values that fit what is typed.

    For a list (`on=/accounts`) it is the verb on the chosen rows, whose summary comes after.

    JSON: `action` to post to, `asks` in their order; `form` when the verb's own form is to be opened instead, in the
    dialog or, for one with a page of its own (`is_page`), there.
    """
    place, pk, verb = _verb(request)
    record = fetch(place, request.actor, pk) if pk else None
    url = place.page(pk, "do", verb.name) if pk else f"{place.url}/bulk/{verb.name}"
    if request.GET.get("option"):
        return _values(request, place, verb, record)
    own = claimed(place.entity.plural, f"do:{verb.name}") or claimed("*", f"do:{verb.name}")
    fields = [field_for(verb, o, place) for o in verb.options if o.required]
    asked_here = all(f.kind in ASKED_HERE for f in fields) and (bool(fields) or not verb.options)
    answer: dict[str, Any] = {
        "label": str(verb.label), "subject": str(record or place.title), "action": url,
        "asks": [{"name": f.name, "label": str(f.label), "kind": f.kind} for f in fields] if asked_here else [],
        "form": "" if asked_here and own is None else url, "is_page": own is not None,
    }  # fmt: skip
    return JsonResponse(answer, headers={"Cache-Control": "private, no-store"})


def _verb(request: Request) -> tuple[Place, int, Verb]:
    """The record (0: the rows of a list) and verb that an address names; NotSeen for anything else."""
    on, name = request.GET.get("on", ""), request.GET.get("verb", "")
    at = record_at(on) or _list_at(request.actor, on, name)
    verb = at[0].entity.verb_by_name.get(name) if at is not None else None
    if at is None or verb is None or verb.creates or verb.trashed or verb is at[0].entity.edit:
        raise NotSeen("verb")
    return *at, verb


def _list_at(actor: Actor, path: str, name: str) -> tuple[Place, int] | None:
    """A list on whose chosen rows the verb may be run."""
    place = place_at(path.strip("/")) if path.strip("/").replace("-", "").isalpha() else None
    verb = place.entity.verb_by_name.get(name) if place is not None else None
    may = place is not None and verb is not None and place.may(actor, "bulk") and place.may(actor, verb.action(actor))
    return (place, 0) if may and place is not None else None


def _values(request: Request, place: Place, verb: Verb, record: Any) -> HttpResponse:
    name, said = request.GET["option"], request.GET.get("q", "").strip()[:100]
    form = verb_form(request, place, verb, record)
    field = form.declared_fields_by_name.get(name)
    if field is None:
        raise NotSeen("option")
    items = _fitting(request, field, form.fields[name], said)
    context = {"groups": [{"label": str(field.label), "items": items}], "q": said, "offers_values": True}
    return show(request, "shell/_palette_results.html", context)


def _fitting(request: Request, field: Field, made: Any, said: str) -> list[Item]:
    if field.kind == "yesno":
        return [_value("yes", _("Yes")), _value("no", _("No"))]
    if field.kind in ("text", "integer"):
        return [_value(said, _("“%(words)s”") % {"words": said})] if said else []
    if field.kind == "date":
        return _days(said)
    if field.to is not None and not is_book(field) and said:
        if entity_of(field.to).right(request.actor, entity_of(field.to).title) == "hidden":
            return []
        return [
            _value(o["value"], o["label"], o["note"]) for o in options_for(request.actor, entity_of(field.to), said)
        ]
    choices = [(str(value), str(label)) for value, label in made.widget.choices if value not in ("", None)]
    by_value = getattr(made.widget, "by_value", {})
    fits = [(likeness(said, label), n, value, label) for n, (value, label) in enumerate(choices)]
    found = sorted((f, n, value, label) for f, n, value, label in fits if f is not None)[:MOST]
    notes = {v: c.consequence or c.note for v, c in by_value.items()}
    return [_value(value, label, notes.get(value, "")) for _f, _n, value, label in found]


def _days(said: str) -> list[Item]:
    """What is understood of a typed day; the nearest ones before anything is typed."""
    found = []
    for text in [said] if said else [_("today"), _("tomorrow")]:
        try:
            understood = typed.read("date", text)
        except Refused as no:
            return [item("", "alert-triangle", no.message)]
        found.append(_value(understood.isoformat(), day(understood), "" if text == day(understood) else text))
    return found


def _value(value: Any, label: Any, note: str = "") -> Item:
    return item("", "chevron-right", str(label), note, value=str(value))
