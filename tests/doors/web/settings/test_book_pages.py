"""The pages of books: who may open them, adding, ordering, retiring, deleting by mapping, interaction statuses."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.accounts.books import InteractionStatus, Status
from tend.doors.web.settings.rooms import book_url, books
from tests.cast import Cast, make


def statuses() -> list[str]:
    return list(
        Status.objects.as_system("test").filter(trashed_at=None).order_by("position").values_list("name", flat=True)
    )


def test_every_book_has_a_page_and_only_its_administrators_find_it(cast: Cast) -> None:
    admin, leader = cast.client(cast.admin), cast.client(cast.leader)
    for entity in books():
        assert admin.get(book_url(entity)).status_code == 200, entity.plural
        assert leader.get(book_url(entity)).status_code == 404, entity.plural
        assert leader.post(f"{book_url(entity)}/new", {"name": "Hidden", "hue": "fir"}).status_code == 404


def test_a_book_that_does_not_exist_is_not_there(cast: Cast) -> None:
    assert cast.client(cast.admin).get("/settings/books/accounts").status_code == 404


def test_a_value_is_added_and_undone(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    answer = admin.post("/settings/books/statuses/new", {"name": "Open", "mark": "", "hue": "fir"})
    assert answer.status_code == 303
    assert statuses() == ["Open"]
    undo = admin.session["flash"]["undo_url"]
    admin.post(undo)
    assert statuses() == []


def test_a_name_twice_is_refused_beside_the_field_and_keeps_what_was_typed(cast: Cast) -> None:
    make("statuses", name="Open")
    answer = cast.client(cast.admin).post("/settings/books/statuses/new", {"name": "open", "mark": "Q", "hue": "sky"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"]
    assert 'value="Q"' in answer.content.decode()


def test_values_are_moved_by_buttons(cast: Cast) -> None:
    values = [make("statuses", name=name) for name in ("One", "Two", "Three")]
    admin = cast.client(cast.admin)
    admin.post(f"/settings/books/statuses/{values[2].pk}/move", {"to": "up"})
    assert statuses() == ["One", "Three", "Two"]
    admin.post(f"/settings/books/statuses/{values[0].pk}/move", {"to": "up"})
    assert statuses() == ["One", "Three", "Two"]


def test_somebody_elses_save_is_told_and_not_overwritten(cast: Cast) -> None:
    value = make("statuses", name="Open")
    admin = cast.client(cast.admin)
    form = {"name": "Opened", "mark": "O", "hue": "fir", "version": "1"}
    assert admin.post(f"/settings/books/statuses/{value.pk}", form).status_code == 303
    late = admin.post(f"/settings/books/statuses/{value.pk}", {**form, "name": "Ajar"})
    assert late.status_code == 422
    assert statuses() == ["Opened"]
    again = late.context["form"]["version"].value()
    assert (
        admin.post(f"/settings/books/statuses/{value.pk}", {**form, "name": "Ajar", "version": again}).status_code
        == 303
    )


def test_a_used_value_is_deleted_by_choosing_another(cast: Cast) -> None:
    old, new = make("statuses", name="Open"), make("statuses", name="Fresh")
    account = cast.account("Alder", status=old)
    admin = cast.client(cast.admin)
    asked = admin.post(f"/settings/books/statuses/{old.pk}/delete")
    assert asked.status_code == 200
    assert "1 record" in asked.content.decode()
    assert admin.post(f"/settings/books/statuses/{old.pk}/delete", {"to": ""}).status_code == 422
    assert admin.post(f"/settings/books/statuses/{old.pk}/delete", {"to": new.pk}).status_code == 303
    account.refresh_from_db()
    assert account.status_id == new.pk
    admin.post(admin.session["flash"]["undo_url"])
    account.refresh_from_db()
    assert account.status_id == old.pk


def test_an_interaction_status_is_deleted_only_with_its_calls_in_sight(cast: Cast) -> None:
    old, new = (make("interaction-statuses", name=n, mark=n, interval=i) for n, i in (("A", 14), ("C", 90)))
    none = make("interaction-statuses", name="D", mark="D", interval=30, plans_calls=False)
    account = cast.account("Alder", interaction_status=old)
    admin, url = cast.client(cast.admin), f"/settings/interaction-statuses/{old.pk}/delete"
    told = admin.post(url, {"to": none.pk})
    assert told.status_code == 200
    assert "It plans no calls: 1 open call is cancelled." in told.content.decode()
    told = admin.post(url, {"to": new.pk, "foreseen": f"{old.pk}:{none.pk}"})
    text = told.content.decode()
    assert "1 account gets “C”." in text
    assert "1 would move, to" in text
    assert "Twelve weeks, if open calls move now" in text
    account.refresh_from_db()
    assert account.interaction_status_id == old.pk
    assert admin.post(url, {"to": new.pk, "foreseen": told.context["foreseen_key"]}).status_code == 303
    account.refresh_from_db()
    assert account.interaction_status_id == new.pk


def test_a_retired_value_stands_in_its_own_tab(cast: Cast) -> None:
    value = make("statuses", name="Open")
    admin = cast.client(cast.admin)
    admin.post(f"/settings/books/statuses/{value.pk}/retire")
    assert [v.name for v in admin.get("/settings/books/statuses").context["values"]] == []
    assert [v.name for v in admin.get("/settings/books/statuses?show=retired").context["values"]] == ["Open"]


def test_two_values_of_one_mark_are_pointed_out(cast: Cast) -> None:
    make("statuses", name="Open", mark="O")
    make("statuses", name="Old", mark="O")
    assert cast.client(cast.admin).get("/settings/books/statuses").context["twins"] == ["O"]


STATUS = {
    "name": "B – regular", "mark": "B", "hue": "sky", "for_accounts": "on", "plans_calls": "on", "interval": "30",
    "interval_kind": "calendar", "activity_kind": "call", "retry_days": "2", "max_attempts": "4", "escalate_after": "2",
    "weight": "40", "default_for": ["customer"],
}  # fmt: skip


def test_an_interaction_status_is_made_with_all_it_says(cast: Cast) -> None:
    answer = cast.client(cast.admin).post("/settings/interaction-statuses/new", STATUS)
    assert answer.status_code == 303, answer.context["form"].errors
    made = InteractionStatus.objects.as_system("test").get()
    assert (made.interval, made.weight, made.default_for, made.for_leads) == (30, 40, ["customer"], False)


@pytest.mark.parametrize("interval", ["0", "", "4000"])
def test_an_interval_of_no_days_is_refused_where_calls_are_planned(cast: Cast, interval: str) -> None:
    answer = cast.client(cast.admin).post("/settings/interaction-statuses/new", {**STATUS, "interval": interval})
    assert answer.status_code == 422
    assert "interval" in answer.context["form"].errors
    without = {n: v for n, v in STATUS.items() if n not in ("plans_calls", "default_for")}
    assert (
        cast.client(cast.admin).post("/settings/interaction-statuses/new", {**without, "interval": "0"}).status_code
        == 303
    )


def test_statuses_stand_in_the_tab_of_those_they_serve(cast: Cast) -> None:
    make("interaction-statuses", name="A", interval=14)
    make("interaction-statuses", name="Hot", interval=7, for_leads=True, for_accounts=False)
    admin = cast.client(cast.admin)
    assert [v.name for v in admin.get("/settings/interaction-statuses").context["values"]] == ["A"]
    assert [v.name for v in admin.get("/settings/interaction-statuses?show=leads").context["values"]] == ["Hot"]


def test_a_book_page_asks_as_often_for_thirty_values_as_for_three(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        make("statuses", name=f"Status {n}")
    admin = cast.client(cast.admin)
    admin.get("/settings/books/statuses")
    with django_assert_max_num_queries(8):
        admin.get("/settings/books/statuses")
