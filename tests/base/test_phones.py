"""Telephone numbers as people and spreadsheets write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.phones import (
    format_phone,
    is_same_phone,
    parse_phone,
    phone_search_digits,
    split_phones,
    tel_link,
)


@pytest.mark.parametrize(
    ("typed", "country", "normalised", "found_country", "extension"),
    [
        ("+49 30 123456", None, "+4930123456", "DE", ""),
        ("+49 (0)30 123456", None, "+4930123456", "DE", ""),
        ("+49 (0) 30/12 34 56", "GB", "+4930123456", "DE", ""),
        ("(+49) 30 123456", None, "+4930123456", "DE", ""),
        ("0049 30 123456", None, "+4930123456", "DE", ""),
        ("00 49 30 123456", "UA", "+4930123456", "DE", ""),
        ("030/123456", "DE", "+4930123456", "DE", ""),
        ("030 123456", "de", "+4930123456", "DE", ""),
        ("067 123 45 67", "UA", "+380671234567", "UA", ""),
        ("380671234567", None, "+380671234567", "UA", ""),
        ("380671234567", "DE", "+380671234567", "UA", ""),
        ("671234567", "UA", "+380671234567", "UA", ""),
        ("380671234567.0", None, "+380671234567", "UA", ""),
        ("8 495 123-45-67", "RU", "+74951234567", "RU", ""),
        ("(11) 98765-4321", "BR", "+5511987654321", "BR", ""),
        ("612 34 56 78", "ES", "+34612345678", "ES", ""),
        ("06 1234 5678", "IT", "+390612345678", "IT", ""),
        ("0612345678", "IT", "+390612345678", "IT", ""),
        ("+1 202 555 0123 ext. 5", None, "+12025550123", "US", "5"),
        ("+1 202-555-0123 x123", None, "+12025550123", "US", "123"),
        ("tel:+1-202-555-0123;ext=77", None, "+12025550123", "US", "77"),
        ("+380 44 123 45 67 дод. 12", None, "+380441234567", "UA", "12"),
        ("+49 30 123456 Durchwahl 7", None, "+4930123456", "DE", "7"),
        ("(11) 3333-4444 ramal 21", "BR", "+551133334444", "BR", "21"),
        ("1-800-FLOWERS", "US", "+18003569377", "US", ""),
        ("Tel.: +49 30 123456", None, "+4930123456", "DE", ""),
        ("Mob. 067 123 45 67", "UA", "+380671234567", "UA", ""),
        ("+49 30 123456 (office)", None, "+4930123456", "DE", ""),
        ("'+49 30 123456", None, "+4930123456", "DE", ""),
        ("+49\u00a030\u00a0123456", None, "+4930123456", "DE", ""),
        ("+49 30 123456 / 7", None, "+4930123456", "DE", ""),
        ("8(044)1234567", "UA", "+380441234567", "UA", ""),
        ("020 7946 0123", "GB", "+442079460123", "GB", ""),
        ("+44 (0)20 7946 0123", "DE", "+442079460123", "GB", ""),
    ],
)
def test_a_number_of_the_plan_is_read(
    typed: str, country: str | None, normalised: str, found_country: str, extension: str
) -> None:
    phone = parse_phone(typed, country)
    assert phone is not None
    assert phone.normalised == phone.e164 == normalised
    assert phone.country == found_country
    assert phone.extension == extension
    assert phone.is_valid


def test_a_figure_of_a_spreadsheet_is_read_and_marked_doubtful() -> None:
    phone = parse_phone("4.4163296E+11", "GB")
    assert phone is not None
    assert phone.normalised == "+441632960000"
    assert phone.is_doubtful
    comma = parse_phone("3,80671234567E+11")
    assert comma is not None
    assert comma.normalised == "+380671234567"
    plain = parse_phone("380671234567.0")
    assert plain is not None
    assert not plain.is_doubtful


@pytest.mark.parametrize(
    ("typed", "country", "normalised"),
    [
        ("01632 960123", "GB", "+441632960123"),
        ("+44 1632 960123", None, "+441632960123"),
        ("123-456", None, "123456"),
        ("030 1234567", None, "0301234567"),
        ("112", "DE", "112"),
    ],
)
def test_a_plausible_number_is_kept_as_typed(typed: str, country: str | None, normalised: str) -> None:
    phone = parse_phone(typed, country)
    assert phone is not None
    assert not phone.is_valid
    assert phone.typed == typed
    assert phone.normalised == normalised


@pytest.mark.parametrize("typed", ["", "  ", "call me", "n/a", "-", "12", "a@b.example", "1" * 18, "see 2nd page 3"])
def test_other_text_is_no_number(typed: str) -> None:
    assert parse_phone(typed, "DE") is None


@given(st.text(max_size=40), st.sampled_from([None, "DE", "UA", "US", "IT", "XX", ""]))
def test_no_text_breaks_the_reader(text: str, country: str | None) -> None:
    phone = parse_phone(text, country)
    assert phone is None or phone.normalised.lstrip("+").isdigit()


@given(st.integers(min_value=1_000_000, max_value=9_999_999))
def test_reading_the_normalised_form_again_changes_nothing(subscriber: int) -> None:
    phone = parse_phone(f"030 {subscriber}", "DE")
    assert phone is not None
    again = parse_phone(phone.normalised)
    assert again is not None
    assert again.normalised == phone.normalised


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("+49 30 123456; +49 171 1234567", ["+49 30 123456", "+49 171 1234567"]),
        ("030 123456 / 0171 1234567", ["030 123456", "0171 1234567"]),
        ("030/123456", ["030/123456"]),
        ("0301234567/01711234567", ["0301234567", "01711234567"]),
        ("+49 30 123456 +49 171 1234567", ["+49 30 123456", "+49 171 1234567"]),
        ("067 123 45 67, 050 123 45 67", ["067 123 45 67", "050 123 45 67"]),
        ("067 123 45 67 або 050 123 45 67", ["067 123 45 67", "050 123 45 67"]),
        ("202 555 0123, ext 5", ["202 555 0123, ext 5"]),
        ("030 123456\n030 123456", ["030 123456"]),
        ("", []),
        (" ; ", []),
    ],
)
def test_several_numbers_of_a_cell_are_parted(cell: str, numbers: list[str]) -> None:
    assert split_phones(cell) == numbers


@pytest.mark.parametrize(
    ("query", "country"),
    [
        ("+49 30 123456", None),
        ("0049 30 123456", None),
        ("004930123456", None),
        ("+49 (0)30 123456", None),
        ("+49 030 123456", None),
        ("030 123456", None),
        ("030/12 34 56", "DE"),
        ("30 123456", None),
        ("123456", None),
        ("49 30 1234", None),
        ("+49 30 12", None),
        ("030 12", "DE"),
    ],
)
def test_a_stored_number_is_found_by_any_form(query: str, country: str | None) -> None:
    stored = parse_phone("+49 30 123456")
    assert stored is not None
    wanted = phone_search_digits(query, country)
    assert wanted
    assert wanted in stored.digits


def test_a_national_prefix_other_than_zero_needs_the_country() -> None:
    assert phone_search_digits("8 495 123-45-67", "RU") == "74951234567"


@pytest.mark.parametrize("query", ["", "hotel", "hotel 7", "a@b.example", "--"])
def test_words_are_no_number_search(query: str) -> None:
    assert phone_search_digits(query) == ""


def test_a_number_without_country_is_the_same_line() -> None:
    full, bare, other = parse_phone("+49 30 123456"), parse_phone("030 123456"), parse_phone("+43 30 123456")
    assert full
    assert bare
    assert other
    assert is_same_phone(full, bare)
    assert is_same_phone(bare, full)
    assert not is_same_phone(full, other)


def test_a_number_is_shown_by_the_country_of_its_reader() -> None:
    assert format_phone("+493012345678", "DE") == "030 12345678"
    assert format_phone("+493012345678", "GB") == "+49 30 12345678"
    assert format_phone("+493012345678") == "+49 30 12345678"
    assert format_phone("+12025550123", "US", "5") == "(202) 555-0123 ext. 5"
    assert format_phone("112", "DE") == "112"


def test_a_click_to_call_link() -> None:
    assert tel_link("+493012345678", "12") == "tel:+493012345678;ext=12"
    assert tel_link("+493012345678") == "tel:+493012345678"
