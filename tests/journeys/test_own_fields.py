"""Fields of the company's own: made, asked for when they matter, and grown out of what people wrote into remarks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings, live_tend
from tests.journeys.test_calling import PASSWORD, sign_in
from tests.journeys.test_merging import picture
from tests.journeys.test_thin_line_over_rest import Api

pytestmark = pytest.mark.browser


def pick(page: Page, field: str, option: str) -> None:
    """Choose in a picker by its label."""
    page.get_by_role("button", name=re.compile(f"^{field}")).first.click()
    page.get_by_role("option", name=re.compile(option)).first.click()


def test_a_field_is_asked_for_when_it_matters_and_a_key_of_remarks_becomes_one(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(15_000)
    with live_tend(tmp_path / "data") as tend:
        tend.run("user", "add", "ana@tend.example", "--name", "Ana Prado", "--role", "administrator", "--password-stdin", given=PASSWORD)  # fmt: skip
        api = Api(tend, "ana@tend.example")
        hotel = api("POST", "/categories", {"name": "Hotel"})
        api("POST", "/categories", {"name": "Shop"})
        for name, said in (("Pine House", "stars=4"), ("Elm House", "stars=5"), ("Oak House", "stars=many")):
            api("POST", "/accounts", {"name": name, "lifecycle": "lead", "remarks": [said]})
        marisol = api("POST", "/accounts", {"name": "Hotel Marisol", "lifecycle": "prospect", "category": hotel["id"]})
        sign_in(page, tend.url)

        # A number of rooms that only hotels have, and that is needed of customers.
        page.goto(f"{tend.url}/settings/characteristics/new")
        page.get_by_label("Name", exact=True).fill("Rooms")
        page.get_by_label("On", exact=True).select_option(label="Accounts")
        page.get_by_label("Type").select_option(label="Number")
        page.get_by_label("Group").fill("Stay")
        page.get_by_label("Shown only when").select_option(label="Category")
        page.get_by_label("is one of").fill("Hotel")
        page.get_by_label("Customer").check()
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text("when Category is Hotel")).to_be_visible()

        # The key that three remarks use becomes a field as well; what is no number stays a remark.
        page.get_by_role("link", name="Keys of remarks").click()
        expect(page.get_by_role("rowheader", name="stars")).to_be_visible()
        picture(page, "remark-keys")
        page.get_by_role("link", name="Make it a characteristic").click()
        page.get_by_label("Type").select_option(label="Number")
        page.get_by_label("Group").fill("Stay")
        page.get_by_role("button", name="Look what would happen").click()
        expect(page.get_by_text("2 of 3 values convert.")).to_be_visible()
        assert accessibility_findings(page) == []
        picture(page, "promote")
        page.get_by_role("button", name="Make it a characteristic").click()
        expect(page.get_by_role("link", name="Stars")).to_be_visible()
        page.get_by_role("button", name="Move Stars up").click()
        expect(page.get_by_text("“Stars” is moved.")).to_be_visible()
        assert accessibility_findings(page) == []
        picture(page, "characteristics")

        # In the form it comes and goes with the category.
        page.goto(f"{tend.url}/accounts/{marisol['id']}/edit")
        expect(page.get_by_label("Rooms")).to_be_visible()
        pick(page, "Category", "Shop")
        expect(page.get_by_label("Rooms")).to_be_hidden()
        pick(page, "Category", "Hotel")
        expect(page.get_by_label("Rooms")).to_be_visible()
        picture(page, "form")

        # Becoming a customer asks for it in one dialog, and nothing is lost.
        page.goto(f"{tend.url}/accounts/{marisol['id']}")
        page.get_by_text("Prospect", exact=True).first.click()
        page.get_by_role("option", name="Customer").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("heading", name="This is needed as well")).to_be_visible()
        picture(page, "needed")
        dialog.get_by_label("Rooms").fill("40")
        dialog.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Customer", exact=True).first).to_be_visible()
        expect(page.get_by_role("heading", name="Stay")).to_be_visible()
        assert api("GET", f"/accounts/{marisol['id']}")["characteristics"] == {"rooms": 40}
        picture(page, "account")
        page.goto(f"{tend.url}/accounts?filter=stars%3E4")
        expect(page.get_by_text("Hotel Marisol")).to_be_hidden()
