"""Accounts entered twice: merged field by field, with all that hangs on them, and parted again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.commands import add_responsible, edit_account, restore, trash
from tend.domains.accounts.merging import merge, unmerge
from tend.domains.accounts.models import Account, AccountPoint, Responsible
from tend.domains.accounts.portfolio_check import check_portfolio
from tend.domains.activities.commands import reschedule
from tend.domains.activities.models import Activity
from tend.domains.contacts.commands import join
from tend.domains.contacts.merging import merge as merge_contacts
from tend.domains.contacts.merging import unmerge as unmerge_contacts
from tend.domains.contacts.models import Contact, ContactPointOf, Membership
from tend.engines.cadence.doctor import check_cycle
from tend.kernel import clock
from tend.kernel.entity import entity_of
from tend.kernel.errors import NotAllowed, NotSeen, Refused
from tend.kernel.merging import leads_to
from tend.kernel.merging.report import Report
from tend.kernel.merging.stray import check_merged
from tend.kernel.operations import Operation
from tend.kernel.undo import undo_operation
from tend.kernel.values import edit_record
from tend.people.access import rights_changed
from tend.people.models import Role
from tests.cast import Cast, make


def fresh(account: Account) -> Account:
    found: Account = Account.objects.as_system("test").get(pk=account.pk)
    return found


def test_what_hangs_on_an_account_moves_and_comes_back(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays = cast.account("Hotel Marisol", phones=["+34 911 111 111"], website="https://marisol.example")
    goes = cast.account(
        "Marisol Hotel", phones=["+34 911 111 111", "+34 922 222 222"], employees=40, emails=["a@marisol.example"]
    )
    person = make("contacts", first_name="Lucia", accounts=[goes.pk])
    talk = make("activities", account=goes.pk, kind="task", subject="Ask", responsible=cast.manager)
    done = merge(actor, goes, into=stays)
    assert fresh(goes).merged_into_id == stays.pk
    assert fresh(goes).trashed_at is not None
    assert fresh(stays).employees == 40
    assert sorted(AccountPoint.objects.of([stays]).values_list("normalised", "is_primary")) == [
        ("+34911111111", True), ("+34922222222", False), ("a@marisol.example", True),
    ]  # fmt: skip
    assert Activity.objects.as_system("test").get(pk=talk.pk).account_id == stays.pk
    assert [m.account_id for m in person.memberships.model.objects.of([person])] == [stays.pk]
    unmerge(actor, goes)
    assert fresh(goes).trashed_at is None
    assert fresh(stays).employees is None
    assert Activity.objects.as_system("test").get(pk=talk.pk).account_id == goes.pk
    assert AccountPoint.objects.of([stays]).count() == 1
    assert AccountPoint.objects.of([goes]).count() == 3
    assert done.operation is not None


def test_both_need_the_right(cast: Cast) -> None:
    mine, hidden = cast.account("Hotel Marisol"), cast.account("Marisol", cast.stranger)
    with pytest.raises(NotSeen):
        merge(cast.actor(cast.leader), mine, into=hidden)
    with pytest.raises(NotSeen):
        merge(cast.actor(cast.leader), hidden, into=mine)
    other = cast.account("Marisol House", cast.leader)
    for loser, winner in ((mine, other), (other, mine)):
        with pytest.raises(NotAllowed):
            merge(cast.actor(cast.manager), loser, into=winner)  # he sees both, and one is not his
    assert not Operation.objects.as_system("test").filter(kind="merge").exists()


def test_a_manager_merges_and_parts_what_is_his_without_the_right_to_delete(cast: Cast) -> None:
    actor = cast.actor(cast.manager)
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol", lifecycle="lead")
    with pytest.raises(NotAllowed):
        trash(actor, goes)
    merge(actor, goes, into=stays)
    unmerge(actor, goes)
    assert fresh(goes).merged_into_id is None
    people = [make("contacts", first_name=name, accounts=[stays.pk]) for name in ("Lucia", "Lucía")]
    merge_contacts(actor, people[1], into=people[0])
    merge(actor, goes, into=stays)
    edit_account(cast.actor(cast.admin), stays, values={"owner": cast.leader})
    with pytest.raises(NotAllowed):
        unmerge(actor, goes)


def test_an_account_is_not_merged_with_itself_or_into_the_trash(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol")
    with pytest.raises(Refused):
        merge(actor, stays, into=stays)
    trash(actor, stays)
    with pytest.raises((Refused, NotSeen)):
        merge(actor, goes, into=stays)
    with pytest.raises(Refused):
        unmerge(actor, goes)


def test_a_merged_account_is_parted_not_restored(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol")
    merge(actor, goes, into=stays)
    with pytest.raises(Refused):
        restore(actor, goes)


def test_the_chosen_values_count_and_no_others(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays = cast.account("Hotel Marisol", website="https://one.example", phones=["+34 911 111 111"])
    goes = cast.account("Marisol", website="https://two.example", employees=9, phones=["+34 922 222 222"])
    merge(actor, goes, into=stays, take=["website", "phone"])
    held = fresh(stays)
    assert (held.name, held.website, held.employees) == ("Hotel Marisol", "https://two.example", None)
    assert _phones(stays) == {"+34911111111": False, "+34922222222": True}
    unmerge(actor, goes)
    assert fresh(stays).website == "https://one.example"
    assert _phones(stays) == {"+34911111111": True}
    assert _phones(goes) == {"+34922222222": True}
    with pytest.raises(Refused):
        merge(actor, goes, into=stays, take=["nothing"])


def test_a_field_that_one_may_not_change_is_not_taken(cast: Cast) -> None:
    role = Role.objects.as_system("test").get(code="sales-leader")
    role.field_rights = {"accounts": {"website": "read", "employees": "hidden"}}
    role.save()
    rights_changed()
    actor = cast.actor(cast.leader)
    stays = cast.account("Hotel Marisol", website="https://one.example")
    goes = cast.account("Marisol", website="https://two.example", employees=9)
    for name in ("website", "employees"):
        with pytest.raises(Refused):
            merge(actor, goes, into=stays, take=[name])
    merge(actor, goes, into=stays, take=[])
    assert fresh(stays).employees == 9  # what nobody could choose is not lost
    assert fresh(stays).website == "https://one.example"


def test_the_tree_has_no_circle(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    top = cast.account("Top")
    above = cast.account("Above", parent=top.pk)
    between = cast.account("Between", parent=above.pk)
    below = cast.account("Below", parent=between.pk)
    merge(actor, above, into=below)
    assert fresh(below).parent_id == top.pk
    assert fresh(between).parent_id == below.pk
    unmerge(actor, above)
    assert (fresh(below).parent_id, fresh(between).parent_id) == (between.pk, above.pk)


def test_the_stricter_wish_counts_and_nothing_is_planned(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    status = make("interaction-statuses", name="B", plans_calls=True, interval=30)
    stays = cast.account("Hotel Marisol", interaction_status=status)
    goes = cast.account("Marisol", interaction_status=status, do_not_contact=True)
    assert open_calls(stays) == 1
    merge(actor, goes, into=stays)
    assert fresh(stays).do_not_contact
    assert open_calls(stays) == open_calls(goes) == 0
    assert fresh(stays).next_contact_on is None
    unmerge(actor, goes)
    assert (open_calls(stays), open_calls(goes)) == (1, 0)


def test_one_open_call_remains_on_the_earlier_day(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    rare = make("interaction-statuses", name="C", plans_calls=True, interval=90)
    often = make("interaction-statuses", name="A", plans_calls=True, interval=10)
    stays, goes = cast.account("Hotel Marisol", interaction_status=rare), cast.account("M", interaction_status=often)
    late, soon = fresh(stays).next_contact_on, fresh(goes).next_contact_on
    assert late is not None
    assert soon is not None
    assert soon < late
    merge(actor, goes, into=stays)
    assert open_calls(stays) == 1
    assert open_calls(goes) == 0
    assert fresh(stays).next_contact_on == soon
    assert check_cycle(False) == []
    unmerge(actor, goes)
    assert (fresh(stays).next_contact_on, fresh(goes).next_contact_on) == (late, soon)
    assert check_cycle(False) == []


def test_a_promised_day_is_kept(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    often = make("interaction-statuses", name="A", plans_calls=True, interval=10)
    stays, goes = cast.account("Hotel Marisol", interaction_status=often), cast.account("M", interaction_status=often)
    call = Activity.objects.as_system("test").get(account=goes)
    day = clock.now().date() + dt.timedelta(days=60)
    reschedule(actor, call, to=day, promised=True)
    merge(actor, goes, into=stays)
    kept = Activity.objects.as_system("test").get(account=stays, state="planned")
    assert (kept.planned_on, kept.is_promised) == (day, True)


def test_a_call_moves_along_to_an_account_that_has_none(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    often = make("interaction-statuses", name="A", plans_calls=True, interval=10)
    stays, goes = cast.account("Hotel Marisol", interaction_status=None), cast.account("M", interaction_status=often)
    call = Activity.objects.as_system("test").get(account=goes)
    merge(actor, goes, into=stays)
    moved = Activity.objects.as_system("test").get(pk=call.pk)
    assert (moved.account_id, moved.state) == (stays.pk, "planned")
    assert check_cycle(False) == []
    unmerge(actor, goes)
    assert (open_calls(stays), open_calls(goes)) == (0, 1)


def test_whoever_looked_after_either_keeps_sight_of_it(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays, goes = cast.account("Hotel Marisol", cast.manager), cast.account("Marisol", cast.junior)
    merge(actor, goes, into=stays)
    assert Account.objects.seen_by(cast.actor(cast.junior)).filter(pk=stays.pk).exists()
    unmerge(actor, goes)
    assert not Account.objects.seen_by(cast.actor(cast.junior)).filter(pk=stays.pk).exists()
    assert Account.objects.seen_by(cast.actor(cast.junior)).filter(pk=goes.pk).exists()


def test_whoever_saw_the_old_one_is_led_on_by_its_address(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol")
    add_responsible(actor, goes, user=cast.junior)
    merge(actor, goes, into=stays)
    assert leads_to(cast.actor(cast.junior), entity_of(Account), goes.pk) == stays
    assert leads_to(cast.actor(cast.stranger), entity_of(Account), goes.pk) is None
    assert check_portfolio(False) == []
    unmerge(actor, goes)
    assert check_portfolio(False) == []


def test_people_of_different_companies_are_parted_by_whoever_merged_them(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    one, two = cast.account("Hotel Marisol"), cast.account("Bodega Torres")
    stays = make("contacts", first_name="Lucia", accounts=[one.pk])
    goes = make("contacts", first_name="Lucía", accounts=[two.pk])
    join(actor, goes, account=two, is_primary=True)
    merge_contacts(actor, goes, into=stays)
    assert {m.account_id: m.is_primary for m in Membership.objects.of([stays])} == {one.pk: False, two.pk: True}
    unmerge_contacts(actor, goes)
    assert [m.account_id for m in Membership.objects.of([stays])] == [one.pk]
    assert {m.account_id: m.is_primary for m in Membership.objects.of([goes])} == {two.pk: True}


def test_what_is_written_to_a_copy_stays(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol")
    add_responsible(actor, goes, user=cast.junior)
    merge(actor, goes, into=stays)
    add_responsible(actor, stays, user=cast.junior, role="Deputy")
    done = unmerge(actor, goes)
    assert [r.role for r in Responsible.objects.of([stays])] == ["Deputy"]
    assert [r.role for r in Responsible.objects.of([goes])] == [""]
    assert [k.why for k in Report.of(done.operation.summary).kept] == ["changed"]


def test_a_chain_is_parted_in_any_order(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    first, second, third = (cast.account(n, phones=[f"+34 91111111{i}"]) for i, n in enumerate(("One", "Two", "Three")))
    merge(actor, first, into=second)
    merge(actor, second, into=third)
    assert len(_phones(third)) == 3
    unmerge(actor, first)  # its number went on to the third
    assert _phones(first) == {"+34911111110": True}
    assert len(_phones(third)) == 2
    unmerge(actor, second)
    assert [len(_phones(a)) for a in (first, second, third)] == [1, 1, 1]


def test_several_are_merged_into_one_as_one_operation(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays, *others = (cast.account(f"House {n}", phones=[f"+34 91111111{n}"]) for n in range(4))
    operation = merge.each(actor, [a.pk for a in others], into=stays)
    assert (operation.changed, operation.failed) == (3, 0)
    assert len(_phones(stays)) == 4
    unmerge(actor, others[1])
    assert (len(_phones(stays)), len(_phones(others[1]))) == (3, 1)
    undo_operation(actor, operation)
    assert [len(_phones(a)) for a in (stays, *others)] == [1, 1, 1, 1]


def test_it_says_what_stayed_and_why(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol", employees=5, emails=["a@one.example"])
    merge(actor, goes, into=stays)
    edit_account(actor, stays, values={"employees": 6})
    edit_record(actor, entity_of(Account), stays.pk, {"emails": []})
    done = unmerge(actor, goes)
    assert done.operation is not None
    kept = {(k.name, k.why) for k in Report.of(done.operation.summary).kept}
    assert kept == {("employees", "changed"), ("accounts.accountpoint", "deleted")}
    assert fresh(stays).employees == 6


def test_two_persons_are_one_person(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays = cast.account("Lucia Marin", is_person=True, phones=["+34 911 111 111"])
    goes = cast.account("Lucia Marín", is_person=True, phones=["+34 922 222 222"])
    assert Contact.objects.seen_by(actor).count() == 2
    merge(actor, goes, into=stays)
    (person,) = Contact.objects.seen_by(actor)
    assert set(ContactPointOf.objects.of([person]).values_list("normalised", flat=True)) == {
        "+34911111111", "+34922222222",
    }  # fmt: skip
    unmerge(actor, goes)
    assert Contact.objects.seen_by(actor).count() == 2


def test_what_was_entered_in_the_moment_of_merging_is_found_and_follows(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol")
    talk = make("activities", account=stays.pk, kind="task", subject="Ask", responsible=cast.manager)
    merge(actor, goes, into=stays)
    assert check_merged(False) == []
    Activity.objects.as_system("test").filter(pk=talk.pk).update(account=goes)
    assert [f.count for f in check_merged(True)] == [1]
    assert Activity.objects.as_system("test").get(pk=talk.pk).account_id == stays.pk
    assert check_merged(False) == []


@pytest.mark.parametrize("many", [1, 120])
def test_as_many_statements_for_many_activities_as_for_few(cast: Cast, many: int) -> None:
    actor = cast.actor(cast.leader)
    asked = []
    for count in (1, many):
        stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol")
        for n in range(count):
            for account in (stays, goes):
                make("activities", account=account.pk, kind="task", subject=f"Ask {n}", responsible=cast.manager)
        with CaptureQueriesContext(connection) as merging:
            merge(actor, goes, into=stays)
        with CaptureQueriesContext(connection) as parting:
            unmerge(actor, goes)
        asked.append((len(merging), len(parting)))
    assert abs(asked[1][0] - asked[0][0]) <= 3
    assert abs(asked[1][1] - asked[0][1]) <= 3


def open_calls(account: Account) -> int:
    rows = Activity.objects.as_system("test").filter(account=account, origin="cycle", state="planned", trashed_at=None)
    return int(rows.count())


def _phones(account: Account) -> dict[str, bool]:
    return dict(AccountPoint.objects.of([account]).filter(kind="phone").values_list("normalised", "is_primary"))
