"""The list as a file: only what the filter finds and the actor may take along."""

from __future__ import annotations

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
