"""Long work: a bulk change, a handover, a mapped deletion and an undo as jobs that stop, go on, tell and are taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from tend.domains.accounts.commands import reassign
from tend.domains.accounts.models import Account
from tend.domains.activities.leaving import deactivate_with_handover
from tend.kernel import clock
from tend.kernel.actor import system
from tend.kernel.entity import entity_by_plural
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.jobs import cancel, jobs_of, queue
from tend.kernel.jobs.bulk import queue_each, run_or_queue
from tend.kernel.jobs.models import Job
from tend.kernel.jobs.stages import go_on, job_of, may_go_on
from tend.kernel.jobs.undoing import undo_or_queue
from tend.kernel.jobs.worker import Worker
from tend.kernel.notices import notices_of
from tend.kernel.operations import Operation
from tend.kernel.taking import take
from tend.kernel.told import refusals_of
from tend.kernel.undo import UndoReport, undo_operation
from tend.kernel.uses import delete_mapped
from tend.people.access import rights_changed
from tend.people.models import Role, User, UserRole
from tests.cast import BUILDER, Cast, make

pytestmark = pytest.mark.django_db
ACCOUNTS = entity_by_plural("accounts")
assert ACCOUNTS is not None


def stored(record: Any) -> Any:
    return type(record).objects.as_system("test").get(pk=record.pk)


def many(cast: Cast, count: int = 12, **values: Any) -> list[Any]:
    return [cast.account(f"Hotel {n:02}", **values) for n in range(count)]


def described(accounts: list[Any]) -> list[str]:
    return [stored(a).description for a in accounts]


def work(worker: Worker, chunks: int) -> None:
    """Let a worker do so many chunks and then be told to stop."""
    done = 0
    told = worker._stop.is_set

    def counting() -> bool:
        nonlocal done
        done += 1
        return told() or done > 2 * chunks  # asked before a chunk and when it tells

    worker._stop.is_set = counting  # type: ignore[method-assign]
    worker.step()


def test_few_records_change_at_once_and_many_as_a_job(cast: Cast) -> None:
    few, some = many(cast, 2), many(cast, 12)
    leader = cast.actor(cast.leader)
    now = run_or_queue(leader, ACCOUNTS.edit, [a.pk for a in few], {"values": {"description": "x"}}, at_once=5)
    later = run_or_queue(leader, ACCOUNTS.edit, [a.pk for a in some], {"values": {"description": "x"}}, at_once=5)
    assert (now.state, later.state) == ("done", "waiting")
    assert described(few) == ["x", "x"]
    assert set(described(some)) == {""}
    Worker("w").drain()
    assert set(described(some)) == {"x"}
    assert (stored(later).state, stored(later).changed, stored(later).total) == ("done", 12, 12)


def test_the_end_of_long_work_is_told_to_who_asked(cast: Cast) -> None:
    leader = cast.actor(cast.leader)
    operation = queue_each(leader, ACCOUNTS.edit, [a.pk for a in many(cast)], {"values": {"description": "x"}})
    Worker("w").drain()
    told = notices_of(leader)
    assert [(n.kind, n.record_type, n.record_id) for n in told] == [("operation", "kernel.operation", operation.pk)]
    assert told[0].sentence == "Edit is done: 12 changed."
    assert notices_of(cast.actor(cast.junior)) == []


def test_the_scope_is_asked_when_the_work_is_done(cast: Cast) -> None:
    accounts = many(cast, 6)
    manager = cast.actor(cast.manager)
    operation = queue_each(manager, ACCOUNTS.edit, [a.pk for a in accounts], {"values": {"description": "x"}})
    reassign(system("test"), accounts[1], to=cast.stranger)
    Worker("w").drain()
    assert stored(accounts[1]).description == ""
    assert (stored(operation).changed, stored(operation).failed) == (5, 1)
    assert list(refusals_of(BUILDER, operation).values_list("record_id", flat=True)) == [accounts[1].pk]


def test_rights_that_are_taken_stop_the_work_between_two_chunks(cast: Cast) -> None:
    accounts = many(cast, 6)
    operation = queue_each(
        cast.actor(cast.manager), ACCOUNTS.edit, [a.pk for a in accounts], {"values": {"description": "x"}}, chunk=2
    )
    work(Worker("w"), 1)
    assert stored(operation).done_through == 2
    UserRole.objects.as_system("test").filter(record_id=cast.manager.pk).update(
        role=Role.objects.as_system("test").get(code="read-only")
    )
    rights_changed()
    Worker("w").drain()
    assert described(accounts) == ["x", "x", "", "", "", ""]
    assert (stored(operation).state, stored(operation).failed) == ("done", 4)


def test_stopped_work_keeps_what_is_done_goes_on_and_is_undone(cast: Cast) -> None:
    accounts = many(cast, 6)
    leader = cast.actor(cast.leader)
    operation = queue_each(leader, ACCOUNTS.edit, [a.pk for a in accounts], {"values": {"description": "x"}}, chunk=2)
    work(Worker("w"), 1)
    with pytest.raises(NotSeen):
        cancel(cast.actor(cast.junior), jobs_of(leader).first().pk)
    cancel(leader, jobs_of(leader).first().pk)
    Worker("w").drain()
    assert (stored(operation).state, stored(operation).done_through) == ("stopped", 2)
    assert may_go_on(stored(operation))
    with pytest.raises(Refused):
        go_on(cast.actor(cast.admin), operation)
    go_on(leader, operation)
    Worker("w").drain()
    assert set(described(accounts)) == {"x"}
    assert stored(operation).state == "done"
    with pytest.raises(Refused):
        go_on(leader, operation)
    undo_operation(leader, stored(operation))
    assert set(described(accounts)) == {""}


def test_what_stopped_halfway_can_be_taken_back_and_then_not_gone_on_with(cast: Cast) -> None:
    accounts = many(cast, 6)
    leader = cast.actor(cast.leader)
    operation = queue_each(leader, ACCOUNTS.edit, [a.pk for a in accounts], {"values": {"description": "x"}}, chunk=2)
    work(Worker("w"), 1)
    cancel(leader, job_of(operation).pk)  # type: ignore[union-attr]
    Worker("w").drain()
    undoing = undo_or_queue(leader, stored(operation))
    assert (undoing.state, undoing.changed) == ("done", 2)
    assert set(described(accounts)) == {""}
    with pytest.raises(Refused):
        go_on(leader, stored(operation))


def test_work_that_waits_stops_at_once(cast: Cast) -> None:
    leader = cast.actor(cast.leader)
    operation = queue_each(leader, ACCOUNTS.edit, [a.pk for a in many(cast, 3)], {"values": {"description": "x"}})
    cancel(leader, job_of(operation).pk)  # type: ignore[union-attr]
    assert (stored(operation).state, Worker("w").drain()) == ("stopped", 0)
    assert not stored(operation).may_be_undone_at(clock.now())


def test_a_large_undo_is_a_job_and_equals_a_small_one(cast: Cast) -> None:
    accounts = many(cast, 9)
    leader = cast.actor(cast.leader)
    operation = ACCOUNTS.edit.each(leader, [a.pk for a in accounts], values={"description": "x"})
    ACCOUNTS.edit(leader, accounts[0], values={"description": "mine"})
    undoing = undo_or_queue(leader, operation, at_once=4)
    assert (undoing.state, undoing.total, stored(operation).state) == ("waiting", 9, "undone")
    with pytest.raises(Refused):
        undo_or_queue(leader, stored(operation))
    Worker("w").drain()
    assert described(accounts) == ["mine", *[""] * 8]
    report = UndoReport.of(stored(undoing))
    assert (stored(undoing).state, report.restored, report.skipped_count) == ("done", 9, 1)
    assert notices_of(leader)[0].sentence == "Undo is done: 9 changed."


def test_every_refusal_is_kept(cast: Cast) -> None:
    hidden = [cast.account(f"Far {n}", owner=cast.stranger) for n in range(3)]
    leader = cast.actor(cast.leader)
    operation = queue_each(
        leader, ACCOUNTS.edit, [a.pk for a in [*many(cast, 3), *hidden]], {"values": {"description": "x"}}
    )
    Worker("w").drain()
    assert stored(operation).failed == 3
    assert {pk for pk, _why in refusals_of(BUILDER, operation).values_list("record_id", "message")} == {
        a.pk for a in hidden
    }
    assert notices_of(leader)[0].sentence == "Edit is done: 3 changed, 3 refused."


# --- a value replaced by another at all its users --------------------------------------------------------------------
def test_many_uses_are_mapped_by_a_job_and_nobody_takes_the_value_meanwhile(cast: Cast) -> None:
    old, new = make("statuses", name="Open"), make("statuses", name="Fresh")
    accounts = many(cast, 7, status=old)
    admin = cast.actor(cast.admin)
    operation = delete_mapped(admin, old, new, at_once=3)
    assert (operation.state, operation.total) == ("waiting", 8)
    assert (stored(old).is_active, stored(old).trashed_at) == (False, None)
    Worker("w").drain()
    assert {stored(a).status_id for a in accounts} == {new.pk}
    assert stored(old).trashed_at is not None
    assert (stored(operation).state, stored(operation).changed) == ("done", 7)
    undo_operation(admin, stored(operation))
    assert {stored(a).status_id for a in accounts} == {old.pk}
    assert (stored(old).is_active, stored(old).trashed_at) == (True, None)


def test_a_value_that_somebody_still_has_stays_retired(cast: Cast) -> None:
    old, new = make("statuses", name="Open"), make("statuses", name="Fresh")
    many(cast, 5, status=old)
    operation = delete_mapped(cast.actor(cast.admin), old, new, at_once=3)
    late = cast.account("Late")
    Account.objects.as_system("test").filter(pk=late.pk).update(status=old)
    Worker("w").drain()
    assert (stored(old).is_active, stored(old).trashed_at) == (False, None)
    assert (stored(operation).state, stored(operation).changed, stored(operation).failed) == ("done", 5, 1)


def test_mapping_stops_when_the_right_is_taken(cast: Cast) -> None:
    old, new = make("statuses", name="Open"), make("statuses", name="Fresh")
    accounts = many(cast, 5, status=old)
    operation = delete_mapped(cast.actor(cast.admin), old, new, at_once=3)
    UserRole.objects.as_system("test").filter(record_id=cast.admin.pk).update(
        role=Role.objects.as_system("test").get(code="sales-leader")
    )
    rights_changed()
    Worker("w").drain()
    assert {stored(a).status_id for a in accounts} == {old.pk}
    assert stored(operation).state == "stopped"
    assert "may not do this any more" in notices_of(cast.actor(cast.admin))[0].sentence


def test_work_that_lost_five_workers_is_stopped_told_and_can_be_gone_on_with(cast: Cast) -> None:
    accounts, admin = many(cast, 5), cast.actor(cast.admin)
    operation = run_or_queue(
        admin, ACCOUNTS.edit, [a.pk for a in accounts], {"values": {"description": "x"}}, at_once=1
    )
    take(Job.objects.as_system("test"), state="running", worker="dead", attempts=queue.DEATHS, heartbeat_at=None)
    Worker("w").round()
    assert stored(operation).state == "stopped"
    assert "ended without a word" in notices_of(admin)[0].sentence
    go_on(admin, stored(operation))
    Worker("w").drain()
    assert set(described(accounts)) == {"x"}
    assert (stored(operation).state, stored(operation).changed) == ("done", 5)


# --- a colleague leaves -----------------------------------------------------------------------------------------------
def test_a_large_handover_ends_the_access_now_and_moves_the_accounts_in_a_job(cast: Cast) -> None:
    accounts = many(cast, 7)
    admin = cast.actor(cast.admin)
    operation = deactivate_with_handover(admin, cast.manager, to=cast.junior, at_once=3)
    assert (operation.state, stored(cast.manager).is_active) == ("waiting", False)
    Worker("w").drain()
    assert {stored(a).owner_id for a in accounts} == {cast.junior.pk}
    assert (stored(operation).state, stored(operation).changed, stored(operation).failed) == ("done", 7, 0)
    told = [n.sentence for n in notices_of(cast.actor(cast.junior)) if n.kind == "handover"]
    assert told == ["Tomas Ribeiro has left. Accounts and activities that are yours now: 7."]
    undo_or_queue(admin, stored(operation))
    assert {stored(a).owner_id for a in accounts} == {cast.manager.pk}
    assert User.objects.as_system("test").get(pk=cast.manager.pk).is_active


def test_a_large_handover_of_oneself_is_refused_before_anything_moves(cast: Cast) -> None:
    accounts = many(cast, 5, owner=cast.admin)
    with pytest.raises(Refused), transaction.atomic():
        deactivate_with_handover(cast.actor(cast.admin), cast.admin, to=cast.junior, at_once=2)
    assert {stored(a).owner_id for a in accounts} == {cast.admin.pk}
    assert Operation.objects.as_system("test").count() == Job.objects.as_system("test").count() == 0
