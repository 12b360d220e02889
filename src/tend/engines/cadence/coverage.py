"""Who is looked after and who is not: every account in sight counted once, by who calls it, by status or category."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When

from tend.domains.accounts.choices import ACCOUNTS, LEADS
from tend.domains.accounts.models import Account, AccountPoint, Category, InteractionStatus
from tend.domains.contacts.models import ContactPointOf, Membership
from tend.engines.cadence.overdue import days_of
from tend.engines.cadence.sight import reaches_many, sees_beyond_own
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.errors import NotSeen
from tend.people.models import User

WHY = "whether an account in sight has a number"
FEW = 5_000
REACHED = ("kept", "planned", "overdue", "never")
OUTSIDE = ("no_status", "no_calls", "paused", "do_not_contact", "unreachable", "no_number")
PARTS = (*REACHED, *OUTSIDE)
BY = ("status", "category")
POOL, ALL, OUT, NONE = "pool", "all", "out", "none"
READ = (
    "owner", "interaction_status", "last_contact_at", "next_contact_on", "do_not_contact", "unreachable", "cycle_paused", "archived",
)  # fmt: skip


@dataclass
class Cell:
    """How many accounts of each part; `total` adds them up."""

    parts: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    @property
    def kept_share(self) -> float:
        return self.parts["kept"] / self.total if self.total else 0.0


@dataclass(frozen=True)
class Column:
    """One status or category (`value` None: accounts without any); its key as addresses write it."""

    key: str
    value: Any


@dataclass
class Row:
    """One owner (None: the pool) over all columns, with those the cycle does not reach and everything together."""

    user: User | None
    key: str
    cells: dict[str, Cell] = field(default_factory=lambda: defaultdict(Cell))
    out: Cell = field(default_factory=Cell)
    all: Cell = field(default_factory=Cell)

    def add(self, column: str, part: str, n: int) -> None:
        (self.cells[column] if part in REACHED else self.out).parts[part] += n
        self.all.parts[part] += n


@dataclass(frozen=True)
class Board:
    """Rows by owner, and their sum; every number is the count of a list (`listed`)."""

    columns: list[Column]
    rows: list[Row]
    total: Row

    @property
    def weakest(self) -> Column | None:
        """The column with the smallest share inside its interval."""
        held = [c for c in self.columns if self.total.cells[c.key].total]
        return min(held, key=lambda c: self.total.cells[c.key].kept_share, default=None)

    @property
    def latest(self) -> Row | None:
        """Who holds most of the overdue."""
        row = max(self.rows, key=lambda r: r.all.parts["overdue"], default=None)
        return row if row is not None and row.all.parts["overdue"] else None


def may_see(actor: Actor) -> bool:
    """Whoever sees accounts has a board of them; but for whom a field that it counts by is hidden there is none."""
    if all(actor.scope(line, "view") == "none" for line in (LEADS, ACCOUNTS)):
        return False
    return all(entity_of(Account).right(actor, name) != "hidden" for name in READ)


def board(actor: Actor, by: str, now: dt.datetime) -> Board:
    """The whole board: all accounts in sight by their part, then those of them that lack a number, who are few, once more.

    NotSeen for whom a field that it counts by is hidden.
    """
    parts = _Parts(actor, now)
    column = "interaction_status_id" if by == "status" else "category_id"
    found: dict[int | None, Row] = {}
    total = Row(None, ALL)

    def add(line: dict[str, Any], part: str, n: int) -> None:
        owner, key = line["owner_id"], _key(line[column])
        for row in (found.setdefault(owner, Row(None, POOL if owner is None else str(owner))), total):
            row.add(key, part, n)

    def counted(accounts: Any) -> Any:
        rows = accounts.annotate(part=parts.but_for_numbers).order_by()
        return rows.values("owner_id", column, "part").annotate(n=Count("pk"))

    for line in counted(parts.accounts):
        add(line, line["part"], line["n"])
    if parts.asks_for_numbers:
        for line in counted(parts.accounts.filter(parts.of("no_number"))):
            add(line, line["part"], -line["n"])
            add(line, "no_number", line["n"])
    people = User.objects.seen_by(actor, trashed=True).in_bulk([pk for pk in found if pk is not None])
    for owner, row in found.items():
        row.user = people.get(owner) if owner is not None else None
    rows = sorted(found.values(), key=lambda r: (r.key == POOL, r.user.name if r.user else "", r.key))
    return Board(_columns(actor, by, total), rows, total)


def listed(actor: Actor, now: dt.datetime, *, by: str, who: str, column: str, part: str) -> Any:
    """The accounts behind one number of the board, whoever is due first on top; by plain conditions, so that indexes serve."""
    parts = _Parts(actor, now, of_one=who.isdecimal())
    rows = parts.accounts
    if who == POOL:
        rows = rows.filter(owner__isnull=True)
    elif who.isdecimal():
        rows = rows.filter(owner_id=int(who))
    if column == NONE or column.isdecimal():
        attname = "interaction_status_id" if by == "status" else "category_id"
        rows = rows.filter(**{attname: None if column == NONE else int(column)})
    in_column = column == NONE or column.isdecimal()
    if part in PARTS:
        if (column == OUT and part in REACHED) or (in_column and part in OUTSIDE):
            return rows.none()
        narrowed = rows.filter(parts.of(part))
        rows = _few(narrowed, parts.accounts) if part == "no_number" else narrowed
    elif column == OUT:
        rows = rows.filter(parts.outside)
    elif in_column:
        rows = rows.filter(parts.inside)
    return rows.order_by("next_contact_on", "name", "pk")


def _few(rows: Any, among: Any) -> Any:
    """Those without a number are mostly few and long to find: looked for once, in no order, then counted and read by id."""
    found = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    return among.filter(pk__in=found) if len(found) <= FEW else rows


def sees_numbers(actor: Actor) -> bool:
    """Does this person see phone numbers, so that the board may speak of accounts without one?"""
    return entity_of(Account).right(actor, "phones") != "hidden" and actor.scope("contacts", "view") != "none"


def parted(actor: Actor, now: dt.datetime, *, numbers: bool = True) -> Any:
    """Every account in sight that is not put aside, with the one part to which it belongs.

    Without `numbers` whoever has no usable one belongs to the part to which he would belong with one.
    """
    parts = _Parts(actor, now)
    without = [When(parts.of("no_number"), then=Value("no_number"))] if numbers and parts.asks_for_numbers else []
    return parts.accounts.annotate(part=Case(*without, default=parts.but_for_numbers, output_field=CharField()))


class _Parts:
    """To which part an account belongs, as conditions of which each account in sight meets one."""

    def __init__(self, actor: Actor, now: dt.datetime, *, of_one: bool = False) -> None:
        if not may_see(actor):
            raise NotSeen("coverage")
        # For a team's accounts PostgreSQL would gather the numbers of all people.
        beyond = connection.vendor != "sqlite" and sees_beyond_own(actor)
        self._goes_through_all = not of_one and (beyond or reaches_many(actor))
        statuses = list(InteractionStatus.objects.seen_by(actor, trashed=True))
        silent = [s.pk for s in statuses if not s.plans_calls]
        self.accounts = Account.objects.seen_by(actor).filter(archived=False, merged_into=None)
        self.asks_for_numbers = sees_numbers(actor)
        free = Q(do_not_contact=False, cycle_paused=False)
        called = free & Q(interaction_status__isnull=False) & ~Q(interaction_status_id__in=silent)
        self.reached = called & Q(unreachable=False)  # with a number or without
        today = clock.day_in(now, actor.zone)
        recent = Q(pk__in=[])
        for status in statuses:
            if status.plans_calls:
                since = now - dt.timedelta(days=days_of(status, 1))
                recent |= Q(interaction_status_id=status.pk, last_contact_at__gte=since)
        late, spoken = Q(next_contact_on__lt=today), Q(last_contact_at__isnull=False)
        in_time = Q(next_contact_on__isnull=True) | Q(next_contact_on__gte=today)
        self._reached = {
            "overdue": late, "never": in_time & ~spoken, "kept": in_time & spoken & recent, "planned": in_time & spoken & ~recent,
        }  # fmt: skip
        self._outside = {
            "do_not_contact": Q(do_not_contact=True), "paused": Q(do_not_contact=False, cycle_paused=True),
            "no_status": free & Q(interaction_status__isnull=True), "no_calls": free & Q(interaction_status_id__in=silent),
            "unreachable": called & Q(unreachable=True),
        }  # fmt: skip
        self.but_for_numbers = Case(
            When(do_not_contact=True, then=Value("do_not_contact")),
            When(cycle_paused=True, then=Value("paused")),
            When(interaction_status__isnull=True, then=Value("no_status")),
            When(interaction_status_id__in=silent, then=Value("no_calls")),
            When(unreachable=True, then=Value("unreachable")),
            When(next_contact_on__lt=today, then=Value("overdue")),
            When(last_contact_at__isnull=True, then=Value("never")),
            When(recent, then=Value("kept")),
            default=Value("planned"),
            output_field=CharField(),
        )

    @property
    def inside(self) -> Q:
        """What the cycle reaches."""
        return self.reached & ~_LACKS_NUMBER if self.asks_for_numbers else self.reached

    @property
    def outside(self) -> Q:
        """What it does not reach, for whatever reason."""
        rest = Q(*self._outside.values(), _connector=Q.OR)
        return rest | self.of("no_number") if self.asks_for_numbers else rest

    def of(self, part: str) -> Q:
        """The condition of one part."""
        if part == "no_number":
            lacking = _LACKS_AMONG_ALL if self._goes_through_all else _LACKS_NUMBER
            return self.reached & lacking if self.asks_for_numbers else Q(pk__in=[])
        return self._outside[part] if part in self._outside else self._reached[part] & self.inside


def lacks_number(*, among_all: bool = False) -> Q:
    """No phone of its own, and none of anybody who works there: said as two absences, of which a database makes joins.

    Where it makes none (accounts that have a number), each account is asked for its own: an equality said twice keeps
    PostgreSQL from gathering all numbers first. `among_all`: for whoever looks at very many accounts. Those without a
    number of their own, mostly few, are then found beforehand, walking accounts and numbers side by side by id.
    """
    this, numbered = OuterRef("pk"), AccountPoint.objects.as_system(WHY).filter(kind="phone")
    own: Any = ~Exists(numbered.filter(record_id=this, record_id__gte=this))
    if among_all:
        everybody = Account.objects.as_system(WHY).filter(pk__gt=0)  # said so that SQLite goes by id
        own = Q(pk__in=everybody.filter(~Exists(numbered.filter(record_id=this))).values("pk"))
    people = Membership.objects.as_system(WHY).filter(account_id=this, account_id__gte=this, until=None)
    theirs = ContactPointOf.objects.as_system(WHY).filter(record_id=OuterRef("record_id"), kind="phone")
    return Q(own, ~Exists(people.filter(Exists(theirs))))


_LACKS_NUMBER = lacks_number()
_LACKS_AMONG_ALL = lacks_number(among_all=True)


def _columns(actor: Actor, by: str, total: Row) -> list[Column]:
    book: Any = InteractionStatus if by == "status" else Category
    used = {key for key, cell in total.cells.items() if cell.total}
    values = book.objects.seen_by(actor, trashed=True).filter(pk__in=[int(k) for k in used if k.isdecimal()])
    found = [Column(str(v.pk), v) for v in values.order_by("position", "pk")]
    return [*found, *([Column(NONE, None)] if NONE in used else [])]


def _key(pk: int | None) -> str:
    return NONE if pk is None else str(pk)
