"""Changing many records at once: what is offered, the summary before it runs, and the operation with its Undo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.records.detail import settled
from tend.doors.web.records.doing import counted, field_for
from tend.doors.web.records.fieldset import Group, writable
from tend.doors.web.records.forms import RecordForm
from tend.doors.web.records.places import Place
from tend.doors.web.records.state import State, listing, whole_filter
from tend.doors.web.templatetags import tend as words
from tend.kernel.actor import Actor
from tend.kernel.entity import Field
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.kernel.jobs.bulk import run_or_queue
from tend.kernel.jobs.listed import Listed, count_listed, run_or_queue_listed
from tend.kernel.jobs.stages import AT_ONCE
from tend.kernel.listing import Count
from tend.kernel.merging import is_mergeable
from tend.kernel.operations import Operation, changed_meanwhile
from tend.kernel.options import cleaned_options
from tend.kernel.values import Cleaner
from tend.kernel.verbs import Verb

MOST = 100_000  # rows that are named one by one
ASKED_AT_ONCE = 5000  # ids in one question to the database
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
NAMED = 8
FIRST = (("set-status", "s"), ("reassign", "a"), ("add-tags", "t"))
FURTHER = ("remove-tags", "follow", "unfollow", "archive", "restore", "trash")


def offered(place: Place, actor: Actor, state: State) -> dict[str, Any]:
    """The verbs of the bulk bar as far as the actor's rights go; none at all without the right to bulk edits."""
    if not place.may(actor, "bulk"):
        return {"may_bulk": False}
    known = place.entity.verb_by_name
    query = state.query(cursor="")
    first = [_button(place, known[n], key, query) for n, key in FIRST if n in known and _may(place, actor, known[n])]
    more = [
        _button(place, known[n], "", query)
        for n in FURTHER
        if n in known and n != "restore" and _may(place, actor, known[n])
    ]
    if is_mergeable(place.entity):
        more.insert(0, {"label": _("Compare and merge"), "url": f"{place.url}/compare", "key": ""})
    if place.may(actor, "edit"):
        more.insert(0, {"label": _("Change a field…"), "url": f"{place.url}/bulk/set?{query}", "key": ""})
    if place.may(actor, "export"):
        more += [
            {"label": label, "url": f"{place.url}/export?format={form}&{query}", "key": ""}
            for form, label in (("csv", _("Export as text (CSV)")), ("xlsx", _("Export as workbook (XLSX)")))
        ]
    return {"may_bulk": bool(first or more), "verbs": first, "more": more}


def _button(place: Place, verb: Verb, key: str, query: str) -> dict[str, str]:
    return {"label": str(verb.label or verb.name), "url": f"{place.url}/bulk/{verb.name}?{query}", "key": key}


def _may(place: Place, actor: Actor, verb: Verb) -> bool:
    return place.may(actor, verb.action(actor))


@dataclass(frozen=True)
class Chosen:
    """The rows that are meant: some by their ids, or all of the list, of which the run finds out what they are."""

    ids: list[int]
    listed: Listed | None
    count: Count

    @property
    def is_long(self) -> bool:
        return self.count.is_more or self.count.number > AT_ONCE


@page("POST")
def bulk(request: Request, word: str, name: str) -> HttpResponse:
    """First the summary with what the verb asks for, then, when it is confirmed, the operation."""
    place = settled(word)
    if not place.may(request.actor, "bulk"):
        raise NotAllowed("bulk")
    verb = place.entity.verb_by_name.get(name)
    if name != "set" and (
        verb is None or verb.creates or verb is place.entity.edit or not _may(place, request.actor, verb)
    ):
        raise NotSeen(name)
    state = State.of(request.GET.dict())
    chosen = _chosen(place, request, state)
    field = _field(place, request) if name == "set" else None
    form = _form(request, place, verb, field)
    if request.POST.get("go") and form is not None and form.is_valid():
        raw = form.raw()
        if not form.errors:
            try:
                operation = _run(place, request.actor, verb, field, chosen, raw)
            except Refused as no:
                form.refuse(no)
            else:
                if not operation.is_over:
                    return after(request, f"/operations/{operation.pk}?next={quote(state.url(place), safe='')}")
                return after(request, state.url(place), said(place, operation), f"/undo/operation/{operation.pk}")
    first = chosen.ids[:NAMED]
    rows = place.entity.model.objects.seen_by(request.actor).filter(pk__in=first).order_by(place.entity.title)  # type: ignore[attr-defined]
    context = {
        "place": place, "form": form, "ids": "" if chosen.listed else written(chosen.ids), "is_long": chosen.is_long, "names": [str(r) for r in rows],
        "rest": max(chosen.count.number - NAMED, 0), "is_more": chosen.count.is_more, "counted": counted_words(place, chosen.count),
        "all": bool(chosen.listed), "shown": "" if chosen.count.is_more else chosen.count.number,
        "action": request.get_full_path(), "cancel_url": state.url(place), "crumbs": [{"label": place.title, "url": state.url(place)}],
        "header_title": str(verb.label) if verb is not None else _("Change a field"), "choices": _bulk_fields(place, request.actor) if name == "set" else [],
        "field": field, "button": _button_words(place, verb, field, chosen.count), "is_harm": name == "trash",
    }  # fmt: skip
    return show(request, "records/bulk.html", context, status=422 if form is not None and form.errors else 200)


