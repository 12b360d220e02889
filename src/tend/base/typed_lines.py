"""What a line says at its start: a word for a kind of activity, a word for how it ended; the rest is the remark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from tend.base.names import normalise

Key = TypeVar("Key")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_BETWEEN = " \t\u00a0:,;.–—-"
_MOST_WORDS = 8  # of a line are looked at


@dataclass(frozen=True)
class Ending:
    """One way in which an activity of a kind ends: what stands for it in code, its kind and its name."""

    key: int
    kind: str
    name: str


@dataclass(frozen=True)
class TypedLine:
    """What was understood. `kind` is blank and `ending` None where the line does not begin with such words."""

    kind: str
    ending: int | None
    rest: str


def read_line(text: str, kinds: Mapping[str, Iterable[str]], endings: Iterable[Ending], kind: str = "") -> TypedLine:
    """Read a line. `kinds` holds the words of each kind; a `kind` that is given beforehand need not be typed.

    The longest words win, whatever their case and accents. How it ended is read only behind a kind, so that a note which
    begins with "busy" stays a note; another kind than the given one is part of the remark.
    """
    words = _words(text)
    if not words:
        return TypedLine(kind, None, text.strip())
    spoken = {code: [_folded(w) for w in said] for code, said in kinds.items()}
    named, at = _longest(words, 0, [(code, w) for code, said in spoken.items() for w in said])
    if kind and named != kind:
        named, at = kind, 0
    if not named:
        return TypedLine("", None, text.strip())
    known = [(e.key, w) for e in endings if e.kind == named for w in _names(e, spoken.get(named, []))]
    whole, end = _longest(words, 0, known)  # "meeting held" names both at once
    ending, after = (whole, end) if whole is not None and end > at else _longest(words, at, known)
    return TypedLine(named, ending, _rest(text, words, after))


def first_words(text: str, most: int = 3) -> list[tuple[str, str]]:
    """The beginnings of a text, the longest first, each with what stands behind it."""
    words = _words(text)[:most]
    return [(text[: words[n][1]].strip(), _rest(text, words, n + 1)) for n in range(len(words) - 1, -1, -1)]


def _words(text: str) -> list[tuple[str, int]]:
    """The first words of a text, folded, each with where it ends."""
    found: list[tuple[str, int]] = []
    for word in _WORD.finditer(text):
        if len(found) == _MOST_WORDS or (not found and text[: word.start()].strip()):
            break
        found.append((normalise(word[0]), word.end()))
    return found


@lru_cache(maxsize=1024)
def _folded(phrase: str) -> tuple[str, ...]:
    return tuple(word for word, _end in _words(phrase.strip()))


def _names(ending: Ending, kinds: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The name of an ending, and the same without the word of its kind at its start ("E-mail received", "received")."""
    name = _folded(ending.name)
    return [name, *(name[len(k) :] for k in kinds if k and len(name) > len(k) and name[: len(k)] == k)]


def _longest(
    words: list[tuple[str, int]], start: int, phrases: Sequence[tuple[Key, tuple[str, ...]]]
) -> tuple[Key | None, int]:
    """The longest phrase that stands at `start`, and the place behind it."""
    best: tuple[Key | None, int] = (None, start)
    for key, phrase in phrases:
        end = start + len(phrase)
        if phrase and end > best[1] and tuple(w for w, _end in words[start:end]) == phrase:
            best = (key, end)
    return best


def _rest(text: str, words: list[tuple[str, int]], count: int) -> str:
    behind = words[count - 1][1] if count else 0
    return text[behind:].lstrip(_BETWEEN).strip() if count else text.strip()
