"""Comparing records side by side and merging them: one page for duplicates, for a list's selection and for one record."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.doors.web.merging.columns import Columns
from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.records.detail import settled
from tend.doors.web.records.doing import field_for
from tend.doors.web.records.fieldset import Group
from tend.doors.web.records.forms import RecordForm
from tend.doors.web.records.places import Place, claimed, claims
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.merging import is_mergeable
from tend.kernel.merging.comparing import likeliest
from tend.kernel.operations import run_together

MOST = 5  # records side by side


@page("GET", "POST")
def compare(request: Request, word: str) -> HttpResponse:
    """Some records side by side: the better value of each field is chosen beforehand, each can be switched, then they are merged.

    A list posts what was chosen there. With one record alone it asks for the other.
    """
    place = settled(word)
    if not is_mergeable(place.entity):
        raise NotSeen(word)
    if request.method == "POST" and "into" not in request.POST:
        return after(request, _url(place, _numbers(request.POST.getlist("chosen"))))
    data = request.POST if request.method == "POST" else request.GET
    named = _numbers(data.getlist("of"))
    records = _records(place, request.actor, named)
    if not records:
        raise NotSeen(word)
    if request.method == "POST" and len(records) < len(set(named)):  # somebody else was faster: he merged one of them
        said = _("Somebody has changed one of these since you opened the page. Look again, then merge.")
        return after(
            request, place.page(records[0].pk) if len(records) == 1 else _url(place, [r.pk for r in records]), said
        )
    if len(records) == 1:
        return _ask(request, place, records[0])
    wanted = next(iter(_numbers([data.get("into", "")])), None)
    into = next((r for r in records if r.pk == wanted), None) or likeliest(place.entity, records)
    columns = Columns(place.entity, request.actor, records, into)
    if request.method == "POST":
        return _merge(request, place, columns)
    return _draw(request, place, columns)


def _merge(request: Request, place: Place, columns: Columns) -> HttpResponse:
    """Merge as chosen, unless somebody has changed what is compared since it was shown."""
    chosen = {
        n.removeprefix("field-"): int(v) for n, v in request.POST.items() if n.startswith("field-") and v.isdecimal()
    }
    if request.POST.get("mark") != columns.mark:
        said = _("Somebody has changed one of these since you opened the page. Look again, then merge.")
        return _draw(request, place, columns, chosen, said, status=409)
    into, entity = columns.into, place.entity
    rows = {row.name for row in columns.differing(chosen) if row.may_choose}
    calls = [
        (r.pk, {"into": into, "take": [n for n, pk in chosen.items() if n in rows and pk == r.pk]})
        for r in columns.records
        if r.pk != into.pk
    ]
    try:
        operation = run_together(entity.verb_by_name["merge"], request.actor, calls)
    except Refused as no:
        return _draw(request, place, columns, chosen, no.message, status=422)
    names = ", ".join(f"“{r}”" for r in columns.records if r.pk != into.pk)
    text = ngettext("%(names)s is part of “%(into)s” now.", "%(names)s are part of “%(into)s” now.", len(calls)) % {
        "names": names, "into": into,
    }  # fmt: skip
    return after(request, place.page(into.pk), text, f"/undo/operation/{operation.pk}")


def _draw(
    request: Request, place: Place, columns: Columns, chosen: dict[str, int] | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:  # fmt: skip
    ids = [r.pk for r in columns.records]
    tell = claimed(place.entity.plural, "merging")
    heads = [
        {
            "pk": r.pk, "name": str(r), "url": place.page(r.pk), "note": _note(place, r), "stays": r.pk == columns.into.pk,
            "keep_url": _url(place, ids, into=r.pk),
        }
        for r in columns.records
    ]  # fmt: skip
    context = {
        "place": place, "heads": heads, "rows": columns.differing(chosen or {}), "united": columns.united(),
        "moving": columns.moving(),
        "sentences": tell(request.actor, columns.into, [r for r in columns.records if r is not columns.into]) if tell else [],
        "mark": columns.mark, "into": columns.into.pk, "may_merge": _may(place, request.actor, ids), "refusal": refusal,
        "action": f"{place.url}/compare", "header_title": _("Compare and merge"), "crumbs": [{"label": place.title, "url": place.url}],
        "cancel_url": place.page(columns.into.pk), "into_name": str(columns.into), "apart": _apart(place, request.actor, columns),
    }  # fmt: skip
    return show(request, "merging/compare.html", context, status=status)


def _ask(request: Request, place: Place, record: Any) -> HttpResponse:
    """One record alone: which is the other?"""
    verb = place.entity.verb_by_name["merge"]
    option = next(o for o in verb.options if o.name == "into")
    form = RecordForm([Group("", (field_for(verb, option, place),))], request.actor, {}, None)
    other = _numbers([request.GET.get("into", "")])
    if other and other[0] != record.pk and _records(place, request.actor, other):
        return after(request, _url(place, [record.pk, other[0]]))
    context = {
        "place": place, "record": record, "form": form, "action": f"{place.url}/compare", "header_title": _("Merge"),
        "crumbs": [{"label": place.title, "url": place.url}, {"label": str(record), "url": place.page(record.pk)}],
        "cancel_url": place.page(record.pk),
    }  # fmt: skip
    return show(request, "merging/ask.html", context)


def _records(place: Place, actor: Actor, ids: list[int]) -> list[Any]:
    """Those in sight, in the order in which they were named."""
    wanted = list(dict.fromkeys(ids))[:MOST]
    rows: Any = place.entity.model.objects.seen_by(actor)  # type: ignore[attr-defined]
    found = {r.pk: r for r in rows.filter(pk__in=wanted)}
    return [found[pk] for pk in wanted if pk in found]


def _may(place: Place, actor: Actor, ids: list[int]) -> bool:
    """Has the actor the right on all of them?"""
    action = place.entity.verb_by_name["merge"].action(actor)
    rows: Any = place.entity.model.objects.seen_by(actor, action)  # type: ignore[attr-defined]
    return len(rows.filter(pk__in=ids).values_list("pk", flat=True)) == len(ids)


def _apart(place: Place, actor: Actor, columns: Columns) -> dict[str, Any] | None:
    """Saying that two are not the same, where the record type has a verb for it."""
    if "keep-apart" not in place.entity.verb_by_name or len(columns.records) != 2:
        return None
    rows: Any = place.entity.model.objects.seen_by(actor, "edit")  # type: ignore[attr-defined]
    editable = set(rows.filter(pk__in=[r.pk for r in columns.records]).values_list("pk", flat=True))
    for one, other in (columns.records, columns.records[::-1]):
        if one.pk in editable:
            return {"url": place.page(one.pk, "do", "keep-apart"), "other": other.pk, "next": place.page(one.pk)}
    return None


def _note(place: Place, record: Any) -> str:
    number = getattr(record, "number", "") if place.entity.by_name.get("number") else ""
    return str(number)


def _numbers(said: list[str]) -> list[int]:
    return [int(v) for v in said if v.isdecimal() and v.isascii() and len(v) < 19]


def _url(place: Place, ids: list[int], **more: int) -> str:
    return f"{place.url}/compare?{urlencode([*(('of', pk) for pk in ids), *more.items()])}"


@claims("*", "do:merge")
def to_compare(request: Request, place: Place, pk: int) -> HttpResponse:
    """The merge verb of a record's menu leads here."""
    return after(request, _url(place, [pk]))
