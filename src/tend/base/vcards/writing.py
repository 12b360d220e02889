"""Cards as bytes: version 4.0 (RFC 6350), or 3.0 (RFC 2426) for programs that know no newer one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from tend.base.icalendar import escaped, folded
from tend.base.vcards.card import Card, Place, Point

Version = Literal["4.0", "3.0"]
PRODUCT = "-//Tend//Contacts//EN"
_TYPES = {"mobile": "cell", "fax": "fax", "pager": "pager", "work": "work", "home": "home"}
_OLD_ONLY = {"main": "main", "car": "car"}
_DAY = re.compile(r"^(\d{4})-(\d\d)-(\d\d)$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def written(cards: Iterable[Card], version: Version = "4.0") -> Iterator[bytes]:
    """Each card as the lines of a file. The first phone, address and so on is marked as the preferred one."""
    for card in cards:
        yield b"".join(map(folded, _lines(card, version)))


def _lines(card: Card, version: Version) -> Iterator[str]:
    new = version == "4.0"
    yield from ("BEGIN:VCARD", f"VERSION:{version}", f"PRODID:{PRODUCT}")
    if card.uid:
        yield f"UID:{escaped(card.uid)}"
    if card.revised:
        yield f"REV:{card.revised}"
    if new and card.is_company:
        yield "KIND:org"
    yield f"FN:{escaped(card.name or card.company)}"
    names = (card.last_name, card.first_name, card.middle_name, card.prefix, card.suffix)
    yield f"N:{';'.join(map(escaped, names))}"
    if card.is_company and not new:
        yield "X-ABSHOWAS:COMPANY"
    if card.nickname:
        yield f"NICKNAME:{escaped(card.nickname)}"
    if card.company or card.department:
        yield "ORG:" + ";".join(
            map(escaped, filter(None, (card.company, card.department)))
            if card.company
            else ["", escaped(card.department)]
        )
    if card.title:
        yield f"TITLE:{escaped(card.title)}"
    yield from _points(card, new)
    if found := _DAY.match(card.birthday):
        yield f"BDAY:{''.join(found.groups()) if new else card.birthday}"
    if new and card.language:
        yield f"LANG:{escaped(card.language)}"
    if card.categories:
        yield f"CATEGORIES:{','.join(map(escaped, card.categories))}"
    if card.note:
        yield f"NOTE:{escaped(card.note)}"
    yield "END:VCARD"


def _points(card: Card, new: bool) -> Iterator[str]:
    group = 0
    kinds: tuple[tuple[str, Sequence[Point | Place]], ...] = (
        ("TEL", card.phones), ("EMAIL", card.emails), ("ADR", card.places), ("URL", card.urls),
    )  # fmt: skip
    for name, found in kinds:
        for at, one in enumerate(found):
            types, own = _types(one.label, new)
            preferred = at == 0 and len(found) > 1
            if preferred and not new:
                types.append("PREF")
            head = name + (f";TYPE={','.join(types)}" if types and (not new or len(types) == 1) else "")
            head += ";PREF=1" if preferred and new else ""
            value = _address(one) if isinstance(one, Place) else _value(name, one)
            if not own:
                yield f"{head}:{value}"
                continue
            group += 1
            yield f"item{group}.{head}:{value}"
            yield f"item{group}.X-ABLabel:{escaped(own)}"


def _types(label: str, new: bool) -> tuple[list[str], str]:
    """The types of a label, and the label itself where the standard has no word for it."""
    known = _TYPES.get(label) or ("" if new else _OLD_ONLY.get(label, ""))
    if known:
        return [known if new else known.upper()], ""
    return [], label


def _value(name: str, one: Point) -> str:
    return _CONTROL.sub("", one.value) if name == "URL" else escaped(one.value)


def _address(place: Place) -> str:
    return ";".join(map(escaped, ("", "", place.street, place.city, place.region, place.postal_code, place.country)))
