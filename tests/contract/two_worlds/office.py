"""An office as one viewer sees it, and what others keep in it that he must not notice: both drawn from one plan."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from hypothesis import strategies as st

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity, Participant
from tend.kernel.clock import now
from tend.kernel.entity import entities, entity_by_plural
from tend.kernel.errors import Refused
from tend.kernel.history import Change
from tend.kernel.jobs import cancel
from tend.kernel.jobs.bulk import queue_each
from tend.kernel.jobs.stages import job_of
from tend.kernel.notices import Notice, notify
from tend.kernel.operations import Operation, advance
from tend.kernel.views import SavedView
from tend.people.feeds import open_feed
from tend.people.models import User
from tests.cast import BUILDER, Cast, make
from tests.contract.two_worlds import papers

# Few words, so that what is hidden often says the same as what is seen.
NAMES = ("Marisol", "Alder Grove", "Harbour Light", "Marisol GmbH", "Zephyr")
CITIES = ("Odessa", "Cádiz", "Perth")
PHONES = ("+34600555001", "+34600555002", "+34600555003")
EMAILS = ("desk@marisol.example", "hello@alder.example", "post@zephyr.example")
PEOPLE = ("Lucia Vega", "Ivan Petrenko", "Lucia Marsh")
TAGS = ("vip", "north", "trade")
REMARKS = ("stage=mature", "stage=early", "Ask for Lucia. Marisol knows them.")
LIFECYCLES = ("lead", "prospect", "customer")
GONE = 987_654  # the id of nothing


@dataclass(frozen=True)
class AccountPlan:
    """One account with all that may hang on it; numbers choose among the words above."""

    name: int
    lifecycle: int
    city: int
    tags: frozenset[int]
    rooms: int | None
    remark: int
    person: int | None
    late: int  # days by which a planned talk is overdue; negative ones are ahead
    keeper: int
    under: bool  # hangs under the first account of the other kind, or of its own
    ref: str


PLANS = st.builds(
    AccountPlan, name=st.integers(0, len(NAMES) - 1), lifecycle=st.integers(0, 2), city=st.integers(0, 2), tags=st.frozensets(st.integers(0, 2)),
    rooms=st.one_of(st.none(), st.integers(1, 3)), remark=st.integers(0, 2), person=st.one_of(st.none(), st.integers(0, 2)),
    late=st.integers(-3, 9), keeper=st.integers(0, 3), under=st.booleans(), ref=st.sampled_from(("", "A-1", "A-2")),
)  # fmt: skip


@dataclass
class Office:
    """The records the viewer sees, and the words of books that both worlds share."""

    cast: Cast
    viewer: User
    accounts: list[Any] = field(default_factory=list)
    contacts: list[Any] = field(default_factory=list)
    activities: list[Any] = field(default_factory=list)
    documents: list[Any] = field(default_factory=list)
    words: dict[str, list[Any]] = field(default_factory=dict)
    firsts: dict[str, int] = field(default_factory=dict)  # one record of each type that both worlds share, by plural
    operations: list[int] = field(default_factory=list)  # the viewer's own, and one of somebody he may lead
    acts: list[int] = field(default_factory=list)
    notices: list[int] = field(default_factory=list)
    tags: dict[int, tuple[str, str]] = field(default_factory=dict)  # of each account its ETag and its form's mark
    feeds: list[str] = field(default_factory=list)  # the secret parts of the viewer's calendar addresses


@dataclass
class Unseen:
    """What only the other world holds: ids by record type, and what writes and operations of others are called."""

    ids: dict[str, list[int]]
    names: list[str]
    acts: list[int]
    operations: list[int]
    notices: list[int]


def keepers(cast: Cast, viewer: User) -> tuple[list[User | None], list[User | None]]:
    """Whose accounts the viewer sees, and whose he does not; None stands for the pool of a team."""
    if viewer.pk == cast.junior.pk:
        return [cast.junior], [cast.manager, cast.leader, cast.stranger, None]
    return [cast.manager, cast.junior, cast.leader], [cast.stranger, None]


def books() -> dict[str, list[Any]]:
    make("characteristics", name="Rooms", key="rooms", type="number", record_type="accounts.account")
    every = ["prospect", "customer", "other"]
    return {
        "tags": [make("tags", name=n) for n in TAGS],
        "areas": [make("areas", name=n) for n in ("Linen", "Soap")],
        "stages": [make("relationship-stages", name=n) for n in ("Mature", "Early")],
        "kinds": [make("relation-kinds", name="Supplies", inverse_name="Is supplied by")],
        "categories": [make("categories", name=n) for n in ("Hotel", "Shop")],
        "statuses": [
            make("interaction-statuses", name="Regular", mark="R", interval=30, default_for=every),
            make(
                "interaction-statuses",
                name="New lead",
                mark="L",
                interval=7,
                for_leads=True,
                for_accounts=False,
                default_for=["lead"],
            ),
        ],
        "outcomes": [
            make("outcomes", name="Reached", kind="call", effect="contact"),
            make("outcomes", name="No answer", kind="call", effect="attempt"),
        ],
    }


def build(cast: Cast, viewer: User, plans: list[AccountPlan]) -> Office:
    """The office without secrets: everything in it is in the viewer's sight."""
    office = Office(cast, viewer, words=books())
    mine, _others = keepers(cast, viewer)
    for at, plan in enumerate(plans):
        account = _account(
            office, plan, mine[plan.keeper % len(mine)], office.accounts[0] if plan.under and at else None
        )
        office.accounts.append(account)
        contact = _person(plan, account, mine[0])
        if contact is not None:
            office.contacts.append(contact)
        office.activities += _talks(office, plan, account, viewer, contact)
    if len(office.accounts) > 1:
        _do(
            office,
            "relate",
            office.accounts[0],
            to=office.accounts[1],
            kind=office.words["kinds"][0],
            reason="since the fair",
        )
        if office.contacts:
            _do_contact("join", office.contacts[0], account=office.accounts[1], role="Buyer")
    _work(office)
    office.documents = papers.in_sight(office)
    me = cast.actor(viewer)
    office.feeds = [open_feed(me, name=shows, shows=shows).record.secret for shows in ("mine", "team")]
    notify([viewer.pk], "test", "Something about %(name)s.", {"name": "yours"}, record=office.accounts[0])
    office.notices = list(
        Notice.objects.as_system("test").filter(user=viewer).order_by("pk").values_list("pk", flat=True)[:2]
    )
    make(
        "views",
        name="Of the viewer",
        record_type="accounts",
        filter={"field": "parent", "op": "is", "value": office.accounts[0].pk},
    )
    type(make("views", name="Shared", record_type="accounts", is_shared=True)).objects.as_system("test").filter(
        name="Of the viewer"
    ).update(owner=viewer)
    dark = make("views", name="Of the dark", record_type="accounts", is_shared=True)
    _point_view(dark, GONE)
    for entity in entities():
        first = entity.model.objects.as_system("test").order_by("pk").values_list("pk", flat=True).first()  # type: ignore[attr-defined]
        office.firsts[entity.plural] = first or 1
    office.firsts.update(
        views=dark.pk,
        accounts=office.accounts[0].pk,
        contacts=office.contacts[0].pk if office.contacts else GONE,
        activities=office.activities[0].pk,
        documents=office.documents[0].pk,
    )
    browser = Client()
    browser.force_login(viewer)
    for account in office.accounts:
        form = browser.get(f"/accounts/{account.pk}/edit").content.decode()
        mark = re.search(r'name="version" value="(\w+)"', form)
        office.tags[account.pk] = (browser.get(f"/api/v1/accounts/{account.pk}")["ETag"], mark[1] if mark else "")
    return office


