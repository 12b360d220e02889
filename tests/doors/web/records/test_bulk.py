"""Many records at once: the summary first, the operation, its Undo, and the limits of one's rights."""

from __future__ import annotations

from tend.domains.accounts.models import Account, AccountTag
from tests.cast import Cast, make


def states(accounts: list[Account]) -> list[int | None]:
    return list(
        Account.objects.as_system("test")
        .filter(pk__in=[a.pk for a in accounts])
        .order_by("pk")
        .values_list("state_id", flat=True)
    )


def test_a_field_is_set_for_the_chosen_rows_after_a_summary_and_undone_as_a_whole(cast: Cast) -> None:
    hot = make("states", name="Hot")
    accounts = [cast.account(f"House {n}") for n in range(3)]
    chosen = [a.pk for a in accounts[:2]]
    browser = cast.client(cast.leader)
    summary = browser.post("/accounts/bulk/set", {"chosen": chosen, "field": "state"}).content.decode()
    assert "2 accounts" in summary
    assert "House 0" in summary
    assert states(accounts) == [None, None, None]
    answer = browser.post("/accounts/bulk/set", {"chosen": chosen, "field": "state", "state": hot.pk, "go": "1"})
    assert answer.status_code == 303
    assert states(accounts) == [hot.pk, hot.pk, None]
    undo = browser.session["flash"]["undo_url"]
    browser.post(undo)
    assert states(accounts) == [None, None, None]


def test_all_of_a_filter_is_changed_and_nothing_beside_it(cast: Cast) -> None:
    make("statuses", name="Open")
    tag = make("tags", name="vip")
    inside = [cast.account(f"Open {n}", status="Open") for n in range(55)]
    outside = cast.account("Other")
    answer = cast.client(cast.leader).post(
        "/accounts/bulk/add-tags?filter=status:Open", {"all": "filter", "tags": [tag.pk], "go": "1"}
    )
    assert answer.status_code == 303, answer.content
    assert AccountTag.objects.of(inside).count() == 55
    assert not AccountTag.objects.of([outside]).exists()


def test_a_junior_has_no_bulk_bar_and_no_bulk_verb(cast: Cast) -> None:
    account = cast.account("Own House", cast.junior)
    browser = cast.client(cast.junior)
    assert "data-bulkbar" not in browser.get("/accounts").content.decode()
    assert browser.post("/accounts/bulk/archive", {"chosen": [account.pk], "go": "1"}).status_code == 403


def test_rows_out_of_ones_bulk_scope_are_left_alone(cast: Cast) -> None:
    mine, other = cast.account("Mine"), cast.account("Leaders", cast.leader)
    cast.client(cast.manager).post("/accounts/bulk/archive", {"chosen": [mine.pk, other.pk], "go": "1"})
    archived = Account.objects.as_system("test").filter(archived=True).values_list("pk", flat=True)
    assert list(archived) == [mine.pk]


def test_a_bulk_change_of_a_field_with_a_verb_runs_that_verb(cast: Cast) -> None:
    accounts = [cast.account(f"House {n}") for n in range(2)]
    browser = cast.client(cast.leader)
    answer = browser.post(
        "/accounts/bulk/reassign", {"chosen": [a.pk for a in accounts], "to": cast.junior.pk, "go": "1"}
    )
    assert answer.status_code == 303, answer.content
    owners = Account.objects.as_system("test").values_list("owner_id", flat=True)
    assert set(owners) == {cast.junior.pk}


def test_trash_and_the_way_back(cast: Cast) -> None:
    account = cast.account("Hotel Marisol")
    browser = cast.client(cast.leader)
    assert browser.post(f"/accounts/{account.pk}/do/trash").status_code == 303
    assert browser.get(f"/accounts/{account.pk}").status_code == 404
    assert "Hotel Marisol" in browser.get("/accounts/trash").content.decode()
    assert "Hotel Marisol" not in cast.client(cast.stranger).get("/accounts/trash").content.decode()
    assert browser.post(f"/accounts/{account.pk}/do/restore").status_code == 303
    assert browser.get(f"/accounts/{account.pk}").status_code == 200
