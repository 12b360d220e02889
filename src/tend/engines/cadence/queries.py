"""What Today and Calls ask: which calls, in which order, how many, why; always within the actor's sight."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count as Counted
from django.db.models import Exists, OuterRef, Q

from tend.domains.accounts.choices import ACCOUNTS, LEADS
from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.models import Activity, Kind, Origin, Outcome, State
from tend.domains.activities.queries import veiled
from tend.domains.contacts.models import Contact, Membership
from tend.engines.cadence import day_lists, sentences
from tend.engines.cadence.shares import Candidate
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.errors import NotSeen
from tend.kernel.listing import Count, Listing
from tend.kernel.listing.access import parts_of
from tend.kernel.listing.portfolio import reachable
from tend.kernel.reading import Reader
from tend.kernel.record import concrete
from tend.people.calendars import workers_for
from tend.people.models import User

WHY = "what belongs to calls that the reader sees"
SELECTIONS = ("scheduled", "overdue", "today", "missed", "done")
ME, EVERYONE, POOL = "me", "everyone", "pool"
LIMIT = 25
MANY = 1000  # beyond that a tab of Calls says "1,000+"
MANY_FOR = 30.0  # seconds for which it does so without counting again
MOST_OF_A_DAY = 2000  # calls of one person that are weighed against each other
MOST_OUTCOMES = 9  # as many as there are digits
CALLS = Q(kind=Kind.CALL) | Q(origin=Origin.CYCLE)


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


@dataclass(frozen=True)
class Share:
    """How far one interaction status is through with the day's calls."""

    status: InteractionStatus
    done: int
    of: int


@dataclass(frozen=True)
class Day:
    """The calls of one person on one day: promises first, then by overdue ratio within the shares of the statuses."""

    promised: list[CallRow]
    queue: list[CallRow]
    shares: list[Share]
    left: int
    done: int
    hidden: int
    waiting: int  # due calls beyond the day's capacity
    also: list[Activity]

    @property
    def total(self) -> int:
        return self.done + self.left

    @property
    def first(self) -> CallRow | None:
        return next(iter((*self.promised, *self.queue)), None)


def today_of(actor: Actor, now: dt.datetime) -> dt.date:
    return clock.day_in(now, actor.zone)


# --- one person's day -------------------------------------------------------------------------------------------------


def day_of(actor: Actor, now: dt.datetime, *, shown: int = LIMIT) -> Day:
    """The day of whoever asks, divided by the weights of the statuses. Promises and calls planned by hand have their place."""
    today = today_of(actor, now)
    chosen, weighed, finished = _chosen(actor, now)
    rows = draw(actor, _in_order(actor, [c.pk for c in chosen[:shown]]), now)
    return Day(
        promised=[r for r in rows if r.call.is_promised],
        queue=[r for r in rows if not r.call.is_promised],
        shares=_shares(actor, finished, [c.status_id for c in chosen]),
        left=len(chosen),
        done=len(finished),
        hidden=len(chosen) - len(rows),
        waiting=len(weighed) - len(chosen),
        also=_also(actor, today),
    )


def line_of_day(actor: Actor, now: dt.datetime) -> tuple[list[int], int]:
    """Ids of the day's open calls in the order in which they are made, and how many are done."""
    chosen, _weighed, finished = _chosen(actor, now)
    return [c.pk for c in chosen], len(finished)


def _chosen(actor: Actor, now: dt.datetime) -> tuple[list[Candidate], list[Candidate], list[int | None]]:
    """The calls chosen for the day, all that are due, and the statuses of those that are done."""
    today = today_of(actor, now)
    capacity = User.objects.seen_by(actor).filter(pk=actor.user_id).values_list("calls_per_day", flat=True).first() or 0
    weighed = day_lists.candidates(_open_calls(actor, ME), today, capacity)
    finished = list(_done_calls(actor, ME, now).values_list("interaction_status_id", flat=True)[:MOST_OF_A_DAY])
    return day_lists.chosen_of(actor.user_id, weighed, capacity, len(finished), today), weighed, finished


def _shares(actor: Actor, finished: Sequence[int | None], left: Sequence[int | None]) -> list[Share]:
    ids = {pk for pk in (*finished, *left) if pk is not None and _reads(actor, "interaction_status", Activity)}
    rows = (
        InteractionStatus.objects.seen_by(actor, trashed=True).filter(pk__in=ids).order_by("position", "pk")
        if ids
        else []
    )
    return [Share(s, finished.count(s.pk), finished.count(s.pk) + left.count(s.pk)) for s in rows]


