"""What may be done next after a write, as the pages offer it: to let the cycle go on, to call somebody less often."""

from __future__ import annotations

from typing import Any

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.engines.cadence.offering import Offer, may_take, offers_about, offers_after
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.prepared import record_of
from tend.kernel.record import Record
from tend.kernel.verbs import Done

OFFER = {
    "type": "object",
    "properties": {
        "verb": {"type": "string"}, "type": {"type": "string"}, "id": {"type": "integer"}, "options": {"type": "object"}, "label": {"type": "string"},
    },
    "required": ["verb", "type", "id", "options", "label"],
}  # fmt: skip
MADE = {
    "type": "object",
    "properties": {"type": {"type": "string"}, "id": {"type": "integer"}},
    "required": ["type", "id"],
    "description": "another record that the verb made or completed, such as the talk that was logged",
}
OFFERS = {"type": "array", "items": OFFER, "description": "what may be done next, each as POST /{type}/{id}/{verb}"}


def offers_of(actor: Actor, record: Any, made: Any = None) -> list[dict[str, Any]]:
    """The offers about the account that was written to; `made` is the talk that a verb logged."""
    talk = made if isinstance(made, Activity) else record if isinstance(record, Activity) else None
    pk = record.pk if isinstance(record, Account) else talk.account_id if talk is not None else None  # type: ignore[attr-defined]
    account = record_of(actor, Account).first(pk) if pk else None
    if account is None:
        return []
    found = offers_about(actor, account) + (offers_after(actor, account, talk) if talk is not None else [])
    return [_as_json(account, offer) for offer in found if may_take(actor, account, offer)]


def made_by(done: Done) -> dict[str, Any] | None:
    """The record that a verb answers with, when it is not the one it was called on."""
    made = done.value
    if not isinstance(made, Record) or (type(made), made.pk) == (type(done.record), done.record.pk):
        return None
    return {"type": entity_of(type(made)).plural, "id": made.pk}


def _as_json(account: Account, offer: Offer) -> dict[str, Any]:
    options = {n: {"id": v.pk, "name": v.name} if hasattr(v, "pk") else v for n, v in offer.options.items()}
    return {"verb": offer.verb, "type": "accounts", "id": account.pk, "options": options, "label": offer.label}
