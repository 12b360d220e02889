"""Calls as lists show them: the account, whom to ring by which number, why, and how much of the interval is gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity, Effect, State
from tend.domains.activities.queries import veiled
from tend.domains.contacts.models import Contact, Membership
from tend.engines.cadence import sentences
from tend.engines.cadence.sight import may_read, today_of
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.reading import Reader
from tend.people.calendars import workers_for
from tend.people.models import User

WHY = "what belongs to calls that the reader sees"


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
    accounts = Account.objects.seen_by(actor, each=True).in_bulk({c.account_id for c in calls})
    statuses = InteractionStatus.objects.seen_by(actor, trashed=True).in_bulk(
        {
            c.interaction_status_id
            for c in calls
            if c.interaction_status_id and may_read(actor, "interaction_status", Activity)
        }
    )
    tries: dict[int, list[Activity]] = {}
    for vain in Activity.objects.as_system(WHY).filter(
        parent_id__in=[c.pk for c in calls], state=State.DONE, trashed_at=None, outcome__effect=Effect.ATTEMPT
    ).select_related("outcome").order_by("done_at", "pk"):  # fmt: skip
        tries.setdefault(vain.parent_id, []).append(vain)
    people, phones = whom_to_ring(actor, list(accounts.values()))
    owners = {a.owner_id for a in accounts.values()} if may_read(actor, "owner") else set()
    people_named = {c.responsible_id for c in calls} | owners
    workers = workers_for(None, people_named)
    names = dict(
        User.objects.seen_by(actor, trashed=True).filter(pk__in=people_named - {None}).values_list("pk", "name")
    )
    today = today_of(actor, now)
    rows = []
    for call in calls:
        account = accounts.get(call.account_id)
        if account is None:
            continue
        status = statuses.get(call.interaction_status_id)
        call.interaction_status = status
        calendar = (workers.get(call.responsible_id) or workers[None]).calendar
        owner = workers.get(account.owner_id) if account.owner_id in owners and account.owner_id else None
        knows = owners and (owner is not None or account.owner_id is None)
        stands_in = sentences.instead(call, owner, names.get(account.owner_id, ""), today) if knows else ""
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
                names.get(call.responsible_id, ""),
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


def whom_to_ring(actor: Actor, accounts: list[Account]) -> tuple[dict[int, str], dict[int, str]]:
    """The main contact of each account, and the number to dial: that person's, else the account's own."""
    own = {row["id"]: row.get("phone") or "" for row in Reader(entity_of(Account), actor, ["phone"]).read(accounts)}
    links = Membership.objects.as_system(WHY).filter(account_id__in=list(own), until=None).order_by("-is_primary", "pk")
    main: dict[int, int] = {}
    for link in links:
        main.setdefault(link.account_id, link.record_id)
    contacts = list(Contact.objects.seen_by(actor, each=True).filter(pk__in=set(main.values()))) if main else []
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
