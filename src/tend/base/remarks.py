"""What a remark says as data: the lines that are just `key=value`.

Storing values and giving them back to book fields is not here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

LONGEST_KEY = 60
LONGEST_VALUE = 200

_LINE = re.compile(r"^ {0,3}(?P<key>[^\W\d_](?:[\w.-]{0,58}\w)?)=(?P<value>\S.*?)\s*$")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_LINK = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
# Calls, statements, comparisons and arrows are code, markup is markup.
_CODE = re.compile(r"^[=>~<!+*/%&|]|[;{}]\s*$|\w\(|->|</|\[\s*$")
_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“", "«": "»"}


def parse_remark(text: str) -> list[tuple[str, str]]:
    """The (key, value) pairs of a remark, in order; a key may come more than once.

    A line counts when nothing else stands on it, no blank surrounds the "=", the
    key begins with a letter and has only letters, digits, "_", "-" and ".", and
    the value is not empty. A value in quotes may hold anything (a quote inside is
    doubled); a bare one no further "=" unless it is a link, and nothing that reads
    as code. Lines in a fence or indented by four do not count. Keys come back in
    lower case.
    """
    return [pair for _line, pair in _lines(text) if pair is not None]


def take_out(text: str, is_wanted: Callable[[str], bool]) -> tuple[str, list[tuple[str, str]]]:
    """Part a remark into the text that stays and the pairs whose key is wanted, in order.

    Only the lines of those pairs go; a text of which nothing is left comes back empty.
    """
    kept: list[str] = []
    taken: list[tuple[str, str]] = []
    for line, pair in _lines(text):
        if pair is not None and is_wanted(pair[0]):
            taken.append(pair)
        else:
            kept.append(line)
    return "\n".join(kept).strip() if taken else text, taken


def _lines(text: str) -> Iterator[tuple[str, tuple[str, str] | None]]:
    """Each line with the pair that it says."""
    is_fenced = False
    for line in text.splitlines():
        pair = None
        if _FENCE.match(line):
            is_fenced = not is_fenced
        elif not is_fenced:
            match = _LINE.match(line)
            value = _value(match["value"]) if match else None
            if match and value:
                pair = (remark_key(match["key"]), value)
        yield line, pair


def _value(typed: str) -> str | None:
    """The value meant by what stands behind the "=", None when the line is no data."""
    closing = _QUOTES.get(typed[0])
    if closing and len(typed) > 1 and typed.endswith(closing):
        inner = typed[1:-1]
        if closing not in inner.replace(closing * 2, ""):
            unquoted = inner.replace(closing * 2, closing).strip()
            return unquoted if len(unquoted) <= LONGEST_VALUE else None
    if len(typed) > LONGEST_VALUE or (closing and typed[0] != "'"):
        return None
    if _LINK.match(typed):
        return typed
    return None if "=" in typed or _CODE.search(typed) else typed


def remark_key(key: str) -> str:
    """The one spelling of a key: composed letters, lower case."""
    return unicodedata.normalize("NFC", key).lower()


def is_remark_key(text: str) -> bool:
    """Whether a text may stand before the "=" of a remark's line."""
    match = _LINE.match(f"{text}=x")
    return match is not None and match["key"] == text


def format_remark(key: str, value: str) -> str:
    """The line that says this pair, quoted where a bare value would be misread.

    Line breaks in the value become blanks. Raises ValueError for a text that is
    no key and for an empty or too long value.
    """
    plain = " ".join(value.split())
    if not is_remark_key(key) or not plain or len(plain) > LONGEST_VALUE:
        raise ValueError("not a pair that a remark can hold")
    bare = f"{key}={plain}"
    if parse_remark(bare) == [(remark_key(key), plain)]:
        return bare
    return '{}="{}"'.format(key, plain.replace('"', '""'))
