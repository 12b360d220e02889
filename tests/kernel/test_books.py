"""Books: names apart, marks, places, retiring, and deleting by mapping in one operation."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.accounts.books import InteractionStatus, Status
from tend.domains.accounts.models import Account, AccountTag
from tend.kernel.actor import system
from tend.kernel.book_rules import free_mark
from tend.kernel.entity import entity_by_plural
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.traits.tags import Tag
from tend.kernel.undo import undo_operation
from tend.kernel.uses import MOST, delete_mapped, is_used, with_uses
from tend.kernel.values import edit_record
from tests.cast import BUILDER, Cast, make

BOSS = system("a test")


def stored(value: Any) -> Any:
    return type(value).objects.as_system("test").get(pk=value.pk)


def act(value: Any, name: str, **options: Any) -> Any:
    entity = entity_by_plural("statuses")
    assert entity is not None
    return entity.verb_by_name[name](BOSS, value, **options)


def test_a_name_is_once_in_a_book_whatever_its_capitals(db: Any) -> None:
    make("statuses", name="Öffnen")
    with pytest.raises(Refused) as no:
        make("statuses", name="öffnen")
    assert no.value.field == "name"


def test_a_new_value_gets_a_free_mark_and_the_last_place(db: Any) -> None:
    first, second = make("statuses", name="Closed"), make("statuses", name="Called back")
    assert [stored(v).mark for v in (first, second)] == ["C", "CB"]
    assert [stored(v).position for v in (first, second)] == [1, 2]


@pytest.mark.parametrize(
    ("name", "taken", "mark"),
    [
        ("Open", (), "O"),
        ("Open", ("O",), "Op"),
        ("Open door", ("o",), "OD"),
        ("–", (), ""),
        ("A", ("A",), "A"),
        ("Є так", ("Є",), "ЄТ"),
    ],
)
def test_marks_come_from_the_name(name: str, taken: tuple[str, ...], mark: str) -> None:
    assert free_mark(name, taken) == mark


def test_a_mark_that_is_taken_is_kept_and_said(db: Any) -> None:
    make("statuses", name="Open", mark="O")
    other = make("statuses", name="Old", mark="OL")
    done = edit_record(BOSS, entity_by_plural("statuses"), other, {"mark": "O"})  # type: ignore[arg-type]
    assert stored(other).mark == "O"
    assert "“Open”" in done.sentence


def test_moving_a_value_leaves_no_gap_and_can_be_undone(db: Any) -> None:
    from tend.kernel.undo import undo_act

    values = [make("statuses", name=name) for name in ("A1", "B2", "C3", "D4")]
    done = act(values[3], "place", to=2)
    names = lambda: list(Status.objects.as_system("test").order_by("position").values_list("name", flat=True))  # noqa: E731
    assert names() == ["A1", "D4", "B2", "C3"]
    undo_act(BOSS, done.act)
    assert names() == ["A1", "B2", "C3", "D4"]


def test_a_used_value_is_not_deleted_from_under_its_records(cast: Cast) -> None:
    used, free = make("statuses", name="Open"), make("statuses", name="Shut")
    cast.account("Alder", status=used)
    assert is_used(used)
    with pytest.raises(Refused) as no:
        act(used, "trash")
    assert no.value.code == "in_use"
    act(free, "trash")
    assert stored(free).trashed_at is not None


def test_counts_say_how_many_records_use_a_value(cast: Cast, django_assert_num_queries: Any) -> None:
    used, free = make("statuses", name="Open"), make("statuses", name="Shut")
    for name in ("Alder", "Birch", "Cedar"):
        cast.account(name, status=used)
    trashed = cast.account("Dogwood", status=used)
    entity_by_plural("accounts").verb_by_name["trash"](BUILDER, trashed)  # type: ignore[union-attr]
    with django_assert_num_queries(1):
        counted = {v.pk: v.uses for v in with_uses(Status.objects.as_system("test"))}
    assert counted == {used.pk: 3, free.pk: 0}
    assert MOST == 10_000


def test_deleting_by_mapping_moves_every_use_and_comes_back_as_one(cast: Cast) -> None:
    old, new = make("statuses", name="Open"), make("statuses", name="Fresh")
    accounts = [cast.account(f"Hotel {n}", status=old) for n in range(5)]
    operation = delete_mapped(BOSS, old, new)
    assert {stored(a).status_id for a in accounts} == {new.pk}
    assert stored(old).trashed_at is not None
    assert (operation.state, operation.changed, operation.failed) == ("done", 5, 0)
    undo_operation(BOSS, operation)
    assert {stored(a).status_id for a in accounts} == {old.pk}
    assert stored(old).trashed_at is None


def test_a_tag_that_a_record_has_already_is_not_doubled(cast: Cast) -> None:
    old, new = make("tags", name="vip"), make("tags", name="key")
    both, one = cast.account("Alder", tags=[old, new]), cast.account("Birch", tags=[old])
    delete_mapped(BOSS, old, new)
    links = set(AccountTag.objects.as_system("test").values_list("record_id", "tag_id"))
    assert links == {(both.pk, new.pk), (one.pk, new.pk)}
    assert Tag.objects.as_system("test").get(pk=old.pk).trashed_at is not None


def test_mapping_is_all_or_nothing(cast: Cast) -> None:
    """A status for leads only cannot take the place of one that accounts have: nothing changes."""
    old = make("interaction-statuses", name="A", interval=14)
    lead = make("interaction-statuses", name="Hot", interval=7, for_leads=True, for_accounts=False)
    account = cast.account("Alder", interaction_status=old)
    with pytest.raises(Refused):
        delete_mapped(BOSS, old, lead)
    assert stored(account).interaction_status_id == old.pk
    assert stored(old).trashed_at is None


def test_mapping_reaches_what_its_administrator_does_not_see(cast: Cast) -> None:
    from dataclasses import replace

    old, new = make("statuses", name="Open"), make("statuses", name="Fresh")
    account = cast.account("Alder", owner=cast.stranger, status=old)
    clerk = cast.actor(cast.junior)
    with pytest.raises(NotAllowed):
        delete_mapped(clerk, old, new)
    clerk = replace(clerk, grants=replace(clerk.grants, rights=frozenset({"settings"})))
    delete_mapped(clerk, old, new)
    assert stored(account).status_id == new.pk
    assert not Account.objects.seen_by(clerk).filter(pk=account.pk).exists()


@pytest.mark.parametrize("interval", [0, 3651])
def test_an_interval_that_cannot_be_kept_is_refused_where_calls_are_planned(db: Any, interval: int) -> None:
    with pytest.raises(Refused) as no:
        make("interaction-statuses", name="A", interval=interval, plans_calls=True)
    assert no.value.field == "interval"
    made = make("interaction-statuses", name="Never", interval=0, plans_calls=False)
    assert stored(made).interval == 0


def test_a_lifecycle_has_one_default(db: Any) -> None:
    first = make("interaction-statuses", name="A", interval=14, default_for=["customer", "prospect"])
    second = make("interaction-statuses", name="B", interval=30, default_for=["customer"])
    assert stored(first).default_for == ["prospect"]
    assert stored(second).default_for == ["customer"]
    entity = entity_by_plural("interaction-statuses")
    assert entity is not None
    with pytest.raises(Refused) as no:
        entity.verb_by_name["retire"](BOSS, second)
    assert no.value.code == "default"
    delete_mapped(BOSS, second, first)
    assert stored(first).default_for == ["customer", "prospect"]
    assert InteractionStatus.objects.as_system("test").filter(trashed_at=None).count() == 1


def test_areas_make_no_circle(db: Any) -> None:
    food = make("areas", name="Food")
    fish = make("areas", name="Fish", parent=food)
    with pytest.raises(Refused) as no:
        edit_record(BOSS, entity_by_plural("areas"), food, {"parent": fish.pk})  # type: ignore[arg-type]
    assert no.value.field == "parent"
