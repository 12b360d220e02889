"""Documents on pages: brought by a form, looked at and saved safely, in versions, on the pages of what they hang on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tend.domains.documents.commands import attach
from tend.domains.documents.models import Document
from tend.domains.documents.queries import documents_on, versions_of
from tend.people.access import rights_changed
from tend.people.models import Role
from tests.base.contents.papers import pdf, png
from tests.cast import BUILDER, Cast, make
from tests.domains.documents.stage import NOTE, bring, look_into_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def upload(content: bytes = NOTE, name: str = "Rooms.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def text_of(client: Client, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200, path
    return body(response).decode()


def test_files_are_brought_by_the_form_and_by_dropping_them_on_a_record(cast: Cast) -> None:
    client, account = cast.client(cast.manager), cast.account("Hotel Marisol")
    form = text_of(client, f"/documents/new?accounts={account.pk}")
    assert f'<option value="{account.pk}" selected' in form
    refused = client.post("/documents/new", {"file": upload(), "title": "Offer", "valid_from": "2026-03-01", "valid_until": "2026-01-01"})  # fmt: skip
    assert refused.status_code == 422
    ticket = refused.context["tickets"][0]
    client.post("/documents/new", {"ticket": ticket, "title": "Offer", "accounts": account.pk})
    client.post("/documents/new", {"title": "Elsewhere", "url": "https://papers.example/x", "accounts": account.pk})
    dropped = client.post(
        f"/documents/on/accounts/{account.pk}", {"file": [upload(b"one", "one.txt"), upload(b"two", "two.txt")]},
        headers={"HX-Request": "true", "HX-Target": "documents-here"},
    )  # fmt: skip
    assert "2 documents are kept" in dropped["HX-Trigger"]
    actor = cast.actor(cast.manager)
    assert {d.title for d in documents_on(actor, "account", account.pk)} == {"Offer", "Elsewhere", "one", "two"}
    region = text_of(client, f"/documents/on/accounts/{account.pk}", **{"HX-Request": "true", "HX-Target": "documents-here"})  # fmt: skip
    assert "<html" not in region
    assert "data-files-send" in region
    assert f"/documents/on/accounts/{account.pk}" in text_of(client, f"/accounts/{account.pk}")
    again = client.post(f"/documents/on/accounts/{account.pk}", {"file": upload(b"MZ", "one.txt")})
    assert again.status_code == 422
    assert "This is a program" in again.content.decode()
    undo = Document.objects.as_system("test").get(title="one")
    act = dropped["HX-Trigger"].split("/undo/")[1].split('"')[0]
    client.post(f"/undo/{act}")
    undo.refresh_from_db()
    assert undo.trashed_at is not None
    assert len(documents_on(actor, "account", account.pk)) == 2


def test_a_refused_file_costs_nothing_of_what_was_typed(cast: Cast, settings: Any) -> None:
    """Too large, or no room: the words, the choices and the other files of the same form are still there."""
    settings.FILE_LIMIT = 1024**2
    client, account = cast.client(cast.manager), cast.account("Hotel Marisol")
    category = make("document-categories", name="Offer")
    typed = {
        "title": "Offer for the terrace", "description": "Second page\nis the price list", "category": category.pk, "accounts": account.pk,
        "valid_from": "15 mar", "valid_until": "31.12.2031",
    }  # fmt: skip
    kept = ('value="Offer for the terrace"', "Second page\nis the price list", f'value="{category.pk}" selected', f'value="{account.pk}" selected', 'value="15 mar"', 'value="31.12.2031"')  # fmt: skip
    large = b"x" * (1024**2 + 1)

    refused = client.post("/documents/new", {**typed, "file": [upload(), upload(large, "large.txt")]})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "large.txt: The file is larger than 1 MB." in page
    assert [words for words in kept if words not in page] == []
    tickets = refused.context["tickets"]
    assert len(tickets) == 1  # the other one came

    settings.FILES_LIMIT = 100  # and then there is no room for another one
    refused = client.post("/documents/new", {**typed, "ticket": tickets, "file": upload(b"y" * 101, "more.txt")})
    page = refused.content.decode()
    assert "There is no room for further files" in page
    assert [words for words in kept if words not in page] == []
    assert refused.context["tickets"] == tickets
    wrong = client.post("/documents/new", {**typed, "valid_until": "never", "ticket": tickets})
    assert 'value="never"' in wrong.content.decode()
    assert wrong.context["tickets"] == tickets
    assert client.post("/documents/new", {**typed, "ticket": tickets}).status_code == 303
    document = Document.objects.as_system("test").get()
    assert (document.title, document.category_id, document.versions_count) == ("Offer for the terrace", category.pk, 1)

    dialog = client.post(f"/documents/{document.pk}/version", {"file": upload(large), "note": "Prices of May"})
    assert dialog.status_code == 422
    assert 'value="Prices of May"' in dialog.content.decode()
    settings.FILES_LIMIT = 1024**3
    dropped = client.post(
        f"/documents/on/accounts/{account.pk}", {"file": [upload(b"one", "one.txt"), upload(large, "two.txt")]}
    )
    assert "two.txt: The file is larger than 1 MB." in dropped.content.decode()
    assert {d.filename for d in documents_on(cast.actor(cast.manager), "account", account.pk)} == {
        "Rooms.txt",
        "one.txt",
    }
    refused = client.post("/documents/new", {**typed, "ticket": "forged"})
    assert "Bring the file again" in refused.content.decode()
    assert refused.context["tickets"] == []


def test_a_file_is_saved_never_run(cast: Cast) -> None:
    client, actor = cast.client(cast.manager), cast.actor(cast.manager)
    page = bring(actor, b"<!doctype html><script>alert(1)</script>", 'Prüfung \u202e".html')
    answer = client.get(f"/documents/{page.pk}/file")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert (
        answer["Content-Disposition"] == "attachment; filename=\"Pr_fung .html\"; filename*=UTF-8''Pr%C3%BCfung%20.html"
    )
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert body(answer).startswith(b"<!doctype html>")
    assert client.get(f"/documents/{page.pk}/picture").status_code == 404
    drawing = bring(actor, b"<svg onload='alert(1)'/>", "drawing.svg")
    assert client.get(f"/documents/{drawing.pk}/picture").status_code == 404
    picture = bring(actor, png(), "roof.png")
    shown = client.get(f"/documents/{picture.pk}/picture")
    assert (shown["Content-Type"], body(shown)) == ("image/png", png())
    assert "sandbox" in shown["Content-Security-Policy"]
    assert f'src="/documents/{picture.pk}/versions/1/picture"' in text_of(client, f"/documents/{picture.pk}")
    huge = bring(actor, png()[:16] + (60_000).to_bytes(4, "big") * 2 + png()[24:], "huge.png")
    assert client.get(f"/documents/{huge.pk}/picture").status_code == 404
    stranger = cast.client(cast.stranger)
    for path in ("", "/file", "/picture", "/versions/1", "/versions/1/picture", "/version", "/history"):
        assert stranger.get(f"/documents/{picture.pk}{path}").status_code == 404, path
    assert stranger.post(f"/documents/{picture.pk}/version", {"file": upload()}).status_code == 404
    assert Client().get(f"/documents/{picture.pk}/file").status_code == 302


def test_versions_are_brought_looked_at_and_made_present_again(cast: Cast) -> None:
    client, actor = cast.client(cast.manager), cast.actor(cast.manager)
    document = bring(actor, name="Prices.txt", valid_until="2020-01-31")
    assert client.post(f"/documents/{document.pk}/version", {}).status_code == 422
    client.post(f"/documents/{document.pk}/version", {"file": upload(pdf("New prices"), "prices.pdf"), "note": "for spring"})  # fmt: skip
    look_into_all()
    page = text_of(client, f"/documents/{document.pk}")
    for words in (
        "2: prices.pdf",
        "1: Prices.txt",
        "for spring",
        "expired on",
        "the present one",
        "versions/2/picture",
    ):
        assert words in page
    assert body(client.get(f"/documents/{document.pk}/versions/1")) == NOTE
    assert body(client.get(f"/documents/{document.pk}/versions/2/picture")).startswith(b"\x89PNG")
    client.post(f"/documents/{document.pk}/do/make-current", {"number": 1})
    assert [v.is_current for v in versions_of(actor, document)] == [False, True]
    assert client.get(f"/documents/{document.pk}/versions/9").status_code == 404
    history = text_of(client, f"/documents/{document.pk}/history")
    assert "prices.pdf" in history
    assert document.title in text_of(client, "/documents?filter=valid_until%3Ctoday")


def test_a_note_is_written_from_the_page_of_a_document_about_the_account_it_hangs_on(cast: Cast) -> None:
    client, account, hidden = cast.client(cast.manager), cast.account("Hotel Marisol"), cast.account("Quiet Bay", cast.stranger)  # fmt: skip
    document = bring(cast.actor(cast.manager), accounts=[account.pk])
    attach(BUILDER, document, account=hidden)
    for pk, here in ((document.pk, True), (bring(BUILDER, b"x", accounts=[hidden.pk]).pk, False)):
        line = text_of(client, "/log", **{"HX-Request": "true", "HX-Target": "dialog", "HX-Current-URL": f"http://testserver/documents/{pk}"})  # fmt: skip
        assert (f'name="account" value="{account.pk}"' in line) is here
        assert "Quiet Bay" not in line


def test_the_pages_ask_as_often_for_many_as_for_few(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client, actor, account = cast.client(cast.manager), cast.actor(cast.manager), cast.account("Hotel Marisol")
    for n in range(12):
        bring(actor, b"%d" % n, f"{n}.txt", accounts=[account.pk])
    counts = []
    for path in (f"/documents/on/accounts/{account.pk}", "/documents"):
        client.get(path)
        with django_assert_max_num_queries(40) as asked:
            client.get(path)
        counts.append(len(asked))
    assert max(counts) <= 16


def test_what_a_role_hides_is_on_no_page_of_a_document(cast: Cast) -> None:
    actor, account = cast.actor(cast.manager), cast.account("Hotel Marisol")
    document = bring(actor, name="Secret.txt", title="Visible", accounts=[account.pk], valid_until="2020-01-31")
    role = Role.objects.as_system("test").get(code="sales-manager")
    pages = (f"/documents/{document.pk}", f"/documents/on/accounts/{account.pk}", f"/api/v1/documents/{document.pk}/versions")  # fmt: skip
    for hidden, words in (
        (("filename", "sha256", "size"), ("Secret", document.sha256[:12], "27 bytes")), (("valid_until",), ("expired on", "until 31")),
        (("title",), ("Visible",)), (("file",), ("versions/1", "Secret.txt")),
    ):  # fmt: skip
        role.field_rights = {"documents": dict.fromkeys(hidden, "hidden")}
        role.save()
        rights_changed()
        client = cast.client(cast.manager)
        for path in pages:
            shown = text_of(client, path)
            assert [w for w in words if w in shown] == [], path
    assert client.get(f"/documents/{document.pk}/file").status_code == 404
    assert client.get(f"/api/v1/documents/{document.pk}/file").status_code == 404
