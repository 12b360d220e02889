"""The line that logs from anywhere: what it understands, what it refuses, and that nothing typed is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.domains.activities.models import Activity, Participant
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def account(cast: Cast) -> Any:
    make("interaction-statuses", name="Regular", interval=30, default_for=["prospect"])
    for name, kind, effect in (
        ("Reached", "call", "contact"), ("No answer", "call", "attempt"), ("Asked not to be contacted", "call", "do_not_contact"),
        ("Meeting held", "meeting", "contact"), ("E-mail received", "email", "contact"), ("E-mail sent", "email", "none"),
    ):  # fmt: skip
        make("outcomes", name=name, kind=kind, effect=effect)
    return cast.account("Kestrel Packaging")


def done() -> list[Activity]:
    return list(Activity.objects.as_system("test").filter(state="done").order_by("pk"))


def flash(browser: Any) -> str:
    return str(browser.session["flash"]["text"])


def pk_of(name: str) -> int:
    from tend.domains.activities.models import Outcome

    return int(Outcome.objects.as_system("test").get(name=name).pk)


def test_one_line_logs_a_call_and_says_what_is_planned(cast: Cast, account: Any) -> None:
    browser = cast.client(cast.manager)
    answer = browser.post(
        "/log", {"account": account.pk, "text": "call reached Wants the new list", "next": "/contacts"}
    )
    assert (answer.status_code, answer["Location"]) == (303, "/contacts")
    (talk,) = done()
    assert (talk.kind, talk.outcome.name, talk.text, talk.origin) == ("call", "Reached", "Wants the new list", "cycle")
    assert flash(browser).startswith("Kestrel Packaging: Call planned for")
    assert "Regular, every 30 days" in flash(browser)


@pytest.mark.parametrize(
    ("line", "kind", "outcome", "text", "direction"),
    [
        ("Spa wing opens in April", "note", None, "Spa wing opens in April", "out"),
        ("mail about the offer", "email", None, "about the offer", "out"),
        ("mail received yes", "email", "E-mail received", "yes", "in"),
        ("meeting held at the fair", "meeting", "Meeting held", "at the fair", "out"),
        ("call no answer", "call", "No answer", "", "out"),
    ],
)
def test_the_words_at_its_start_say_the_kind_and_how_it_ended(
    cast: Cast, account: Any, line: str, kind: str, outcome: str | None, text: str, direction: str
) -> None:
    assert cast.client(cast.manager).post("/log", {"account": account.pk, "text": line}).status_code == 303
    (talk,) = done()
    assert (talk.kind, talk.outcome and talk.outcome.name, talk.text, talk.direction) == (
        kind,
        outcome,
        text,
        direction,
    )


def test_a_choice_by_hand_wins_over_the_words(cast: Cast, account: Any) -> None:
    browser = cast.client(cast.manager)
    said = {"account": account.pk, "text": "Call them back in March", "kind": "note", "read_kind": "call"}
    assert browser.post("/log", said).status_code == 303
    assert (done()[0].kind, done()[0].text) == ("note", "Call them back in March")
    said = {"account": account.pk, "text": "call reached yes", "kind": "call", "read_kind": "call", "outcome": pk_of("No answer"), "read_outcome": pk_of("Reached")}  # fmt: skip
    assert browser.post("/log", said).status_code == 303
    assert done()[1].outcome.name == "No answer"
    stale = {"account": account.pk, "text": "note later", "kind": "call", "read_kind": "call", "outcome": pk_of("Reached"), "read_outcome": pk_of("Reached")}  # fmt: skip
    assert browser.post("/log", stale).status_code == 303  # what the words ticked before they were changed
    assert (done()[2].kind, done()[2].text) == ("note", "later")


def test_a_task_is_planned_for_the_day_it_begins_with(cast: Cast, account: Any) -> None:
    browser = cast.client(cast.manager)
    assert (
        browser.post("/log", {"account": account.pk, "text": "task tomorrow send samples\nthree of each"}).status_code
        == 303
    )
    task = Activity.objects.as_system("test").get(kind="task")
    assert (task.subject, task.text, task.state) == ("send samples", "three of each", "planned")
    assert task.planned_on == dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    assert browser.post("/log", {"account": account.pk, "text": "task 3 samples"}).status_code == 303
    task = Activity.objects.as_system("test").filter(kind="task").latest("pk")
    assert (task.subject, task.planned_on) == ("3 samples", dt.datetime.now(dt.UTC).date())


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"text": "call we spoke for an hour"}, "Choose how it ended."),
        ({"text": "  "}, "Write something first."),
        ({"text": "call asked not to be contacted, firmly"}, "nothing is planned from then on"),
        ({"text": "call reached yes", "account": ""}, "Choose the account."),
    ],
)
def test_a_refusal_keeps_what_was_typed(cast: Cast, account: Any, said: dict[str, str], because: str) -> None:
    given = {"account": str(account.pk), "find": "1", **said}
    browser = cast.client(cast.manager)
    whole = browser.post("/log", given)
    part = browser.post("/log", given, headers=FRAGMENT)
    for answer in (whole, part):
        html = answer.content.decode()
        assert answer.status_code == 422
        assert because in html
        assert said["text"].strip() in html
    assert "<html" not in part.content.decode()
    assert done() == []


def test_never_again_is_confirmed_first(cast: Cast, account: Any) -> None:
    browser = cast.client(cast.manager)
    said = {"account": account.pk, "text": "call asked not to be contacted"}
    assert "Never contact again" in browser.post("/log", said).content.decode()
    assert browser.post("/log", {**said, "confirmed": "1"}).status_code == 303
    account.refresh_from_db()
    assert account.do_not_contact


def test_the_line_of_a_person_is_about_her_and_her_company(cast: Cast, account: Any) -> None:
    person = make("contacts", last_name="Vega", accounts=[account])
    alone = make("contacts", last_name="Petrenko", owner=cast.manager)
    browser = cast.client(cast.manager)
    browser.post("/log", {"contact": person.pk, "text": "mail received yes"})
    browser.post("/log", {"contact": alone.pk, "text": "note met at the fair"})
    browser.post("/log", {"contact": alone.pk, "text": "call reached at last"})
    assert [(t.account_id, Participant.objects.of([t]).get().contact_id) for t in done()] == [
        (account.pk, person.pk), (None, alone.pk), (None, alone.pk),
    ]  # fmt: skip


def test_an_answer_follows_what_it_answers_and_is_of_its_kind(cast: Cast, account: Any) -> None:
    browser = cast.client(cast.manager)
    browser.post("/log", {"account": account.pk, "text": "mail sent the offer"})
    (first,) = done()
    assert "Answer" in browser.get(f"/log?parent={first.pk}").content.decode()
    browser.post("/log", {"parent": first.pk, "text": "received they accept"})
    answer = done()[1]
    assert (answer.kind, answer.outcome.name, answer.text) == ("email", "E-mail received", "they accept")
    assert (answer.parent_id, answer.thread_id, answer.account_id) == (first.pk, first.pk, account.pk)


def test_the_key_finds_the_record_of_its_page(cast: Cast, account: Any) -> None:
    browser = cast.client(cast.manager)
    here = {**FRAGMENT, "HX-Target": "dialog", "HX-Current-URL": f"http://testserver/accounts/{account.pk}?show=talks"}
    html = browser.get("/log", headers=here).content.decode()
    assert f'name="account" value="{account.pk}"' in html
    assert f'name="next" value="/accounts/{account.pk}?show=talks"' in html
    assert (
        "Find an account"
        in browser.get("/log", headers={**here, "HX-Current-URL": "http://testserver/today"}).content.decode()
    )


def test_what_the_line_says_is_shown_with_what_would_follow(cast: Cast, account: Any) -> None:
    browser = cast.client(cast.manager)
    html = browser.post(
        "/log/read", {"account": account.pk, "text": "call reached", "quick": "log-anywhere"}
    ).content.decode()
    assert (
        f'id="log-anywhere-outcome-{pk_of("Reached")}" value="{pk_of("Reached")}" form="log-anywhere-form" checked'
        in html
    )
    assert "next " in html
    assert "never again" in html
    assert done() == []


def test_the_line_understands_the_language_of_its_writer(cast: Cast, account: Any) -> None:
    make("outcomes", name="Без відповіді", kind="call", effect="attempt")
    browser = cast.client(cast.manager)
    type(cast.manager).objects.as_system("test").filter(pk=cast.manager.pk).update(language="uk")
    said = {"account": account.pk, "text": "Дзвінок: без відповіді. Завтра ще раз"}
    assert browser.post("/log", said, headers={"accept-language": "uk"}).status_code == 303
    assert (done()[0].outcome.name, done()[0].text) == ("Без відповіді", "Завтра ще раз")


def test_the_line_is_offered_to_whoever_may_enter_activities(cast: Cast, account: Any) -> None:
    assert 'data-key="l"' in cast.client(cast.manager).get("/today").content.decode()
    from tests.contract.stage import nobody

    assert 'data-key="l"' not in cast.client(nobody()).get("/settings").content.decode()
    assert any(i["url"] == "/log" for g in cast.client(cast.manager).get("/palette?q=log", headers={"accept": "application/json"}).json()["groups"] for i in g["items"])  # fmt: skip