def said(place: Place, operation: Operation) -> str:
    """One sentence about what an operation did."""
    text = ngettext("%(what)s changed.", "%(what)s changed.", operation.changed) % {
        "what": counted(place, operation.changed)
    }
    if operation.failed:
        why = str(operation.refusals[0][1]) if operation.refusals else ""
        text += " " + ngettext("%(n)d refused: %(why)s", "%(n)d refused, the first: %(why)s", operation.failed) % {
            "n": operation.failed,
            "why": why,
        }
    differs = changed_meanwhile(operation)
    return f"{text} {differs_words(*differs)}" if differs is not None else text


def differs_words(shown: int, found: int) -> str:
    """That a list changed between its choice and the work."""
    return _("The list held %(shown)s when it was chosen and %(found)s when the work began.") % {
        "shown": words.number(shown),
        "found": words.number(found),
    }


def counted_words(place: Place, count: Count) -> str:
    """How many, as far as it was counted."""
    return (
        counted(place, count.number) if not count.is_more else _("%(n)s and more") % {"n": words.number(count.number)}
    )


def _chosen(place: Place, request: Request, state: State) -> Chosen:
    """The chosen rows, or all of the filter, within what the actor may change in bulk.

    Rows that were ticked are fixed: the form of the summary carries their ids, and is asked again which of them are his.
    All of a filter is what the filter finds when the work begins; the form carries how many there were.
    """
    if request.POST.get("all") == "filter":
        shown = request.POST.get("shown", "")
        listed = Listed(whole_filter(place, state.node(place)), state.q)
        count = count_listed(request.actor, place.entity, listed)
        first = (
            []
            if request.POST.get("go")
            else listing(place, request.actor, replace(state, cursor=""), action="bulk").ids(NAMED)
        )
        said = Count(int(shown), False) if shown.isdecimal() and len(shown) < 10 else count
        if not count.number:
            raise Refused(_("Choose rows that you may change, then try again."))
        return Chosen(first, replace(listed, shown=said), count)
    carried = read_ids(request.POST.get("ids", ""))
    wanted = carried or [int(i) for i in request.POST.getlist("chosen") if i.isdecimal() and len(i) < 19]
    wanted = sorted(set(wanted))[:MOST]
    mine = place.entity.model.objects.seen_by(request.actor, "bulk")  # type: ignore[attr-defined]
    found: list[int] = []
    for begin in range(0, len(wanted), ASKED_AT_ONCE):
        rows = mine.filter(pk__in=wanted[begin : begin + ASKED_AT_ONCE])
        found += sorted(rows.values_list("pk", flat=True))
    if not found:
        raise Refused(_("Choose rows that you may change, then try again."))
    return Chosen(found, None, Count(len(found), False))


def written(ids: list[int]) -> str:
    """Ids as one short text for a form: the steps from each to the next, in base 36."""
    steps, last = [], 0
    for pk in sorted(ids):
        steps.append(_base36(pk - last))
        last = pk
    return ".".join(steps)


def read_ids(text: str) -> list[int]:
    """The inverse of `written`; what is no such text is nothing."""
    found, last = [], 0
    try:
        for step in text.split(".", MOST)[:MOST] if text else []:
            last += int(step, 36)
            found.append(last)
    except ValueError:
        return []
    return found if all(0 < pk < 2**63 for pk in found) else []


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"


def _bulk_fields(place: Place, actor: Actor) -> list[Field]:
    """Fields that can be set to one value for many records."""
    names = [f.name for f in place.entity.fields if f.bulk and f.kind not in ("json", "longtext")]
    return [f for f in writable(place.entity, actor, names) if f.kind != "links"]


def _field(place: Place, request: Request) -> Field | None:
    wanted = request.POST.get("field") or request.GET.get("field") or ""
    if not wanted:
        return None
    found = next((f for f in _bulk_fields(place, request.actor) if f.name == wanted), None)
    if found is None:
        raise NotSeen(wanted)
    return found


def _form(request: Request, place: Place, verb: Verb | None, field: Field | None) -> RecordForm | None:
    data = request.POST if request.POST.get("go") else None
    if verb is None:
        if field is None:
            return None
        return RecordForm([Group("", (field,))], request.actor, {}, data)
    fields = tuple(field_for(verb, option, place) for option in verb.options)
    asked = {f.name: request.POST.getlist(f.name) if f.kind == "links" else request.POST[f.name] for f in fields if f.name in request.POST}  # fmt: skip
    return RecordForm([Group("", fields)], request.actor, asked if data is None else {}, data, only_filled=True)


def _run(
    place: Place, actor: Actor, verb: Verb | None, field: Field | None, chosen: Chosen, raw: dict[str, Any]
) -> Operation:
    if verb is None:
        assert field is not None
        value = Cleaner(place.entity, actor).clean({field.name: raw.get(field.name, "")})[field.name]
        verb = place.entity.verb_by_name[field.verb] if field.verb else place.entity.edit
        options = {field.verb_option: value} if field.verb else {"values": {field.name: value}}
    else:
        options = cleaned_options(actor, verb, raw)
    assert verb is not None
    if chosen.listed is not None:
        return run_or_queue_listed(actor, verb, chosen.listed, options)
    return run_or_queue(actor, verb, chosen.ids, options)


def _button_words(place: Place, verb: Verb | None, field: Field | None, count: Count) -> str:
    what = verb.label if verb is not None else _("Set %(field)s") % {"field": field.label if field is not None else ""}
    return f"{what}: {counted_words(place, count)}"
