"""Pages and writes over HTTP, each beside the same question in raw SQL on a plain connection in the same run."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from tests.bench import cadence
from tests.bench.fill import BUSY, QUIET, people_by_email
from tests.bench.stack import Ask, Asking, Stack, Visitor, running, signed_in

WHY = "the benchmark chooses what it asks for"
LATER = 20  # the page that stands for "any later page", or the last one before
LIST = "a.id, a.name, a.next_contact_on, a.annual_revenue, a.owner_id, a.state_id, a.interaction_status_id, a.version"

# Lists by characteristics, as the template fills them: a number on 6 of 100 accounts, a choice on 36, a date and a flag on 11.
CHARACTERISTICS: tuple[tuple[str, dict[str, Any] | None, str], ...] = (
    ("choice", {"field": "characteristics.price_sensitivity", "op": "is", "value": "high"}, "name"),
    ("number", {"field": "characteristics.rooms", "op": "gt", "value": 100}, "name"),
    ("date", {"field": "characteristics.customer_since", "op": "gte", "value": "2024-01-01"}, "name"),
    ("flag", {"field": "characteristics.loyal", "op": "is", "value": True}, "name"),
    ("sort-number", None, "-characteristics.rooms"),
    ("sort-choice", None, "characteristics.price_sensitivity"),
    ("sort-date", None, "characteristics.customer_since"),
)
RAW_TRAITS = {
    "choice": "EXISTS (SELECT 1 FROM accounts_accountcharacteristic c WHERE c.record_id = a.id AND c.key = 'price_sensitivity'"
    " AND c.txt = 'high') ORDER BY a.name, a.id",
    "sort-number": "c.key = 'rooms' AND c.num IS NOT NULL ORDER BY c.num DESC, c.record_id DESC",
}


def measure(*, quick: bool, only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Every row of the table that is one request; `only`: those whose key begins so."""
    chosen = Chosen()
    with running() as stack:
        bench = Bench(stack, quick, only)
        bench.pages(chosen)
        cadence.pages(bench.row, chosen)
        bench.writes(chosen)
        cadence.writes(bench.row, chosen)
    return bench.rows


class Chosen:
    """What is asked for, found once: an owner, a status, an account with a full life, words to search."""

    def __init__(self) -> None:
        from tend.domains.accounts.models import Account, AccountAddress, AccountRemarkValue, AccountSearch, Status

        people = dict(people_by_email())
        self.administrator = people["ada@meridian.example"]
        self.busy, self.quiet, self.seller = people[BUSY], people[QUIET], people["seller7@meridian.example"]
        self.status = Status.objects.as_system(WHY).filter(trashed_at=None).order_by("position").first()
        rows = Account.objects.as_system(WHY).filter(owner=self.seller).exclude(lifecycle="lead").order_by("-pk")
        self.accounts = list(rows.values_list("pk", flat=True)[:200])
        text = AccountSearch.objects.get(pk=self.accounts[0])
        name = Account.objects.as_system(WHY).get(pk=self.accounts[0]).name
        self.rare = " ".join(w for w in text.head.split() if w.isalpha() and len(w) > 3)
        self.common = "hotel"
        self.phone = text.phones.split("\n")[0][-9:]
        self.two = name[:2].lower()
        cities = AccountAddress.objects.as_system(WHY).exclude(city="").order_by("pk").values_list("city", flat=True)
        self.city = cities[1]
        said = AccountRemarkValue.objects.as_system(WHY).order_by("pk").values_list("key", "value").first()
        self.remark = "=".join(said) if said else "budget=15000"

    def filtered(self, *, owner: bool) -> str:
        parts = [{"field": "status", "op": "is", "value": self.status.pk}]
        if owner:
            parts.insert(0, {"field": "owner", "op": "is", "value": self.seller.pk})
        return json.dumps({"all": parts})


