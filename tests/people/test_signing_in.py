"""Sessions and passwords: they end when they should, and the answers tell a stranger nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tend.kernel.actor import system
from tend.kernel.jobs.worker import Worker
from tend.people.commands import deactivate
from tend.people.passwords import hashed, set_password
from tend.people.sessions import SessionOfUser, device_of
from tend.people.tokens import actor_of_token, issue_token
from tests.cast import BUILDER, Cast

OLD, NEW = "three grey herons", "four white swans"


@pytest.fixture
def known(cast: Cast) -> Cast:
    set_password(BUILDER, cast.manager, password_hash=hashed(OLD, cast.manager))
    return cast


def signed_in(cast: Cast, password: str = OLD) -> Client:
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"})
    assert browser.post("/sign-in", {"email": cast.manager.email, "password": password}).status_code == 302
    return browser


def plain(answer: Any, email: str) -> str:
    """A page without the address that was typed and the tokens against forged posts, which differ by chance."""
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", answer.content.decode().replace(email, ""))


def test_a_new_password_ends_every_other_session_and_every_token(known: Cast) -> None:
    here, there = signed_in(known), signed_in(known)
    token = issue_token(known.actor(known.manager), user=known.manager, name="Sheet").record.secret
    answer = here.post("/me/password", {"old": OLD, "password": NEW})
    assert answer.status_code == 303
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 302
    assert actor_of_token(token) is None
    assert Client().post("/sign-in", {"email": known.manager.email, "password": OLD}).status_code == 422
    signed_in(known, NEW)


def test_the_present_password_is_asked_for(known: Cast) -> None:
    here = signed_in(known)
    answer = here.post("/me/password", {"old": "a wrong guess", "password": NEW})
    assert answer.status_code == 422
    assert "old" in answer.context["form"].errors
    signed_in(known, OLD)


def test_a_weak_new_password_is_refused_beside_its_field(known: Cast) -> None:
    answer = signed_in(known).post("/me/password", {"old": OLD, "password": "password12"})
    assert answer.status_code == 422
    assert "password" in answer.context["form"].errors


def test_guessing_the_present_password_is_limited(known: Cast) -> None:
    here = signed_in(known)
    answers = [here.post("/me/password", {"old": f"guess {n}", "password": NEW}).status_code for n in range(10)]
    assert answers[:8] == [422] * 8
    assert answers[-1] == 429


def test_one_sees_where_one_is_signed_in_and_ends_the_others(known: Cast) -> None:
    here, there = signed_in(known), signed_in(known)
    page = here.get("/me")
    assert [s.is_this for s in page.context["sessions"]] == [True, False]
    assert page.context["sessions"][0].device == "Firefox, Windows"
    here.post("/me/sessions/end")
    assert there.get("/me").status_code == 302
    assert here.get("/me").status_code == 200
    assert SessionOfUser.objects.filter(user_id=known.manager.pk).count() == 1


def test_a_new_session_begins_at_sign_in(known: Cast) -> None:
    browser = Client()
    browser.get("/sign-in")
    before = browser.session.session_key
    browser.post("/sign-in", {"email": known.manager.email, "password": OLD})
    assert browser.session.session_key != before


def test_a_deactivated_person_is_out_at_once_and_does_not_get_in(known: Cast) -> None:
    here = signed_in(known)
    token = issue_token(known.actor(known.manager), user=known.manager, name="Sheet").record.secret
    deactivate(BUILDER, known.manager)
    assert here.get("/me").status_code == 302
    assert actor_of_token(token) is None
    assert Client().post("/sign-in", {"email": known.manager.email, "password": OLD}).status_code == 422


def test_a_forgotten_password_is_answered_alike_for_known_and_unknown(known: Cast) -> None:
    bodies = []
    for email in (known.manager.email, "nobody@tend.example"):
        answer = Client().post("/forgotten", {"email": email})
        assert answer.status_code == 200
        bodies.append(plain(answer, email))
    assert bodies[0] == bodies[1]
    assert mail.outbox == []  # who it is for is found out afterwards, so that both answers take equally long
    Worker().drain()
    assert [m.to for m in mail.outbox] == [[known.manager.email]]


def test_a_wrong_password_is_answered_as_an_unknown_address(known: Cast) -> None:
    answers = [
        Client().post("/sign-in", {"email": e, "password": "a wrong guess"})
        for e in (known.manager.email, "nobody@tend.example")
    ]
    assert {a.status_code for a in answers} == {422}
    assert plain(answers[0], known.manager.email) == plain(answers[1], "nobody@tend.example")


def test_too_many_tries_are_told_to_wait(known: Cast) -> None:
    answers = [Client().post("/sign-in", {"email": known.manager.email, "password": f"guess {n}"}) for n in range(10)]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 900
    assert "tend_session" not in answers[-1].cookies


def test_ones_profile_is_ones_own(known: Cast) -> None:
    from tend.kernel.errors import NotAllowed
    from tend.people.commands import edit_profile

    with pytest.raises(NotAllowed):
        edit_profile(known.actor(known.junior), known.manager, values={"name": "Hijacked"})


def test_the_profile_changes_language_look_and_keys(known: Cast) -> None:
    here = signed_in(known)
    said = {"name": "Tomás Ribeiro", "language": "es", "zone": "Europe/Madrid", "theme": "dark", "hue": "plum"}
    answer = here.post("/me", said)
    assert answer.status_code == 303
    assert answer.cookies["theme"].value == "dark"
    page = here.get("/me").content.decode()
    assert 'lang="es"' in page
    assert 'data-bs-theme="dark"' in page
    assert 'data-keys="off"' in page


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604",
            "Safari, iOS",
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140.0 Mobile Safari/537", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0", "Edge, Windows"),
        ("", ""),
    ],
)
def test_browsers_are_named_as_far_as_they_say(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_the_actor_of_the_system_is_nobody(db: Any) -> None:
    assert system("a test").user_id is None
