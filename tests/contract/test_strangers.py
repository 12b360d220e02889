"""A record out of sight answers on every surface exactly as one that does not exist."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import BUILDER, Cast
from tests.contract.stage import kind_of_record, sample, stored, whole_database

pytestmark = pytest.mark.django_db
SCOPED = ("accounts", "contacts", "activities", "plants", "views", "tokens", "calendar-feeds")
WITH_PAGES = ("accounts", "contacts", "activities")
GONE = 987654
CSRF = re.compile(rb'(csrfmiddlewaretoken" value="|csrf-token" content=")[A-Za-z0-9]+')


def said(client: Client, method: str, path: str, pk: int, body: Any = None) -> bytes:
    response = client.generic(
        method,
        path % pk,
        body or "",
        content_type="application/json" if "/api/" in path else "application/x-www-form-urlencoded",
    )
    assert response.status_code == 404, (method, path, response.status_code)
    return CSRF.sub(rb"\1", response.content)


@pytest.mark.parametrize("plural", SCOPED)
def test_the_api_answers_for_a_hidden_record_as_for_none(cast: Cast, plural: str) -> None:
    hidden, client = sample(plural, cast.stranger), cast.client(cast.junior)
    entity = kind_of_record(plural)
    asked = [("GET", f"/api/v1/{plural}/%d", "")]
    if entity.edit is not None:
        asked.append(("PATCH", f"/api/v1/{plural}/%d", '{"name": "x"}'))
    asked += [
        ("POST", f"/api/v1/{plural}/%d/{v.name}", "{}")
        for v in entity.verb_by_name.values()
        if not v.creates and v is not entity.edit
    ]
    if "trash" in entity.verb_by_name:
        asked.append(("DELETE", f"/api/v1/{plural}/%d", ""))
    before = whole_database()
    for method, path, body in asked:
        assert said(client, method, path, hidden.pk, body) == said(client, method, path, GONE, body), (method, path)
    assert whole_database() == before
    listed = client.get(f"/api/v1/{plural}?count=true").json()
    assert listed["items"] == []
    assert listed["count"]["number"] == 0


@pytest.mark.parametrize("plural", WITH_PAGES)
def test_pages_answer_for_a_hidden_record_as_for_none(cast: Cast, plural: str) -> None:
    hidden, client = sample(plural, cast.stranger), cast.client(cast.junior)
    tails = ["", "/edit", "/history", "/row", "/edit/name", *(f"/do/{v}" for v in kind_of_record(plural).verb_by_name)]
    for tail in tails:
        path = f"/{plural}/%d{tail}"
        assert said(client, "GET", path, hidden.pk) == said(client, "GET", path, GONE), path
    for tail in ("/edit", "/do/trash"):
        path = f"/{plural}/%d{tail}"
        assert said(client, "POST", path, hidden.pk, "name=x") == said(client, "POST", path, GONE, "name=x"), path
    assert stored(hidden).trashed_at is None


@pytest.mark.parametrize("plural", WITH_PAGES)
def test_a_hidden_record_is_in_no_list_picker_or_search(cast: Cast, plural: str) -> None:
    hidden, client = sample(plural, cast.stranger), cast.client(cast.junior)
    name = str(hidden)
    for path in (
        f"/{plural}",
        f"/{plural}?q={name}",
        f"/pick/{plural}?q={name[:4]}",
        f"/search?q={name[:6]}",
        f"/palette?q={name[:6]}",
    ):
        page = client.get(path).content.decode()
        assert f"/{plural}/{hidden.pk}" not in page
        assert f'value="{hidden.pk}"' not in page


def test_handmade_pages_answer_for_hidden_records_as_for_none(cast: Cast) -> None:
    """The cockpit, the composer, rescue, notices and the operations of others."""
    from tend.kernel.notices import Notice, notify

    account = sample("accounts", cast.stranger)
    call = sample("activities", cast.stranger, kind="call", account=account)
    notify([cast.junior.pk], "test", "Something.", record=account)
    notice = Notice.objects.as_system("test").get(user=cast.junior, record_id=account.pk)
    edit = kind_of_record("accounts").edit
    assert edit is not None
    operation = edit.each(cast.actor(cast.stranger), [account.pk], values={"description": "x"})
    asked = [
        *(
            (m, f"/calls/%d{t}", call.pk)
            for m, t in (("GET", ""), ("GET", "/open"), ("POST", "/log"), ("POST", "/move"))
        ),
        ("GET", "/accounts/%d/who", account.pk),
        *(("GET", f"/log?{n}=%d", pk) for n, pk in (("account", account.pk), ("parent", call.pk))),
        ("GET", "/activities/%d/follow-up", call.pk),
        ("POST", "/activities/%d/follow-up", call.pk),
        ("POST", "/coverage/silent/%d", account.pk),
        ("GET", "/notices/%d", notice.pk),
        *(("GET", f"/operations/%d{t}", operation.pk) for t in ("", "/progress", "/refusals.csv")),
        *(("POST", f"/operations/%d/{t}", operation.pk) for t in ("stop", "go-on")),
        *(("GET", f"/api/v1/operations/%d{t}", operation.pk) for t in ("", "/refusals")),
        *(("POST", f"/api/v1/operations/%d/{t}", operation.pk) for t in ("stop", "go-on", "undo")),
        ("POST", "/undo/operation/%d", operation.pk),
    ]
    client, before = cast.client(cast.junior), whole_database()
    for method, path, pk in asked:
        assert said(client, method, path, pk) == said(client, method, path, GONE), (method, path)
    assert whole_database() == before


def test_taking_a_hidden_link_away_does_nothing_and_says_nothing(cast: Cast) -> None:
    """Somebody else's parent or referrer, out of sight, is as if never entered: also for whoever empties the field."""
    hidden = sample("accounts", cast.stranger)
    with_it, without = (sample("accounts", cast.junior, n) for n in (1, 2))
    verbs = kind_of_record("accounts").verb_by_name
    verbs["set-parent"](BUILDER, with_it.pk, to=hidden)
    verbs["set-referrer"](BUILDER, with_it.pk, account=hidden)
    client, before = cast.client(cast.junior), whole_database()
    for verb, body in (("set-parent", '{"to": null}'), ("set-referrer", "{}")):
        told = [
            client.post(f"/api/v1/accounts/{a.pk}/{verb}", body, content_type="application/json").json()
            for a in (with_it, without)
        ]
        assert [(t["says"], t["undo"]) for t in told] == [([], None), ([], None)], verb
    assert whole_database() == before
