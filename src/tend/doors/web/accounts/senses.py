"""Which verbs of an account make no sense now: to resume what does not rest, to archive twice. The palette leaves them out."""

from __future__ import annotations

from tend.domains.accounts.choices import Lifecycle
from tend.domains.accounts.models import Account
from tend.doors.web.records.places import claims
from tend.kernel.actor import Actor

PARTS = ("unrelate", "drop-interest", "erase-remark", "remove-responsible", "unmerge")  # done where the part stands


@claims("accounts", "senseless")
def senseless(actor: Actor, pk: int) -> set[str]:
    """Names of verbs that would change nothing or be refused for this account, as it is at the moment."""
    rows = Account.objects.seen_by(actor).filter(pk=pk)
    found = rows.values_list("cycle_paused", "archived", "owner_id", "interaction_status_id", "lifecycle").first()
    if found is None:
        return set()
    rests, archived, owner, status, lifecycle = found
    names = {*PARTS, "pause" if rests else "resume", "archive" if archived else "restore"}
    names.add("claim" if owner is not None else "release")
    if archived or lifecycle != Lifecycle.LEAD:
        names.add("disqualify")
    if status is None or rests or archived:
        names.add("restart-cycle")
    return names
