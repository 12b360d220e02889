"""Everything from the keyboard: found by a slip, a city and a remark, done from the palette, with the keys of each page shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings, live_tend
from tests.journeys.test_calling import PASSWORD, sign_in
from tests.journeys.test_thin_line_over_rest import Api

pytestmark = pytest.mark.browser


def test_search_and_do_from_the_keyboard(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(30_000)
    expect.set_options(timeout=20_000)
    with live_tend(tmp_path / "data") as tend:
        for email, name in (("ana@tend.example", "Ana Prado"), ("ben@tend.example", "Ben Okoro")):
            tend.run(
                "user", "add", email, "--name", name, "--role", "administrator", "--password-stdin", given=PASSWORD
            )
        api = Api(tend, "ana@tend.example")
        made = api("POST", "/accounts", {"name": "Kestrel Packaging", "lifecycle": "customer", "address": {"city": "Odessa"},
                                         "remarks": {"budget": "tight"}})  # fmt: skip
        api("POST", "/accounts", {"name": "Harbour Light", "lifecycle": "customer"})
        sign_in(page, tend.url)
        palette = page.get_by_role("dialog", name="Search or do")
        field = palette.get_by_role("combobox")

        def found(typed: str, name: str) -> None:
            """Types into the palette and waits until the first row that is marked is the one that is meant."""
            field.fill(typed)
            expect(palette.get_by_role("option", selected=True)).to_have_text(re.compile(name))

        page.goto(f"{tend.url}/contacts")
        page.keyboard.press("Control+k")
        found("odessa", "Kestrel Packaging")  # by its city, by what a remark says, by a slip
        found("budget=tight", "Kestrel Packaging.*budget: tight")
        found("kestral", "kestrel")
        page.keyboard.press("Enter")
        expect(palette.get_by_role("option", selected=True)).to_have_text(re.compile("Kestrel Packaging"))
        assert accessibility_findings(page) == []
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Kestrel Packaging", level=1)).to_be_visible()

        page.keyboard.press("a")  # the verb of this key asks in the palette
        expect(palette.get_by_role("status")).to_have_text(re.compile("Kestrel Packaging"))
        found("ben", "Ben Okoro")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text=re.compile("Ben Okoro|Assign"))).to_be_visible()
        assert api("GET", f"/accounts/{made['id']}")["owner"]["name"] == "Ben Okoro"

        page.goto(f"{tend.url}/contacts")
        page.keyboard.press("Control+k")  # where one was comes first
        expect(palette.get_by_role("option", selected=True)).to_have_text(re.compile("Kestrel Packaging"))
        found("loodark", "Look: dark")
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")

        page.goto(f"{tend.url}/accounts")
        page.keyboard.press("j")
        page.keyboard.press("a")
        expect(palette.get_by_role("status")).to_have_text(re.compile("Harbour Light"))
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(palette).not_to_be_visible()
        page.keyboard.press("x")
        page.keyboard.press("Control+k")  # chosen rows: asked here, summed up before it runs
        found("assig", "Assign")
        page.keyboard.press("Enter")
        found("ana", "Ana Prado")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Assign: 1 account")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("Ana Prado")
        page.goto(f"{tend.url}/accounts")
        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Keys of this page")
        expect(keys.get_by_text("choose the row")).to_be_visible()
        expect(keys.get_by_text("log that outcome")).not_to_be_visible()
        page.keyboard.press("Escape")

        page.goto(f"{tend.url}/search?q=harbor")
        page.get_by_role("link", name="harbour").click()
        expect(page.get_by_role("link", name="Harbour Light")).to_be_visible()
        assert accessibility_findings(page) == []

        page.keyboard.press("Control+k")  # without single keys nothing happens by a slip of the hand
        found("single keys off", "Switch single keys off")
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("data-keys", "off")
        page.keyboard.press("?")
        expect(keys).not_to_be_visible()
