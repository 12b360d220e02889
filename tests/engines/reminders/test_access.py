"""Invitations and forgotten passwords by mail: through the same outbox, at once, with a link that stands nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tend.engines.reminders import outbox
from tend.engines.reminders.models import Mail
from tend.engines.reminders.sending import send_due
from tend.kernel.clock import now
from tend.kernel.jobs.worker import Worker
from tend.people.invitations import send_invitation, send_reset
from tend.people.links import SignInLink, purpose_of
from tests import smtp
from tests.cast import Cast
from tests.engines.reminders.test_post import go, server, states

__all__ = ["go", "server"]
pytestmark = pytest.mark.django_db


def link_in(text: str) -> str:
    found = re.search(r"https://crm\.example(/welcome/[\w-]+)", text)
    assert found is not None, text
    return found[1]


def test_a_forgotten_password_brings_a_link_at_once_that_works_once(
    cast: Cast, server: smtp.Server, go: Callable[..., None]
) -> None:
    assert Client().post("/forgotten", {"email": cast.manager.email}).status_code == 200
    assert states() == []
    Worker().drain()
    assert states() == [("reset", "sent")]
    (got,) = server.got
    assert got.to == cast.manager.email
    link = link_in(got.part("plain"))
    assert link_in(got.part("html")) == link
    assert "List-Unsubscribe" not in got.message
    assert "/me/mail" not in got.part("plain")
    assert Client().post(link, {"password": "seven quiet rivers"}).status_code == 302
    assert Client().get(link).status_code == 410


def test_an_address_that_nobody_has_gets_nothing(cast: Cast, server: smtp.Server, go: Callable[..., None]) -> None:
    send_reset("nobody@tend.example")
    Worker().drain()
    assert states() == []
    assert server.got == []


def test_an_invitation_goes_through_the_outbox_in_the_language_of_whoever_is_invited(
    cast: Cast, server: smtp.Server, go: Callable[..., None]
) -> None:
    cast.junior.language = "es"
    cast.junior.save()
    shown = send_invitation(cast.junior)
    Worker().drain()
    assert states() == [("invite", "sent")]
    sent = link_in(server.got[0].part("plain"))
    assert sent != link_in(shown)
    for link in (sent, link_in(shown)):
        assert purpose_of(link.rpartition("/")[2]) == "invite"
    assert server.got[0].message["Content-Language"] == "es"


def test_asked_twice_within_a_minute_it_is_sent_once_and_later_again(
    cast: Cast, server: smtp.Server, go: Callable[..., None]
) -> None:
    for _ in range(3):
        send_reset(cast.manager.email)
        Worker().drain()
    assert len(server.got) == 1
    go(minutes=1)
    send_reset(cast.manager.email)
    Worker().drain()
    assert len(server.got) == 2


def test_while_the_server_is_down_it_waits_and_no_link_is_made_for_a_password_that_nobody_waits_for(
    cast: Cast, server: smtp.Server, go: Callable[..., None], settings: Any
) -> None:
    settings.EMAIL_PORT = 1  # nobody listens there
    send_reset(cast.manager.email)
    send_invitation(cast.junior)
    Worker().drain()
    assert {state for _kind, state in states()} == {"waiting"}
    settings.EMAIL_PORT = server.port
    go(hours=2)
    send_due(now())
    send_due(now())
    assert sorted(states()) == [("invite", "sent"), ("reset", "dropped")]
    assert [g.to for g in server.got] == [cast.junior.email]


def test_a_server_that_took_it_and_does_not_answer_gets_no_second_one(
    cast: Cast, server: smtp.Server, go: Callable[..., None], settings: Any
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    server.wait["."] = 2
    send_reset(cast.manager.email)
    Worker().drain()
    server.wait.clear()
    go(hours=1)
    send_due(now())
    assert states() == [("reset", "doubtful")]


def test_no_word_of_a_link_is_in_the_database(cast: Cast, server: smtp.Server, go: Callable[..., None]) -> None:
    send_invitation(cast.junior)
    Worker().drain()
    token = link_in(server.got[0].part("plain")).rpartition("/")[2]
    kept = [
        *outbox.all_mail().values_list("slot", "error", "message_id"),
        *SignInLink.objects.values_list("token_hash", "purpose"),
    ]
    assert kept
    assert not any(token in str(row) for row in kept)
    assert Mail.Kind.INVITE in dict(states())
