"""An administrator looks as a junior, finds it in the security log, and erases a person who asked for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings, live_tend, picture
from tests.journeys.test_calling import PASSWORD, sign_in
from tests.journeys.test_thin_line_over_rest import Api

pytestmark = pytest.mark.browser


def test_looking_as_a_junior_and_erasing_a_person(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(20_000)
    with live_tend(tmp_path / "data") as tend:
        tend.run("user", "add", "ana@tend.example", "--name", "Ana Prado", "--role", "administrator", "--password-stdin", given=PASSWORD)  # fmt: skip
        api = Api(tend, "ana@tend.example")
        maya = api("POST", "/users", {"email": "maya@tend.example", "name": "Maya Wilhelmina Sorensen-Vandenberghe"})
        api("POST", f"/users/{maya['id']}/set-roles", {"roles": ["Junior"]})
        api("POST", "/accounts", {"name": "Bodega Lejos"})
        hotel = api("POST", "/accounts", {"name": "Hotel Marisol", "owner": "maya@tend.example"})
        person = api("POST", "/contacts", {"first_name": "Lucia", "last_name": "Marin", "emails": ["lucia@marisol.example"], "accounts": [hotel["id"]]})  # fmt: skip
        api("POST", "/activities", {"account": hotel["id"], "kind": "note", "subject": "About Lucia Marin", "text": "She likes tea.", "contacts": [person["id"]]})  # fmt: skip
        api("POST", "/activities", {"account": hotel["id"], "kind": "note", "text": "Ask Maya Wilhelmina Sorensen-Vandenberghe for the way in."})  # fmt: skip
        sign_in(page, tend.url)

        page.goto(f"{tend.url}/settings/people/{maya['id']}")
        page.get_by_role("button", name="Look as this user").click()
        expect(page.get_by_text("You see Tend as Maya")).to_be_visible()
        assert accessibility_findings(page) == []
        page.goto(f"{tend.url}/accounts")
        expect(page.get_by_role("link", name="Hotel Marisol")).to_be_visible()
        expect(page.get_by_text("Bodega Lejos")).to_have_count(0)
        picture(page, "looking")
        page.goto(f"{tend.url}/me")
        page.get_by_label("Name", exact=True).fill("Must not be")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("You are looking as somebody else").first).to_be_visible()
        page.get_by_role("button", name="Stop", exact=True).click()
        expect(page).to_have_url(re.compile("/settings/people/"))
        page.goto(f"{tend.url}/accounts")
        expect(page.get_by_role("link", name="Bodega Lejos")).to_be_visible()

        page.goto(f"{tend.url}/settings/security")
        expect(page.get_by_role("rowheader", name="Stopped looking as")).to_be_visible()
        picture(page, "security-log")
        page.get_by_label("What", exact=True).select_option("entering")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(page.get_by_role("rowheader", name="Signed in", exact=True).first).to_be_visible()
        expect(page.get_by_role("rowheader", name="Stopped looking as")).to_have_count(0)

        page.goto(f"{tend.url}/contacts/{person['id']}")
        page.locator("header").get_by_label("More").click()
        page.get_by_role("link", name="Erase this person").click()
        expect(page.get_by_text("her words in 1 activity")).to_be_visible()
        assert accessibility_findings(page) == []
        picture(page, "erase")
        page.get_by_label(re.compile("^Type")).fill("no")
        page.get_by_role("button", name="Erase for good").click()
        expect(page.get_by_text("her words in 1 activity")).to_be_visible()
        expect(page.get_by_label(re.compile("^Type"))).to_be_focused()
        assert accessibility_findings(page) == []
        page.get_by_label(re.compile("^Type")).fill("erase")
        page.get_by_role("button", name="Erase for good").click()
        expect(page.get_by_role("heading", name=f"Erased person {person['id']}")).to_be_visible()
        picture(page, "erased")
        page.goto(f"{tend.url}/accounts/{hotel['id']}")
        expect(page.get_by_text("Lucia")).to_have_count(0)
        expect(page.get_by_text("She likes tea.")).to_have_count(0)

        api("POST", f"/accounts/{hotel['id']}/reassign", {"to": "ana@tend.example"})
        page.goto(f"{tend.url}/settings/people/{maya['id']}/deactivate")
        page.get_by_role("button", name="Deactivate", exact=True).click()
        page.goto(f"{tend.url}/settings/people/{maya['id']}/erase")
        expect(page.get_by_text("the name in 1 talk, remark or description")).to_be_visible()
        assert accessibility_findings(page) == []
        picture(page, "erase-user")
        page.get_by_label(re.compile("^Type")).fill("erase")
        page.get_by_role("button", name="Erase for good").click()
        expect(page.get_by_role("link", name="May sign in")).to_be_visible()
        expect(page.get_by_text("Sorensen")).to_have_count(0)
        for _turn in range(200):  # the worker goes through the texts of all records
            if all("Sorensen" not in str(one) for one in api("GET", "/activities")["items"]):
                break
            page.wait_for_timeout(50)
        page.goto(f"{tend.url}/accounts/{hotel['id']}")
        expect(page.get_by_text(f"Ask Erased person {maya['id']} for the way in.")).to_be_visible()
