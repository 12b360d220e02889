"""People in and out as an address book has them: how files and vCards become contacts, and contacts vCards.

`recipe` says what may be filled and by which rules, `fields` which fields there are; a row is read into what it says
(`told`, `reading`), a contact is found for it (`lookup`, `matching`) and made or filled, chunk by chunk (`chunk`,
`filling`). `cards` goes the other way.
"""

from __future__ import annotations

from tend.domains.contacts.address_book.cards import offer_cards
from tend.domains.contacts.address_book.recipe import PeopleIntake
from tend.kernel.imports.recipe import offer

__all__ = ["PEOPLE"]

PEOPLE = offer(PeopleIntake())
offer_cards()
