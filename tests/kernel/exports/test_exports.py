"""A file holds what lists and the API read, in the asked order, in as many queries for many rows as for few."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account, AccountPoint
from tend.domains.contacts.entity import CONTACT
from tend.kernel.exports import columns_of, export, table
from tend.kernel.exports.cells import Cells
from tend.kernel.reading import Reader
from tests.cast import Cast, make


@pytest.fixture
def admin(cast: Cast) -> Any:
    return cast.actor(cast.admin)


def fill(count: int) -> None:
    for n in range(count):
        account = make(
            "accounts", name=f"Harbour {n:03d}", website=f"h{n}.example", phones=["+34 910 000 000", f"+34 91 {n:07d}"],
            emails=[f"a{n}@h.example"], address={"street": f"Calle {n}", "city": "Madrid", "country_code": "ES"},
            annual_revenue="12.50" if n % 2 else None, description="=1+1" if n % 3 else "",
        )  # fmt: skip
        make("contacts", first_name="Inês", last_name=f"Doe {n}", accounts=[account.pk])


def rows(kind: Any, actor: Any, **asked: Any) -> list[dict[str, str]]:
    text = b"".join(export(kind, actor, "csv", **asked)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("kind", [ACCOUNT, CONTACT], ids=["accounts", "contacts"])
def test_a_table_holds_what_the_reader_reads(admin: Any, kind: Any, monkeypatch: Any) -> None:
    fill(7)
    monkeypatch.setattr(table, "CHUNK", 3)
    names = columns_of(kind, admin, flat=True)
    records = list(kind.model.objects.seen_by(admin).order_by("pk"))
    read, cells = Reader(kind, admin, names).read(records), Cells(admin.zone)
    expected = [{"id": str(r["id"]), **{n: cells.text(r.get(n)) for n in names}} for r in read]
    assert rows(kind, admin) == expected
    named = "name" if kind is ACCOUNT else "last_name"
    assert [r[named] for r in rows(kind, admin, sort=f"-{named}")] == sorted((r[named] for r in expected), reverse=True)


def test_json_lines_hold_what_the_api_gives(admin: Any) -> None:
    fill(2)
    lines = [json.loads(line) for line in b"".join(export(ACCOUNT, admin, "jsonl")).splitlines()]
    assert lines[1]["name"] == "Harbour 001"
    assert lines[1]["address"]["city"] == "Madrid"
    assert [p["value"] for p in lines[1]["phones"]] == ["+34 910 000 000", "+34 91 0000001"]
    assert lines[1]["annual_revenue"] == "12.50"


def test_many_rows_take_as_many_queries_as_few(admin: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as told:
            rows(ACCOUNT, admin)
        return len(told)

    fill(2)
    few = asked()
    fill(20)
    assert asked() <= few


def test_a_cell_that_a_spreadsheet_would_run_is_kept_from_it(admin: Any) -> None:
    fill(2)
    assert [r["description"] for r in rows(ACCOUNT, admin)] == ["", "'=1+1"]


def test_among_is_in_with_one_parameter(admin: Any) -> None:
    fill(3)
    seen = Account.objects.seen_by(admin)
    ids = list(seen.values_list("pk", flat=True))
    assert seen.filter(pk__among=ids[:2]).count() == 2
    assert seen.filter(pk__among=[]).count() == seen.filter(name__among=[]).count() == 0
    assert list(seen.exclude(name__among=[]).values_list("pk", flat=True)) == ids
    assert seen.filter(name__among=["Harbour 001", "nobody"]).get().name == "Harbour 001"
    points = AccountPoint.objects.of(ids)
    assert points.filter(record__among=ids[1:2]).count() == points.filter(record_id__in=ids[1:2]).count() == 3
