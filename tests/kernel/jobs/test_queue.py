"""Jobs: queued with the write that asked for them, run once, tried again, given up, stopped and taken from the dead."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tend.kernel import clock, operations
from tend.kernel.actor import Actor, Grants, system
from tend.kernel.errors import Misuse, NotSeen, Refused
from tend.kernel.jobs import Again, Job, Run, cancel, enqueue, every, job, jobs_of, queue
from tend.kernel.jobs.declared import Periodic, forget
from tend.kernel.jobs.models import Slot
from tend.kernel.jobs.whereabouts import is_gone, own_name
from tend.kernel.jobs.worker import Worker
from tend.kernel.taking import take
from tend.people.models import User

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
done: list[Any] = []
NAMES_ITSELF = "import django; django.setup(); from tend.kernel.jobs.whereabouts import own_name; print(own_name(), flush=True); input()"


@pytest.fixture(autouse=True)
def made_up_jobs() -> Iterator[None]:
    done.clear()

    @job("note")
    def note(run: Run, *, word: str) -> str:
        done.append((word, run.actor.user_id))
        return word.upper()

    @job("stumble", tries=3)
    def stumble(run: Run) -> None:
        done.append(run.job.attempts)
        raise ValueError("a stone on the road")

    @job("refuse")
    def refuse(run: Run) -> None:
        raise Refused("No.")

    @job("later")
    def later(run: Run) -> None:
        raise Again(60, "nobody at home")

    @job("count")
    def count(run: Run, *, to: int, at: int = 0) -> int:
        while at < to:
            with run.chunk():
                at += 1
                done.append(at)
                run.keep(at=at)
            run.tell(at, to)
        return at

    yield
    forget("note", "stumble", "refuse", "later", "count", "chime")


def kept(one: Job) -> Job:
    return Job.objects.as_system("test").get(pk=one.pk)  # type: ignore[no-any-return]


def due(one: Job) -> None:
    Job.objects.as_system("test").filter(pk=one.pk).update(run_after=clock.now() - dt.timedelta(seconds=1))


def user(name: str) -> User:
    now = clock.now()
    return User.objects.create(email=f"{name}@tend.example", name=name, created_at=now, updated_at=now)


def test_a_job_runs_once_and_keeps_its_answer() -> None:
    one = enqueue("note", {"word": "hello"}, SYSTEM)
    assert Worker("w").drain() == 1
    assert Worker("w").drain() == 0
    assert done == [("hello", None)]
    assert (kept(one).state, kept(one).answer) == ("done", "HELLO")


def test_a_job_acts_for_who_asked_and_not_for_one_who_left() -> None:
    ana = user("ana")
    actor = Actor(ana.pk, "Ana", Grants())
    enqueue("note", {"word": "a"}, actor)
    Worker("w").drain()
    assert done == [("a", ana.pk)]
    User.objects.as_system("test").filter(pk=ana.pk).update(is_active=False)
    late = enqueue("note", {"word": "b"}, actor)
    Worker("w").drain()
    assert kept(late).state == "failed"
    assert len(done) == 1


def test_a_job_is_queued_only_if_the_transaction_commits() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what happens inside is the case
        enqueue("note", {"word": "lost"}, SYSTEM)
        raise ZeroDivisionError
    assert Worker("w").drain() == 0


def test_an_unknown_job_is_our_mistake() -> None:
    with pytest.raises(Misuse):
        enqueue("nothing of the kind", {}, SYSTEM)


def test_equal_work_is_queued_once_while_it_waits() -> None:
    one, two = (enqueue("note", {"word": "x"}, SYSTEM, key="x") for _ in range(2))
    assert one.pk == two.pk
    Worker("w").drain()
    assert enqueue("note", {"word": "x"}, SYSTEM, key="x").pk != one.pk


def test_a_failing_job_is_tried_again_ever_later_and_then_given_up() -> None:
    one = enqueue("stumble", {}, SYSTEM)
    waits = []
    for _ in range(3):
        Worker("w").drain()
        waits.append((kept(one).run_after - clock.now()).total_seconds())
        due(one)
    assert done == [1, 2, 3]
    assert 4 < waits[0] < 6
    assert 19 < waits[1] < 23
    assert kept(one).state == "failed"
    assert "a stone on the road" in kept(one).error


def test_a_refusal_is_final() -> None:
    one = enqueue("refuse", {}, SYSTEM)
    Worker("w").drain()
    assert (kept(one).state, kept(one).error, kept(one).attempts) == ("failed", "No.", 1)


def test_a_job_may_say_when_to_try_again() -> None:
    one = enqueue("later", {}, SYSTEM)
    Worker("w").drain()
    assert kept(one).state == "waiting"
    assert 55 < (kept(one).run_after - clock.now()).total_seconds() < 70


def test_two_workers_never_take_the_same_job() -> None:
    enqueue("note", {"word": "x"}, SYSTEM)
    assert queue.claim("a", clock.now()) is not None
    assert queue.claim("b", clock.now()) is None


def test_a_stopping_worker_gives_its_job_back_where_it_was() -> None:
    one = enqueue("count", {"to": 5}, SYSTEM)
    worker = Worker("a")
    claimed = queue.claim("a", clock.now())
    assert claimed is not None

    class StopAfterTwo(list[Any]):
        def append(self, value: Any) -> None:
            super().append(value)
            if value == 2:
                worker.stop()

    global done
    kept_list, done = done, StopAfterTwo()
    try:
        worker.try_once(claimed)
        assert list(done) == [1, 2]
        assert (kept(one).state, kept(one).attempts) == ("waiting", 0)
        Worker("b").drain()
        assert list(done) == [1, 2, 3, 4, 5]
    finally:
        done = kept_list
    assert kept(one).state == "done"
    assert (kept(one).done, kept(one).total) == (5, 5)


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_after_its_chunk() -> None:
    waiting = enqueue("note", {"word": "x"}, SYSTEM)
    cancel(SYSTEM, waiting.pk)
    assert kept(waiting).state == "cancelled"
    running = enqueue("count", {"to": 3}, SYSTEM)
    claimed = queue.claim("a", clock.now())
    assert claimed is not None
    cancel(SYSTEM, running.pk)
    Worker("a").try_once(claimed)
    assert kept(running).state == "cancelled"
    assert done == []


def test_a_job_of_somebody_else_cannot_be_seen_or_cancelled() -> None:
    ana, boris = (Actor(user(n).pk, n, Grants()) for n in ("ana", "boris"))
    one = enqueue("note", {"word": "x"}, ana)
    assert list(jobs_of(boris)) == []
    with pytest.raises(NotSeen):
        cancel(boris, one.pk)
    assert [j.pk for j in jobs_of(ana)] == [one.pk]


def test_the_job_of_a_dead_worker_is_run_by_another() -> None:
    one = enqueue("note", {"word": "x"}, SYSTEM)
    long_ago = clock.now() - queue.STALE - dt.timedelta(seconds=1)
    assert queue.claim("dead", long_ago) is None  # it was not due then
    Job.objects.as_system("test").filter(pk=one.pk).update(run_after=long_ago)
    assert queue.claim("dead", long_ago) is not None
    assert queue.reap(clock.now()) == 1
    Worker("alive").drain()
    assert (kept(one).state, kept(one).attempts) == ("done", 2)


def test_a_worker_that_lives_keeps_its_job() -> None:
    enqueue("note", {"word": "x"}, SYSTEM)
    assert queue.claim("a", clock.now()) is not None
    assert queue.reap(clock.now()) == 0


def test_the_time_of_work_that_goes_on_is_counted_without_its_pauses() -> None:
    operation = operations.start(SYSTEM, "edit", "accounts.account", total=9)
    first = enqueue("count", {"to": 9}, SYSTEM, operation=operation)
    now = clock.now()
    yesterday = now - dt.timedelta(days=1)
    take(
        Job.objects.as_system("test"), started_at=yesterday, heartbeat_at=yesterday + dt.timedelta(seconds=30), done=4
    )  # before its worker was killed
    again = queue.claim("w", now)
    assert again is not None
    assert (now - again.started_at).total_seconds() == 30
    take(Job.objects.as_system("test"), state="failed", heartbeat_at=now + dt.timedelta(seconds=12))
    enqueue("count", {"to": 9}, SYSTEM, operation=operation, continues=kept(first))
    further = queue.claim("w", now + dt.timedelta(days=1))
    assert further is not None
    assert (further.done, (now + dt.timedelta(days=1) - further.started_at).total_seconds()) == (4, 42)
    enqueue("note", {"word": "begins anew"}, SYSTEM, continues=kept(first))
    anew = queue.claim("w", now + dt.timedelta(days=1))
    assert anew is not None
    assert anew.started_at == now + dt.timedelta(days=1)


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    one = enqueue("note", {"word": "x"}, SYSTEM)
    Job.objects.as_system("test").filter(pk=one.pk).update(
        state="running", worker="dead", attempts=queue.DEATHS, heartbeat_at=clock.now() - 2 * queue.STALE
    )
    queue.reap(clock.now())
    assert kept(one).state == "failed"


def test_a_worker_of_this_machine_that_was_killed_is_missed_at_once() -> None:
    one = enqueue("note", {"word": "x"}, SYSTEM)
    with subprocess.Popen(
        [sys.executable, "-c", NAMES_ITSELF], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        name = worker.stdout.readline().decode().strip()
        assert queue.claim(name, clock.now()) is not None
        assert queue.reap(clock.now()) == 0  # it lives
        worker.kill()
    assert queue.reap(clock.now()) == 1
    assert kept(one).state == "waiting"
    assert kept(one).run_after > clock.now()  # what killed it may still be there


@pytest.mark.parametrize("name", ["elsewhere:abcdef012345:1:1", "host:99999999", "worker of somebody", ""])
def test_of_a_worker_elsewhere_nothing_is_concluded(name: str) -> None:
    assert not is_gone(name)


def test_a_process_that_took_over_the_number_of_another_is_not_taken_for_it() -> None:
    host, machine, pid, began = own_name().split(":")
    assert not is_gone(own_name())
    assert is_gone(f"{host}:{machine}:{pid}:{int(began) - 1}")


def test_a_worker_taken_for_dead_writes_no_further_chunk() -> None:
    one = enqueue("count", {"to": 3}, SYSTEM)
    frozen = queue.claim("frozen", clock.now())
    assert frozen is not None
    Job.objects.as_system("test").filter(pk=one.pk).update(heartbeat_at=clock.now() - 2 * queue.STALE)
    queue.reap(clock.now())
    Worker("alive").drain()
    assert done == [1, 2, 3]
    Worker("frozen").try_once(frozen)
    assert done == [1, 2, 3]
    assert kept(one).state == "done"


def test_periodic_work_is_queued_once_per_turn_however_many_ask() -> None:
    @every(seconds=3600)
    @job("chime")
    def chime(run: Run) -> None:
        done.append("chime")

    now = dt.datetime(2026, 3, 2, 9, 10, tzinfo=dt.UTC)
    assert "chime" in queue.tick(now, "UTC", SYSTEM)
    assert "chime" not in queue.tick(now + dt.timedelta(minutes=40), "UTC", SYSTEM)
    assert "chime" in queue.tick(now + dt.timedelta(minutes=55), "UTC", SYSTEM)
    assert Job.objects.as_system("test").filter(name="chime").count() == 1  # the first still waits


def test_a_daily_turn_begins_at_its_time_on_the_organisations_clock() -> None:
    turn = Periodic("night", at=dt.time(3, 20))
    assert turn.slot(dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC), "Europe/Kyiv") == "2026-03-02"
    assert turn.slot(dt.datetime(2026, 3, 2, 1, 10, tzinfo=dt.UTC), "Europe/Kyiv") == "2026-03-01"
    assert turn.slot(dt.datetime(2026, 3, 2, 1, 30, tzinfo=dt.UTC), "UTC") == "2026-03-01"


def test_old_jobs_and_slots_are_forgotten_and_new_ones_are_not() -> None:
    old, new = (enqueue("note", {"word": w}, SYSTEM) for w in "ab")
    Worker("w").drain()
    now = clock.now()
    Job.objects.as_system("test").filter(pk=old.pk).update(ended_at=now - dt.timedelta(days=31))
    Slot.objects.create(name="x", slot="1", taken_at=now - dt.timedelta(days=31))
    assert queue.tidy(now) == 2
    assert kept(new).state == "done"


def test_statistics_follow_a_database_that_grows(transactional_db: None) -> None:
    from django.db import connection

    from tend.kernel.jobs.tidying import statistics

    assert statistics(None) == {"counted": connection.vendor == "sqlite"}  # type: ignore[arg-type]
