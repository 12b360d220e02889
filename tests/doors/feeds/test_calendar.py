from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tend.domains.activities.models import Activity
from tend.kernel.entity import entity_by_plural
from tend.kernel.history import Change
from tend.people.feeds import CalendarFeed, open_feed
from tend.people.models import Role
from tend.people.passwords import set_password
from tests import icalendar
from tests.cast import BUILDER, Cast, make

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _still() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def do(plural: str, name: str, pk: int, **options: Any) -> Any:
    return entity_by_plural(plural).verb_by_name[name](BUILDER, pk, **options)  # type: ignore[union-attr]


def feed(cast: Cast, user: Any, **options: Any) -> str:
    made = open_feed(cast.actor(user), name="Phone", **options).value
    return f"/feeds/calendar/{made.secret}.ics"


def plan(account: Any, responsible: Any, **values: Any) -> Activity:
    given = {
        "kind": "call",
        "account": account,
        "responsible": responsible,
        "planned_on": "2026-11-20",
        "subject": "Ask about soap",
    }
    return make("activities", **{**given, **values})  # type: ignore[no-any-return]


def shown(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return sorted(e.values["SUMMARY"] for e in icalendar.events(response.content))


def by_hand(cast: Cast) -> Any:
    """An account without a call of the cycle."""
    return cast.account("Marisol", owner=cast.junior)


def test_a_planned_call_is_a_whole_day_and_a_talk_an_hour(cast: Cast, client: Client) -> None:
    account = by_hand(cast)
    plan(account, cast.junior)
    plan(
        account, cast.junior, kind="note", subject="Spoke", planned_on=None, done_at="2026-11-17T10:00:00Z", duration=20
    )
    daily, talk = sorted(
        icalendar.events(client.get(feed(cast, cast.junior)).content), key=lambda e: e.values["SUMMARY"]
    )
    assert daily.values["SUMMARY"] == "Ask about soap: Marisol"
    assert (daily.moment("DTSTART"), daily.moment("DTEND")) == (dt.date(2026, 11, 20), dt.date(2026, 11, 21))
    assert daily.values["TRANSP"] == "TRANSPARENT"
    assert (talk.values["DTSTART"], talk.values["DTEND"]) == ("20261117T100000Z", "20261117T102000Z")


def test_a_time_is_that_of_whoever_does_it_through_the_change_of_clocks(cast: Cast, client: Client) -> None:
    do("users", "edit-user", cast.junior.pk, values={"zone": "Europe/Madrid"})
    for day in ("2027-03-27", "2027-03-28"):
        plan(by_hand(cast), cast.junior, planned_on=day, planned_time="10:30", kind="meeting", subject=day)
    found = {e.values["SUMMARY"][:10]: e for e in icalendar.events(client.get(feed(cast, cast.junior)).content)}
    assert found["2027-03-27"].values["DTSTART"] == "20270327T093000Z"
    assert found["2027-03-28"].values["DTSTART"] == "20270328T083000Z"
    assert found["2027-03-28"].values["DTEND"] == "20270328T093000Z"
    assert found["2027-03-28"].values["TRANSP"] == "OPAQUE"


def test_moving_keeps_the_uid_and_raises_the_sequence(cast: Cast, client: Client) -> None:
    activity, path = plan(by_hand(cast), cast.junior), feed(cast, cast.junior)
    (before,) = icalendar.events(client.get(path).content)
    do("activities", "reschedule", activity.pk, to=dt.date(2026, 11, 25))
    (after,) = icalendar.events(client.get(path).content)
    assert after.values["UID"] == before.values["UID"]
    assert int(after.values["SEQUENCE"]) > int(before.values["SEQUENCE"])
    assert after.moment("DTSTART") == dt.date(2026, 11, 25)


def test_what_is_cancelled_is_told_for_a_while(cast: Cast, client: Client) -> None:
    activity, path = plan(by_hand(cast), cast.junior), feed(cast, cast.junior)
    do("activities", "cancel", activity.pk, reason="closed")
    (found,) = icalendar.events(client.get(path).content)
    assert found.values["STATUS"] == "CANCELLED"
    with time_machine.travel(NOW + dt.timedelta(days=40), tick=False):
        assert shown(client, path) == []


def test_nobody_signs_in_and_nothing_sets_a_cookie(cast: Cast, client: Client) -> None:
    response = client.get(feed(cast, cast.junior))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert not response.cookies


def test_an_unchanged_calendar_is_not_sent_again(cast: Cast, client: Client) -> None:
    activity, path = plan(by_hand(cast), cast.junior), feed(cast, cast.junior)
    etag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"if-none-match": f'W/"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    do("activities", "reschedule", activity.pk, to=dt.date(2026, 11, 24))
    changed = client.get(path, headers={"if-none-match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


def test_the_scope_is_asked_at_each_fetch(cast: Cast, client: Client) -> None:
    account = by_hand(cast)
    plan(account, cast.junior)
    path = feed(cast, cast.junior)
    etag = client.get(path).headers["ETag"]
    assert shown(client, path) == ["Ask about soap: Marisol"]
    do("accounts", "reassign", account.pk, to=cast.stranger)
    Activity.objects.as_system("test").filter(account=account).update(responsible=cast.junior)
    assert client.get(path, headers={"if-none-match": etag}).status_code == 200
    assert shown(client, path) == []


def test_a_field_that_a_role_hides_is_not_in_the_calendar(cast: Cast, client: Client) -> None:
    plan(by_hand(cast), cast.junior, text="They owe us", planned_time="08:00")
    path = feed(cast, cast.junior)
    role = Role.objects.as_system("test").get(code="junior")
    do(
        "roles",
        "edit-role",
        role.pk,
        values={"field_rights": {"activities": {"subject": "hidden", "text": "hidden", "planned_time": "hidden"}}},
    )
    (found,) = icalendar.events(client.get(path).content)
    assert found.values["SUMMARY"] == "Call: Marisol"
    assert "DESCRIPTION" not in found.values
    assert found.params["DTSTART"] == ";VALUE=DATE"
    do(
        "roles",
        "edit-role",
        role.pk,
        values={"field_rights": {"activities": {"planned_on": "hidden"}, "accounts": {"name": "hidden"}}},
    )
    assert shown(client, path) == []


def test_the_team_is_shown_to_who_may_see_it(cast: Cast, client: Client) -> None:
    plan(by_hand(cast), cast.junior)
    assert shown(client, feed(cast, cast.leader)) == []
    assert shown(client, feed(cast, cast.leader, shows="team")) == ["Ask about soap: Marisol"]
    plan(cast.account("Alder", owner=cast.leader), cast.leader, subject="Secret")
    assert shown(client, feed(cast, cast.junior, shows="team")) == ["Ask about soap: Marisol"]


def nothing(client: Client, path: str) -> tuple[int, bytes, dict[str, str]]:
    response = client.get(path)
    return response.status_code, response.content, dict(response.headers)


def test_an_ended_address_answers_like_one_that_never_was(cast: Cast, client: Client) -> None:
    never = nothing(client, "/feeds/calendar/" + "x" * 43 + ".ics")
    assert never[0] == 404
    revoked, inactive, changed, trashed = (feed(cast, u) for u in (cast.junior, cast.manager, cast.leader, cast.junior))
    pk = CalendarFeed.objects.as_system("test").filter(user=cast.junior).order_by("pk").values_list("pk", flat=True)[0]
    do("calendar-feeds", "revoke-feed", pk)
    do("users", "deactivate", cast.manager.pk)
    set_password(BUILDER, cast.leader.pk, password_hash="another")
    CalendarFeed.objects.as_system("test").exclude(pk=pk).filter(user=cast.junior).update(trashed_at=NOW)
    for path in (revoked, inactive, changed, trashed):
        assert nothing(client, path) == never, path
        assert client.get(path, headers={"if-none-match": "*"}).status_code == 404


def test_without_any_role_the_calendar_is_empty(cast: Cast, client: Client) -> None:
    plan(by_hand(cast), cast.junior)
    path = feed(cast, cast.junior)
    do("users", "set-roles", cast.junior.pk, roles=[])
    assert shown(client, path) == []


def test_an_address_that_is_asked_without_a_pause_has_to_wait(cast: Cast, client: Client) -> None:
    path, other = feed(cast, cast.junior), feed(cast, cast.leader)
    codes = [client.get(path).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
    assert int(client.get(path).headers["Retry-After"]) > 0
    assert client.get(other).status_code == 200


def test_only_the_hash_is_stored(cast: Cast) -> None:
    secret = feed(cast, cast.junior).split("/")[-1].removesuffix(".ics")
    row = CalendarFeed.objects.as_system("test").get(user=cast.junior)
    assert secret not in str(row.__dict__)
    history = str(list(Change.objects.as_system("test").values_list("body", flat=True)))
    assert secret not in history
    assert row.address_hash not in history


def test_as_many_questions_for_many_as_for_few(cast: Cast, client: Client) -> None:
    path = feed(cast, cast.junior)
    plan(by_hand(cast), cast.junior)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for _ in range(30):
        plan(by_hand(cast), cast.junior)
    with CaptureQueriesContext(connection) as many:
        assert len(shown(client, path)) == 31
    assert len(many) == len(few)


def test_the_list_of_activities_is_given_out_as_a_calendar(cast: Cast) -> None:
    account = by_hand(cast)
    plan(account, cast.junior, subject="Meet", kind="meeting", planned_time="14:00")
    plan(account, cast.junior, subject="Ring")
    make(
        "activities",
        kind="note",
        account=account,
        responsible=cast.junior,
        subject="Noted",
        done_at="2026-11-10T08:00:00Z",
    )
    response = cast.client(cast.admin).get("/activities/export?format=ics&filter=kind:meeting")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    (found,) = icalendar.events(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    assert found.values["SUMMARY"] == "Meet: Marisol"
    assert cast.client(cast.junior).get("/activities/export?format=ics").status_code == 403
    assert cast.client(cast.admin).get("/accounts/export?format=ics").status_code == 422


def test_an_address_is_made_on_ones_own_page_shown_once_and_revoked(cast: Cast, client: Client) -> None:
    browser = cast.client(cast.junior)
    made = browser.post("/me/calendar", {"name": "Phone", "shows": "mine"})
    path = "/feeds/calendar/" + made.content.decode().split("/feeds/calendar/")[1].split('"')[0]
    assert client.get(path).status_code == 200
    assert "/feeds/calendar/" not in browser.get("/me/calendar").content.decode()
    row = CalendarFeed.objects.as_system("test").get()
    assert cast.client(cast.admin).post(f"/me/calendar/{row.pk}/revoke").status_code == 404
    assert browser.post(f"/me/calendar/{row.pk}/revoke").status_code == 303
    assert client.get(path).status_code == 404