def _also(actor: Actor, today: dt.date) -> list[Activity]:
    rows = (
        Activity.objects.seen_by(actor, each=True)
        .filter(responsible_id=actor.user_id, state=State.PLANNED, planned_on__lte=today)
        .exclude(CALLS)
    )
    found = veiled(actor, rows.order_by("planned_on", "planned_time", "pk")[:20])
    names = Account.objects.seen_by(actor, each=True).in_bulk({a.account_id for a in found if a.account_id})
    for activity in found:
        activity.account = names.get(activity.account_id)
    return found


def next_call(actor: Actor, now: dt.datetime) -> Activity | None:
    """The first call of the day, for whoever starts calling."""
    first = day_of(actor, now, shown=1).first
    return first.call if first else None


# --- the panel --------------------------------------------------------------------------------------------------------


class Calls(Listing):
    """One quick selection of calls as a keyset list, by the day (done ones newest first)."""

    def __init__(self, actor: Actor, selection: str, who: str, *, now: dt.datetime, cursor: str | None = None) -> None:
        order = "-done_at" if selection == "done" else "planned_on"
        order = order if _reads(actor, order.lstrip("-"), Activity) else "id"
        super().__init__(entity_of(Activity), actor, sort=order, columns=(), cursor=cursor, limit=LIMIT, now=now)
        self.selection, self.who = selection, who

    @cached_property
    def scope(self) -> Any:
        return selected(self.actor, self.selection, self.who, self.now).order_by()

    def _columns(self) -> list[str]:
        return list(concrete(Activity))


def selected(actor: Actor, selection: str, who: str, now: dt.datetime) -> Any:
    """The calls of a quick selection. Missed are those that were tried in vain and are still open."""
    if selection == "done":
        return _done_calls(actor, who, now)
    rows = _open_calls(actor, who)
    today = today_of(actor, now)
    if selection == "overdue":
        return rows.filter(planned_on__lt=today)
    if selection == "today":
        return rows.filter(planned_on__lte=today)
    if selection == "missed":
        tries = Activity.objects.as_system(WHY).filter(parent_id=OuterRef("pk"), state=State.DONE, trashed_at=None)
        return rows.filter(Exists(tries))
    return rows


def counts(actor: Actor, who: str, now: dt.datetime, current: str) -> dict[str, Count | None]:
    """How many calls each quick selection has. Open ones are counted at once, in the order of their days.

    Calls of everyone that were tried in vain are counted when they are looked at: no index knows them.
    """
    today = today_of(actor, now)
    open_calls = _open_calls(actor, who).order_by("planned_on", "pk").values("planned_on")[: MANY + 1]
    found = open_calls.aggregate(
        scheduled=Counted("planned_on"), overdue=Counted("planned_on", filter=Q(planned_on__lt=today)),
        today=Counted("planned_on", filter=Q(planned_on__lte=today)),
    )  # fmt: skip
    return {
        "scheduled": _stopped(found["scheduled"]), "overdue": _stopped(found["overdue"]), "today": _stopped(found["today"]),
        "missed": bounded(selected(actor, "missed", who, now)) if current == "missed" or who not in (EVERYONE, POOL) else None,
        "done": bounded(_done_calls(actor, who, now)),
    }  # fmt: skip


def bounded(rows: Any) -> Count:
    """How many there are, counted no further than `MANY`."""
    return _stopped(rows.order_by()[: MANY + 1].count())


def size(actor: Actor, leads: bool) -> Count:
    """How many accounts one side has, part by part of the actor's reach until there are `MANY`."""
    parts = parts_of(entity_of(Account), actor, "view", trashed=False)
    number = 0
    for rows in [of_status(actor, leads, "")] if parts is None else [_of_side(rows, leads) for rows in parts]:
        number += rows.order_by()[: MANY + 1 - number].count()
        if number > MANY:
            break
    return _stopped(number)


def sizes(actor: Actor) -> dict[str, Count]:
    """How many leads and other accounts the tabs over Calls stand for; that they are many is known for half a minute."""
    known: dict[str, float] = {} if actor.is_system else actor.kept.setdefault("many accounts", {})
    found = {}
    for name, leads in (("leads", True), ("accounts", False)):
        if known.get(name, 0.0) > time.monotonic():
            found[name] = Count(MANY, True)
            continue
        found[name] = size(actor, leads)
        if found[name].is_more:
            known[name] = time.monotonic() + MANY_FOR
    return found


def _stopped(number: int) -> Count:
    return Count(min(number, MANY), number > MANY)


def callers(actor: Actor) -> list[User]:
    """People whose calls one may look at by name: one's team, unless who makes a call is hidden from this reader."""
    if not _reads(actor, "responsible", Activity):
        return []
    return list(
        User.objects.seen_by(actor).filter(pk__in=actor.team_users, is_active=True).order_by("name", "pk")[:100]
    )


