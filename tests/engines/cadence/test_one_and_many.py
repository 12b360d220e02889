"""What one write at a time leaves behind and what one unit over all leaves behind are the same rows in every table."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tend.domains.accounts.commands import add_responsible, create_account, edit_account, pause, set_status
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.activities.commands import log_call
from tend.domains.activities.models import Activity
from tend.domains.contacts.commands import create_contact
from tend.domains.contacts.models import Contact
from tend.kernel.actor import system
from tend.kernel.history import Change
from tend.kernel.unit import Unit
from tests.engines.cadence.conftest import Company

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
MANY = 24  # more than it takes for COPY
TOPS = (Account, Contact, Activity)
# What follows from an id, or from how many writes there were before.
OWN = {"id", "act", "number", "match_name"}


def values(company: Company, n: int) -> dict[str, Any]:
    given: dict[str, Any] = {
        "name": f"Vega {n} Ångström", "owner": company.cast.manager, "website": f"vega{n}.example", "employees": n or None,
        "phone": f"+34 600 555 {n:03d}", "emails": [f"a{n}@vega.example", f"b{n}@vega.example"],
        "address.city": "Cádiz", "remarks": f"budget={n}", "description": "" if n % 2 else "two\nlines",
        "annual_revenue": None if n % 3 else 1000 + n, "interaction_status": list(company.statuses.values())[n % 2],
    }  # fmt: skip
    return given


def change(company: Company, unit: Any, account: Any, n: int, **when: Any) -> None:
    """Half of the accounts get values of their own, the other half equal ones; some parts go."""
    edit_account(
        unit,
        account,
        values={"employees": n + 7, "description": "same", "phone": "" if n % 4 == 0 else "5550001"},
        **when,
    )
    add_responsible(unit, account, user=company.cast.junior, is_caller=n % 2 == 0, **when)
    if n % 5 == 0:
        pause(unit, account, **when)


def one_by_one(company: Company) -> list[int]:
    made = [create_account(SYSTEM, values=values(company, n), now=company.now).record for n in range(MANY)]
    for n, account in enumerate(made):
        create_contact(
            SYSTEM,
            values={"first_name": "Ana", "last_name": f"Ó {n}", "email": f"ana{n}@vega.example", "accounts": [account]},
            now=company.now,
        )
    company.later(2)
    for n, account in enumerate(made):
        change(company, SYSTEM, account, n, now=company.now)
    company.later(2)
    for account in made:
        log_call(SYSTEM, account, outcome=company.outcomes["reached"], text="well", now=company.now)
    return [a.pk for a in made]


def all_at_once(company: Company) -> list[int]:
    with Unit(SYSTEM, verb="create-account", now=company.now) as unit:
        made = [create_account(unit, values=values(company, n)) for n in range(MANY)]
    with Unit(SYSTEM, verb="create-contact", now=company.now) as unit:
        for n, account in enumerate(made):
            create_contact(
                unit,
                values={
                    "first_name": "Ana",
                    "last_name": f"Ó {n}",
                    "email": f"ana{n}@vega.example",
                    "accounts": [account],
                },
            )
    ids = [a.pk for a in made]
    company.later(2)
    with Unit(SYSTEM, verb="edit", now=company.now) as unit:
        held = unit.open(ACCOUNT, ids, "edit")
        unit.preload(ACCOUNT, held, ["contact_points", "responsibles"])
        for n, account in enumerate(held):
            change(company, unit, account, n)
    company.later(2)
    with Unit(SYSTEM, verb="log-call", now=company.now) as unit:
        held = unit.open(ACCOUNT, ids, "edit")
        unit.preload(ACCOUNT, held, log_call.reads)
        for account in held:
            log_call(unit, account, outcome=company.outcomes["reached"], text="well")
    return ids


def left_behind(ids: list[int]) -> dict[str, list[Any]]:
    """Every row that hangs on these accounts, with places instead of ids; the history as what it tells in the end."""
    places: dict[tuple[Any, int], str] = {(Account, pk): f"account {n}" for n, pk in enumerate(ids)}
    contacts = Contact._base_manager.filter(memberships__account_id__in=ids).order_by("pk")
    places |= {(Contact, pk): f"contact {n}" for n, pk in enumerate(contacts.values_list("pk", flat=True))}
    of = {pk: n for n, pk in enumerate(ids)}
    turns: dict[int, int] = {}
    for pk, account_id in (
        Activity._base_manager.filter(account_id__in=ids).order_by("pk").values_list("pk", "account_id")
    ):
        turns[account_id] = turns.get(account_id, 0) + 1
        places[Activity, pk] = f"call {turns[account_id]} of {of[account_id]}"
    found = {}
    for model in apps.get_models():
        links = {f.attname: f.related_model for f in model._meta.concrete_fields if f.related_model in TOPS}
        if model in TOPS:
            links["id"] = model  # type: ignore[assignment]
        if links and model._meta.label != "accounts.AlikePair":  # the second office looks like the first
            found[model._meta.label] = sorted(
                _plain(row, links, places) for row in model._base_manager.all() if _is_of(row, links, places)
            )
    found["history"] = _history(places)
    return found


def _is_of(row: models.Model, links: dict[str, Any], places: dict[Any, str]) -> bool:
    """Rows of these records alone: a second round looks like the first, and its look-alikes there are no part of it."""
    ends = [(to, getattr(row, name)) for name, to in links.items() if getattr(row, name) is not None]
    return any(end in places for end in ends) and all(end in places for end in ends)


def _plain(row: models.Model, links: dict[str, Any], places: dict[Any, str]) -> str:
    said = {n: v for n, v in row.__dict__.items() if n not in OWN and not n.startswith("_") and n != "numbers"}
    said |= {name: places.get((to, getattr(row, name))) for name, to in links.items()}
    return repr(sorted(said.items(), key=lambda pair: pair[0]))


def _history(places: dict[Any, str]) -> list[str]:
    """Field by field and part by part, oldest first: three verbs on one record tell in one entry or in three."""
    codes = {m._meta.label_lower: m for m in TOPS}
    told = []
    for entry in Change._base_manager.order_by("pk"):
        place = places.get((codes.get(entry.record_type), entry.record_id))
        if place is not None:
            told += [
                f"{place} {entry.at} {n} {_told(n, v)}" for n, v in entry.body.get("fields", {}).items() if n not in OWN
            ]
            told += [
                f"{place} {entry.at} {label} {sign} {_part(v)}" for label, _pk, sign, v in entry.body.get("parts", [])
            ]
    return sorted(told)


def _told(name: str, values: Any) -> str:
    return "…" if name in ("account_id", "parent_id") else repr(values)


def _part(said: dict[str, Any]) -> str:
    return repr(sorted((n, v) for n, v in said.items() if n not in ("id", "record_id", "account_id")))


def test_many_at_once_leave_the_rows_that_one_at_a_time_leaves(company: Company) -> None:
    began = company.now
    single = left_behind(one_by_one(company))
    company.now = began
    chunk = left_behind(all_at_once(company))
    assert single.keys() == chunk.keys()
    for table in single:
        assert single[table] == chunk[table], table
    assert len(single["accounts.AccountSearch"]) == len(single["contacts.ContactSearch"]) == MANY
    assert len(single["accounts.AccountAccess"]) == 2 * MANY
    assert len(single["history"]) > 20 * MANY


def test_setting_a_status_one_by_one_tells_the_same_as_in_a_chunk(company: Company) -> None:
    began, status = company.now, next(iter(company.statuses.values()))
    found = []
    for write in (one_by_one, all_at_once):
        company.now = began
        ids = write(company)
        company.later(1)
        if write is one_by_one:
            for pk in ids:
                set_status(SYSTEM, pk, to=status, now=company.now)
        else:
            with Unit(SYSTEM, verb="set-status", now=company.now) as unit:
                for account in unit.open(ACCOUNT, ids, "edit"):
                    set_status(unit, account, to=status)
        found.append(left_behind(ids))
    assert found[0] == found[1]
