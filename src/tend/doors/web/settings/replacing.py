"""What deleting a value in use would do, where more follows than another word: calls of an interaction status move."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from tend.domains.accounts.models import InteractionStatus
from tend.engines.cadence import forecasting, replacing
from tend.kernel import clock
from tend.kernel.actor import Actor


def asks_first(value: Any, to: Any, given: QueryDict) -> bool:
    """Must the person see first what would happen? Of this very pair she has, when the form says so."""
    return isinstance(value, InteractionStatus) and given.get("foreseen") != f"{value.pk}:{to.pk}"


def foreseen(actor: Actor, value: InteractionStatus, to: InteractionStatus) -> dict[str, Any]:
    """The words and weeks of the preview."""
    now = clock.now()
    found = replacing.foresee_replacing(actor, value, to, now)
    pace = forecasting.Pace(to.interval, to.interval_kind, to.retry_days)
    return {
        "replacing": found,
        "to": to,
        "foreseen_key": f"{value.pk}:{to.pk}",
        "foreseen": found.moved,
        "unmoved": forecasting.foresee(actor, value, pace, now, move_open=False) if found.moved else None,
    }
