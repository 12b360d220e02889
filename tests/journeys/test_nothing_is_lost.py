"""Work that takes long and words that were not saved yet, in a browser: what was begun is found again."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import LiveTend, accessibility_findings, live_tend

pytestmark = pytest.mark.browser
PASSWORD = "harbour lantern and rope"


def office(tend: LiveTend, page: Page, accounts: int) -> None:
    """An administrator signed in, in an office with sample customers."""
    tend.run("demo", "--accounts", str(accounts), "--seed", "3")
    tend.run("user", "add", "ada@tend.example", "--name", "Ada Byrne", "--role", "administrator", "--password-stdin", given=PASSWORD)  # fmt: skip
    tend.run("user", "add", "ivo@tend.example", "--name", "Ivo Colleague", "--role", "administrator", "--password-stdin", given=PASSWORD)  # fmt: skip
    page.goto(f"{tend.url}/sign-in")
    page.get_by_label("E-mail").fill("ada@tend.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/today"))


def change(tend: LiveTend, pk: str, **values: str) -> None:
    """A colleague changes an account meanwhile."""
    token = tend.run("token", "ivo@tend.example").strip()
    request = urllib.request.Request(
        f"{tend.url}/api/v1/accounts/{pk}", json.dumps(values).encode(), method="PATCH",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_what_is_typed_in_a_cell_outlives_reloads_and_a_colleagues_change(page: Page, tmp_path: Path) -> None:
    with live_tend(tmp_path / "data") as tend:
        office(tend, page, 12)
        page.goto(f"{tend.url}/accounts")
        name = page.locator("tr[data-row] a[data-open]").first
        pk = page.locator("tr[data-row]").first.get_attribute("data-row")
        assert pk is not None
        name.click()
        cell = page.locator(f'[data-edit-url*="/accounts/{pk}/edit/legal_name"]').first
        cell.click()
        field = cell.locator("input:not([type=hidden])")
        expect(field).to_be_focused()
        field.fill("Typed by Ada")

        page.reload()  # nothing was saved yet
        expect(field).to_have_value("Typed by Ada")
        change(tend, pk, legal_name="Typed by Ivo")
        page.reload()
        expect(field).to_have_value("Typed by Ada")
        field.press("Enter")
        expect(cell).to_contain_text("Ivo Colleague made it “Typed by Ivo” meanwhile.")
        page.reload()  # told, and still not saved
        expect(field).to_have_value("Typed by Ada")
        field.press("Enter")
        expect(cell.locator("input")).to_have_count(0)
        expect(cell).to_contain_text("Typed by Ada")
        page.reload()
        expect(cell).to_contain_text("Typed by Ada")
        expect(cell.locator("input")).to_have_count(0)

        cell.click()
        field.fill("Given up")
        field.press("Escape")
        page.reload()
        expect(cell).to_contain_text("Typed by Ada")


def test_a_change_of_all_of_a_filter_goes_on_by_itself_is_told_and_taken_back(page: Page, tmp_path: Path) -> None:
    with live_tend(tmp_path / "data") as tend:
        office(tend, page, 420)
        page.goto(f"{tend.url}/accounts")
        everything = page.locator(".head-fact").inner_text()
        page.get_by_label("Choose all rows of this page").check()
        page.get_by_role("button", name=re.compile("Choose all .* of this filter")).click()
        page.locator("[data-bulkbar] summary").click()
        page.get_by_role("button", name="Change a field…").click()
        page.get_by_label("Field").select_option("language")
        page.get_by_role("button", name="Next").click()
        page.get_by_role("button", name=re.compile("^Language")).click()
        page.get_by_role("option", name="Portuguese").click()
        page.get_by_role("button", name=f"Set Language: {everything}").click()
        expect(page).to_have_url(re.compile(r"/operations/\d+"))
        expect(page.get_by_role("button", name="Undo all of it")).to_be_visible(timeout=60_000)
        assert accessibility_findings(page) == []

        page.goto(f"{tend.url}/notices")
        expect(page.get_by_text(re.compile(r"Edit is done: \d+ changed\."))).to_be_visible()
        expect(page.locator(".nav-notices-count")).to_have_text("1")
        assert accessibility_findings(page) == []
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/operations/\d+"))
        page.get_by_role("button", name="Undo all of it").click()
        expect(page.get_by_text("Taken back.")).to_be_visible(timeout=60_000)
