"""What counts as the same name, and how a full name is taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.names import company_key, initials, normalise, split_person_name


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("  Hotel   Adlon ", "hotel adlon"),
        ("Ångström", "angstrom"),
        ("Київ", "киів"),
        ("Йосип", "иосип"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Ørsted", "orsted"),
        ("Ｆｕｌｌ", "full"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("Мар’яна", "мар'яна"),
        ("a\u00a0b\tc\nd", "a b c d"),
        ("ﬁne", "fine"),
        ("São Paulo – Centro", "sao paulo - centro"),
        ("İstanbul", "istanbul"),
    ],
)
def test_a_text_is_folded_for_search(typed: str, folded: str) -> None:
    assert normalise(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text())
def test_case_does_not_matter_where_unicode_keeps_the_letter(text: str) -> None:
    assert normalise(text) == normalise(text.casefold())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Adler GmbH", "ADLER G.m.b.H."),
        ("Adler GmbH & Co. KG", "Adler"),
        ("The Smith & Sons Ltd.", "Smith and Sons Limited"),
        ("Sol y Mar S.L.", "SOL Y MAR, S. L."),
        ("Comercial Norte S.A. de C.V.", "Comercial Norte"),
        ("ТОВ «Ромашка»", 'Товариство з обмеженою відповідальністю "Ромашка"'),
        ("ТОВ Ромашка", "Ромашка, ТОВ"),
        ("Bike Shop, Inc.", "Bike Shop Inc"),
        ("Tulp B.V.", "Tulp BV"),
        ("Padaria Central Lda.", "Padaria Central, Lda"),
        ("Brinquedos Ltda", "Brinquedos LTDA."),
        ("Kwiat Sp. z o.o.", "Kwiat sp zoo"),
        ("Květ s.r.o.", "Kvet, s. r. o."),
        ("Dawn Pty Ltd", "DAWN"),
        ("Müller AG", "MULLER ag"),
        ("J.P. Example", "J P Example"),
        ("O'Neil's Pub", "ONeils Pub"),
        ("Molino S.p.A.", "Molino"),
        ("Nordlys A/S", "Nordlys"),
        ("ФОП Коваль", "Коваль"),
        ("Umbrella S.à r.l.", "Umbrella SARL"),
    ],
)
def test_spellings_of_one_company_have_one_key(one: str, other: str) -> None:
    assert company_key(one) == company_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Adler Nord GmbH", "Adler Süd GmbH"),
        ("Day Spa", "Day"),
        ("Hotel 7", "Hotel 8"),
        ("Berlin Zoo", "Berlin"),
        ("GmbH", "Ltd"),
        ("Company", "Limited"),
    ],
)
def test_different_companies_keep_different_keys(one: str, other: str) -> None:
    assert company_key(one) != company_key(other)


def test_only_a_name_without_letters_has_no_key() -> None:
    assert company_key("GmbH") == "gmbh"
    assert company_key("The") == "the"
    assert company_key(" -- ") == ""


@given(st.text(alphabet=st.characters(categories=("Ll", "Lu", "Nd")), min_size=1))
def test_every_name_of_letters_has_a_key(name: str) -> None:
    assert company_key(name)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Olga Petrenko", "OP"),
        ("Dr. Anna van der Berg", "AB"),
        ("Adlon", "A"),
        ("ольга", "О"),
        ("Jean-Luc Example", "JE"),
        ("D'Arcy O'Neil", "DO"),
        ("4 Seasons", "4S"),
        ("", ""),
        ("--", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Olga Petrenko", ("Olga", "Petrenko")),
        ("Petrenko, Olga", ("Olga", "Petrenko")),
        ("van der Berg, Anna", ("Anna", "van der Berg")),
        ("Anna van der Berg", ("Anna", "van der Berg")),
        ("Dr. Karl-Heinz von Stein", ("Karl-Heinz", "von Stein")),
        ("Prof. Dr. Müller", ("", "Müller")),
        ("Mr Smith", ("", "Smith")),
        ("Herr Hans Meier", ("Hans", "Meier")),
        ("John A. Smith Jr.", ("John A.", "Smith Jr.")),
        ("John Smith, PhD", ("John", "Smith")),
        ("Smith, Dr. John", ("John", "Smith")),
        ("Петренко Ольга Іванівна", ("Ольга Іванівна", "Петренко")),
        ("Ольга Іванівна Петренко", ("Ольга Іванівна", "Петренко")),
        ("пані Ольга Петренко", ("Ольга", "Петренко")),
        ("João Carlos da Silva Neto", ("João Carlos", "da Silva Neto")),
        ("Olga", ("Olga", "")),
        ("Olga Petrenko (Sales)", ("Olga", "Petrenko")),
        ("", ("", "")),
        ("   ", ("", "")),
        (",", ("", "")),
    ],
)
def test_a_full_name_is_taken_apart(full: str, parts: tuple[str, str]) -> None:
    assert split_person_name(full) == parts


def test_spanish_names_keep_both_last_names() -> None:
    assert split_person_name("María García López", "es") == ("María", "García López")
    assert split_person_name("Juan Carlos García López", "es") == ("Juan Carlos", "García López")


@given(st.text(alphabet="abc ,.", max_size=30))
def test_no_name_breaks_the_splitter(full: str) -> None:
    first, last = split_person_name(full)
    assert first == first.strip()
    assert last == last.strip()
