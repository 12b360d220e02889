"""Times lists, filters and searches over many accounts; run by hand: `python bench/listing.py [ACCOUNTS]`.

Uses the database of the environment (TEND_DATA or DATABASE_URL), which should be a throw-away one.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tend.site.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import (
    Account,
    AccountAccess,
    AccountAddress,
    AccountCharacteristic,
    AccountPoint,
    AccountSearch,
)
from tend.kernel import clock, write
from tend.kernel.actor import Actor, Grants, system
from tend.kernel.entity import entity_by_code
from tend.kernel.listing import Listing
from tend.kernel.query import parse_text
from tend.kernel.search import search
from tend.kernel.search.projection import texts
from tend.kernel.values import create_record

SYSTEM = system("bench")
WORDS = "Hotel Grand Marina Sol Costa Plaza Palace Park Royal Central Bahía Готель Чорне Море Lindau Zürich Roma Nova".split()
CITIES = [f"City {n}" for n in range(400)] + ["Odesa", "Kyiv"]
USERS = 60


def fill(count: int) -> list[int]:
    """Users, books and accounts, written in sets past the verbs: only reading is measured here."""
    users = [
        create_record(SYSTEM, entity_by_code("people.user"), {"name": f"User {n:02}", "email": f"u{n}@tend.example"}).record
        for n in range(USERS)
    ]
    statuses = [create_record(SYSTEM, entity_by_code("accounts.status"), {"name": f"Status {n}"}).record for n in range(8)]
    create_record(SYSTEM, entity_by_code("kernel.characteristicdefinition"), {"name": "Rooms", "key": "rooms", "type": "number"})
    chance = random.Random(1)
    now, today = clock.now(), dt.date(2026, 3, 15)
    for start in range(0, count, 5000):
        accounts, access, addresses, traits, points = [], [], [], [], []
        for pk in range(start + 1, min(start + 5000, count) + 1):
            # User 01 has thirty accounts in all, the others share the rest.
            owner = users[1] if pk % (count // 30) == 0 else users[chance.choice((0, *range(2, USERS)))]
            account = Account(
                id=pk, name=" ".join(chance.choices(WORDS, k=3)) + f" {pk}", owner_id=owner.pk, status_id=chance.choice(statuses).pk,
                lifecycle="prospect", created_at=now, updated_at=now, number=f"A-{pk:06}", employees=chance.choice((None, 5, 50)),
                next_contact_on=today + dt.timedelta(days=chance.randrange(400)) if chance.random() < 0.6 else None,
                characteristics={},
            )  # fmt: skip
            accounts.append(account)
            access.append(
                AccountAccess(
                    id=pk, user_id=owner.pk, account_id=pk, reason="owner", name=account.name, status_id=account.status_id,
                    next_contact_on=account.next_contact_on,
                )  # fmt: skip
            )
            if chance.random() < 0.8:
                addresses.append(AccountAddress(id=pk, record_id=pk, city=chance.choice(CITIES), is_primary=True))
            if chance.random() < 0.3:
                traits.append(AccountCharacteristic(id=pk, record_id=pk, key="rooms", num=Decimal(chance.randrange(500))))
            points.append(AccountPoint(id=pk, record_id=pk, kind="phone", value="x", normalised=f"+34971{pk:06}", is_primary=True))
        with transaction.atomic():
            for rows in (accounts, access, addresses, traits, points):
                write.insert(type(rows[0]), rows)
            write.insert(AccountSearch, texts(ACCOUNT, AccountSearch, accounts))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [u.pk for u in users]


def junior(user: int, scope: str = "own", team: tuple[int, ...] = ()) -> Actor:
    lines = ("leads", "accounts", "contacts")
    return Actor(user, "bench", Grants({(line, "view"): scope for line in lines}), team_users=team)


def timed(name: str, run: Callable[[], Any], rounds: int = 7) -> None:
    run()
    taken = []
    for _round in range(rounds):
        began = time.perf_counter()
        run()
        taken.append((time.perf_counter() - began) * 1000)
    print(f"{name:<58}{statistics.median(taken):9.1f} ms")


def pages(actor: Actor, sort: str, text: str = "", far: int = 40) -> None:
    tree = parse_text(ACCOUNT, text)
    cursor, seen = None, 0
    for _page in range(far):
        page = Listing(ACCOUNT, actor, filter=tree, sort=sort, cursor=cursor, limit=500, columns=["name"]).page()
        seen += 1
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    said = f"{sort} [{text}]"
    timed(f"  {said} first page", lambda: Listing(ACCOUNT, actor, filter=tree, sort=sort).page())
    if cursor:
        timed(f"  {said} page {seen * 10}", lambda: Listing(ACCOUNT, actor, filter=tree, sort=sort, cursor=cursor).page())


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    call_command("migrate", verbosity=0)
    if not Account.objects.as_system("bench").exists():
        began = time.perf_counter()
        fill(count)
        print(f"filled {count} in {time.perf_counter() - began:.0f} s")
    ids = sorted(AccountAccess.objects.values_list("user_id", flat=True).distinct())
    small = ids[1]
    everyone = junior(ids[0], "all")
    print(connection.vendor)
    for label, actor in (
        ("sees all", everyone), ("own, many", junior(ids[5])), ("own, thirty", junior(small)),
        ("team of ten", junior(ids[5], "team", tuple(ids[5:15]))), ("team of thirty accounts", junior(small, "team", (small,))),
    ):  # fmt: skip
        print(label)
        for sort in ("name", "-next_contact_on,name", "next_contact_on,name", "status,name", "owner,name", "address.city", "characteristics.rooms,name"):
            pages(actor, sort)
        for text in ('status:"Status 3"', "city:Odesa", "city:Odesa status!:\"Status 3\"", "name~7777", "characteristics.rooms>495", "phone:+34971000777"):
            pages(actor, "name", text, far=3)
        timed("  count", lambda a=actor: Listing(ACCOUNT, a).count())
        timed("  facet status", lambda a=actor: Listing(ACCOUNT, a).facet("status"), 3)
        some = Listing(ACCOUNT, actor).ids(40)[-1]
        timed("  neighbours", lambda a=actor, s=some: Listing(ACCOUNT, a, sort="-next_contact_on,name").neighbours(s))
        for words in ("hotel", "grand marina 777", "lindau 123", "готель", "zu", "971 000 777", "xyzxyz"):
            timed(f"  search {words!r}", lambda a=actor, w=words: search(a, w))
            timed(f"  list of {words!r}", lambda a=actor, w=words: Listing(ACCOUNT, a, words=w).page())


main()
