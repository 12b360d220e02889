"""Merging and parting over random accounts: without edits between all is as before, with edits nothing is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tend.domains.accounts.commands import add_responsible, edit_account
from tend.domains.accounts.merging import merge, unmerge
from tend.domains.accounts.models import Account
from tend.domains.accounts.notes import add_tags, write_remark
from tend.domains.accounts.ties import relate, set_interest
from tend.domains.activities.commands import log_call
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.undo import undo_operation
from tend.kernel.values import edit_record
from tests.cast import Cast, make

PHONES = ("+34 911 111 111", "+34 922 222 222", "+34 933 333 333")
EMAILS = ("a@one.example", "b@two.example")
STREETS = ("Calle Mayor 1", "Plaza Nueva 2")
UNTOLD = {"version", "updated_at"}
WATCHED = ("accounts", "contacts", "activities")
DERIVED_KEYS = (
    "accountremarkvalue",
    "accountcharacteristic",
    "accountaccess",
    "contactremarkvalue",
    "contactcharacteristic",
)

side = st.fixed_dictionaries(
    {
        "employees": st.none() | st.integers(1, 3),
        "website": st.sampled_from(("", "https://one.example", "https://two.example")),
        "lifecycle": st.sampled_from(("lead", "prospect", "customer")),
        "phones": st.lists(st.sampled_from(PHONES), unique=True),
        "emails": st.lists(st.sampled_from(EMAILS), unique=True),
        "streets": st.lists(st.sampled_from(STREETS), unique=True),
        "tags": st.sets(st.integers(0, 1)),
        "areas": st.sets(st.integers(0, 1)),
        "remarks": st.lists(st.sampled_from(("said hello", "fair=2025", "fair=2026", "rooms=9")), max_size=3),
        "talks": st.integers(0, 2),
        "tasks": st.integers(0, 2),
        "people": st.sets(st.sampled_from(("both", "own"))),
        "do_not_contact": st.booleans(),
        "responsible": st.booleans(),
        "related": st.sampled_from(("", "third", "other")),
        "status": st.booleans(),
        "is_person": st.booleans(),
    }
)  # fmt: skip


def snapshot() -> dict[str, Any]:
    """All rows of accounts, contacts and activities but for what counts writes."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label not in WATCHED or not model._meta.managed:
            continue
        skipped = UNTOLD | ({"id"} if model._meta.model_name in DERIVED_KEYS else set())
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in skipped]
        rows = [dict(zip(names, row, strict=True)) for row in model._base_manager.values_list(*names)]
        found[model._meta.label] = {row["id"] if "id" in row else repr(row): row for row in rows}
    return found


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
    """What differs: the row, and of one that stands in both its columns before and after."""
    found: list[Any] = []
    for label, old in before.items():
        new = after[label]
        for key in {**old, **new}:
            if key not in old or key not in new:
                found.append((label, "gone" if key in old else "new", old.get(key) or new.get(key)))
            elif old[key] != new[key]:
                found.append((label, key, {n: (v, new[key][n]) for n, v in old[key].items() if v != new[key][n]}))
    return found


