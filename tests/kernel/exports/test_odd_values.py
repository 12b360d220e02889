"""A file is read column by column; its bytes are those of the plain way: record by record, cell by cell, by csv."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account, AccountPoint
from tend.domains.accounts.ties import relate, set_interest
from tend.domains.contacts.entity import CONTACT
from tend.kernel.exports import columns_of, export, table
from tend.kernel.exports.cells import Cells
from tend.kernel.exports.columns import Moments
from tend.kernel.exports.formats import table_lines
from tend.kernel.reading import Reader
from tests.cast import BUILDER, Cast, make

ZONES = ("UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "America/St_Johns")
ODD = (
    'He said "no"', "two\nlines", "carriage\r\nreturn", "=1+1", "'=kept", "-5", "+49 30 123", "\u200b=x", "＝1", "; ", ",", '"',
    "Ünïcode 名 😀", " leading", "@me", "\t=x", "a;b", "x" * 3000,
)  # fmt: skip
MOMENTS = (
    dt.datetime(2026, 3, 29, 0, 59, 59, 999999, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 1, 5, 30, 0, 100000, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 1, 6, 30, 1, tzinfo=dt.UTC),
    dt.datetime(2026, 4, 4, 14, 59, 59, tzinfo=dt.UTC),
    dt.datetime(2026, 4, 4, 15, 30, tzinfo=dt.UTC),
    dt.datetime(1850, 6, 1, 12, 0, 0, tzinfo=dt.UTC),
    dt.datetime(1883, 11, 18, 17, 3, 57, tzinfo=dt.UTC),
    dt.datetime(2000, 2, 29, 23, 59, 59, 10, tzinfo=dt.UTC),
)


@pytest.fixture
def office(cast: Cast) -> Cast:
    """Accounts whose every kind of field holds something that a table might spoil."""
    make("characteristics", record_type="accounts.account", key="rooms", name="Rooms", type="number")
    make("characteristics", record_type="accounts.account", key="fee", name="Fee", type="money")
    make("characteristics", record_type="accounts.account", key="extras", name="Extras", type="choices", choices=["spa", "=sauna"])  # fmt: skip
    make("tags", name="=SUM(A1)")
    make("tags", name='Say "hi"')
    areas = [make("areas", name=n) for n in ("-Wine", "Tea")]
    kind = make("relation-kinds", name="Supplier of", inverse_name="Supplied by")
    made: list[Any] = []
    for n, odd in enumerate(ODD):
        account = make(
            "accounts", name=f"{odd[:190]} {n}", owner=(cast.junior, cast.manager, cast.stranger)[n % 3], description=odd,
            annual_revenue=("0.00", "12.50", None, "9999999999999.99", "3.10")[n % 5], employees=(None, 0, 7)[n % 3],
            is_person=bool(n % 2), legal_name=odd[:190] if n % 2 else "",
            address={"street": odd[:300], "city": "Madrid", "country_code": "ES"} if n % 4 else None,
            phones=[[], ["+34 910 000 001"], ["+34 910 000 002", "+34 910 000 003"]][n % 3],
            emails=[f"a{n}@h.example", f"b{n}@h.example"][: n % 3], urls=["https://h.example/=1"] if n % 2 else [],
            tags=[["=SUM(A1)"], [], ["=SUM(A1)", 'Say "hi"']][n % 3],
            characteristics=[{}, {"rooms": 3}, {"fee": {"amount": "3.50", "currency": "EUR"}, "extras": ["spa", "=sauna"]}][n % 3],
        )  # fmt: skip
        made.append(account)
        make("contacts", first_name=odd[:60], last_name=f"Doe {n}", accounts=[a.pk for a in made[-2:]])
    for n, account in enumerate(made):
        set_interest(BUILDER, account, area=areas[n % 2], is_disinterest=bool(n % 4 == 1))
        if n:
            relate(BUILDER, account, to=made[n - 1], kind=kind)
    rows = Account.objects.as_system("test")
    for n, account in enumerate(made):
        moment = MOMENTS[n % len(MOMENTS)]
        rows.filter(pk=account.pk).update(
            created_at=moment, last_contact_at=None if n % 5 == 4 else moment, lifecycle_since=moment.date(),
            next_contact_on=None if n % 2 else dt.date(2026, 2, 28),
        )  # fmt: skip
    AccountPoint.objects.of([made[1].pk]).update(is_primary=False)  # as no verb leaves them
    AccountPoint.objects.of([made[2].pk]).update(is_primary=True)
    return cast


def expected_csv(kind: Any, actor: Any, names: list[str]) -> bytes:
    """The plain way."""
    records = list(kind.model.objects.seen_by(actor, "export").order_by("pk"))
    read, cells = Reader(kind, actor, names).read(records), Cells(actor.zone)
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["id", *names])
    writer.writerows([r["id"], *(cells.text(r.get(n)) for n in names)] for r in read)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


@pytest.mark.parametrize("kind", [ACCOUNT, CONTACT], ids=["accounts", "contacts"])
@pytest.mark.parametrize("zone", ZONES)
def test_bytes_are_those_of_the_plain_way(office: Cast, kind: Any, zone: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(table, "CHUNK", 5)
    for user in (office.admin, office.leader, office.stranger):
        actor = dataclasses.replace(office.actor(user), zone=zone)
        names = columns_of(kind, actor, flat=True)
        assert b"".join(export(kind, actor, "csv")) == expected_csv(kind, actor, names)


def test_a_record_that_is_out_of_sight_is_not_named(office: Cast) -> None:
    actor = office.actor(office.stranger)  # his accounts relate to those of others
    text = b"".join(export(ACCOUNT, actor, "csv", columns=["name", "relations"])).decode("utf-8-sig")
    named = [r["relations"] for r in csv.DictReader(io.StringIO(text))]
    assert named
    assert set(named) == {""}
    whole = b"".join(export(ACCOUNT, office.actor(office.admin), "csv", columns=["name", "relations"]))
    assert whole.decode().count('He said ""no"" 0') == 2  # once by itself, once named by the next


@pytest.mark.parametrize("kind", [ACCOUNT, CONTACT], ids=["accounts", "contacts"])
def test_json_lines_are_those_of_the_plain_way(office: Cast, kind: Any) -> None:
    actor = dataclasses.replace(office.actor(office.admin), zone="America/New_York")
    names = columns_of(kind, actor, flat=False)
    records = list(kind.model.objects.seen_by(actor, "export").order_by("pk"))
    cells = Cells(actor.zone)
    expected = [
        json.loads(json.dumps({"id": r["id"], **{n: cells.plain(r.get(n)) for n in names}}, default=str))
        for r in Reader(kind, actor, names).read(records)
    ]
    assert [json.loads(line) for line in b"".join(export(kind, actor, "jsonl")).splitlines()] == expected


def test_a_workbook_holds_the_same_values(office: Cast, tmp_path: Any) -> None:
    zone = dt.timezone(dt.timedelta(hours=5, minutes=30))
    actor = dataclasses.replace(office.actor(office.admin), zone="Asia/Kolkata")
    names = [
        "name",
        "created_at",
        "lifecycle_since",
        "annual_revenue",
        "employees",
        "is_person",
        "owner",
        "phones",
        "tags",
    ]
    Account.objects.as_system("test").filter(created_at__year__lt=1950).update(created_at=MOMENTS[0])
    (tmp_path / "a.xlsx").write_bytes(b"".join(export(ACCOUNT, actor, "xlsx", columns=names)))
    lines = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True))
    read = Reader(ACCOUNT, actor, names).read(list(Account.objects.seen_by(actor, "export").order_by("pk")))
    cells = Cells(actor.zone)
    assert lines[0] == ("id", *names)
    for line, row in zip(lines[1:], read, strict=True):
        told = dict(zip(lines[0], line, strict=True))
        local = row["created_at"].astimezone(zone).replace(tzinfo=None)
        assert abs(told["created_at"] - local) < dt.timedelta(seconds=1)
        assert (told["employees"], told["owner"]) == (row["employees"], row["owner"].name)
        assert told["annual_revenue"] == (
            None if row["annual_revenue"] is None else pytest.approx(float(row["annual_revenue"]))
        )
        assert (told["phones"] or "") == cells.text(row["phones"])
        assert (told["tags"] or "") == cells.text(row["tags"])
        assert told["is_person"] == ("yes" if row["is_person"] else "no")
        if row["lifecycle_since"] is not None and row["lifecycle_since"].year > 1900:
            assert told["lifecycle_since"].date() == row["lifecycle_since"]


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), min_size=1))
def test_lines_are_those_of_csv(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    assert table_lines([list(column) for column in zip(*rows, strict=True)]) == text.getvalue()


@given(
    st.lists(st.none() | st.datetimes(min_value=dt.datetime(1800, 1, 1), max_value=dt.datetime(2100, 1, 1))),
    st.sampled_from(ZONES),
)
def test_moments_are_written_as_cell_by_cell(moments: list[dt.datetime | None], zone: str) -> None:
    cells, column = Cells(zone), Moments([None if m is None else str(m) for m in moments])
    plain = [None if m is None else m.replace(tzinfo=dt.UTC) for m in moments]
    assert column.objects() == plain
    assert cells.column(column) == [cells.text(m) for m in plain]
