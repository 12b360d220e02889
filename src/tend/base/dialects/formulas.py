"""Keeps a spreadsheet from running what a cell of an export says, and takes the guard off on the way back."""

from __future__ import annotations

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_GUARD = "'"


def guard(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet would run it; `unguard` gives the original back."""
    return _GUARD + text if text.lstrip(_GUARD).startswith(_RUNS) else text


def unguard(text: str) -> str:
    """The text that `guard` was given; a text that was never guarded comes back as it is."""
    if text.startswith(_GUARD) and text.lstrip(_GUARD).startswith(_RUNS):
        return text[1:]
    return text
