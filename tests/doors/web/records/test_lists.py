"""Lists: who sees what, filters and orders in the address, constant queries, views, columns."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.domains.accounts.ties import relate
from tend.domains.activities.models import Activity
from tend.people.commands import edit_role
from tend.people.models import Role
from tests.cast import BUILDER, Cast, make


def test_a_list_shows_the_team_to_its_leader_and_nothing_of_it_to_a_stranger(cast: Cast) -> None:
    cast.account("Hotel Marisol")
    assert b"Hotel Marisol" in cast.client(cast.leader).get("/accounts").content
    assert b"Hotel Marisol" not in cast.client(cast.stranger).get("/accounts").content


def test_a_visitor_is_sent_to_the_door_and_back(client, db) -> None:
    answer = client.get("/accounts?filter=status:Open")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=/accounts%3Ffilter%3Dstatus%3AOpen"


def test_the_address_filters_sorts_and_searches(cast: Cast) -> None:
    make("statuses", name="Open")
    cast.account("Alba", status="Open")
    cast.account("Brisa")
    browser = cast.client(cast.leader)
    filtered = browser.get("/accounts?filter=status:Open").content.decode()
    assert "Alba" in filtered
    assert "Brisa" not in filtered
    backward = browser.get("/accounts?sort=-name").content.decode()
    assert backward.index("Brisa") < backward.index("Alba")
    assert "Brisa" not in browser.get("/accounts?q=alba").content.decode()


def test_a_filter_that_cannot_be_read_is_answered_in_words(cast: Cast) -> None:
    answer = cast.client(cast.leader).get("/accounts?filter=colour:red")
    assert answer.status_code == 422
    assert "colour" in answer.content.decode()


def test_a_hundred_rows_need_as_many_queries_as_ten(cast: Cast) -> None:
    make("interaction-statuses", name="A – key", interval=14)
    make("states", name="Hot")
    for n in range(10):
        cast.account(f"House {n:03d}", interaction_status="A – key", state="Hot", **{"address.city": "Faro"})
    browser = cast.client(cast.leader)
    browser.get("/accounts")
    cast.account("House 009a")  # after a write nothing that was counted is taken as still true
    with CaptureQueriesContext(connection) as few:
        browser.get("/accounts")
    for n in range(10, 100):
        cast.account(f"House {n:03d}", interaction_status="A – key", state="Hot", **{"address.city": "Faro"})
    with CaptureQueriesContext(connection) as many:
        browser.get("/accounts")
    assert len(many) <= len(few)


def test_a_list_asks_few_questions_and_fewer_while_nobody_writes(cast: Cast) -> None:
    make("interaction-statuses", name="A – key", interval=14)
    for n in range(3):
        cast.account(f"House {n}", cast.junior, interaction_status="A – key", **{"address.city": "Faro"})
    for user in (cast.junior, cast.leader, cast.admin):
        browser = cast.client(user)
        browser.get("/accounts")
        cast.account(f"One more for {user.name}", cast.junior, interaction_status="A – key")
        with CaptureQueriesContext(connection) as after_a_write:
            browser.get("/accounts")
        with CaptureQueriesContext(connection) as again:
            browser.get("/accounts")
        assert len(after_a_write) <= 15, user.name
        assert len(again) <= 9, user.name


def test_pages_go_on_where_the_last_one_ended(cast: Cast) -> None:
    for n in range(60):
        cast.account(f"House {n:03d}")
    browser = cast.client(cast.leader)
    first = browser.get("/accounts")
    assert "House 049" in first.content.decode()
    assert "House 050" not in first.content.decode()
    second = browser.get(first.context["next_url"]).content.decode()
    assert "House 050" in second
    assert "House 049" not in second


def test_a_hidden_field_is_absent_from_list_columns_filter_and_form(cast: Cast) -> None:
    role = Role.objects.as_system("test").get(code="sales-manager")

    cast.account("Hotel Marisol", annual_revenue="84200")
    edit_role(
        BUILDER, role, values={"field_rights": {line: {"annual_revenue": "hidden"} for line in ("accounts", "leads")}}
    )
    browser = cast.client(cast.manager)
    listed = browser.get("/accounts?columns=annual_revenue,status").content.decode()
    assert "84,200" not in listed
    assert "Annual revenue" not in listed
    assert "annual_revenue" not in browser.get("/accounts/columns").content.decode()
    assert "annual_revenue" not in browser.get("/accounts/condition").content.decode()
    assert "annual_revenue" not in browser.get("/accounts/new").content.decode()
    assert browser.get("/accounts?filter=annual_revenue>1").status_code == 422
    assert browser.get("/accounts?sort=annual_revenue").status_code == 422


def test_leads_and_accounts_are_two_lists_of_one_record_type(cast: Cast) -> None:
    lead = cast.account("Fresh Lead", lifecycle="lead")
    cast.account("Old Customer", lifecycle="customer")
    browser = cast.client(cast.leader)
    leads = browser.get("/leads").content.decode()
    assert "Fresh Lead" in leads
    assert f'href="/accounts/{lead.pk}"' in leads
    assert "Old Customer" not in leads
    assert "Fresh Lead" not in browser.get("/accounts").content.decode()


def test_an_empty_list_says_how_to_begin(cast: Cast) -> None:
    page = cast.client(cast.leader).get("/accounts").content.decode()
    assert 'href="/accounts/new"' in page
    assert "import a list" in page


def test_the_condition_builder_ends_in_an_address(cast: Cast) -> None:
    status = make("statuses", name="Open")
    browser = cast.client(cast.leader)
    assert "status" in browser.get("/accounts/condition").content.decode()
    answer = browser.get(f"/accounts/condition?field=status&op=is&value={status.pk}")
    assert answer.status_code == 303
    assert answer["Location"] == "/accounts?filter=status%3AOpen"
    blank = browser.get("/accounts/condition?field=status&op=is&value=")
    assert "Give a value" in blank.content.decode()


def test_a_view_is_kept_and_stands_as_a_tab(cast: Cast) -> None:
    make("statuses", name="Open")
    cast.account("Alba", status="Open")
    browser = cast.client(cast.leader)
    saved = browser.post("/accounts/view?filter=status:Open", {"name": "Open ones"})
    assert saved.status_code == 303, saved.content
    page = browser.get(saved["Location"]).content.decode()
    assert "Open ones" in page
    assert "Open ones" not in cast.client(cast.manager).get("/accounts").content.decode()


def test_two_worlds_give_a_junior_the_same_bytes(cast: Cast) -> None:
    make("interaction-statuses", name="A – key", interval=14)
    mine = cast.account("Own House", cast.junior, interaction_status="A – key")
    browser = cast.client(cast.junior)
    pages = (
        "/accounts",
        f"/accounts/{mine.pk}",
        "/accounts?q=house",
        "/accounts?filter=status:Open",
        "/search?q=house",
        f"/accounts/{mine.pk}/history",
    )
    before = [_bytes(browser, p) for p in pages]
    hidden = cast.account("Hidden House", cast.manager, parent=mine, interaction_status="A – key")
    kind = make("relation-kinds", name="owns", inverse_name="is owned by")
    relate(BUILDER, hidden, to=mine, kind=kind)
    assert [_bytes(browser, p) for p in pages] == before
    assert _bytes(browser, f"/accounts/{hidden.pk}", 404) == _bytes(browser, "/accounts/987654", 404)


def _bytes(browser, path: str, status: int | None = None) -> bytes:
    import re

    answer = browser.get(path)
    assert status is None or answer.status_code == status
    body = re.sub(rb'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]+"', b"", answer.content)
    return re.sub(rb"/accounts/\d+", b"", body) if status == 404 else body


def test_a_day_is_late_only_while_something_is_planned(cast: Cast) -> None:
    """What is done or given up waits for nobody, whatever day it was planned for."""
    account = cast.account("Hotel Marisol", cast.manager)
    for subject, state in (("Late one", "planned"), ("Old one", "done")):
        values = {"done_at": "2026-01-07T10:00:00Z"} if state == "done" else {}
        made = make("activities", kind="task", subject=subject, account=account, planned_on="2026-01-05", responsible=cast.manager, **values)  # fmt: skip
        Activity._base_manager.filter(pk=made.pk).update(state=state, planned_on="2026-01-05")
    for address in ("/activities", "/activities?shape=board&by=state"):
        page = cast.client(cast.manager).get(address).content.decode()
        assert page.count("late since") == 1, address
        assert "Old one" in page
