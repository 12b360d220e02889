"""A colleague is named with an @ while one types, hears of it, follows the account, and says how he wishes to be told."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import LiveTend, accessibility_findings, live_tend, watch
from tests.journeys.test_calling import PASSWORD, sign_in
from tests.journeys.test_thin_line_over_rest import Api

pytestmark = pytest.mark.browser


def test_a_mention_is_chosen_read_and_followed_up(page: Page, browser: Browser, tmp_path: Path) -> None:
    page.set_default_timeout(20_000)
    with live_tend(tmp_path / "data") as tend:
        for email, name in (("ana@tend.example", "Ana Prado"), ("tomas@tend.example", "Tomás Ribeiro")):
            tend.run("user", "add", email, "--name", name, "--role", "administrator", "--password-stdin", given=PASSWORD)  # fmt: skip
        api = Api(tend, "ana@tend.example")
        api("POST", "/users", {"email": "dana@tend.example", "name": "Dana Tomlin"})
        made = api("POST", "/accounts", {"name": "Kestrel Packaging"})
        sign_in(page, tend.url)
        page.goto(f"{tend.url}/accounts/{made['id']}")
        page.get_by_label("Log a call, note or task").click()
        page.keyboard.type("note ask @to")
        offered = page.get_by_role("option", name="Tomás Ribeiro")
        expect(offered).to_be_visible()
        expect(page.get_by_role("option", name="Dana Tomlin")).to_have_count(0)  # she does not see the account
        assert accessibility_findings(page) == []
        page.keyboard.press("Enter")  # chooses, and sends nothing yet
        expect(page.get_by_label("Log a call, note or task")).to_have_value("note ask @Tomás Ribeiro ")
        page.keyboard.type("about the boxes")
        page.keyboard.press("Enter")
        expect(page.get_by_text("ask @Tomás Ribeiro about the boxes")).to_be_visible()
        _read_by_tomas(browser, tend)


def _read_by_tomas(browser: Browser, tend: LiveTend) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    complaints = watch(page)
    page.goto(f"{tend.url}/sign-in")
    page.get_by_label("E-mail").fill("tomas@tend.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/today")
    page.goto(f"{tend.url}/notices")
    expect(page.get_by_role("heading", name="Notices")).to_be_visible()
    assert accessibility_findings(page) == []
    page.get_by_role("button", name="Mark as read", exact=True).click()
    page.get_by_role("button", name="Mark as unread").click()
    page.get_by_role("link", name="Ana Prado mentioned you on Kestrel Packaging.").click()
    expect(page.get_by_text("@Tomás Ribeiro about the boxes").first).to_be_visible()
    page.get_by_role("link", name="Kestrel Packaging").first.click()
    expect(page.get_by_role("heading", name="Kestrel Packaging", level=1)).to_be_visible()
    page.keyboard.press("w")
    expect(page.get_by_text("You follow “Kestrel Packaging”.")).to_be_visible()
    expect(page.get_by_role("button", name="Following")).to_be_visible()
    page.goto(f"{tend.url}/me/mail")
    page.get_by_label("Quiet from").select_option("22")
    page.get_by_label("Quiet until").select_option("7")
    page.get_by_label("Something happens to a record that I follow").select_option("in the page only")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Quiet from")).to_have_value("22")
    context.close()
    assert not complaints, "\n".join(complaints)
