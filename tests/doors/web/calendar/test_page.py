from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.activities import agenda
from tend.domains.activities.models import Activity
from tend.doors.web.calendar.page import drawn_as
from tend.kernel.entity import entity_by_plural
from tests.cast import BUILDER, Cast, make

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def _still() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def plan(account: Any, user: Any, **values: Any) -> Activity:
    given = {
        "kind": "meeting",
        "account": account,
        "responsible": user,
        "planned_on": "2026-11-20",
        "subject": "Show the soap",
    }
    return make("activities", **{**given, **values})  # type: ignore[no-any-return]


def days(page: str) -> dict[str, str]:
    """The text of each day by its date."""
    told: dict[str, list[str]] = {}
    for iso, cell in re.findall(r'<td class="calendar-(?:day|slot)" data-day="([\d-]+)"(.*?)</td>', page, re.DOTALL):
        told.setdefault(iso, []).append(
            html.unescape(" ".join(re.sub(r"<[^>]+>", " ", cell.partition(">")[2]).split()))
        )
    return {iso: " ".join(filter(None, cells)) for iso, cells in told.items()}


def slots(page: str) -> dict[tuple[str, str], str]:
    """The text of each hour that holds something, by its date and time."""
    found = re.findall(r'data-day="([\d-]+)" data-time="([\d:]+)"(.*?)</td>', page, re.DOTALL)
    told = {(iso, time): " ".join(re.sub(r"<[^>]+>", " ", cell.partition(">")[2]).split()) for iso, time, cell in found}
    return {at: html.unescape(words) for at, words in told.items() if words}


def look(cast: Cast, user: Any, query: str = "") -> str:
    response = cast.client(user).get(f"/calendar{query}")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_week_shows_what_is_planned_and_done_on_its_day(cast: Cast) -> None:
    account = cast.account("Alder", owner=cast.junior)
    plan(account, cast.junior, planned_time="10:30")
    make(
        "activities",
        kind="note",
        account=account,
        responsible=cast.junior,
        subject="Noted",
        done_at="2026-11-17T08:00:00Z",
    )
    shown = days(look(cast, cast.junior))
    assert list(shown) == [f"2026-11-{d}" for d in range(16, 23)]
    assert "10:30 Show the soap: Alder" in shown["2026-11-20"]
    assert "1 of 24" in shown["2026-11-20"]
    assert "Noted: Alder , done" in shown["2026-11-17"]


def test_a_month_has_whole_weeks_from_the_first_weekday_of_the_company(cast: Cast) -> None:
    shown = list(days(look(cast, cast.junior, "?show=month&on=2026-11-18")))
    assert (shown[0], shown[-1], len(shown) % 7) == ("2026-10-26", "2026-12-06", 0)
    make("organisation", name="Hills", country_code="GB", first_weekday=6)
    shown = list(days(look(cast, cast.junior, "?show=month&on=2026-11-18")))
    assert (shown[0], shown[-1]) == ("2026-11-01", "2026-12-05")


@pytest.mark.parametrize(
    "query",
    ["?on=9999-12-31", "?on=0001-01-01", "?on=x", "?show=year", "?show=month&on=2199-12-31", "?show=day&on=2026-02-29"],
)
def test_any_address_is_some_calendar(cast: Cast, query: str) -> None:
    assert days(look(cast, cast.junior, query))


def test_one_sees_ones_team_but_nobody_else(cast: Cast) -> None:
    plan(cast.account("Mine", owner=cast.junior), cast.junior, subject="Of the junior")
    plan(cast.account("Theirs", owner=cast.stranger), cast.stranger, subject="Of the stranger")
    assert "Of the junior" in look(cast, cast.leader, f"?who={cast.junior.pk}")
    assert "Of the junior" in look(cast, cast.leader, "?who=team")
    assert "Of the junior" not in look(cast, cast.leader)
    assert "Of the stranger" not in look(cast, cast.leader, "?who=team")
    for who in (str(cast.stranger.pk), "999999", "x"):
        assert cast.client(cast.leader).get(f"/calendar?who={who}").status_code == 404


def test_the_scope_is_kept_in_the_team_calendar(cast: Cast) -> None:
    plan(cast.account("Secret", owner=cast.leader), cast.leader, subject="Hidden talk")
    page = look(cast, cast.junior, "?who=team")
    assert "Hidden talk" not in page
    assert "Secret" not in page


