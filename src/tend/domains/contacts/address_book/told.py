"""What one row says of a person, read and sorted, before it is known which contact it means. No lookup is here."""

from __future__ import annotations

from typing import Any, NamedTuple

from tend.base.names import company_key, normalise
from tend.kernel.imports.cells import read_address
from tend.kernel.imports.plan import Column


class Company(NamedTuple):
    """A company that a row names, and the column that says what an unknown one does."""

    name: str
    column: Column

    @property
    def key(self) -> str:
        return company_key(self.name)[:200]


class Told:
    """Values, points, addresses, tags, remarks and companies of one row."""

    __slots__ = (
        "addresses", "clear", "companies", "country", "emails", "fingerprint", "match_name", "own", "phones", "remarks", "tags",
        "urls", "values",
    )  # fmt: skip

    def __init__(self, country: str) -> None:
        self.country = country
        self.values: dict[str, Any] = {}
        self.clear: list[str] = []
        self.own: dict[str, str] = {}
        self.phones: list[dict[str, str]] = []
        self.emails: list[dict[str, str]] = []
        self.urls: list[dict[str, str]] = []
        self.addresses: dict[str, dict[str, str]] = {}
        self.tags: list[Any] = []
        self.remarks: list[str] = []
        self.companies: list[Company] = []
        self.match_name = ""  # the whole name in the form in which equal ones are equal
        self.fingerprint = 0

    def settle_name(self) -> None:
        """Work out the name by which the person is found."""
        self.match_name = normalise(f"{self.values.get('first_name') or ''} {self.values.get('last_name') or ''}")

    def places(self) -> list[dict[str, Any]]:
        """The addresses as the contact takes them."""
        found = {kind: read_address(parts, self.country) for kind, parts in self.addresses.items()}
        return [
            {**place, "kind": "visiting" if kind == "primary" else kind, "is_primary": kind == "primary"}
            for kind, place in found.items()
            if place
        ]
