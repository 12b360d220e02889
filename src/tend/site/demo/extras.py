"""What the sample company keeps beside its customers: a few documents and links, who follows what, and a shared view."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.documents.commands import create_document
from tend.domains.documents.models import Document, DocumentCategory
from tend.kernel.actor import Actor
from tend.kernel.files.keeping import keep
from tend.kernel.unit import Unit
from tend.kernel.views.saved import create_view
from tend.people.access import actor_for
from tend.people.models import User

WHY = "the sample company"
PRICES = "article,unit,price\nOlive oil 5 l,can,38.50\nPaper towels,box,24.90\nGlass cleaner,case,31.20\n"
TERMS = "Delivery within three working days.\nPayment within 30 days of the invoice.\nReturns within two weeks.\n"
VISIT = "Visit in autumn.\nThe storeroom is being rebuilt, deliveries go to the side entrance until spring.\n"
# file name and text (or title and link), category by its place in the book, days until it ends, on which account
FILES = (
    ("Price list 2027.csv", PRICES, 2, 400, None),
    ("Terms of delivery.txt", TERMS, 0, 20, 0),
    ("Notes of the visit.txt", VISIT, 3, None, 1),
)
LINKS = (
    ("Catalogue with pictures", "https://meridian.example/catalogue", 2, None, None),
    ("Framework contract", "https://meridian.example/contracts/framework", 0, -12, 2),
    ("Offer for the second site", "https://meridian.example/offers/second-site", 1, 45, 3),
)


def enter_extras(owner: User, leader: User) -> int:
    """Enter them once: the documents of a seller on some of her accounts, a leader who follows these; how many documents."""
    if Document.objects.as_system(WHY).exists():
        return 0
    seller = actor_for(owner)
    held = list(Account.objects.as_system(WHY).filter(owner=owner, trashed_at=None).order_by("pk")[:4])
    _documents(seller, held)
    _follow(actor_for(leader), [account.pk for account in held])
    _view(actor_for(leader))
    return len(FILES) + len(LINKS)


def _documents(seller: Actor, held: Sequence[Account]) -> None:
    categories = list(DocumentCategory.objects.as_system(WHY).filter(trashed_at=None).order_by("position", "pk"))
    kept = [keep(seller, name, [text.encode()]) for name, text, *_rest in FILES]
    said = [{"file": ticket} for ticket in kept] + [{"title": title, "url": url} for title, url, *_rest in LINKS]
    with Unit(seller, verb=create_document.name, quiet=True) as unit:
        for given, (_name, _what, category, ends, on) in zip(said, (*FILES, *LINKS), strict=True):
            values: dict[str, object] = dict(given)
            if category < len(categories):
                values["category"] = categories[category]
            if ends is not None:
                values["valid_until"] = unit.today + dt.timedelta(days=ends)
            if on is not None and on < len(held):
                values["accounts"] = [held[on]]
            create_document(unit, values=values)


def _follow(leader: Actor, accounts: Sequence[int]) -> None:
    follow = ACCOUNT.verb_by_name["follow"]
    for pk in accounts:
        follow(leader, pk)


def _view(leader: Actor) -> None:
    values = {
        "name": "By manager", "record_type": ACCOUNT.code, "is_shared": True, "group_by": "owner", "has_totals": True,
    }  # fmt: skip
    create_view(leader, values=values)
