"""The security log: what happens at doors and to rights stands in it, in words that give nobody away."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tend.base.dates.ranges import add_months
from tend.doors.web.settings.security import LogForm
from tend.kernel import clock
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.undo import undo_act
from tend.people import commands
from tend.people.models import Role
from tend.people.passwords import hashed, set_password
from tend.people.security_log import GROUPS, Asked, SecurityEvent, events, forget_old, own_events
from tend.people.tokens import issue_token, revoke_token
from tests.cast import BUILDER, Cast

pytestmark = pytest.mark.django_db
WORD = "harbour-lamp-42"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def told(actor: Any, **asked: Any) -> list[tuple[str, Any]]:
    return [(e.kind, e.about.name if e.about else "") for e in events(actor, Asked(**asked), limit=500)]


def test_ways_in_and_changes_of_rights_are_written_down(cast: Cast) -> None:
    admin, olga = cast.actor(cast.admin), cast.leader
    SecurityEvent.objects.all().delete()
    set_password(BUILDER, olga, password_hash=hashed(WORD, olga))
    browser = Client(headers={"user-agent": FIREFOX}, REMOTE_ADDR="198.51.100.7")
    for email in (olga.email, "m.weber@nowhere.example"):
        assert browser.post("/sign-in", {"email": email, "password": "wrong"}).status_code == 422
    browser.post("/sign-in", {"email": olga.email, "password": WORD})
    assert browser.get("/me/security").status_code == 200
    browser.post("/sign-out")
    found = events(admin, Asked(group="entering"), limit=10)
    assert [e.kind for e in found] == ["sign-out", "sign-in", "sign-in-failed", "sign-in-failed"]
    assert {(e.address, e.device) for e in found} == {("198.51.100.7", "Firefox, Linux")}
    assert [(e.about_id, e.detail) for e in found[2:]] == [(None, {"typed": "m…@nowhere.example"}), (olga.pk, {})]

    junior = Role.objects.as_system("test").get(code="junior")
    done = commands.set_roles(admin, cast.stranger, roles=[junior])
    commands.set_roles(admin, cast.stranger, roles=[junior])  # changes nothing, and is not told
    commands.set_teams(admin, cast.stranger, teams=[cast.team])
    with pytest.raises(Refused):
        commands.deactivate(admin, cast.admin)
    commands.deactivate(admin, cast.stranger)
    commands.reactivate(admin, cast.stranger)
    token = issue_token(admin, user=cast.admin, name="till").record
    revoke_token(admin, token)
    undo_act(admin, done.act)
    assert told(admin, group="rights") == [
        ("rights-undone", cast.admin.name), ("reactivated", cast.stranger.name), ("deactivated", cast.stranger.name),
        ("teams-changed", cast.stranger.name), ("roles-changed", cast.stranger.name),
    ]  # fmt: skip
    assert told(admin, group="secrets") == [
        ("token-revoked", cast.admin.name), ("token-issued", cast.admin.name), ("password-changed", olga.name),
    ]  # fmt: skip
    roles = next(e for e in events(admin, Asked(), limit=100) if e.kind == "roles-changed")
    assert roles.detail == {"given": ["Junior"], "taken": ["Sales manager"], "team": ""} or roles.detail == {"given": ["Junior"], "taken": ["Sales manager"]}  # fmt: skip
    assert roles.user_id == cast.admin.pk

    with pytest.raises(NotSeen):
        events(cast.actor(olga), Asked(), limit=1)
    own = own_events(cast.actor(olga), limit=50)
    assert [e.kind for e in own] == ["sign-out", "sign-in", "sign-in-failed", "password-changed"]
    assert own_events(cast.actor(cast.junior), limit=5) == []

    SecurityEvent.objects.filter(kind="sign-out").update(at=clock.now() - dt.timedelta(days=800))
    assert forget_old(clock.now()) == 1
    assert not {k for _t, kinds in GROUPS.values() for k in kinds if len(k) > 20}


def test_whoever_takes_data_along_is_written_down_with_filter_and_rows(cast: Cast) -> None:
    for name in ("Harbour Foods", "Hotel Marisol", "Harbour Light"):
        cast.account(name)
    leader, admin = cast.client(cast.leader), cast.client(cast.admin)
    answer = leader.get("/accounts/export?format=csv&q=harbour")
    assert b"Harbour Foods" in b"".join(answer.streaming_content)
    event = SecurityEvent.objects.get(kind="exported")
    assert (event.user_id, event.detail["type"], event.detail["rows"], event.detail["format"]) == (
        cast.leader.pk,
        "accounts",
        2,
        "csv",
    )
    assert event.address == "127.0.0.1"

    page = admin.get("/settings/security?group=data").content.decode()
    assert "List exported" in page
    assert "rows: 2" in page
    assert "List exported" not in admin.get("/settings/security?group=rights").content.decode()
    assert "List exported" not in admin.get(f"/settings/security?person={cast.junior.pk}").content.decode()
    today = clock.now().date().isoformat()
    assert "List exported" in admin.get(f"/settings/security?since={today}&until={today}").content.decode()
    assert "List exported" not in admin.get("/settings/security?until=2020-01-01").content.decode()
    wrong = admin.get("/settings/security?since=never&group=data")
    assert wrong.status_code == 422
    for said in ('value="never"', "“never” is no date.", '<option value="data" selected>'):
        assert said in wrong.content.decode()
    assert "List exported" in admin.get("/settings/security?since=yesterday&until=today").content.decode()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    begun = LogForm({"since": f"{tomorrow.day} {tomorrow:%b}"}, actor=cast.actor(cast.admin))
    assert begun.is_valid()
    assert begun.cleaned_data["since"] == add_months(tomorrow, -12)  # of what is over, the last day of that name
    taken = b"".join(admin.get("/settings/security/export?group=data").streaming_content).decode()
    assert "Olga Marchenko" in taken
    assert [(e.user_id, e.detail) for e in SecurityEvent.objects.filter(kind="log-exported")] == [
        (cast.admin.pk, {"rows": 1})
    ]
    for path in ("/settings/security", "/settings/security/export"):
        assert leader.get(path).status_code == 404
