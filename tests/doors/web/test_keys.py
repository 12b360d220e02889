"""Every key that a template gives to a control is in the registry, so that the page of keys can tell of it."""

from __future__ import annotations

import re
from pathlib import Path

from tend.doors.web import keys
from tests.cast import Cast

TEMPLATES = Path(keys.__file__).parent / "templates"


def test_every_key_of_a_template_is_in_the_registry() -> None:
    said = {
        (path.name, key)
        for path in TEMPLATES.rglob("*.html")
        for key in re.findall(r'data-key="([^"{]+)"', path.read_text())
        if not key.isdigit()
    }
    assert {(name, key) for name, key in said if key not in keys.KNOWN} == set()
    assert {cap for group in keys.GROUPS for key in group.keys for cap in key.caps if key.is_chord} == {
        "Ctrl",
        "K",
        "Shift",
        "j",
    }


def test_the_page_of_keys_tells_when_they_are_switched_off(cast: Cast) -> None:
    browser = cast.client(cast.manager)
    assert b"Single keys are switched off" not in browser.get("/accounts").content
    browser.post("/palette/prefer", {"keys": "off"})
    page = browser.get("/accounts").content.decode()
    assert 'data-keys="off"' in page
    assert "Single keys are switched off for you." in page
