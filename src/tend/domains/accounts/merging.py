"""Two accounts that are one: the verbs, whose values count, and what accounts themselves see to when they merge and part."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from tend.base.names import company_key
from tend.domains.accounts.choices import Lifecycle
from tend.domains.accounts.events import lifecycle_changed, responsibles_changed
from tend.domains.accounts.models import Account, Responsible
from tend.kernel.events import reacts_to
from tend.kernel.merging import Merging, ask_to_merge, ask_to_part, merged_chain, records_merged, records_parted
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.people.models import User

CODE = "accounts.account"
OWNERS = "owners before merging"
WHY = "whoever looked after a merged account keeps sight of it"
FURTHER = {Lifecycle.LEAD: 0, Lifecycle.OTHER: 1, Lifecycle.PROSPECT: 2, Lifecycle.CUSTOMER: 3}


@verb(
    CODE, needs="delete", label=gettext_lazy("Merge"), beside=lambda _pk, options: [options["into"].pk]
)  # fmt: skip
def merge(unit: Unit, account: Account, *, into: Account, take: list[str] | None = None) -> None:
    """Say that an account is another one, entered twice. All that hangs on it moves there; it goes into the trash and leads there.

    `take` names the fields whose value is this account's; without it blanks are filled and the better value counts. The
    stricter wish not to be contacted always counts. Needs the right on both; refused for a circle of accounts.
    """
    ask_to_merge(unit, account, into, take)


@verb(
    CODE, needs="merge", label=gettext_lazy("Part again"), trashed=True,
    beside=lambda pk, _options: merged_chain(Account, pk),
)  # fmt: skip
def unmerge(unit: Unit, account: Account) -> None:
    """Let a merged account stand for itself again, at any time later: what moved goes back, what was changed since stays.

    Needs the right on both. Refused for an account that is not merged.
    """
    ask_to_part(unit, account)


def _further(winner: Account, loser: Account) -> bool:
    return FURTHER[Lifecycle(loser.lifecycle)] > FURTHER[Lifecycle(winner.lifecycle)]


def _weight(account: Account) -> tuple[Any, ...]:
    spoken = account.last_contact_at.timestamp() if account.last_contact_at is not None else 0.0
    return (not account.archived, FURTHER[Lifecycle(account.lifecycle)], spoken)


def _make(unit: Unit, winner: Account, loser: Account) -> None:
    """What is made from other fields; another lifecycle is told, so that the status serves it."""
    unit.memory.setdefault(OWNERS, {})[winner.pk] = [unit.before(winner, "owner_id"), loser.owner_id]
    winner.match_name = company_key(winner.name)[:200]
    before = unit.before(winner, "lifecycle")
    if before != winner.lifecycle:
        unit.announce(lifecycle_changed(winner, before))


MERGING = Merging(
    along={
        "lifecycle": ("lifecycle_since", "qualified_at", "converted_at", "converted_by_id"),
        "source": ("first_source_id",),
        "external_ref": ("source_system",),
    },
    strict=("do_not_contact", "was_lead"),
    better={"lifecycle": _further, "interaction_status": _further},
    weight=_weight,
    made=_make,
)


@reacts_to(records_merged, order=30)
def keep_those_who_care(unit: Unit, events: list[records_merged]) -> None:
    """Whoever owned either account and does not own what they are now is a further person responsible for it."""
    pairs = [e for e in events if e.code == CODE]
    winners = {e.winner.pk: e.winner for e in pairs}
    if not winners:
        return
    owners: dict[int, list[int | None]] = unit.memory.get(OWNERS, {})
    rows = unit.load(Responsible.objects.of(list(winners)).order_by("pk"))
    known = {(r.record_id, r.user_id) for r in rows} | {(pk, a.owner_id) for pk, a in winners.items()}
    named = {pk for some in owners.values() for pk in some}
    active = set(User.objects.as_system(WHY).filter(pk__in=named, is_active=True).values_list("pk", flat=True))
    for pk, some in owners.items():
        for user in dict.fromkeys(some):
            if user in active and pk in winners and (pk, user) not in known:
                unit.create(Responsible, record_id=pk, user_id=user)
    for account in winners.values():
        unit.announce(responsibles_changed(account))


@reacts_to(records_parted, order=30)
def follow_parting(unit: Unit, events: list[records_parted]) -> None:
    """Access follows the responsibles of both."""
    both = {a.pk: a for e in events if e.code == CODE for a in (e.loser, e.winner)}
    for account in both.values():
        unit.announce(responsibles_changed(account))
