"""The list as a file: only what the filter finds and the actor may take along."""

from __future__ import annotations

import csv
import io
from typing import Any

from tests.cast import Cast, make


def body(answer) -> str:
    return b"".join(answer.streaming_content).decode()


def test_a_list_is_taken_along_as_its_filter_says(cast: Cast) -> None:
    make("statuses", name="Open")
    cast.account("Alba", status="Open")
    cast.account("Brisa")
    answer = cast.client(cast.leader).get("/accounts/export?format=csv&filter=status:Open")
    assert answer["Content-Disposition"].startswith("attachment")
    text = body(answer)
    assert "Alba" in text
    assert "Brisa" not in text


def test_a_junior_and_a_stranger_take_nothing(cast: Cast) -> None:
    cast.account("Alba", cast.junior)
    assert cast.client(cast.junior).get("/accounts/export").status_code == 403
    assert "Alba" not in body(cast.client(cast.stranger).get("/accounts/export"))


def test_an_unknown_filter_or_format_is_refused_before_anything_is_sent(cast: Cast) -> None:
    browser = cast.client(cast.leader)
    assert browser.get("/accounts/export?filter=colour:red").status_code == 422
    assert browser.get("/accounts/export?format=exe").status_code == 422


def test_the_chosen_rows_go_out_or_all_of_the_filter(cast: Cast) -> None:
    accounts = [cast.account(f"House {n}") for n in range(3)]
    hidden = cast.account("Theirs", cast.stranger)
    browser = cast.client(cast.leader)
    page = browser.get("/accounts?filter=House").content.decode()
    assert "/accounts/export?format=csv&amp;filter=House" in page

    def sent(**given: Any) -> list[str]:
        answer = browser.post("/accounts/export?format=csv&filter=House", given)
        assert answer.status_code == 200, answer.content
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return [row["name"] for row in csv.DictReader(io.StringIO(text))]

    assert sent(chosen=[accounts[0].pk, accounts[2].pk, hidden.pk]) == ["House 0", "House 2"]
    assert sent(all="filter", chosen=[accounts[0].pk]) == ["House 0", "House 1", "House 2"]
    assert browser.post("/accounts/export?format=csv", {}).status_code == 422
    assert "export?format" not in cast.client(cast.junior).get("/accounts").content.decode()
