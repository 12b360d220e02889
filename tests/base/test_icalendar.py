from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tend.base.icalendar import Event, calendar, escaped, folded
from tests import icalendar

NOON = dt.datetime(2026, 3, 29, 12, 0, tzinfo=dt.UTC)


def event(**values: object) -> Event:
    given = {
        "uid": "1",
        "summary": "Call",
        "start": NOON,
        "end": NOON + dt.timedelta(minutes=30),
        "changed": NOON,
        "created": NOON,
    }
    return Event(**{**given, **values})  # type: ignore[arg-type]


def written(*found: Event, **more: object) -> bytes:
    return b"".join(calendar(found, name="Tend", **more))  # type: ignore[arg-type]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
@example("a" * 75 + "é" * 75)
@example("\\;,\r\n\n\r\x00\x0b end")
@example("🙂" * 40)
def test_any_text_comes_back_as_it_was_but_for_control_characters(text: str) -> None:
    (found,) = icalendar.events(written(event(summary=text, description=text)))
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in plain if c in "\n\t" or not (ord(c) < 32 or ord(c) == 127))
    assert found.values["SUMMARY"] == kept
    assert found.values.get("DESCRIPTION", "") == kept


def test_a_line_of_75_octets_is_whole_and_one_of_76_is_folded() -> None:
    assert folded("a" * 75) == b"a" * 75 + b"\r\n"
    assert folded("a" * 76) == b"a" * 75 + b"\r\n a\r\n"


def test_a_fold_never_cuts_a_character() -> None:
    for before in range(70, 76):
        for line in folded("x" * before + "їжак🙂" * 20).split(b"\r\n"):
            assert len(line) <= 75
            line.decode()


def test_instants_are_written_in_utc_and_days_as_dates() -> None:
    zone = dt.timezone(dt.timedelta(hours=-3))
    timed, daily = icalendar.events(
        written(
            event(start=dt.datetime(2026, 5, 1, 22, 30, tzinfo=zone), end=dt.datetime(2026, 5, 1, 23, 0, tzinfo=zone)),
            event(uid="2", start=dt.date(2026, 12, 31), end=dt.date(2027, 1, 1)),
        )
    )
    assert timed.values["DTSTART"] == "20260502T013000Z"
    assert (daily.values["DTSTART"], daily.values["DTEND"]) == ("20261231", "20270101")
    assert daily.params["DTSTART"] == ";VALUE=DATE"


def test_early_years_keep_their_zeros() -> None:
    (found,) = icalendar.events(written(event(start=dt.date(987, 1, 2), end=dt.date(987, 1, 3))))
    assert found.values["DTSTART"] == "09870102"


def test_an_instant_without_a_zone_is_a_fault() -> None:
    with pytest.raises(ValueError, match="zone"):
        written(event(start=dt.datetime(2026, 1, 1, 12)))


def test_a_line_cannot_be_smuggled_in() -> None:
    hostile = "x\r\nBEGIN:VEVENT\r\nSUMMARY:mine"
    (found,) = icalendar.events(written(event(uid=hostile, summary=hostile, url=hostile, category=hostile)))
    assert found.values["SUMMARY"] == "x\nBEGIN:VEVENT\nSUMMARY:mine"


def test_what_is_cancelled_says_so_and_takes_no_time() -> None:
    (found,) = icalendar.events(written(event(is_cancelled=True, revision=4)))
    assert (found.values["STATUS"], found.values["TRANSP"], found.values["SEQUENCE"]) == (
        "CANCELLED",
        "TRANSPARENT",
        "4",
    )


def test_an_empty_calendar_is_one_and_says_how_often_to_ask() -> None:
    found = icalendar.read(written(refresh=dt.timedelta(hours=1)))
    assert found.inside == []
    assert found.values["REFRESH-INTERVAL"] == found.values["X-PUBLISHED-TTL"] == "PT60M"


def test_escaping_is_that_of_the_standard() -> None:
    assert escaped("a\\b;c,d\ne") == "a\\\\b\\;c\\,d\\ne"
