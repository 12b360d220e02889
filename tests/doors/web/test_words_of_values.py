"""How a value is worded and drawn for the reader: dates, numbers, money, icons, the cadence line."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.template.loader import render_to_string
from django.utils import translation

from tend.doors.web.records.widgets import language_name
from tend.doors.web.templatetags import tend

TODAY = dt.date(2026, 11, 30)  # a Monday


def after(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.fixture(autouse=True)
def monday() -> object:
    with time_machine.travel(dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (-1, "yesterday"),
        (14, "Mon 14 Dec"),
        (42, "Mon 11 Jan 2027"),
        (-16, "Sat 14 Nov"),
    ],
)
def test_a_day_is_worded_shortly_with_the_year_only_when_it_is_another(days: int, words: str) -> None:
    assert plain(tend.day(after(days))) == words


@pytest.mark.parametrize(
    ("days", "words", "state"),
    [
        (-18, "18 days late", "late"),
        (-1, "1 day late", "late"),
        (-61, "late since 30 Sep", "late"),
        (0, "Due today", "due"),
        (1, "tomorrow", ""),
        (14, "Mon 14 Dec", ""),
    ],
)
def test_what_is_due_says_how_late_it_is_within_sixty_days(days: int, words: str, state: str) -> None:
    assert plain(tend.due(after(days))) == words
    assert tend.due_state(after(days)) == state


def test_numbers_and_units_stay_on_one_line() -> None:
    assert " " not in tend.due(after(-18))


@pytest.mark.parametrize(
    ("language", "amount", "currency", "words"),
    [
        ("en", 12400, "EUR", "€12,400"),
        ("es", 12400, "EUR", "12.400 €"),
        ("pt-br", 12400, "BRL", "R$ 12.400"),
        ("uk", 12400, "UAH", "12 400 ₴"),
        ("en", Decimal("12.50"), "EUR", "€12.50"),
    ],
)
def test_money_follows_the_language_and_always_names_its_currency(
    language: str, amount: int, currency: str, words: str
) -> None:
    with translation.override(language):
        assert plain(tend.money(amount, currency)) == words


def test_shares_follow_the_language() -> None:
    assert tend.percent(0.75) == "75%"
    with translation.override("es"):
        assert plain(tend.percent(0.75)) == "75 %"


def test_blank_values_stay_blank() -> None:
    assert [tend.day(None), tend.due(None), tend.number(None), tend.money(None), tend.percent(None)] == [""] * 5


def test_a_search_term_is_marked_and_never_becomes_markup() -> None:
    assert tend.found("Hotel <b>Marisol", "mari") == "Hotel &lt;b&gt;<mark>Mari</mark>sol"


def test_initials_are_those_of_the_first_and_the_last_word() -> None:
    assert [tend.initials(name) for name in ("Olga Marchenko", "Ana María Prado", "тарас", "")] == [
        "OM",
        "AP",
        "Т",
        "–",
    ]


def test_a_person_has_the_same_hue_everywhere() -> None:
    assert tend.hue_of(7) == tend.hue_of("7")
    assert {tend.hue_of(key) for key in range(200)} == set(tend.HUES)


def test_the_cadence_line_ends_at_one_and_a_half_intervals() -> None:
    assert [tend.cadence_x(gone) for gone in (0, 1, 1.5, 9)] == ["4", "68", "100", "100"]


def test_the_cadence_line_says_in_words_what_it_draws() -> None:
    drawn = render_to_string("parts/_cadence.html", {"gone": 1.3, "state": "late", "label": "39 days of 30"})
    assert 'role="img"' in drawn
    assert 'aria-label="39 days of 30"' in drawn
    assert "cadence-over" in drawn


def test_without_a_cycle_nothing_is_drawn() -> None:
    drawn = render_to_string("parts/_cadence.html", {"gone": None})
    assert "no cycle" in drawn
    assert "<svg" not in drawn


def test_a_letter_mark_is_hidden_and_its_word_is_read() -> None:
    drawn = render_to_string("parts/_chip.html", {"word": "A – key", "mark": "A", "hue": "fir"})
    assert 'aria-hidden="true">A<' in drawn
    assert ">A – key<" in drawn


def test_an_icon_without_a_name_is_hidden_and_one_with_a_name_has_it() -> None:
    assert 'aria-hidden="true"' in tend.icon("phone")
    assert 'aria-label="Call &amp; log"' in tend.icon("phone", label="Call & log")


@pytest.mark.parametrize(
    ("code", "name"),
    [("pt-br", "Portuguese (Brazil)"), ("pt_BR", "Portuguese (Brazil)"), ("uk", "Ukrainian"), ("zz-q", "zz-q")],
)
def test_a_language_is_called_by_its_name(code: str, name: str) -> None:
    assert language_name(code) == name
