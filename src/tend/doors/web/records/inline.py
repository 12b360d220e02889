"""Changing one field where it stands: a cell asks for its form, saves it, and shows the new value or the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, after, next_url, page, show, told, undo_of, wants_fragment
from tend.doors.web.records import cells
from tend.doors.web.records.detail import fetch, settled
from tend.doors.web.records.fieldset import Group, find, writable
from tend.doors.web.records.forms import RecordForm
from tend.doors.web.records.history import last_writer
from tend.doors.web.records.places import Place, claimed
from tend.doors.web.records.several import is_several
from tend.doors.web.records.widgets import Choice
from tend.kernel.entity import Field
from tend.kernel.errors import Expected, NotSeen, Refused, RefusedFields, Stale
from tend.kernel.reading import Reader, mark_of
from tend.kernel.values import edit_record


@page("GET", "POST")
def cell(request: Request, word: str, pk: int, name: str) -> HttpResponse:
    """The form of one field (GET), or the cell's new inside (POST); 422 and 409 keep what was typed."""
    place = settled(word)
    record = fetch(place, request.actor, pk)
    field = find(place.entity, request.actor, name)
    if field is None or not (field.trait == "characteristics" or writable(place.entity, request.actor, [name])):
        raise NotSeen(name)
    fetch(place, request.actor, pk, "edit")
    beside = _beside(place, request, field)
    reader = Reader(place.entity, request.actor, [name])
    values = reader.one(record)
    value, mark = values.get(name), mark_of(values)
    options = offered(place, request, record, field)
    held = Reader(place.entity, request.actor, [f.name for f in beside]).one(record) if beside else {}
    form = RecordForm(
        [Group("", (field, *beside))], request.actor, {**held, name: value}, request.POST or None, options=options and {name: options},
    )  # fmt: skip
    if request.method == "GET":
        return _form(request, place, record, form, mark, 200)
    if form.is_valid():
        raw = form.raw()
        if not form.errors:
            try:
                return _saved(request, place, record, field, raw, reader.still(request.POST.get("version") or mark))
            except Stale:
                if form.stored(name) == form.drawn(name):  # somebody changed another field: nothing to choose here
                    return _saved(request, place, record, field, raw, reader.still(mark))
                who, _when = last_writer(place.entity, request.actor, pk)
                theirs = cells.plain(field, value) or _("not filled in")
                form.add_error(
                    name,
                    _("%(name)s made it “%(value)s” meanwhile. Save again to keep yours.")
                    % {"name": who or _("Somebody"), "value": theirs},
                )
                return _form(request, place, record, form, mark, 409)
            except Refused as no:
                if lacking := _lacking(place, request, no, name):
                    return _ask(request, place, record, (field, *beside), lacking, mark, options)
                form.refuse(no)
                if not form.errors.get(name) and not beside:
                    form.add_error(name, no.message)
    if beside:
        return _answer(request, place, record, form, mark)
    return _form(request, place, record, form, mark, 422)


def _beside(place: Place, request: Request, field: Field) -> list[Field]:
    """The company's own fields that came with this one, because they are required where it leads."""
    said = [n for n in request.POST if n.startswith("characteristics.") and n != field.name]
    return [f for n in said if (f := find(place.entity, request.actor, n)) is not None]


def _lacking(place: Place, request: Request, no: Refused, name: str) -> list[Field]:
    """Further fields that must be filled in for this change, when they are all that stands in its way."""
    errors = no.errors if isinstance(no, RefusedFields) else {}
    if not errors or any(e.code != "required" or n == name for n, e in errors.items()):
        return []
    found = [find(place.entity, request.actor, n) for n in errors]
    return [f for f in found if f is not None] if all(found) else []


def _ask(
    request: Request, place: Place, record: Any, said: Sequence[Field], lacking: Sequence[Field], mark: str,
    options: Sequence[Choice] | None,
) -> HttpResponse:  # fmt: skip
    """What was chosen is kept, and what it requires is asked for in one form: a dialog, or a page without scripts."""
    fields = tuple({f.name: f for f in (*said, *lacking)}.values())
    values = Reader(place.entity, request.actor, [f.name for f in fields]).one(record)
    form = RecordForm(
        [Group("", fields)], request.actor, values, request.POST, options=options and {said[0].name: options}
    )
    form.is_valid()
    for field in lacking:
        if field.name in request.POST:  # asked for already, and still blank
            form.add_error(field.name, _("%(field)s is required.") % {"field": field.label})
    return _answer(request, place, record, form, mark)


def _answer(request: Request, place: Place, record: Any, form: RecordForm, mark: str) -> HttpResponse:
    context = {
        "place": place, "record": record, "form": form, "action": request.path, "version": request.POST.get("version") or mark,
        "header_title": str(record), "cancel_url": next_url(request, place.page(record.pk)), "next": _page_of(request),
    }  # fmt: skip
    template = "records/_lacking.html" if wants_fragment(request) else "records/lacking.html"
    answer = show(request, template, context, status=422)
    answer.headers["Tend-Dialog"] = "1"
    return answer


def _page_of(request: Request) -> str:
    """The page on which the cell stands, to come back to."""
    said = request.POST.get("next") or ""
    if not said and (current := request.headers.get("HX-Current-URL")):
        parts = urlsplit(current)
        said = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return said


def offered(place: Place, request: Request, record: Any, field: Field) -> Sequence[Choice] | None:
    """Options of a picker as a handmade page words them, with their consequences; None leaves it to the kind."""
    words = claimed(place.entity.plural, f"options:{field.name}")
    return words(request.actor, record, field) if words else None


def _saved(request: Request, place: Place, record: Any, field: Field, raw: Any, expect: Expected) -> HttpResponse:
    done = edit_record(request.actor, place.entity, record.pk, raw, expect=expect) if raw else None
    text = ""
    if done is not None and done.act:
        text = done.sentence or _("%(field)s of “%(name)s” is saved.") % {"field": field.label, "name": done.record}
    if not wants_fragment(request) or request.headers.get("HX-Target") == "dialog":
        return after(request, next_url(request, place.page(record.pk)), text, undo_of(done) if done else "")
    fresh = done.record if done is not None else record
    value = Reader(place.entity, request.actor, [field.name]).one(fresh).get(field.name)
    dress = claimed(place.entity.plural, "strip") if request.GET.get("as") == "strip" else None
    inside = dress(field, value) if dress else cells.show(field, value, wide=is_several(field))
    return told(HttpResponse(inside), text, undo_of(done) if done else "", event="record-changed")


def _form(request: Request, place: Place, record: Any, form: RecordForm, mark: str, status: int) -> HttpResponse:
    name = next(iter(form.declared_fields_by_name))
    context = {
        "place": place, "record": record, "bound": form[name], "action": request.get_full_path(), "version": mark,
        "header_title": str(record), "back": place.page(record.pk), "strip": request.GET.get("as") == "strip",
    }  # fmt: skip
    template = "records/_cell_form.html" if wants_fragment(request) else "records/cell.html"
    return show(request, template, context, status=status)
