"""An empty list names the condition that keeps most out, within the reader's sight."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.cast import Cast, make

pytestmark = pytest.mark.django_db


def shown(cast: Cast, text: str, user: object = None, **more: str) -> dict[str, str]:
    query = "&".join([f"filter={quote(text)}", *(f"{k}={quote(v)}" for k, v in more.items())])
    answer = cast.client(user or cast.manager).get(f"/accounts?{query}")  # type: ignore[arg-type]
    assert answer.status_code == 200
    found: dict[str, str] = answer.context["excluding"]
    return found


@pytest.fixture
def accounts(cast: Cast) -> None:
    won, lost = make("statuses", name="Won"), make("statuses", name="Lost")
    for n in range(3):
        cast.account(f"Alder {n}", status=lost)
    cast.account("Birch", status=won)
    cast.account("Alder far", owner=cast.stranger, status=lost)


@pytest.mark.usefixtures("accounts")
def test_the_condition_that_excludes_most_is_named_and_offered_to_be_dropped(cast: Cast) -> None:
    said = shown(cast, "status:Won name~Alder")
    assert said["text"] == "Without “Status is Won” there would be 3 accounts."
    page = cast.client(cast.manager).get(said["url"])
    assert page.context["count"].number == 3


@pytest.mark.usefixtures("accounts")
def test_only_what_the_reader_sees_is_counted(cast: Cast) -> None:
    assert "1 account." in shown(cast, "status:Won name~Alder", cast.stranger)["text"]


@pytest.mark.usefixtures("accounts")
def test_searched_words_are_a_condition_too(cast: Cast) -> None:
    said = shown(cast, "status:Won", q="Nothing of that name")
    assert said["text"] == "Without “Search Nothing of that name” there would be 1 account."


@pytest.mark.usefixtures("accounts")
def test_where_no_single_condition_does_it_everything_is_offered(cast: Cast) -> None:
    assert shown(cast, "name~Cedar")["url"] == ""
    assert shown(cast, "name~Cedar city:Nowhere")["url"] == ""


@pytest.mark.usefixtures("accounts")
def test_a_list_with_rows_asks_no_such_question(cast: Cast) -> None:
    assert shown(cast, "status:Won") is None
