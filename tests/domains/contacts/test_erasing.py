"""Erasing a person: her name is written wherever Tend can hold it, and then stands nowhere any more."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tend.domains.activities.models import Activity
from tend.domains.contacts.erasing import preview
from tend.domains.contacts.models import Contact
from tend.domains.documents.commands import restore
from tend.domains.documents.models import Document, OnContact
from tend.kernel.doctor import checks
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.files.models import StoredFile
from tend.kernel.history import Change
from tend.kernel.imports.files import read, upload
from tend.kernel.jobs import enqueue
from tend.kernel.notices import notify
from tend.kernel.operations import Refusal, start
from tend.people.erasures import FILE, Erasure, is_erased
from tend.people.security_log import SecurityEvent
from tend.people.tokens import issue_token
from tests.cast import BUILDER, Cast, make
from tests.domains.documents.stage import bring, look_into_all
from tests.traces import traces_in_files, traces_in_tables

pytestmark = pytest.mark.django_db
SECRETS = ("zyxquill", "quintessa", "677123987", "677 123 987")


class Caller:
    def __init__(self, user: Any) -> None:
        token = issue_token(BUILDER, user=user, name="test").value.secret
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.client.generic(
            method, f"/api/v1{path}", json.dumps(body or {}), content_type="application/json", headers=headers or None
        )
        assert answer.status_code < 300, answer.content
        return answer.json()


@pytest.fixture
def person(cast: Cast, settings: Any, tmp_path: Path) -> int:
    """Quintessa Zyxquill, known in every corner."""
    settings.DATA_DIR = tmp_path
    admin, call = cast.actor(cast.admin), Caller(cast.admin)
    hotel = make(
        "accounts",
        name="Hotel Marisol",
        owner=cast.manager,
        description="Ask Quintessa Zyxquill first.",
        remarks=["Zyxquill is away in May"],
    )
    body = {
        "first_name": "Quintessa", "last_name": "Zyxquill", "title": "Zyxquill’s own title", "emails": ["quintessa@zyxquill.example"], "phones": ["+34 677 123 987"],
        "addresses": [{"street": "Zyxquill Road 1", "city": "Perth"}], "remarks": ["nick=Zyxquill\nlikes tea"], "accounts": [hotel.pk],
    }  # fmt: skip
    pk = int(call("POST", "/contacts", body, **{"idempotency-key": "once"})["id"])
    call("PATCH", f"/contacts/{pk}", {"department": "Office of Zyxquill", "birthday": "1980-01-02"})
    call("POST", f"/contacts/{pk}/join", {"account": hotel.pk, "role": "Zyxquill in chief"})
    other = call("POST", "/contacts", {"first_name": "Q.", "last_name": "Zyxquill"})["id"]
    call("POST", f"/contacts/{other}/merge", {"into": pk})
    alone = call("POST", "/accounts", {"name": "Quintessa Zyxquill", "is_person": True})["id"]
    twin = Contact.objects.as_system("test").filter(memberships__account_id=alone).get()
    call("POST", f"/contacts/{twin.pk}/merge", {"into": pk})
    talk = call(
        "POST",
        "/activities",
        {
            "account": hotel.pk,
            "kind": "call",
            "subject": "With Quintessa Zyxquill",
            "text": "She told me a secret.",
            "contacts": [pk],
        },
    )
    call("PATCH", f"/activities/{talk['id']}", {"text": "She told me two secrets."})
    call("POST", "/activities", {"account": hotel.pk, "kind": "note", "text": "Quintessa Zyxquill will call back"})
    call(
        "POST",
        "/views",
        {
            "name": "All of Zyxquill",
            "record_type": "contacts.contact",
            "filter": {"all": [{"field": "name", "op": "contains", "value": "Zyxquill"}]},
        },
    )
    notify([cast.leader.pk], "given", "%(name)s was given to you.", {"name": "Quintessa Zyxquill"})
    operation = start(admin, "merge", "contacts.contact", params={"into": {"id": pk, "name": "Quintessa Zyxquill"}})
    Refusal.objects.create(operation=operation, record_id=pk, message="Quintessa Zyxquill does not work there.")
    enqueue("send-reset", {"email": "quintessa@zyxquill.example"}, BUILDER)
    text = "First name;Last name;Email\nQuintessa;Zyxquill;no address\nIvan;Petrenko;ivan@alder.example\n"
    read(admin, upload(admin, "contacts", "zyxquill.csv", iter([text.encode()])))
    make("contacts", first_name="Ivan", last_name="Petrenko", emails=["ivan@alder.example"])
    ivan = Contact.objects.as_system("test").get(last_name="Petrenko").pk
    hers = {"title": "Passport of Quintessa Zyxquill", "description": "Zyxquill, both pages"}
    bring(admin, b"Quintessa Zyxquill was born at sea", "zyxquill.txt", **hers, contacts=[pk])
    bring(admin, b"Signed by both", "contract.txt", title="Contract with Zyxquill", contacts=[pk, ivan])
    look_into_all()
    return pk


def test_nothing_of_an_erased_person_stands_anywhere(
    cast: Cast, person: int, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    tables = {table for table, _row in traces_in_tables(SECRETS)}
    assert {"contacts_contact", "kernel_change", "activities_activity", "accounts_account", "kernel_notice", "kernel_operation", "kernel_refusal", "kernel_job", "kernel_savedview", "kernel_idempotencykey", "contacts_membership", "documents_document", "documents_documentversion", "documents_documentsearch", "kernel_storedtext"} <= tables  # fmt: skip
    assert traces_in_files(tmp_path, SECRETS)
    untouched = Contact.objects.as_system("test").get(last_name="Petrenko")
    admin = cast.actor(cast.admin)

    before = traces_in_tables(SECRETS)
    seen = preview(admin, person)
    assert traces_in_tables(SECRETS) == before  # a preview changes nothing
    assert (seen.activities, seen.files, seen.accounts) == (2, 1, 1)
    assert (seen.documents, seen.documents_of_others) == (1, 1)
    assert seen.history > 5
    with pytest.raises(NotAllowed):
        preview(cast.actor(cast.manager), person)

    browser = cast.client(cast.admin)
    page = browser.get(f"/contacts/{person}/do/erase").content.decode()
    assert "Erased person" in page
    assert "her words in 2 activities" in page
    with zipfile.ZipFile(
        io.BytesIO(b"".join(browser.get(f"/contacts/{person}/own-data.zip").streaming_content))
    ) as taken:
        known = {name: json.loads(taken.read(name)) for name in taken.namelist() if name.endswith(".json")}
        files = {taken.read(name) for name in taken.namelist() if name.startswith("files/")}
    assert files == {b"Quintessa Zyxquill was born at sea", b"Signed by both"}
    assert known["person.json"]["last_name"] == "Zyxquill"
    assert [a["text"] for a in known["activities.json"]] == ["She told me two secrets."]
    assert any(h["fields"].get("department") for h in known["history.json"])
    assert len(known["documents.json"]) == 2
    assert cast.client(cast.manager).get(f"/contacts/{person}/own-data.zip").status_code == 403
    assert cast.client(cast.stranger).get(f"/contacts/{person}/do/erase").status_code == 404
    wrong = browser.post(f"/contacts/{person}/do/erase", {"word": "no"})
    assert wrong.status_code == 422
    assert "her words in 2 activities" in wrong.content.decode()  # what goes is still in sight

    call = Caller(cast.admin)
    with django_capture_on_commit_callbacks(execute=True):
        answer = call("POST", f"/contacts/{person}/erase", {"word": "erase"}, **{"idempotency-key": "gone"})
    assert (answer["undo"], answer["says"]) == (None, ["The person is erased. This cannot be undone."])
    assert answer["record"]["name"] == f"Erased person {person}"
    assert traces_in_tables(SECRETS) == []
    assert traces_in_files(tmp_path, SECRETS) == []

    talk = Activity.objects.as_system("test").get(kind="call", origin="manual")
    assert (talk.text, talk.subject) == ("", f"With Erased person {person}")
    assert list(talk.participants.as_system("test").values_list("contact_id", flat=True)) == [person]
    gone, kept = Document.objects.as_system("test").order_by("pk")
    assert (gone.title, gone.versions_count, gone.sha256) == (f"Erased person {person}", 0, "")
    assert gone.trashed_at is not None
    with pytest.raises(Refused):
        restore(admin, gone)  # nothing is left of it
    assert (kept.title, kept.versions_count) == (f"Contract with Erased person {person}", 1)
    assert list(OnContact.objects.as_system("test").values_list("contact_id", flat=True)) == [untouched.pk]
    assert [StoredFile.objects.get().sha256] == [kept.sha256]
    untouched.refresh_from_db()
    assert untouched.name == "Ivan Petrenko"
    assert SecurityEvent.objects.get(kind="erased").detail == {"type": "contacts", "number": person}
    assert {tuple(json.loads(line).items())[:2] for line in (tmp_path / FILE).read_text().splitlines()} >= {
        (("type", "contacts.contact"), ("id", person))
    }
    feed = call("GET", "/changes?type=contacts&limit=500")["items"]
    assert "erased" in {i["kind"] for i in feed if i["record"]["id"] == person}
    for change in Change.objects.as_system("test").filter(record_type="contacts.contact", record_id=person):
        Caller(cast.admin).client.post(f"/api/v1/undo/{change.act}", b"{}", content_type="application/json")
    assert traces_in_tables(SECRETS) == []  # nothing that Undo could bring back
    assert call("GET", "/contacts?q=Erased")["items"]
    assert call("GET", "/contacts?q=zyxquill")["items"] == []


def test_it_is_refused_without_the_word_and_done_again_after_an_old_backup(
    cast: Cast, person: int, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    from tend.domains.contacts.erasing import erase

    with pytest.raises(Refused):
        erase(cast.actor(cast.admin), person, word="yes")
    with pytest.raises(NotAllowed):
        erase(cast.actor(cast.manager), person, word="erase")
    assert not is_erased("contacts.contact", person)
    (tmp_path / FILE).write_text(json.dumps({"type": "contacts.contact", "id": person, "at": "2026-01-01"}) + "\n")
    found = checks()["erasures"](False)
    assert [(f.count, f.examples, f.mended) for f in found] == [(1, (person,), False)]
    with django_capture_on_commit_callbacks(execute=True):
        assert checks()["erasures"](True)[0].mended
    assert checks()["erasures"](False) == []
    assert traces_in_tables(SECRETS) == []
    assert Erasure.objects.filter(record_id=person).exists()
