"""One's own data as a file: what Tend knows of a person who signs in, and what another one may take of it."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from tend.domains.accounts.entity import ACCOUNT
from tend.kernel.notices import notify
from tend.kernel.values import create_record
from tend.kernel.views.saved import VIEW
from tend.people.commands import set_roles
from tend.people.feeds import open_feed
from tend.people.security_log import SecurityEvent
from tend.people.tokens import issue_token
from tests.cast import BUILDER, Cast, make

pytestmark = pytest.mark.django_db


def taken(client: Any, path: str) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(b"".join(client.get(path).streaming_content))) as archive:
        return {name.removesuffix(".json"): json.loads(archive.read(name)) for name in archive.namelist()}


def test_everybody_takes_his_own_data_and_administrators_that_of_others(cast: Cast) -> None:
    kira = cast.junior
    own, far = cast.account("Hotel Marisol", kira), cast.account("Hotel Niebla", cast.stranger)
    token = issue_token(BUILDER, user=kira, name="till").value
    feed = open_feed(cast.actor(kira), name="phone").value
    create_record(cast.actor(kira), VIEW, {"name": "Mine", "record_type": "accounts.account"})
    notify([kira.pk], "given", "%(name)s was given to you.", {"name": "Hotel Marisol"}, record=own)
    notify([kira.pk], "given", "%(name)s was given to you.", {"name": "Hotel Niebla"}, record=far)
    ACCOUNT.verb_by_name["follow"](cast.actor(kira), own.pk)
    browser = cast.client(kira)

    known = taken(browser, "/me/own-data.zip")
    assert known["profile"]["email"] == kira.email
    assert [t["name"] for t in known["tokens"]] == ["till"]
    assert [f["name"] for f in known["calendar-addresses"]] == ["phone"]
    assert "Mine" in [v["name"] for v in known["views"]]
    assert [n["text"] for n in known["notices"]] == ["Hotel Marisol was given to you."]
    assert known["follows"] == [{"type": "accounts", "id": own.pk, "name": "Hotel Marisol"}]
    assert token.secret not in str(known)
    assert feed.secret not in str(known)
    assert "password" not in known["profile"]
    assert browser.get(f"/settings/people/{kira.pk}/own-data.zip").status_code == 404

    page = f"/settings/people/{kira.pk}/own-data.zip"
    assert len(taken(cast.client(cast.admin), page)["notices"]) == 1
    told = SecurityEvent.objects.filter(kind="person-exported").order_by("pk")
    assert [(e.user_id, e.about_id) for e in told] == [(kira.pk, kira.pk), (cast.admin.pk, kira.pk)]

    clerk = make("roles", name="Clerk", rights=["users"])  # manages people, sees no accounts
    set_roles(cast.actor(cast.admin), cast.stranger, roles=[clerk])
    known = taken(cast.client(cast.stranger), page)
    assert (known["notices"], known["follows"]) == ([], [])
