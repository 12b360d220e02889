"""The main job in a browser, by what stands on the pages: first steps, a list comes in, calls, a junior sees what is hers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import live_tend

pytestmark = pytest.mark.browser
PASSWORD = "harbour lantern and rope"
LIST = (
    "Company;E-mail;Phone;Owner\n"
    "Marisol;info@marisol.example;+34 600 555 042;Ana Prado\n"
    "Heron House;desk@heron.example;+44 1632 960118;Ivo Junior\n"
)


def test_from_an_empty_folder_to_a_call_that_plans_the_next(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(8_000)
    file = tmp_path / "customers.csv"
    file.write_text(LIST)
    with live_tend(tmp_path / "data") as tend:
        tend.run(
            "user",
            "add",
            "ivo@tend.example",
            "--name",
            "Ivo Junior",
            "--role",
            "junior",
            "--password-stdin",
            given=PASSWORD,
        )
        link = re.search(r"http://\S+/welcome/\S+", tend.log.read_text())
        assert link is not None
        page.goto(link.group(0))
        page.get_by_role("button", name="Begin").click()
        page.get_by_label("What is your company called?").fill("Marisol Group")
        page.get_by_label("Country").select_option("ES")
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Your name").fill("Ana Prado")
        page.get_by_label("E-mail").fill("ana@marisol.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Finish").click()

        page.get_by_role("link", name="Import customers").click()
        page.get_by_label("File").set_input_files(file)
        page.get_by_role("button", name="Read the file").click()
        page.get_by_role("link", name="Match the columns").click()
        page.get_by_role("button", name="Rehearse").click()
        page.get_by_role("button", name="Import 2 good rows").click()
        expect(page.get_by_text("The file is imported.")).to_be_visible(timeout=60_000)

        page.get_by_role("link", name="Calls", exact=True).first.click()
        page.get_by_role("link", name=re.compile("^Scheduled")).click()
        page.locator("main").get_by_role("link", name="Marisol", exact=True).first.click()
        page.get_by_role("button", name=re.compile("^1? ?Reached")).first.click()
        expect(page.get_by_role("status").filter(has_text="Call planned for")).to_be_visible()

        page.goto(f"{tend.url}/accounts")
        expect(page.get_by_role("link", name="Heron House")).to_be_visible()
        page.context.clear_cookies()
        page.goto(f"{tend.url}/sign-in")
        page.get_by_label("E-mail").fill("ivo@tend.example")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        accounts = page.get_by_role("link", name="Accounts", exact=True).first
        expect(accounts).to_have_accessible_description("1")  # the number describes the link, is no part of its name
        accounts.click()
        expect(page.get_by_role("link", name="Heron House")).to_be_visible()
        expect(page.get_by_text("Marisol", exact=True)).to_have_count(0)
