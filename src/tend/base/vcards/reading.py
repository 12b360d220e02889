"""The cards of a file, one after the other, as phones, mail programs and online address books write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop
from tend.base.vcards.card import Card, Place, Point
from tend.base.vcards.content_lines import Lines, Property

MAX_PROPERTIES = 5_000
"""Properties of one card."""
MAX_CARD = 2_000_000
"""Characters of one card, pictures not counted."""
MAX_NESTED = 100
"""Cards inside a card."""
MAX_OUTSIDE = 10_000
"""Properties in a row that stand in no card, or in a card inside a card."""
NO_PREFERENCE = 101  # behind every PREF of version 4.0, which goes up to 100

_SILENT = frozenset({
    "VERSION", "PRODID", "MAILER", "CLASS", "SOURCE", "PROFILE", "NAME", "SORT-STRING", "CLIENTPIDMAP", "AGENT", "LABEL",
    "TZ", "GEO", "BEGIN", "END", "CALURI", "CALADRURI", "FBURL", "MEMBER", "XML", "X-ABLABEL", "X-ABADR", "X-ABUID",
    "X-ABORDER", "X-APPLE-OMIT-YEAR", "X-IMAGEHASH", "X-IMAGETYPE", "X-SHARED-PHOTO-DISPLAY-PREF", "X-CLASS",
    "X-MS-IMADDRESS", "X-MS-CARDPICTURE", "X-MS-OL-DESIGN", "X-MS-OL-DEFAULT-POSTAL-ADDRESS", "X-MS-LANGUAGE-TAG",
    "X-PHONETIC-FIRST-NAME", "X-PHONETIC-MIDDLE-NAME", "X-PHONETIC-LAST-NAME", "X-PHONETIC-ORG", "X-MOZILLA-HTML",
    "X-MOZILLA-PROPERTY", "X-ADDRESSBOOKSERVER-MEMBER", "X-ADDRESSING-GRAMMAR", "X-RADICALE-NAME",
    "X-FILE-AS", "X-MICROSOFT-CDO-IMPORTANCE",
})  # fmt: skip
_PICTURES = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_APPLE = re.compile(r"^_\$!<(.*)>!\$_$", re.DOTALL)
_NO_LABEL = frozenset({
    "VOICE", "PREF", "INTERNET", "X400", "MSG", "VIDEO", "TEXT", "DOM", "INTL", "POSTAL", "PARCEL", "X-OTHER", "TLX", "X-INTERNET",
})  # fmt: skip
_LABELS = (
    ("FAX", "fax"), ("CELL", "mobile"), ("MOBILE", "mobile"), ("IPHONE", "mobile"), ("PAGER", "pager"), ("MAIN", "main"), ("CAR", "car"),
    ("WORK", "work"), ("BUSINESS", "work"), ("HOME", "home"), ("OTHER", "other"),
)  # fmt: skip
_WORDS = {"mobile": "mobile", "cell": "mobile", "iphone": "mobile", "homefax": "fax", "workfax": "fax", "otherfax": "fax", "homepage": ""}  # fmt: skip
_DAY = re.compile(r"^(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?$")
_NO_YEAR = re.compile(r"^--(\d\d)-?(\d\d)(?:T.*)?$")
_FEWEST_YEARS = 1605  # Apple writes 1604 for a birthday without a year


def read_cards(path: Path, encoding: str) -> Iterator[Card]:
    """The cards in the order of the file; cards of groups too, which name nobody.

    Raises UnreadableFile for a file without cards, one that breaks off, and whatever has no measure.
    """
    for lines in _blocks(path, encoding):
        yield _card(lines)


def _blocks(path: Path, encoding: str) -> Iterator[list[Property]]:
    """The properties of each card; a card inside a card (an agent) is passed over."""
    held: list[Property] | None = None
    nested = size = count = outside = 0
    for found in Lines(path, encoding):
        word = found.raw.strip().upper()
        if found.name == "BEGIN" and word == "VCARD":
            if held is not None and (nested or (held and held[-1].name == "AGENT")):
                nested += 1
                if nested > MAX_NESTED:
                    raise UnreadableFile("too_large", gettext_noop("Card %(card)s is far too large."), card=count)
                continue
            if held is not None:
                yield held  # the end of the card before is missing
            held, size, count = [], 0, count + 1
        elif found.name == "END" and word == "VCARD":
            if nested:
                nested -= 1
            elif held is not None:
                yield held
                held = None
        elif held is not None and not nested:
            size += len(found.raw)
            if len(held) >= MAX_PROPERTIES or size > MAX_CARD:
                raise UnreadableFile("too_large", gettext_noop("Card %(card)s is far too large."), card=count)
            held.append(found)
            outside = 0
        else:
            outside += 1
            if outside > MAX_OUTSIDE:
                raise UnreadableFile("no_cards", gettext_noop("There is no vCard in this file."))
    if held is not None:
        raise UnreadableFile(
            "broken", gettext_noop("The file breaks off within card %(card)s. Export it again."), card=count
        )
    if not count:
        raise UnreadableFile("no_cards", gettext_noop("There is no vCard in this file."))


def _card(lines: list[Property]) -> Card:
    card = Card()
    labels = {p.group: _clean_label(p.text) for p in lines if p.name == "X-ABLABEL" and p.group}
    points: dict[str, list[tuple[int, Point]]] = {"EMAIL": [], "TEL": [], "URL": []}
    places: list[tuple[int, Place]] = []
    for one in lines:
        if one.name in points:
            if value := _bare(one):
                points[one.name].append((_preference(one), Point(value, labels.get(one.group) or _label(one))))
        elif one.name == "ADR":
            place = _place(one)
            place.label = labels.get(one.group) or _label(one)
            if place.street or place.city or place.region or place.postal_code or place.country:
                places.append((_preference(one), place))
        elif one.name in ("X-SOCIALPROFILE", "SOCIALPROFILE"):
            if "://" in (value := one.text):
                points["URL"].append((NO_PREFERENCE, Point(value, _label(one))))
        elif one.name in _PICTURES:
            card.pictures += one.name in ("PHOTO", "LOGO") and bool(one.raw.strip())
        elif one.name in _TAKE:
            _TAKE[one.name](card, one)
        elif one.name not in _SILENT and not one.name.startswith("X-EVOLUTION") and (text := one.text):
            before = card.others.get(one.name)
            card.others[one.name] = f"{before}; {text}" if before else text
    card.emails, card.phones, card.urls = (
        [p for _rank, p in sorted(found, key=lambda f: f[0])] for found in points.values()
    )
    card.places = [p for _rank, p in sorted(places, key=lambda f: f[0])]
    _settle_name(card)
    return card


def _settle_name(card: Card) -> None:
    has_parts = bool(card.first_name or card.last_name)
    card.is_company = card.is_company or (bool(card.company) and not has_parts and card.name in ("", card.company))
    if card.is_company:
        card.company = card.company or card.name
        card.name = card.first_name = card.last_name = ""
    elif not card.name:
        card.name = " ".join(filter(None, (card.first_name, card.middle_name, card.last_name)))


# --- properties of one value ----------------------------------------------------------------------------------------
def _take_name(card: Card, one: Property) -> None:
    parts = [*one.parts(), "", "", "", "", ""]
    card.last_name, card.first_name, card.middle_name, card.prefix, card.suffix = (_joined(p) for p in parts[:5])


def _take_company(card: Card, one: Property) -> None:
    name, *units = one.parts()
    card.company = card.company or name
    card.department = card.department or " / ".join(filter(None, units))


def _take_birthday(card: Card, one: Property) -> None:
    said = one.text
    if found := _NO_YEAR.match(said):
        card.yearless_birthday = f"{found[1]}-{found[2]}"
    elif found := _DAY.match(said):
        if int(found[1]) < _FEWEST_YEARS or one.params.get("X-APPLE-OMIT-YEAR") == found[1]:
            card.yearless_birthday = f"{found[2]}-{found[3]}"
        else:
            card.birthday = f"{found[1]}-{found[2]}-{found[3]}"
    else:
        card.birthday = said


def _take_note(card: Card, one: Property) -> None:
    card.note = f"{card.note}\n\n{one.text}" if card.note else one.text


def _take_categories(card: Card, one: Property) -> None:
    card.categories = list(dict.fromkeys([*card.categories, *filter(None, one.parts(","))]))


def _take_kind(card: Card, one: Property) -> None:
    word = one.text.lower()
    card.is_group = word == "group"
    card.is_company = card.is_company or word in ("org", "organization")


def _take_first(name: str) -> Callable[[Card, Property], None]:
    def take(card: Card, one: Property) -> None:
        setattr(card, name, getattr(card, name) or one.text)

    return take


def _take_role(card: Card, one: Property) -> None:
    if card.title:
        card.others.setdefault("ROLE", one.text)
    else:
        card.title = one.text


def _take_show_as(card: Card, one: Property) -> None:
    card.is_company = card.is_company or one.text.upper() == "COMPANY"


_TAKE: dict[str, Callable[[Card, Property], None]] = {
    "FN": _take_first("name"), "N": _take_name, "ORG": _take_company, "TITLE": _take_first("title"), "ROLE": _take_role,
    "BDAY": _take_birthday, "NOTE": _take_note, "CATEGORIES": _take_categories, "UID": _take_first("uid"),
    "NICKNAME": _take_first("nickname"), "LANG": _take_first("language"), "KIND": _take_kind, "REV": _take_first("revised"),
    "X-ADDRESSBOOKSERVER-KIND": _take_kind, "X-ABSHOWAS": _take_show_as,
}  # fmt: skip


# --- points and places ----------------------------------------------------------------------------------------------
def _bare(one: Property) -> str:
    """The value without the scheme of a URI: tel:+34-600;ext=5 is +34-600 ext 5."""
    value = one.text
    if one.name == "TEL" and value[:4].lower() == "tel:":
        number, _sign, rest = value[4:].partition(";")
        extension = re.search(r"(?:^|;)ext=(\w+)", rest)
        return f"{number} ext {extension[1]}" if extension else number
    if one.name == "EMAIL" and value[:7].lower() == "mailto:":
        return value[7:].partition("?")[0]
    return value


def _place(one: Property) -> Place:
    box, further, street, city, region, code, country, *_rest = [*one.parts(), "", "", "", "", "", "", ""]
    lines = [line.strip() for part in (street, further, box) for line in part.split("\n")]
    return Place("\n".join(filter(None, lines)), city, region, code, country)


def _joined(part: str) -> str:
    """Several given names in one element ("Ann,Marie") as one text."""
    return " ".join(p.strip() for p in part.split(",") if p.strip())


def _preference(one: Property) -> int:
    said = one.params.get("PREF", "")
    if said.isdigit():
        return int(said)
    return 0 if "PREF" in one.types else NO_PREFERENCE


def _label(one: Property) -> str:
    types = set(one.types) - _NO_LABEL
    known = next((label for word, label in _LABELS if word in types), None)
    if known is not None:
        return known
    return next((t.removeprefix("X-").lower() for t in one.types if t in types), "")


def _clean_label(text: str) -> str:
    apple = _APPLE.match(text)
    word = (apple[1] if apple else text).strip()
    key = re.sub(r"[^a-z]", "", word.lower())
    if key in _WORDS:
        return _WORDS[key]
    return word.lower() if apple else word