class Bench:
    """Measures one row after another."""

    def __init__(self, stack: Stack, quick: bool, only: Sequence[str] = ()) -> None:
        self.stack, self.only = stack, tuple(only)
        self.most, self.seconds, self.together = (60, 2.0, 2.0) if quick else (300, 6.0, 5.0)
        self.rows: list[dict[str, Any]] = []

    def row(
        self, key: str, visitor: Visitor, asking: Asking, raw: Callable[[], Any] | None = None, *, eight: bool = True
    ) -> None:
        from os import getloadavg

        if self.only and not key.startswith(self.only):
            return
        load = getloadavg()[0]
        found: dict[str, Any] = {"key": key, **self.stack.one(visitor, asking, most=self.most, seconds=self.seconds)}
        if raw is not None:
            found["raw"] = timed(raw)
        if eight:
            found |= self.stack.eight(visitor, asking, seconds=self.together)
        found["load"] = load
        self.rows.append(found)
        print(
            f"  {key}: {found['p50']:.1f} ms, {found['web_cpu']:.1f} + {found['database_cpu']:.1f} ms CPU, {found.get('per_second', 0):.0f}/s",
            file=sys.stderr,
        )

    def pages(self, chosen: Chosen) -> None:
        admin, busy, quiet = (signed_in(u) for u in (chosen.administrator, chosen.busy, chosen.quiet))
        address = "/accounts?" + urlencode({"filter": chosen.filtered(owner=True), "sort": "name"})
        self.row("list", admin, same("GET", address), lambda: raw_list(chosen, owner=True))
        cursor, last = later_cursor(chosen)
        self.row(
            "later",
            admin,
            same("GET", f"{address}&{urlencode({'cursor': cursor})}"),
            lambda: raw_list(chosen, owner=True, after=last),
        )
        by_status = "/accounts?" + urlencode({"filter": chosen.filtered(owner=False), "sort": "name"})
        self.row("status", admin, same("GET", by_status), lambda: raw_list(chosen, owner=False), eight=False)
        for key, more in (
            ("grouped", {"group": "status"}),
            ("grouped-sums", {"group": "status", "totals": "1"}),
            ("grouped-months", {"group": "next_contact_on.month"}),
            ("totals", {"totals": "1"}),
        ):
            self.row(key, admin, anew({"columns": "status,annual_revenue", **more}), eight=False)
        self.row("busy", busy, same("GET", by_status), lambda: raw_own(chosen, chosen.busy), eight=False)
        self.row("quiet", quiet, same("GET", by_status), lambda: raw_own(chosen, chosen.quiet), eight=False)
        for key, filter_, sort in CHARACTERISTICS:
            asked = {"sort": sort} | ({"filter": json.dumps(filter_)} if filter_ else {})
            raw = raw_trait(key) if key in RAW_TRAITS else None
            self.row(f"trait-{key}", admin, same("GET", "/accounts?" + urlencode(asked)), raw, eight=False)
        for key, who, shape in (
            ("board", admin, "shape=board&by=status"),
            ("board-calls", admin, "shape=board&by=interaction_status"),
            ("board-owner", admin, "shape=board&by=owner"),
            ("board-seller", signed_in(chosen.seller), "shape=board&by=status"),
            ("board-busy", busy, "shape=board&by=interaction_status"),
            ("tree", admin, "shape=tree"),
            ("tree-seller", signed_in(chosen.seller), "shape=tree"),
        ):
            self.row(key, who, same("GET", f"/accounts?{shape}"), eight=False)
        ids = chosen.accounts
        self.row("account", admin, lambda n: Ask("GET", f"/accounts/{ids[n % len(ids)]}"), lambda: raw_account(ids[0]))
        self.row("today", signed_in(chosen.seller), same("GET", "/today"))
        for key, words in (
            ("rare", chosen.rare),
            ("common", chosen.common),
            ("phone", chosen.phone),
            ("two", chosen.two),
            ("city", chosen.city),
            ("remark", chosen.remark),
            ("number", "rooms>120"),
            ("both", f"{chosen.common} {chosen.city}"),
            ("none", "qwertzuiop"),
        ):
            asking = same("GET", "/palette?" + urlencode({"q": words}), accept="application/json")
            raw = (lambda words=words: raw_search(words)) if key in ("rare", "common", "phone", "two") else None
            self.row(f"search-{key}", admin, asking, raw, eight=key == "rare")
        self.row(
            "api-list",
            admin,
            same("GET", "/api/v1/" + address[1:], accept="application/json"),
            lambda: raw_list(chosen, owner=True),
        )

    def writes(self, chosen: Chosen) -> None:
        visitor = signed_in(chosen.administrator)
        stamp, ids = int(time.time() * 1000), chosen.accounts

        def create(n: int) -> Ask:
            body = {
                "name": f"Bench {stamp} {n}",
                "phone": f"+3491{(stamp * 31 + n) % 10_000_000:07d}",  # a company has a number of its own
                "email": f"b{stamp}{n}@bench.example",
                "owner": chosen.seller.pk,
                "status": chosen.status.pk,
            }
            return Ask("POST", "/api/v1/accounts", json.dumps(body).encode(), "application/json", 201)

        def change(n: int) -> Ask:
            body = json.dumps({"description": f"{stamp} {n}"}).encode()
            return Ask("PATCH", f"/api/v1/accounts/{ids[n % len(ids)]}", body, "application/json")

        self.row("create", visitor, create, raw_create(chosen))
        self.row("change", visitor, change, raw_change(chosen))


