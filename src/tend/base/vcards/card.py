"""What one card says of a person or company, whatever its version."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Point:
    """A phone number, e-mail or web address as written; `label` is its kind in a word (work, mobile, reception) or ""."""

    value: str
    label: str = ""


@dataclass(slots=True)
class Place:
    """A postal address; lines of the street are divided by line ends."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    label: str = ""


@dataclass(slots=True)
class Card:
    """One card. The preferred point or place of each kind stands first.

    `birthday` is an ISO date, or what the card says when that is none; `yearless_birthday` is MM-DD. `others` are
    properties that have no place here, by their name. `is_group` cards name other cards and nobody.
    """

    uid: str = ""
    name: str = ""
    prefix: str = ""
    first_name: str = ""
    middle_name: str = ""
    last_name: str = ""
    suffix: str = ""
    nickname: str = ""
    company: str = ""
    department: str = ""
    title: str = ""
    emails: list[Point] = field(default_factory=list)
    phones: list[Point] = field(default_factory=list)
    urls: list[Point] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    birthday: str = ""
    yearless_birthday: str = ""
    language: str = ""
    categories: list[str] = field(default_factory=list)
    note: str = ""
    revised: str = ""
    is_company: bool = False
    is_group: bool = False
    pictures: int = 0
    others: dict[str, str] = field(default_factory=dict)
