"""The many customers of a large fill: leaner than the first ones, entered by the verbs with their last talk in one unit.

Whoever owns an account entered it on the day of that talk, or soon after; so the unit that makes an account also plans its
next call, and no row is written twice. Of a million hardly any two share a name, and none within a country.
"""

from __future__ import annotations

import datetime as dt
import gc
import random
from dataclasses import dataclass
from typing import Any

from tend.domains.accounts.commands import add_responsible, archive, create_account, pause, set_parent
from tend.domains.accounts.models import Account
from tend.domains.accounts.ties import relate
from tend.domains.activities.commands import log_call
from tend.domains.contacts.commands import create_contact
from tend.kernel.unit import Unit
from tend.site.demo.places import REMARKS, SHARES, TEXTS, TITLES
from tend.site.demo.pools import CYCLE, Pool, draw, order_of_countries, pools, weighted

CHUNK = 8000  # accounts drawn together: enough of each owner to enter them on several days
UNIT = 700  # accounts of one owner entered on one day
OWNERS = {"ES": (60, 4, 26, 10), "PT": (60, 4, 26, 10), "BR": (60, 4, 26, 10), "UA": (8, 26, 4, 62)}
ELSEWHERE = (4, 80, 2, 14)
OUTCOMES = weighted(("reached", "no-answer", ""), (82, 6, 12))


@dataclass(slots=True)
class Drawn:
    """An account before it is made. `day`: how many days ago it was last talked to, or entered when it never was."""

    day: int
    country: str
    values: dict[str, Any]
    people: list[dict[str, Any]]
    outcome: str
    fate: float


