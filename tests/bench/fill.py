"""Fills a database of a size: a template made by the demo's verbs, multiplied by set-based SQL with every derived row.

A row of the template becomes `copies` rows whose keys are shifted by whole strides, so that parts, access rows, search
texts and history point to their own copy. Names get a word of the copy, e-mails and telephone numbers its number, in
every place where they stand. People and their portfolios are entered by verbs before and after.

The company was begun some days ago and made no call since, so that there is a day's work, and some of it is late.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

TEMPLATE = 2_000
USERS = 200
BUSY, QUIET = "busy.junior@meridian.example", "quiet.junior@meridian.example"
PORTFOLIOS = {BUSY: 6_000, QUIET: 30}
IDLE = dt.timedelta(days=9)  # since nobody has called: the calls of six or seven working days wait
OLDER_TALKS = 3  # of each account that was spoken to, so that there are five activities an account
WHY = "filling the benchmark's database"
# What differs from copy to copy, by column; `w` is the copy's word, `n` its three digits.
NAMED = {
    "accounts_account": ("name", "match_name"), "accounts_accountaccess": ("name",), "accounts_accountsearch": ("head",),
    "contacts_contact": ("name", "last_name"), "contacts_contactsearch": ("head",),
}  # fmt: skip
POINTS = ("accounts_accountpoint", "contacts_contactpointof")
TEXTS = ("accounts_accountsearch", "contacts_contactsearch", "activities_activitysearch")


def fill(accounts: int) -> str:
    """Fill the empty database; gives the sentence that says how it was done."""
    from tend.site.demo.company import build
    from tend.site.prepare import migrate, set_up

    began, now = time.monotonic(), dt.datetime.now(dt.UTC) - IDLE
    migrate()
    set_up()
    build(accounts=TEMPLATE, seed=7, say=lambda _s: None, now=now)
    told(f"template of {TEMPLATE:,} accounts by verbs: {time.monotonic() - began:.0f} s")
    people = enter_people()
    hand_out(people, now)
    told(f"older talks by verbs: {enter_older_talks(now):,}; calls tried in vain: {try_some(now):,}")
    told(f"{USERS} users with portfolios by verbs: {time.monotonic() - began:.0f} s")
    multiply(accounts // TEMPLATE)
    told(f"multiplied to {accounts:,} accounts: {time.monotonic() - began:.0f} s")
    portfolios(people, accounts, now)
    told(f"juniors' portfolios by verbs: {time.monotonic() - began:.0f} s")
    return (
        f"{TEMPLATE:,} accounts by the demo's verbs, multiplied by set-based SQL; {USERS} users and portfolios by verbs"
    )


def told(sentence: str) -> None:
    print(f"  {sentence}", file=sys.stderr, flush=True)


# --- people -----------------------------------------------------------------------------------------------------------
def enter_people() -> dict[str, Any]:
    """Teams of ten sellers, and two juniors with scope own; by e-mail."""
    from tend.kernel.actor import system
    from tend.kernel.unit import Unit
    from tend.people.commands import create_team, invite, set_roles, set_teams
    from tend.people.models import Role, Team, User

    actor = system(WHY)
    roles = {r.code: r for r in Role.objects.as_system(WHY).filter(trashed_at=None)}
    top = Team.objects.as_system(WHY).filter(name="Sales").first()
    with Unit(actor, verb="invite") as unit:
        teams = [create_team(unit, values={"name": f"Team {n + 1}", "parent": top}) for n in range(USERS // 10)]
        for number in range(USERS - 7):
            user = invite(
                unit, values={"name": f"Seller {number + 1}", "email": f"seller{number + 1}@meridian.example"}
            )
            set_roles(unit, user, roles=[roles["sales-manager"]])
            set_teams(unit, user, teams=[teams[number % len(teams)]])
        for email in PORTFOLIOS:
            user = invite(unit, values={"name": email.partition("@")[0].replace(".", " ").title(), "email": email})
            set_roles(unit, user, roles=[roles["junior"]])
            set_teams(unit, user, teams=[teams[0]])
    return {u.email: u for u in User.objects.as_system(WHY).filter(trashed_at=None)}


def hand_out(people: dict[str, Any], now: dt.datetime) -> None:
    """Every seller gets an equal share of the template's accounts, open calls move along."""
    from tend.domains.accounts.commands import reassign
    from tend.domains.accounts.models import Account
    from tend.kernel.actor import system

    ids = list(Account.objects.as_system(WHY).order_by("pk").values_list("pk", flat=True))
    sellers = [u for e, u in people.items() if e.startswith("seller")]
    for number, seller in enumerate(sellers):
        reassign.each(system(WHY), ids[number :: len(sellers)], to=seller, now=now)