def _open_calls(actor: Actor, who: str) -> Any:
    return _of(_within_sight(actor, who).filter(CALLS, state=State.PLANNED, account__isnull=False), actor, who)


def _within_sight(actor: Actor, who: str) -> Any:
    """Activities in the actor's sight. Those of one person are few, those of everyone are walked by day until there are
    enough; only for somebody with a small portfolio its accounts are gathered first.
    """
    if who not in (EVERYONE, POOL):
        return Activity.objects.seen_by(actor, each=True)
    few = reachable(entity_of(Account), actor, "view")
    if few is not None:
        return Activity.objects.seen_by(actor, each=True).filter(account_id__in=few)
    return Activity.objects.seen_by(actor, each=_is_wide(actor))


def _is_wide(actor: Actor) -> bool:
    """Does this person see more than a portfolio of his own?"""
    return any(actor.scope(line, "view") in ("team", "all") for line in (LEADS, ACCOUNTS))


def _done_calls(actor: Actor, who: str, now: dt.datetime) -> Any:
    zone = ZoneInfo(actor.zone)
    begin = dt.datetime.combine(today_of(actor, now), dt.time.min, zone)
    done = _within_sight(actor, who).filter(CALLS, state=State.DONE, account__isnull=False, done_at__gte=begin)
    return _of(done.filter(done_at__lt=begin + dt.timedelta(days=1)), actor, who)


def _of(rows: Any, actor: Actor, who: str) -> Any:
    if who == EVERYONE or (who != ME and not _reads(actor, "responsible", Activity)):
        return rows
    if who == POOL:
        return rows.filter(responsible__isnull=True)
    return rows.filter(responsible_id=int(who) if who.isdigit() else actor.user_id)


# --- one call ---------------------------------------------------------------------------------------------------------


def call_seen(actor: Actor, pk: int) -> Activity:
    """One call with an account. NotSeen when it is out of sight."""
    found: Activity | None = (
        Activity.objects.seen_by(actor, each=True).filter(CALLS, pk=pk, account__isnull=False).first()
    )
    if found is None:
        raise NotSeen("activities.activity")
    return found


def account_seen(actor: Actor, pk: int) -> Account:
    """One account. NotSeen when it is out of sight."""
    found: Account | None = Account.objects.seen_by(actor, each=True).filter(pk=pk).first()
    if found is None:
        raise NotSeen("accounts.account")
    return found


def may_log(actor: Actor, account: Account) -> bool:
    return bool(Account.objects.seen_by(actor, "edit", each=True).filter(pk=account.pk).exists())


def outcomes(actor: Actor) -> list[Outcome]:
    """The outcomes of calls that are offered, in the order of their digits."""
    return list(
        Outcome.objects.seen_by(actor).filter(kind=Kind.CALL, is_active=True).order_by("position", "pk")[:MOST_OUTCOMES]
    )


def offered_statuses(actor: Actor, account: Account) -> list[InteractionStatus]:
    """The interaction statuses that serve this account."""
    rows = InteractionStatus.objects.seen_by(actor).filter(is_active=True).order_by("position", "pk")
    return [s for s in rows if s.serves(account.lifecycle)]


def last_talk(actor: Actor, account: Account) -> Activity | None:
    """The last talk with something written about it."""
    rows = Activity.objects.seen_by(actor, each=True).filter(account_id=account.pk, state=State.DONE).exclude(text="")
    if not _reads(actor, "text", Activity):
        return None
    return next(iter(veiled(actor, rows.order_by("-done_at", "-pk")[:1])), None)


# --- rows -------------------------------------------------------------------------------------------------------------


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
            if c.interaction_status_id and _reads(actor, "interaction_status", Activity)
        }
    )
    tries: dict[int, list[Activity]] = {}
    for vain in Activity.objects.as_system(WHY).filter(
        parent_id__in=[c.pk for c in calls], state=State.DONE, trashed_at=None
    ).select_related("outcome").order_by("done_at", "pk"):  # fmt: skip
        tries.setdefault(vain.parent_id, []).append(vain)
    people, phones = _reach(actor, list(accounts.values()))
    owners = {a.owner_id for a in accounts.values()} if _reads(actor, "owner") else set()
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


def _reach(actor: Actor, accounts: list[Account]) -> tuple[dict[int, str], dict[int, str]]:
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


def _in_order(actor: Actor, ids: Iterable[int]) -> list[Activity]:
    ids = list(ids)
    found = Activity.objects.seen_by(actor, each=True).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


# --- leads and accounts by status -------------------------------------------------------------------------------------


