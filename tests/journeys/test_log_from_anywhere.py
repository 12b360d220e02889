"""One key, one line, one Enter: talks are logged from any page without a mouse, and nothing typed is lost when a rule says no."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings, live_tend
from tests.journeys.test_calling import CLICKS, PASSWORD, sign_in
from tests.journeys.test_thin_line_over_rest import Api

pytestmark = pytest.mark.browser
# Toasts leave after ten seconds, which a busy machine may need for a page: what they said is kept.
TOASTS = """
addEventListener('DOMContentLoaded', () => {
  const keep = () => document.querySelectorAll('[data-toast] .toast-text').forEach((toast) => {
    const said = JSON.parse(sessionStorage.getItem('told') ?? '[]');
    const text = toast.textContent.trim();
    if (said.at(-1) !== text) sessionStorage.setItem('told', JSON.stringify([...said, text]));
  });
  keep();
  new MutationObserver(keep).observe(document.body, { childList: true, subtree: true });
});
"""


def was_told(page: Page, *texts: str) -> None:
    """Waits until a toast that says all of this stood on a page; the toasts before it count no more."""
    for _attempt in range(60):
        said = page.evaluate("JSON.parse(sessionStorage.getItem('told') ?? '[]')")
        at = next((n for n, one in enumerate(said) if all(text in one for text in texts)), None)
        if at is not None:
            page.evaluate("(said) => sessionStorage.setItem('told', JSON.stringify(said))", said[at + 1 :])
            return
        page.wait_for_timeout(500)
    pytest.fail(f"nobody said {texts}, but {said}, on {page.url}: {page.locator('main').inner_text()}")


def test_talks_are_logged_from_anywhere_without_a_mouse(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(30_000)
    expect.set_options(timeout=20_000)
    page.add_init_script(CLICKS)
    page.add_init_script(TOASTS)
    with live_tend(tmp_path / "data") as tend:
        tend.run("user", "add", "ana@tend.example", "--name", "Ana Prado", "--role", "administrator", "--password-stdin", given=PASSWORD)  # fmt: skip
        api = Api(tend, "ana@tend.example")
        status = api(
            "POST", "/interaction-statuses", {"name": "Regular", "interval": 30, "for_accounts": True, "mark": "R"}
        )
        made = api(
            "POST",
            "/accounts",
            {"name": "Kestrel Packaging", "lifecycle": "customer", "interaction_status": status["id"]},
        )
        api("POST", "/accounts", {"name": "Harbour Light", "lifecycle": "customer", "interaction_status": status["id"]})
        person = api("POST", "/contacts", {"first_name": "Lucia", "last_name": "Vega", "accounts": [made["id"]]})
        sign_in(page, tend.url)

        page.goto(f"{tend.url}/contacts")  # any page: the key, the account, the line, Enter
        page.keyboard.press("l")
        page.keyboard.type("kestr")  # while the dialog is on its way
        dialog = page.get_by_role("dialog", name="Log a talk")
        expect(dialog).to_be_visible()
        expect(dialog.get_by_role("option", name="Kestrel Packaging")).to_be_visible()
        page.keyboard.press("Enter")
        line = dialog.get_by_label("Log a call, note or task")
        expect(line).to_be_focused()
        page.keyboard.type("call reached Wants the new list")
        expect(dialog.get_by_role("radio", name="Call", exact=True)).to_be_checked()
        expect(dialog.get_by_role("radio", name=re.compile("^Reached next"))).to_be_checked()
        assert accessibility_findings(page) == []
        page.keyboard.press("Enter")
        was_told(page, "Kestrel Packaging: ", "Call planned for", "Regular, every 30 days")
        expect(page).to_have_url(re.compile("/contacts$"))

        page.goto(f"{tend.url}/accounts/{made['id']}")  # a record: the line is there, and the choice is reached by keys
        expect(page.get_by_text("Wants the new list")).to_be_visible()
        page.keyboard.press("l")
        line = page.get_by_label("Log a call, note or task")
        expect(line).to_be_focused()
        page.keyboard.type("call They were short of time")
        page.keyboard.press("Enter")  # how it ended is not said: refused, nothing typed is lost
        expect(page.get_by_text("Choose how it ended.")).to_be_visible()
        expect(line).to_have_value("call They were short of time")
        expect(page.get_by_role("radio", name=re.compile("^Reached"))).to_be_focused()
        page.keyboard.press("ArrowDown")
        chosen = page.get_by_role("radio", name=re.compile("^No answer"))
        expect(chosen).to_be_checked()
        expect(chosen).to_be_focused()
        assert accessibility_findings(page) == []
        page.keyboard.press("Enter")
        was_told(page, "Next try")
        expect(page.get_by_text("They were short of time")).to_be_visible()
        page.keyboard.press("z")
        expect(page.get_by_text("They were short of time")).to_be_hidden()

        page.goto(f"{tend.url}/contacts/{person['id']}")
        page.keyboard.press("l")
        page.keyboard.type("mail received Yes to the offer")
        page.keyboard.press("Enter")
        was_told(page, "Call planned for")
        expect(page.get_by_role("link", name="E-mail received", exact=True)).to_be_visible()
        page.get_by_role("link", name="Answer: E-mail received").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Answer")
        expect(dialog.get_by_label("Log a call, note or task")).to_be_focused()
        page.keyboard.type("Sent her the contract")
        page.keyboard.press("Enter")
        expect(
            page.get_by_role("list", name="Answers to E-mail received").get_by_text("Sent her the contract")
        ).to_be_visible()
        page.get_by_role("link", name="Plan a follow-up: E-mail received").focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="Plan a follow-up")
        dialog.get_by_label("Subject").focus()
        page.keyboard.type("Ask whether it is signed")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Ask whether it is signed, today", exact=True)).to_be_visible()
        expect(page.get_by_text("follows E-mail")).to_be_visible()
        assert accessibility_findings(page) == []

        page.keyboard.press("Control+k")
        page.keyboard.type("log a talk")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/log$"))
        page.keyboard.press("Escape")  # leaves the line, so that keys are keys
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys of this page").get_by_text("log a talk")).to_be_visible()
        page.keyboard.press("Escape")
        assert page.evaluate("sessionStorage.getItem('clicked')") is None

        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{tend.url}/log?account={made['id']}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert accessibility_findings(page) == []

        told = json.loads(
            tend.run(
                "do", "log-call", "accounts", str(made["id"]), "--outcome", "declined", "--text", "Not now", "--json"
            )
        )
        assert any("Call planned for" in sentence for sentence in told["says"]), told
        done = api("GET", f"/activities/{told['made']}")
        assert (done["outcome"]["name"], done["text"]) == ("Declined", "Not now")
        assert dt.datetime.fromisoformat(done["done_at"]).date() == dt.datetime.now(dt.UTC).date()
        assert json.loads(tend.run("doctor", "--json"))["holds"] is True
