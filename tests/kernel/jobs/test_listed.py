"""A verb over all of a list: the filter is asked when the work begins, the work goes on where it stopped, and is taken back."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.accounts.models import Account
from tend.kernel.errors import Refused
from tend.kernel.jobs import cancel, jobs_of
from tend.kernel.jobs.listed import Listed, run_or_queue_listed
from tend.kernel.jobs.stages import go_on
from tend.kernel.jobs.undoing import undo_or_queue
from tend.kernel.jobs.worker import Worker
from tend.kernel.listing import Count
from tend.kernel.notices import notices_of
from tend.kernel.operations import Operation, changed_meanwhile
from tests.cast import Cast, make
from tests.kernel.jobs.test_long_work import ACCOUNTS, described, many, stored, work

pytestmark = pytest.mark.django_db
BLANK = {"field": "description", "op": "empty"}


def queued(cast: Cast, listed: Listed, chunk: int = 2) -> Operation:
    assert ACCOUNTS is not None
    return run_or_queue_listed(
        cast.actor(cast.leader), ACCOUNTS.edit, listed, {"values": {"description": "x"}}, at_once=3, chunk=chunk
    )


def test_what_the_list_holds_when_the_work_begins_is_changed_and_the_difference_is_told(cast: Cast) -> None:
    accounts = many(cast, 6)
    hidden = cast.account("Hotel of others", cast.stranger)
    operation = queued(cast, Listed(BLANK, "Hotel", shown=Count(6, False)))
    assert operation.state == "waiting"
    assert ACCOUNTS is not None
    ACCOUNTS.edit(cast.actor(cast.leader), accounts[0], values={"description": "left the list"})
    accounts += [cast.account("Hotel that joined"), cast.account("Hotel that joined too")]
    work(Worker("w"), 1)
    late = cast.account("Hotel that came while it ran")
    Worker("w").drain()
    done = stored(operation)
    # What the work itself takes out of the filter does not make it miss any.
    assert described(accounts) == ["left the list", "x", "x", "x", "x", "x", "x", "x"]
    assert described([hidden, late]) == ["", ""]
    assert (done.state, done.total, done.changed, done.done_through) == ("done", 7, 7, 7)
    assert changed_meanwhile(done) == (6, 7)
    assert "held 6 when it was chosen and 7 when" in notices_of(cast.actor(cast.leader))[0].sentence
    undo_or_queue(cast.actor(cast.leader), done)
    Worker("w").drain()
    assert described(accounts) == ["left the list", *[""] * 7]


def test_stopped_work_over_a_list_goes_on_behind_the_last_record_it_did(cast: Cast) -> None:
    accounts, leader = many(cast, 6), cast.actor(cast.leader)
    operation = queued(cast, Listed({"field": "name", "op": "starts_with", "value": "Hotel"}))
    work(Worker("w"), 1)
    assert (stored(operation).done_through, stored(operation).total) == (2, 6)
    cancel(leader, jobs_of(leader).first().pk)  # type: ignore[union-attr]
    Worker("w").drain()
    go_on(leader, stored(operation))
    Worker("w").drain()
    assert set(described(accounts)) == {"x"}
    assert (stored(operation).state, stored(operation).changed) == ("done", 6)
    assert changed_meanwhile(stored(operation)) is None


def test_a_short_list_is_changed_at_once_and_a_wrong_filter_refused(cast: Cast) -> None:
    accounts = many(cast, 3)
    assert queued(cast, Listed(BLANK)).state == "done"
    assert set(described(accounts)) == {"x"}
    with pytest.raises(Refused):
        queued(cast, Listed({"field": "colour", "op": "is", "value": "red"}))
    assert Operation.objects.as_system("test").count() == 1


def test_pages_and_programs_change_all_of_a_filter(cast: Cast, monkeypatch: Any) -> None:
    many(cast, 4)
    hot = make("states", name="Hot")
    browser = cast.client(cast.leader)
    monkeypatch.setitem(run_or_queue_listed.__kwdefaults__, "at_once", 3)
    summary = browser.post("/accounts/bulk/set?filter=Hotel", {"all": "filter", "field": "state"})
    assert 'name="shown" value="4"' in summary.content.decode()
    assert 'name="ids"' not in summary.content.decode()
    sent = {"all": "filter", "shown": "4", "field": "state", "state": hot.pk, "go": "1"}
    queued_ = browser.post("/accounts/bulk/set?filter=Hotel", sent)
    assert queued_["Location"].startswith("/operations/")
    cast.account("Hotel more")
    Worker("w").drain()
    page = browser.get(queued_["Location"]).content.decode()
    assert "The list held 4 when it was chosen and 5 when the work began." in page
    said = browser.post(
        "/api/v1/accounts/bulk",
        {"verb": "edit", "q": "Hotel", "options": {"values": {"legal_name": "Sol"}}},
        "application/json",
    )
    assert said.json()["changed"] == 5
    assert set(Account.objects.as_system("test").values_list("state_id", flat=True)) == {hot.pk}
    assert set(Account.objects.as_system("test").values_list("legal_name", flat=True)) == {"Sol"}