def same(method: str, url: str, accept: str = "text/html") -> Asking:
    """The same request every time."""
    ask = Ask(method, url, accept=accept)
    return lambda _n: ask


def anew(words: dict[str, str]) -> Asking:
    """The list of all accounts with another filter each time, so that nothing counted before is shown again."""
    return lambda n: Ask("GET", "/accounts?" + urlencode({"filter": f"id>{n}", **words}))


def later_cursor(chosen: Chosen) -> tuple[str, tuple[str, int]]:
    """The cursor of page 20 of the filtered list, and the place it stands for."""
    from tend.doors.web.accounts.places import ACCOUNTS
    from tend.doors.web.records.state import State, listing
    from tend.people.access import actor_for

    cursor, last = "", ("", 0)
    for _page in range(LATER):
        page = listing(
            ACCOUNTS,
            actor_for(chosen.administrator),
            State(filter=chosen.filtered(owner=True), sort="name", cursor=cursor),
        ).page()
        if page.next_cursor is None:
            break
        cursor, last = page.next_cursor, (page.records[-1].name, page.records[-1].pk)
    return cursor, last


# --- raw SQL ----------------------------------------------------------------------------------------------------------
def timed(run: Callable[[], Any], most: int = 100, seconds: float = 2.0) -> float:
    """Median milliseconds of a question on one open connection."""
    for _warm in range(3):
        run()
    times, began = [], time.perf_counter()
    while len(times) < most and (time.perf_counter() - began < seconds or len(times) < 5):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def sql(statement: str, values: Sequence[Any] = ()) -> list[Any]:
    """Rows of a statement by the driver itself, beside Django's layers."""
    from django.db import connection

    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return list(connection.connection.execute(statement.replace("%s", "?"), tuple(values)).fetchall())
    return list(connection.connection.execute(statement, tuple(values)).fetchall())


def raw_trait(key: str) -> Callable[[], Any]:
    """The same question of a characteristic in SQL."""
    joined = " JOIN accounts_accountcharacteristic c ON c.record_id = a.id" if key.startswith("sort") else ""
    text = f"SELECT {LIST} FROM accounts_account a{joined} WHERE a.trashed_at IS NULL AND {RAW_TRAITS[key]} LIMIT 51"
    return lambda: sql(text, [])


def raw_list(chosen: Chosen, *, owner: bool, after: tuple[str, int] | None = None) -> list[Any]:
    where, values = ["a.status_id = %s", "a.lifecycle <> 'lead'", "a.trashed_at IS NULL"], [chosen.status.pk]
    if owner:
        where, values = ["a.owner_id = %s", *where], [chosen.seller.pk, *values]
    if after is not None:
        where, values = [*where, "(a.name, a.id) > (%s, %s)"], [*values, *after]
    return sql(
        f"SELECT {LIST} FROM accounts_account a WHERE {' AND '.join(where)} ORDER BY a.name, a.id LIMIT 51", values
    )


def raw_own(chosen: Chosen, user: Any) -> list[Any]:
    return sql(
        f"SELECT DISTINCT x.name, {LIST} FROM (SELECT DISTINCT name, account_id FROM accounts_accountaccess WHERE user_id = %s AND status_id = %s "
        "ORDER BY name, account_id LIMIT 120) x JOIN accounts_account a ON a.id = x.account_id WHERE a.lifecycle <> 'lead' AND a.trashed_at IS NULL "
        "ORDER BY x.name, a.id LIMIT 51",
        [user.pk, chosen.status.pk],
    )


