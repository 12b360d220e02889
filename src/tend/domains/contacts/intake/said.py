"""What one row says, read and sorted, before it is known which account it means. No lookup is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tend.base.names import company_key
from tend.domains.accounts.duplicates import Sign, signs_of
from tend.kernel.imports.cells import read_address


@dataclass(frozen=True, slots=True)
class ToMake:
    """A value that its book does not have yet; it is made together with the row that needs it."""

    field: str
    name: str


class Said:
    """Account values, phones, addresses, remarks and the person of one row; what they are known by is worked out once."""

    __slots__ = (
        "_key", "_places", "_signs", "addresses", "clear", "contact", "country", "emails", "fingerprint", "mails",
        "numbers", "own", "person", "phones", "remarks", "values",
    )  # fmt: skip

    def __init__(self, country: str) -> None:
        self.country = country  # where national postal codes belong
        self.values: dict[str, Any] = {}
        self.clear: list[str] = []
        self.own: dict[str, str] = {}
        self.phones: list[dict[str, Any]] = []
        self.numbers: list[str] = []  # the phones, normalised
        self.emails: list[str] = []
        self.mails: list[str] = []  # the e-mail addresses, normalised
        self.addresses: dict[str, dict[str, str]] = {}
        self.remarks: list[str] = []
        self.contact: dict[str, Any] = {}
        self.person: dict[str, list[str]] = {"emails": [], "phones": []}
        self.fingerprint = 0
        self._key: str | None = None
        self._places: dict[str, dict[str, Any]] | None = None
        self._signs: frozenset[Sign] | None = None

    @property
    def key(self) -> str:
        """The name in the form in which equal companies have equal ones."""
        if self._key is None:
            self._key = company_key(self.values.get("name") or "")[:200]
        return self._key

    @property
    def places(self) -> dict[str, dict[str, Any]]:
        """The addresses by kind, with what postal codes lost; do not change them."""
        if self._places is None:
            found = {kind: read_address(parts, self.country) for kind, parts in self.addresses.items()}
            self._places = {kind: place for kind, place in found.items() if place}
        return self._places

    @property
    def signs(self) -> frozenset[Sign]:
        """What, together with an equal name, makes an account certainly the same."""
        if self._signs is None:
            place = self.places.get("primary", {})
            self._signs = frozenset(
                signs_of(
                    phones=self.numbers, emails=self.mails, website=self.values.get("website") or "",
                    postal_code=place.get("postal_code", ""), street=place.get("street", ""),
                )
            )  # fmt: skip
        return self._signs

    def points(self, kind: str) -> list[str]:
        """The normalised phones or e-mail addresses of the account."""
        return self.numbers if kind == "phone" else self.mails

    def addressed(self) -> list[dict[str, Any]]:
        """The addresses as the account takes them."""
        return [
            {**place, "kind": "visiting" if kind == "primary" else kind, "is_primary": kind == "primary"}
            for kind, place in self.places.items()
        ]
