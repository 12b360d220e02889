"""A manager works on a board: by mouse, by keys, on the phone, with a view that opens as a board; then she orders the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings, live_tend, sign_in_administrator

pytestmark = pytest.mark.browser
ACCOUNTS = "Name,Status\nHarbour Foods,Open\nLantern Inn,Open\nMole Bakery,Follow-up\n"


def test_cards_and_branches_are_moved(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(30_000)
    file = tmp_path / "accounts.csv"
    file.write_text(ACCOUNTS)
    with live_tend(tmp_path / "data") as tend:
        sign_in_administrator(page, tend)
        tend.run("import", "accounts", str(file))

        page.goto(f"{tend.url}/accounts")
        page.get_by_role("link", name="Board", exact=True).click()
        page.get_by_text("Columns by Interaction status").click()
        page.get_by_role("link", name="Status", exact=True).click()
        opened = page.get_by_role("region", name="Open")
        follow = page.get_by_role("region", name="Follow-up")
        expect(opened.get_by_role("link", name="Harbour Foods", exact=True)).to_be_visible()
        assert accessibility_findings(page) == []

        opened.get_by_role("listitem").filter(has_text="Lantern Inn").drag_to(follow)
        expect(page.get_by_text("“Lantern Inn” is moved to “Follow-up”.")).to_be_visible()
        expect(follow.get_by_role("link", name="Lantern Inn", exact=True)).to_be_visible()

        opened.get_by_role("link", name="Harbour Foods", exact=True).focus()
        page.keyboard.press("Space")
        expect(page.get_by_text("Harbour Foods is picked up.")).to_be_attached()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        expect(page.get_by_text("Harbour Foods stays in Open")).to_be_attached()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.get_by_text("“Harbour Foods” is moved to “Follow-up”.")).to_be_visible()
        page.keyboard.press("z")
        expect(opened.get_by_role("link", name="Harbour Foods", exact=True)).to_be_visible()

        page.get_by_role("link", name="Save view").click()
        page.get_by_role("dialog").get_by_label("Name").fill("Desk")
        page.get_by_role("dialog").get_by_role("button", name="Save as a new view").click()
        expect(page.get_by_text("The view “Desk” is saved.")).to_be_visible()
        follow.get_by_role("button", name="Fold Follow-up").click()
        expect(follow.get_by_role("button", name="Open Follow-up")).to_be_visible()
        expect(follow.get_by_role("link", name="Lantern Inn", exact=True)).to_have_count(0)
        follow.get_by_role("button", name="Open Follow-up").click()

        page.set_viewport_size({"width": 390, "height": 844})
        page.reload()
        page.get_by_role("navigation", name="Columns").get_by_role("link", name="Follow-up").click()
        expect(follow.get_by_role("link", name="Mole Bakery", exact=True)).to_be_in_viewport()
        follow.get_by_role("link", name="Move “Mole Bakery”").click()
        page.get_by_role("dialog").get_by_role("button", name="Closed").click()
        expect(page.get_by_text("“Mole Bakery” is moved to “Closed”.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390

        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{tend.url}/accounts")
        page.get_by_role("link", name="Tree", exact=True).click()
        house, inn, bakery = (page.get_by_role("row", name=n) for n in ("Harbour Foods", "Lantern Inn", "Mole Bakery"))
        inn.get_by_role("link", name="Lantern Inn", exact=True).drag_to(house)
        expect(page.get_by_text("“Lantern Inn” hangs under “Harbour Foods”.")).to_be_visible()
        expect(inn).to_have_count(0)
        house.get_by_role("link", name="Harbour Foods", exact=True).focus()
        page.keyboard.press("ArrowRight")
        expect(inn).to_be_visible()
        assert accessibility_findings(page) == []
        inn.get_by_role("link", name="Hang Lantern Inn under another one").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        bakery.get_by_role("link", name="Mole Bakery", exact=True).drag_to(inn)
        expect(page.get_by_text("“Mole Bakery” hangs under “Lantern Inn”.")).to_be_visible()
        page.keyboard.press("z")
        expect(page.get_by_text("Taken back.")).to_be_visible()
