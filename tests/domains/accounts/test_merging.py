"""Accounts entered twice: merged field by field, with all that hangs on them, and parted again."""

from __future__ import annotations

from tend.domains.accounts.merging import merge, unmerge
from tend.domains.accounts.models import Account, AccountPoint
from tend.domains.activities.models import Activity
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