def enter_older_talks(now: dt.datetime) -> int:
    """Talks before the last one of each account that was ever spoken to, held by its owner; how many."""
    from tend.domains.accounts.models import Account
    from tend.domains.activities.commands import plan_activity
    from tend.domains.activities.models import Outcome
    from tend.kernel.actor import system
    from tend.kernel.unit import Unit

    reached = Outcome.objects.as_system(WHY).get(code="reached")
    spoken = list(Account.objects.as_system(WHY).exclude(last_contact_at=None).select_related("owner").order_by("pk"))
    entered = 0
    for begin in range(0, len(spoken), 250):
        with Unit(system(WHY), verb="plan-activity", now=now) as unit:
            for number, account in enumerate(spoken[begin : begin + 250], begin):
                for nth in range(OLDER_TALKS):
                    before = dt.timedelta(days=29 * (nth + 1) + number % 11, minutes=number % 97)
                    values = {
                        "kind": "call", "account": account, "responsible": account.owner, "outcome": reached,
                        "done_at": account.last_contact_at - before, "text": "Asked how the season went.",
                    }  # fmt: skip
                    plan_activity(unit, values=values)
                    entered += 1
    return entered


def try_some(now: dt.datetime) -> int:
    """One account in a hundred was called in vain, so that there is something that was missed; how many."""
    from tend.domains.accounts.models import Account
    from tend.domains.activities.commands import log_call
    from tend.domains.activities.models import Outcome
    from tend.kernel.actor import system

    outcome = Outcome.objects.as_system(WHY).get(code="no_answer")
    rows = Account.objects.as_system(WHY).filter(next_contact_on__isnull=False).order_by("pk")
    tried = list(rows.values_list("pk", flat=True)[::100])
    log_call.each(system(WHY), tried, now=now, outcome=outcome)
    return len(tried)


