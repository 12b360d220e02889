"""An account that is a person has one contact that is the same person; whatever is changed of one follows in the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.utils.translation import gettext as _

from tend.base.names import company_key, normalise, split_person_name
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.events import account_created, account_rests, account_wakes, person_edited
from tend.domains.accounts.models import Account
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.events import contact_edited, contact_trashed
from tend.domains.contacts.memberships import Memberships
from tend.domains.contacts.models import Contact, Membership
from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to
from tend.kernel.undo import writing_undone
from tend.kernel.unit import Unit

WHY = "an account and its person are kept in step, whoever sees the other one"
LISTS = {"contact_points": ("phones", "emails", "urls"), "addresses": ("addresses",)}  # by the trait that keeps them
NAMES = frozenset({"name", "first_name", "last_name"})
ALL = frozenset({*NAMES, "language", "is_person", *(n for names in LISTS.values() for n in names)})


@reacts_to(account_created, order=30)
def give_persons_a_contact(unit: Unit, events: list[account_created]) -> None:
    """A new account that is a person is found among its contacts, or gets one."""
    accounts = [e.account for e in events if e.account.is_person]
    if accounts:
        _follow_accounts(unit, dict.fromkeys(accounts, ALL))


@reacts_to(person_edited, order=30)
def follow_account(unit: Unit, events: list[person_edited]) -> None:
    """What was changed of the account is changed of the contact; an account that is no person any more lets it go."""
    said: dict[Account, frozenset[str]] = {}
    for event in events:
        said[event.account] = said.get(event.account, frozenset()) | event.names
    gone = [a for a in said if not a.is_person]
    for row in _same_at(unit, gone).values():
        row.is_same = False
    _follow_accounts(unit, {a: names for a, names in said.items() if a.is_person})


@reacts_to(contact_edited, order=30)
def follow_contact(unit: Unit, events: list[contact_edited]) -> None:
    """What was changed of the person is changed of the account that she is."""
    said: dict[Contact, frozenset[str]] = {}
    for event in events:
        said[event.contact] = said.get(event.contact, frozenset()) | event.names
    pairs = _accounts_of(unit, list(said))
    for contact, account in pairs:
        names = said[contact]
        if names & NAMES and account.name != contact.name:
            account.name, account.match_name = contact.name, company_key(contact.name)[:200]
        if "language" in names:
            account.language = contact.language
        _copy_lists(unit, CONTACT, contact, ACCOUNT, account, _traits_of(names))


@reacts_to(account_rests, account_wakes, order=30)
def follow_trash(unit: Unit, events: list[Any]) -> None:
    """A person who is nothing but this account goes into the trash with it, and comes back with it."""
    accounts = {e.account.pk: e.account for e in events if e.account.is_person}
    rows = _same_at(unit, list(accounts.values()))
    contacts = _contacts(unit, rows.values())
    for pk, row in rows.items():
        contact, account = contacts[row.record_id], accounts[pk]
        if account.trashed_at is None:
            contact.trashed_at = None
        elif not any(r.until is None and r.account_id != pk for r in _places().rows(unit, contact)):
            contact.trashed_at = account.trashed_at


@reacts_to(contact_trashed, order=30)
def keep_the_person(unit: Unit, events: list[contact_trashed]) -> None:
    """Whoever sees that an account is this person deletes the account instead; one that he does not see keeps a copy."""
    for contact, account in _accounts_of(unit, [e.contact for e in events]):
        if account.trashed_at is not None:
            continue
        if Account.objects.seen_by(unit.actor).filter(pk=account.pk).exists():
            raise Refused(_("%(name)s is an account of its own. Delete that account instead.") % {"name": contact.name})
        row = _same_at(unit, [account])[account.pk]
        row.is_same = False
        unit.flush()
        _new_contact(unit, account)


@reacts_to(writing_undone, order=30)
def follow_undone(unit: Unit, events: list[writing_undone]) -> None:
    """Undoing restores each of the two by its own history; where they differ afterwards the account counts."""
    accounts = [r for e in events if e.code == ACCOUNT.code for r in e.records]
    contacts = [r for e in events if e.code == CONTACT.code for r in e.records]
    if not accounts and not contacts:
        return
    unit.flush()
    for record in (*accounts, *contacts):
        record.__dict__.pop("_traits", None)  # parts were restored row by row
    accounts += [account for _contact, account in _accounts_of(unit, contacts)]
    living = {a.pk: a for a in accounts if a.is_person and a.trashed_at is None}
    for row in _same_at(unit, [a for a in accounts if not a.is_person]).values():
        row.is_same = False
    _follow_accounts(unit, dict.fromkeys(living.values(), ALL))


def _follow_accounts(unit: Unit, said: dict[Account, frozenset[str]]) -> None:
    rows = _same_at(unit, list(said))
    contacts = _contacts(unit, rows.values())
    for account, names in said.items():
        row = rows.get(account.pk)
        if row is None:
            known = _namesake(unit, account)
            if known is None:
                _new_contact(unit, account)
            else:
                _become_one(unit, account, known)
            continue
        contact = contacts[row.record_id]
        if contact.trashed_at is not None and account.trashed_at is None:
            contact.trashed_at = None
        if names & NAMES and contact.name != account.name:
            _name(contact, account)
        if "language" in names:
            contact.language = account.language
        _copy_lists(unit, ACCOUNT, account, CONTACT, contact, _traits_of(names))


def _traits_of(names: Iterable[str]) -> list[str]:
    """The traits that fields such as `phone`, `emails` or `address.city` are kept by."""
    return sorted(
        {field.trait for n in names if (field := ACCOUNT.by_name.get(n)) is not None and field.trait in LISTS}
    )


def _copy_lists(unit: Unit, of: Any, record: Any, to: Any, other: Any, traits: Iterable[str]) -> None:
    for trait in traits:
        rows = of.traits[trait].rows(unit, record)
        for name in LISTS[trait]:
            wanted = of.traits[trait].read(rows, name)
            if wanted != to.traits[trait].read(to.traits[trait].rows(unit, other), name):
                to.traits[trait].write(unit, other, name, wanted)


def _namesake(unit: Unit, account: Account) -> Contact | None:
    """The one present contact of the account that is called like it, whichever name stands first."""
    wanted = sorted(normalise(account.name).split())
    present = Membership.objects.as_system(WHY).filter(account_id=account.pk, until=None)
    rows = unit.load(present.order_by("pk"))
    contacts = _contacts(unit, rows)
    alike = [c for c in contacts.values() if c.trashed_at is None and sorted(normalise(c.name).split()) == wanted]
    return alike[0] if len(alike) == 1 else None


def _become_one(unit: Unit, account: Account, contact: Contact) -> None:
    """From now on they are the same: what either of them knew both know; the account's spelling of the name counts."""
    row = next(r for r in _places().rows(unit, contact) if r.account_id == account.pk)
    row.is_same = True
    if contact.name != account.name:
        _name(contact, account)
    language = account.language or contact.language
    account.language = contact.language = language
    for trait, names in LISTS.items():
        here, there = ACCOUNT.traits[trait], CONTACT.traits[trait]
        for name in names:
            own = here.read(here.rows(unit, account), name)
            more = [{**line, "is_primary": False} for line in there.read(there.rows(unit, contact), name)]
            fresh = [line for line in more if not any(_told(line) == _told(known) for known in own)]
            if fresh:
                here.write(unit, account, name, [*own, *fresh])
    _copy_lists(unit, ACCOUNT, account, CONTACT, contact, LISTS)