class Crowd:
    """Draws customers by their number in the whole fill, and has them made."""

    def __init__(self, maker: Any) -> None:
        from tend.site.demo.company import _ascii

        self.maker = maker
        self.pools = pools(_ascii)
        self.order = order_of_countries(maker.seed)
        self.shift = random.Random(f"{maker.seed}/names").randrange(1_000_000)
        books = maker.books
        self.lifecycles = weighted(("lead", "prospect", "customer", "other"), (24, 22, 48, 6))
        self.for_leads = weighted(maker.for_leads, (20, 40, 30, 10))
        self.for_accounts = weighted(maker.for_accounts, (20, 40, 30, 10))
        self.statuses = weighted(books["statuses"], (60, 25, 15))
        self.categories = weighted(books["categories"], (20, 30, 50))
        self.stages = weighted(books["relationship-stages"], (40, 35, 18, 7))
        self.owners = {p.country.code: weighted(range(4), OWNERS.get(p.country.code, ELSEWHERE)) for p in self.pools}

    def chunk(self, first: int, size: int, chance: random.Random) -> int:
        """Make the accounts from that number on; how many records that made."""
        drawn: list[list[Drawn]] = [[], [], [], []]
        for number in range(first, first + size):
            owner, account = self._account(number, chance)
            drawn[owner].append(account)
        made = 0
        for seller, mine in zip(self.maker.cast.sellers, drawn, strict=True):
            mine.sort(key=lambda d: d.day)
            for begin in range(0, len(mine), UNIT):
                made += self._enter(self.maker.actors[seller.pk], mine[begin : begin + UNIT], chance)
                gc.collect(0)  # what this unit left, and not what is drawn for the next ones
        return made

    # --- drawing ----------------------------------------------------------------------------------------------------
    def _account(self, number: int, chance: random.Random) -> tuple[int, Drawn]:
        cycle, place = divmod(number, CYCLE)
        at, nth = self.order[place]
        pool, books = self.pools[at], self.maker.books
        country = pool.country
        firm = pool.firm(cycle * SHARES[at] + nth, self.shift)
        where = firm.city if firm.city is not None else int(chance.random() * len(country.cities))
        city, region, _code = country.cities[where]
        lifecycle = draw(chance, self.lifecycles)
        lead = lifecycle == "lead"
        status = draw(chance, self.for_leads if lead else self.for_accounts)
        values: dict[str, Any] = {
            "name": firm.name, "legal_name": f"{firm.name} {draw(chance, country.legal)}", "lifecycle": lifecycle,
            "language": country.language, "website": firm.site, "phone": draw(chance, pool.landlines), "email": f"office@{firm.site}",
            "employees": int(chance.lognormvariate(3, 1)) + 1,
            "address": {
                "street": draw(chance, country.streets).format(n=1 + int(chance.random() * 180)), "city": city, "region": region,
                "postal_code": draw(chance, pool.codes[where]), "country_code": country.code,
            },
            "industry": self.maker.by_industry.get(firm.industry), "status": draw(chance, self.statuses),
            "state": draw(chance, books["states"]), "source": draw(chance, books["sources"]),
            "category": draw(chance, self.categories), "interaction_status": status,
        }  # fmt: skip
        if not lead:
            values["relationship_stage"] = draw(chance, self.stages)
        if chance.random() < 0.3:
            values["tags"] = [draw(chance, self.maker.cast.tags)]
        if chance.random() < 0.15:
            values["characteristics"] = self.maker.characteristics(firm.industry, chance)
        if chance.random() < 0.1:
            values["remarks"] = draw(chance, REMARKS)
        people = [self._person(pool, firm.site, chance) for _ in range(1 if chance.random() < 0.8 else 2)]
        outcome = draw(chance, OUTCOMES)
        drawn = Drawn(self._day(status, outcome, chance), country.code, values, people, outcome, chance.random())
        return draw(chance, self.owners[country.code]), drawn

    def _person(self, pool: Pool, site: str, chance: random.Random) -> dict[str, Any]:
        (first, latin), (last, latin_last) = draw(chance, pool.first_names), draw(chance, pool.last_names)
        values: dict[str, Any] = {
            "first_name": first, "last_name": last, "title": draw(chance, TITLES), "language": pool.country.language,
            "email": f"{latin}.{latin_last}@{site}",
        }  # fmt: skip
        if chance.random() < 0.5:
            values["phone"] = draw(chance, pool.mobiles)
        return values

    def _day(self, status: Any, outcome: str, chance: random.Random) -> int:
        """Most accounts are in time, some late; those that nobody has reached were entered lately. On a working day."""
        interval = status.interval if status.plans_calls else 120
        if outcome == "reached":
            share = 0.02 + 0.96 * chance.random() if chance.random() < 0.8 else 1.02 + 1.2 * chance.random()
            day = max(1, int(share * interval))
        else:
            day = 1 + int(chance.random() * min(interval, 20))
        return day + max(0, (self.maker.now - dt.timedelta(days=day)).weekday() - 4)

    # --- making -----------------------------------------------------------------------------------------------------
    def _enter(self, actor: Any, drawn: list[Drawn], chance: random.Random) -> int:
        """Accounts of one owner with their people and last talks, on the day of the latest of these talks."""
        maker, made = self.maker, len(drawn)
        with Unit(actor, verb="demo", now=maker.now - dt.timedelta(days=drawn[0].day), quiet=True) as unit:
            accounts: list[Account] = []
            for one in drawn:
                account = create_account(unit, values=one.values)
                accounts.append(account)
                for person in one.people:
                    create_contact(unit, values={**person, "accounts": [account]})
                made += len(one.people)
                if one.outcome:
                    reached = one.outcome == "reached"
                    log_call(
                        unit, account, outcome=maker.outcomes[one.outcome], text=draw(chance, TEXTS) if reached else "",
                        at=maker.now - dt.timedelta(days=one.day, minutes=1 + int(chance.random() * 400)),
                        duration=draw(chance, (3, 5, 8, 12, 20)) if reached else None,
                    )  # fmt: skip
                    made += 1
            self._tie(unit, drawn, accounts, chance)
        return made

    def _tie(self, unit: Unit, drawn: list[Drawn], accounts: list[Account], chance: random.Random) -> None:
        """Subsidiaries, relations, a second person, pauses and the archive, for one account in twelve."""
        maker = self.maker
        ines = maker.cast.sellers[2]
        heads: dict[str, Account] = {}
        for at, (one, account) in enumerate(zip(drawn, accounts, strict=True)):
            fate = one.fate
            if fate < 0.03:
                if one.country in heads:
                    set_parent(unit, account, to=heads[one.country])
            elif fate < 0.04:
                if ines.pk in unit.actor.team_users and ines.pk != unit.actor.user_id:
                    add_responsible(unit, account, user=ines, role="Order desk", is_caller=chance.random() < 0.5)
            elif fate < 0.045:
                pause(
                    unit,
                    account,
                    until=maker.now.date() + dt.timedelta(days=10 + int(chance.random() * 50)),
                    reason="renovation",
                )
            elif fate < 0.05:
                archive(unit, account)
            elif fate < 0.08 and at and maker.relation_kinds:
                since = maker.now.date() - dt.timedelta(days=100 + int(chance.random() * 2900))
                relate(
                    unit,
                    account,
                    to=accounts[int(chance.random() * at)],
                    kind=draw(chance, maker.relation_kinds),
                    since=since,
                )
            elif at % 20 == 0:
                heads[one.country] = account
