"""Refused cells mended on the page: one where it stands, one value in all rows, with and without a script; cards as files."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tend.domains.contacts.models import Contact
from tend.kernel.imports.models import Import
from tend.kernel.jobs.worker import Worker
from tests.cast import Cast, make
from tests.doors.web.imports.test_wizard import bring, seen

CARDS = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lee;Ann;;;\r\nEMAIL:ann(at)lee.example\r\nPHOTO;ENCODING=b:AAAA\r\nEND:VCARD\r\n"
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ode;Ben;;;\r\nBDAY:tomorrow\r\nEND:VCARD\r\n"
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Fox;Cid;;;\r\nBDAY:tomorrow\r\nEND:VCARD\r\n"
)


@pytest.fixture
def rehearsed(cast: Cast) -> tuple[Client, int]:
    browser = cast.client(cast.admin)
    pk = bring(browser, CARDS, "people.vcf", type="contacts")
    assert "1 picture is left out." in seen(browser.get(f"/imports/{pk}/read"))
    assert browser.post(f"/imports/{pk}/match", {"do": "rehearse"}).status_code == 303
    Worker().drain()
    return browser, pk


def place(pk: int, header: str) -> int:
    return [c["header"] for c in Import.objects.get(pk=pk).plan["columns"]].index(header)


def test_a_cell_is_mended_where_it_stands(rehearsed: tuple[Client, int]) -> None:
    browser, pk = rehearsed
    at = place(pk, "E-mail 1")
    text = seen(browser.get(f"/imports/{pk}/rehearse"))
    assert f'hx-post="/imports/{pk}/cells/1/{at}"' in text
    still = browser.post(f"/imports/{pk}/cells/1/{at}", {f"cell-1-{at}": "ann"}, headers={"HX-Request": "true"})
    assert "“ann” is not an e-mail address." in seen(still)
    good = seen(
        browser.post(f"/imports/{pk}/cells/1/{at}", {f"cell-1-{at}": "ann@lee.example"}, headers={"HX-Request": "true"})
    )
    assert "Mended: this row can be imported" in good
    assert 'id="go" hx-swap-oob="true"' in good
    assert "Import 1 good row" in good
    plain = browser.post(
        f"/imports/{pk}/cells/2/{place(pk, 'Birthday')}", {f"cell-2-{place(pk, 'Birthday')}": "1980-01-01"}
    )
    assert plain.headers["Location"] == f"/imports/{pk}/rehearse#faults"
    assert "Import 2 good rows" in seen(browser.get(f"/imports/{pk}/rehearse"))


def test_a_value_is_replaced_in_all_rows_and_the_file_imported(rehearsed: tuple[Client, int]) -> None:
    browser, pk = rehearsed
    text = seen(browser.get(f"/imports/{pk}/rehearse"))
    assert "“tomorrow” in Birthday" in text
    given = {"column": place(pk, "Birthday"), "old": "tomorrow", "new": "1980-02-03"}
    assert browser.post(f"/imports/{pk}/replace", given).status_code == 303
    assert "Import 2 good rows" in seen(browser.get(f"/imports/{pk}/rehearse"))
    assert browser.post(f"/imports/{pk}/rehearse", {"do": "run"}).status_code == 303
    Worker().drain()
    text = seen(browser.get(f"/imports/{pk}/result"))
    assert "Show the contacts" in text
    assert list(Contact.objects.as_system("test").order_by("name").values_list("name", "birthday__year")) == [("Ben Ode", 1980), ("Cid Fox", 1980)]  # fmt: skip


def test_nobody_mends_the_import_of_another_or_a_cell_that_is_not_there(
    cast: Cast, rehearsed: tuple[Client, int]
) -> None:
    browser, pk = rehearsed
    stranger = cast.client(cast.leader)
    for path in (f"/imports/{pk}/cells/1/0", f"/imports/{pk}/replace"):
        assert stranger.post(path, {"column": "0", "old": "a", "new": "b"}).status_code == 404
    assert browser.post(f"/imports/{pk}/cells/1/99", {}).status_code == 404
    assert browser.post(f"/imports/{pk}/replace", {"column": "x"}).status_code == 404


def test_a_card_goes_out_to_whoever_may_export_and_sees_the_person(cast: Cast) -> None:
    hotel = cast.account("Hotel Almirante", cast.leader)
    ann = make("contacts", first_name="Ann", last_name="Lee", accounts=[hotel.pk])
    for who, status in ((cast.admin, 200), (cast.leader, 200), (cast.junior, 404)):
        browser: Any = cast.client(who)
        for path in (f"/contacts/{ann.pk}/card.vcf", f"/accounts/{hotel.pk}/card.vcf"):
            answer = browser.get(path)
            assert answer.status_code == status, (who, path)
            if status == 200:
                assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
                assert b"FN:Ann Lee" in answer.content
    mine = cast.account("Own House", cast.junior)
    assert cast.client(cast.junior).get(f"/accounts/{mine.pk}/card.vcf").status_code == 403
    assert "Save as a vCard" not in cast.client(cast.junior).get(f"/accounts/{mine.pk}").content.decode()
    assert "Save as a vCard" in cast.client(cast.leader).get(f"/contacts/{ann.pk}").content.decode()
    listed = cast.client(cast.leader).get("/accounts/export?format=vcf3")
    assert b"".join(listed.streaming_content).count(b"VERSION:3.0") >= 2


def test_unknown_values_of_a_book_are_added_at_once_or_left_blank(cast: Cast) -> None:
    sheet = b"Name,Category,Owner\nNorth House,Gold,\nSouth House,Silver,\nWest House,Gold,nobody.here\n"
    browser = cast.client(cast.admin)
    pk = bring(browser, sheet, "sheet.csv")
    browser.post(f"/imports/{pk}/match", {"do": "rehearse"})
    Worker().drain()
    text = seen(browser.get(f"/imports/{pk}/rehearse"))
    assert "2 values are not known as Category." in text
    assert "Add 2 unknown values to Category" in text
    assert "Add 1 unknown value to Owner" not in text
    at, owner = place(pk, "Category"), place(pk, "Owner")
    assert browser.post(f"/imports/{pk}/rehearse", {"do": f"add-{owner}"}).status_code in (403, 422)
    assert browser.post(f"/imports/{pk}/rehearse", {"do": f"add-{at}"}).status_code == 303
    Worker().drain()
    text = seen(browser.get(f"/imports/{pk}/rehearse"))
    assert "Add 2 unknown values" not in text
    assert "1 value is not known as Owner." in text
    assert browser.post(f"/imports/{pk}/rehearse", {"do": f"blank-{owner}"}).status_code == 303
    Worker().drain()
    assert "Import 3 good rows" in seen(browser.get(f"/imports/{pk}/rehearse"))
    assert [c["unknown"] for c in Import.objects.get(pk=pk).plan["columns"]] == ["error", "create", "ignore"]
