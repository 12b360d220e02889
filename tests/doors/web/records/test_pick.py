"""Pickers that search on the server: what fits, best first, within sight, and equal names told apart."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from tests.cast import Cast, make


def offered(browser: Any, plural: str, typed: str) -> list[str]:
    page = unescape(browser.get(f"/pick/{plural}", {"q": typed}).content.decode())
    return [line.partition("</option>")[0].rpartition(">")[2] for line in page.split("<option")[1:]]


def test_names_that_begin_with_the_words_come_first(cast: Cast) -> None:
    for name in ("Blue Heron", "Heron House", "Hotel Marisol"):
        cast.account(name)
    assert offered(cast.client(cast.manager), "accounts", "heron") == ["Heron House", "Blue Heron"]
    assert offered(cast.client(cast.manager), "accounts", "h") == ["Heron House", "Hotel Marisol"]
    assert offered(cast.client(cast.manager), "accounts", "") == ["Blue Heron", "Heron House", "Hotel Marisol"]


def test_an_account_is_found_by_its_number_too_and_says_why(cast: Cast) -> None:
    hotel = cast.account("Hotel Marisol")
    page = cast.client(cast.manager).get("/pick/accounts", {"q": hotel.number}).content.decode()
    assert "Hotel Marisol" in page
    assert hotel.number.lower() in page.lower()


def test_equal_names_are_told_apart_by_their_numbers(cast: Cast) -> None:
    twins = [cast.account("Hotel Marisol"), cast.account("Hotel Marisol")]
    page = cast.client(cast.manager).get("/pick/accounts", {"q": "marisol"}).content.decode()
    assert all(f'data-note="{twin.number}"' in page for twin in twins)
    single = cast.account("Heron House")
    assert single.number not in cast.client(cast.manager).get("/pick/accounts", {"q": "heron"}).content.decode()


def test_what_is_out_of_sight_is_not_offered(cast: Cast) -> None:
    cast.account("Heron House", owner=cast.stranger)
    assert offered(cast.client(cast.junior), "accounts", "heron") == []


def test_a_book_is_searched_by_any_part_of_a_name(cast: Cast) -> None:
    make("industries", name="Fresh fish")
    make("industries", name="Fishing")
    assert offered(cast.client(cast.manager), "industries", "fish")[:2] == ["Fishing", "Fresh fish"]


@pytest.mark.parametrize("plural", ["secrets", "accounts'"])
def test_a_list_that_is_none_is_not_found(cast: Cast, plural: str) -> None:
    assert cast.client(cast.manager).get(f"/pick/{plural}", {"q": "a"}).status_code == 404
