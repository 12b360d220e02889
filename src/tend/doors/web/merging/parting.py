"""Parting what was merged: what goes back and what stays, told beforehand by a trial run and afterwards by the operation."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.doors.web.merging.columns import in_words
from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.records.detail import settled
from tend.doors.web.records.places import Place, claims, home_of
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen
from tend.kernel.merging import is_mergeable, merged_from
from tend.kernel.merging.rehearsing import Parted, parted_by, rehearse_parting
from tend.kernel.operations import operations_of


@page("GET", "POST")
def part(request: Request, word: str, pk: int) -> HttpResponse:
    """What parting a merged record would bring back and what it would leave, then the same for what was done."""
    place = settled(word)
    if not is_mergeable(place.entity):
        raise NotSeen(word)
    done = request.GET.get("done", "")
    operation = (
        operations_of(request.actor).filter(pk=int(done), kind="unmerge").first()
        if done.isdecimal() and len(done) < 19
        else None
    )
    record = _record(place, request.actor, pk)
    if request.method == "POST":
        told = place.entity.verb_by_name["unmerge"](request.actor, pk)
        assert told.operation is not None
        return after(
            request,
            f"{place.page(pk, 'part')}?done={told.operation.pk}",
            told.sentence,
            f"/undo/operation/{told.operation.pk}",
        )
    if operation is not None:
        return _draw(request, place, record, parted_by(request.actor, operation), is_done=True)
    if record.merged_into_id is None:
        raise NotSeen(word)
    return _draw(request, place, record, rehearse_parting(request.actor, place.entity, pk), is_done=False)


def _draw(request: Request, place: Place, record: Any, found: Parted, *, is_done: bool) -> HttpResponse:
    winner = found.winner
    context = {
        "place": place, "record": record, "is_done": is_done, "winner": winner,
        "winner_url": place.page(winner.pk) if winner is not None else "",
        "back": [in_words(e, n) for e, n in found.back], "kept": [_kept(item) for item in found.kept],
        "kept_beside": found.kept_beside, "action": place.page(record.pk, "part"), "header_title": str(record),
        "crumbs": [{"label": place.title, "url": place.url}], "url": place.page(record.pk),
        "cancel_url": place.page(winner.pk) if winner is not None else place.url,
    }  # fmt: skip
    return show(request, "merging/part.html", context)


def _kept(item: Any) -> dict[str, str]:
    why = {
        "changed": _("changed since, and stays as it is"), "deleted": _("deleted since"), "there": _("there already"),
    }  # fmt: skip
    home = home_of(type(item.record))
    return {
        "name": str(item.record), "what": item.label, "why": why.get(item.why, item.why),
        "url": home.page(item.record.pk) if home is not None else "",
    }  # fmt: skip


def _record(place: Place, actor: Actor, pk: int) -> Any:
    rows: Any = place.entity.model.objects.seen_by(actor, trashed=True)  # type: ignore[attr-defined]
    record = rows.filter(pk=pk).first() if pk < 2**63 else None
    if record is None:
        raise NotSeen(place.word)
    return record


def may_merge(actor: Actor, place: Place, line: str) -> bool:
    """May this person merge, and part again, any records that stand on a line of his roles?"""
    return actor.scope(line, place.entity.verb_by_name["merge"].action(actor)) != "none"


def merged_here(actor: Actor, place: Place, record: Any) -> list[dict[str, str]]:
    """The records in sight that were merged into this one, each with the page that parts it."""
    found = merged_from(actor, place.entity, record)
    return [{"name": str(r), "url": place.page(r.pk, "part")} for r in found]


@claims("*", "do:unmerge")
def to_part(request: Request, place: Place, pk: int) -> HttpResponse:
    """The verb of a record's menu leads here."""
    return after(request, place.page(pk, "part"))