def test_holidays_and_absences_stand_on_their_days(cast: Cast) -> None:
    make("calendar-days", day="2026-11-19", name="Founders’ day")
    make("absences", user=cast.junior, first="2026-11-20", last="2026-11-23", reason="Leave")
    mine = days(look(cast, cast.junior))
    assert "Founders’ day" in mine["2026-11-19"]
    assert "Leave" in mine["2026-11-20"]
    assert "Leave" in mine["2026-11-22"]
    assert "Maya Sorensen: Leave" in days(look(cast, cast.leader, "?who=team"))["2026-11-20"]
    assert "Leave" not in look(cast, cast.stranger, "?who=team")


def test_many_on_one_day_are_a_number_that_leads_to_all_of_them(cast: Cast) -> None:
    account = cast.account("Alder", owner=cast.junior)
    for n in range(30):
        plan(account, cast.junior, subject=f"Talk {n:02}", planned_time=f"{8 + n // 6:02}:{n % 6}0")
    week, month = days(look(cast, cast.junior)), days(look(cast, cast.junior, "?show=month"))
    assert "Talk 11" in week["2026-11-20"]
    assert "Talk 12" not in week["2026-11-20"]
    assert "18 more" in week["2026-11-20"]
    assert "27 more" in month["2026-11-20"]
    assert "30 of 24" in month["2026-11-20"]
    whole = days(look(cast, cast.junior, "?show=day&on=2026-11-20"))["2026-11-20"]
    assert whole.count("Talk") >= 30
    assert "more" not in whole


@pytest.mark.parametrize("show", ["day", "week", "month"])
def test_as_many_questions_for_many_as_for_few(cast: Cast, show: str) -> None:
    account = cast.account("Alder", owner=cast.junior)
    client = cast.client(cast.leader)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/calendar?show={show}&who=team&on=2026-11-20").status_code == 200
        return len(asked)

    plan(account, cast.junior)
    questions()
    few = questions()
    for n in range(40):
        plan(account, cast.junior, planned_on=f"2026-11-{16 + n % 7}")
    questions()  # what is kept until the next write is asked for once
    assert questions() == few


def test_what_is_late_is_counted_as_its_list_counts(cast: Cast) -> None:
    account = cast.account("Alder", owner=cast.junior)
    for n in range(3):
        plan(account, cast.junior, planned_on=f"2026-11-1{n}")
    page = look(cast, cast.junior)
    url = html.unescape(re.search(r'class="calendar-late" href="([^"]+)"', page)[1])  # type: ignore[index]
    assert "3 late" in page
    listed = cast.client(cast.junior).get(url).content.decode()
    assert listed.count("Show the soap") >= 3
    assert "3 activities" in listed


def drop(cast: Cast, user: Any, activity: Any, to: str, *, client: Any = None, **more: Any) -> Any:
    return (client or cast.client(user)).post(
        "/calendar/move",
        {"activity": activity.pk, "to": to, "next": "/calendar?show=week", **more},
        headers={"hx-request": "true"},
    )


def stored(activity: Activity) -> Activity:
    return Activity.objects.as_system("test").get(pk=activity.pk)  # type: ignore[no-any-return]


def test_a_dropped_entry_is_moved_by_the_verb_and_can_be_taken_back(cast: Cast) -> None:
    activity = plan(cast.account("Alder", owner=cast.junior), cast.junior, planned_time="10:30")
    client = cast.client(cast.junior)
    response = drop(cast, cast.junior, activity, "2026-11-24", client=client, version=drawn_as(activity))
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/calendar?show=week")
    moved = stored(activity)
    undo = client.session["flash"]["undo_url"]
    assert (moved.planned_on, moved.planned_time, moved.is_pinned) == (dt.date(2026, 11, 24), dt.time(10, 30), True)
    assert client.post(undo).status_code in (200, 204, 303)
    assert stored(activity).planned_on == dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"to": "2026-11-17"}, 422),
        ({"to": "soon"}, 422),
        ({"to": "2026-11-24", "version": "99"}, 422),
        ({"to": "2026-11-24", "activity": "x"}, 404),
    ],
)
def test_what_the_verb_refuses_moves_nothing(cast: Cast, more: dict[str, str], status: int) -> None:
    activity = plan(cast.account("Alder", owner=cast.junior), cast.junior)
    response = cast.client(cast.junior).post(
        "/calendar/move", {"activity": activity.pk, **more}, headers={"hx-request": "true"}
    )
    assert response.status_code == status
    assert stored(activity).planned_on == dt.date(2026, 11, 20)


def test_only_what_one_may_change_can_be_dragged(cast: Cast) -> None:
    activity = plan(cast.account("Alder", owner=cast.junior), cast.junior)
    assert 'draggable="true"' in look(cast, cast.junior)
    assert 'draggable="true"' not in look(cast, cast.manager, f"?who={cast.junior.pk}")
    assert drop(cast, cast.manager, activity, "2026-11-24").status_code == 403
    assert drop(cast, cast.stranger, activity, "2026-11-24").status_code == 404