class Stage:
    """Words and two accounts with what hangs on them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.actor: Actor = cast.actor(cast.admin)
        self.tags = [make("tags", name=n) for n in ("vip", "south")]
        self.areas = [make("areas", name=n) for n in ("Leasing", "Wine")]
        self.kind = make("relation-kinds", name="owns", inverse_name="is owned by")
        self.outcome = make("outcomes", name="spoke", kind="call", effect="contact")
        self.statuses = [
            make("interaction-statuses", name="B", plans_calls=True, interval=30, for_leads=True, for_accounts=True),
            make("interaction-statuses", name="C", plans_calls=True, interval=90, for_leads=True, for_accounts=True),
        ]
        self.third = cast.account("Third house", cast.admin)
        self.both = make("contacts", first_name="Both")

    def side(self, n: int, given: dict[str, Any]) -> Account:
        owner = (self.cast.manager, self.cast.leader)[n]
        account: Account = make(
            "accounts", name=f"House {n}", owner=owner, lifecycle=given["lifecycle"], employees=given["employees"],
            website=given["website"], phones=given["phones"], emails=given["emails"], is_person=given["is_person"],
            addresses=[{"street": s, "city": "Cádiz"} for s in given["streets"]],
            do_not_contact=given["do_not_contact"], interaction_status=self.statuses[n] if given["status"] else None,
        )  # fmt: skip
        add_tags(self.actor, account, tags=[self.tags[i] for i in sorted(given["tags"])])
        for i in sorted(given["areas"]):
            set_interest(self.actor, account, area=self.areas[i], strength=n + 1)
        for text in given["remarks"]:
            write_remark(self.actor, account, text=text)
        for i in range(given["talks"]):
            at = clock.now() - dt.timedelta(days=2 + i * 3 + n)  # so that no call is overdue
            log_call(self.actor, account, outcome=self.outcome, at=at)
        for i in range(given["tasks"]):
            make("activities", account=account.pk, kind="task", subject=f"Task {n} {i}", responsible=owner)
        if "both" in given["people"]:
            edit_record(self.actor, self.both_entity, self.both.pk, {"accounts": [account.pk]})
        if "own" in given["people"]:
            make("contacts", first_name=f"Own {n}", accounts=[account.pk])
        if given["responsible"]:
            add_responsible(self.actor, account, user=self.cast.junior, is_caller=n == 1)
        if given["related"] == "third":
            relate(self.actor, account, to=self.third, kind=self.kind)
        return account

    @property
    def both_entity(self) -> Any:
        from tend.domains.contacts.entity import CONTACT

        return CONTACT

    def pair(self, one: dict[str, Any], two: dict[str, Any]) -> tuple[Account, Account]:
        stays, goes = self.side(0, one), self.side(1, two)
        if one["related"] == "other":
            relate(self.actor, stays, to=goes, kind=self.kind)
        if two["related"] == "other":
            relate(self.actor, goes, to=stays, kind=self.kind)
        return stays, goes


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def check() -> None:
    """No open calls beside the invariant, and no constraint of the database waits."""
    connection.check_constraints()


EXAMPLES = settings(
    phases=[Phase.generate], max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@EXAMPLES
@given(one=side, two=side, by_undo=st.booleans())
def test_parting_without_edits_restores_everything(
    stage: Stage, one: dict[str, Any], two: dict[str, Any], by_undo: bool
) -> None:
    with transaction.atomic():
        stays, goes = stage.pair(one, two)
        before = snapshot()
        done = merge(stage.actor, goes, into=stays)
        check()
        if by_undo:
            undo_operation(stage.actor, done.operation)
        else:
            unmerge(stage.actor, goes)
        check()
        differ = differences(before, snapshot())
        assert not differ, differ
        transaction.set_rollback(True)  # the next example begins with the same office


@EXAMPLES
@given(one=side, two=side, edits=st.lists(st.integers(0, 7), max_size=4), again=st.booleans())
def test_parting_after_edits_loses_nothing(
    stage: Stage, one: dict[str, Any], two: dict[str, Any], edits: list[int], again: bool
) -> None:
    with transaction.atomic():
        stays, goes = stage.pair(one, two)
        merge(stage.actor, goes, into=stays)
        for edit in edits:
            _edit(stage, stays, edit)
        rows = _rows_of_people()
        parted = unmerge(stage.actor, goes)
        check()
        assert rows - _rows_of_people() == set()
        held = Account.objects.as_system("test").get(pk=stays.pk)
        if 0 in edits:
            assert held.employees == 77
        if 1 in edits:
            assert held.website == "https://edited.example"
        if again:
            undo_operation(stage.actor, parted.operation)
            check()
            assert Account.objects.as_system("test").get(pk=goes.pk).merged_into_id == stays.pk
            assert rows - _rows_of_people() == set()
        transaction.set_rollback(True)  # the next example begins with the same office


def _rows_of_people() -> set[Any]:
    """What people entered, wherever it hangs: numbers, remarks, activities, tags."""
    from tend.domains.accounts.models import AccountAddress, AccountPoint, AccountRemark, AccountTag
    from tend.domains.activities.models import Activity

    ids = list(Account.objects.as_system("test").values_list("pk", flat=True))
    found: set[Any] = set()
    found |= {("point", *r) for r in AccountPoint.objects.of(ids).values_list("kind", "normalised", "label")}
    found |= {("address", *r) for r in AccountAddress.objects.of(ids).values_list("street", "city")}
    found |= {("remark", *r) for r in AccountRemark.objects.of(ids).values_list("text")}
    found |= {("tag", *r) for r in AccountTag.objects.of(ids).values_list("tag_id")}
    made = Activity.objects.as_system("test").filter(trashed_at=None).exclude(origin="cycle")
    return found | {("activity", *r) for r in made.values_list("pk", "subject", "text")}


def _edit(stage: Stage, account: Account, edit: int) -> None:
    from tend.domains.accounts.entity import ACCOUNT

    actor = stage.actor
    if edit == 0:
        edit_account(actor, account, values={"employees": 77})
    elif edit == 1:
        edit_account(actor, account, values={"website": "https://edited.example"})
    elif edit == 2:
        edit_record(actor, ACCOUNT, account.pk, {"phone": "+34 944 444 444"})
    elif edit == 3:
        edit_record(actor, ACCOUNT, account.pk, {"address.street": "Edited street"})
    elif edit == 4:
        write_remark(actor, account, text="fair=2030")
    elif edit == 5:
        log_call(actor, account, outcome=stage.outcome, text="after merging")
    elif edit == 6:
        add_tags(actor, account, tags=stage.tags)
    else:
        make("activities", account=account.pk, kind="task", subject="New task", responsible=stage.cast.admin)
