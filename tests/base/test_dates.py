"""Dates of files, typed dates and relative ranges; Wednesday 4 March 2026 is today."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.dates import (
    DateOrder,
    add_months,
    from_excel_serial,
    guess_date_order,
    parse_date,
    parse_datetime,
    parse_typed_date,
    relative_range,
)
from tend.base.unreadable import Unreadable

TODAY = date(2026, 3, 4)
SOME_DAYS = st.dates(min_value=date(1900, 3, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2025-03-04", None, date(2025, 3, 4)),
        ("2025-03-04T10:11:12Z", None, date(2025, 3, 4)),
        ("2025-03-04 00:00:00", None, date(2025, 3, 4)),
        ("2025/03/04", None, date(2025, 3, 4)),
        ("20250304", None, date(2025, 3, 4)),
        ("04.03.2025", None, date(2025, 3, 4)),
        ("4.3.25", None, date(2025, 3, 4)),
        ("04.03.2025 10:30", None, date(2025, 3, 4)),
        ("04/03/2025", "dmy", date(2025, 3, 4)),
        ("04/03/2025", "mdy", date(2025, 4, 3)),
        ("03/25/2025", None, date(2025, 3, 25)),
        ("25/03/2025", None, date(2025, 3, 25)),
        ("5/5/2025", None, date(2025, 5, 5)),
        ("25-03-2025", "dmy", date(2025, 3, 25)),
        ("2025-03-04", "mdy", date(2025, 3, 4)),
        ("25/3/4", "ymd", date(2025, 3, 4)),
        ("3/4/2025 5:06 PM", "mdy", date(2025, 3, 4)),
        ("45720", None, date(2025, 3, 4)),
        ("45720.75", None, date(2025, 3, 4)),
        ("4 March 2025", None, date(2025, 3, 4)),
        ("March 4, 2025", None, date(2025, 3, 4)),
        ("4-Mar-25", None, date(2025, 3, 4)),
        ("Tue, 4 Mar 2025 10:00:00 +0000", None, date(2025, 3, 4)),
        ("4th of March 2025", None, date(2025, 3, 4)),
        ("4 de marzo de 2025", None, date(2025, 3, 4)),
        ("4 de março de 2025", None, date(2025, 3, 4)),
        ("4 березня 2025 р.", None, date(2025, 3, 4)),
        ("4. März 2025", None, date(2025, 3, 4)),
        ("1 set. 2024", None, date(2024, 9, 1)),
        ("1 вер. 2024", None, date(2024, 9, 1)),
        ("4 mars 2025", None, date(2025, 3, 4)),
        ("4.3.2025 г.", None, date(2025, 3, 4)),
        ("20250304T101112Z", None, date(2025, 3, 4)),
        ("Tue Mar 04 2025 10:00:00 GMT+0100", None, date(2025, 3, 4)),
        ("2025 Mar 4", None, date(2025, 3, 4)),
        ("31.12.68", None, date(2068, 12, 31)),
        ("31.12.69", None, date(1969, 12, 31)),
        ("29.02.2024", None, date(2024, 2, 29)),
    ],
)
def test_a_written_date_is_read(text: str, order: DateOrder | None, day: date) -> None:
    assert parse_date(text, order) == day


def test_a_birthday_of_two_digits_is_never_in_the_future() -> None:
    assert parse_date("12.03.55", latest=TODAY) == date(1955, 3, 12)
    assert parse_date("12.03.20", latest=TODAY) == date(2020, 3, 12)
    assert parse_date("5 March 26", latest=TODAY) == date(1926, 3, 5)


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [
        ("", None, "date"),
        ("soon", None, "date"),
        ("04/03/2025", None, "date_ambiguous"),
        ("04-03-25", None, "date_ambiguous"),
        ("25/03/2025", "mdy", "date_order"),
        ("03/25/2025", "dmy", "date_order"),
        ("29.02.2025", None, "date_no_such_day"),
        ("2025-13-01", None, "date_no_such_day"),
        ("31 April 2025", None, "date_no_such_day"),
        ("0000-00-00", None, "date_no_such_day"),
        ("March 2025", None, "date_no_day"),
        ("1.2.3", None, "date"),
        ("12", None, "date"),
        ("4 March May 2025", None, "date"),
    ],
)
def test_other_text_says_why_it_is_no_date(text: str, order: DateOrder | None, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_date(text, order)
    assert refused.value.code == code


def test_an_ambiguous_date_names_both_readings() -> None:
    with pytest.raises(Unreadable, match=r"2025-03-04.*2025-04-03|2025-04-03.*2025-03-04"):
        parse_date("04/03/2025")


@given(
    SOME_DAYS,
    st.sampled_from(
        [("%d.%m.%Y", "dmy"), ("%m/%d/%Y", "mdy"), ("%d/%m/%Y", "dmy"), ("%Y-%m-%d", None), ("%d %B %Y", None)]
    ),
)
def test_a_written_day_is_read_back(day: date, form: tuple[str, DateOrder | None]) -> None:
    assert parse_date(day.strftime(form[0]), form[1]) == day


@given(st.text(max_size=30), st.sampled_from([None, "dmy", "mdy", "ymd"]))
def test_no_text_breaks_the_reader(text: str, order: DateOrder | None) -> None:
    for read in (parse_date, parse_datetime):
        with suppress(Unreadable):
            assert isinstance(read(text, order), date)


def test_a_moment_is_read_with_its_offset() -> None:
    assert parse_datetime("2025-03-04T10:11:12Z") == datetime(2025, 3, 4, 10, 11, 12, tzinfo=UTC)
    assert parse_datetime("2025-03-04T10:11:12.5+02:00") == datetime(
        2025, 3, 4, 10, 11, 12, 500_000, tzinfo=timezone(timedelta(hours=2))
    )
    assert parse_datetime("3/4/2025 5:06 PM", "mdy") == datetime(2025, 3, 4, 17, 6)
    assert parse_datetime("3/4/2025, 12:06 am", "mdy") == datetime(2025, 3, 4, 0, 6)
    assert parse_datetime("20250304T101112Z") == datetime(2025, 3, 4, 10, 11, 12, tzinfo=UTC)
    assert parse_datetime("20250304T1011") == datetime(2025, 3, 4, 10, 11)
    assert parse_datetime("Tue Mar 04 2025 10:00:00 GMT+0100") == datetime(2025, 3, 4, 9, tzinfo=UTC)
    assert parse_datetime("04.03.2025") == datetime(2025, 3, 4)
    assert parse_datetime("45720.75") == datetime(2025, 3, 4, 18)
    with pytest.raises(Unreadable):
        parse_datetime("04.03.2025 25:00")


def test_spreadsheet_serials() -> None:
    assert from_excel_serial(1) == datetime(1900, 1, 1)
    assert from_excel_serial(59) == datetime(1900, 2, 28)
    assert from_excel_serial(61) == datetime(1900, 3, 1)
    assert from_excel_serial(45720.5) == datetime(2025, 3, 4, 12)
    assert from_excel_serial(2_958_465) == datetime(9999, 12, 31)
    assert from_excel_serial(44258, is_1904=True) == datetime(2025, 3, 4)
    for serial in (0, -1, 60, 2_958_466, float("nan"), float("inf")):
        with pytest.raises(Unreadable):
            from_excel_serial(serial)


@pytest.mark.parametrize(
    ("samples", "order", "is_sure"),
    [
        (["25/03/2025", "04/03/2025"], "dmy", True),
        (["03/25/2025", "04/03/2025"], "mdy", True),
        (["04/03/2025", "05/06/2025"], "dmy", False),
        (["04.03.2025"], "dmy", True),
        (["2025-03-04"], "ymd", True),
        (["25/03/2025", "03/25/2025", "26/03/2025"], "dmy", False),
        (["4 March 2025", "", "soon"], None, True),
        (["2025-03-04", "03/25/2025"], "mdy", True),
        (["2025-03-04", "03/04/2025"], "dmy", False),
        (["25/03/2025 10:00", "n/a"], "dmy", True),
    ],
)
def test_the_order_of_a_column_is_guessed(samples: list[str], order: str | None, is_sure: bool) -> None:
    guess = guess_date_order(samples)
    assert (guess.order, guess.is_sure) == (order, is_sure)


def test_a_contradiction_is_named() -> None:
    assert guess_date_order(["25/03/2025", "03/25/2025", "26/03/2025"]).contradicting == "03/25/2025"


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("today", "en", TODAY),
        ("Tomorrow", "en", date(2026, 3, 5)),
        ("mañana", "es", date(2026, 3, 5)),
        ("amanhã", "pt", date(2026, 3, 5)),
        ("завтра", "uk", date(2026, 3, 5)),
        ("morgen", "de", date(2026, 3, 5)),
        ("pasado mañana", "es", date(2026, 3, 6)),
        ("depois de amanhã", "pt", date(2026, 3, 6)),
        ("післязавтра", "uk", date(2026, 3, 6)),
        ("вчора", "uk", date(2026, 3, 3)),
        ("+3d", "en", date(2026, 3, 7)),
        ("3d", "en", date(2026, 3, 7)),
        ("-1d", "en", date(2026, 3, 3)),
        ("+2w", "en", date(2026, 3, 18)),
        ("+1m", "en", date(2026, 4, 4)),
        ("in 3 days", "en", date(2026, 3, 7)),
        ("en 3 días", "es", date(2026, 3, 7)),
        ("dentro de 2 semanas", "es", date(2026, 3, 18)),
        ("daqui a 3 dias", "pt", date(2026, 3, 7)),
        ("через 2 тижні", "uk", date(2026, 3, 18)),
        ("1 рік", "uk", date(2027, 3, 4)),
        ("in 2 Wochen", "de", date(2026, 3, 18)),
        ("fri", "en", date(2026, 3, 6)),
        ("Friday", "en", date(2026, 3, 6)),
        ("next friday", "en", date(2026, 3, 6)),
        ("wednesday", "en", date(2026, 3, 11)),
        ("viernes", "es", date(2026, 3, 6)),
        ("mar", "es", date(2026, 3, 10)),
        ("sexta-feira", "pt", date(2026, 3, 6)),
        ("п’ятниця", "uk", date(2026, 3, 6)),
        ("пт", "uk", date(2026, 3, 6)),
        ("Freitag", "de", date(2026, 3, 6)),
        ("next week", "en", date(2026, 3, 9)),
        ("in a week", "en", date(2026, 3, 11)),
        ("two weeks", "en", date(2026, 3, 18)),
        ("dentro de una semana", "es", date(2026, 3, 11)),
        ("daqui a uma semana", "pt", date(2026, 3, 11)),
        ("daqui a 1 semana", "pt", date(2026, 3, 11)),
        ("через тиждень", "uk", date(2026, 3, 11)),
        ("через два дні", "uk", date(2026, 3, 6)),
        ("in einer Woche", "de", date(2026, 3, 11)),
        ("next year", "en", date(2027, 1, 1)),
        ("sexta", "pt", date(2026, 3, 6)),
        ("в п'ятницю", "uk", date(2026, 3, 6)),
        ("12/24", "en", date(2026, 12, 24)),
        ("наступного тижня", "uk", date(2026, 3, 9)),
        ("next month", "en", date(2026, 4, 1)),
        ("end of month", "en", date(2026, 3, 31)),
        ("15 mar", "en", date(2026, 3, 15)),
        ("mar 15", "en", date(2026, 3, 15)),
        ("15th of march", "en", date(2026, 3, 15)),
        ("15 de marzo", "es", date(2026, 3, 15)),
        ("15 березня", "uk", date(2026, 3, 15)),
        ("4 mar", "en", TODAY),
        ("3 mar", "en", date(2027, 3, 3)),
        ("29 feb", "en", date(2028, 2, 29)),
        ("15.4", "en", date(2026, 4, 15)),
        ("15", "en", date(2026, 3, 15)),
        ("3", "en", date(2026, 4, 3)),
        ("31", "en", date(2026, 3, 31)),
        ("2026-12-24", "en", date(2026, 12, 24)),
        ("24.12.2026", "en", date(2026, 12, 24)),
        ("15 mar 2027", "en", date(2027, 3, 15)),
    ],
)
def test_a_typed_date_is_read(text: str, language: str, day: date) -> None:
    assert parse_typed_date(text, TODAY, language) == day


def test_a_typed_numeric_date_obeys_the_order() -> None:
    assert parse_typed_date("4/5", TODAY, "en", "mdy") == date(2026, 4, 5)
    assert parse_typed_date("4/5/2026", TODAY, "en", "dmy") == date(2026, 5, 4)


def test_a_day_of_month_waits_for_a_month_that_has_it() -> None:
    assert parse_typed_date("31", date(2026, 4, 1)) == date(2026, 5, 31)


@pytest.mark.parametrize("text", ["", "someday", "30 feb", "99", "32.1", "+9999y", "in days", "0"])
def test_other_typed_text_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_typed_date(text, TODAY)


@given(st.text(max_size=20), SOME_DAYS, st.sampled_from(["en", "es", "pt", "uk", "de", "xx"]))
def test_no_typed_text_breaks_the_reader(text: str, today: date, language: str) -> None:
    with suppress(Unreadable):
        assert isinstance(parse_typed_date(text, today, language), date)


@given(SOME_DAYS, st.sampled_from(["mon", "tuesday", "п’ятниця", "domingo", "15", "29 feb", "1 may"]))
def test_what_has_no_year_lies_ahead(today: date, text: str) -> None:
    assert parse_typed_date(text, today) >= today


@pytest.mark.parametrize(
    ("word", "today", "first", "last"),
    [
        ("today", TODAY, TODAY, TODAY),
        ("yesterday", date(2026, 1, 1), date(2025, 12, 31), date(2025, 12, 31)),
        ("tomorrow", date(2024, 2, 28), date(2024, 2, 29), date(2024, 2, 29)),
        ("this_week", TODAY, date(2026, 3, 2), date(2026, 3, 8)),
        ("last week", TODAY, date(2026, 2, 23), date(2026, 3, 1)),
        ("next_week", date(2025, 12, 31), date(2026, 1, 5), date(2026, 1, 11)),
        ("this_month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        ("last_month", date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
        ("next_month", date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28)),
        ("this_quarter", TODAY, date(2026, 1, 1), date(2026, 3, 31)),
        ("last_quarter", TODAY, date(2025, 10, 1), date(2025, 12, 31)),
        ("next_quarter", date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 31)),
        ("this_year", TODAY, date(2026, 1, 1), date(2026, 12, 31)),
        ("last_year", TODAY, date(2025, 1, 1), date(2025, 12, 31)),
        ("last 30 days", TODAY, date(2026, 2, 3), TODAY),
        ("next 7 days", TODAY, TODAY, date(2026, 3, 10)),
        ("last_1_day", TODAY, TODAY, TODAY),
        ("last 12 months", date(2024, 2, 29), date(2023, 3, 1), date(2024, 2, 29)),
        ("next 1 year", TODAY, TODAY, date(2027, 3, 3)),
        ("LAST 2 weeks", TODAY, date(2026, 2, 19), TODAY),
    ],
)
def test_a_relative_range(word: str, today: date, first: date, last: date) -> None:
    assert relative_range(word, today) == (first, last)


def test_a_week_may_begin_on_sunday() -> None:
    assert relative_range("this_week", TODAY, 6) == (date(2026, 3, 1), date(2026, 3, 7))
    assert relative_range("this_week", date(2026, 3, 1), 6) == (date(2026, 3, 1), date(2026, 3, 7))


@pytest.mark.parametrize("word", ["", "overdue", "last 0 days", "last -1 days", "this 3 days", "last 99999 years"])
def test_other_words_are_no_range(word: str) -> None:
    with pytest.raises(Unreadable):
        relative_range(word, TODAY)


@given(SOME_DAYS, st.sampled_from(["week", "month", "quarter", "year"]), st.integers(0, 6))
def test_neighbouring_ranges_touch_and_hold_today(today: date, unit: str, first_weekday: int) -> None:
    before, now, after = (relative_range(f"{w}_{unit}", today, first_weekday) for w in ("last", "this", "next"))
    assert now.first <= today <= now.last
    assert before.last + timedelta(days=1) == now.first
    assert now.last + timedelta(days=1) == after.first


@given(SOME_DAYS, st.integers(1, 4000))
def test_counted_days_are_so_many(today: date, count: int) -> None:
    for word in ("last", "next"):
        found = relative_range(f"{word} {count} days", today)
        assert (found.last - found.first).days + 1 == count
        assert found.first <= today <= found.last


@given(SOME_DAYS, st.integers(-600, 600))
def test_months_later_keep_the_day_or_the_last_of_the_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1
