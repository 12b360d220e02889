"""Notices, reminders and digests by mail, through a real SMTP server on this machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.activities.models import Activity
from tend.engines.reminders import outbox
from tend.engines.reminders.models import Mail
from tend.engines.reminders.sending import send_due
from tend.engines.reminders.turns import remind, wake
from tend.kernel.clock import now
from tend.kernel.entity import entity_by_plural
from tend.kernel.notices import mark_read, notices_of, notify
from tend.people.mail_wishes import DIGEST, NEVER, NOW, choose_mail
from tests import smtp
from tests.cast import BUILDER, Cast, make

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2026, 11, 18, 6, 30, tzinfo=dt.UTC)  # a Wednesday
TEXT = "%(account)s cannot be reached: %(count)s attempts were in vain."


@pytest.fixture
def server(settings: Any) -> Iterator[smtp.Server]:
    with smtp.server() as running:
        settings.MAIL_CARRIER = "tend.adapters.mail.smtp.Smtp"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = running.host, running.port, 1
        settings.PUBLIC_URL, settings.DEFAULT_FROM_EMAIL = "https://crm.example", "Tend <tend@crm.example>"
        yield running


@pytest.fixture
def go() -> Iterator[Callable[..., None]]:
    """Set the clock."""
    with time_machine.travel(DAY, tick=False) as clock:
        yield lambda **more: clock.move_to(now() + dt.timedelta(**more))


@pytest.fixture(autouse=True)
def _quiet(cast: Cast) -> None:
    """Nobody is woken by a digest but those a test is about."""
    for user in (cast.manager, cast.leader, cast.junior, cast.stranger, cast.admin):
        wish(cast, user, hour=None)


def do(plural: str, name: str, pk: int, **options: Any) -> Any:
    return entity_by_plural(plural).verb_by_name[name](BUILDER, pk, **options)  # type: ignore[union-attr]


def wish(cast: Cast, user: Any, **said: Any) -> None:
    given = {"hour": 7, "minutes_before": 15, "modes": {}, **said}
    choose_mail(cast.actor(user), user.pk, **given)


def tell(cast: Cast, account: Any, count: int = 3) -> None:
    notify([cast.manager.pk], "unreachable", TEXT, {"account": str(account), "count": count}, record=account)


def plan(account: Any, user: Any, **values: Any) -> Activity:
    given = {
        "kind": "meeting",
        "account": account,
        "responsible": user,
        "planned_on": "2026-11-18",
        "subject": "Show the soap",
    }
    return make("activities", **{**given, **values})  # type: ignore[no-any-return]


def states() -> list[tuple[str, str]]:
    return list(outbox.all_mail().order_by("pk").values_list("kind", "state"))


def post() -> dict[str, int]:
    remind(now())
    wake(now())
    return send_due(now())


def test_in_quiet_hours_a_notice_waits_for_their_end_in_the_readers_zone(
    cast: Cast, server: smtp.Server, go: Any
) -> None:
    manager = cast.actor(cast.manager)
    choose_mail(manager, cast.manager.pk, hour=None, minutes_before=0, modes={"unreachable": NOW}, quiet_from=22, quiet_until=7)  # fmt: skip
    cast.manager.__class__.objects.as_system("test").filter(pk=cast.manager.pk).update(zone="Europe/Madrid")
    tell(cast, cast.account("Alder"))  # 06:30 in UTC is half past seven there: no quiet any more
    go(minutes=3)
    assert post() == {"sent": 1}
    go(hours=15)  # 21:33 in UTC, 22:33 there
    tell(cast, cast.account("Birch"))
    go(minutes=3)
    assert (post(), len(server.got)) == ({}, 1)
    go(hours=8, minutes=20)  # 05:56 in UTC, four minutes before seven there
    assert (post(), len(server.got)) == ({}, 1)
    go(minutes=5)
    assert post() == {"sent": 1}
    go(hours=1)
    assert (post(), len(server.got)) == ({}, 2)


# --- notices ----------------------------------------------------------------------------------------------------------
def test_a_notice_comes_at_once_to_who_wishes_it_in_text_and_html(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager, modes={"unreachable": NOW})
    tell(cast, cast.account("Alder & Söhne"))
    assert post() == {}  # time to read it in the page
    go(minutes=3)
    assert post() == {"sent": 1}
    (got,) = server.got
    assert (got.sender, got.to) == ("tend@crm.example", "tomas@tend.example")
    assert got.message["Subject"].strip() == "Alder & Söhne cannot be reached: 3 attempts were in vain."
    assert got.message["From"] == "Tend <tend@crm.example>"
    assert "Alder & Söhne cannot be reached" in got.part("plain")
    assert "Alder &amp; Söhne cannot be reached" in got.part("html")
    for kind in ("plain", "html"):
        assert "https://crm.example/notices/" in got.part(kind)
        assert "https://crm.example/me/mail" in got.part(kind)
    assert got.message["List-Unsubscribe"] == "<https://crm.example/me/mail?stop=unreachable>"
    assert got.message["Auto-Submitted"] == "auto-generated"
    assert post() == {}


@pytest.mark.parametrize("mode", [DIGEST, NEVER])
def test_other_notices_make_no_letter_of_their_own(cast: Cast, server: smtp.Server, go: Any, mode: str) -> None:
    wish(cast, cast.manager, modes={"unreachable": mode})
    tell(cast, cast.account("Alder"))
    assert states() == []


def test_a_notice_that_was_read_or_left_ones_sight_is_not_sent(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager, modes={"unreachable": NOW})
    read, gone, deleted = (cast.account(n) for n in ("Read", "Gone", "Unwished"))
    tell(cast, read)
    mark_read(cast.actor(cast.manager))
    tell(cast, gone)
    do("accounts", "reassign", gone.pk, to=cast.stranger)
    tell(cast, deleted)
    Mail.objects.as_system("test").filter(pk__gt=outbox.all_mail().order_by("pk")[1].pk).update(user_id=cast.manager.pk)
    go(minutes=3)
    wish(cast, cast.manager, modes={"unreachable": NEVER})
    assert post() == {"dropped": 3}
    assert server.got == []


def test_scope_alone_drops_a_letter(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager, modes={"unreachable": NOW})
    gone, stays = cast.account("Gone"), cast.account("Stays")
    tell(cast, gone)
    tell(cast, stays)
    do("accounts", "reassign", gone.pk, to=cast.stranger)
    go(minutes=3)
    assert post() == {"dropped": 1, "sent": 1}
    assert "Gone" not in str(server.got[0].message)


def test_who_may_not_sign_in_any_more_gets_nothing(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager, modes={"unreachable": NOW})
    tell(cast, cast.account("Alder"))
    do("users", "deactivate", cast.manager.pk)
    go(minutes=3)
    assert post() == {"dropped": 1}


def test_a_notice_and_its_letter_are_left_together_or_not_at_all(cast: Cast, server: smtp.Server, go: Any) -> None:
    from django.db import transaction

    wish(cast, cast.manager, modes={"unreachable": NOW})
    account = cast.account("Alder")
    with transaction.atomic():
        tell(cast, account)
        assert len(states()) == 1
        transaction.set_rollback(True)
    assert states() == []


def test_without_a_server_nothing_waits(cast: Cast, go: Any) -> None:
    wish(cast, cast.manager, modes={"unreachable": NOW})
    tell(cast, cast.account("Alder"))
    go(minutes=3)
    assert (post(), states()) == ({}, [])


def test_each_reads_it_in_his_own_language(cast: Cast, server: smtp.Server, go: Any) -> None:
    do("users", "edit-user", cast.manager.pk, values={"language": "es"})
    wish(cast, cast.manager, modes={"unreachable": NOW})
    tell(cast, cast.account("Alder"))
    go(minutes=3)
    post()
    assert server.got[0].message["Content-Language"] == "es"
    assert 'lang="es"' in server.got[0].part("html")


def test_a_line_break_in_a_name_begins_no_header(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager, modes={"unreachable": NOW})
    account = cast.account("Alder")
    notify(
        [cast.manager.pk], "unreachable", TEXT, {"account": "A\r\nBcc: all@evil.example", "count": 1}, record=account
    )
    go(minutes=3)
    assert post() == {"sent": 1}
    assert server.got[0].message["Bcc"] is None
    assert [c for c in server.seen if c.startswith("RCPT")] == ["RCPT tomas@tend.example"]


# --- reminders --------------------------------------------------------------------------------------------------------
def test_a_meeting_is_told_before_it_begins_once_in_the_page_and_by_mail(
    cast: Cast, server: smtp.Server, go: Any
) -> None:
    do("users", "edit-user", cast.manager.pk, values={"zone": "Europe/Madrid"})
    wish(cast, cast.manager, hour=None, minutes_before=30)
    plan(cast.account("Alder"), cast.manager, planned_time="08:30")  # 07:30 UTC
    go(minutes=29)
    assert post() == {}
    go(minutes=1)
    assert post() == {"sent": 1}
    go(minutes=5)
    assert post() == {}
    (got,) = server.got
    assert "Show the soap: Alder begins at 08:30." in got.part("plain")
    assert [n.sentence for n in notices_of(cast.actor(cast.manager))] == ["Show the soap: Alder begins at 08:30."]


def test_a_meeting_that_was_moved_is_told_anew_and_the_old_letter_is_not_sent(
    cast: Cast, server: smtp.Server, go: Any
) -> None:
    wish(cast, cast.manager, hour=None)
    meeting = plan(cast.account("Alder"), cast.manager, planned_time="06:40")
    assert remind(now()) == 1
    do("activities", "reschedule", meeting.pk, to=dt.date(2026, 11, 18), time="07:40")
    assert send_due(now()) == {"dropped": 1}
    go(minutes=60)
    assert post() == {"sent": 1}
    assert len(server.got) == 1


@pytest.mark.parametrize("change", ["cancel", "give", "hide"])
def test_nobody_is_reminded_of_what_is_not_his_any_more(cast: Cast, server: smtp.Server, go: Any, change: str) -> None:
    wish(cast, cast.manager, hour=None)
    account = cast.account("Alder")
    meeting = plan(account, cast.manager, planned_time="06:40")
    assert remind(now()) == 1
    if change == "cancel":
        do("activities", "cancel", meeting.pk, reason="closed")
    elif change == "give":
        do("activities", "hand-over", meeting.pk, to=cast.junior)
    else:
        do("accounts", "reassign", account.pk, to=cast.stranger)
        Activity.objects.as_system("test").filter(pk=meeting.pk).update(responsible=cast.manager)
    assert send_due(now()) == {"dropped": 1}
    assert server.got == []


def test_reminders_by_mail_may_be_switched_off_alone(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager, hour=None, modes={"reminder": NEVER})
    plan(cast.account("Alder"), cast.manager, planned_time="06:40")
    assert post() == {}
    assert states() == [("reminder", "silent")]
    assert len(notices_of(cast.actor(cast.manager))) == 1


# --- digests ----------------------------------------------------------------------------------------------------------
def test_the_morning_tells_the_day_the_late_and_what_happened(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager)
    account = cast.account("Alder")
    plan(account, cast.manager, planned_time="10:00")
    plan(account, cast.manager, kind="call", subject="Ring back", planned_on="2026-11-16")
    hidden = cast.account("Secret", owner=cast.stranger)
    tell(cast, account)
    tell(cast, hidden)
    assert post() == {}
    go(minutes=30)
    assert post()["sent"] == 1
    got = next(g for g in server.got if g.to == "tomas@tend.example")
    text = got.part("plain")
    assert got.message["Subject"] == "1 planned for Wednesday 18 November"
    assert "- 10:00 Show the soap: Alder" in text
    assert "Ring back: Alder" in text
    assert "Alder cannot be reached: 3 attempts were in vain." in text
    assert "Secret" not in str(got.message)
    assert [text.index(w) for w in ("Today", "Late", "What happened")] == sorted(
        text.index(w) for w in ("Today", "Late", "What happened")
    )


def test_it_comes_once_a_day_and_brings_a_notice_once(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager)
    account = cast.account("Alder")
    plan(account, cast.manager, planned_on="2026-11-16")
    tell(cast, account)
    go(minutes=30)
    for _ in range(5):
        post()
        go(minutes=20)
    assert [g.to for g in server.got] == ["tomas@tend.example"]
    go(days=1)
    post()
    first, second = (g.part("plain") for g in server.got)
    assert "cannot be reached" in first
    assert "cannot be reached" not in second


def test_an_empty_day_sends_nothing(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager)
    go(minutes=30)
    assert set(post()) <= {"dropped"}
    assert server.got == []


def test_nobody_is_woken_on_a_weekend_a_holiday_or_an_absence(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager)
    plan(cast.account("Alder"), cast.manager)
    make("absences", user=cast.manager, first="2026-11-18", last="2026-11-18")
    make("calendar-days", day="2026-11-19", name="Fair")
    go(hours=1)
    wake(now())
    go(days=1)
    wake(now())
    go(days=2)  # Saturday
    wake(now())
    assert outbox.all_mail().filter(user=cast.manager).count() == 0
    go(days=2)
    wake(now())
    assert outbox.all_mail().filter(user=cast.manager, kind="digest").count() == 1


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Europe/Madrid", ("2027-03-26", "2027-03-29")),
        ("America/Sao_Paulo", ("2026-10-30", "2026-11-02")),
        ("Pacific/Auckland", ("2027-04-02", "2027-04-05")),
    ],
)
def test_the_hour_is_that_of_the_person_whatever_the_clocks_do(
    cast: Cast, server: smtp.Server, zone: str, days: tuple[str, str]
) -> None:
    """Minute by minute over a change of clocks: one digest each working day, in the hour she named."""
    from zoneinfo import ZoneInfo

    do("users", "edit-user", cast.manager.pk, values={"zone": zone})
    wish(cast, cast.manager, hour=2)
    home = ZoneInfo(zone)
    moment = dt.datetime.fromisoformat(f"{days[0]}T00:00").replace(tzinfo=home).astimezone(dt.UTC)
    end = dt.datetime.fromisoformat(f"{days[1]}T23:00").replace(tzinfo=home).astimezone(dt.UTC)
    while moment < end:
        wake(moment)
        moment += dt.timedelta(minutes=30)
    told = outbox.all_mail().filter(user=cast.manager, kind="digest").order_by("pk")
    here = [m.made_at.astimezone(home) for m in told]
    assert [h.hour for h in here] == [2] * len(here)
    assert [h.weekday() < 5 for h in here] == [True] * len(here)
    assert len({h.date() for h in here}) == len(here) >= 1


def test_an_hour_that_the_clocks_skip_is_the_next_one_and_one_that_comes_twice_is_once(
    cast: Cast, server: smtp.Server
) -> None:
    do("users", "edit-user", cast.manager.pk, values={"zone": "Europe/Madrid"})
    make("calendar-days", day="2027-03-28", name="Open Sunday", is_working=True)
    make("calendar-days", day="2026-10-25", name="Open Sunday", is_working=True)
    wish(cast, cast.manager, hour=2)
    for begin in ("2027-03-28T00:00+00:00", "2026-10-24T23:00+00:00"):
        at = dt.datetime.fromisoformat(begin)
        for step in range(18):
            wake(at + dt.timedelta(minutes=10 * step))
    slots = outbox.all_mail().filter(user=cast.manager).order_by("pk").values_list("slot", flat=True)
    assert list(slots) == ["digest:2027-03-28", "digest:2026-10-25"]


def test_a_digest_of_yesterday_is_not_sent_today(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager)
    plan(cast.account("Alder"), cast.manager)
    go(minutes=30)
    wake(now())
    go(days=1)
    assert send_due(now())["dropped"] >= 1
    assert server.got == []


# --- servers as they are ----------------------------------------------------------------------------------------------
@pytest.fixture
def letters(cast: Cast, server: smtp.Server, go: Any) -> Callable[[], None]:
    """Three letters to three people wait."""

    def make_them() -> None:
        for user in (cast.manager, cast.leader, cast.junior):
            wish(cast, user, modes={"unreachable": NOW}, hour=None)
        account = cast.account("Alder", owner=cast.junior)
        notify(
            [u.pk for u in (cast.manager, cast.leader, cast.junior)],
            "unreachable",
            TEXT,
            {"account": "Alder", "count": 3},
            record=account,
        )
        go(minutes=3)

    return make_them


def test_while_the_server_is_down_letters_wait_and_then_go_once(
    letters: Any, server: smtp.Server, settings: Any, go: Any
) -> None:
    letters()
    settings.EMAIL_PORT = 1  # nobody listens there
    assert post() == {"waiting": 1}
    assert [s for _k, s in states()] == ["waiting"] * 3
    settings.EMAIL_PORT = server.port
    go(minutes=5)
    assert post() == {"sent": 3}
    assert len({g.message["Message-ID"] for g in server.got}) == 3
    assert post() == {}


def test_one_refused_recipient_keeps_no_other_from_his_letter(letters: Any, server: smtp.Server, go: Any) -> None:
    server.answers["RCPT tomas@tend.example"] = "550 no such mailbox"
    letters()
    assert post() == {"failed": 1, "sent": 2}
    go(hours=2)
    assert post() == {}
    assert sorted(g.to for g in server.got) == ["maya@tend.example", "olga@tend.example"]
    assert outbox.all_mail().get(state="failed").error.startswith("550")


@pytest.mark.parametrize("command", ["RCPT tomas@tend.example", "DATA", ".", "MAIL"])
def test_a_later_is_tried_again_with_the_same_message_id(
    letters: Any, server: smtp.Server, go: Any, command: str
) -> None:
    letters()
    before = dict(outbox.all_mail().values_list("pk", "message_id"))
    server.answers[command] = "451 try again"
    post()
    del server.answers[command]
    go(minutes=2)
    post()
    assert [s for _k, s in states()] == ["sent"] * 3
    assert sorted(g.message["Message-ID"] for g in server.got) == sorted(before.values())


def test_after_a_day_of_laters_it_is_given_up(letters: Any, server: smtp.Server, go: Any) -> None:
    letters()
    server.answers["MAIL"] = "451 try again"
    for _ in range(40):
        post()
        go(hours=1)
    assert [s for _k, s in states()] == ["failed"] * 3


def test_a_server_that_is_silent_before_the_letter_is_tried_again(
    letters: Any, server: smtp.Server, settings: Any, go: Any
) -> None:
    letters()
    settings.EMAIL_TIMEOUT = 0.2
    server.wait["MAIL"] = 0.6
    assert post() == {"waiting": 1}
    server.wait.clear()
    settings.EMAIL_TIMEOUT = 5
    go(minutes=2)
    post()
    assert len(server.got) == 3


@pytest.mark.parametrize("how", ["silent", "gone"])
def test_a_server_that_took_the_letter_and_does_not_answer_gets_it_no_second_time(
    letters: Any, server: smtp.Server, settings: Any, go: Any, how: str
) -> None:
    letters()
    if how == "silent":
        settings.EMAIL_TIMEOUT = 0.2
        server.wait["."] = 0.6
    else:
        server.hang_up.add(".")
    counts = post()
    assert counts["doubtful"] >= 1
    server.wait.clear()
    server.hang_up.clear()
    settings.EMAIL_TIMEOUT = 5
    for _ in range(5):
        go(minutes=30)
        post()
    ids = [g.message["Message-ID"] for g in server.got]
    assert len(ids) == len(set(ids)) == 3


def test_a_letter_that_cannot_be_written_keeps_no_other_from_going(
    letters: Any, server: smtp.Server, monkeypatch: Any
) -> None:
    from tend.engines.reminders import sending

    letters()
    first = outbox.all_mail().order_by("pk").first().pk
    whole = sending.compose
    monkeypatch.setattr(sending, "compose", lambda mail, *rest: 1 / 0 if mail.pk == first else whole(mail, *rest))
    assert post() == {"waiting": 1, "sent": 2}


def test_as_many_questions_a_letter_for_many_as_for_few(cast: Cast, server: smtp.Server, go: Any) -> None:
    wish(cast, cast.manager)
    account = cast.account("Alder")

    def questions(day: str, count: int) -> int:
        for n in range(count):
            plan(account, cast.manager, planned_on=day, subject=f"Talk {n}")
        wake(now())
        with CaptureQueriesContext(connection) as asked:
            assert send_due(now())["sent"] == 1
        return len(asked)

    go(minutes=30)
    questions("2026-11-18", 1)  # what is kept per process is kept from here on
    go(days=1)
    few = questions("2026-11-19", 2)
    go(days=1)
    assert questions("2026-11-20", 40) == few
    assert "and 25 more" in server.got[-1].part("plain")


def test_every_kind_of_notice_can_be_chosen() -> None:
    import ast
    from pathlib import Path

    from tend.doors.web.people.mail import KINDS

    root = Path(__file__).resolve().parents[3] / "src/tend"
    said = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("notify", "tally")
                and len(node.args) > 1
            ):
                kind = node.args[1]
                if isinstance(kind, ast.Constant):
                    said.add(kind.value)
    assert len(said) >= 8
    assert said <= {kind for kind, _label in KINDS}
