"""Fills a Tend with sample customers, the same for the same seed: accounts, people, talks and plans, by verbs in chunks."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tend.base.names import normalise
from tend.domains.accounts.commands import add_responsible, archive, create_account, pause, set_parent
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.accounts.ties import relate
from tend.domains.activities.commands import log_call, plan_activity
from tend.domains.contacts.commands import create_contact
from tend.kernel import clock
from tend.kernel.actor import Actor, system
from tend.kernel.collecting import collected_between_chunks
from tend.kernel.entity import entity_by_plural
from tend.kernel.unit import Unit
from tend.people.access import actor_for
from tend.site.demo import crowd
from tend.site.demo.cast import Cast, enter_cast
from tend.site.demo.extras import enter_extras
from tend.site.demo.places import COUNTRIES, REMARKS, SHARES, TEXTS, TITLES, Country
from tend.site.demo.sharing import shared

WHY = "the sample company"
CHUNK = 2000  # accounts with several talks each; whatever is beyond them is the crowd
NEWCOMERS = 0.1  # of the first chunk: entered in these days, their first call is still to come
HEADED = 300  # accounts of the first chunk among which people plan by hand
Say = Callable[[str], None]


def build_if_empty(*, accounts: int, seed: int, say: Say) -> None:
    """Build the sample company unless there are accounts already."""
    if not Account.objects.as_system(WHY).exists():
        build(accounts=accounts, seed=seed, say=say)


def build(*, accounts: int, seed: int, say: Say, now: dt.datetime | None = None, processes: int = 1) -> int:
    """Add that many accounts with their people and talks; how many records that made.

    Equal seeds make equal data on the same day: each chunk draws from a seed of its own, so that it does not matter which
    process makes it. Several processes only where several can write (PostgreSQL).
    """
    say(f"Building a sample company with {accounts:,} accounts.")
    now = now or clock.now()
    cast = enter_cast(system(WHY, zone="Europe/Madrid"))
    rich, many = min(CHUNK, accounts), crowd.CHUNK
    chunks = [(0, rich), *((begin, min(many, accounts - begin)) for begin in range(rich, accounts, many))]
    made = done = 0
    began = time.monotonic()
    for (_first, size), found in zip(chunks, _made(chunks, seed, now, processes), strict=True):
        made, done = made + found, done + size
        if accounts > CHUNK:
            say(f"{done:>9,} of {accounts:,} accounts, {done / (time.monotonic() - began):,.0f} a second")
    return made + enter_extras(cast.users["Tomás Ribeiro"], cast.users["Olga Marchenko"])


def _made(chunks: list[tuple[int, int]], seed: int, now: dt.datetime, processes: int) -> Iterator[int]:
    """How many records each chunk made, in their order."""
    if processes > 1 and len(chunks) > 1:
        yield from shared(chunks, seed, now, processes)
        return
    with collected_between_chunks() as collect:
        made = maker(seed, now)
        for first, size in chunks:
            yield made.chunk(first, size)
            collect()


def maker(seed: int, now: dt.datetime) -> Maker:
    """The maker of a seed, with the cast as it is entered by now."""
    return Maker(seed, enter_cast(system(WHY, zone="Europe/Madrid")), now)


class Maker:
    """Draws customers and what happened with them."""

    def __init__(self, seed: int, cast: Cast, now: dt.datetime) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.actor = system(WHY, zone="Europe/Madrid")
        self.cast = cast
        self.now = now
        self.books = {
            p: self._book(p)
            for p in ("statuses", "states", "relationship-stages", "categories", "sources", "industries")
        }
        self.by_industry = {_english(row, at): row for at, row in enumerate(self.books["industries"])}
        self.relation_kinds = self._book("relation-kinds")
        statuses = _rows("interaction-statuses")
        self.for_leads = [s for s in statuses if s.for_leads]
        self.for_accounts = [s for s in statuses if s.for_accounts]
        self.outcomes = {o.code: o for o in _rows("outcomes")}
        self.actors: dict[int, Actor] = {u.pk: actor_for(u) for u in cast.sellers}
        self.crowd = crowd.Crowd(self)

    def chunk(self, first: int, size: int) -> int:
        """One chunk: accounts with their people, then their talks, then what only some have; each in units of work.

        The first chunk is the rich one, the others are a crowd.
        """
        self.chance = random.Random(f"{self.seed}/{first}")
        if first:
            return self.crowd.chunk(first, size, self.chance)
        entered = self.now - dt.timedelta(days=self.chance.randint(20, 500))
        lately = self.now - dt.timedelta(days=self.chance.randint(4, 9))
        new = round(size * NEWCOMERS)
        made, drawn = size, []
        for count, at in ((size - new, entered), (new, lately)):
            with Unit(self.actor, verb="demo", now=at, quiet=True) as unit:
                entries = [self._account(unit) for _ in range(count)]
                for account, country, _status in entries:
                    for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3))):
                        self._contact(unit, account, country)
                        made += 1
            drawn += entries
        by_owner: dict[int, list[tuple[Account, Any]]] = {}
        for account, _country, status in drawn[: size - new]:  # nobody has spoken to the newcomers yet
            by_owner.setdefault(account.owner_id or 0, []).append((account, status))
        for owner in self.cast.sellers:
            made += self._talks(self.actors[owner.pk], by_owner.get(owner.pk, []))
        ids = [account.pk for account, _country, _status in drawn]
        self._details(ids)
        return made + self._plans_by_hand(ids[:HEADED])

    # --- accounts ---------------------------------------------------------------------------------------------------
    def _account(self, unit: Unit) -> tuple[Account, Country, Any]:
        chance, books = self.chance, self.books
        country = chance.choices(COUNTRIES, SHARES)[0]
        industry, patterns = chance.choice(country.firms)
        noun = self._noun(country)
        city, region, code = chance.choice(country.cities)
        name = chance.choice(patterns).format(noun)
        if chance.random() < 0.45:
            name = f"{name} {city}"
        lifecycle = chance.choices(("lead", "prospect", "customer", "other"), (24, 22, 48, 6))[0]
        lead = lifecycle == "lead"
        status = chance.choices(self.for_leads if lead else self.for_accounts, (20, 40, 30, 10))[0]
        site = _domain(name, country.code)
        values = {
            "name": name, "legal_name": f"{name} {chance.choice(country.legal)}", "lifecycle": lifecycle, "owner": self._owner(country),
            "language": country.language, "website": site, "phone": self._digits(chance.choice(country.landlines)),
            "email": f"office@{site}", "employees": int(chance.lognormvariate(3, 1)) + 1,
            "address.street": chance.choice(country.streets).format(n=chance.randint(1, 180)), "address.city": city,
            "address.region": region, "address.postal_code": self._digits(code), "address.country_code": country.code,
            "industry": self.by_industry.get(industry), "status": chance.choices(books["statuses"], (60, 25, 15))[0],
            "state": chance.choice(books["states"]), "source": chance.choice(books["sources"]),
            "category": chance.choices(books["categories"], (20, 30, 50))[0], "interaction_status": status,
        }  # fmt: skip
        if not lead:
            values["relationship_stage"] = chance.choices(books["relationship-stages"], (40, 35, 18, 7))[0]
        if chance.random() < 0.3:
            values["tags"] = chance.sample(self.cast.tags, chance.choice((1, 1, 2)))
        if chance.random() < 0.35:
            values["characteristics"] = self.characteristics(industry, chance)
        if chance.random() < 0.2:
            values["remarks"] = chance.choice(REMARKS)
        return create_account(unit, values=values), country, status

    def _noun(self, country: Country) -> str:
        """What a company is called after: a made-up word, a family, or both; a million need some variety."""
        chance, draw = self.chance, self.chance.random()
        if draw < 0.45:
            return chance.choice(country.nouns)
        if draw < 0.8:
            return f"{chance.choice(country.nouns)} {chance.choice(country.last_names)}"
        return f"{chance.choice(country.last_names)} {chance.choice(country.last_names)}"

    def _owner(self, country: Country) -> Any:
        tomas, daniel, ines, olga = self.cast.sellers
        south, north = (60, 4, 26, 10), (4, 80, 2, 14)
        shares = south if country.code in ("ES", "PT", "BR") else (8, 26, 4, 62) if country.code == "UA" else north
        return self.chance.choices((tomas, daniel, ines, olga), shares)[0]

    def characteristics(self, industry: str, chance: random.Random) -> dict[str, Any]:
        """What is noted about an account beside its fields, by what it does."""
        given: dict[str, Any] = {"price_sensitivity": chance.choice(("low", "medium", "high"))}
        if industry == "Hospitality":
            given["rooms"] = chance.choice((12, 18, 24, 40, 64, 90, 140))
        if chance.random() < 0.5:
            given["best_time"] = chance.choice(("before ten", "after lunch", "not on Mondays", "Thursdays"))
        if chance.random() < 0.3:
            given["loyal"] = chance.random() < 0.5
            given["customer_since"] = (self.now.date() - dt.timedelta(days=chance.randint(200, 4000))).isoformat()
        return given

    # --- people -----------------------------------------------------------------------------------------------------
    def _contact(self, unit: Unit, account: Account, country: Country) -> None:
        chance = self.chance
        first, last = chance.choice(country.first_names), chance.choice(country.last_names)
        values: dict[str, Any] = {
            "first_name": first, "last_name": last, "title": chance.choice(TITLES), "language": country.language,
            "email": f"{_ascii(first)}.{_ascii(last)}@{account.website}", "accounts": [account],
        }  # fmt: skip
        if chance.random() < 0.6:
            values["phone"] = self._digits(chance.choice(country.mobiles))
        if chance.random() < 0.15:
            values["birthday"] = dt.date(chance.randint(1960, 2000), chance.randint(1, 12), chance.randint(1, 28))
        create_contact(unit, values=values)

    # --- talks ------------------------------------------------------------------------------------------------------
    def _talks(self, actor: Actor, mine: Sequence[tuple[Account, Any]]) -> int:
        """Past talks of one person with her accounts, oldest first, so that the last one says when the next is due."""
        chance, made = self.chance, 0
        if not mine:
            return 0
        past = {account.pk: self._past(status) for account, status in mine}
        for turn in range(max(len(days) for days in past.values())):
            ids = [pk for pk, days in past.items() if len(days) > turn]
            if not ids:
                break
            with Unit(actor, verb="log-call", now=self.now, quiet=True) as unit:
                held = unit.open(ACCOUNT, ids, "edit")
                unit.preload(ACCOUNT, held, log_call.reads)
                for account in held:
                    days = past[account.pk][turn]
                    last = turn == len(past[account.pk]) - 1
                    code = (
                        "reached"
                        if last or chance.random() < 0.7
                        else chance.choice(("no-answer", "left-a-message", "busy"))
                    )
                    at = self.now - dt.timedelta(days=days, minutes=chance.randint(1, 400))
                    text = chance.choice(TEXTS) if code == "reached" else ""
                    log_call(
                        unit,
                        account,
                        outcome=self.outcomes[code],
                        text=text,
                        at=at,
                        duration=chance.choice((3, 5, 8, 12, 20)),
                    )
                    made += 1
        return made

    def _past(self, status: Any) -> list[int]:
        """How many days ago the talks were, oldest first: most accounts are in time, some late, a few never spoken to."""
        chance = self.chance
        interval = status.interval if status.plans_calls else 120
        draw = chance.random()
        if draw < 0.01:
            return []
        last = chance.uniform(0.02, 0.98) if draw < 0.8 else chance.uniform(1.02, 2.2)
        days = [max(1, int(last * interval))]
        for _ in range(chance.choice((0, 0, 1, 1, 2))):
            days.append(days[-1] + max(1, int(interval * chance.uniform(0.8, 1.4))))
        return sorted((d for d in days if d < 900), reverse=True)

    # --- what only some have ----------------------------------------------------------------------------------------
    def _details(self, ids: Sequence[int]) -> None:
        """Subsidiaries, relations, a second person, pauses and the archive, for one account in five."""
        chance = self.chance
        some = ids[: max(len(ids) // 5, min(len(ids), 200))]
        _tomas, _daniel, ines, _olga = self.cast.sellers
        verbs = (add_responsible, pause, archive, set_parent, relate)
        with Unit(self.actor, verb="demo", now=self.now, quiet=True) as unit:
            held = unit.open(ACCOUNT, some, "edit")
            unit.preload(ACCOUNT, held, {trait for verb in verbs for trait in verb.reads})
            for at, account in enumerate(held):
                draw = chance.random()
                if draw < 0.08 and at > 20:
                    set_parent(unit, account, to=held[at // 20])
                elif draw < 0.16 and account.owner_id != ines.pk:
                    add_responsible(unit, account, user=ines, role="Order desk", is_caller=chance.random() < 0.5)
                elif draw < 0.18:
                    pause(
                        unit, account, until=unit.today + dt.timedelta(days=chance.randint(10, 60)), reason="renovation"
                    )
                elif draw < 0.19:
                    archive(unit, account)
                elif draw < 0.3 and at > 0 and self.relation_kinds:
                    since = self.now.date() - dt.timedelta(days=chance.randint(100, 3000))
                    relate(
                        unit,
                        account,
                        to=held[chance.randrange(at)],
                        kind=chance.choice(self.relation_kinds),
                        since=since,
                    )

    def _plans_by_hand(self, ids: Sequence[int]) -> int:
        """Meetings and tasks of the coming days, planned by each person herself."""
        chance, made = self.chance, 0
        subjects = (
            ("meeting", "Visit and tasting"),
            ("call", "Talk about the new price list"),
            ("task", "Send the samples"),
        )
        for actor in self.actors.values():
            mine = Account.objects.seen_by(actor).filter(pk__in=ids, owner_id=actor.user_id).order_by("pk")[:9]
            with Unit(actor, verb="plan-activity", now=self.now) as unit:
                for at, account in enumerate(unit.load(mine)):
                    kind, subject = subjects[at % 3]
                    day = unit.today + dt.timedelta(days=chance.randint(0, 12))
                    plan_activity(
                        unit, values={"kind": kind, "subject": subject, "account": account, "planned_on": day}
                    )
                    made += 1
        return made

    def _digits(self, pattern: str) -> str:
        return "".join(str(self.chance.randint(0, 9)) if c == "#" else c for c in pattern)

    def _book(self, plural: str) -> list[Any]:
        return _rows(plural)


def _rows(plural: str) -> list[Any]:
    entity = entity_by_plural(plural)
    assert entity is not None
    rows = entity.model.objects.as_system(WHY).filter(trashed_at=None, is_active=True)  # type: ignore[attr-defined]
    return list(rows.order_by("position", "pk"))


def _english(row: Any, at: int) -> str:
    """The shipped English name of an industry, whatever language the book is in."""
    from tend.site.presets import BOOKS

    shipped = BOOKS["industries"]
    return str(shipped[at]["name"]) if at < len(shipped) else str(row.name)


def _domain(name: str, country: str) -> str:
    return f"{_ascii(name)[:40].strip('-')}-{country.lower()}.example"


_CYRILLIC = dict(zip("абвгдеєжзийклмнопрстуфхцчшщьюяіїґ", (
    "a b v h d e ie zh z y i k l m n o p r s t u f kh ts ch sh shch _ iu ia i i g"
).split(), strict=True))  # fmt: skip
_kept: dict[str, str] = {}


def _ascii(text: str) -> str:
    """A word as it stands in addresses."""
    found = _kept.get(text)
    if found is None:
        latin = "".join(_CYRILLIC.get(c, c) for c in text.lower()).replace("_", "")
        folded = normalise(latin)
        found = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in folded).split()) or "x"
        if len(_kept) < 50_000:
            _kept[text] = found
    return found
