"""How well typed letters fit a label: for choosing from a short list of things to do, not for searching records."""

from __future__ import annotations

from tend.base.names import normalise

GAP = 0.3  # for a letter that neither follows the last one nor begins a word
MOST = 0.15  # of that, on average, for each letter; beyond it the fit is chance


def likeness(typed: str, label: str) -> float | None:
    """A figure that is smaller for a better fit, None when the label does not fit.

    0 the label begins so; 1 each typed word begins one of its words; 2 it holds each of them; from 3 on the letters stand
    in it in their order ("nac" for "New account").
    """
    said, text = normalise(typed), normalise(label)
    if text.startswith(said):
        return 0.0
    words = said.split()
    if all(f" {word}" in f" {text}" for word in words):
        return 1.0
    if all(word in text for word in words):
        return 2.0
    return _in_order("".join(words), text)


def _in_order(letters: str, text: str) -> float | None:
    """The cheapest way to find the letters in their order."""
    ways = {-1: 0.0}  # where the last letter was found → what it cost
    for letter in letters:
        further: dict[int, float] = {}
        for at, here in enumerate(text):
            if here != letter:
                continue
            begins = at == 0 or text[at - 1] == " "
            costs = [cost + (0.0 if begins or at == last + 1 else GAP) for last, cost in ways.items() if last < at]
            if costs:
                further[at] = min(costs)
        ways = further
    cost = min(ways.values(), default=None)
    return None if cost is None or cost > MOST * len(letters) else 3.0 + cost
