"""Erasing a person who has left: what names her goes, what she did stays with an erased person as author."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account, AccountSearch
from tend.domains.activities.leaving import deactivate_with_handover
from tend.domains.activities.models import Activity
from tend.engines.following.models import Mention
from tend.kernel.doctor import checks
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.finding import search
from tend.kernel.history import Change
from tend.kernel.jobs.worker import Worker
from tend.kernel.notices import notify
from tend.kernel.values import create_record
from tend.kernel.views.saved import VIEW
from tend.people.erasing import erase, preview
from tend.people.erasures import FILE
from tend.people.feeds import open_feed
from tend.people.models import User
from tend.people.tokens import issue_token
from tests.cast import BUILDER, Cast, make, person
from tests.traces import traces_in_tables

pytestmark = pytest.mark.django_db
SECRETS = ("zyxquill", "quintessa")


@pytest.fixture
def leaver(cast: Cast, settings: Any, tmp_path: Path) -> User:
    settings.DATA_DIR = tmp_path
    user = person("Quintessa Zyxquill", "sales-manager", cast.team)
    hotel = make(
        "accounts", name="Hotel Marisol", owner=user, description="Quintessa Zyxquill found them.",
        remarks=["scout=Quintessa Zyxquill\nAsk Zyxquill, Quintessa or quintessa@tend.example"],
        phones=[{"value": "+34 600 111 222", "note": "knows QUINTESSA ZYXQUILL"}],
    )  # fmt: skip
    issue_token(BUILDER, user=user, name="Zyxquill’s till")
    open_feed(cast.actor(user), name="Zyxquill’s phone")
    create_record(cast.actor(user), VIEW, {"name": "Zyxquill’s own", "record_type": "accounts.account"})
    ACCOUNT.verb_by_name["follow"](cast.actor(user), hotel.pk)
    notify([user.pk, cast.leader.pk], "given", "%(name)s was given to you.", {"name": "Quintessa Zyxquill"})
    browser = Client(headers={"user-agent": "Zyxquill/1.0"})
    browser.force_login(user)
    browser.get("/me")
    admin = cast.client(cast.admin)
    say = {"account": hotel.pk, "kind": "note", "text": "@Quintessa Zyxquill knows"}
    token = issue_token(BUILDER, user=cast.admin, name="test").value.secret
    api = Client(headers={"authorization": f"Bearer {token}"})
    assert api.post("/api/v1/activities", json.dumps(say), content_type="application/json").status_code == 201
    plain = {
        "account": hotel.pk,
        "kind": "call",
        "subject": "For Quintessa Zyxquill",
        "text": "Quintessa Zyxquill’s idea",
    }
    talk = api.post("/api/v1/activities", json.dumps(plain), content_type="application/json").json()["id"]
    api.patch(
        f"/api/v1/activities/{talk}",
        json.dumps({"text": "It was Quintessa Zyxquill’s."}),
        content_type="application/json",
    )
    assert Mention.objects.as_system("test").filter(user_id=user.pk).exists()
    assert admin.get(f"/settings/people/{user.pk}/erase").status_code == 422  # she may sign in
    with pytest.raises(Refused):
        erase(cast.actor(cast.admin), user, word="erase")
    return user


def test_nothing_names_whoever_left_and_was_erased(
    cast: Cast, leaver: User, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    admin, browser, page = cast.actor(cast.admin), cast.client(cast.admin), f"/settings/people/{leaver.pk}/erase"
    deactivate_with_handover(admin, leaver, to=cast.manager)
    before = traces_in_tables(SECRETS)
    seen = preview(admin, leaver.pk)
    assert traces_in_tables(SECRETS) == before
    assert (seen.texts, seen.views, seen.notices, seen.is_more, seen.is_shared) == (1, 1, 2, False, False)
    assert seen.written == 5  # description, remark, its key, the note of a phone, the talk
    assert seen.history >= sum(table == "kernel_change" for table, _row in before) > 5
    asked = browser.get(page).content.decode()
    assert "Erased person" in asked
    assert "the name in 5 talks, remarks and descriptions" in asked
    assert "somebody else is called so" not in asked
    AccountSearch.objects.update(head="quintessa zyxquill")  # a customer of that name
    assert "somebody else is called so" in browser.get(page).content.decode()
    assert preview(admin, leaver.pk).written == 1  # the text with the e-mail address
    AccountSearch.objects.update(head="hotel marisol")
    assert cast.client(cast.manager).get(page).status_code == 404
    with pytest.raises(NotAllowed):
        preview(cast.actor(cast.manager), leaver.pk)
    assert browser.post(page, {"word": "no"}).status_code == 422

    wrote = Change.objects.as_system("test").filter(actor_id=leaver.pk).count()
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(page, {"word": "erase"}).status_code == 303
        Worker().drain()
    hotel = Account.objects.as_system("test").get()
    instead = f"Erased person {leaver.pk}"
    assert hotel.description == f"{instead} found them."
    remark = hotel.remarks.as_system("test").get()
    assert remark.text == f"scout={instead}\nAsk {instead} or {instead}"
    assert Activity.objects.as_system("test").get(kind="call", origin="manual").text == f"It was {instead}’s."
    assert [hit.title for hit in search(admin, f"Ask {instead}")] == ["Hotel Marisol"]
    assert traces_in_tables(SECRETS) == []
    gone = User.objects.as_system("test").get(pk=leaver.pk)
    assert (gone.name, gone.is_active, gone.has_usable_password()) == (f"Erased person {leaver.pk}", False, False)
    assert wrote
    assert Change.objects.as_system("test").filter(actor_id=leaver.pk).count() == wrote
    assert browser.get(f"/settings/people/{leaver.pk}").status_code == 404  # nobody lets her in again
    assert browser.post(f"/settings/people/{leaver.pk}/reactivate").status_code == 404
    assert "Erased person" in browser.get("/settings/security").content.decode()


def test_whoever_an_old_backup_brings_back_is_erased_again(
    cast: Cast, leaver: User, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    (tmp_path / FILE).write_text(json.dumps({"type": "people.user", "id": leaver.pk, "at": "2026-01-01"}) + "\n")
    with django_capture_on_commit_callbacks(execute=True):
        assert checks()["erasures"](True)[0].mended
        Worker().drain()
    assert checks()["erasures"](False) == []
    assert traces_in_tables(SECRETS) == []
