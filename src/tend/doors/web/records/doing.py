"""Doing something to a record: the form of any verb from its keywords, in a dialog or on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tend.doors.web.pages import Request, after, next_url, page, show, undo_of
from tend.doors.web.records.detail import fetch, settled
from tend.doors.web.records.fieldset import Group
from tend.doors.web.records.forms import RecordForm
from tend.doors.web.records.places import Place, claimed
from tend.kernel.actor import Actor
from tend.kernel.entity import Field
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.options import cleaned_options, option_kind
from tend.kernel.verbs import Verb

WORDS: Mapping[str, Any] = {
    "to": gettext_lazy("To"), "user": gettext_lazy("Who"), "role": gettext_lazy("Role"), "is_caller": gettext_lazy("Makes the calls"),
    "until": gettext_lazy("Until"), "reason": gettext_lazy("Reason"), "kind": gettext_lazy("Kind"), "since": gettext_lazy("Since"),
    "area": gettext_lazy("Area"), "is_disinterest": gettext_lazy("Not wanted"), "strength": gettext_lazy("Strength"),
    "note": gettext_lazy("Note"), "text": gettext_lazy("Text"), "purpose": gettext_lazy("Purpose"), "tags": gettext_lazy("Tags"),
    "account": gettext_lazy("Company"), "is_primary": gettext_lazy("Main contact of this company"), "is_main": gettext_lazy("Her or his main company"), "outcome": gettext_lazy("How it ended"),
    "interaction_status": gettext_lazy("Interaction status"), "at": gettext_lazy("When"), "time": gettext_lazy("At what time"), "duration": gettext_lazy("Minutes"),
    "promised": gettext_lazy("Promised to the customer"), "remark": gettext_lazy("Remark"), "into": gettext_lazy("Into"),
}  # fmt: skip
LONG = ("text",)


@page("GET", "POST")
def do(request: Request, word: str, pk: int, name: str) -> HttpResponse:
    """Run a verb on one record; its keywords are asked for when it has some that are not given yet."""
    place = settled(word)
    verb = place.entity.verb_by_name.get(name)
    if verb is None or verb.creates or verb is place.entity.edit:
        raise NotSeen(name)
    record = _subject(place, request.actor, pk, verb)
    own = claimed(place.entity.plural, f"do:{name}") or claimed("*", f"do:{name}")
    if own is not None and request.method == "GET":
        answer: HttpResponse = own(request, place, pk)  # a page of its own asks for what it needs
        return answer
    form = verb_form(request, place, verb, record)
    if request.method == "POST" and form.is_valid():
        raw = form.raw()
        if not form.errors:
            try:
                done = verb(request.actor, pk, **cleaned_options(request.actor, verb, _flags(form, raw)))
            except Refused as no:
                if not form.fields:
                    raise
                form.refuse(no)
            else:
                text = done.sentence or _("%(verb)s: “%(name)s” is done.") % {
                    "verb": verb.label or verb.name,
                    "name": record,
                }
                gone = getattr(done.record, "trashed_at", None) is not None
                return after(request, next_url(request, place.url if gone else place.page(pk)), text, undo_of(done))
    context = {
        "place": place, "record": record, "form": form, "action": request.get_full_path(), "header_title": str(verb.label or verb.name),
        "subject": str(record), "cancel_url": next_url(request, place.page(pk)), "next": request.GET.get("next", ""),
        "crumbs": [{"label": place.title, "url": place.url}, {"label": str(record), "url": place.page(pk)}],
    }  # fmt: skip
    return show(
        request, "records/do.html", context, regions={"dialog": "records/_do.html"}, status=422 if form.errors else 200
    )


def verb_form(
    request: Request, place: Place, verb: Verb, record: Any = None, *, without: tuple[str, ...] = ()
) -> RecordForm:
    """The keywords of a verb as a form; what the address names is filled in.

    A page may leave some unasked, and may say which values make sense for this record (`options:complete.outcome`).
    """
    asks = claimed(place.entity.plural, f"asks:{verb.name}") or {}
    unasked = {name for name, field in asks.items() if field is None} | set(without)  # type: ignore[attr-defined]
    fields = tuple(field_for(verb, option, place) for option in verb.options if option.name not in unasked)
    given = {f.name: request.GET[f.name] for f in fields if f.name in request.GET}
    defaults = {o.name: o.default for o in verb.options if o.default not in (None, "", False)}
    offered = {
        f.name: claimed(place.entity.plural, f"options:{verb.name}.{f.name}") for f in fields if record is not None
    }
    options = {name: offer(request.actor, record, verb) for name, offer in offered.items() if offer is not None}
    return RecordForm(
        [Group("", fields)], request.actor, {**defaults, **given}, request.POST if request.method == "POST" else None,
        only_filled=True, options=options,
    )  # fmt: skip


def field_for(verb: Verb, option: Any, place: Place) -> Field:
    """A keyword as a form field: of the field that the verb owns when there is one, else by its type."""
    asked = (claimed(place.entity.plural, f"asks:{verb.name}") or {}).get(option.name)
    if asked is not None:
        return replace(asked, required=option.required)
    owned = next((f for f in place.entity.all_fields if f.verb == verb.name and f.verb_option == option.name), None)
    if owned is not None:
        return replace(owned, name=option.name, required=option.required)
    kind, to, _optional = option_kind(option)
    kind = {"texts": "text", "values": "json"}.get(kind, kind)
    label = WORDS.get(option.name) or option.name.replace("_", " ").capitalize()
    return Field(
        option.name,
        label=label,
        kind="longtext" if option.name in LONG else kind,
        to=to,
        required=option.required,
        many=kind == "links",
    )


def _flags(form: RecordForm, raw: dict[str, Any]) -> dict[str, Any]:
    """A box that is not ticked says no, where the rule asks yes or no."""
    flags = {n for n, f in form.declared_fields_by_name.items() if f.kind == "yesno" and f.required}
    return {**dict.fromkeys(flags, False), **raw}


def _subject(place: Place, actor: Actor, pk: int, verb: Verb) -> Any:
    if not verb.trashed:
        return fetch(place, actor, pk)
    record = place.entity.model.objects.seen_by(actor, trashed=True).filter(pk=pk).first()  # type: ignore[attr-defined]
    if record is None:
        raise NotSeen(place.word)
    return record


def counted(place: Place, n: int) -> str:
    """ "3 accounts" in the place's own word."""
    words = {"accounts": ngettext("%(n)d account", "%(n)d accounts", n), "leads": ngettext("%(n)d lead", "%(n)d leads", n),
             "contacts": ngettext("%(n)d contact", "%(n)d contacts", n), "activities": ngettext("%(n)d activity", "%(n)d activities", n),
             "documents": ngettext("%(n)d document", "%(n)d documents", n)}  # fmt: skip
    return (words.get(place.word) or ngettext("%(n)d record", "%(n)d records", n)) % {"n": n}
