"""The account page: next talk and why, timeline, people, ties, remarks; the composer; who can see it."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.models import AccountRemark, Interest
from tend.domains.activities.models import Activity
from tests.cast import Cast, make


def test_the_page_says_when_somebody_speaks_to_the_account_next_and_why(cast: Cast) -> None:
    make("interaction-statuses", name="B – regular", interval=30)
    account = cast.account("Hotel Marisol", interaction_status="B – regular")
    page = cast.client(cast.manager).get(f"/accounts/{account.pk}").content.decode()
    assert "Call Hotel Marisol" in page
    assert "B – regular" in page
    assert "30 days" in page


def test_without_a_status_the_page_says_that_nobody_is_reminded(cast: Cast) -> None:
    account = cast.account("Hotel Marisol", interaction_status=None)
    assert "nobody is reminded" in cast.client(cast.manager).get(f"/accounts/{account.pk}").content.decode()


def test_a_note_is_kept_from_the_composer_and_stands_in_the_timeline(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    browser = cast.client(cast.manager)
    assert browser.post("/log", {"account": account.pk, "text": "Spa wing opens in April"}).status_code == 303
    assert Activity.objects.as_system("test").get(kind="note").text == "Spa wing opens in April"
    assert "Spa wing opens in April" in browser.get(f"/accounts/{account.pk}").content.decode()


def test_a_call_is_logged_and_the_next_one_planned(cast: Cast) -> None:
    make("interaction-statuses", name="B – regular", interval=30)
    reached = make("outcomes", name="Reached", kind="call", effect="contact")
    account = cast.account("Hotel Marisol", interaction_status="B – regular")
    browser = cast.client(cast.manager)
    answer = browser.post(
        f"/accounts/{account.pk}/do/log-call", {"outcome": reached.pk, "text": "All well", "kind": "call"}
    )
    assert answer.status_code == 303, answer.content
    assert Activity.objects.as_system("test").filter(state="done", text="All well").count() == 1
    assert Activity.objects.as_system("test").filter(state="planned", origin="cycle").count() == 1


def test_people_hidden_from_the_reader_are_absent(cast: Cast) -> None:
    account, elsewhere = cast.account("Hotel Marisol"), cast.account("Elsewhere", cast.stranger)
    person = make("contacts", first_name="Lucía", last_name="Ferrándiz", accounts=[account, elsewhere])
    browser = cast.client(cast.manager)
    assert "Lucía Ferrándiz" in browser.get(f"/accounts/{account.pk}").content.decode()
    page = browser.get(f"/contacts/{person.pk}").content.decode()
    assert "Hotel Marisol" in page
    assert "Elsewhere" not in page


def test_ties_are_set_from_their_forms(cast: Cast) -> None:
    account, other = cast.account("Hotel Marisol"), cast.account("Albergue Clara")
    kind, area = make("relation-kinds", name="owns", inverse_name="is owned by"), make("areas", name="Leasing")
    browser = cast.client(cast.manager)
    base = f"/accounts/{account.pk}/do"
    assert browser.post(f"{base}/relate", {"to": other.pk, "kind": kind.pk}).status_code == 303
    assert (
        browser.post(f"{base}/set-interest", {"area": area.pk, "strength": "3", "is_disinterest": "on"}).status_code
        == 303
    )
    assert browser.post(f"{base}/write-remark", {"text": "fair=2026"}).status_code == 303
    page = browser.get(f"/accounts/{account.pk}").content.decode()
    assert "Albergue Clara" in page
    assert "not wanted" in page
    assert "fair=2026" in page
    assert "is owned by" in browser.get(f"/accounts/{other.pk}").content.decode()
    assert Interest.objects.of([account]).get().strength == 3
    remark = AccountRemark.objects.of([account]).get()
    assert browser.post(f"{base}/erase-remark", {"remark": remark.pk}).status_code == 303
    assert not AccountRemark.objects.of([account]).exists()


def test_a_refused_verb_keeps_its_form(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    answer = cast.client(cast.manager).post(f"/accounts/{account.pk}/do/relate", {})
    assert answer.status_code == 422
    assert "required" in answer.content.decode()


def test_who_can_see_this_names_colleagues_with_reasons(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    page = cast.client(cast.manager).get(f"/accounts/{account.pk}/who").content.decode()
    assert "Tomas Ribeiro" in page
    assert "owner" in page
    assert "Dana Okafor" not in page


def test_neighbours_follow_the_list_one_came_from(cast: Cast) -> None:
    first, second, third = (cast.account(n) for n in ("Alba", "Brisa", "Costa"))
    browser = cast.client(cast.leader)
    page = browser.get(f"/accounts/{second.pk}?in=sort%3D-name").content.decode()
    assert f'href="/accounts/{third.pk}?in=sort%3D-name" data-key="["' in page
    assert f'href="/accounts/{first.pk}?in=sort%3D-name" data-key="]"' in page


def test_a_busy_account_needs_as_many_queries_as_a_quiet_one(cast: Cast) -> None:
    make("interaction-statuses", name="B – regular", interval=30)
    account = cast.account("Hotel Marisol", interaction_status="B – regular")
    browser = cast.client(cast.manager)

    def fill(n: int) -> None:
        for at in range(n):
            make("contacts", first_name="Person", last_name=str(at), accounts=[account])
            make("activities", kind="note", account=account, text=f"note {at}", done_at="2026-01-05T10:00:00Z")
            make("accounts", name=f"Child {at}", parent=account, owner=cast.manager)

    fill(3)
    browser.get(f"/accounts/{account.pk}")
    with CaptureQueriesContext(connection) as few:
        browser.get(f"/accounts/{account.pk}")
    fill(12)
    browser.get(
        f"/accounts/{account.pk}"
    )  # what the frame keeps until the next write is asked anew, as before the first
    with CaptureQueriesContext(connection) as many:
        browser.get(f"/accounts/{account.pk}")
    assert len(many) <= len(few)


def test_the_history_names_values_and_offers_undo_once(cast: Cast) -> None:
    make("states", name="Hot")
    account = cast.account("Hotel Marisol")
    from tend.domains.accounts.entity import ACCOUNT
    from tend.domains.accounts.models import State
    from tend.kernel.values import edit_record

    edit_record(cast.actor(cast.manager), ACCOUNT, account.pk, {"state": "Hot"})
    page = cast.client(cast.manager).get(f"/accounts/{account.pk}/history").content.decode()
    assert "Hot" in page
    assert State.objects.as_system("test").get().name == "Hot"
    assert page.count("/undo/") >= 1
