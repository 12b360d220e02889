"""What the sentence after a logged talk offers beside its Undo: to call somebody who declined less often, or not for a while."""

from __future__ import annotations

from typing import Any

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.engines.cadence.offering import DECLINED, Offer, may_take, offers_after
from tend.engines.cadence.queries import account_seen
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen
from tend.kernel.verbs import Done

KEYS = {"set-status": "b", "pause": "p"}


def offers_of(actor: Actor, account: Account, done: Done) -> list[dict[str, Any]]:
    """The offers after a talk was logged, as the toast takes them; nothing is asked unless somebody declined."""
    talk = done.value if isinstance(done.value, Activity) else done.record
    if not isinstance(talk, Activity) or talk.outcome is None or talk.outcome.code != DECLINED:
        return []
    try:
        fresh = account_seen(actor, account.pk)
    except NotSeen:
        return []
    return [_drawn(fresh, offer) for offer in offers_after(actor, fresh, talk) if may_take(actor, fresh, offer)]


def _drawn(account: Account, offer: Offer) -> dict[str, Any]:
    """One that says all it needs is posted at once; another leads to its form."""
    fields = {name: str(getattr(value, "pk", value)) for name, value in offer.options.items()}
    action = f"/accounts/{account.pk}/do/{offer.verb}"
    return {"label": str(offer.label), "key": KEYS[offer.verb], "action": action, "fields": fields}
