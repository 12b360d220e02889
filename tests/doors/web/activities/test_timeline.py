"""The timeline of accounts and people: conversations hold together, kinds are looked at alone, pages follow each other."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.activities.past import Place, past_with
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 1, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def account(cast: Cast) -> Any:
    return cast.account("Kestrel Packaging")


def said(account: Any, subject: str, days: int, parent: Any = None, **values: Any) -> Any:
    at = (NOW + dt.timedelta(days=days)).isoformat()
    given = {"kind": "email", **values}
    return make("activities", account=account, subject=subject, done_at=at, parent=parent, **given)


def titles(html: str) -> list[str]:
    return re.findall(r'<a class="moment-title" href="/activities/\d+">([^<]*)</a>', html)


def test_a_conversation_stands_once_where_its_newest_talk_is(cast: Cast, account: Any) -> None:
    offer = said(account, "Offer", 0)
    said(account, "Other mail", 5)
    question = said(account, "Question", 3, offer)
    said(account, "Reply", 8, question)
    html = cast.client(cast.manager).get(f"/accounts/{account.pk}").content.decode()
    assert titles(html) == ["Offer", "Question", "Reply", "Other mail"]
    assert re.findall(r'data-level="(\d)"', html) == ["1", "2"]


def test_more_than_three_answers_are_folded(cast: Cast, account: Any) -> None:
    offer = said(account, "Offer", 0)
    for n in range(5):
        said(account, f"Answer {n}", n + 1, offer)
    html = cast.client(cast.manager).get(f"/accounts/{account.pk}").content.decode()
    assert "2 earlier answers" in html
    folded = html[
        html.index('<details class="answers-folded"') : html.index("</details>", html.index("answers-folded"))
    ]
    assert titles(folded) == ["Answer 0", "Answer 1"]
    assert titles(html) == ["Offer", *(f"Answer {n}" for n in range(5))]


def test_one_kind_is_looked_at_alone_on_both_pages(cast: Cast, account: Any) -> None:
    person = make("contacts", last_name="Vega", accounts=[account])
    said(account, "A mail", 0, contacts=[person])
    said(account, "A letter", 1, kind="letter", contacts=[person])
    browser = cast.client(cast.manager)
    for page in (f"/accounts/{account.pk}", f"/contacts/{person.pk}"):
        assert titles(browser.get(page).content.decode()) == ["A letter", "A mail"]
        assert titles(browser.get(f"{page}?show=letter").content.decode()) == ["A letter"]
        assert titles(browser.get(f"{page}?show=changes").content.decode()) == []


def test_a_person_has_what_is_planned_on_top_and_the_account_beside_each(cast: Cast, account: Any) -> None:
    person = make("contacts", last_name="Vega", accounts=[account])
    elsewhere = cast.account("Out of sight", cast.stranger)
    said(account, "A mail", 0, contacts=[person])
    said(elsewhere, "Secret mail", 1, contacts=[person])
    make(
        "activities",
        kind="meeting",
        account=account,
        subject="Visit",
        planned_on="2100-01-04",
        place="Pier 4",
        contacts=[person],
    )
    html = cast.client(cast.manager).get(f"/contacts/{person.pk}").content.decode()
    assert titles(html)[0].startswith("Visit, ")
    assert titles(html)[1:] == ["A mail"]
    assert "Pier 4" in html
    assert "Kestrel Packaging" in html
    assert "Secret mail" not in html
    assert "Out of sight" not in html


def test_pages_follow_each_other_without_loss_or_doubles(cast: Cast, account: Any) -> None:
    made = [said(account, f"Mail {n:02d}", n // 4) for n in range(70)]  # four at one instant
    said(account, "Late answer", 50, made[3])
    browser = cast.client(cast.manager)
    url, seen = f"/accounts/{account.pk}", []
    for _page in range(4):
        html = browser.get(url).content.decode()
        seen += titles(html)
        more = re.search(r'<a class="button button-second" href="([^"]*before=[^"]*)">', html)
        if more is None:
            break
        url = more[1].replace("&amp;", "&")
    else:
        pytest.fail("there is no end")
    assert sorted(seen) == sorted(["Late answer", *(f"Mail {n:02d}" for n in range(70))])


def test_changes_are_paged_as_well(cast: Cast, account: Any) -> None:
    from tend.domains.accounts.commands import edit_account

    for n in range(40):
        edit_account(cast.actor(cast.manager), account.pk, values={"employees": n + 1})
    browser = cast.client(cast.manager)
    first = browser.get(f"/accounts/{account.pk}?show=changes").content.decode()
    more = re.search(r'href="([^"]*before=[^"]*)">', first)
    assert more is not None
    second = browser.get(more[1].replace("&amp;", "&")).content.decode()
    found = [int(n) for html in (first, second) for n in re.findall(r"<span>\d+ to (\d+)</span>", html)]
    assert found == list(range(40, 1, -1))


@pytest.mark.parametrize("before", ["x", "1-2-3", "99999999999999999999-1", "_x", "5-99999999999999999999_", "-1_1"])
def test_an_address_that_names_no_place_begins_anew(cast: Cast, account: Any, before: str) -> None:
    said(account, "A mail", 0)
    html = cast.client(cast.manager).get(f"/accounts/{account.pk}?before={before}").content.decode()
    assert titles(html) == ["A mail"]


def test_a_conversation_over_two_accounts_shows_each_reader_what_he_sees(cast: Cast, account: Any) -> None:
    daughter = cast.account("Kestrel Coast", cast.junior, parent=account)
    first = said(account, "Mother's offer", 0)
    said(daughter, "Daughter's question", 1, first)
    junior = cast.client(cast.junior)
    html = junior.get(f"/accounts/{daughter.pk}").content.decode()
    assert titles(html) == ["Daughter&#x27;s question"]
    assert "offer" not in html
    talk = past_with(cast.actor(cast.junior), daughter)[0]
    html = junior.get(f"/activities/{talk.pk}").content.decode()
    assert "offer" not in html
    assert "Conversation" not in html
    leader = cast.client(cast.leader).get(f"/activities/{talk.pk}").content.decode()
    assert "Mother&#x27;s offer" in leader
    assert "Conversation" in leader


def test_talks_of_subsidiaries_stand_there_when_they_are_asked_for(cast: Cast) -> None:
    account = cast.account("Kestrel Packaging", cast.junior)
    coast = cast.account("Kestrel Coast", cast.junior, parent=account)
    depot = cast.account("Kestrel Depot", cast.junior, parent=coast)
    hidden = cast.account("Kestrel Harbour", cast.manager, parent=account)
    beyond = cast.account("Kestrel Jetty", cast.junior, parent=hidden)  # only by way of one that is out of sight
    for days, one in enumerate((account, coast, depot, hidden, beyond)):
        said(one, f"Mail of {one.name}", days)
    browser = cast.client(cast.junior)
    plain = browser.get(f"/accounts/{account.pk}?show=talks").content.decode()
    assert titles(plain) == ["Mail of Kestrel Packaging"]
    switch = re.search(r'href="([^"]*below=1[^"]*)"[^>]*>With subsidiaries', plain)
    assert switch is not None
    url = switch[1].replace("&amp;", "&")
    assert "show=talks" in url
    whole = browser.get(url).content.decode()
    assert titles(whole) == ["Mail of Kestrel Depot", "Mail of Kestrel Coast", "Mail of Kestrel Packaging"]
    assert "Harbour" not in whole
    assert re.search(r"· Kestrel Depot</span>", whole)
    admin = cast.client(cast.admin)
    export = re.search(r'href="(/activities/export\?format=csv[^"]*)"', admin.get(url).content.decode())
    assert export is not None
    file = b"".join(admin.get(export[1].replace("&amp;", "&")).streaming_content).decode()  # type: ignore[attr-defined]
    assert [name in file for name in ("Coast", "Depot", "Jetty")] == [True, True, True]
    assert "With subsidiaries" not in browser.get(f"/accounts/{depot.pk}").content.decode()


def test_long_conversations_cost_no_more_queries(cast: Cast, account: Any) -> None:
    person = make("contacts", last_name="Vega", accounts=[account])
    browser = cast.client(cast.manager)
    last = said(account, "Offer", 0, contacts=[person])
    last = said(account, "Answer", 1, last, contacts=[person])
    pages = (f"/accounts/{account.pk}", f"/contacts/{person.pk}", f"/activities/{last.pk}")

    def cost() -> list[int]:
        found = []
        for page in pages:
            browser.get(page)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert browser.get(page).status_code == 200
            found.append(len(asked))
        return found

    few = cost()
    for n in range(12):
        last = said(account, f"Answer {n}", n + 2, last if n % 2 else None, contacts=[person])
        make(
            "activities",
            kind="task",
            account=account,
            subject=f"Task {n}",
            planned_on="2100-01-04",
            parent=last,
            contacts=[person],
        )
    assert [now - before for now, before in zip(cost(), few, strict=True)] == pytest.approx([1, 1, 0], abs=1)


def test_a_place_in_the_past_is_read_as_it_was_written() -> None:
    place = Place(NOW + dt.timedelta(microseconds=1), 7)
    assert Place.read(str(place)) == place


def test_a_follow_up_is_planned_with_the_people_who_took_part(cast: Cast, account: Any) -> None:
    from tend.domains.activities.models import Activity, Participant

    person = make("contacts", last_name="Vega", accounts=[account])
    offer = said(account, "Offer", 0, contacts=[person])
    browser = cast.client(cast.manager)
    assert "Plan a follow-up" in browser.get(f"/activities/{offer.pk}/follow-up").content.decode()
    wrong = browser.post(
        f"/activities/{offer.pk}/follow-up", {"kind": "task", "subject": "Ask", "planned_on": "someday"}
    )
    assert wrong.status_code == 422
    assert 'value="Ask"' in wrong.content.decode()
    answer = browser.post(
        f"/activities/{offer.pk}/follow-up",
        {"kind": "task", "subject": "Ask", "planned_on": "2100-01-04", "next": f"/accounts/{account.pk}"},
    )
    assert (answer.status_code, answer["Location"]) == (303, f"/accounts/{account.pk}")
    made = Activity.objects.as_system("test").get(kind="task")
    assert (made.parent_id, made.account_id, made.responsible) == (offer.pk, account.pk, cast.manager)
    assert Participant.objects.of([made]).get().contact_id == person.pk
    assert "follows" in browser.get(f"/accounts/{account.pk}").content.decode()


def test_the_page_of_an_activity_says_what_became_of_it_and_what_can_be_done(cast: Cast, account: Any) -> None:
    visit = make(
        "activities",
        kind="meeting",
        account=account,
        subject="Visit",
        planned_on="2100-01-04",
        responsible=cast.manager,
    )
    browser = cast.client(cast.manager)
    html = browser.get(f"/activities/{visit.pk}").content.decode()
    for name in ("complete", "reschedule", "hand-over", "cancel", "follow-up"):
        assert f"/activities/{visit.pk}/{'do/' if name != 'follow-up' else ''}{name}" in html
    assert "reopen" not in html
    browser.post(f"/activities/{visit.pk}/do/cancel", {"reason": "They moved"})
    html = browser.get(f"/activities/{visit.pk}").content.decode()
    assert "They moved" in html
    assert f"/activities/{visit.pk}/do/reopen" in html


def test_only_outcomes_of_its_kind_are_offered(cast: Cast, account: Any) -> None:
    make("outcomes", name="Meeting held", kind="meeting", effect="contact")
    make("outcomes", name="Reached", kind="call", effect="contact")
    visit = make(
        "activities",
        kind="meeting",
        account=account,
        subject="Visit",
        planned_on="2100-01-04",
        responsible=cast.manager,
    )
    html = cast.client(cast.manager).get(f"/activities/{visit.pk}/do/complete").content.decode()
    assert "Meeting held" in html
    assert "Reached" not in html


def test_an_activity_without_a_subject_is_named_by_how_it_ended_and_with_whom(cast: Cast, account: Any) -> None:
    make("outcomes", name="Reached", kind="call", effect="contact")
    call = said(account, "", 0, kind="call", outcome="Reached", planned_on="2026-01-02")
    planned = make("activities", account=account, kind="task", planned_on="2026-01-02")
    browser = cast.client(cast.manager)
    for address in ("/activities", "/activities?shape=board&by=kind"):
        html = browser.get(address).content.decode()
        assert f'href="/activities/{call.pk}' in html
        assert ">Reached · Kestrel Packaging</a>" in html
        assert ">Task · Kestrel Packaging</a>" in html
    over, waits = (browser.get(f"/activities/{a.pk}").content.decode() for a in (call, planned))
    assert "Reached · Kestrel Packaging</h1>" in over
    assert "late" not in over[over.index("Planned on") : over.index("Planned on") + 200]
    assert "late" in waits[waits.index("Planned on") : waits.index("Planned on") + 300]
