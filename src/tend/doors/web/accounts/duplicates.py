"""Possible duplicates: accounts that look alike, for whoever sees both of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.domains.accounts.lookalikes import pairs_of, pairs_with
from tend.domains.accounts.models import Account
from tend.domains.accounts.queries import named
from tend.doors.web.accounts.places import ACCOUNTS, in_words
from tend.doors.web.pages import Request, page, show
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.reading import Reader

PAGE = 50
SHOWN = ("name", "owner", "address.city", "lifecycle", "last_contact_at")
URL = "/accounts/duplicates"


@page("GET")
def duplicates(request: Request) -> HttpResponse:
    """The pairs in sight, newest first, each side with what tells it from the other."""
    actor = request.actor
    at = request.GET.get("page", "")
    number = min(int(at), 1000) if at.isdecimal() and at.isascii() else 1
    rows = list(pairs_of(actor)[(number - 1) * PAGE : number * PAGE + 1])
    pairs = _drawn(actor, rows[:PAGE])
    context = {
        "pairs": pairs, "header_title": _("Possible duplicates"), "crumbs": [{"label": ACCOUNTS.title, "url": ACCOUNTS.url}],
        "next_url": f"{URL}?page={number + 1}" if len(rows) > PAGE else "", "previous_url": f"{URL}?page={number - 1}" if number > 1 else "",
        "url": f"{URL}?page={number}" if number > 1 else URL,
    }  # fmt: skip
    return show(request, "accounts/duplicates.html", context)


def _drawn(actor: Actor, rows: list[Any]) -> list[dict[str, Any]]:
    ids = {pk for r in rows for pk in (r.first_id, r.second_id)}
    accounts = list(Account.objects.seen_by(actor).filter(pk__in=ids))
    entity = entity_of(Account)
    known = {v["id"]: v for v in Reader(entity, actor, SHOWN).read(accounts)}
    editable = set(Account.objects.seen_by(actor, "edit").filter(pk__in=ids).values_list("pk", flat=True))
    return [
        {
            "sides": [_side(known[pk]) for pk in (r.first_id, r.second_id)],
            "signs": in_words(r.signs, actor),
            "apart_url": ACCOUNTS.page(r.first_id if r.first_id in editable else r.second_id, "do", "keep-apart"),
            "other": r.second_id if r.first_id in editable else r.first_id,
            "compare_url": f"{ACCOUNTS.url}/compare?of={r.first_id}&of={r.second_id}",
            "may_tell": bool({r.first_id, r.second_id} & editable),
        }
        for r in rows
        if {r.first_id, r.second_id} <= known.keys()
    ]


def _side(values: dict[str, Any]) -> dict[str, Any]:
    owner = values.get("owner")
    said = [values.get("address.city"), owner.name if owner else ""]
    return {"name": values.get("name", ""), "url": ACCOUNTS.page(values["id"]), "note": ", ".join(str(s) for s in said if s),
            "last": values.get("last_contact_at")}  # fmt: skip


def twins(actor: Actor, record: Account) -> list[dict[str, Any]]:
    """The accounts in sight that may be the same as this one, for its page. One question when there are none."""
    ids = [r.second_id if r.first_id == record.pk else r.first_id for r in pairs_with(actor, record, 3)]
    return [
        {"pk": a.pk, "name": a.name, "url": f"{ACCOUNTS.url}/compare?of={record.pk}&of={a.pk}"}
        for a in named(actor, ids)
    ]
