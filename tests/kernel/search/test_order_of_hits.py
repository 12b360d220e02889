"""Search finds what a plain look at every text finds, in the order it promises, whichever way it takes and whoever asks."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tend.domains.accounts.models import Account, AccountSearch
from tend.kernel.actor import Actor, Grants, system
from tend.kernel.entity import entity_by_code
from tend.kernel.finding import search
from tend.kernel.search import tiers
from tend.kernel.search.matching import readable_columns, wanted
from tend.kernel.values import create_record
from tend.people.models import User

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
ACCOUNT = entity_by_code("accounts.account")
WORDS = ("Hotel", "Marina", "Grand", "Café", "Готель", "Sub-Hotel", "Ho", "34", "Inn", "Marinas")
TYPED = (
    "hotel", "HOTEL marina", "mar", "marina h", "gran hot", "café", "готель", "ho", "h", "tel", "in", "34", "hotel 34", "971 123", "971123",
    "12 34 56", "example", "hotel example", "desk@", "zzz", "inn 971", "marina hotel grand", "%", "hot_l",
    "97112301", "34 971 123 012", "34999012", "0034 97 11 23 0", "hoxel", "marxina", "97_1230", "9711%2301",
)  # fmt: skip


def person(name: str) -> User:
    found: User = create_record(
        SYSTEM, entity_by_code("people.user"), {"name": name, "email": f"{name.lower()}@tend.example"}
    ).record
    return found


def sees(user: User, scope: str, team: tuple[int, ...] = (), hidden: tuple[str, ...] = ()) -> Actor:
    rights = {(line, f): "hidden" for line in ("leads", "accounts") for f in hidden}
    return Actor(
        user.pk, user.name, Grants({(line, "view"): scope for line in ("leads", "accounts", "contacts")}, rights),
        team_users=(user.pk, *team), team_ids=(),
    )  # fmt: skip


def naive(actor: Actor, words: str, limit: int) -> list[tuple[int, int]]:
    """Rank and key of each hit by looking at every text the actor sees."""
    said = wanted(words)
    assert said is not None
    columns = readable_columns(ACCOUNT, actor)
    every = (*said.long, *said.short)
    found = []
    for text in AccountSearch.objects.filter(pk__in=Account.objects.seen_by(actor).values("pk")):
        head = text.head if "head" in columns else ""
        held = all(any(w in getattr(text, c) for c in columns if w.isdigit() or c != "phones") for w in every) and bool(
            said.long or not said.digits
        )
        held = held and bool(said.long)
        held = held or bool(said.digits and "phones" in columns and said.digits in text.phones)
        if head and head.startswith(said.text):
            found.append((0 if head == said.text else 1, head, text.pk))
        elif not held:
            continue
        elif said.long and "head" in columns and all(f" {w}" in f" {head}" for w in every):
            found.append((2, head, text.pk))
        elif said.long and "head" in columns and all(w in head for w in every):
            found.append((3, head, text.pk))
        else:
            found.append((4, "", text.pk))
    return [(rank, pk) for rank, _head, pk in sorted(found)[:limit]]


@pytest.fixture
def actors() -> list[Actor]:
    chance = Random(7)
    people = [person(n) for n in ("Ana", "Ben", "Cid")]
    for n in range(70):
        name = " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 4)))
        given: dict[str, Any] = {"owner": people[0 if n % 10 == 0 else 1 + n % 2]}
        if n % 3 == 0:
            given["phones"] = [f"+34 971 123 {n:03d}"]
        if n % 4 == 0:
            given |= {"email": f"desk{n}@{chance.choice(('hotel', 'inn'))}.example", "legal_name": chance.choice(WORDS)}
        made = create_record(SYSTEM, ACCOUNT, {"name": name, **given}).record
        if n % 17 == 0:
            ACCOUNT.verb_by_name["trash"](SYSTEM, made)
    ana, ben, cid = people
    return [
        SYSTEM, sees(ana, "own"), sees(ana, "team", (ben.pk,)), sees(cid, "all"), sees(cid, "all", hidden=("phones",)),
        sees(cid, "all", hidden=("name",)), sees(ben, "own", hidden=("legal_name",)),
    ]  # fmt: skip


@pytest.mark.parametrize("most", [1, 5, 2000])
def test_search_finds_what_a_plain_look_finds_in_the_same_order(
    actors: list[Actor], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    from tend.kernel.listing import portfolio

    monkeypatch.setattr(tiers, "SET", most)
    monkeypatch.setattr(portfolio, "FEW", most)
    for number, actor in enumerate(actors):
        for words in TYPED:
            for limit in (3, 100):
                hits = [(h.rank, h.record_id) for h in search(actor, words, [ACCOUNT], limit=limit)]
                assert hits == naive(actor, words, limit), (number, words, limit)


def test_hidden_records_take_nobodys_place(actors: list[Actor]) -> None:
    ana = actors[1]
    before = {words: [h.record_id for h in search(ana, words, [ACCOUNT], limit=3)] for words in TYPED}
    for n in range(30):
        create_record(
            SYSTEM, ACCOUNT, {"name": f"Hotel {n}", "phones": ["+34 971 123 456"], "email": f"a{n}@a.example"}
        )
    assert {words: [h.record_id for h in search(ana, words, [ACCOUNT], limit=3)] for words in TYPED} == before
