"""The comparing page, the old address, and the page that parts what was merged."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.accounts.commands import edit_account
from tend.domains.accounts.merging import merge
from tend.domains.accounts.models import Account, Apart
from tests.cast import Cast, make
from tests.doors.web.records.test_several import form_of


def compare(cast: Cast, *records: Any, word: str = "accounts", into: Any = None) -> str:
    query = "&".join(f"of={r.pk}" for r in records) + (f"&into={into.pk}" if into is not None else "")
    response = cast.client(cast.leader).get(f"/{word}/compare?{query}")
    assert response.status_code == 200, response.content.decode()[:500]
    return str(response.content.decode())


def send(cast: Cast, page: str, records: Any, word: str = "accounts", **more: str) -> Any:
    data = {**form_of(page), **more, "of": [r.pk for r in records]}
    return cast.client(cast.leader).post(f"/{word}/compare", data)


def fresh(account: Account) -> Account:
    found: Account = Account.objects.as_system("test").get(pk=account.pk)
    return found


@pytest.fixture
def pair(cast: Cast) -> tuple[Account, Account]:
    return (
        cast.account("Hotel Marisol", website="https://one.example", lifecycle="customer", tags=[make("tags", name="vip").name]),
        cast.account("Marisol SL", website="https://two.example", employees=12, phones=["+34 911 111 111"], lifecycle="lead"),
    )  # fmt: skip


def test_the_better_value_is_chosen_beforehand_and_can_be_switched(cast: Cast, pair: tuple[Account, Account]) -> None:
    stays, goes = pair
    page = compare(cast, goes, stays)
    chosen = form_of(page)
    assert chosen["into"] == str(stays.pk)  # a customer before a lead
    assert (chosen["field-employees"], chosen["field-website"]) == (str(goes.pk), str(stays.pk))
    assert "+34 911 111 111" in page
    response = send(cast, page, (goes, stays), **{"field-website": str(goes.pk), "field-employees": str(stays.pk)})
    assert response.status_code == 303
    assert response["Location"] == f"/accounts/{stays.pk}"
    held = fresh(stays)
    assert (held.website, held.employees, held.name) == ("https://two.example", None, "Hotel Marisol")


def test_fields_that_say_the_same_are_not_asked(cast: Cast) -> None:
    one, two = cast.account("Hotel Marisol", employees=5), cast.account("Marisol", employees=5)
    assert "field-employees" not in compare(cast, one, two)
    assert "field-name" in compare(cast, one, two)


def test_characteristics_are_shown_by_their_type(cast: Cast) -> None:
    make("characteristics", name="Fair", key="fair", type="date", record_type="accounts.account")
    make("characteristics", name="Terrace", key="terrace", type="yesno", record_type="accounts.account")
    one = cast.account(
        "Hotel Marisol", characteristics={"fair": "2026-05-01", "terrace": True}, description="Long " * 40
    )
    two = cast.account("Marisol", characteristics={"fair": "2025-05-02"}, website="https://marisol.example")
    page = compare(cast, one, two)
    assert 'datetime="2025-05-02"' in page  # as a day, not as it is stored
    assert "<span>yes</span>" in page
    assert page.count("<tr data-long>") == 1  # the description: its sides stand below each other on a phone


def test_a_main_number_is_asked_for_only_where_there_are_two(cast: Cast) -> None:
    one, two = cast.account("One", phones=["+34 911 111 111"]), cast.account("Two", emails=["a@one.example"])
    page = compare(cast, one, two)
    assert "field-phone" not in page
    assert "field-email" not in page
    three = cast.account("Three", phones=["+34 922 222 222"])
    assert "field-phone" in compare(cast, one, three)


def test_the_other_one_can_stay(cast: Cast, pair: tuple[Account, Account]) -> None:
    stays, goes = pair
    page = compare(cast, stays, goes, into=goes)
    send(cast, page, (stays, goes))
    assert fresh(stays).merged_into_id == goes.pk


def test_three_become_one(cast: Cast) -> None:
    one, two, three = (
        cast.account("One", employees=1),
        cast.account("Two"),
        cast.account("Three", website="https://t.example"),
    )
    page = compare(cast, one, two, three, into=two)
    response = send(cast, page, (one, two, three))
    assert response.status_code == 303
    held = fresh(two)
    assert (held.employees, held.website) == (1, "https://t.example")
    assert {fresh(one).merged_into_id, fresh(three).merged_into_id} == {two.pk}


def test_what_was_changed_meanwhile_is_shown_again(cast: Cast, pair: tuple[Account, Account]) -> None:
    stays, goes = pair
    page = compare(cast, stays, goes)
    edit_account(cast.actor(cast.leader), stays, values={"website": "https://three.example"})
    response = send(cast, page, (stays, goes))
    assert response.status_code == 409
    assert "https://three.example" in response.content.decode()
    assert fresh(goes).merged_into_id is None


def test_whoever_comes_second_is_told_on_the_page_of_what_is_left(cast: Cast, pair: tuple[Account, Account]) -> None:
    stays, goes = pair
    page = compare(cast, stays, goes)
    merge(cast.actor(cast.manager), stays, into=goes)  # the other way round, by somebody else
    response = send(cast, page, (stays, goes))
    assert (response.status_code, response["Location"]) == (303, f"/accounts/{goes.pk}")
    assert (fresh(stays).merged_into_id, fresh(goes).merged_into_id) == (goes.pk, None)


def test_a_list_posts_what_was_chosen(cast: Cast, pair: tuple[Account, Account]) -> None:
    response = cast.client(cast.leader).post("/accounts/compare", {"chosen": [pair[0].pk, pair[1].pk]})
    assert response["Location"] == f"/accounts/compare?of={pair[0].pk}&of={pair[1].pk}"


def test_one_alone_asks_for_the_other(cast: Cast, pair: tuple[Account, Account]) -> None:
    client = cast.client(cast.leader)
    assert client.get(f"/accounts/{pair[0].pk}/do/merge")["Location"] == f"/accounts/compare?of={pair[0].pk}"
    page = client.get(f"/accounts/compare?of={pair[0].pk}").content.decode()
    assert 'name="into"' in page
    response = client.get(f"/accounts/compare?of={pair[0].pk}&into={pair[1].pk}")
    assert response["Location"] == f"/accounts/compare?of={pair[0].pk}&of={pair[1].pk}"


def test_without_the_right_one_compares_and_does_not_merge(cast: Cast, pair: tuple[Account, Account]) -> None:
    client = cast.client(cast.manager)
    url = f"/accounts/compare?of={pair[0].pk}&of={pair[1].pk}"
    assert ">Merge<" in client.get(url).content.decode()  # both are his
    edit_account(cast.actor(cast.admin), pair[1], values={"owner": cast.leader})
    page = client.get(url).content.decode()
    assert ">Merge<" not in page
    response = client.post("/accounts/compare", {**form_of(page), "of": [pair[0].pk, pair[1].pk]})
    assert response.status_code == 403
    assert fresh(pair[1]).merged_into_id is None


def test_an_account_out_of_sight_is_not_compared(cast: Cast, pair: tuple[Account, Account]) -> None:
    hidden = cast.account("Hidden", cast.stranger)
    page = cast.client(cast.leader).get(f"/accounts/compare?of={pair[0].pk}&of={hidden.pk}").content.decode()
    assert "Hidden" not in page
    assert cast.client(cast.leader).get(f"/accounts/compare?of={hidden.pk}").status_code == 404


def test_the_old_address_leads_to_the_new_one(cast: Cast, pair: tuple[Account, Account]) -> None:
    stays, goes = pair
    merge(cast.actor(cast.leader), goes, into=stays)
    response = cast.client(cast.leader).get(f"/accounts/{goes.pk}")
    assert (response.status_code, response["Location"]) == (303, f"/accounts/{stays.pk}")
    assert cast.client(cast.stranger).get(f"/accounts/{goes.pk}").status_code == 404


def test_parting_says_beforehand_and_afterwards_what_stays(cast: Cast, pair: tuple[Account, Account]) -> None:
    stays, goes = pair
    make("activities", account=goes.pk, kind="task", subject="Ask", responsible=cast.manager)
    merge(cast.actor(cast.leader), goes, into=stays)
    edit_account(cast.actor(cast.leader), stays, values={"employees": 99})
    client = cast.client(cast.leader)
    assert f"/accounts/{goes.pk}/part" in client.get(f"/accounts/{stays.pk}").content.decode()
    before = client.get(f"/accounts/{goes.pk}/part").content.decode()
    assert "Employees" in before
    assert "1 activity" in before
    assert fresh(goes).merged_into_id == stays.pk  # nothing is done yet
    response = client.post(f"/accounts/{goes.pk}/part")
    assert response.status_code == 303
    after = client.get(response["Location"]).content.decode()
    assert "Employees" in after
    assert fresh(goes).merged_into_id is None
    assert client.get(f"/accounts/{goes.pk}").status_code == 200
    assert client.get(f"/accounts/{goes.pk}/part").status_code == 404


def test_parting_needs_the_right(cast: Cast, pair: tuple[Account, Account]) -> None:
    stays, goes = pair
    merge(cast.actor(cast.leader), goes, into=stays)
    edit_account(cast.actor(cast.admin), stays, values={"owner": cast.leader})
    assert cast.client(cast.manager).get(f"/accounts/{goes.pk}/part").status_code == 403
    assert cast.client(cast.manager).post(f"/accounts/{goes.pk}/part").status_code == 403
    assert cast.client(cast.stranger).get(f"/accounts/{goes.pk}/part").status_code == 404


def test_merging_is_undone_from_the_page(cast: Cast, pair: tuple[Account, Account]) -> None:
    stays, goes = pair
    page = compare(cast, stays, goes)
    client = cast.client(cast.leader)
    client.post("/accounts/compare", {**form_of(page), "of": [stays.pk, goes.pk]})
    undo = client.session["flash"]["undo_url"]
    listed = client.get(undo.replace("/undo/operation", "/operations")).content.decode()
    assert "Undo all of it" in listed
    assert f"/accounts/{goes.pk}/part" in client.get("/leads/trash").content.decode()
    client.post(undo)
    assert fresh(goes).trashed_at is None
    assert fresh(stays).employees is None


def test_the_pairs_that_look_alike_lead_here(cast: Cast) -> None:
    one, two = (
        cast.account("Hotel Marisol", phones=["+34 911 111 111"]),
        cast.account("Hotel Marisol", phones=["+34 911 111 111"]),
    )
    page = cast.client(cast.leader).get("/accounts/duplicates").content.decode()
    assert f"/accounts/compare?of={one.pk}&amp;of={two.pk}" in page
    compared = compare(cast, one, two)
    assert "keep-apart" in compared
    cast.client(cast.leader).post(f"/accounts/{one.pk}/do/keep-apart", {"other": two.pk})
    assert Apart.objects.of([one]).count() == 1


def test_contacts_merge_on_the_same_page(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    one = make("contacts", first_name="Lucia", last_name="Marin", accounts=[account.pk], emails=["l@one.example"])
    two = make("contacts", first_name="L.", last_name="Marin", title="Director", accounts=[account.pk])
    page = compare(cast, one, two, word="contacts")
    assert send(cast, page, (one, two), word="contacts").status_code == 303
    kept = type(one).objects.as_system("test").get(pk=one.pk)
    assert (kept.name, kept.title) == ("Lucia Marin", "Director")


def test_the_history_of_both_tells_of_it(cast: Cast, pair: tuple[Account, Account]) -> None:
    stays, goes = pair
    merge(cast.actor(cast.leader), goes, into=stays)
    page = cast.client(cast.leader).get(f"/accounts/{stays.pk}/history").content.decode()
    assert "Merged" in page
    assert "+34 911 111 111" in page


def test_as_many_questions_for_many_parts_as_for_few(cast: Cast, django_assert_max_num_queries: Any) -> None:
    one, two = cast.account("One"), cast.account("Two")
    for n in range(30):
        make("contacts", first_name=f"P{n}", accounts=[two.pk])
        make("activities", account=two.pk, kind="task", subject=f"T{n}", responsible=cast.manager)
    client = cast.client(cast.leader)
    client.get("/accounts")
    with django_assert_max_num_queries(45):
        client.get(f"/accounts/compare?of={one.pk}&of={two.pk}")