def portfolios(people: dict[str, Any], accounts: int, now: dt.datetime) -> None:
    """The two juniors' accounts, spread over the whole table."""
    from tend.domains.accounts.commands import reassign
    from tend.domains.accounts.models import Account
    from tend.kernel.actor import system

    ids = list(Account.objects.as_system(WHY).order_by("pk").values_list("pk", flat=True))
    for taken, (email, wanted) in enumerate(PORTFOLIOS.items()):
        size = min(wanted, accounts // 10)
        step = len(ids) // size
        reassign.each(system(WHY), ids[taken::step][:size], to=people[email], now=now)


# --- multiplying ------------------------------------------------------------------------------------------------------
def multiply(times: int) -> None:
    """Copy accounts, contacts, activities and all that hangs on them `times - 1` times."""
    from tend.kernel.history import Change

    shifted = _tables()
    strides = {m: _top(m) for m in shifted}
    with connection.cursor() as cursor:
        dropped = _without_indexes(cursor, [*shifted, Change])
        cursor.execute("CREATE TEMPORARY TABLE copies (k integer, w text, n text)")
        cursor.executemany(
            "INSERT INTO copies VALUES (%s, %s, %s)", [(k, word(k), f"{k:03d}") for k in range(1, times)]
        )
        for model in shifted:
            _copy(cursor, model, strides)
        _copy_history(cursor, Change, strides)
        told("rows copied")
        _again(cursor, dropped, [*shifted, Change])


def word(number: int) -> str:
    """A made-up word for one copy, such as "Norvak"."""
    heads, middles, tails = (
        "nor bel kas tor mir lun sav dor fen gal".split(),
        "va do li ru ne po ka ze ti mu".split(),
        "k n r s l m t d x v".split(),
    )
    return (heads[number % 10] + middles[number // 10 % 10] + tails[number // 100 % 10]).capitalize()


def _tables() -> list[type[models.Model]]:
    from tend.domains.accounts.models import Account
    from tend.domains.activities.models import Activity
    from tend.domains.contacts.models import Contact

    found: list[type[models.Model]] = [Account, Contact, Activity]
    growing = True
    while growing:
        growing = False
        for model in apps.get_models():
            cascades = [
                f
                for f in model._meta.concrete_fields
                if f.remote_field and f.related_model in found and f.remote_field.on_delete is models.CASCADE
            ]
            if cascades and model not in found and not model._meta.label.startswith("kernel."):
                found.append(model)
                growing = True
    return found


def _top(model: type[models.Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT max("{model._meta.pk.column}") FROM "{model._meta.db_table}"')
        return cursor.fetchone()[0] or 0


def _copy(cursor: Any, model: type[models.Model], strides: dict[Any, int]) -> None:
    table, into, out = model._meta.db_table, [], []
    for field in model._meta.concrete_fields:
        column = f'o."{field.column}"'
        if field.primary_key and not field.remote_field:
            said = f"{column} + k * {strides[model]}"
        elif field.remote_field and field.related_model in strides:
            said = f"{column} + k * {strides[field.related_model]}"
        elif field.column in NAMED.get(table, ()):
            said = f"{column} || ' ' || " + ("lower(w)" if field.column in ("match_name", "head") else "w")
        elif table in POINTS and field.column in ("value", "normalised"):
            said = f"CASE o.kind WHEN 'email' THEN replace({column}, '@', n || '@') WHEN 'phone' THEN {column} || n ELSE {column} END"
        elif table in TEXTS and field.column == "emails":
            said = f"replace({column}, '@', n || '@')"
        elif table in TEXTS and field.column == "phones":
            said = f"CASE {column} WHEN '' THEN '' ELSE replace({column}, {_newline()}, n || {_newline()}) || n END"
        else:
            said = column
        into.append(f'"{field.column}"')
        out.append(said)
    cursor.execute(f"CREATE TEMPORARY TABLE originals AS SELECT * FROM {table}")
    order = model._meta.pk.column
    cursor.execute(
        f'INSERT INTO {table} ({", ".join(into)}) SELECT {", ".join(out)} FROM copies CROSS JOIN originals o ORDER BY k, o."{order}"'
    )
    cursor.execute("DROP TABLE originals")


def _copy_history(cursor: Any, change: type[models.Model], strides: dict[Any, int]) -> None:
    columns = [f.column for f in change._meta.concrete_fields if not f.primary_key]
    cases = " ".join(f"WHEN '{m._meta.label_lower}' THEN {stride}" for m, stride in strides.items())
    out = {c: f'o."{c}"' for c in columns} | {
        "record_id": f"o.record_id + k * CASE o.record_type {cases} END",
        "act": "o.act + k",
    }
    named = ", ".join(f"'{m._meta.label_lower}'" for m in strides)
    table = change._meta.db_table
    cursor.execute(f"CREATE TEMPORARY TABLE originals AS SELECT * FROM {table} WHERE record_type IN ({named})")
    quoted = ", ".join(f'"{c}"' for c in columns)
    cursor.execute(
        f"INSERT INTO {table} ({quoted}) SELECT {', '.join(out.values())} FROM copies CROSS JOIN originals o ORDER BY k, o.id"
    )
    cursor.execute("DROP TABLE originals")


def _newline() -> str:
    return "char(10)" if connection.vendor == "sqlite" else "chr(10)"


def _without_indexes(cursor: Any, tables: list[type[models.Model]]) -> list[str]:
    """Drop what would be kept row by row; gives the statements that make it again."""
    names = [m._meta.db_table for m in tables]
    if connection.vendor == "sqlite":
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-500000", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        kept = []
        for name in names:
            cursor.execute(
                "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND type IN ('index', 'trigger') AND sql IS NOT NULL",
                [name],
            )
            for kind, called, sql in cursor.fetchall():
                cursor.execute(f'DROP {kind} "{called}"')
                kept.append(sql)
        return kept
    cursor.execute("SET session_replication_role = replica")  # copies need no check of foreign keys
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        [names],
    )
    found = cursor.fetchall()
    for called, _sql in found:
        cursor.execute(f'DROP INDEX "{called}"')
    return [sql for _called, sql in found]


def _again(cursor: Any, statements: list[str], tables: list[type[models.Model]]) -> None:
    for sql in statements:
        cursor.execute(sql.replace("%", "%%"))
    told("indexes made")
    for model in tables:
        table = model._meta.db_table
        if connection.vendor == "postgresql":
            if not model._meta.pk.remote_field:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), (SELECT max(id) FROM \"{table}\"))"
                )
            cursor.execute(f'VACUUM (ANALYZE, FREEZE) "{table}"')
        elif table in TEXTS:
            cursor.execute(f"INSERT INTO {table}_fts({table}_fts) VALUES ('rebuild')")
    if connection.vendor == "postgresql":
        cursor.execute("SET session_replication_role = DEFAULT")
    else:
        cursor.execute("PRAGMA foreign_key_check(accounts_accountpoint)")
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def people_by_email() -> Iterator[tuple[str, Any]]:
    from tend.people.models import User

    for user in User.objects.as_system(WHY).filter(trashed_at=None):
        yield user.email, user
