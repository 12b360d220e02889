"""E-mail addresses as they stand in cells and signatures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.emails import (
    Mailbox,
    domain_of,
    email_problem,
    is_email,
    is_free_mail,
    normalise_email,
    own_domain_of,
    split_emails,
    split_mailboxes,
)


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("a@hotel.example", ["a@hotel.example"]),
        ("a@hotel.example; b@hotel.example", ["a@hotel.example", "b@hotel.example"]),
        ("a@hotel.example,b@hotel.example", ["a@hotel.example", "b@hotel.example"]),
        ("a@hotel.example / b@hotel.example", ["a@hotel.example", "b@hotel.example"]),
        ("a@hotel.example/b@hotel.example", ["a@hotel.example", "b@hotel.example"]),
        ("a@hotel.example b@hotel.example", ["a@hotel.example", "b@hotel.example"]),
        ("a@hotel.example\nA@Hotel.example", ["a@hotel.example"]),
        ("<a@hotel.example>", ["a@hotel.example"]),
        ("mailto:a@hotel.example", ["a@hotel.example"]),
        ("n/a; a@hotel.example", ["n/a", "a@hotel.example"]),
        ("unknown", ["unknown"]),
        ("", []),
        (" ; , ", []),
    ],
)
def test_several_addresses_of_a_cell_are_parted(cell: str, addresses: list[str]) -> None:
    assert split_emails(cell) == addresses


@pytest.mark.parametrize(
    ("cell", "mailboxes"),
    [
        ("Olga Petrenko <olga@hotel.example>", [Mailbox("Olga Petrenko", "olga@hotel.example")]),
        ('"Petrenko, Olga" <olga@hotel.example>', [Mailbox("Petrenko, Olga", "olga@hotel.example")]),
        ("Petrenko, Olga <olga@hotel.example>", [Mailbox("Petrenko, Olga", "olga@hotel.example")]),
        (
            "Olga <o@hotel.example>, Ivan <i@hotel.example>",
            [Mailbox("Olga", "o@hotel.example"), Mailbox("Ivan", "i@hotel.example")],
        ),
        ("Olga olga@hotel.example", [Mailbox("Olga", "olga@hotel.example")]),
        ("(work) olga@hotel.example", [Mailbox("work", "olga@hotel.example")]),
    ],
)
def test_names_stay_with_their_addresses(cell: str, mailboxes: list[Mailbox]) -> None:
    assert split_mailboxes(cell) == mailboxes


@given(st.text(alphabet='ab@.,;<>" \n/', max_size=40))
def test_no_cell_breaks_the_splitter(cell: str) -> None:
    assert all(isinstance(address, str) for address in split_emails(cell))


def test_an_address_is_folded_for_matching() -> None:
    assert normalise_email(" <Olga@Hotel.Example.> ") == "olga@hotel.example"
    assert normalise_email("info@müller.example") == "info@xn--mller-kva.example"
    assert normalise_email("MAILTO:A@B.example") == "a@b.example"


@given(st.text(max_size=40))
def test_folding_an_address_never_fails(text: str) -> None:
    assert normalise_email(text) == normalise_email(text).lower() or not text.isascii()


@pytest.mark.parametrize(
    "address",
    ["a@b.example", "o'neil@b.example", "a+tag@b.example", "info@müller.example", "ольга@пошта.укр", "a_b-c.d@x.co"],
)
def test_good_addresses_pass(address: str) -> None:
    assert is_email(address)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "email_no_at"),
        ("olga.hotel.example", "email_no_at"),
        ("a@b@c.example", "email_several_ats"),
        ("@hotel.example", "email_no_local_part"),
        ("olga@", "email_no_domain"),
        ("ol ga@hotel.example", "email_blank"),
        ("olga@hotel", "email_no_top_domain"),
        ("olga@hotel..example", "email_dots"),
        (".olga@hotel.example", "email_dots"),
        ("olga@-hotel.example", "email_domain"),
        ("olga@10.0.0.1", "email_domain"),
        ("a(b)@hotel.example", "email_local_part"),
        ("x" * 65 + "@hotel.example", "email_too_long"),
        ("a@" + "x" * 250 + ".example", "email_too_long"),
    ],
)
def test_a_bad_address_says_why(text: str, code: str) -> None:
    problem = email_problem(text)
    assert problem is not None
    assert problem.code == code
    assert str(problem).endswith(".")
    assert not is_email(text)


def test_a_free_mail_domain_names_no_company() -> None:
    assert is_free_mail("Gmail.com")
    assert is_free_mail("ukr.net")
    assert not is_free_mail("hotel.example")
    assert domain_of("Olga@Hotel.example") == "hotel.example"
    assert domain_of("olga") == ""
    assert domain_of("@hotel.example") == ""
    assert own_domain_of("olga@gmail.com") == ""
    assert own_domain_of("olga@hotel.example") == "hotel.example"