def test_hidden_fields_are_absent(cast: Cast) -> None:
    from tend.people.models import Role

    plan(cast.account("Alder", owner=cast.junior), cast.junior, planned_time="10:30")
    role = Role.objects.as_system("test").get(code="junior")

    def hide(**rights: Any) -> str:
        entity_by_plural("roles").verb_by_name["edit-role"](BUILDER, role.pk, values={"field_rights": rights})  # type: ignore[union-attr]
        return look(cast, cast.junior)

    page = hide(activities={"subject": "hidden", "planned_time": "hidden"}, accounts={"name": "hidden"})
    assert "Show the soap" not in page
    assert "10:30" not in page
    assert "Alder" not in page
    assert "Meeting" in page
    assert "calendar-entry" not in hide(activities={"planned_on": "hidden"})


def test_an_empty_week_says_so(cast: Cast) -> None:
    assert "Nothing stands here yet." in look(cast, cast.junior)


def test_what_has_a_time_stands_in_its_hour_and_the_rest_in_the_row_of_the_whole_day(cast: Cast) -> None:
    account = cast.account("Alder", owner=cast.junior)
    plan(account, cast.junior, planned_time="10:30", subject="Soap")
    plan(account, cast.junior, subject="Some time")
    plan(account, cast.junior, planned_time="06:15", subject="Early")
    make(
        "activities",
        kind="note",
        account=account,
        responsible=cast.junior,
        subject="Noted",
        done_at="2026-11-17T21:05:00Z",
    )
    for query in ("", "?show=day&on=2026-11-20"):
        page = look(cast, cast.junior, query)
        found = slots(page)
        assert "Soap" in found["2026-11-20", "10:00"]
        assert "Early" in found["2026-11-20", "06:00"]
        assert not any("Some time" in words for words in found.values())
        assert "Some time" in days(page)["2026-11-20"]
    week = look(cast, cast.junior)
    assert "Noted" in slots(week)["2026-11-17", "21:00"]
    hours = re.findall(r'data-day="2026-11-20" data-time="(\d\d)', week)
    assert hours == [f"{h:02}" for h in range(6, 22)]
    assert "data-time" not in look(cast, cast.junior, "?show=month")


def test_an_empty_hour_to_come_is_one_click_from_planning_for_it(cast: Cast) -> None:
    page = look(cast, cast.junior)
    assert "/activities/new?planned_on=2026-11-20&amp;next=" in page
    found = re.findall(r'class="calendar-slot-plan" href="([^"]+)"', page)
    assert any("planned_on=2026-11-20" in url and url.endswith("planned_time=14%3A00") for url in found)
    assert not any("planned_on=2026-11-17" in url for url in found)
    form = cast.client(cast.junior).get(html.unescape(next(u for u in found if "14%3A00" in u))).content.decode()
    assert re.search(r'name="planned_time"[^>]*value="14:00"', form)


def test_a_drag_to_an_hour_gives_the_time_and_one_to_the_whole_day_takes_it(cast: Cast) -> None:
    activity = plan(cast.account("Alder", owner=cast.junior), cast.junior)
    browser = cast.client(cast.junior)
    for time, becomes in (("14:00", dt.time(14)), ("", None)):
        held = Activity.objects.as_system("test").get(pk=activity.pk)
        given = {"activity": activity.pk, "version": drawn_as(held), "to": "2026-11-20", "time": time}
        assert browser.post("/calendar/move", given).status_code == 303
        assert Activity.objects.as_system("test").get(pk=activity.pk).planned_time == becomes


def test_a_day_of_very_many_is_read_and_counted_so_far_and_no_further(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenda, "MANY_A_DAY", 5)
    account = cast.account("Alder", owner=cast.junior)
    for n in range(8):
        plan(account, cast.junior, subject=f"Call {n}", planned_on="2026-11-20" if n else "2026-11-19")
        make("activities", kind="note", account=account, responsible=cast.junior, done_at=f"2026-11-17T0{n}:00:00Z")
    shown = days(look(cast, cast.junior, "?show=month&on=2026-11-18"))
    assert "5+ of 24" in shown["2026-11-20"]
    assert "2+ more" in shown["2026-11-20"]
    assert "2+ more" in shown["2026-11-17"]
    assert "more" not in shown["2026-11-19"]
    week = days(look(cast, cast.junior, "?show=week&on=2026-11-18"))
    assert "7 of 24" in week["2026-11-20"]
    assert "more" not in week["2026-11-20"]
