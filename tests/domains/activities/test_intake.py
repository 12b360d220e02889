"""Activities from a file: what is done counts, what is planned is promised, and a second run changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity, Outcome, Participant
from tend.kernel import clock
from tend.kernel.imports.files import problems_of
from tend.kernel.imports.run import begin, go_on
from tend.kernel.undo import undo_operation
from tests.cast import Cast, make
from tests.domains.contacts.files import bring, take

TEST = "test"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def admin(cast: Cast) -> Any:
    for name, code, effect in (("Reached", "reached", "contact"), ("No answer", "no-answer", "attempt"),
                               ("Asked not to be contacted", "asked", "do_not_contact")):  # fmt: skip
        make("outcomes", name=name, kind="call", effect=effect)
        Outcome.objects.as_system(TEST).filter(name=name).update(code=code)
    make("interaction-statuses", name="B", for_accounts=True, for_leads=True, plans_calls=True, interval=30)
    return cast.actor(cast.admin)


def company(cast: Cast, name: str, **values: Any) -> Account:
    found: Account = cast.account(name, cast.manager, lifecycle="customer", interaction_status="B", **values)
    return found


def of(account: Account, **wanted: Any) -> Any:
    return Activity.objects.as_system(TEST).filter(account=account, trashed_at=None, **wanted).order_by("pk")


def cycle(account: Account) -> Activity:
    found: Activity = of(account, origin="cycle", state="planned").get()
    return found


def today() -> dt.date:
    return clock.now().date()


def fresh(account: Account) -> Account:
    found: Account = Account.objects.as_system(TEST).get(pk=account.pk)
    return found


def told() -> list[dict[str, Any]]:
    """All that is known of accounts and activities."""
    return [
        *Account.objects.as_system(TEST).order_by("pk").values(),
        *Activity.objects.as_system(TEST).order_by("pk").values(),
    ]


def test_what_was_done_is_the_last_contact_and_dates_the_one_call(cast: Cast, admin: Any) -> None:
    account = company(cast, "Hotel Marisol")
    call, met = cycle(account), today() - dt.timedelta(days=10)
    came = take(
        admin,
        f"Company;Date;Type;Result;Remark;Assigned to\nHotel Marisol;{met} 10:30;Call;Reached;Asked for a list;{cast.junior.email}\n",
        "activities",
    )
    assert (came.counts, came.faults) == ({"created": 1}, [])
    talk = of(account, state="done").get()
    assert (talk.origin, talk.kind, talk.outcome.name, talk.text) == ("import", "call", "Reached", "Asked for a list")
    assert talk.done_at == dt.datetime.combine(met, dt.time(10, 30), dt.UTC)
    assert talk.responsible_id == cast.junior.pk
    account, after = fresh(account), cycle(account)
    assert (account.last_contact_at, account.cycle_anchor) == (talk.done_at, met)
    assert after.pk == call.pk
    assert after.due_raw == met + dt.timedelta(days=30)
    assert account.next_contact_on == after.planned_on


def test_what_is_planned_is_a_promise_that_no_status_moves(cast: Cast, admin: Any) -> None:
    account, on = company(cast, "Casa Azul"), today() + dt.timedelta(days=5)
    came = take(admin, f"Account,Due date,Subject\nCasa Azul,{on},Call about the terrace\n", "activities")
    assert came.counts == {"created": 1}
    promise = of(account, origin="import").get()
    assert (promise.state, promise.planned_on, promise.is_promised, promise.responsible_id) == (
        "planned",
        on,
        True,
        cast.manager.pk,
    )
    assert fresh(account).next_contact_on == min(on, cycle(account).planned_on)
    from tend.domains.accounts.commands import set_status

    make("interaction-statuses", name="A", for_accounts=True, for_leads=True, plans_calls=True, interval=7)
    from tend.domains.accounts.models import InteractionStatus

    set_status(admin, account, to=InteractionStatus.objects.as_system(TEST).get(name="A"))
    assert of(account, origin="import").get().planned_on == on


def test_accounts_are_found_by_number_key_mail_phone_and_name_and_people_count_too(cast: Cast, admin: Any) -> None:
    one = company(cast, "Uno", phones=["+34 910 000 111"], emails=["hola@uno.example"])
    two = company(cast, "Dos")
    Account.objects.as_system(TEST).filter(pk=two.pk).update(external_ref="0015")
    person = make("contacts", first_name="Lucia", last_name="Vidal", accounts=[two.pk], emails=["lucia@dos.example"])
    day = today() - dt.timedelta(days=3)
    rows = (one.number, "0015", "hola@uno.example", "+34 910 000 111", "lucia@dos.example", "uno")
    came = take(
        admin,
        "Account,Done at,Subject,People\n" + "".join(f"{row},{day},{n},{'Lucia Vidal' if n == 1 else ''}\n" for n, row in enumerate(rows)),
        "activities",
        columns={"Done at": "done_at"}, country="ES",
    )  # fmt: skip
    assert (came.counts, came.faults) == ({"created": 6}, [])
    assert [a.subject for a in of(one, state="done")] == ["0", "2", "3", "5"]
    assert [a.subject for a in of(two, state="done")] == ["1", "4"]
    assert [p.contact_id for p in Participant.objects.of(of(two, subject="1"))] == [person.pk]


def test_a_name_of_several_branches_and_an_account_out_of_sight_are_error_rows(cast: Cast, admin: Any) -> None:
    company(cast, "Grupo Sol")
    company(cast, "Grupo Sol")
    cast.account("Secreto", cast.stranger)
    day = today() - dt.timedelta(days=3)
    text = f"Account,Done at\nGrupo Sol,{day}\nSecreto,{day}\nNobody,{day}\n"
    came = take(cast.actor(cast.leader), text, "activities", columns={"Done at": "done_at"})
    assert came.counts == {"failed": 3}
    assert [reason for _row, _column, _value, reason in came.faults] == [
        "Several accounts fit this row: Grupo Sol, Grupo Sol.",
        "No account of yours is “Secreto”.",
        "No account of yours is “Nobody”.",
    ]


def test_a_second_run_changes_nothing_and_undo_takes_all_of_it_back(cast: Cast, admin: Any) -> None:
    account = company(cast, "Hotel Marisol")
    before = {**fresh(account).__dict__}
    call = cycle(account)
    met, on = today() - dt.timedelta(days=4), today() + dt.timedelta(days=9)
    text = f"Account,Done at,Due on,Outcome\nHotel Marisol,{met},,Reached\nHotel Marisol,,{on},\nHotel Marisol,{met},,No answer\n"
    first = take(admin, text, "activities")
    assert first.counts == {"created": 3}
    known = told()
    again = take(admin, text, "activities")
    assert again.counts == {"unchanged": 3}
    assert told() == known
    undo_operation(admin, first.run.operation)
    assert of(account, origin="import").count() == 0
    after = fresh(account)
    for name in ("last_contact_at", "cycle_anchor", "next_contact_on", "unreachable", "cycle_attempts"):
        assert getattr(after, name) == before[name], name
    assert (cycle(account).pk, cycle(account).planned_on) == (call.pk, call.planned_on)
    assert take(admin, text, "activities").counts == {"created": 3}


def test_with_the_key_of_the_source_a_changed_row_is_an_update_cell_by_cell(cast: Cast, admin: Any) -> None:
    account, met = company(cast, "Hotel Marisol"), today() - dt.timedelta(days=4)
    on = today() + dt.timedelta(days=9)
    header = "Activity ID,Account,Status,Date,Result,Subject\n"
    take(
        admin,
        f"{header}T-1,Hotel Marisol,Completed,{met},Reached,Hello\nT-2,Hotel Marisol,Not started,{on},,List\n",
        "activities",
    )
    came = take(
        admin,
        f"{header}T-1,Hotel Marisol,Completed,{met},No answer,Hello\nT-2,Hotel Marisol,Completed,{today()},,List\n",
        "activities",
    )
    assert came.counts == {"updated": 2}
    changes = [u["changes"] for u in came.summary["updates"]]
    assert changes[0] == {"outcome": ["Reached", "No answer"]}
    assert changes[1]["state"] == ["planned", "done"]
    assert [(a.subject, a.state, a.outcome.name) for a in of(account, origin="import")] == [
        ("Hello", "done", "No answer"), ("List", "done", "Reached"),
    ]  # fmt: skip
    assert fresh(account).cycle_anchor == today()


def test_many_past_talks_leave_one_call_dated_from_the_latest_whatever_their_order(cast: Cast, admin: Any) -> None:
    account = company(cast, "Hotel Marisol")
    call = cycle(account)
    days = [today() - dt.timedelta(days=n) for n in (900, 12, 400, 30)]
    came = take(
        admin,
        "Account,Done at\n" + "".join(f"Hotel Marisol,{d}\n" for d in days),
        "activities",
        columns={"Done at": "done_at"},
    )
    assert came.counts == {"created": 4}
    assert fresh(account).cycle_anchor == days[1]
    assert [(a.pk, a.state) for a in of(account, origin="cycle")] == [(call.pk, "planned")]


def test_calls_dated_into_the_past_are_spread_evenly_over_the_interval(cast: Cast, admin: Any) -> None:
    found = [company(cast, f"Hotel {n:03}") for n in range(60)]
    long_ago = today() - dt.timedelta(days=400)
    take(
        admin,
        "Account,Done at\n" + "".join(f"{a.number},{long_ago}\n" for a in found),
        "activities",
        columns={"Done at": "done_at"},
    )
    calls = [cycle(a) for a in found]
    assert all(c.planned_on > today() and c.cycle_from == long_ago for c in calls)
    per_day: dict[dt.date, int] = {}
    for c in calls:
        per_day[c.planned_on] = per_day.get(c.planned_on, 0) + 1
    assert max(per_day.values()) - min(per_day.values()) <= 1
    assert len(per_day) > 15


def test_a_promise_and_a_call_put_there_by_hand_stay_where_they_are(cast: Cast, admin: Any) -> None:
    from tend.domains.activities.commands import reschedule

    promised, moved = company(cast, "Uno"), company(cast, "Dos")
    on, met = today() + dt.timedelta(days=50), today() - dt.timedelta(days=2)
    reschedule(admin, cycle(promised), to=on, promised=True)
    reschedule(admin, cycle(moved), to=on)
    take(admin, f"Account,Done at\nUno,{met}\nDos,{met}\n", "activities", columns={"Done at": "done_at"})
    for account in (promised, moved):
        assert cycle(account).planned_on == on
        assert fresh(account).cycle_anchor == met


def test_whoever_asked_not_to_be_contacted_in_the_file_is_left_alone(cast: Cast, admin: Any) -> None:
    account, met = company(cast, "Uno"), today() - dt.timedelta(days=2)
    take(admin, f"Account,Done at,Outcome\nUno,{met},Asked not to be contacted\n", "activities")
    assert fresh(account).do_not_contact
    assert not of(account, origin="cycle", state="planned").exists()


def test_attempts_of_the_past_are_no_contact_and_nobody_is_paused_by_them(cast: Cast, admin: Any) -> None:
    account, met = company(cast, "Uno"), today() - dt.timedelta(days=2)
    call = cycle(account)
    take(admin, f"Account,Done at,Outcome\nUno,{met},No answer\n", "activities")
    assert fresh(account).last_contact_at is None
    assert cycle(account).planned_on == call.planned_on


def test_bad_cells_are_named_with_their_column(cast: Cast, admin: Any) -> None:
    company(cast, "Uno")
    ahead = today() + dt.timedelta(days=5)
    text = f"Account,Done at,Due on,Type,Outcome,Responsible\nUno,{ahead},,Call,,\nUno,yesterday,,Call,,\nUno,,{ahead},Seance,,\nUno,,{ahead},Call,Reached,\nUno,,{ahead},Call,,Nobody\nUno,,,Call,,\n,,{ahead},Call,,\n"
    came = take(admin, text, "activities", columns={"Done at": "done_at"})
    assert came.counts == {"failed": 7}
    assert [(row, column) for row, column, _value, _reason in came.faults] == [
        (2, "Done at"), (3, "Done at"), (4, "Type"), (5, "Outcome"), (6, "Responsible"), (7, ""), (8, "Account"),
    ]  # fmt: skip


def test_an_unknown_name_can_be_left_out(cast: Cast, admin: Any) -> None:
    account, ahead = company(cast, "Uno"), today() + dt.timedelta(days=5)
    left = {h: {"field": f, "unknown": "ignore"} for h, f in (("Responsible", "responsible"), ("People", "contacts"))}
    came = take(admin, f"Account,Due on,Responsible,People\nUno,{ahead},Nobody,No One\n", "activities", columns=left)
    assert came.counts == {"created": 1}
    assert of(account, origin="import").get().responsible_id == cast.manager.pk


def test_without_an_account_or_a_day_nothing_begins(cast: Cast, admin: Any) -> None:
    run = bring(admin, "Subject,Colour\nHello,red\n", "activities")
    assert problems_of(admin, run) == [
        "No column names the account.",
        "No column says when: on which day it is due, or when it was done.",
    ]


def test_whoever_has_no_right_to_import_activities_cannot(cast: Cast, admin: Any) -> None:
    for user, may in ((cast.leader, True), (cast.manager, False), (cast.junior, False)):
        from tend.domains.activities.intake import ACTIVITIES

        assert ACTIVITIES.may(cast.actor(user)) is may


def test_a_chunk_asks_as_much_for_many_rows_as_for_few(
    cast: Cast, admin: Any, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = [company(cast, f"Hotel {n:03}") for n in range(40)]
    day = today() - dt.timedelta(days=3)
    asked = []
    for some in (found[:4], found[4:]):
        run = bring(
            admin,
            "Account,Done at\n" + "".join(f"{a.number},{day}\n" for a in some),
            "activities",
            columns={"Done at": "done_at"},
        )
        begin(admin, run)
        with CaptureQueriesContext(connection) as caught:
            go_on(admin, run)
        asked.append(len(caught))
    assert asked[1] <= asked[0] + 2


class Killed(Exception):
    """The process ends here."""


def test_a_run_that_ends_after_any_chunk_goes_on_and_leaves_what_an_undisturbed_one_leaves(
    cast: Cast, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tend.kernel.imports.models import Import

    found = [company(cast, f"Hotel {n:02}") for n in range(6)]
    ago = (400, 3, 40, 900, 12, 31, 800, 5, 77, 2, 500, 401, 9, 60, 33, 700, 45, 1)
    text = "Account,Done at\n" + "".join(
        f"{found[n % 6].number},{today() - dt.timedelta(days=d)}\n" for n, d in enumerate(ago)
    )
    monkeypatch.setattr("tend.kernel.imports.run.CHUNK", 4)
    keys = ("cycle_anchor", "next_contact_on", "last_contact_at")
    left = []
    for disturbed in (True, False):
        run = bring(admin, text, "activities", columns={"Done at": "done_at"})
        begin(admin, run)

        def tell(done: int) -> None:
            raise Killed

        for _kill in range(5 if disturbed else 0):
            with pytest.raises(Killed):
                go_on(admin, Import.objects.select_related("operation").get(pk=run.pk), tell)
        whole = Import.objects.select_related("operation").get(pk=run.pk)
        assert go_on(admin, whole)["created"] == len(ago)
        left.append([[getattr(fresh(a), k) for k in keys] for a in found])
        assert [of(a, origin="cycle").count() for a in found] == [1] * 6
        assert [of(a, origin="import").count() for a in found] == [3] * 6
        undo_operation(admin, whole.operation)
    assert left[0] == left[1]
