"""The first steps: from the one-time link of an empty Tend to the finished company, and never again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tend.kernel.actor import system
from tend.kernel.organisation import organisation, organisation_changed
from tend.people.access import forget_actors
from tend.people.links import make_link
from tend.people.models import User
from tend.site.prepare import first_administrator
from tend.site.presets import apply_presets

WHY = "test"


@pytest.fixture
def fresh(db: Any) -> Client:
    """A browser that has used the link of an empty Tend."""
    forget_actors()
    organisation_changed()
    apply_presets(system(WHY))
    admin = first_administrator()
    browser = Client()
    answer = browser.post(f"/welcome/{make_link(admin, 'first-steps', 60)}")
    assert answer["Location"] == "/first-steps"
    return browser


COMPANY = {
    "name": "Salt & Stone",
    "country_code": "BR",
    "language": "pt-br",
    "currency": "BRL",
    "zone": "America/Sao_Paulo",
}
YOU = {"name": "Inês Prado", "email": "Ines@Salt.example", "password": "a long rainy afternoon"}


def take(browser: Client, *, books: str = "ours", emails: str = "") -> Any:
    assert browser.post("/first-steps/company", COMPANY)["Location"] == "/first-steps/you"
    assert browser.post("/first-steps/you", YOU)["Location"] == "/first-steps/books"
    assert browser.post("/first-steps/books", {"books": books})["Location"] == "/first-steps/colleagues"
    page = browser.get("/first-steps/colleagues").content.decode()
    role = re.search(r'<option value="(\d+)" selected', page)
    assert role is not None
    return browser.post("/first-steps/colleagues", {"emails": emails, "role": role[1]})


def test_the_steps_set_up_company_and_administrator(fresh: Client) -> None:
    done = take(fresh)
    assert done.status_code == 200
    assert "/today" in done.content.decode()
    held = organisation()
    assert (held.name, held.currency, held.is_set_up, held.weekend, held.first_weekday) == (
        "Salt & Stone",
        "BRL",
        True,
        [5, 6],
        6,
    )
    me = User.objects.as_system(WHY).get()
    assert (me.name, me.email, me.language, me.zone) == (
        "Inês Prado",
        "ines@salt.example",
        "pt-br",
        "America/Sao_Paulo",
    )
    browser = Client()
    assert browser.post("/sign-in", {"email": YOU["email"], "password": YOU["password"]}).status_code == 302


def test_nobody_finds_them_once_they_are_taken(fresh: Client) -> None:
    take(fresh)
    for name in ("", "/company", "/you", "/books", "/colleagues"):
        assert fresh.get(f"/first-steps{name}").status_code == 404
    assert fresh.post("/first-steps/company", COMPANY).status_code == 404


def test_they_go_on_where_they_were_left(fresh: Client) -> None:
    assert fresh.get("/first-steps")["Location"] == "/first-steps/company"
    assert fresh.get("/first-steps/colleagues")["Location"] == "/first-steps/company"
    fresh.post("/first-steps/company", COMPANY)
    assert fresh.get("/first-steps")["Location"] == "/first-steps/you"
    fresh.post("/first-steps/you", YOU)
    elsewhere = Client()
    elsewhere.post("/sign-in", {"email": YOU["email"], "password": YOU["password"]})
    assert elsewhere.get("/first-steps")["Location"] == "/first-steps/books"


def test_currency_and_zone_follow_from_the_country(fresh: Client) -> None:
    answer = fresh.get(
        "/first-steps/company", {"country_code": "UA"}, headers={"HX-Request": "true", "HX-Target": "by-country"}
    )
    body = answer.content.decode()
    assert 'value="UAH" selected' in body
    assert 'value="Europe/Kyiv" selected' in body
    assert "<html" not in body


def test_a_weak_password_is_refused_beside_its_field_and_changes_nothing(fresh: Client) -> None:
    fresh.post("/first-steps/company", COMPANY)
    answer = fresh.post("/first-steps/you", {**YOU, "password": "1234567890"})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert User.objects.as_system(WHY).get().name == "Administrator"


def test_empty_books_keep_what_the_cycle_needs(fresh: Client) -> None:
    from tend.domains.accounts.models import InteractionStatus, Status
    from tend.domains.activities.models import Outcome

    take(fresh, books="empty")
    assert not Status.objects.as_system(WHY).filter(trashed_at=None).exists()
    assert InteractionStatus.objects.as_system(WHY).filter(trashed_at=None).count() == 8
    assert Outcome.objects.as_system(WHY).filter(trashed_at=None).exists()


def test_colleagues_get_a_link_by_mail_and_on_the_page(fresh: Client) -> None:
    done = take(fresh, emails="tomas@salt.example, maya@salt.example\n")
    body = done.content.decode()
    assert len(set(re.findall(r"/welcome/[\w-]+", body))) == 2
    assert {m.to[0] for m in mail.outbox} == {"tomas@salt.example", "maya@salt.example"}
    tomas = User.objects.as_system(WHY).get(email="tomas@salt.example")
    assert tomas.user_roles.of([tomas]).get().role.code == "sales-manager"


def test_a_wrong_address_keeps_the_steps_open(fresh: Client) -> None:
    answer = take(fresh, emails="tomas@salt.example, not an address")
    assert answer.status_code == 422
    assert not organisation().is_set_up
    assert User.objects.as_system(WHY).count() == 1