def _work(office: Office) -> None:
    """Operations: of the viewer one that is done, one that waits and one that he stopped; one of a colleague of his team."""
    cast, ids = office.cast, [a.pk for a in office.accounts]
    accounts = entity_by_plural("accounts")
    assert accounts is not None
    assert accounts.edit is not None
    colleague = cast.manager if office.viewer.pk == cast.leader.pk else office.viewer
    for who in (office.viewer, colleague):
        done = accounts.edit.each(cast.actor(who), [*ids, GONE], values={"description": "Seen to"})
        office.operations.append(done.pk)
        if who is colleague and colleague is office.viewer:
            break
    waiting, stopped = (
        queue_each(cast.actor(office.viewer), accounts.edit, ids, {"values": {"description": "Soon"}}) for _ in range(2)
    )
    work = job_of(stopped)
    assert work is not None
    cancel(cast.actor(office.viewer), work.pk)
    office.operations += [waiting.pk, stopped.pk]
    me = cast.actor(office.viewer)
    mine = Account.objects.seen_by(me, "edit").filter(pk__in=ids).order_by("pk")[:1]
    office.acts = [accounts.edit(me, a.pk, values={"legal_name": "Marisol"}).act for a in mine]


def hide(office: Office, plans: list[AccountPlan]) -> Unseen:
    """What others add: accounts, people, talks, ties to what the viewer sees, operations, notices, a parent in the dark."""
    cast, words = office.cast, office.words
    _mine, others = keepers(cast, office.viewer)
    last = Change.objects.as_system("test").order_by("-id").values_list("id", flat=True).first() or 0
    found: dict[str, list[int]] = {"accounts": [], "contacts": [], "activities": []}
    hidden: list[Any] = []
    seen = office.accounts
    for at, plan in enumerate(plans):
        above = seen[at % len(seen)] if plan.under else hidden[0] if hidden else None
        account = _account(office, plan, others[plan.keeper % len(others)], above)
        hidden.append(account)
        contact = _person(plan, account, cast.stranger)
        if contact is not None:
            found["contacts"].append(contact.pk)
            for activity in office.activities[:1]:
                Participant.objects.create(record=activity, contact=contact)
        found["activities"] += [a.pk for a in _talks(office, plan, account, office.viewer, contact)]
        _do(office, "relate", account, to=seen[0], kind=words["kinds"][0], reason="in the dark")
        _do(office, "relate", seen[0], to=account, kind=words["kinds"][0], reason="in the dark")
        _do(office, "relate", seen[0], to=account, kind=words["kinds"][0], reason="darker still")
        _do(
            office,
            "set-referrer",
            account,
            **({"contact": office.contacts[0]} if office.contacts else {"account": seen[0]}),
        )
        _do(office, "set-interest", account, area=words["areas"][at % 2], strength=3)
        for shared in office.contacts[:1]:
            _do_contact("join", shared, account=account, role="Secret adviser", is_primary=True)
            _do_contact("join", shared, account=account, role="Secret chair", is_primary=True)
        notify([office.viewer.pk], "test", "Something about %(name)s.", {"name": account.name}, record=account)
    found["accounts"] = [a.pk for a in hidden]
    found["documents"] = papers.in_the_dark(office, hidden, found["contacts"])
    _do(office, "set-referrer", seen[-1], account=hidden[0])
    _hang_under(office, seen[-1], hidden[0])
    operation = entity_by_plural("accounts").verb_by_name["archive"].each(BUILDER, found["accounts"][:1])  # type: ignore[union-attr]
    Operation.objects.as_system("test").filter(pk=operation.pk).update(actor_id=cast.admin.pk)
    make("views", name="Mine alone", record_type="accounts", filter={"field": "name", "op": "is", "value": NAMES[0]})
    _point_view(SavedView.objects.as_system("test").get(name="Of the dark"), found["accounts"][0])
    _reach_into_the_dark(office, found["accounts"])
    acts = Change.objects.as_system("test").filter(pk__gt=last).order_by("id").values_list("act", flat=True)
    told = Notice.objects.as_system("test").filter(user=office.viewer, record_id__in=found["accounts"])
    return Unseen(
        found,
        [a.name for a in hidden],
        sorted(set(acts))[:2],
        [operation.pk],
        sorted(told.values_list("pk", flat=True))[:2],
    )


