"""Today and Calls in the browser's words: who waits, why, what a key plans; nothing typed is lost, nothing hidden shown."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.models import Account
from tend.domains.activities import commands as activities
from tend.domains.activities.models import Activity
from tend.engines.cadence import forecasting
from tests.cast import Cast, make
from tests.engines.cadence.conftest import MONDAY, Company, build

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def company(cast: Cast) -> Iterator[Company]:
    with time_machine.travel(MONDAY, tick=False) as clock:
        made = build(cast)
        made.clock = clock  # type: ignore[attr-defined]
        yield made


def later(company: Company, days: int) -> None:
    company.later(days)
    company.clock.move_to(company.now)  # type: ignore[attr-defined]


def text(response: Any) -> str:
    return response.content.decode().replace("\u00a0", " ")


def test_an_empty_day_says_so(company: Company) -> None:
    for address in ("/today", "/coverage"):  # nobody to look after: how to begin, as far as one may
        begin = text(company.cast.client(company.cast.admin).get(address))
        assert "There are no accounts to look after yet" in begin
        assert 'href="/imports/new"' in begin
    company.account("Alpha")
    page = company.cast.client(company.cast.manager).get("/today")
    assert page.status_code == 200
    assert "Nobody is waiting for you today" in text(page)
    assert "Start calling" not in text(page)


def test_promises_come_first_then_the_longest_overdue_by_its_interval(company: Company) -> None:
    a = company.account("Alpha", interaction_status=company.statuses["A"])
    c = company.account("Gamma", interaction_status=company.statuses["C"])
    promised = company.account("Promised one", interaction_status=company.statuses["C"])
    later(company, 93)  # Wed 3 Feb: Alpha is 79 of 14 days late, Gamma 2 of 90
    company.do(activities.reschedule, company.call(promised), to=company.today, reason="after the fair", promised=True)
    page = text(company.cast.client(company.cast.manager).get("/today"))
    assert page.index("Promised one") < page.index("Alpha") < page.index("Gamma")
    assert "Promised for Wed 3 Feb: “after the fair”" in page
    assert "A – key, first call within 14 days of" not in page
    assert "3 calls left of 3" in page
    assert f"/calls/{company.call(a).pk}" in page
    assert f"/calls/{company.call(c).pk}" in page


def test_the_day_over_rest_is_the_page_and_the_forecast_what_the_book_would_say(company: Company) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        company.account(name)
    later(company, 33)
    company.do(activities.reschedule, company.calls(company.account("Delta")).get(), to=company.today, promised=True)
    browser = company.cast.client(company.cast.manager)
    told, day = browser.get("/api/v1/today").json(), browser.get("/today").context["day"]
    rows = [*day.promised, *day.queue]
    assert [(i["activity"], i["account"]["name"], i["why"]) for i in told["items"]] == [
        (r.call.pk, r.account.name, r.why) for r in rows
    ]
    assert (told["items"][0]["account"]["name"], told["items"][0]["state"]) == ("Delta", "promised")
    assert (told["left"], told["done"], told["day"]) == (4, 0, company.today.isoformat())
    assert len(browser.get("/api/v1/today?limit=1").json()["items"]) == 1
    assert browser.get("/api/v1/today?limit=0").status_code == 422
    status = company.statuses["B"]
    path = f"/api/v1/interaction-statuses/{status.pk}/forecast"
    assert browser.get(f"{path}?interval=45").status_code == 404  # who may not change the book is told nothing
    admin = company.cast.client(company.cast.admin)
    seen = admin.get(f"{path}?interval=45").json()
    foreseen = forecasting.foresee(
        company.cast.actor(company.cast.admin), status, forecasting.Pace(45, retry_days=status.retry_days), company.now
    )
    assert (seen["accounts"], seen["moves"], seen["stays"]) == (foreseen.accounts, foreseen.moves, foreseen.stays)
    assert (seen["accounts"], seen["stays"], seen["first"]) == (4, 1, str(foreseen.first))
    weeks = seen["when_moved"]["people"][0]["weeks"]
    assert [(w["calls"], w["room"]) for w in weeks] == [(w.calls, w.room) for w in foreseen.loads[0].weeks]
    assert [admin.get(path + q).status_code for q in ("", "?interval=0", "?interval=9&interval_kind=x")] == [422] * 3


def test_a_day_holds_no_more_than_its_capacity(company: Company) -> None:
    from tend.people import commands as people

    people.edit_user(company.actor, company.cast.manager, values={"calls_per_day": 2})
    for n in range(5):
        company.account(f"Number {n}")
    later(company, 40)
    browser = company.cast.client(company.cast.manager)
    page = text(browser.get("/today"))
    assert "2 calls left of 2" in page
    assert "3 more calls are due beyond what one day holds" in page
    first = browser.get("/today/start")
    assert first.status_code == 302
    assert first["Location"].endswith("?next=/today/start")


def test_other_peoples_calls_are_not_my_day_and_strangers_see_nothing(company: Company) -> None:
    account = company.account("Alpha")
    call = company.call(account)
    later(company, 30)
    assert "Alpha" not in text(company.cast.client(company.cast.leader).get("/today"))
    stranger = company.cast.client(company.cast.stranger)
    for url in (
        f"/calls/{call.pk}",
        f"/calls/{call.pk}/open",
        f"/calls/{call.pk}/move",
        f"/calls/new?account={account.pk}",
    ):
        assert stranger.get(url).status_code == 404, url
    assert stranger.post(f"/calls/{call.pk}/log", {"outcome": company.outcomes["reached"].pk}).status_code == 404
    assert "Alpha" not in text(stranger.get("/calls?who=everyone"))


def test_somebody_not_signed_in_is_sent_to_the_door(client: Any, company: Company) -> None:
    for url in ("/today", "/calls", "/calls/leads", "/calls/accounts", "/calls/new", "/today/start"):
        assert client.get(url)["Location"].startswith("/sign-in"), url


def test_quick_selections_count_what_they_list(company: Company) -> None:
    tried, reached = company.account("Tried"), company.account("Reached")
    company.account("Later", interaction_status=company.statuses["C"])
    later(company, 31)
    company.log(tried, "no answer")
    company.log(reached, "reached")
    later(company, 0)
    browser = company.cast.client(company.cast.admin)
    for selection, names in {
        "scheduled": {"Tried", "Reached", "Later"}, "overdue": set(), "today": set(), "missed": {"Tried"},
        "done": {"Tried", "Reached"},
    }.items():  # fmt: skip
        page = browser.get(f"/calls?show={selection}&who=everyone")
        assert {r.account.name for r in page.context["rows"]} == names, selection
        shown = {s["url"]: s["count"] for s in page.context["segments"] if s["current"]}
        assert list(shown.values()) == [len(names)], selection
    later(company, 60)  # what was worked out for one day is asked again for another
    browser = company.cast.client(company.cast.admin)
    for selection, names in {
        "overdue": {"Tried", "Reached"},
        "today": {"Tried", "Reached", "Later"},
        "done": set(),
    }.items():
        for who in ("everyone", str(company.cast.manager.pk)):
            page = browser.get(f"/calls?show={selection}&who={who}")
            assert {r.account.name for r in page.context["rows"]} == names, (selection, who)
    assert not browser.get("/calls?show=scheduled&who=99999999999999999999").context["rows"]
    assert not browser.get("/calls/accounts?status=99999999999999999999").context["rows"]
    assert browser.get("/calls/99999999999999999999").status_code == 404


def test_the_open_row_says_what_each_outcome_plans_and_that_is_what_is_planned(company: Company) -> None:
    account = company.account("Alpha")
    later(company, 31)
    browser = company.cast.client(company.cast.manager)
    call = company.call(account)
    row = text(browser.get(f"/calls/{call.pk}/open", **HTMX))
    assert "next Mon 4 Jan 2027" in row  # 30 days after 3 Dec is a Saturday
    assert "again Mon 7 Dec" in row
    assert "pauses the cycle" in row
    done = browser.post(
        f"/calls/{call.pk}/log",
        {"outcome": company.outcomes["reached"].pk, "text": "Sends samples", "in_list": "1"},
        **HTMX,
    )
    assert done.status_code == 200
    toast = json.loads(done["HX-Trigger"])["toast"]
    assert (
        toast["text"].replace("\u00a0", " ") == "Alpha: Call planned for Mon 4 Jan 2027 (B – regular, every 30 days)."
    )
    assert company.call(account).planned_on == dt.date(2027, 1, 4)
    assert company.fresh(call).text == "Sends samples"
    assert browser.post(toast["undo_url"], **HTMX).status_code == 204
    assert company.call(account).pk == call.pk


def test_whoever_declined_is_called_less_often_or_rests_by_one_more_key(company: Company) -> None:
    outcome = company.outcomes["declined"]
    type(outcome).objects.as_system("test").filter(pk=outcome.pk).update(code="declined")
    account, other = company.account("Alpha"), company.account("Beta")
    later(company, 31)
    browser = company.cast.client(company.cast.manager)
    given = {"outcome": outcome.pk, "next": "/today/start"}
    browser.post(f"/calls/{company.call(account).pk}/log", given)
    card = browser.get("/today/start", follow=True)  # the next card says what became of the last one
    here = f"/calls/{company.call(other).pk}?next=%2Ftoday%2Fstart"
    less, rest = card.context["flash"]["offers"]
    assert (less["label"], less["key"]) == ("C – occasional, every 90 days", "b")
    assert (rest["label"], rest["key"]) == ("Pause the cycle", "p")
    page = card.content.decode()
    assert f'<input type="hidden" name="next" value="{here}">' in page
    assert f'href="/accounts/{account.pk}/do/pause?next={quote(here)}" data-key="p"' in page
    assert "data-offers" not in browser.get(here).content.decode()  # said once
    answer = browser.post(less["action"], {**less["fields"], "next": here})
    assert (answer.status_code, answer["Location"]) == (303, here)
    assert company.fresh(account).interaction_status == company.statuses["C"]
    done = browser.post(f"/calls/{company.call(other).pk}/log", {**given, "in_list": "1"}, **HTMX)
    offers = json.loads(done["HX-Trigger"])["toast"]["offers"]  # the same for scripts
    assert [o["action"] for o in offers] == [f"/accounts/{other.pk}/do/{verb}" for verb in ("set-status", "pause")]
    browser.post(offers[1]["action"], {"until": "2027-01-20"})
    assert not company.calls(other).filter(state="planned").exists()
    third = company.account("Gamma", owner=company.cast.junior)
    reached = {"outcome": company.outcomes["reached"].pk, "in_list": "1"}
    done = browser.post(f"/calls/{company.call(third).pk}/log", reached, **HTMX)
    assert json.loads(done["HX-Trigger"])["toast"]["offers"] == []


def test_logging_works_as_a_plain_form_and_goes_on_to_the_next_call(company: Company) -> None:
    account, other = company.account("Alpha"), company.account("Beta")
    later(company, 31)
    browser = company.cast.client(company.cast.manager)
    given = {"outcome": company.outcomes["no answer"].pk, "next": "/today/start", "interaction_status": ""}
    answer = browser.post(f"/calls/{company.call(account).pk}/log", given)
    assert (answer.status_code, answer["Location"]) == (303, "/today/start")
    assert browser.get("/today/start")["Location"].startswith(f"/calls/{company.call(other).pk}?")
    assert "Alpha: No answer. Next try" in text(browser.get("/today"))


def test_a_new_status_in_the_same_dialog(company: Company) -> None:
    account = company.account("Alpha")
    later(company, 31)
    given = {"outcome": company.outcomes["reached"].pk, "interaction_status": company.statuses["A"].pk}
    company.cast.client(company.cast.manager).post(f"/calls/{company.call(account).pk}/log", given)
    assert company.fresh(account).interaction_status == company.statuses["A"]
    assert company.call(account).planned_on == dt.date(2026, 12, 17)


def test_the_note_comes_back_when_something_is_asked_or_refused(company: Company) -> None:
    account = company.account("Alpha")
    call = company.call(account)
    browser = company.cast.client(company.cast.manager)
    for fragment in ({}, {"in_list": "1"}):
        given = {"outcome": company.outcomes["never"].pk, "text": "Was <angry>", **fragment}
        asked = browser.post(f"/calls/{call.pk}/log", given, **(HTMX if fragment else {}))
        assert asked.status_code == 422
        assert "Was &lt;angry&gt;" in text(asked)
        assert not company.fresh(account).do_not_contact
        nothing = browser.post(f"/calls/{call.pk}/log", {**given, "outcome": ""}, **(HTMX if fragment else {}))
        assert "Choose how the call ended" in text(nothing)
        assert "Was &lt;angry&gt;" in text(nothing)
    browser.post(f"/calls/{call.pk}/log", {**given, "confirmed": "1"})
    assert company.fresh(account).do_not_contact
    again = browser.post(f"/calls/{call.pk}/log", {"outcome": company.outcomes["reached"].pk, "text": "kept"})
    assert again.status_code == 422
    assert "This call has been logged already" in text(again)
    assert ">kept</textarea>" in text(again)  # and can be logged as a talk of its own
    assert ">kept</textarea>" in text(browser.get(f"/calls/new?account={account.pk}&text=kept"))


def test_who_may_only_look_is_offered_no_outcome(company: Company) -> None:
    account = company.account("Alpha", owner=company.cast.leader)
    call = company.call(account)
    browser = company.cast.client(company.cast.manager)  # sees the team's, edits his own
    assert browser.get(f"/calls/{call.pk}").status_code == 200
    assert "pad-key" not in text(browser.get(f"/calls/{call.pk}"))
    assert browser.post(f"/calls/{call.pk}/log", {"outcome": company.outcomes["reached"].pk}).status_code == 403


def test_a_call_is_moved_by_hand_in_typed_words(company: Company) -> None:
    account = company.account("Alpha")
    call = company.call(account)
    browser = company.cast.client(company.cast.manager)
    assert browser.get(f"/calls/{call.pk}/move").status_code == 200
    wrong = browser.post(f"/calls/{call.pk}/move", {"to": "whenever", "reason": "harvest"})
    assert wrong.status_code == 422
    assert 'value="harvest"' in text(wrong)
    moved = browser.post(
        f"/calls/{call.pk}/move", {"to": "15 dec", "reason": "harvest", "promised": "on", "next": "/calls"}
    )
    assert moved.status_code == 303
    assert (company.call(account).planned_on, company.call(account).is_promised) == (dt.date(2026, 12, 15), True)


def test_a_talk_with_any_account_can_be_logged(company: Company) -> None:
    account = company.account("Alpha")
    browser = company.cast.client(company.cast.manager)
    assert browser.get(f"/calls/new?account={account.pk}").status_code == 200
    lost = browser.post("/calls/new", {"outcome": company.outcomes["reached"].pk, "text": "typed much"})
    assert lost.status_code == 422
    assert "typed much" in text(lost)
    given = {
        "account": account.pk,
        "outcome": company.outcomes["reached"].pk,
        "text": "Met at the fair",
        "at": "2026-10-30T10:00",
    }
    assert browser.post("/calls/new", given).status_code == 303
    assert company.call(account).cycle_from == dt.date(2026, 10, 30)


def test_leads_and_accounts_by_interaction_status(company: Company) -> None:
    company.account("A lead", lifecycle="lead")
    company.account("Regular")
    company.account("Nothing", interaction_status=None)
    browser = company.cast.client(company.cast.manager)
    assert [r["account"].name for r in browser.get("/calls/leads").context["rows"]] == ["A lead"]
    page = browser.get(f"/calls/accounts?status={company.statuses['B'].pk}")
    assert [r["account"].name for r in page.context["rows"]] == ["Regular"]
    assert {s["label"]: s["count"] for s in page.context["segments"]}["No status"] == 1
    assert [r["account"].name for r in browser.get("/calls/accounts?status=none").context["rows"]] == ["Nothing"]


def test_a_hidden_phone_is_hidden_in_calls_too(company: Company) -> None:
    account = company.account("Alpha", phone="+44 1632 960118")
    marketing = make("users", email="mila@tend.example", name="Mila Ross", zone="UTC")
    from tend.people.models import Role, UserRole

    UserRole.objects.create(record=marketing, role=Role.objects.as_system("test").get(code="marketing"))
    assert "960118" in text(company.cast.client(company.cast.manager).get(f"/calls/{company.call(account).pk}"))
    seen = company.cast.client(marketing).get("/calls?who=everyone&show=scheduled")
    assert "Alpha" in text(seen)
    assert "960118" not in text(seen)


@pytest.mark.parametrize("url", ["/today", "/calls?who=everyone&show=scheduled", "/calls/accounts"])
def test_as_many_queries_for_many_rows_as_for_few(company: Company, url: str) -> None:
    counts = []
    for size in (3, 20):
        for n in range(size):
            company.account(f"Account {size} {n}", phone=f"+44 1632 9600{n:02d}")
        company.now = company.now + dt.timedelta(days=40)
        company.clock.move_to(company.now)  # type: ignore[attr-defined]
        browser = company.cast.client(company.cast.manager)
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1], counts
    assert Account.objects.as_system("test").count() == 23
    assert Activity.objects.as_system("test").count() == 23


def test_pages_of_a_long_list_follow_each_other(company: Company) -> None:
    for n in range(30):
        company.account(f"Account {n:02d}")
    browser = company.cast.client(company.cast.manager)
    first = browser.get("/calls?show=scheduled")
    second = browser.get(first.context["next_url"])
    names = [r.account.name for page in (first, second) for r in page.context["rows"]]
    assert sorted(names) == [f"Account {n:02d}" for n in range(30)]


def test_a_card_of_today_opens_and_logs_as_a_plain_form(company: Company) -> None:
    account = company.account("Alpha")
    later(company, 31)
    browser = company.cast.client(company.cast.manager)
    call = company.call(account)
    assert f'data-open-url="/calls/{call.pk}/open?in=today&amp;next=/today"' in text(browser.get("/today"))
    card = text(browser.get(f"/calls/{call.pk}/open?in=today&next=/today", **HTMX))
    assert card.lstrip().startswith('<li class="row-open">')
    assert 'data-key="1"' in card
    assert "hx-post" not in card


def test_the_cockpit_shows_what_one_looks_at_while_talking_and_the_next_card(company: Company) -> None:
    make(
        "characteristics", name="Best time", type="text", key="best_time", record_type="accounts.account", is_shown_when_approaching=True,
    )  # fmt: skip
    area = make("areas", name="Plastic packaging")
    first, second = company.account("First"), company.account("Second")
    from tend.domains.accounts import ties
    from tend.domains.accounts.commands import edit_account

    company.do(ties.set_interest, first, area=area, is_disinterest=True, strength=3)
    company.do(edit_account, first, values={"characteristics": {"best_time": "Before 11:00"}})
    later(company, 31)
    client = company.cast.client(company.cast.manager)
    start = client.get("/today/start")
    page = client.get(start["Location"])
    words = text(page)
    assert "1 of 2" in words
    assert "Best time" in words
    assert "Before 11:00" in words
    assert "Disinterest, strong" in words
    assert 'data-key="j"' in words
    skipped = client.get(page.context["skip_url"])
    assert skipped.context["account"] == second
    assert skipped.context["skip_url"].startswith(f"/calls/{company.call(first).pk}")
    call = company.call(first)
    answer = client.post(
        f"/calls/{call.pk}/log", {"outcome": company.outcomes["reached"].pk, "text": "Fine", "next": "/today/start"}
    )
    assert answer["Location"] == "/today/start"
    following = client.get(client.get("/today/start")["Location"])
    assert following.context["account"] == second
    assert (following.context["line_at"], following.context["line_total"]) == (2, 2)
    assert "Fine" not in text(following)


@pytest.mark.parametrize("name", ["text", "responsible", "next_contact_on", "planned_on"])
def test_a_field_hidden_by_a_role_is_hidden_in_calls_and_on_the_account_page(company: Company, name: str) -> None:
    from tests.contract.stage import give_role

    account = company.account("Alpha")
    later(company, 31)
    company.log(account, "reached", text="Zq7 said")
    reader = make("users", email="bea@tend.example", name="Bea Blind", zone="UTC")
    scopes = {line: {"view": "all", "edit": "all"} for line in ("leads", "accounts", "activities")}
    give_role(reader, "All but one", scopes=scopes, field_rights={line: {name: "hidden"} for line in scopes})
    pages = [
        "/calls?who=everyone&show=scheduled",
        "/calls?who=everyone&show=done",
        "/calls/accounts",
        f"/accounts/{account.pk}",
        "/today",
    ]
    pages.append(f"/calls/{company.call(account).pk}")
    shown = {path: company.cast.client(reader).get(path) for path in pages}
    assert {r.status_code for r in shown.values()} == {200}
    secret = {"text": "Zq7 said", "responsible": None, "next_contact_on": None, "planned_on": None}[name]
    if secret:
        open_eyed = company.cast.client(company.cast.admin)
        assert any(secret in text(open_eyed.get(path)) for path in pages)
        assert [path for path, page in shown.items() if secret in text(page)] == []
    if name == "responsible":
        assert [r.responsible for r in shown[pages[0]].context["rows"]] == [""]
        named = company.cast.client(reader).get(f"/calls?who={company.cast.manager.pk}&show=scheduled")
        assert [r.account.name for r in named.context["rows"]] == ["Alpha"]
        nobody = company.cast.client(reader).get("/calls?who=pool&show=scheduled")
        assert [r.account.name for r in nobody.context["rows"]] == ["Alpha"]
    if name == "next_contact_on":
        assert [r["account"].next_contact_on for r in shown["/calls/accounts"].context["rows"]] == [None]
