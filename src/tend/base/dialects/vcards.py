"""vCards as a table: a card is a row, and each number, address and label stands in a column of its own.

The columns are those that the cards of the file fill; a property without a place among them gets a column by its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tend.base.dialects.dialect import MAX_COLUMNS
from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop
from tend.base.vcards.card import Card, Place, Point
from tend.base.vcards.reading import read_cards

MOST_OF_A_KIND = 10
"""Columns for numbers, e-mail or web addresses; what a card has beyond them joins the last."""
MOST_PLACES = 3
MAX_CARDS = 1_000_000
PICTURES, GROUPS = "pictures", "groups"
"""What is left out of the table."""

_TEXTS: tuple[tuple[str, Callable[[Card], str]], ...] = (
    ("UID", lambda card: card.uid), ("Full name", lambda card: card.name), ("Prefix", lambda card: card.prefix),
    ("First name", lambda card: card.first_name), ("Middle name", lambda card: card.middle_name),
    ("Last name", lambda card: card.last_name), ("Suffix", lambda card: card.suffix), ("Nickname", lambda card: card.nickname),
    ("Company", lambda card: card.company), ("Department", lambda card: card.department), ("Job title", lambda card: card.title),
)  # fmt: skip
_FURTHER: tuple[tuple[str, Callable[[Card], str]], ...] = (
    ("Birthday", lambda card: card.birthday), ("Birthday without a year", lambda card: card.yearless_birthday),
    ("Language", lambda card: card.language), ("Categories", lambda card: "; ".join(card.categories)), ("Note", lambda card: card.note),
)  # fmt: skip
_POINTS: tuple[tuple[str, Callable[[Card], list[Point]]], ...] = (
    ("E-mail", lambda card: card.emails), ("Phone", lambda card: card.phones), ("Web", lambda card: card.urls),
)  # fmt: skip
_OF_PLACE: tuple[tuple[str, Callable[[Place], str]], ...] = (
    ("label", lambda place: place.label), ("street", lambda place: place.street), ("city", lambda place: place.city),
    ("region", lambda place: place.region), ("postal code", lambda place: place.postal_code),
    ("country", lambda place: place.country),
)  # fmt: skip
_KINDS = {"billing": "Billing address", "shipping": "Shipping address"}
"""Kinds of a further address that have columns of their own, as Tend writes them."""
ALWAYS = (
    "UID",
    "Full name",
    "First name",
    "Last name",
    "Company",
    "E-mail 1",
    "E-mail 1 label",
    "Phone 1",
    "Phone 1 label",
)
"""Columns of every file of cards, filled or not: by them it is recognised."""


def columns_of(path: Path, encoding: str) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    """The columns that the cards fill, in a fixed order, and how many things are left out. Raises UnreadableFile."""
    seen: dict[str, None] = {}
    others: dict[str, None] = {}
    left_out: Counter[str] = Counter()
    for number, card in enumerate(read_cards(path, encoding), 1):
        if number > MAX_CARDS:
            raise UnreadableFile(
                "too_many_rows",
                gettext_noop("The file has more than %(limit)s rows. Divide it into several files."),
                limit=MAX_CARDS,
            )
        left_out[PICTURES] += card.pictures
        left_out[GROUPS] += card.is_group
        if card.is_group:
            continue
        seen.update(dict.fromkeys(name for name, text in _cells(card).items() if text))
        others.update(dict.fromkeys(card.others))
        if len(others) > MAX_COLUMNS // 2:
            raise UnreadableFile(
                "too_wide", gettext_noop("The table has more than %(limit)s columns."), limit=MAX_COLUMNS // 2
            )
    used = [name for name in _order() if name in seen or name in ALWAYS]
    return (*used, *(name for name in others if name not in used)), tuple((k, n) for k, n in left_out.items() if n)


def read_rows_of_cards(path: Path, encoding: str, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Yields (number of the card, cells in the order of `columns`). Raises UnreadableFile."""
    for number, card in enumerate(read_cards(path, encoding), 1):
        if not card.is_group:
            cells = {**card.others, **_cells(card)}
            yield number, [cells.get(column, "") for column in columns]


def _order() -> Iterator[str]:
    yield from (name for name, _read in _TEXTS)
    for kind, _points in _POINTS:
        for at in range(1, MOST_OF_A_KIND + 1):
            yield from (f"{kind} {at} label", f"{kind} {at}")
    for at in range(1, MOST_PLACES + 1):
        yield from (f"Address {at} {word}" for word, _read in _OF_PLACE)
    for kind in _KINDS.values():
        yield from (f"{kind} {word}" for word, _read in _OF_PLACE[1:])
    yield from (name for name, _read in _FURTHER)


def _cells(card: Card) -> dict[str, str]:
    cells = {name: read(card) for name, read in (*_TEXTS, *_FURTHER)}
    for kind, points_of in _POINTS:
        points = points_of(card)
        for at, point in enumerate(points[:MOST_OF_A_KIND], 1):
            cells[f"{kind} {at} label"] = point.label
            cells[f"{kind} {at}"] = point.value
        if len(points) > MOST_OF_A_KIND:
            cells[f"{kind} {MOST_OF_A_KIND}"] = "; ".join(point.value for point in points[MOST_OF_A_KIND - 1 :])
    at = 0
    for place in card.places:
        kind = place.label.lower()
        if kind in _KINDS and at and f"{_KINDS[kind]} street" not in cells:
            cells.update({f"{_KINDS[kind]} {word}": read(place) for word, read in _OF_PLACE[1:]})
        elif at < MOST_PLACES:
            at += 1
            cells.update({f"Address {at} {word}": read(place) for word, read in _OF_PLACE})
    return cells
