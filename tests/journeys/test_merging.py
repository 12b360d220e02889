"""Two accounts that are one: found among the duplicates, compared, merged by keyboard, and parted again weeks later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings, live_tend, picture
from tests.journeys.test_calling import PASSWORD, sign_in
from tests.journeys.test_thin_line_over_rest import Api

pytestmark = pytest.mark.browser


def test_two_accounts_become_one_and_are_parted(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(20_000)
    with live_tend(tmp_path / "data") as tend:
        tend.run("user", "add", "ana@tend.example", "--name", "Ana Prado", "--role", "administrator", "--password-stdin", given=PASSWORD)  # fmt: skip
        api = Api(tend, "ana@tend.example")
        one = api("POST", "/accounts", {
            "name": "Hotel Marisol", "lifecycle": "customer", "phones": ["+34 911 555 010"], "website": "https://marisol.example",
            "address": {"street": "Calle Mayor 1", "city": "Cádiz", "postal_code": "11001"},
        })  # fmt: skip
        two = api("POST", "/accounts", {
            "name": "Hotel Marisol", "lifecycle": "lead", "phones": ["+34 911 555 010", "+34 911 555 020"], "employees": 40,
            "emails": ["hello@marisol.example"], "description": "Asked for leasing offers at the fair.",
        })  # fmt: skip
        api("POST", "/contacts", {"first_name": "Lucia", "last_name": "Marin", "accounts": [two["id"]]})
        for n in range(3):
            api("POST", "/activities", {"account": two["id"], "kind": "task", "subject": f"Offer {n}"})
        sign_in(page, tend.url)

        page.goto(f"{tend.url}/accounts/duplicates")
        assert accessibility_findings(page) == []
        picture(page, "duplicates")
        page.get_by_role("link", name=re.compile("^Compare")).click()
        expect(page.get_by_role("heading", name="Compare and merge")).to_be_visible()
        assert accessibility_findings(page) == []
        expect(page.get_by_text("+34 911 555 020")).to_be_visible()
        assert page.locator("input[name=field-employees]:checked").input_value() == str(two["id"])
        picture(page, "compare")
        page.locator("input[name=field-lifecycle]:checked").focus()
        page.keyboard.press("ArrowRight")  # the lead's side, and back again
        page.keyboard.press("ArrowLeft")
        assert page.locator("input[name=field-lifecycle]:checked").input_value() == str(one["id"])
        page.get_by_role("button", name="Merge", exact=True).click()
        expect(page).to_have_url(re.compile(f"/accounts/{one['id']}$"))
        expect(page.get_by_text("is part of “Hotel Marisol” now")).to_be_visible()
        expect(page.get_by_text("Lucia Marin").first).to_be_visible()

        page.goto(f"{tend.url}/accounts/{two['id']}")  # the old address
        expect(page).to_have_url(re.compile(f"/accounts/{one['id']}$"))
        api("PATCH", f"/accounts/{one['id']}", {"employees": 45})

        page.reload()
        picture(page, "merged")
        page.get_by_role("link", name=re.compile("Part again")).click()
        expect(page.get_by_text("changed since, and stays as it is")).to_be_visible()
        assert accessibility_findings(page) == []
        picture(page, "part")
        page.get_by_role("button", name="Part again").click()
        expect(page.get_by_text("Stayed as it is")).to_be_visible()
        assert accessibility_findings(page) == []
        page.get_by_role("link", name="Open", exact=True).click()
        expect(page).to_have_url(re.compile(f"/accounts/{two['id']}$"))
        expect(page.get_by_text("Lucia Marin").first).to_be_visible()
        assert api("GET", f"/accounts/{one['id']}")["employees"] == 45
