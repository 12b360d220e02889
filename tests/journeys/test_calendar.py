"""A manager moves what is planned: by dragging, by a key, on the phone; and a colleague's calendar follows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests import icalendar
from tests.browser import accessibility_findings, live_tend, sign_in_administrator

pytestmark = pytest.mark.browser


def test_what_is_planned_is_moved_and_followed(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": 1440, "height": 1400})  # a hand drags what it sees
    with live_tend(tmp_path / "data") as tend:
        sign_in_administrator(page, tend)

        page.goto(f"{tend.url}/me/calendar")
        page.get_by_label("Name").fill("Phone")
        page.get_by_role("button", name="Make the address").click()
        address = page.get_by_label("Calendar address").input_value()

        page.goto(f"{tend.url}/calendar?show=month")
        expect(page.get_by_text("Nothing stands here yet.")).to_be_visible()
        page.keyboard.press("n")
        page.get_by_label("Subject").fill("Show the soap")
        page.get_by_role("button", name="Save").first.click()
        page.goto(f"{tend.url}/calendar?show=month")
        entry = page.locator(".calendar-entry", has_text="Show the soap")
        today = page.locator("[data-today]").get_attribute("data-day")
        assert today is not None
        (found,) = icalendar.events(urlopen(address).read())
        assert found.moment("DTSTART").isoformat() == today
        assert accessibility_findings(page) == []

        later = page.locator("[data-day]").last.get_attribute("data-day")
        if later == today:  # the last day that the month shows
            page.keyboard.press("]")
        entry.drag_to(page.locator("[data-day]").last)
        expect(page.locator(f'[data-day="{later}"]').get_by_text("Show the soap")).to_be_visible()
        (moved,) = icalendar.events(urlopen(address).read())
        assert moved.moment("DTSTART").isoformat() == later
        assert moved.values["UID"] == found.values["UID"]

        page.keyboard.press("z")
        expect(page.locator(f'[data-day="{today}"]').get_by_text("Show the soap")).to_be_visible()

        page.keyboard.press("j")
        page.keyboard.press("m")
        tomorrow = (dt.date.fromisoformat(today) + dt.timedelta(days=1)).isoformat()
        page.get_by_role("dialog").get_by_label("To", exact=True).fill("tomorrow")
        page.get_by_role("dialog").get_by_label("At what time").fill("10:30")
        page.get_by_role("dialog").get_by_role("button", name="Move", exact=True).click()
        expect(page.get_by_text("10:30")).to_be_visible()
        page.goto(f"{tend.url}/calendar?show=day&on={tomorrow}")
        expect(page.get_by_text("10:30")).to_be_visible()

        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{tend.url}/calendar?show=week&on={tomorrow}")
        expect(page.get_by_text("Show the soap")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert accessibility_findings(page) == []
        page.locator(".calendar-open").first.click()
        expect(page.get_by_role("heading", name="Show the soap")).to_be_visible()
