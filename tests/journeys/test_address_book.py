"""Somebody brings the cards of her telephone, mends what cannot be read where it stands, and takes a card out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tend.base.vcards.reading import read_cards
from tests.browser import LiveTend, accessibility_findings, live_tend, picture, sign_in_administrator

pytestmark = pytest.mark.browser
CARDS = """BEGIN:VCARD
VERSION:3.0
N:Vega;Lucía;;;
FN:Lucía Vega
ORG:Hotel Almirante
item1.TEL:+34 910 000 112
item1.X-ABLabel:Recepción
TEL;type=CELL:+34 600 000 111
EMAIL:lucia(at)almirante.example
PHOTO;ENCODING=b:AAAA
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=9F=D0=B5=D1=82=D1=80=
=D0=B5=D0=BD=D0=BA=D0=BE;=D0=9E=D0=BB=D1=8C=D0=B3=D0=B0
TEL;CELL:+380501234567
END:VCARD
BEGIN:VCARD
VERSION:4.0
N:Torres;Rui;;;
FN:Rui Torres
BDAY:31 of June
END:VCARD
BEGIN:VCARD
VERSION:4.0
N:Lima;Ana;;;
FN:Ana Lima
BDAY:31 of June
END:VCARD
"""


def signed_in(page: Page, tend: LiveTend, path: str) -> None:
    sign_in_administrator(page, tend)
    page.goto(f"{tend.url}{path}")


def test_the_cards_of_a_telephone_become_contacts_and_go_out_again(page: Page, tmp_path: Path) -> None:
    cards = tmp_path / "people.vcf"
    cards.write_text(CARDS)
    page.set_default_timeout(60_000)
    with live_tend(tmp_path / "data") as tend:
        signed_in(page, tend, "/contacts")
        page.get_by_role("link", name="Import", exact=True).first.click()
        expect(page.get_by_role("radio", name="Contacts people")).to_be_checked()
        picture(page, "1-upload")
        page.get_by_label("File").set_input_files(cards)
        page.get_by_role("button", name="Read the file").click()
        expect(page.get_by_text("1 picture is left out.")).to_be_visible()
        expect(page.get_by_role("cell", name="Петренко", exact=True)).to_be_visible()
        picture(page, "2-read")
        assert accessibility_findings(page) == []

        page.get_by_role("link", name="Match the columns").click()
        expect(page.get_by_role("combobox", name="Phone 1", exact=True)).to_have_value("phone")
        expect(page.get_by_role("combobox", name="Company", exact=True)).to_have_value("accounts")
        picture(page, "3-match")
        page.get_by_role("button", name="Rehearse").click()
        expect(page.get_by_text("Nothing is written yet. This is what would happen.")).to_be_visible(timeout=60_000)
        picture(page, "4-rehearse")
        assert accessibility_findings(page) == []

        page.get_by_label("E-mail 1 in row 1").fill("lucia@almirante.example")
        page.get_by_label("E-mail 1 in row 1").press("Tab")
        expect(page.get_by_text("Mended: this row can be imported")).to_be_visible()
        expect(page.get_by_role("button", name="Import 2 good rows")).to_be_visible()
        picture(page, "5-mended")
        page.get_by_label("Say instead of “31 of June”").fill("1980-06-30")
        page.get_by_role("button", name="Replace in all rows").click()
        page.get_by_role("button", name="Import 4 good rows").click()
        expect(page.get_by_text("The file is imported.")).to_be_visible(timeout=60_000)
        page.get_by_role("link", name="Show the contacts").click()
        for name in ("Lucía Vega", "Ольга Петренко", "Rui Torres", "Ana Lima"):
            expect(page.get_by_role("link", name=name).first).to_be_visible()

        page.get_by_role("link", name="Lucía Vega").first.click()
        expect(page.get_by_text("Recepción")).to_be_visible()
        page.locator("summary[aria-label='More']").first.click()
        picture(page, "6-contact")
        with page.expect_download() as saved:
            page.get_by_role("link", name="Save as a vCard").click()
        (card,) = read_cards(Path(saved.value.path()), "utf-8")
        assert (card.name, card.phones[0].label, card.emails[0].value) == (
            "Lucía Vega",
            "Recepción",
            "lucia@almirante.example",
        )