class ByStatus(Listing):
    """Leads or other accounts with one interaction status (or none), whoever is due first on top."""

    def __init__(self, actor: Actor, leads: bool, status: str, *, now: dt.datetime, cursor: str | None = None) -> None:
        named = [n for n in ("next_contact_on", "name") if _reads(actor, n)]
        super().__init__(
            entity_of(Account), actor, sort=",".join(named) or "id", columns=(), cursor=cursor, limit=LIMIT, now=now
        )
        self.leads, self.status = leads, status

    @cached_property
    def scope(self) -> Any:
        return of_status(self.actor, self.leads, self.status).order_by()

    def _columns(self) -> list[str]:
        return list(concrete(Account))


def of_status(actor: Actor, leads: bool, status: str) -> Any:
    """Accounts of one side with a status by its id, without one ("none"), or all of them ("")."""
    few = reachable(entity_of(Account), actor, "view")
    rows = Account.objects.seen_by(actor, each=few is not None or _is_wide(actor))
    rows = _of_side(rows if few is None else rows.filter(pk__in=few), leads)
    if not _reads(actor, "interaction_status"):
        return rows
    if status == "none":
        return rows.filter(interaction_status__isnull=True)
    return rows.filter(interaction_status_id=int(status)) if status.isdigit() else rows


def _of_side(rows: Any, leads: bool) -> Any:
    rows = rows.filter(archived=False)
    return rows.filter(lifecycle="lead") if leads else rows.exclude(lifecycle="lead")


def _reads(actor: Actor, name: str, of: type[Account | Activity] = Account) -> bool:
    """May the actor read this field? These lists are drawn by hand, so they ask for themselves."""
    return entity_of(of).right(actor, name) != "hidden"


def statuses_in_use(actor: Actor, leads: bool) -> list[tuple[InteractionStatus | None, Count]]:
    """Each status of one side with its count, then those without any. Retired ones only while they are on somebody."""
    if not _reads(actor, "interaction_status"):
        return []
    rows = (
        InteractionStatus.objects.seen_by(actor).filter(for_leads=True)
        if leads
        else InteractionStatus.objects.seen_by(actor).filter(for_accounts=True)
    )
    counted = _by_status(actor, leads)
    found = [(status, counted(status.pk)) for status in rows.order_by("position", "pk")]
    without = counted(None)
    kept: list[tuple[InteractionStatus | None, Count]] = [(s, n) for s, n in found if s.is_active or n.number]
    return [*kept, (None, without)] if without.number else kept


def _by_status(actor: Actor, leads: bool) -> Callable[[int | None], Count]:
    """A count for each status: a portfolio is gone through once; of everything each is counted on its own, and stops."""
    if all(actor.scope(line, "view") == "all" for line in (LEADS, ACCOUNTS)):
        return lambda pk: bounded(of_status(actor, leads, "none" if pk is None else str(pk)))
    parts = parts_of(entity_of(Account), actor, "view", trashed=False)
    found: dict[int | None, int] = {}
    for rows in [Account.objects.seen_by(actor)] if parts is None else parts:
        counted = _of_side(rows, leads).order_by().values_list("interaction_status_id").annotate(n=Counted("pk"))
        for pk, number in counted:
            found[pk] = found.get(pk, 0) + number
    return lambda pk: _stopped(found.get(pk, 0))


def draw_accounts(actor: Actor, accounts: Sequence[Account], now: dt.datetime) -> list[dict[str, Any]]:
    """Accounts with what the list by status shows."""
    today = today_of(actor, now)
    statuses = InteractionStatus.objects.seen_by(actor, trashed=True).in_bulk(
        {a.interaction_status_id for a in accounts if a.interaction_status_id and _reads(actor, "interaction_status")}
    )
    people, phones = _reach(actor, list(accounts)) if accounts else ({}, {})
    shows_next = _reads(actor, "next_contact_on")
    owners = dict(
        User.objects.seen_by(actor)
        .filter(pk__in={a.owner_id for a in accounts if _reads(actor, "owner")} - {None})
        .values_list("pk", "name")
    )
    rows = []
    for account in accounts:
        status = statuses.get(account.interaction_status_id)
        gone = label = None
        if status is not None and status.plans_calls and account.cycle_anchor is not None:
            days = max((today - account.cycle_anchor).days, 0)
            gone, label = days / status.interval, sentences.gone(days, status.interval)
        if not shows_next:
            account.next_contact_on, gone, label = None, None, None
        on = account.next_contact_on
        state = "" if on is None else "late" if on < today else "due" if on == today else "kept"
        rows.append({
            "account": account, "status": status, "person": people.get(account.pk, ""), "phone": phones.get(account.pk, ""),
            "gone": gone, "label": label, "state": state, "owner": owners.get(account.owner_id, ""),
        })  # fmt: skip
    return rows
