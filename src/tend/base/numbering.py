"""Numbers that people read out on the telephone: "K-00418" from 418 and back.

Drawing the next number of a sequence is not here.
"""

from __future__ import annotations

import re

_FEWEST_DIGITS = 5


def format_number(sequence: int, prefix: str = "K", digits: int = _FEWEST_DIGITS) -> str:
    """The number of a record: prefix, dash, at least `digits` digits.

    Raises ValueError for a sequence below 1 and a prefix that is not letters.
    """
    if sequence < 1 or not prefix.isalpha():
        raise ValueError("a number needs letters and a sequence from 1 on")
    return f"{prefix.upper()}-{sequence:0{digits}d}"


def read_number(text: str, prefix: str = "K") -> int | None:
    """The sequence in a typed number: "K-00418", "k418" and "418" are 418; None for other text."""
    match = re.fullmatch(rf"(?:{re.escape(prefix)}\s*[-–‑.]?\s*)?0*([1-9][0-9]{{0,17}})", text.strip(), re.IGNORECASE)
    return int(match[1]) if match else None
