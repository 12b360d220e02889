"""Contacts, and companies with their people, as vCards: one record, or what a list shows."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, cast

from tend.base.names import split_person_name
from tend.base.vcards.card import Card, Place, Point
from tend.base.vcards.writing import Version, written
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.models import Contact, Membership
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.exports import OWN_FORMATS
from tend.kernel.listing import Listing
from tend.kernel.organisation import organisation
from tend.kernel.reading import Reader

MEDIA = "text/vcard; charset=utf-8"
FORMATS: dict[str, Version] = {"vcf": "4.0", "vcf3": "3.0"}
CHUNK = 500
_OF_BOTH = ("phones", "emails", "urls", "addresses", "tags", "language", "updated_at")
_OF_PERSON = ("first_name", "last_name", "salutation", "title", "department", "birthday", "accounts", *_OF_BOTH)
_OF_COMPANY = ("name", "website", *_OF_BOTH)
Told = Callable[[int], None]


def cards_of_contacts(actor: Actor, records: Iterable[Contact], action: str = "view") -> list[Card]:
    """The cards of contacts in sight, in their order, with what this person may read; companies out of sight are absent."""
    held = list(records)
    return [_person(row, record.pk) for row, record in zip(_read(CONTACT, actor, _OF_PERSON, held), held, strict=True)]


def cards_of_accounts(actor: Actor, records: Iterable[Account], action: str = "view") -> list[Card]:
    """The card of each account with those of its present contacts behind it, on whom `action` is allowed. An account that is a person is one card."""
    held = list(records)
    links = _members(held)
    ids = {pk for people in links.values() for pk in people}
    people = {c.pk: c for c in Contact.objects.seen_by(actor, action).filter(pk__among=ids)} if ids else {}
    cards = dict(zip(people, cards_of_contacts(actor, people.values(), action), strict=True))
    found: list[Card] = []
    for row, account in zip(_read(ACCOUNT, actor, _OF_COMPANY, held), held, strict=True):
        found.append(_company(row, account))
        found += [cards[pk] for pk in links.get(account.pk, ()) if pk in cards]
    return found


def as_file(
    version: Version,
    cards: Callable[[Actor, Iterable[Any], str], list[Card]],
    listing: Listing,
    told: Told | None = None,
) -> Iterator[bytes]:
    """What a list shows, as cards in pieces."""
    scope, last, done = listing.scope.order_by("pk"), 0, 0
    model: Any = listing.entity.model
    while True:
        ids = list(scope.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK])
        rows = model.objects.seen_by(listing.actor, listing.action).filter(pk__among=ids).order_by("pk")
        yield b"".join(written(cards(listing.actor, rows, listing.action), version))
        done += len(ids)
        if told:
            told(done)
        if len(ids) < CHUNK:
            return
        last = ids[-1]


def offer_cards() -> None:
    """Let lists of contacts and of accounts be given out as vCards."""
    for entity, cards in ((CONTACT, cards_of_contacts), (ACCOUNT, cards_of_accounts)):
        formats = cast("dict[str, Any]", entity.extra).setdefault(OWN_FORMATS, {})  # a noun above adds to one below
        formats.update({name: (MEDIA, partial(as_file, version, cards)) for name, version in FORMATS.items()})


# --- keys -----------------------------------------------------------------------------------------------------------
def uid_of(record: Contact | Account) -> str:
    """The same for ever and another one for each company (RFC 9562, version 8): its last six octets are the id."""
    company = organisation()
    seed = f"{company.pk}:{company.created_at.isoformat() if company.pk else ''}:{record._meta.label_lower}"
    octets = bytearray(hashlib.sha256(seed.encode()).digest()[:10] + record.pk.to_bytes(6, "big"))
    octets[6], octets[8] = octets[6] & 0x0F | 0x80, octets[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(octets)).urn


def contact_of_uid(uid: str) -> int | None:
    """The id of the contact whose card this company's Tend wrote; None for any other key."""
    try:
        octets = uuid.UUID(uid).bytes
    except ValueError:
        return None
    pk = int.from_bytes(octets[10:], "big")
    return pk if pk and uuid.UUID(uid_of(Contact(pk=pk))).bytes == octets else None


# --- one card -------------------------------------------------------------------------------------------------------
def _read(entity: Entity, actor: Actor, names: Iterable[str], records: list[Any]) -> list[dict[str, Any]]:
    """The rows with the fields that this person may read; hidden ones are absent."""
    return Reader(entity, actor, [n for n in names if entity.right(actor, n) != "hidden"]).read(records)


def _members(accounts: list[Account]) -> dict[int, list[int]]:
    """The people who work at each account now, main contacts first; those who are the account itself are left out."""
    rows = Membership.objects.as_system("narrowed to the contacts in sight")
    rows = rows.filter(account_id__among=[a.pk for a in accounts], until=None, is_same=False)
    found: dict[int, list[int]] = {}
    for account, pk in rows.order_by("-is_primary", "pk").values_list("account_id", "record_id"):
        found.setdefault(account, []).append(pk)
    return found


def _person(row: dict[str, Any], pk: int) -> Card:
    card = _both(row, uid_of(Contact(pk=pk)))
    card.first_name, card.last_name = row.get("first_name") or "", row.get("last_name") or ""
    card.name = f"{card.first_name} {card.last_name}".strip()
    card.prefix, card.title, card.department = (row.get(n) or "" for n in ("salutation", "title", "department"))
    card.birthday = row["birthday"].isoformat() if row.get("birthday") else ""
    companies = row.get("accounts") or []
    card.company = companies[0].name if companies else ""
    return card


def _company(row: dict[str, Any], account: Account) -> Card:
    card = _both(row, uid_of(account))
    card.name = row.get("name") or ""
    if website := row.get("website"):
        card.urls.insert(0, Point(website))
    if account.is_person:
        card.first_name, card.last_name = split_person_name(card.name)
    else:
        card.company, card.is_company = card.name, True
    return card


def _both(row: dict[str, Any], uid: str) -> Card:
    places = sorted(row.get("addresses") or [], key=lambda place: not place["is_primary"])
    changed = row.get("updated_at")
    return Card(
        uid=uid, language=row.get("language") or "", categories=[tag.name for tag in row.get("tags") or []],
        phones=_points(row.get("phones")), emails=_points(row.get("emails")), urls=_points(row.get("urls")),
        places=[_place(place) for place in places], revised=f"{changed:%Y%m%dT%H%M%SZ}" if changed else "",
    )  # fmt: skip


def _points(rows: list[dict[str, Any]] | None) -> list[Point]:
    return [Point(r["value"], r["label"]) for r in sorted(rows or [], key=lambda r: not r["is_primary"])]


def _place(row: dict[str, Any]) -> Place:
    label = {"billing": "Billing", "shipping": "Shipping", "visiting": "work"}.get(row["kind"], "")
    street, city, region, postal_code = (row[n] or "" for n in ("street", "city", "region", "postal_code"))
    return Place(street, city, region, postal_code, row["country"] or row["country_code"] or "", label)
