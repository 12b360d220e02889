"""Text cells of exports: kept from being run by a spreadsheet, and given back on import.

A CSV writer must also quote every cell, so that another separator cannot begin a
new cell inside a text.
"""

from __future__ import annotations

import re

# What spreadsheets take for the start of a formula, also behind invisible signs
# and in full width. A signed plain number ("-5", "+49 30 123") runs nothing.
_RUNS = (
    r"(?![+-]\d[\d .,\u00a0]*\Z)"
    r"(?:[\s\x00\ufeff\u200b\u2060]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\x00])"
)
_TO_NEUTRALISE = re.compile(rf"'*{_RUNS}")
_NEUTRALISED = re.compile(rf"'+{_RUNS}")


def neutralise(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would run it."""
    return "'" + text if _TO_NEUTRALISE.match(text) else text


def restore(text: str) -> str:
    """What `neutralise` was given: `restore(neutralise(text)) == text` for every text."""
    return text[1:] if _NEUTRALISED.match(text) else text