def _point_view(view: SavedView, account: int) -> None:
    """Let a shared view ask for one account by its id, and for the others below it."""
    parts = [{"field": "parent", "op": op, "value": {"id": account}} for op in ("is", "is_not")]
    SavedView.objects.as_system("test").filter(pk=view.pk).update(filter={"any": parts})


def _reach_into_the_dark(office: Office, hidden: list[int]) -> None:
    """What a colleague changed in bulk comprised accounts that the viewer does not see, and one of them refused."""
    theirs = Operation.objects.as_system("test").filter(pk__in=office.operations).exclude(actor=office.viewer)
    for operation in theirs:
        for at, pk in enumerate(hidden):
            Change.objects.create(
                act=operation.pk, at=now(), operation=operation, actor_id=operation.actor_id, verb=operation.kind, record_type="accounts.account",
                record_id=pk, kind="update", body={"fields": {"description": ["", "Seen to"]}},
            )  # fmt: skip
            operation.total += 1
            advance(
                operation, 1, changed=0 if at else 1, refused=[[pk, "It has a reason that names it."]] if at else []
            )
        operation.save()


def _account(office: Office, plan: AccountPlan, keeper: User | None, above: Any) -> Any:
    words = office.words
    lifecycle = LIFECYCLES[plan.lifecycle]
    given = {
        "name": NAMES[plan.name], "lifecycle": lifecycle, "owner": keeper, "team": _pool(office, keeper), "parent": above, "external_ref": plan.ref,
        "category": words["categories"][plan.city % 2], "tags": [words["tags"][t] for t in sorted(plan.tags)], "phone": PHONES[plan.city],
        "email": EMAILS[plan.name % 3], "address": {"city": CITIES[plan.city], "country_code": "ES"}, "annual_revenue": 1000 * (plan.rooms or 1),
        "characteristics": {} if plan.rooms is None else {"rooms": plan.rooms},
    }  # fmt: skip
    account = make("accounts", **given)
    _do(office, "write-remark", account, text=REMARKS[plan.remark])
    return account


