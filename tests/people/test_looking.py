"""Looking as somebody: what that person sees, to the byte, and nothing can be changed."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from tend.kernel import clock
from tend.people.looking import MINUTES, covers
from tend.people.models import Role, UserRole
from tend.people.security_log import SecurityEvent
from tests.cast import Cast, make
from tests.contract.stage import whole_database

pytestmark = pytest.mark.django_db
FORGERY = re.compile(rb'(csrfmiddlewaretoken" value="|csrf-token" content=")[A-Za-z0-9]+')
BAR = re.compile(rb'<section class="note-late looking".*?</section>', re.DOTALL)


def page(client: Client, path: str) -> bytes:
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return bytes(re.sub(rb"\n\s*\n", b"\n", FORGERY.sub(rb"\1", BAR.sub(b"", body))))


def looks() -> Any:
    return SecurityEvent.objects.filter(kind__startswith="look-").order_by("pk")


def begin(client: Client, user: Any) -> Any:
    return client.post(f"/settings/people/{user.pk}/look")


def test_an_administrator_sees_what_the_person_sees_and_changes_nothing(cast: Cast) -> None:
    mine, hidden = cast.account("Hotel Marisol", cast.junior), cast.account("Bodega Lejos", cast.stranger)
    admin, junior = cast.client(cast.admin), cast.client(cast.junior)
    person = f"/settings/people/{cast.junior.pk}"
    assert "Look as this user" in admin.get(person).content.decode()
    paths = ["/", "/accounts", f"/accounts/{mine.pk}", f"/accounts/{hidden.pk}", "/today", "/settings", "/settings/people", "/api/v1/accounts", "/api/v1/me", "/palette?q=Bodega"]  # fmt: skip
    assert begin(admin, cast.junior).status_code == 303
    with time_machine.travel(clock.now(), tick=False):
        for path in paths:
            assert page(admin, path) == page(junior, path), path
    bar = admin.get("/accounts").content.decode()
    assert "You see Tend as Maya Sorensen does." in bar
    assert "You are Ada Byrne" in bar

    before = whole_database()
    for path, data in (
        (f"/accounts/{mine.pk}/edit", {"name": "New"}),
        ("/me", {"name": "New"}),
        ("/undo/1", {}),
        ("/nowhere", {}),
    ):
        refused = admin.post(path, data)
        assert (refused.status_code, "You are looking as somebody else" in refused.content.decode()) == (422, True), (
            path
        )
    for method in ("POST", "PATCH", "DELETE"):
        refused = admin.generic(method, f"/api/v1/accounts/{mine.pk}", "{}", content_type="application/json")
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "looking")
    notice = make_notice(cast)
    with transaction.atomic():  # opening it would mark it as read
        assert admin.get(f"/notices/{notice}", headers={"hx-request": "true"}).status_code == 422
    assert {n: rows for n, rows in whole_database().items() if n != "kernel.Notice"} == {n: rows for n, rows in before.items() if n != "kernel.Notice"}  # fmt: skip

    b"".join(junior_export := [*admin.get("/accounts/export?format=csv")])
    assert not any(b"Bodega" in piece for piece in junior_export)
    assert admin.post("/look-as/stop")["Location"] == person
    assert "Bodega Lejos" in admin.get("/accounts").content.decode()
    told = list(looks().values_list("kind", "user_id", "about_id"))
    assert told == [("look-begun", cast.admin.pk, cast.junior.pk), ("look-ended", cast.admin.pk, cast.junior.pk)]
    assert "Began to look as" in junior.get("/me/security").content.decode()


def make_notice(cast: Cast) -> int:
    from tend.kernel.notices import Notice, notify

    notify([cast.junior.pk], "given", "An account is yours.")
    return int(Notice.objects.as_system("test").filter(user_id=cast.junior.pk).latest("pk").pk)


def test_it_ends_after_half_an_hour_with_the_right_and_with_the_person(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    begin(admin, cast.junior)
    assert admin.get("/api/v1/me").json()["id"] == cast.junior.pk
    with time_machine.travel(clock.now().timestamp() + MINUTES * 60 + 1):
        assert admin.get("/api/v1/me").json()["id"] == cast.admin.pk
    begin(admin, cast.junior)
    type(cast.junior).objects.as_system("test").filter(pk=cast.junior.pk).update(is_active=False)
    assert admin.get("/api/v1/me").json()["id"] == cast.admin.pk
    assert admin.get("/api/v1/me").json()["id"] == cast.admin.pk
    begin(admin, cast.manager)
    admin.post("/sign-out")
    assert (
        list(looks().values_list("kind", "user_id"))
        == [("look-begun", cast.admin.pk), ("look-ended", cast.admin.pk)] * 3
    )


def test_nobody_looks_as_somebody_with_rights_that_he_lacks(cast: Cast) -> None:
    warden = make("users", email="warden@tend.example", name="Wendy Ward", zone="UTC")
    role = make("roles", name="Warden", scopes={"*": {"*": "team"}}, rights=["users", "look_as"])
    UserRole.objects.create(record=warden, role=role)
    client = cast.client(warden)
    for user in (cast.junior, cast.admin, warden):
        assert begin(client, user).status_code == 422
        assert client.get("/api/v1/me").json()["id"] == warden.pk
    assert begin(cast.client(cast.leader), cast.junior).status_code == 404
    assert begin(cast.client(cast.admin), cast.admin).status_code == 422
    assert not looks().exists()

    everything = cast.actor(cast.admin).grants
    assert covers(everything, everything)
    blind = make(
        "roles",
        name="Blind",
        scopes={"*": {"*": "all"}},
        rights=["*"],
        field_rights={"accounts": {"phone": "hidden"}},
        assign_to="all",
    )
    from tend.people.access import grants_of

    assert not covers(grants_of([Role.objects.as_system("test").get(pk=blind.pk)]), everything)
