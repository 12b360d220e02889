"""The feed of the history gives every change once, in one order, whoever commits late."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from tend.kernel import clock, feed
from tend.kernel.history import Change

needs_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer")


def tell(record: int, code: str = "garden.tree") -> int:
    """One entry of the history: its id."""
    entry = Change.objects.create(act=record, at=clock.now(), verb="edit", record_type=code, record_id=record,
                                  kind="update", body={})  # fmt: skip
    return int(entry.pk)


def read(after: int, limit: int = 100, **more: Any) -> tuple[list[int], int]:
    changes, mark = feed.settled(after, limit, **more)
    return [c.record_id for c in changes], mark


@pytest.mark.django_db
def test_changes_come_in_steps_and_each_once() -> None:
    begin = feed.last_settled(feed.START)
    for n in range(1, 6):
        tell(n, "garden.bed" if n == 3 else "garden.tree")
    seen, mark = [], begin
    while True:
        found, further = read(mark, 2)
        if further == mark:
            break
        seen += found
        mark = further
    assert seen == [1, 2, 3, 4, 5]
    assert read(mark) == ([], mark)
    assert read(begin, only=["garden.bed"]) == ([3], mark)
    assert read(begin, 2, only=["garden.bed"])[0] == []  # passes over two; the mark has moved
    assert read(begin, 2, only=["garden.bed"])[1] > begin


class Writer:
    """Another connection that writes one entry and commits when it is told to."""

    def __init__(self, record: int, *, gives_up: bool = False) -> None:
        self.wrote, self.end = threading.Event(), threading.Event()
        self.gives_up = gives_up
        self.thread = threading.Thread(target=self._work, args=(record,))
        self.thread.start()
        assert self.wrote.wait(10)

    def _work(self, record: int) -> None:
        try:
            with transaction.atomic():
                tell(record)
                self.wrote.set()
                self.end.wait(10)
                transaction.set_rollback(self.gives_up)
        finally:
            connection.close()

    def finish(self) -> None:
        self.end.set()
        self.thread.join()


@needs_postgres
@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_committed_late_is_waited_for_and_never_skipped() -> None:
    begin = feed.last_settled(feed.START)
    tell(1)
    late = Writer(2)  # has its id, and does not commit
    tell(3)
    found, mark = read(begin)
    assert found == [1]  # 3 is committed, but what stands before it is not known yet
    assert read(mark) == ([], mark)
    late.finish()
    found, mark = read(mark)
    assert found == [2, 3]
    assert read(mark) == ([], mark)


@needs_postgres
@pytest.mark.django_db(transaction=True)
def test_what_was_taken_back_leaves_a_gap_that_holds_nobody_up() -> None:
    begin = feed.last_settled(feed.START)
    undone = Writer(1, gives_up=True)
    undone.finish()
    tell(2)
    found, mark = read(begin)
    assert found == [2]
    slow = Writer(3)
    assert read(begin)[0] == []  # an old gap looks like one under way, so a reader from the beginning waits …
    assert read(mark) == ([], mark)  # … and one who had passed it stays where he is
    slow.finish()
    assert read(begin)[0] == [2, 3]
    assert read(mark)[0] == [3]


@needs_postgres
@pytest.mark.django_db(transaction=True)
def test_a_usual_write_is_waited_for_within_one_reading() -> None:
    begin = feed.last_settled(feed.START)
    late = Writer(1)
    tell(2)
    threading.Timer(0.03, late.end.set).start()
    assert read(begin)[0] == [1, 2]
    late.finish()


@needs_postgres
@pytest.mark.django_db
def test_each_session_takes_one_id_at_a_time() -> None:
    """A cache of the sequence would hand out ids in advance, and the order of taking would be lost."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seqcache FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence('kernel_change', 'id')::regclass"
        )
        assert cursor.fetchone() == (1,)
