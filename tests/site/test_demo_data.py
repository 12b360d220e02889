"""The sample company: the same for the same seed, of several countries, and healthy in the eyes of the doctor."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

from tend.domains.accounts.models import Account, AccountAddress, Relation
from tend.domains.activities.models import Activity
from tend.domains.contacts.models import Contact
from tend.domains.documents.models import Document
from tend.engines.following.models import AccountFollower
from tend.kernel.doctor import checks
from tend.kernel.history import Change
from tend.kernel.views.saved import SavedView
from tend.site.demo import company, crowd
from tend.site.demo.company import build
from tend.site.demo.pools import order_of_countries, pools
from tend.site.prepare import set_up

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
DATED = {m._meta.label for m in (Account, Contact, Activity)}


def digest(seed: int, accounts: int) -> tuple[str, dict[str, int]]:
    """The data of a seed, in places of ids and without their numbers, and how many rows each table got; nothing is kept."""
    with transaction.atomic():
        set_up()
        build(accounts=accounts, seed=seed, say=lambda _s: None, now=NOW)
        places: dict[Any, dict[int, int]] = {}
        for model in apps.get_models():
            if model._meta.app_label in ("accounts", "contacts", "activities", "people", "kernel"):
                keys = model._base_manager.order_by("pk").values_list("pk", flat=True)
                places[model] = {pk: place for place, pk in enumerate(keys)}
        lines, counts = [], {}
        for model in sorted(places, key=lambda m: m._meta.label):
            if (
                model._meta.app_label not in ("people", "kernel") and model._meta.label != "accounts.AlikePair"
            ):  # found, not made
                rows = [_line(row, places) for row in model._base_manager.order_by("pk")]
                counts[model._meta.label] = len(rows)
                lines += [model._meta.label, *sorted(rows)]
        counts["history"] = Change._base_manager.count()
        transaction.set_rollback(True)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest(), counts


def _line(row: models.Model, places: dict[Any, dict[int, int]]) -> str:
    said = []
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.related_model in places and value is not None:
            value = places[field.related_model][value]
        # Books are entered at the moment of the test, numbers follow ids.
        if (
            field.primary_key
            or field.name in ("number", "numbers")
            or (isinstance(field, models.DateTimeField) and row._meta.label not in DATED)
        ):
            continue
        if isinstance(value, dict):
            value = sorted(value.items())  # PostgreSQL keeps keys in an order of its own
        said.append(f"{field.attname}={value}")
    return "|".join(said)


def test_equal_seeds_make_equal_data_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company, "CHUNK", 100)
    monkeypatch.setattr(crowd, "CHUNK", 100)
    first, counts = digest(7, 300)
    assert digest(7, 300) == (first, counts)
    assert digest(8, 300)[0] != first
    assert counts["accounts.Account"] == 300
    assert counts["contacts.Contact"] > 300


def test_it_does_not_matter_which_process_makes_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process works everything out for itself, and makes any of the chunks."""
    monkeypatch.setattr(company, "CHUNK", 60)
    monkeypatch.setattr(crowd, "CHUNK", 60)
    alone = digest(7, 180)

    def by_several(chunks: Any, seed: int, now: dt.datetime, _processes: int) -> Any:
        for chunk in chunks:
            pools.cache_clear()
            order_of_countries.cache_clear()
            yield company.maker(seed, now).chunk(*chunk)

    monkeypatch.setattr(company, "_made", by_several)
    assert digest(7, 180) == alone


def test_it_holds_what_a_company_has_and_the_doctor_finds_nothing() -> None:
    set_up()
    build(accounts=300, seed=1, say=lambda _s: None, now=NOW)
    accounts = Account.objects.as_system("test")
    assert accounts.count() == 300
    assert len(set(AccountAddress._base_manager.values_list("country_code", flat=True))) >= 6
    assert len(set(accounts.values_list("name", flat=True))) > 200
    assert accounts.exclude(parent=None).exists()
    assert Relation._base_manager.count() >= 10
    assert Activity.objects.as_system("test").filter(state="done").count() > 200
    assert Activity.objects.as_system("test").filter(state="planned").count() > 200
    documents = Document.objects.as_system("test")
    assert documents.count() == 6
    assert documents.exclude(on_accounts=None).count() == 4
    assert AccountFollower._base_manager.count() == 4
    assert SavedView.objects.as_system("test").filter(is_shared=True).exists()
    assert {name: found for name, run in checks().items() if (found := run(False))} == {}
