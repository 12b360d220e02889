"""Which calls were tried in vain: derived from the tries that hang on them, so that a list need not look for those."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from tend.domains.activities.models import Activity, Effect, State
from tend.kernel import write
from tend.kernel.doctor import Finding, check
from tend.kernel.entity import Projection
from tend.kernel.unit import Unit

WHY = "a call is tried whoever sees the try"
CHUNK = 1000


def tries() -> Any:
    """What was held and reached nobody."""
    return Activity.objects.as_system(WHY).filter(state=State.DONE, trashed_at=None, outcome__effect=Effect.ATTEMPT)


def _keep_tried(unit: Unit, created: Sequence[Activity], changed: Sequence[Activity]) -> None:
    """Put right what was written about tries: nothing is asked unless a try was entered, altered or taken away.

    The verbs that enter a try say so on the call that they hold; a further try of such a call alters nothing.
    """
    said = {pk for pk in (a.parent_id for a in created) if pk is not None and _is_said(unit, pk)}
    left = {unit.changes_of(a).get("parent_id", [None])[0] for a in changed}
    calls = {a.parent_id for a in created if a.parent_id not in said} | {a.parent_id for a in changed} | left
    if known := sorted(pk for pk in calls if pk is not None):
        _put_right(wrong().filter(pk__in=known))


def wrong() -> Any:
    """Calls that say something else than the tries that hang on them."""
    rows = Activity.objects.as_system(WHY).annotate(found=Exists(tries().filter(parent_id=OuterRef("pk"))))
    return rows.exclude(is_tried=F("found"))


def _put_right(rows: Any) -> None:
    found = list(rows)
    for call in found:
        call.is_tried = not call.is_tried
    if found:
        write.update(Activity, ("is_tried",), found)


@check("tried-calls")
def check_tries(repair: bool) -> list[Finding]:
    """Missed calls are found by what is derived of their tries."""
    ids = list(wrong().values_list("pk", flat=True)[:CHUNK])
    if not ids:
        return []
    count, examples = wrong().count(), tuple(ids[:5])
    while repair and ids:
        _put_right(wrong().filter(pk__in=ids))
        ids = list(wrong().values_list("pk", flat=True)[:CHUNK])
    return [Finding(_("calls that say wrongly whether they were tried in vain"), count, examples, repair)]


def _is_said(unit: Unit, pk: int) -> bool:
    call = unit.held(Activity, pk)
    return call is not None and call.is_tried


TRIED = Projection(_keep_tried, frozenset({"state", "trashed_at", "outcome_id", "parent_id"}))
