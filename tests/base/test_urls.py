"""Websites as typed, and what of them is safe to link to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tend.base.urls import normalise_website, registered_domain, website_domain, website_host


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("hotel.example", "https://hotel.example"),
        ("www.Hotel.example/", "https://www.hotel.example"),
        ("HTTP://Hotel.example/Rooms?x=1#top", "http://hotel.example/Rooms?x=1#top"),
        ("//hotel.example", "https://hotel.example"),
        ("https://hotel.example:443/a", "https://hotel.example/a"),
        ("hotel.example:8080/a", "https://hotel.example:8080/a"),
        ("https://user:secret@hotel.example/", "https://hotel.example"),
        ("готель.укр", "https://xn--c1aesku6d.xn--j1amh"),
        ("https://hotel.example/ä", "https://hotel.example/%C3%A4"),
        (" <https://hotel.example> ", "https://hotel.example"),
        ("192.0.2.7", "https://192.0.2.7"),
    ],
)
def test_a_website_becomes_a_safe_address(typed: str, address: str) -> None:
    assert normalise_website(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " \x01javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://hotel.example",
        "mailto:a@hotel.example",
        "https:hotel.example",
        "no website",
        "none",
        "localhost",
        "http://[::1]/",
        "http://hotel.example:99999/",
        "http://999.1.1.1/",
        "http://-hotel.example",
        "https://hotel\\.example",
    ],
)
def test_anything_else_is_dropped(typed: str) -> None:
    assert normalise_website(typed) == ""


@given(st.text(max_size=60))
def test_whatever_is_kept_is_http_and_stays_so(text: str) -> None:
    address = normalise_website(text)
    assert address == "" or address.startswith(("http://", "https://"))
    assert not any(c.isspace() or c in '<>"`' for c in address)
    assert normalise_website(address) == address


def test_the_domain_of_a_website() -> None:
    assert website_host("https://www.hotel.example/rooms") == "hotel.example"
    assert website_host("www.example") == "www.example"
    assert website_host("javascript:x") == ""
    assert website_domain("https://shop.hotel.co.uk") == "hotel.co.uk"
    assert website_domain("https://shop.hotel.com.ua") == "hotel.com.ua"
    assert website_domain("https://shop.hotel.example") == "hotel.example"
    assert website_domain("192.0.2.7") == "192.0.2.7"
    assert website_domain("nothing") == ""
    assert registered_domain("co.uk") == "co.uk"
