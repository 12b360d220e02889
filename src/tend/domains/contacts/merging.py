"""Two contacts that are one person: the verbs, what is made anew, and persons who are accounts of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.events import person_edited
from tend.domains.accounts.models import Account
from tend.domains.contacts.events import contact_edited
from tend.domains.contacts.models import Contact, Membership
from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to
from tend.kernel.merging import (
    Merging,
    ask_to_merge,
    ask_to_part,
    merge_asked,
    merged_chain,
    records_merged,
    records_parted,
)
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb

CODE, ACCOUNTS = "contacts.contact", "accounts.account"
WHY = "an account and its person are kept in step, whoever sees the other one"
ALL = frozenset({"name", "first_name", "last_name", "language", "is_person", "phones", "emails", "urls", "addresses"})


@verb(
    CODE, needs="delete", label=gettext_lazy("Merge"), beside=lambda _pk, options: [options["into"].pk]
)  # fmt: skip
def merge(unit: Unit, contact: Contact, *, into: Contact, take: list[str] | None = None) -> None:
    """Say that a person was entered twice. All that hangs on this card moves to the other one, which it leads to from then on.

    `take` names the fields whose value is this card's; without it blanks are filled. Whoever withdrew a consent by either
    card has withdrawn it. Needs the right on both. Refused for two persons who are accounts of their own: those are merged.
    """
    ask_to_merge(unit, contact, into, take)


@verb(
    CODE, needs="merge", label=gettext_lazy("Part again"), trashed=True,
    beside=lambda pk, _options: merged_chain(Contact, pk),
)  # fmt: skip
def unmerge(unit: Unit, contact: Contact) -> None:
    """Let a merged contact stand for itself again, at any time later: what moved goes back, what was changed since stays.

    Needs the right on both. Refused for a contact that is not merged.
    """
    ask_to_part(unit, contact)


def _make(unit: Unit, winner: Contact, loser: Contact) -> None:
    winner.name = f"{winner.first_name} {winner.last_name}".strip()[:200] or winner.name
    consent = dict(winner.consent)
    for channel, said in loser.consent.items():
        if channel not in consent or (isinstance(said, dict) and said.get("given") is False):
            consent[channel] = said
    winner.consent = consent


MERGING = Merging(made=_make)


@reacts_to(merge_asked, order=30)
def merge_persons(unit: Unit, events: list[merge_asked]) -> None:
    """Two accounts that are persons are one person: their contacts are merged with them."""
    pairs = [e for e in events if e.code == ACCOUNTS]
    same = _same_at(unit, [a.pk for e in pairs for a in (e.loser, e.winner)])
    found = []
    for event in pairs:
        here, there = same.get(event.winner.pk), same.get(event.loser.pk)
        if here is not None and there is not None and here.record_id != there.record_id:
            there.is_same = False
            found.append((there.record_id, here.record_id))
    if not found:
        return
    rows = Contact.objects.as_system(WHY).filter(pk__in=[pk for pair in found for pk in pair], trashed_at=None)
    contacts = {c.pk: c for c in unit.load(rows.order_by("pk").select_for_update(of=("self",), no_key=True))}
    for loser, winner in found:
        if loser in contacts and winner in contacts:
            unit.announce(merge_asked(CODE, contacts[loser], contacts[winner]))


@reacts_to(merge_asked, order=35)
def refuse_two_accounts(unit: Unit, events: list[merge_asked]) -> None:
    """A contact that is an account of its own merges with one that is none; two such accounts are merged themselves."""
    for event in [e for e in events if e.code == CODE]:
        rows = Membership.objects.as_system(WHY).filter(record_id__in=[event.loser.pk, event.winner.pk], is_same=True)
        accounts = {row.account_id for row in unit.load(rows.order_by("pk")) if row.is_same}
        if len(accounts) > 1 and Account.objects.seen_by(unit.actor).filter(pk__in=accounts).count() > 1:
            raise Refused(_("Both are accounts of their own. Merge the accounts instead."), field="into")


@reacts_to(records_merged, records_parted, order=40)
def follow_merged_persons(unit: Unit, events: list[Any]) -> None:
    """An account and the contact that is the same person say the same afterwards."""
    for event in events:
        for record in (event.winner, event.loser):
            if record.trashed_at is not None:
                continue
            if event.code == ACCOUNTS:
                record.__dict__.pop("_traits", None)
                if record.is_person or event.loser.is_person:
                    unit.announce(person_edited(record, ALL))
            elif event.code == CODE:
                record.__dict__.pop("_traits", None)
                unit.announce(contact_edited(record, ALL))


def _same_at(unit: Unit, accounts: Iterable[int]) -> dict[int, Membership]:
    ids = list(accounts)
    if not ids:
        return {}
    rows = Membership.objects.as_system(WHY).filter(account_id__in=ids, is_same=True).order_by("pk")
    return {row.account_id: row for row in unit.load(rows) if row.is_same}
