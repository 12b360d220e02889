"""An administrator brings a messy list by what stands on the page, mends a cell, and sees the accounts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings, live_tend, picture, sign_in_administrator

pytestmark = pytest.mark.browser
LIST = (
    "Kundenliste Nord\nStand 22.11.2026\n\n"
    "Firma;E-Mail;Telefon;PLZ;Ort;Ansprechpartner;Umsatz;Interesse\n"
    "Café Almirante;compras@almirante.example;030 5550101;4103;Leipzig;Inês Carvalho;12.400,50;Röstung\n"
    "Torres & Filhos;info(at)torres.example;030 5550102;10115;Berlin;Rui Torres;8.900,00;Mühlen\n"
    "Rösterei Nordlicht;info@nordlicht.example;030 5550103;10117;Berlin;;;Röstung\n"
    "Summe;;;;;;21.300,50;\n"
)


def test_a_messy_list_becomes_accounts(page: Page, tmp_path: Path) -> None:
    messy = tmp_path / "fair.csv"
    messy.write_bytes(LIST.encode("cp1252"))
    page.set_default_timeout(60_000)
    with live_tend(tmp_path / "data") as tend:
        sign_in_administrator(page, tend)
        page.goto(f"{tend.url}/imports/new")

        page.get_by_label("File").set_input_files(messy)
        picture(page, "1-upload")
        page.get_by_role("button", name="Read the file").click()
        expect(page.get_by_role("cell", name="Café Almirante")).to_be_visible()
        expect(page.get_by_label("Encoding")).to_have_value("cp1252")
        picture(page, "2-read")
        assert accessibility_findings(page) == []

        page.get_by_role("link", name="Match the columns").click()
        picture(page, "3-match")
        assert accessibility_findings(page) == []
        page.get_by_role("button", name="Make a characteristic").first.click()
        expect(page.get_by_role("button", name="Make a characteristic")).to_have_count(0)
        page.get_by_label("Country of phone numbers").select_option("DE")
        page.get_by_role("button", name="Rehearse").click()
        expect(page.get_by_text("Nothing is written yet. This is what would happen.")).to_be_visible(timeout=60_000)
        picture(page, "4-rehearse")
        assert accessibility_findings(page) == []

        page.get_by_label(re.compile("E-Mail in row")).fill("info@torres.example")
        page.get_by_role("button", name="Rehearse with the mended cells").click()
        page.get_by_role("button", name="Import 3 good rows").click()
        expect(page.get_by_text("The file is imported.")).to_be_visible(timeout=60_000)
        picture(page, "6-result")
        assert accessibility_findings(page) == []
        page.get_by_role("link", name="Show the accounts").click()
        for name in ("Café Almirante", "Torres & Filhos", "Rösterei Nordlicht"):
            expect(page.get_by_role("link", name=name).first).to_be_visible()

        page.goto(f"{tend.url}/operations")
        picture(page, "7-operations")
        page.get_by_role("link", name="Import", exact=True).last.click()
        picture(page, "8-operation")
        assert accessibility_findings(page) == []
        page.get_by_role("button", name="Undo all of it").click()
        page.goto(f"{tend.url}/accounts")
        expect(page.get_by_text("Torres & Filhos")).to_have_count(0)
