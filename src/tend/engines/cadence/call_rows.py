"""Calls as lists show them: the account, whom to ring by which number, why, and how much of the interval is gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity, Effect, Outcome, State
from tend.domains.activities.queries import veiled
from tend.domains.contacts.models import Contact, Membership
from tend.engines.cadence import sentences
from tend.engines.cadence.sight import may_read, statuses, today_of
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.prepared import Prepared, of_actor, records_of
from tend.kernel.reading import Reader
from tend.people.calendars import workers_for
from tend.people.models import User

WHY = "what belongs to calls that the reader sees"


_TRIES = Prepared(
    lambda calls: Activity.objects.as_system(WHY)
    .filter(parent_id__among=calls, state=State.DONE, trashed_at=None, outcome__effect=Effect.ATTEMPT)
    .select_related("outcome").order_by("done_at", "pk"),
    list,
)  # fmt: skip
_MEMBERS = Prepared(
    lambda accounts: Membership.objects.as_system(WHY)
    .filter(account_id__among=accounts, until=None)
    .order_by("-is_primary", "pk").values_list("account_id", "record_id"),
    list,
)  # fmt: skip


@dataclass(frozen=True)
class CallRow:
    """A call as a list shows it. `gone` is the share of the interval since it began; state: promised, late, due, planned or kept."""

    call: Activity
    account: Account
    status: InteractionStatus | None
    person: str
    phone: str
    why: str
    gone: float | None
    label: str
    state: str
    responsible: str = ""


def draw(actor: Actor, calls: Sequence[Activity], now: dt.datetime) -> list[CallRow]:
    """Calls with all that a row shows, in as many queries for a hundred as for one. Calls of hidden accounts are left out."""
    if not calls:
        return []
    calls = veiled(actor, calls)
    accounts = records_of(actor, Account, {c.account_id for c in calls})
    known = statuses(actor) if may_read(actor, "interaction_status", Activity) else {}
    tries: dict[int, list[Activity]] = {}
    for vain in _TRIES([c.pk for c in calls]):
        tries.setdefault(vain.parent_id, []).append(vain)
    ended = outcomes_by_id(actor) if any(not c.is_open and c.outcome_id for c in calls) else {}
    people, phones = whom_to_ring(actor, list(accounts.values()))
    owners = {a.owner_id for a in accounts.values()} if may_read(actor, "owner") else set()
    people_named = {c.responsible_id for c in calls} | owners
    workers = workers_for(None, people_named)
    names = names_of(actor, people_named)
    today = today_of(actor, now)
    rows = []
    for call in calls:
        account = accounts.get(call.account_id or 0)
        if account is None:
            continue
        status = known.get(call.interaction_status_id or 0)
        call.interaction_status = status
        if not call.is_open:
            call.outcome = ended.get(call.outcome_id or 0)
        calendar = (workers.get(call.responsible_id) or workers[None]).calendar
        owner = workers.get(account.owner_id) if account.owner_id in owners and account.owner_id else None
        knows = owners and (owner is not None or account.owner_id is None)
        stands_in = sentences.instead(call, owner, names.get(account.owner_id or 0, ""), today) if knows else ""
        tried = tries.get(call.pk, ())
        why = sentences.why(call, account, today, calendar, tried, stands_in) if call.is_open else call.text
        gone, label = _line(call, today)
        rows.append(
            CallRow(
                call,
                account,
                status,
                people.get(account.pk, ""),
                phones.get(account.pk, ""),
                why,
                gone,
                label,
                _state(call, today),
                names.get(call.responsible_id or 0, ""),
            )
        )
    return rows


def _state(call: Activity, today: dt.date) -> str:
    if not call.is_open:
        return "kept"
    if call.is_promised:
        return "promised"
    assert call.planned_on is not None
    return "late" if call.planned_on < today else "due" if call.planned_on == today else "planned"


def _line(call: Activity, today: dt.date) -> tuple[float | None, str]:
    if call.cycle_from is None or not call.cycle_days or not call.is_open:
        return None, ""
    days = max((today - call.cycle_from).days, 0)
    return days / call.cycle_days, sentences.gone(days, call.cycle_days)


def outcomes_by_id(actor: Actor) -> dict[int, Outcome]:
    """The book of outcomes, for calls that have ended."""
    found = of_actor(actor, "outcomes", lambda: Outcome.objects.seen_by(actor, trashed=True))
    return {outcome.pk: outcome for outcome in found()}


def names_of(actor: Actor, ids: Iterable[int | None], *, left: bool = True) -> dict[int, str]:
    """The names of colleagues, those who are in the trash only with `left`."""
    wanted = [pk for pk in ids if pk is not None]

    def ask(pks: list[int]) -> Any:
        return User.objects.seen_by(actor, trashed=left).filter(pk__among=pks).order_by().values_list("pk", "name")

    return dict(of_actor(actor, ("names of colleagues", left), ask, list)(wanted)) if wanted else {}


def whom_to_ring(actor: Actor, accounts: list[Account]) -> tuple[dict[int, str], dict[int, str]]:
    """The main contact of each account, and the number to dial: that person's, else the account's own."""
    own = {row["id"]: row.get("phone") or "" for row in Reader(entity_of(Account), actor, ["phone"]).read(accounts)}
    main: dict[int, int] = {}
    for account_id, contact_id in _MEMBERS(list(own)) if own else ():
        main.setdefault(account_id, contact_id)
    contacts = list(records_of(actor, Contact, set(main.values())).values())
    read = (
        {row["id"]: row for row in Reader(entity_of(Contact), actor, ["name", "phone"]).read(contacts)}
        if contacts
        else {}
    )
    people, phones = {}, dict(own)
    for account_id, contact_id in main.items():
        row = read.get(contact_id)
        if row is not None:
            people[account_id] = row.get("name") or ""
            phones[account_id] = row.get("phone") or own[account_id]
    return people, phones
