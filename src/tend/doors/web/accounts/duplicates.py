"""Accounts that look alike, for whoever sees both of them: as a list, and on the page of each."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tend.domains.accounts.lookalikes import pairs_with
from tend.domains.accounts.models import Account
from tend.domains.accounts.queries import named
from tend.doors.web.accounts.places import ACCOUNTS, in_words
from tend.doors.web.merging.pairs import Pairs
from tend.doors.web.pages import Request, page
from tend.doors.web.records.places import claims
from tend.kernel.actor import Actor


def _note(values: dict[str, Any]) -> str:
    owner = values.get("owner")
    said = [values.get("address.city"), owner.name if owner else ""]
    return ", ".join(str(s) for s in said if s)


def _empty() -> tuple[str, str]:
    return _("No two accounts look alike"), _(
        "When somebody enters an account that may be there already, the two stand here for those who see both."
    )


PAIRS = Pairs(ACCOUNTS, ("name", "owner", "address.city", "lifecycle", "last_contact_at"), _note, in_words, _empty)

claims("accounts", "duplicates")(PAIRS)  # type: ignore[arg-type]


@page("GET")
def duplicates(request: Request) -> HttpResponse:
    """The pairs in sight, newest first."""
    return PAIRS.answer(request)


def twins(actor: Actor, record: Account) -> list[dict[str, Any]]:
    """The accounts in sight that may be the same as this one, for its page. One question when there are none."""
    ids = [r.second_id if r.first_id == record.pk else r.first_id for r in pairs_with(actor, record, 3)]
    return [{"pk": a.pk, "name": a.name, "url": PAIRS.compare_url(record.pk, a.pk)} for a in named(actor, ids)]
