"""An account that is a person and its contact are kept in step, whichever of the two is changed, by whom and how."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tend.domains.accounts import commands as accounts
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.contacts import commands as contacts
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.models import Contact, Membership
from tend.kernel.actor import Actor
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.reading import Reader
from tend.kernel.undo import undo_act
from tend.kernel.values import create_record, edit_record
from tests.cast import BUILDER, Cast, make

LINES = ("phones", "emails", "urls", "addresses")


def account_of(pk: int) -> Account:
    return Account.objects.as_system("test").get(pk=pk)


def person_of(account: Account) -> Contact:
    """The one contact that is the same person."""
    row = Membership.objects.as_system("test").get(account_id=account.pk, is_same=True)
    return Contact.objects.as_system("test").get(pk=row.record_id)


def is_in_step(account: Account) -> None:
    account = account_of(account.pk)
    person = person_of(account)
    assert person.name == account.name == f"{person.first_name} {person.last_name}".strip()
    assert person.language == account.language
    assert (person.trashed_at is None) == (account.trashed_at is None)
    one = Reader(ACCOUNT, BUILDER, LINES).one(account)
    other = Reader(CONTACT, BUILDER, LINES).one(person)
    for name in LINES:
        assert sorted(map(str, one[name])) == sorted(map(str, other[name])), name


def a_person(cast: Cast, name: str = "Lucia Vega", **values: Any) -> Account:
    made: Account = cast.account(name, is_person=True, **values)
    return made


def test_a_person_has_a_contact_from_the_first_moment(cast: Cast) -> None:
    account = a_person(cast, phones=["+34 956 555 014"], addresses=[{"city": "Cádiz"}], language="es")
    person = person_of(account)
    assert (person.first_name, person.last_name) == ("Lucia", "Vega")
    assert Membership.objects.of([person]).get().is_primary
    is_in_step(account)


def test_each_follows_the_other(cast: Cast) -> None:
    actor, account = cast.actor(cast.manager), a_person(cast)
    edit_record(actor, ACCOUNT, account.pk, {"name": "Lucia Vega Marsh", "phone": "+34 956 555 014"})
    is_in_step(account)
    person = person_of(account)
    edit_record(
        actor, CONTACT, person.pk, {"last_name": "Petrenko", "emails": ["lu@vega.example"], "address.city": "Odessa"}
    )
    is_in_step(account)
    assert account_of(account.pk).name == "Lucia Vega Petrenko"
    assert account_of(account.pk).match_name


def test_a_change_is_undone_on_both_sides(cast: Cast) -> None:
    actor, account = cast.actor(cast.manager), a_person(cast, phones=["+34 956 555 014"])
    first = edit_record(actor, ACCOUNT, account.pk, {"phone": "+34 956 555 015"})
    edit_record(actor, CONTACT, person_of(account).pk, {"phone": "+34 956 555 016"})
    undo_act(actor, first.act)
    is_in_step(account)
    done = edit_record(actor, CONTACT, person_of(account).pk, {"first_name": "Luz"})
    undo_act(actor, done.act)
    is_in_step(account)
    assert account_of(account.pk).name == "Lucia Vega"


def test_a_company_becomes_a_person_and_finds_herself_among_its_people(cast: Cast) -> None:
    actor, account = cast.actor(cast.manager), cast.account("Vega Lucia", phones=["+34 956 555 014"])
    lucia = make("contacts", first_name="Lucia", last_name="Vega", accounts=[account], email="lu@vega.example")
    make("contacts", first_name="Ivan", last_name="Petrenko", accounts=[account])
    edit_record(actor, ACCOUNT, account.pk, {"is_person": True})
    assert person_of(account).pk == lucia.pk
    is_in_step(account)
    assert Contact.objects.as_system("test").count() == 2
    edit_record(actor, ACCOUNT, account.pk, {"is_person": False})
    assert not Membership.objects.as_system("test").filter(is_same=True).exists()
    edit_record(actor, ACCOUNT, account.pk, {"name": "Vega & Co"})
    assert Contact.objects.as_system("test").get(pk=lucia.pk).name == "Vega Lucia"


def test_the_person_goes_and_comes_with_her_account_unless_she_works_elsewhere(cast: Cast) -> None:
    actor, account, hotel = cast.actor(cast.leader), a_person(cast), cast.account("Hotel Marisol")
    accounts.trash(actor, account)
    assert person_of(account).trashed_at is not None
    accounts.restore(actor, account)
    is_in_step(account)
    contacts.join(actor, person_of(account), account=hotel)
    accounts.trash(actor, account)
    assert person_of(account).trashed_at is None


def test_the_person_cannot_leave_nor_be_deleted_without_her_account(cast: Cast) -> None:
    actor, account = cast.actor(cast.leader), a_person(cast)
    with pytest.raises(Refused):
        contacts.leave(actor, person_of(account), account=account)
    with pytest.raises(Refused, match="account of its own"):
        contacts.trash(actor, person_of(account))
    assert person_of(account).trashed_at is None


def test_a_refusal_does_not_reveal_an_account_out_of_sight(cast: Cast) -> None:
    secret = a_person(cast, owner=cast.stranger)
    person, hotel = person_of(secret), cast.account("Hotel Marisol")
    contacts.join(BUILDER, person, account=hotel)
    actor = cast.actor(cast.leader)
    with pytest.raises(NotSeen):
        accounts.trash(actor, secret)
    contacts.trash(actor, person)
    assert Contact.objects.as_system("test").get(pk=person.pk).trashed_at is not None
    is_in_step(secret)
    assert person_of(secret).pk != person.pk


def test_many_persons_at_once_cost_as_many_questions_as_one(cast: Cast, django_assert_max_num_queries: Any) -> None:
    people = [a_person(cast, f"Lucia Vega {n}") for n in range(12)]
    with django_assert_max_num_queries(60):
        ACCOUNT.edit.each(cast.actor(cast.leader), [a.pk for a in people], values={"language": "uk"})  # type: ignore[union-attr]
    for account in people:
        is_in_step(account)


NAMES = st.sampled_from(("Lucia Vega", "Ivan de la Cruz Petrenko", "Madonna", "Dr. Ana María Ruiz", "Олена Бондар"))
PHONES = st.lists(st.sampled_from(("+34600555001", "+34600555002", "+34600555003")), max_size=3, unique=True)
CITIES = st.lists(st.sampled_from(("Odessa", "Cádiz", "Perth")), max_size=2, unique=True)
STEPS = st.one_of(
    st.tuples(st.just("account"), st.fixed_dictionaries({}, optional={"name": NAMES, "phones": PHONES, "language": st.sampled_from(("", "es", "uk"))})),
    st.tuples(st.just("contact"), st.fixed_dictionaries({}, optional={"last_name": st.sampled_from(("Vega", "Marsh")), "phones": PHONES, "language": st.sampled_from(("", "es"))})),
    st.tuples(st.just("account"), st.fixed_dictionaries({"addresses": CITIES.map(lambda cs: [{"city": c} for c in cs])})),
    st.tuples(st.just("contact"), st.fixed_dictionaries({"address.city": st.sampled_from(("Odessa", "Lviv", ""))})),
    st.tuples(st.just("contact"), st.fixed_dictionaries({"email": st.sampled_from(("", "lu@vega.example", "v@home.example"))})),
    st.tuples(st.just("undo"), st.integers(0, 20)),
    st.tuples(st.just("trash"), st.none()),
    st.tuples(st.just("person"), st.booleans()),
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, steps=st.lists(STEPS, max_size=8))
def test_whatever_happens_they_stay_in_step(cast: Cast, name: str, steps: list[tuple[str, Any]]) -> None:
    actor = cast.actor(cast.leader)
    account = create_record(actor, ACCOUNT, {"name": name, "is_person": True, "owner": cast.leader}).record
    acts: list[int] = []
    for kind, said in steps:
        done = _take(actor, account, kind, said, acts)
        if done is not None and done.act:
            acts.append(done.act)
        if account_of(account.pk).is_person:
            is_in_step(account)
        else:
            assert not Membership.objects.as_system("test").filter(account_id=account.pk, is_same=True).exists()


def _take(actor: Actor, account: Account, kind: str, said: Any, acts: list[int]) -> Any:
    if kind == "account":
        return edit_record(actor, ACCOUNT, account.pk, said)
    if kind == "contact":
        row = Membership.objects.as_system("test").filter(account_id=account.pk, is_same=True).first()
        return edit_record(actor, CONTACT, row.record_id, said) if row is not None else None
    if kind == "trash":
        accounts.trash(actor, account.pk)
        if account_of(account.pk).is_person:
            is_in_step(account)
        accounts.restore(actor, account.pk)
        return None
    if kind == "person":
        return edit_record(actor, ACCOUNT, account.pk, {"is_person": said})
    if acts:
        undo_act(actor, acts[said % len(acts)])
    return None
