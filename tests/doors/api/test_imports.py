"""A file comes in over REST: proposed, rehearsed, run, its faults fetched."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tend.domains.accounts.models import Account
from tend.kernel.imports import files
from tend.kernel.jobs.worker import Worker
from tests.cast import Cast, make

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "Company;E-mail;Owner\nMarisol;info@marisol.example;ada@tend.example\nHeron;not an address;ada@tend.example\n"


def bring(call: Any, text: str = FILE, kind: str = "accounts") -> Any:
    client = Client(headers={"authorization": f"Bearer {call.token}"})
    response = client.post("/api/v1/imports", {"type": kind, "file": SimpleUploadedFile("fair.csv", text.encode())})
    response.data = response.json()
    return response


def test_a_file_is_read_planned_run_and_its_faults_are_told(
    cast: Cast, caller: Any, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    call = caller(cast.admin)
    made = bring(call)
    assert made.status_code == 201, made.data
    assert [c["field"] for c in made.data["plan"]["columns"]] == ["name", "email", "owner"]
    pk = made.data["id"]
    assert call("POST", f"/imports/{pk}/run", {}).status_code == 202
    while Worker().step():
        pass
    done = call("GET", f"/imports/{pk}").data
    faults = b"".join(call.client.get(f"/api/v1/imports/{pk}/errors").streaming_content).decode()
    assert (done["state"], done["summary"]["created"], done["summary"]["failed"]) == ("done", 1, 1), faults
    assert Account.objects.as_system("test").get().name == "Marisol"
    assert "not an address" in faults


def test_a_third_file_at_the_same_time_is_read_by_the_worker(
    cast: Cast, caller: Any, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    call = caller(cast.admin)
    held = []

    def reads(actor: Any, run: Any) -> Any:
        """Two are still being read when the third comes."""
        if len(held) < 2:
            held.append(bring(call).status_code)
        return read(actor, run)

    read = files.read
    monkeypatch.setattr(files, "read", reads)
    assert (bring(call).status_code, held) == (201, [202, 201])
    waiting = [run for run in call("GET", "/imports").data["items"] if run["state"] == "uploaded"]
    assert len(waiting) == 1
    while Worker().step():
        pass
    assert call("GET", f"/imports/{waiting[0]['id']}").data["state"] == "read"
    assert bring(call).status_code == 201  # the seats are free again


def test_others_do_not_see_an_import(cast: Cast, caller: Any, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    pk = bring(caller(cast.admin)).data["id"]
    for method, path in (("GET", ""), ("PATCH", ""), ("POST", "/run"), ("POST", "/rehearse"), ("GET", "/errors")):
        assert (
            caller(cast.leader)(method, f"/imports/{pk}{path}", None if method == "GET" else {"plan": {}}).status_code
            == 404
        )


def test_who_may_not_import_is_refused(cast: Cast, caller: Any, settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path
    assert bring(caller(cast.junior)).status_code == 403
    assert not list(tmp_path.iterdir())


def test_talks_come_in_over_rest_with_their_account_by_number(
    cast: Cast, caller: Any, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    make("outcomes", name="Reached", kind="call", effect="contact")
    account = cast.account("Hotel Marisol", cast.manager)
    call = caller(cast.leader)
    made = bring(call, f"Account number;Done at;Remark\n{account.number};2025-11-03 10:30;Hello\n", "activities")
    assert made.status_code == 201, made.data
    assert [c["field"] for c in made.data["plan"]["columns"]] == ["account.number", "done_at", "text"]
    assert call("POST", f"/imports/{made.data['id']}/run", {}).status_code == 202
    while Worker().step():
        pass
    (talk,) = [a for a in call("GET", "/activities").data["items"] if a["state"] == "done"]
    assert (talk["account"]["name"], talk["origin"], talk["outcome"]["name"]) == ("Hotel Marisol", "import", "Reached")
    assert bring(caller(cast.manager), "Account;Done at\n", "activities").status_code == 403


def test_cards_come_in_as_contacts_and_cells_are_mended_by_the_plan(
    cast: Cast, caller: Any, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    call = caller(cast.admin)
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Lee;Ann;;;\r\nEMAIL:ann(at)lee.example\r\nEND:VCARD\r\n"
    made = bring(call, card, "contacts")
    assert made.status_code == 201, made.data
    pk = made.data["id"]
    for wrong in ({"replaced": 5}, {"replaced": {"E-mail 1": {"a": 1}}}, {"mended": {"1": "x"}}):
        assert call("PATCH", f"/imports/{pk}", {"plan": wrong}).status_code == 422
    replaced = {"E-mail 1": {"ann(at)lee.example": "ann@lee.example"}}
    assert call("PATCH", f"/imports/{pk}", {"plan": {"replaced": replaced}}).status_code == 200
    assert call("POST", f"/imports/{pk}/run", {}).status_code == 202
    while Worker().step():
        pass
    assert call("GET", f"/imports/{pk}").data["summary"]["created"] == 1
    assert call("GET", "/contacts").data["items"][0]["email"] == "ann@lee.example"
