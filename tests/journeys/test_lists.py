"""A list made one's own: a view that is shared, pinned and opens first, groups with totals, and all of a filter changed by keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings, live_tend, sign_in_administrator
from tests.journeys.test_thin_line_over_rest import Api

pytestmark = pytest.mark.browser
MANY = 52  # more than a page


def test_a_list_is_viewed_grouped_added_up_and_changed_as_a_whole(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(20_000)
    with live_tend(tmp_path / "data") as tend:
        sign_in_administrator(page, tend)
        api = Api(tend, "ada@tend.example")
        for name in ("Open", "Won"):
            api("POST", "/statuses", {"name": name, "mark": name[0]})
        for n in range(MANY):
            values = {
                "lifecycle": "customer",
                "status": "Won" if n % 4 == 0 else "Open",
                "annual_revenue": str(100 + n),
            }
            api("POST", "/accounts", {"name": f"Harbour {n:02d} of the Long Quay and Sons", **values})

        # Groups and totals, kept as a view that everybody may use.
        page.goto(f"{tend.url}/accounts?columns=status,annual_revenue&sort=name")
        page.get_by_text("Group", exact=True).click()
        menu = page.get_by_role("group").filter(has_text="No groups")
        menu.get_by_role("link", name="Status", exact=True).click()
        expect(page.get_by_role("link", name=re.compile("Open.*39 accounts"))).to_have_attribute(
            "aria-expanded", "true"
        )
        page.get_by_role("link", name=re.compile("Won.*13 accounts")).click()
        expect(page.get_by_role("link", name="Harbour 48 of the Long Quay and Sons")).to_be_visible()
        page.get_by_role("link", name="More of this group").click()
        expect(page.get_by_role("link", name="Harbour 51 of the Long Quay and Sons")).to_be_visible()
        page.get_by_role("link", name="Add up").click()
        expect(page.get_by_text("€6,526 on average €125.50")).to_be_visible()
        assert accessibility_findings(page) == []
        page.get_by_role("link", name="Save view").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("By status")
        dialog.get_by_label("Who may use it").select_option("Everybody")
        dialog.get_by_role("button", name="Save as a new view").click()
        expect(page.get_by_role("link", name=re.compile("By status"))).to_have_attribute("aria-current", "page")

        # It opens the list from now on.
        page.get_by_role("link", name="All views").click()
        page.get_by_label("More for By status").click()
        page.get_by_role("button", name="Open the list with it").click()
        expect(page.get_by_text("opens first")).to_be_visible()
        assert accessibility_findings(page) == []
        page.goto(f"{tend.url}/accounts")
        expect(page.get_by_text("€6,526 on average €125.50")).to_be_visible()

        # All of the filter by its key, the star: the page first, then the rest; what was asked is done and taken back.
        page.get_by_role("link", name=re.compile("^All 5")).click()
        expect(page.get_by_role("link", name="Harbour 00 of the Long Quay and Sons")).to_be_visible()
        page.keyboard.press("Shift+Digit8")
        expect(page.get_by_text("50 chosen")).to_be_visible()
        page.keyboard.press("Shift+Digit8")
        expect(page.get_by_text("52 chosen")).to_be_visible()
        page.get_by_role("group").filter(has_text="Change a field").get_by_text("More", exact=True).click()
        page.get_by_role("button", name="Archive", exact=True).click()
        expect(page.get_by_text("What the list holds when the work begins is changed")).to_be_visible()
        page.get_by_role("button", name="Archive: 52 accounts").click()
        expect(page.get_by_text("52 accounts changed.")).to_be_visible()
        page.keyboard.press("z")
        expect(page.get_by_text("52 accounts changed.")).to_be_hidden()
        assert api("GET", "/accounts?q=archived:no&count=true&limit=1")["count"]["number"] == MANY
