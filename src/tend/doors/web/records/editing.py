"""Creating and editing a record by its form, and the choice field by field when two people edited it at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.doors.web.pages import Request, after, next_url, page, show, undo_of
from tend.doors.web.records import cells
from tend.doors.web.records.detail import fetch, settled
from tend.doors.web.records.fieldset import groups
from tend.doors.web.records.forms import RecordForm
from tend.doors.web.records.history import last_writer
from tend.doors.web.records.places import Place, claimed
from tend.doors.web.records.several import is_several, load
from tend.kernel.errors import Expected, NotAllowed, Refused, Stale
from tend.kernel.reading import Reader, mark_of
from tend.kernel.values import create_record, edit_record


@page("GET", "POST")
def create(request: Request, word: str) -> HttpResponse:
    """The form of a new record. What the address names is filled in already."""
    place = settled(word)
    if place.entity.create is None or not place.may(request.actor, "create"):
        raise NotAllowed("create")
    shown = groups(place, request.actor, creating=True)
    given = {**_usual(place), **place.given, **_from_address(place, request)}
    form = RecordForm(shown, request.actor, given, request.POST if request.method == "POST" else None, only_filled=True)
    alike: list[Any] = []
    if request.method == "POST" and form.is_valid():
        raw = {**place.given, **form.raw()}
        if not form.errors:
            alike = _alike(place, request, raw)
            if not alike or request.POST.get("anyway"):
                try:
                    done = create_record(request.actor, place.entity, raw)
                except Refused as no:
                    form.refuse(no)
                else:
                    _told_apart(place, request, done.record, alike)
                    text = done.sentence or _("“%(name)s” is entered.") % {"name": done.record}
                    return after(request, next_url(request, place.page(done.record.pk)), text, undo_of(done))
    context = {
        "place": place, "form": form, "alike": alike, "draft": f"{place.word}-new", "cancel_url": next_url(request, place.url),
        "header_title": place.new_label, "next": request.GET.get("next", ""),
        "crumbs": [{"label": place.title, "url": place.url}],
    }  # fmt: skip
    return show(request, "records/form.html", context, status=422 if form.errors else 409 if alike else 200)


@page("GET", "POST")
def edit(request: Request, word: str, pk: int) -> HttpResponse:
    """The form of an old record; only what was changed in it is written."""
    place = settled(word)
    record = fetch(place, request.actor, pk)
    if place.entity.edit is None or not _may_edit(place, request, pk):
        raise NotAllowed("edit")
    shown = groups(place, request.actor, creating=False, record=record)
    names = [f.name for g in shown for f in g.fields]
    reader = Reader(place.entity, request.actor, names)
    values = reader.one(record)
    if "conflict" in request.GET and request.method == "POST":
        return _settle(request, place, record, reader, values, shown)
    form = RecordForm(shown, request.actor, values, request.POST if request.method == "POST" else None)
    alike: list[Any] = []
    if request.method == "POST" and form.is_valid():
        raw = form.raw()
        alike = _alike(place, request, raw, record) if not form.errors else []
        if not form.errors and (not alike or request.POST.get("anyway")):
            try:
                _told_apart(place, request, record, alike)
                return _save(request, place, record, raw, reader.still(_version(request, values)))
            except Stale:
                return _merge(request, place, record, reader, values, form, raw)
            except Refused as no:
                form.refuse(no)
    context = {
        "place": place, "record": record, "form": form, "version": _version(request, values),
        "draft": f"{place.word}-{pk}", "cancel_url": next_url(request, place.page(pk)), "header_title": str(record),
        "crumbs": [{"label": place.title, "url": place.url}, {"label": str(record), "url": place.page(pk)}], "next": request.GET.get("next", ""),
        "alike": alike,
    }  # fmt: skip
    return show(request, "records/form.html", context, status=422 if form.errors else 409 if alike else 200)


def _save(request: Request, place: Place, record: Any, raw: Mapping[str, Any], expect: Expected) -> HttpResponse:
    if not raw:
        return after(request, next_url(request, place.page(record.pk)), _("Nothing was changed."))
    done = edit_record(request.actor, place.entity, record.pk, raw, expect=expect)
    text = done.sentence or _("“%(name)s” is saved.") % {"name": done.record}
    return after(request, next_url(request, place.page(record.pk)), text, undo_of(done))


def _merge(
    request: Request,
    place: Place,
    record: Any,
    reader: Reader,
    values: Mapping[str, Any],
    form: RecordForm,
    raw: Mapping[str, Any],
) -> HttpResponse:
    """Somebody saved in between: what only one of the two changed is taken, the rest is asked for field by field."""
    mine = {n: form.said(n) for n in raw}
    before = {n: form.drawn(n) for n in raw}
    now = {n: form.stored(n) for n in raw}
    both = [n for n in raw if now[n] != before[n] and now[n] != mine[n]]
    if not both:
        return _save(request, place, record, raw, reader.still(mark_of(values)))
    return _conflict(request, place, record, values, form, mine, both)


def _conflict(
    request: Request,
    place: Place,
    record: Any,
    values: Mapping[str, Any],
    form: RecordForm,
    mine: Mapping[str, list[str]],
    both: list[str],
) -> HttpResponse:
    who, when = last_writer(place.entity, request.actor, record.pk)
    fields = [
        {"name": n, "label": form.fields[n].label, "mine": _worded(form, n, mine[n]), "theirs": cells.plain(form.declared_fields_by_name[n], values[n])}
        for n in both
    ]  # fmt: skip
    kept = [{"name": f"mine-{n}", "value": v} for n, said in mine.items() for v in said]
    name = who or _("Somebody")
    context = {
        "place": place, "record": record, "fields": fields, "action": f"{place.page(record.pk, 'edit')}?conflict=1",
        "kept": [*kept, {"name": "version", "value": mark_of(values)}], "header_title": str(record),
        "theirs": _("%(name)s, %(time)s") % {"name": name, "time": when} if when else name,
        "sentence": _("%(name)s saved %(record)s while you were writing. Choose for each field; nothing is lost.") % {"name": name, "record": record},
        "take_all_label": _("Take all of theirs"),
    }  # fmt: skip
    return show(request, "records/conflict.html", context, status=409)


def _settle(
    request: Request, place: Place, record: Any, reader: Reader, values: Mapping[str, Any], shown: Any
) -> HttpResponse:
    """The answer to the choice: fields that stay mine are written, unless somebody was quicker once more."""
    take_theirs = request.POST.get("all") == "theirs"
    names = [n.removeprefix("mine-") for n in request.POST if n.startswith("mine-")]
    chosen = [n for n in names if request.POST.get(n, "mine") == "mine" and not (take_theirs and n in request.POST)]
    data = request.POST.copy()
    for name in names:
        data.setlist(name, request.POST.getlist(f"mine-{name}"))
    form = RecordForm(shown, request.actor, values, data)
    form.is_valid()
    raw = {
        n: form._typed(form.declared_fields_by_name[n], form.cleaned_data.get(n)) for n in chosen if n in form.fields
    }
    version = _version(request, values)
    if version != mark_of(values):
        mine = {n: data.getlist(n) for n in names}
        return _conflict(request, place, record, values, form, mine, [n for n in names if n in form.fields])
    try:
        return _save(request, place, record, raw, reader.still(version))
    except Refused as no:
        form.refuse(no)
        context = {
            "place": place,
            "record": record,
            "form": form,
            "version": mark_of(values),
            "header_title": str(record),
            "cancel_url": place.page(record.pk),
        }
        return show(request, "records/form.html", context, status=422)


def _version(request: Request, values: Mapping[str, Any]) -> str:
    """What the form was drawn from, as it says itself: a mark of the values that its reader saw, and of nothing else."""
    return request.POST.get("version") or mark_of(values)


def _may_edit(place: Place, request: Request, pk: int) -> bool:
    rows = place.entity.model.objects.seen_by(request.actor, "edit")  # type: ignore[attr-defined]
    return bool(rows.filter(pk=pk).exists())


def _worded(form: RecordForm, name: str, said: list[str]) -> str:
    """What I typed, with the names of chosen values instead of their ids."""
    field = form.declared_fields_by_name[name]
    if is_several(field):
        return cells.plain(field, load(said[0]) or [])
    words = dict(getattr(form.fields[name].widget, "choices", ()) or ())
    return ", ".join(str(words.get(s, s)) for s in said if s)


def _from_address(place: Place, request: Request) -> dict[str, Any]:
    return {n: v for n, v in request.GET.items() if n in place.entity.by_name or n.startswith("characteristics.")}


def _usual(place: Place) -> dict[str, Any]:
    """The choices that the record type takes when nothing else is said."""
    columns = {f.name: f for f in place.entity.model._meta.concrete_fields}
    return {
        f.name: columns[f.name].get_default() for f in place.entity.all_fields if f.kind == "choice" and f.name in columns and columns[f.name].has_default()
    }  # fmt: skip


def _alike(place: Place, request: Request, raw: Mapping[str, Any], record: Any = None) -> list[Any]:
    look = claimed(place.word, "alike") or claimed(place.entity.plural, "alike")
    return look(request.actor, raw, record) if look else []


def _told_apart(place: Place, request: Request, record: Any, others: list[Any]) -> None:
    """Whoever was shown what looks alike and goes on has said that it is another one."""
    tell = claimed(place.entity.plural, "told apart")
    if tell and others:
        tell(request.actor, record, others)
