"""A full disk and a database that is away: a plain sentence, nothing half saved, reading and later writing go on."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from tend.kernel import clock, outages
from tend.kernel.actor import system
from tend.kernel.jobs import queue
from tend.kernel.jobs.declared import forget, job
from tend.kernel.jobs.models import Job
from tend.kernel.jobs.run import Run
from tend.kernel.jobs.worker import Worker
from tend.kernel.organisation import Organisation, organisation_changed
from tests.cast import Cast

BIG = "x" * 20_000
FULL = """
CREATE OR REPLACE FUNCTION no_room() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER no_room BEFORE INSERT ON accounts_account FOR EACH STATEMENT EXECUTE FUNCTION no_room();
"""


@contextmanager
def full_disk() -> Iterator[None]:
    """No page more for the database: SQLite may not grow its file, PostgreSQL says what it says then."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA max_page_count")
            former = cursor.fetchone()[0]
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        else:
            cursor.execute(FULL)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA max_page_count = {former}")
            else:
                cursor.execute("DROP TRIGGER no_room ON accounts_account")


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in ("accounts_account", "kernel_change", "kernel_idempotencykey", "activities_activity"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def test_a_full_disk_saves_nothing_and_reading_goes_on(transactional_db: None, cast: Cast) -> None:
    browser = cast.client(cast.manager)
    cast.account("Harbour Foods")
    before = counts()
    with full_disk():
        page = browser.post("/accounts/new", {"name": "Too much", "description": BIG, "lifecycle": "customer"})
        assert page.status_code == 507
        assert "There is no room left" in page.content.decode()
        fragment = browser.post(
            "/accounts/new", {"name": "Too much", "description": BIG}, headers={"HX-Request": "true"}
        )
        assert fragment.status_code == 507
        assert "disk is full" in json.loads(fragment.headers["HX-Trigger"])["toast"]["text"]
        program = browser.post(
            "/api/v1/accounts", {"name": "Too much", "description": BIG}, content_type="application/json",
            headers={"Idempotency-Key": "once"},
        )  # fmt: skip
        assert (program.status_code, program.headers["Content-Type"]) == (507, "application/problem+json")
        listing = browser.get("/accounts")
        assert listing.status_code == 200
        assert "Harbour Foods" in listing.content.decode()
        assert counts() == before
    again = browser.post(
        "/api/v1/accounts", {"name": "Too much", "description": BIG}, content_type="application/json",
        headers={"Idempotency-Key": "once"},
    )  # fmt: skip
    assert again.status_code == 201, "the same request works as soon as there is room"
    assert counts()["accounts_account"] == before["accounts_account"] + 1


def test_a_job_waits_for_room_and_does_not_lose_a_try(transactional_db: None) -> None:
    tried = []

    @job("needs_room", tries=1)
    def needs_room(run: Run) -> None:
        tried.append(1)
        if len(tried) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    try:
        with_room = queue.enqueue("needs_room", {}, system("test"))
        worker = Worker("w")
        worker.drain()
        waiting = Job.objects.as_system("test").get(pk=with_room.pk)
        assert (waiting.state, waiting.attempts) == (Job.State.WAITING, 0)
        Job.objects.as_system("test").filter(pk=with_room.pk).update(run_after=waiting.made_at)
        worker.drain()
        assert Job.objects.as_system("test").get(pk=with_room.pk).state == Job.State.DONE
    finally:
        forget("needs_room")


def test_a_database_that_is_away_is_not_called_a_fault(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_given: Any, **_named: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    browser = cast.client(cast.manager)
    monkeypatch.setattr("tend.doors.web.records.lists.table", away)
    page = browser.get("/accounts")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert "Nothing was saved" in page.content.decode()


def test_a_fault_of_ours_is_said_in_words_and_names_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_given: Any, **_named: Any) -> Any:
        raise ValueError("secret detail")

    browser = cast.client(cast.manager, raise_request_exception=False)
    monkeypatch.setattr("tend.doors.web.records.lists.table", wrong)
    page = browser.get("/accounts")
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.content.decode()
    assert "secret detail" not in page.content.decode()


def test_a_low_disk_is_told_to_administrators_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from tend.kernel.notices import notices_of
    from tend.people.warnings import watch_disk

    Organisation.objects.create(name="Harbour Trade", created_at=clock.now(), updated_at=clock.now())
    organisation_changed()
    monkeypatch.setattr(outages, "free_bytes", lambda: (1024**3, 500 * 1024**3))
    for _turn in range(3):
        watch_disk(None)  # type: ignore[arg-type]
    assert [n.kind for n in notices_of(cast.actor(cast.admin))] == ["disk"]
    assert notices_of(cast.actor(cast.junior)) == []
    assert outages.check_disk(False)[0].count == 1
    monkeypatch.setattr(outages, "free_bytes", lambda: (100 * 1024**3, 500 * 1024**3))
    assert outages.check_disk(False) == []
