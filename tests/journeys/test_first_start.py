"""Tend starts on an empty folder, answers at once, and ends when told to."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import accessibility_findings, live_tend

pytestmark = pytest.mark.browser


def test_an_empty_folder_becomes_a_tend_with_a_sign_in_page(page: Page, tmp_path: Path) -> None:
    with live_tend(tmp_path / "data") as tend:
        page.goto(f"{tend.url}/sign-in")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        sheets = page.evaluate("() => [...document.styleSheets].map(sheet => sheet.cssRules.length)")
        assert sheets, "no style sheet was loaded"
        assert min(sheets) > 0
        assert accessibility_findings(page) == []
        page.emulate_media(color_scheme="dark")
        assert accessibility_findings(page) == []
    assert tend.process.returncode == 0
    assert "Traceback" not in tend.log.read_text()
