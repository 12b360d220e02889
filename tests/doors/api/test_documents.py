"""Documents for programs: files over REST and the command line, with the rights, refusals and retries of everything else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tend.domains.documents.models import Document
from tend.domains.documents.queries import documents_on
from tend.doors.terminal import answering
from tend.site.main import parser
from tests.base.contents.papers import pdf
from tests.cast import Cast
from tests.domains.documents.stage import NOTE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def upload(content: bytes = NOTE, name: str = "Rooms.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_file_is_brought_fetched_and_followed_by_a_version(cast: Cast) -> None:
    client, account = cast.client(cast.manager), cast.account("Hotel Marisol")
    key = {"Idempotency-Key": "one"}
    made = [client.post("/api/v1/documents/files", {"file": upload(), "title": "Rooms", "accounts": str(account.pk)}, headers=key) for _ in (1, 2)]  # fmt: skip
    assert [m.status_code for m in made] == [201, 201]
    told = made[0].json()
    assert made[1].json() == told
    assert (told["title"], told["filename"], told["size"], [a["id"] for a in told["accounts"]]) == ("Rooms", "Rooms.txt", len(NOTE), [account.pk])  # fmt: skip
    assert Document.objects.as_system("test").count() == 1
    path = f"/api/v1/documents/{told['id']}"
    other = client.post("/api/v1/documents/files", {"file": upload(b"x"), "title": "Rooms", "accounts": str(account.pk)}, headers=key)  # fmt: skip
    assert other.status_code == 422
    next_one = client.post(f"{path}/versions", {"file": upload(pdf(), "rooms.pdf"), "note": "drawn"})
    assert (next_one.status_code, next_one.json()["content"]) == (200, "pdf")
    assert [(v["number"], v["is_current"]) for v in client.get(f"{path}/versions").json()["items"]] == [(2, True), (1, False)]  # fmt: skip
    assert b"".join(client.get(f"{path}/file?version=1").streaming_content) == NOTE  # type: ignore[attr-defined]
    listed = client.get("/api/v1/documents?fields=title,content,size,owner").json()["items"]
    assert [d["content"] for d in listed] == ["pdf"]
    client.post(f"/api/v1/undo/{next_one.json()['undo']}", "{}", content_type="application/json")
    assert client.get(path).json()["content"] == "text"
    link = client.post("/api/v1/documents", json.dumps({"title": "Handbook", "url": "https://papers.example/h"}), content_type="application/json")  # fmt: skip
    assert link.status_code == 201
    assert client.get(f"/api/v1/documents/{link.json()['id']}/file").status_code == 404


def test_what_is_refused_over_rest_is_refused_in_words(cast: Cast) -> None:
    client, stranger = cast.client(cast.manager), cast.client(cast.stranger)
    made = client.post("/api/v1/documents/files", {"file": upload()}).json()["id"]
    for path in ("", "/file", "/versions"):
        assert stranger.get(f"/api/v1/documents/{made}{path}").status_code == 404
    assert stranger.post(f"/api/v1/documents/{made}/versions", {"file": upload(b"x")}).status_code == 404
    for form, field in (
        ({}, "file"), ({"file": upload(b"MZ", "a.txt")}, "file"), ({"file": upload(), "colour": "red"}, "colour"),
        ({"file": upload(), "accounts": "999999"}, "accounts"), ({"file": upload(), "valid_until": "soon"}, "valid_until"),
    ):  # fmt: skip
        answer = client.post("/api/v1/documents/files", form)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert client.get(f"/api/v1/documents/{made}/file?version=x").status_code == 422
    assert client.get(f"/api/v1/documents/{made}/file?version=7").status_code == 404
    assert Document.objects.as_system("test").count() == 1


def test_the_command_line_keeps_and_fetches_files(cast: Cast, tmp_path: Path, capsys: Any) -> None:
    account = cast.account("Hotel Marisol")

    def run(*words: str) -> int:
        return answering.answer(parser().parse_args([*words, "--as", cast.manager.email]))

    (tmp_path / "one.txt").write_bytes(b"one")
    (tmp_path / "two.txt").write_bytes(b"two")
    assert run("attach", str(tmp_path / "one.txt"), str(tmp_path / "two.txt"), "--to", f"accounts/{account.pk}", "--json") == 0  # fmt: skip
    told = json.loads(capsys.readouterr().out)["items"]
    assert [d["title"] for d in told] == ["one", "two"]
    assert len(documents_on(cast.actor(cast.manager), "account", account.pk)) == 2
    assert run("attach", str(tmp_path / "two.txt"), "--version-of", str(told[0]["id"])) == 0
    assert run("fetch", str(told[0]["id"]), "--out", str(tmp_path / "out")) == 0
    assert (tmp_path / "out").read_bytes() == b"two"
    assert run("fetch", str(told[0]["id"]), "--version", "1", "--out", str(tmp_path / "out")) == 0
    assert (tmp_path / "out").read_bytes() == b"one"
    (tmp_path / "run.exe").write_bytes(b"MZ")
    assert [run("attach", str(tmp_path / name)) for name in ("run.exe", "none.txt")] == [1, 2]
    assert run("attach", str(tmp_path / "one.txt"), "--to", "houses/1") == 2
    assert run("fetch", "999999") == 1