def raw_account(pk: int) -> None:
    """The account, its parts, people with their points, and its last activities."""
    sql("SELECT * FROM accounts_account WHERE id = %s", [pk])
    for table in (
        "accounts_accountpoint",
        "accounts_accountaddress",
        "accounts_accounttag",
        "accounts_accountremark",
        "accounts_responsible",
    ):
        sql(f"SELECT * FROM {table} WHERE record_id = %s", [pk])
    people = sql(
        "SELECT c.* FROM contacts_membership m JOIN contacts_contact c ON c.id = m.record_id WHERE m.account_id = %s",
        [pk],
    )
    if people:
        sql(f"SELECT * FROM contacts_contactpointof WHERE record_id IN ({', '.join(str(int(p[0])) for p in people)})")
    sql("SELECT * FROM activities_activity WHERE account_id = %s ORDER BY done_at DESC, id DESC LIMIT 50", [pk])
    sql(
        "SELECT * FROM kernel_change WHERE record_type = 'accounts.account' AND record_id = %s ORDER BY id DESC LIMIT 50",
        [pk],
    )


def raw_search(words: str) -> list[Any]:
    from django.db import connection

    said = words.split()
    if connection.vendor == "sqlite":
        if all(len(w) >= 3 for w in said):
            query = " AND ".join(f'"{w}"' for w in said)
            return sql(
                "SELECT rowid FROM accounts_accountsearch_fts WHERE accounts_accountsearch_fts MATCH %s LIMIT 20",
                [query],
            )
        return sql(
            "SELECT record_id FROM accounts_accountsearch WHERE head >= %s AND head < %s ORDER BY head LIMIT 20",
            [words, words + "\U0010ffff"],
        )
    if all(len(w) >= 3 for w in said):
        column = "phones" if words.isdigit() else "head"
        return sql(
            f"SELECT record_id FROM accounts_accountsearch WHERE {' AND '.join([f'{column} LIKE %s'] * len(said))} LIMIT 20",
            [f"%{w}%" for w in said],
        )
    return sql("SELECT record_id FROM accounts_accountsearch WHERE head LIKE %s ORDER BY head LIMIT 20", [f"{words}%"])


def raw_change(chosen: Chosen) -> Callable[[], None]:
    """One update with its history entry, committed, by the driver."""
    from django.db import connection

    connection.ensure_connection()
    state = {"n": 0}

    def run() -> None:
        state["n"] += 1
        pk = chosen.accounts[state["n"] % len(chosen.accounts)]
        plain = connection.connection
        mark = "?" if connection.vendor == "sqlite" else "%s"
        plain.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
        plain.execute(
            f"UPDATE accounts_account SET description = {mark}, version = version + 1 WHERE id = {mark}",
            (f"raw {state['n']}", pk),
        )
        _history(plain, mark, pk, "update")
        plain.execute("COMMIT")

    return run


def raw_create(chosen: Chosen) -> Callable[[], None]:
    """An account with its access row, its search text and its history entry, committed, by the driver."""
    from django.db import connection

    connection.ensure_connection()
    columns = {r[0]: None for r in sql("SELECT name FROM pragma_table_info('accounts_account')")} if connection.vendor == "sqlite" else {
        r[0]: None for r in sql("SELECT column_name FROM information_schema.columns WHERE table_name = 'accounts_account'")
    }  # fmt: skip
    names = ", ".join(f'"{c}"' for c in columns if c != "id")
    picked = {"name": "'Raw bench'", "description": "'raw'"}
    out = ", ".join(picked.get(c, f'"{c}"') for c in columns if c != "id")
    pk = chosen.accounts[0]

    def run() -> None:
        plain = connection.connection
        mark = "?" if connection.vendor == "sqlite" else "%s"
        plain.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
        new = plain.execute(
            f"INSERT INTO accounts_account ({names}) SELECT {out} FROM accounts_account WHERE id = {mark} RETURNING id",
            (pk,),
        ).fetchone()[0]
        values = (chosen.seller.pk, new, "owner", "Raw bench", chosen.status.pk)
        plain.execute(
            f"INSERT INTO accounts_accountaccess (user_id, account_id, reason, name, status_id) VALUES ({', '.join([mark] * 5)})",
            values,
        )
        texts = ("raw bench", "raw bench", "", "", "", "", new)
        plain.execute(
            f"INSERT INTO accounts_accountsearch (head, names, numbers, emails, phones, body, record_id) VALUES ({', '.join([mark] * 7)})",
            texts,
        )
        _history(plain, mark, new, "create")
        plain.execute("COMMIT")

    return run


def _history(plain: Any, mark: str, pk: int, kind: str) -> None:
    values = (1, "raw", "accounts.account", pk, kind, "{}")
    plain.execute(
        f"INSERT INTO kernel_change (act, at, verb, record_type, record_id, kind, body) VALUES ({mark}, CURRENT_TIMESTAMP, {', '.join([mark] * 5)})",
        values,
    )
