"""A price list dropped on an account: looked at, found by its words, followed by the next version, and attached elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.base.contents.papers import pdf
from tests.browser import accessibility_findings, live_tend
from tests.journeys.test_calling import PASSWORD, sign_in
from tests.journeys.test_merging import picture
from tests.journeys.test_thin_line_over_rest import Api

pytestmark = pytest.mark.browser
LONG = "General terms of delivery and payment for hotels, restaurants and catering companies in the region of Cádiz.pdf"
DROP = """([target, name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: files }));
  }
}"""


def test_a_price_list_is_dropped_found_and_renewed(page: Page, tmp_path: Path) -> None:
    page.set_default_timeout(20_000)
    with live_tend(tmp_path / "data") as tend:
        tend.run("user", "add", "ana@tend.example", "--name", "Ana Prado", "--role", "administrator", "--password-stdin", given=PASSWORD)  # fmt: skip
        api = Api(tend, "ana@tend.example")
        account = api("POST", "/accounts", {"name": "Hotel Marisol", "lifecycle": "customer"})
        api("POST", "/contacts", {"first_name": "Lucia", "last_name": "Marin", "accounts": [account["id"]]})
        sign_in(page, tend.url)

        page.goto(f"{tend.url}/accounts/{account['id']}")
        here = page.locator("#documents-here")
        expect(here.get_by_label("Bring files")).to_be_visible()
        here.evaluate_handle("node => node.querySelector('form')").as_element().evaluate("(form, given) => (" + DROP + ")([form, ...given])", ["Prices 2026.txt", "Twelve glasshouse rooms"])  # type: ignore[union-attr]  # fmt: skip
        expect(page.get_by_text("“Prices 2026” is kept.")).to_be_visible()
        here.get_by_label("Bring files").set_input_files([{"name": "setup.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90"}])  # fmt: skip
        expect(here.get_by_text("This is a program. Tend keeps documents, no programs.")).to_be_visible()
        here.get_by_label("Bring files").set_input_files([{"name": LONG, "mimeType": "application/pdf", "buffer": pdf("Terms")}])  # fmt: skip
        expect(here.get_by_role("link", name=re.compile("^General terms"))).to_be_visible()
        assert accessibility_findings(page) == []
        picture(page, "account-with-documents")

        here.get_by_role("link", name="Prices 2026", exact=True).click()
        expect(page.get_by_role("heading", name="Prices 2026")).to_be_visible()
        page.get_by_role("link", name=re.compile("^Bring a new one")).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("File").set_input_files([{"name": "prices.pdf", "mimeType": "application/pdf", "buffer": pdf("Winter garden prices")}])  # fmt: skip
        dialog.get_by_label("What changed").fill("for spring")
        dialog.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name="2: prices.pdf")).to_be_visible()
        expect(page.get_by_text("for spring")).to_be_visible()
        for _ in range(40):  # the worker looks into it
            if page.get_by_role("img", name="How Prices 2026 looks").count():
                break
            page.wait_for_timeout(250)
            page.reload()
        shown = page.get_by_role("img", name="How Prices 2026 looks")
        expect(shown).to_be_visible()
        assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
        assert accessibility_findings(page) == []
        picture(page, "document")
        with page.expect_download() as saved:
            page.get_by_role("link", name="Save the file").click()
        assert saved.value.suggested_filename == "prices.pdf"

        page.get_by_role("region", name="Hangs on").get_by_role("link", name=re.compile("^Add")).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name=re.compile("^A person")).click()
        picture(page, "attach")
        page.keyboard.type("Lucia")
        page.get_by_role("option", name=re.compile("Lucia Marin")).click()
        dialog.get_by_role("button", name=re.compile("Attach|Save|Do")).click()
        expect(page.get_by_role("link", name="Lucia Marin")).to_be_visible()

        page.goto(f"{tend.url}/search?q=winter+garden")
        expect(page.get_by_role("link", name=re.compile("Prices 2026")).first).to_be_visible()
        page.goto(f"{tend.url}/documents")
        expect(page.get_by_role("link", name="Expire soon")).to_be_visible()
        expect(page.get_by_role("link", name="Import", exact=True)).to_have_count(0)
        picture(page, "documents")
        page.goto(f"{tend.url}/documents/new")
        picture(page, "new-document")
        assert accessibility_findings(page) == []