def _told(line: dict[str, Any]) -> Any:
    """What makes two lines the same: the number or address itself."""
    return (
        line["value"]
        if "value" in line
        else tuple(v for k, v in sorted(line.items()) if k not in ("is_primary", "kind", "note"))
    )


def _new_contact(unit: Unit, account: Account) -> Contact:
    first, last = _parts(account.name)
    contact: Contact = unit.create(
        Contact, name=account.name, first_name=first, last_name=last, language=account.language, owner_id=account.owner_id
    )  # fmt: skip
    taken = any(
        row.is_primary
        for row in unit.load(Membership.objects.as_system(WHY).filter(account_id=account.pk, is_primary=True))
    )
    _places().add(unit, contact, account_id=account.pk, is_same=True, is_main=True, is_primary=not taken)
    _copy_lists(unit, ACCOUNT, account, CONTACT, contact, LISTS)
    return contact


def _name(contact: Contact, account: Account) -> None:
    contact.first_name, contact.last_name = _parts(account.name)
    contact.name = account.name


def _parts(name: str) -> tuple[str, str]:
    """First and last name that together are exactly the account's name."""
    first, last = split_person_name(name)
    if f"{first} {last}".strip() == name and len(first) <= 100 and len(last) <= 100:
        return first, last
    first, _blank, last = name.rpartition(" ")
    if f"{first} {last}".strip() == name and len(first) <= 100 and len(last) <= 100:
        return first, last
    return "", name[:100]


def _same_at(unit: Unit, accounts: Sequence[Account]) -> dict[int, Membership]:
    """By account, the membership of the contact that is the same person."""
    if not accounts:
        return {}
    rows = Membership.objects.as_system(WHY).filter(account_id__in=[a.pk for a in accounts], is_same=True)
    return {row.account_id: row for row in unit.load(rows.order_by("pk")) if row.is_same}


def _accounts_of(unit: Unit, contacts: Sequence[Contact]) -> list[tuple[Contact, Account]]:
    """The contacts that are accounts of their own, each with its account."""
    if not contacts:
        return []
    by_id = {c.pk: c for c in contacts}
    rows = unit.load(Membership.objects.as_system(WHY).filter(record_id__in=by_id, is_same=True).order_by("pk"))
    rows = [row for row in rows if row.is_same]
    if not rows:
        return []
    found = Account.objects.as_system(WHY).filter(pk__in=[r.account_id for r in rows]).order_by("pk")
    accounts = {a.pk: a for a in unit.load(found.select_for_update(of=("self",), no_key=True))}
    return [(by_id[r.record_id], accounts[r.account_id]) for r in rows]


def _contacts(unit: Unit, rows: Iterable[Membership]) -> dict[int, Contact]:
    ids = {row.record_id for row in rows}
    if not ids:
        return {}
    found = Contact.objects.as_system(WHY).filter(pk__in=ids).order_by("pk")
    return {c.pk: c for c in unit.load(found.select_for_update(of=("self",), no_key=True))}


def _places() -> Memberships:
    return cast("Memberships", CONTACT.traits["memberships"])
