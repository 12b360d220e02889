"""Addresses by the rules of their countries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.addresses import (
    Address,
    country_code_of,
    country_name,
    format_lines,
    is_country_code,
    normalise_postal_code,
    region_code_of,
    split_postal_city,
    validate,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "DE"), ("de", "DE"), ("DEU", "DE"), ("Germany", "DE"), ("Deutschland", "DE"), ("Alemania", "DE"),
        ("Alemanha", "DE"), ("Німеччина", "DE"), ("D", "DE"), ("UK", "GB"), ("England", "GB"), ("United Kingdom", "GB"),
        ("Reino Unido", "GB"), ("Велика Британія", "GB"), ("U.S.A.", "US"), ("USA", "US"), ("Estados Unidos", "US"),
        ("EE. UU.", "US"), ("США", "US"), ("Vereinigte Staaten", "US"), ("Ukraine", "UA"), ("Україна", "UA"),
        ("Ucrania", "UA"), ("ESPAÑA", "ES"), ("espana", "ES"), ("Brasil", "BR"), ("The Netherlands", "NL"),
        ("Holland", "NL"), ("Czech Republic", "CZ"), ("Côte d’Ivoire", "CI"), ("Bosnia & Herzegovina", "BA"),
        ("", ""), ("Atlantis", ""), ("EU", ""), ("ZZ", ""), ("??", ""),
    ],
)  # fmt: skip
def test_a_country_is_known_by_name_and_code(text: str, code: str) -> None:
    assert country_code_of(text) == code


def test_a_country_has_a_name_in_the_readers_language() -> None:
    assert country_name("DE", "uk") == "Німеччина"
    assert country_name("de", "pt-BR") == "Alemanha"
    assert country_name("XX", "uk") == "XX"
    assert country_name("DE", "no such language") == "Germany"
    assert is_country_code("UA")
    assert not is_country_code("ua")


@pytest.mark.parametrize(
    ("typed", "country", "code"),
    [
        ("4103", "DE", "04103"),
        ("10115", "DE", "10115"),
        ("10115.0", "DE", "10115"),
        ("D-10115", "DE", "10115"),
        ("1001", "UA", "01001"),
        ("501", "US", "00501"),
        ("2134", "US", "02134"),
        ("021341234", "US", "02134-1234"),
        ("21341234", "US", "02134-1234"),
        ("8001", "ES", "08001"),
        ("155", "NO", "0155"),
        ("1310100", "BR", "01310-100"),
        ("CEP 01310-100", "BR", "01310-100"),
        ("1250096", "PT", "1250-096"),
        ("950", "PL", "00-950"),
        ("00950", "PL", "00-950"),
        ("sw1a1aa", "GB", "SW1A 1AA"),
        ("w1a 0ax", "GB", "W1A 0AX"),
        ("1234ab", "NL", "1234 AB"),
        ("h3z2y7", "CA", "H3Z 2Y7"),
        ("SE-11455", "SE", "114 55"),
        ("1010", "LV", "LV-1010"),
        ("1010", "AT", "1010"),
        ("101", "AT", "101"),
        (" abc ", "DE", "ABC"),
        ("10115", "", "10115"),
        ("", "DE", ""),
    ],
)
def test_a_postal_code_gets_the_spelling_of_its_country(typed: str, country: str, code: str) -> None:
    assert normalise_postal_code(typed, country) == code


@given(
    st.text(alphabet="0123456789ABC -.", max_size=10),
    st.sampled_from(["DE", "US", "GB", "NL", "PL", "BR", "LV", "XX", ""]),
)
def test_spelling_a_postal_code_twice_changes_nothing(text: str, country: str) -> None:
    once = normalise_postal_code(text, country)
    assert normalise_postal_code(once, country) == once


@pytest.mark.parametrize(
    ("cell", "country", "parts"),
    [
        ("10115 Berlin", "", ("10115", "Berlin")),
        ("10115 Berlin", "DE", ("10115", "Berlin")),
        ("4103 Leipzig", "DE", ("04103", "Leipzig")),
        ("D-10115 Berlin", "DE", ("10115", "Berlin")),
        ("28013, Madrid", "ES", ("28013", "Madrid")),
        ("Київ, 01001", "UA", ("01001", "Київ")),
        ("London SW1A 1AA", "GB", ("SW1A 1AA", "London")),
        ("SW1A 1AA London", "", ("SW1A 1AA", "London")),
        ("1012 AB Amsterdam", "NL", ("1012 AB", "Amsterdam")),
        ("1010 Wien", "AT", ("1010", "Wien")),
        ("114 55 Stockholm", "SE", ("114 55", "Stockholm")),
        ("01310-100 São Paulo", "BR", ("01310-100", "São Paulo")),
        ("1250-096 Lisboa", "PT", ("1250-096", "Lisboa")),
        ("00-950 Warszawa", "PL", ("00-950", "Warszawa")),
        ("Springfield 62701", "US", ("62701", "Springfield")),
        ("101 Reykjavík", "IS", ("101", "Reykjavík")),
        ("Frankfurt am Main", "DE", ("", "Frankfurt am Main")),
        ("Paris 15", "FR", ("", "Paris 15")),
        ("10115", "DE", ("10115", "")),
        ("", "DE", ("", "")),
    ],
)
def test_code_and_city_of_one_cell_are_parted(cell: str, country: str, parts: tuple[str, str]) -> None:
    assert split_postal_city(cell, country) == parts


BERLIN = Address(street="Musterstraße 1\nHinterhaus", city="Berlin", postal_code="10115", country_code="DE")
LONDON = Address(street="1 Example Road", city="London", postal_code="sw1a1aa", country_code="GB")
AUSTIN = Address(street="1 Example Road", city="Austin", region="Texas", postal_code="73301", country_code="US")


@pytest.mark.parametrize(
    ("address", "faults"),
    [
        (BERLIN, []),
        (LONDON, []),
        (AUSTIN, []),
        (Address(), []),
        (Address(country_code="DE"), []),
        (Address(city="Berlin"), [("country_code", "required")]),
        (Address(city="Berlin", country="Atlantis"), [("country_code", "invalid")]),
        (Address(city="Berlin", country_code="ZZ"), [("country_code", "invalid")]),
        (Address(city="Berlin", country_code="DE"), [("street", "required"), ("postal_code", "required")]),
        (Address(street="x", city="Berlin", postal_code="1011A", country_code="DE"), [("postal_code", "invalid")]),
        (Address(street="x", city="Austin", postal_code="73301", country_code="US"), [("region", "required")]),
        (
            Address(street="x", city="Austin", region="Bavaria", postal_code="73301", country_code="US"),
            [("region", "invalid")],
        ),
        (
            Address(street="x", city="Austin", region_code="CA", postal_code="73301", country_code="US"),
            [("postal_code", "mismatch")],
        ),
        (Address(street="x", city="Hong Kong", postal_code="", region="Kowloon", country_code="HK"), []),
        (Address(street="вул. Прикладна 1", city="Київ", postal_code="01001", country_code="UA"), []),
    ],
)
def test_an_address_is_judged_by_its_country(address: Address, faults: list[tuple[str, str]]) -> None:
    assert validate(address) == faults


def test_an_address_has_the_lines_of_its_country() -> None:
    assert format_lines(BERLIN) == ["Musterstraße 1", "Hinterhaus", "10115 Berlin", "GERMANY"]
    assert format_lines(BERLIN, home_country="DE") == ["Musterstraße 1", "Hinterhaus", "10115 Berlin"]
    assert format_lines(LONDON, language="uk") == ["1 Example Road", "London", "SW1A 1AA", "ВЕЛИКА БРИТАНІЯ"]
    assert format_lines(AUSTIN) == ["1 Example Road", "Austin, TX 73301", "UNITED STATES"]


def test_marks_between_missing_parts_are_left_out() -> None:
    assert format_lines(Address(city="Austin", postal_code="73301", country_code="US"), "US") == ["Austin 73301"]
    assert format_lines(Address(region="TX", postal_code="73301", country_code="US"), "US") == ["TX 73301"]
    assert format_lines(Address(city="Rio", country_code="BR"), "BR") == ["Rio"]
    stockholm = Address(street="Exempelgatan 1", city="Stockholm", postal_code="11455", country_code="SE")
    assert format_lines(stockholm, "SE") == ["Exempelgatan 1", "SE-114 55 Stockholm"]


def test_an_unknown_country_is_no_obstacle() -> None:
    address = Address(street="1 Sea Way", city="Poseidonis", postal_code="7", country="Atlantis")
    assert format_lines(address) == ["1 Sea Way", "7 Poseidonis", "ATLANTIS"]
    assert format_lines(Address()) == []
    assert format_lines(Address(city="X", country_code="ZZ"))[0] == "X"


def test_typed_parts_become_an_address() -> None:
    read = Address.read(
        {"street": " Musterstr. 1 ", "city": "Leipzig", "postal_code": "4103", "country": "Alemania", "region": None}
    )
    assert read == Address("Musterstr. 1", "Leipzig", "", "", "04103", "Alemania", "DE")
    assert Address.read({"city": "Austin", "region": "texas", "country_code": "us"}).region_code == "TX"
    assert Address.read({"city": "X", "country": "Atlantis"}).country == "Atlantis"
    assert Address.read({"country_code": "UA"}).country == "Ukraine"
    assert Address.read({}).is_empty


def test_a_region_has_a_code() -> None:
    assert region_code_of("California", "US") == "CA"
    assert region_code_of("são paulo", "BR") == "SP"
    assert region_code_of("Київська область", "UA") == ""
    assert region_code_of("Bavaria", "DE") == ""


@given(
    st.builds(
        Address, *[st.text(max_size=12)] * 6, country_code=st.sampled_from(["", "DE", "US", "JP", "BR", "ZZ", "ua"])
    )
)
def test_no_address_breaks_judging_or_formatting(address: Address) -> None:
    assert all(fault.code in ("required", "invalid", "mismatch") for fault in validate(address))
    assert all(line == line.strip() or line for line in format_lines(address))


@pytest.mark.parametrize("country", ["DE", "US", "GB", "UA", "BR", "JP", "ES", "SE", "CH", "CN", "HK", "FR", "AE"])
def test_no_part_of_an_address_is_lost_on_a_letter(country: str) -> None:
    lines = " ".join(format_lines(Address("Sample Road 1", "Sampletown", "Sampleshire", "", "12345", "", country)))
    for part in ("Sample Road 1", "Sampletown", "Sampleshire"):
        assert part in lines
    assert "12345" in lines.replace(" ", "").replace("-", "")


def test_countries_are_known_by_their_names_in_the_languages_of_address_books() -> None:
    names = (
        "Nederland",
        "Česko",
        "Sverige",
        "Danmark",
        "Norge",
        "Suomi",
        "Magyarország",
        "România",
        "Türkiye",
        "Ελλάδα",
        "日本",
        "中国",
    )
    assert list(map(country_code_of, names)) == ["NL", "CZ", "SE", "DK", "NO", "FI", "HU", "RO", "TR", "GR", "JP", "CN"]
    assert country_code_of("Neverland") == ""
