"""Erasing a person for good: her card, what was written about her, and what machinery still knows of her.

Her record stays as "Erased person" with its number, so that activities and figures keep their place. What happens with whom
is decided here; how rows forget is in `kernel.erasing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.contacts.events import contact_erased
from tend.domains.contacts.models import Contact, Membership
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.erasing import Erasing
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.events import reacts_to
from tend.kernel.search.projection import renew
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.people.erasures import erases_again, remember
from tend.people.security_log import log

WHY = "what is erased is erased everywhere, whoever sees it"
WORD = gettext_noop("erase")
HOT = ("contacts.contact", "accounts.account", "activities.activity")
ERASING, PERSONS = "erasing", "persons"  # keys of what a unit keeps for later reactions


@verb("contacts.contact", needs="erase", trashed=True, label=gettext_lazy("Erase this person"))
def erase(unit: Unit, contact: Contact, *, word: str) -> None:
    """Erase a person for good. It cannot be undone, so the word has to be typed.

    Refused for another word. Sets off: contact_erased (her card, the history and all else that knows her is emptied).
    """
    if unit.operation is not None:
        raise Refused(_("People are erased one by one."))
    if word.strip().casefold() not in (WORD, _(WORD).casefold()):
        raise Refused(
            _("Type “%(word)s” to erase this person for good.") % {"word": _(WORD)}, field="word", code="word"
        )
    unit.announce(contact_erased(contact))


@dataclass(frozen=True)
class Preview:
    """What erasing would do: how many of each kind lose the person's words."""

    records: int
    parts: int
    history: int
    activities: int
    accounts: int
    documents: int
    documents_of_others: int
    beside: int
    files: int


def preview(actor: Actor, pk: int) -> Preview:
    """The very work of the verb, counted and taken back. NotSeen and NotAllowed as for the verb."""
    with Unit(actor, verb="erase", dry=True) as unit:
        contact = unit.open_one(entity_of(Contact), pk, erase.action(actor), trashed=True)
        unit.run(erase, contact, {"word": WORD}, checked=True)
        unit.finish()
        counts = {n: c for work in unit.memory[ERASING] for n, c in work.counts.items()}
    return Preview(**{n: counts.get(n, 0) for n in Preview.__dataclass_fields__})


@reacts_to(contact_erased, order=10)
def erase_cards(unit: Unit, events: list[contact_erased]) -> None:
    """The person's own records: her card, those merged into it, the account that she is, and the companies that speak of her."""
    for event in events:
        contact = event.contact
        cards = [contact, *_merged(unit, contact)]
        places = unit.load(Membership.objects.as_system(WHY).filter(record__in=[c.pk for c in cards]).order_by("pk"))
        accounts = {
            a.pk: a
            for a in unit.load(
                Account.objects.as_system(WHY).filter(pk__among=sorted({p.account_id for p in places})).order_by("pk")
            )
        }
        same = [accounts[p.account_id] for p in places if p.is_same]
        instead = _("Erased person %(number)d") % {"number": contact.pk}
        work = Erasing(unit, instead, _words(unit, cards), HOT)
        unit.memory.setdefault(ERASING, []).append(work)
        unit.memory.setdefault(PERSONS, []).append(([c.pk for c in cards], sorted(accounts)))
        for card in cards:
            work.blank(card, first_name="", last_name=instead, name=instead)
        for account in same:
            work.blank(account, name=instead, match_name="")
        for place in places:
            place.role, place.since, place.is_primary = "", None, False
            if not place.is_same:
                place.until = place.until or unit.today
        others = [a for pk, a in accounts.items() if a not in same]
        work.counts["accounts"] = sum(work.reword(a) for a in others)


@reacts_to(contact_erased, order=90)
def erase_words(unit: Unit, events: list[contact_erased]) -> None:
    """What was written about her: history, search, notices, operations, imports with their files, letters."""
    unit.flush()
    for event, work, (cards, accounts) in zip(events, unit.memory[ERASING], unit.memory[PERSONS], strict=True):
        contact = event.contact
        work.forget_history("contacts.contact", cards)
        same = [p.account_id for p in Membership.objects.as_system(WHY).filter(record_id__in=cards, is_same=True)]
        work.forget_history("accounts.account", same)
        work.reword_history("accounts.account", sorted(set(accounts) - set(same)))
        work.sweep()
        work.drop_files({"contacts.contact": cards, "accounts.account": same})
        unit.flush()
        renew(entity_of(Contact), _fresh(Contact, cards))
        renew(ACCOUNT, _fresh(Account, accounts))
        for pk in cards:
            remember("contacts.contact", pk, unit.now, unit.actor.user_id)
        log("erased", user=unit.actor.user_id, type="contacts", number=contact.pk)
    unit.say(_("The person is erased. This cannot be undone."))


@erases_again("contacts.contact")
def erase_again(actor: Actor, pk: int) -> None:
    """Erase somebody whom a backup has brought back; who is not there any more is only put on the list."""
    try:
        erase(actor, pk, word=WORD)
    except NotSeen:
        with transaction.atomic():
            remember("contacts.contact", pk, clock.now(), None)


def _merged(unit: Unit, contact: Contact) -> list[Contact]:
    """Cards that were merged into this one, and into those."""
    found: list[Contact] = []
    todo = [contact.pk]
    while todo:
        rows = unit.load(Contact.objects.as_system(WHY).filter(merged_into_id__in=todo).order_by("pk"))
        fresh = [r for r in rows if r not in found]
        found += fresh
        todo = [r.pk for r in fresh]
    return found


def _words(unit: Unit, cards: Sequence[Contact]) -> list[str]:
    """Her names in both orders, her addresses and numbers; the last name alone when nobody else bears it."""
    words: list[str] = []
    ids = [c.pk for c in cards]
    for card in cards:
        words += [card.name, f"{card.last_name} {card.first_name}".strip(), f"{card.last_name}, {card.first_name}"]
        if not card.first_name or not card.last_name:
            words += [card.first_name, card.last_name]
        others = Contact.objects.as_system(WHY).filter(last_name__iexact=card.last_name).exclude(pk__in=ids)
        if card.last_name and not others.exists():
            words.append(card.last_name)
    points: Any = entity_of(Contact).traits["contact_points"].model
    for row in points.objects.of(ids):
        words += [row.value, row.normalised]
    return words


def _fresh(model: Any, ids: Sequence[int]) -> list[Any]:
    return list(model.objects.as_system(WHY).filter(pk__among=list(ids)).order_by("pk"))
