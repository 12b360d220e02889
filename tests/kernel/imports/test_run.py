"""The run by itself: a row that the database refuses fails alone, reactions that refuse, resuming, twice is once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tend.domains.accounts.models import Account
from tend.kernel import write
from tend.kernel.actor import system
from tend.kernel.errors import Refused
from tend.kernel.imports import run as importing
from tend.kernel.imports.files import spill_of
from tend.kernel.imports.run import ask_to_go_on, ask_to_run, begin, close_here, go_on, rehearse
from tend.kernel.jobs import Job
from tend.kernel.jobs.worker import Worker
from tend.kernel.taking import take as take_job
from tests.domains.contacts.files import Came, bring, take

ACTOR = system("test")
ROWS = "Name,Email\n" + "".join(f"Firm {i},info@firm{i}.example\n" for i in range(30))


def test_a_row_that_the_database_refuses_fails_alone(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = write.insert

    def picky(model: Any, rows: Any) -> None:
        if model is Account and any(r.name in ("Firm 7", "Firm 23") for r in rows):
            raise IntegrityError("value too strange\nDETAIL: more")
        real(model, rows)

    monkeypatch.setattr(write, "insert", picky)
    came = take(ACTOR, ROWS)
    assert came.counts == {"created": 28, "failed": 2}
    assert [(row, why) for row, _c, _v, why in came.faults] == [
        (9, "The database refused this row: value too strange"), (25, "The database refused this row: value too strange"),
    ]  # fmt: skip
    assert Account.objects.as_system("test").count() == 28


def test_what_a_reaction_refuses_fails_its_row_alone(db: Any) -> None:
    from tend.domains.accounts.events import account_created
    from tend.kernel import events

    def strict(unit: Any, happened: list[Any]) -> None:
        if any(e.account.name == "Firm 3" for e in happened):
            raise Refused("not this one")

    kept = list(events.reactions(account_created))
    events.reacts_to(account_created, order=1)(strict)
    try:
        came = take(ACTOR, ROWS)
    finally:
        events.reactions(account_created)[:] = kept
    assert came.counts == {"created": 29, "failed": 1}
    assert came.faults == [(5, "", "", "not this one")]


def test_a_run_that_broke_off_goes_on_where_it_was(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 8)
    run = bring(ACTOR, ROWS)
    begin(ACTOR, run)

    class Broken(Exception):
        pass

    def breaks(done: int) -> None:
        if done >= 16:
            raise Broken

    with pytest.raises(Broken):
        go_on(ACTOR, run, breaks)
    assert Account.objects.as_system("test").count() == 16
    again = type(run).objects.select_related("operation").get(pk=run.pk)
    assert Came(again, go_on(ACTOR, again)).counts == {"created": 30}
    with pytest.raises(Refused, match="has run already"):
        begin(ACTOR, again)


@pytest.mark.parametrize("by_hand", ["go on", "end here"])
def test_a_run_whose_job_was_given_up_is_gone_on_with_or_ended_by_hand(
    db: Any, monkeypatch: pytest.MonkeyPatch, by_hand: str
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 8)
    run = bring(ACTOR, ROWS)
    given_up = ask_to_run(ACTOR, run)
    with pytest.raises(Refused, match="under way"):
        ask_to_go_on(ACTOR, run)
    take_job(Job.objects.as_system("test").filter(pk=given_up.pk), state=Job.State.FAILED)
    if by_hand == "go on":
        ask_to_go_on(ACTOR, run)
        Worker("w").drain()
    else:
        close_here(ACTOR, run)
    again = type(run).objects.select_related("operation").get(pk=run.pk)
    assert (again.state, again.operation.state) == ("done", "done")
    assert Account.objects.as_system("test").count() == (30 if by_hand == "go on" else 0)


def test_rows_far_apart_are_foreseen_as_they_come(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 3)
    text = "Name,Email,Phone,City,Contact last name\n" + "".join(
        f"Firm {i % 4},info@firm{i % 4}.example,+49305550{i % 5:03},{'Bonn' if i % 3 else 'Berlin'},Person {i % 6}\n"
        for i in range(24)
    )
    take(ACTOR, text, columns={"Email": "email", "Contact last name": "contact.last_name"})
    run = bring(ACTOR, text, columns={"Email": "email", "Contact last name": "contact.last_name"})
    counts = Came(run, rehearse(ACTOR, run)).counts
    assert counts.pop("conflict_count")
    assert counts == {"unchanged": 24}


def test_a_changed_file_is_refused(db: Any) -> None:
    from tend.kernel.imports.files import folder_of

    run = bring(ACTOR, ROWS)
    rehearse(ACTOR, run)
    with (folder_of(run) / "source").open("a") as file:
        file.write("Another,\n")
    with pytest.raises(Refused, match="changed"):
        spill_of(run)
    with pytest.raises(Refused, match="changed"):
        begin(ACTOR, run)


words = st.sampled_from(["", "Alpha", "Alpha GmbH", "Beta", "Γάμμα", "Ελλάς", "ÉCLAIR", "'=1+1", "  Beta "])
mails = st.sampled_from(
    ["", "info@alpha.example", "INFO@alpha.example", "a@beta.example; b@beta.example", "no(at)mail"]
)
phones = st.sampled_from(["", "030 5550101", "+49 30 5550101", "5550102 / 5550103", "none"])
people = st.sampled_from(["", "Anna Muster", "Muster, Anna", "Rui"])
cities = st.sampled_from(["", "Berlin", "Bonn"])


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(words, mails, phones, people, cities), min_size=1, max_size=12),
    size=st.sampled_from([2, 5, 1000]),
)
def test_the_second_run_changes_nothing_whatever_the_file(
    transactional: Any, rows: list[tuple[str, ...]], size: int
) -> None:
    assume(any(map("".join, rows)))
    with transactional(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "CHUNK", size)
        text = "Name,Email,Phone,Person,City\n" + "".join(",".join(f'"{c}"' for c in row) + "\n" for row in rows)
        columns = {"Name": "name", "Email": "email", "Phone": "phone", "Person": "contact.name", "City": "address.city"}
        take(ACTOR, text, columns=columns, country="DE")
        again = take(ACTOR, text, columns=columns, country="DE")
        assert (again.counts.get("created", 0), again.counts.get("updated", 0)) == (0, 0), again.summary