def _pool(office: Office, keeper: User | None) -> Any:
    """An account without an owner lies in a pool that the viewer does not see."""
    if keeper is not None:
        return None
    from tend.people.models import Team

    own_scope = office.viewer.pk == office.cast.junior.pk
    return office.cast.team if own_scope else Team.objects.as_system("test").get(name="Hills")


def _person(plan: AccountPlan, account: Any, owner: User | None) -> Any:
    if plan.person is None:
        return None
    first, last = PEOPLE[plan.person].split()
    return make(
        "contacts",
        first_name=first,
        last_name=last,
        owner=owner,
        accounts=[account],
        phone=PHONES[plan.person],
        email=EMAILS[plan.person],
    )


def _talks(office: Office, plan: AccountPlan, account: Any, by: User, contact: Any) -> list[Any]:
    day = now().date() - dt.timedelta(days=plan.late)
    people = [contact] if contact is not None else []
    planned = make(
        "activities",
        kind="call",
        account=account,
        responsible=by,
        planned_on=day,
        subject=f"Ring {NAMES[plan.name]}",
        contacts=people,
    )
    note = make(
        "activities",
        kind="note",
        account=account,
        responsible=by,
        text=REMARKS[plan.remark],
        done_at=now() - dt.timedelta(hours=1 + plan.city),
    )
    _do(office, "log-call", account, outcome=office.words["outcomes"][plan.city % 2], text="Spoke about soap")
    return [planned, note]


def _hang_under(office: Office, account: Any, parent: Any) -> None:
    """Put a seen account under a hidden one: a write of the very record that the viewer sees, of which he sees nothing."""
    if account.parent_id is None:
        with suppress(Refused):  # a circle through the dark
            _do(office, "set-parent", account, to=parent)


def _do(office: Office, name: str, account: Any, /, **options: Any) -> Any:
    return entity_by_plural("accounts").verb_by_name[name](BUILDER, account.pk, **options)  # type: ignore[union-attr]


def _do_contact(name: str, contact: Any, **options: Any) -> Any:
    return entity_by_plural("contacts").verb_by_name[name](BUILDER, contact.pk, **options)  # type: ignore[union-attr]


def stored(pk: int) -> Activity:
    return Activity.objects.as_system("test").get(pk=pk)  # type: ignore[no-any-return]
