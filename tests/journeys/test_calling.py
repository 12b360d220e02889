"""A day on the telephone without a mouse: twenty calls, each leaves its next call planned and a sentence that says why."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings, live_tend
from tests.journeys.test_thin_line_over_rest import Api

pytestmark = pytest.mark.browser
PASSWORD = "harbour lantern and rope"
CALLS = 20
# How the calls end, in turn: the words on the pad, and what is said afterwards.
ENDS = (
    ("Reached", "Call planned for"),
    ("No answer", "Next try"),
    ("Reached", "Call planned for"),
    ("Declined", "Call planned for"),
    ("Busy", "Next try"),
)
CLICKS = "addEventListener('pointerdown', () => { sessionStorage.setItem('clicked', 'yes'); }, true)"


def company_of_calls(api: Api) -> list[str]:
    """Accounts that were last spoken to six weeks ago, so that each is due; their names."""
    status = api(
        "POST", "/interaction-statuses", {"name": "Regular", "interval": 30, "for_accounts": True, "mark": "R"}
    )
    six_weeks = (dt.datetime.now(dt.UTC) - dt.timedelta(days=42)).isoformat()
    names = []
    for n in range(1, CALLS + 1):
        names.append(f"Harbour {n:02d}")
        made = api("POST", "/accounts", {
            "name": names[-1], "phone": f"+34 600 555 {n:03d}", "lifecycle": "customer", "interaction_status": status["id"],
        })  # fmt: skip
        logged = api(
            "POST", f"/accounts/{made['id']}/log-call", {"outcome": "Reached", "at": six_weeks, "text": f"Talk {n}"}
        )
        assert logged["says"], logged
    return names


def sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_label("E-mail").focus()
    page.keyboard.type("ana@tend.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/today"))


def test_twenty_calls_are_logged_without_a_mouse(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(15_000)
    page.add_init_script(CLICKS)
    with live_tend(tmp_path / "data") as tend:
        tend.run("user", "add", "ana@tend.example", "--name", "Ana Prado", "--role", "administrator", "--password-stdin", given=PASSWORD)  # fmt: skip
        names = company_of_calls(Api(tend, "ana@tend.example"))
        sign_in(page, tend.url)
        expect(page.get_by_text("20 calls left of 20")).to_be_visible()
        assert accessibility_findings(page) == []
        page.keyboard.press("Enter")  # Start calling

        called: dict[str, tuple[str, str]] = {}
        for n in range(CALLS):
            expect(page.get_by_role("heading", level=1)).to_have_text(f"{n + 1} of {CALLS}")
            name = page.locator(".cockpit-name").inner_text()
            number = names.index(name) + 1
            assert name not in called, f"{name} came twice"
            expect(page.get_by_role("link", name=re.compile(r"\+34 600 555 ?0?\d"))).to_be_visible()
            expect(page.get_by_text(f"Talk {number}", exact=True)).to_be_visible()
            expect(page.get_by_text(re.compile("^Regular, 30 days after "))).to_be_visible()
            if n == 0:
                assert accessibility_findings(page) == []
            outcome, follows = ENDS[n % len(ENDS)]
            key = page.get_by_role("button", name=re.compile(f"^{outcome}")).locator("kbd").inner_text()
            page.keyboard.press("l")
            expect(page.get_by_label("What was said")).to_be_focused()
            page.keyboard.type(f"Said 1 to {name}")  # a digit in the note logs nothing
            page.keyboard.press("Escape")
            page.keyboard.press(key)
            told = page.get_by_role("status").filter(has_text=f"{name}: ")
            expect(told).to_contain_text(follows)
            if outcome == "Declined":  # who says "not now" may rest, by one more key
                expect(told.get_by_role("link", name="Pause the cycle")).to_be_visible()
            called[name] = (outcome, told.inner_text())
        expect(page).to_have_url(re.compile("/today$"))
        expect(page.get_by_text("Nobody is waiting for you today")).to_be_visible()
        assert sorted(called) == sorted(names)

        last = list(called)[-1]
        page.keyboard.press("z")  # the last one is taken back, and logged once more
        expect(page.get_by_text("1 call left of")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator(".cockpit-name")).to_have_text(last)
        page.keyboard.press("1")
        expect(page.get_by_text("Nobody is waiting for you today")).to_be_visible()
        called[last] = ("Reached", "")

        today = dt.datetime.now(dt.UTC)
        for name, (outcome, _told) in called.items():
            page.keyboard.press("Control+k")
            page.keyboard.type(name)
            expect(page.get_by_role("option", name=re.compile(name)).first).to_be_visible()
            page.keyboard.press("Enter")
            talk = page.get_by_role("region", name="Next talk")
            expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
            expect(talk.get_by_role("heading")).to_have_text(re.compile(r"\d"))
            why = (
                "attempt 2 of" if outcome in ("No answer", "Busy") else f"Regular, 30 days after {today.day} {today:%b}"
            )
            expect(talk).to_contain_text(why)
            if name != last:
                expect(page.get_by_text(f"Said 1 to {name}")).to_be_visible()
        assert accessibility_findings(page) == []
        assert page.evaluate("sessionStorage.getItem('clicked')") is None
        assert json.loads(tend.run("doctor", "--json"))["holds"] is True
