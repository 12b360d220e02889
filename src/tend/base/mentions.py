"""Names after an @ in a text: where they stand, whom they mean, and the text in pieces. Who people are is not here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# An address of e-mail, a handle of two dots or a path is no beginning: before the @ stands nothing or a blank or a bracket.
_BEGIN = re.compile(r"(?<![\w.@/+-])@(?=\w)")
_WORD = re.compile(r"\w[\w'’-]*")


@dataclass(frozen=True)
class Named:
    """A name that stands in a text, without its @. `people` are the keys of those who may be meant: one is certain."""

    written: str
    people: tuple[int, ...]


def begins(text: str) -> bool:
    """May a text name somebody at all?"""
    return "@" in text and _BEGIN.search(text) is not None


def named_in(text: str, names: Mapping[int, str]) -> list[Named]:
    """Who is named, in the order of the text; each spelling once.

    The longest full name that stands after the @ counts, letters large or small. A single first name counts when one
    person is called so; when several are, all of them are given, so that the writer can be asked. Other words are text.
    """
    found: dict[str, Named] = {}
    whole = sorted(names.items(), key=lambda one: -len(one[1]))
    for match in _BEGIN.finditer(text):
        at = match.end()
        named = _whole(text, at, whole) or _first(text, at, names)
        if named is not None:
            found.setdefault(named.written, named)
    return list(found.values())


def _whole(text: str, at: int, names: Sequence[tuple[int, str]]) -> Named | None:
    fitting = [(pk, name) for pk, name in names if name and _stands(text, at, name)]
    if not fitting:
        return None
    longest = len(fitting[0][1])
    return Named(text[at : at + longest], tuple(pk for pk, name in fitting if len(name) == longest))


def _first(text: str, at: int, names: Mapping[int, str]) -> Named | None:
    word = _WORD.match(text, at)
    if word is None:
        return None
    said = word[0].casefold()
    people = tuple(
        pk for pk, name in names.items() if name.split(maxsplit=1)[:1] and name.split()[0].casefold() == said
    )
    return Named(word[0], people) if people else None


def _stands(text: str, at: int, name: str) -> bool:
    end = at + len(name)
    return text[at:end].casefold() == name.casefold() and not (
        end < len(text) and (text[end].isalnum() or text[end] == "_")
    )


def pieces(text: str, now: Mapping[str, str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is a name: `now` says how who was written so is called today."""
    found: list[tuple[str, bool]] = []
    written = sorted(now, key=len, reverse=True)
    last = 0
    for match in _BEGIN.finditer(text):
        at = match.end()
        name = next((w for w in written if _stands(text, at, w)), None)
        if name is None or match.start() < last:
            continue
        found += [(text[last : match.start()], False), ("@" + now[name], True)]
        last = at + len(name)
    found.append((text[last:], False))
    return [(piece, is_name) for piece, is_name in found if piece]
