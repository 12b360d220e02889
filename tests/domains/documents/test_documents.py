"""Documents: kept once, in versions, seen with what they hang on, found by their text, and never lost."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import ProtectedError

from tend.domains.accounts.commands import trash as trash_account
from tend.domains.accounts.merging import merge, unmerge
from tend.domains.documents.commands import add_version, attach, detach, edit_document, make_current
from tend.domains.documents.entity import DOCUMENT
from tend.domains.documents.models import Document, DocumentVersion
from tend.domains.documents.queries import documents_on, hangs_on, same_content, version_of, versions_of
from tend.kernel import clock
from tend.kernel.actor import Actor, system
from tend.kernel.backups import make_backup, read_backup
from tend.kernel.doctor import checks
from tend.kernel.errors import NotAllowed, NotSeen, Refused, RefusedFields
from tend.kernel.files import sweeping
from tend.kernel.files.keeping import clean_name, keep
from tend.kernel.files.models import StoredFile
from tend.kernel.files.places import place
from tend.kernel.finding import search
from tend.kernel.undo import undo_act
from tend.kernel.values import create_record
from tests.base.contents.papers import docx, pdf, png
from tests.cast import Cast, make
from tests.domains.documents.stage import NOTE, bring, look_into_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def fresh(document: Any) -> Any:
    return Document.objects.as_system("test").get(pk=document.pk)


def found(actor: Actor, words: str) -> list[str]:
    return [hit.title for hit in search(actor, words, [DOCUMENT])]


def test_a_document_is_a_file_in_versions_or_a_link(cast: Cast) -> None:
    actor = cast.actor(cast.manager)
    document = bring(actor, name="Price_list 2026.txt")
    assert (document.title, document.content, document.size, document.owner_id) == (
        "Price list 2026", "text", len(NOTE), cast.manager.pk,
    )  # fmt: skip
    done = add_version(actor, document, file=keep(actor, "prices.pdf", [pdf()]), note="new prices")
    assert [(v.number, v.filename, v.is_current) for v in versions_of(actor, document)] == [(2, "prices.pdf", True), (1, "Price_list 2026.txt", False)]  # fmt: skip
    assert (fresh(document).content, fresh(document).filename) == ("pdf", "prices.pdf")
    same = add_version(actor, document, file=keep(actor, "again.pdf", [pdf()]))
    assert (same.act, len(versions_of(actor, document))) == (None, 2)
    make_current(actor, document, number=1)
    assert (fresh(document).content, version_of(actor, document).number) == ("text", 1)  # type: ignore[union-attr]
    with pytest.raises(Refused):
        make_current(actor, document, number=9)
    with pytest.raises(Refused):
        edit_document(actor, document, values={"url": "https://papers.example/x"})
    undo_act(actor, done.act or 0)
    assert [v.number for v in versions_of(actor, document)] == [1]
    link = create_record(actor, DOCUMENT, {"title": "Handbook", "url": "papers.example/handbook"}).record
    assert (link.content, link.url) == ("link", "https://papers.example/handbook")
    add_version(actor, link, file=keep(actor, "handbook.txt", [NOTE]))
    assert (fresh(link).url, fresh(link).content) == ("", "text")


def test_what_makes_no_document_is_refused(cast: Cast) -> None:
    link = {"title": "Bad", "url": "https://papers.example"}
    refused: tuple[dict[str, Any], ...] = (
        {"title": "Neither"}, {"url": "https://papers.example/x"}, {"title": "Bad", "url": "javascript:alert(1)"},
        {**link, "valid_from": "2026-02-01", "valid_until": "2026-01-01"}, {"title": "Bad", "file": "a made-up ticket"},
        {**link, "sha256": "0" * 64},
    )  # fmt: skip
    for values in refused:
        with pytest.raises((Refused, RefusedFields)):
            create_record(cast.actor(cast.manager), DOCUMENT, values)
    assert not Document.objects.as_system("test").exists()


def test_the_same_content_is_kept_once_and_told_only_of_documents_in_sight(cast: Cast) -> None:
    mine, hers = cast.actor(cast.manager), cast.actor(cast.stranger)
    first, hidden = bring(mine, name="a.txt"), bring(hers, name="b.txt")
    second = bring(mine, name="c.txt")
    assert StoredFile.objects.count() == 1
    assert [d.pk for d in same_content(mine, second.sha256, but=second.pk)] == [first.pk]
    assert same_content(hers, hidden.sha256, but=hidden.pk) == []


def test_a_ticket_is_good_for_whoever_brought_the_file_alone(cast: Cast) -> None:
    ticket = keep(cast.actor(cast.manager), "a.txt", [NOTE])
    with pytest.raises(Refused):
        create_record(cast.actor(cast.stranger), DOCUMENT, {"file": ticket})
    with pytest.raises(Refused):
        create_record(cast.actor(cast.manager), DOCUMENT, {"file": ticket[:-2]})


def test_limits_are_said_in_sentences_and_leave_nothing(cast: Cast, settings: Any) -> None:
    actor = cast.actor(cast.manager)
    settings.FILE_LIMIT, settings.FILES_LIMIT = 1024**2, 50
    for name, content, code in (
        ("a.txt", b"x" * (1024**2 + 1), "size"), ("a.txt", b"x" * 60, "quota"), ("a.txt", b"", "empty"),
        ("a.exe", b"MZ", "program"), ("a.png", b"<html>", "another_type"),
    ):  # fmt: skip
        with pytest.raises(Refused) as no:
            keep(actor, name, [content])
        assert no.value.code == code
        assert no.value.message.endswith(".")
    assert [p for p in Path(settings.DATA_DIR).rglob("*") if p.is_file()] == []
    assert not StoredFile.objects.exists()


def test_names_lose_folders_and_signs_that_deceive() -> None:
    assert clean_name("..\\..\\etc/pass\u202ewd\n<b>.txt") == "passwdb.txt"
    assert clean_name("///") == "file"
    assert clean_name("é" * 300 + ".pdf").endswith("é.pdf")


def test_a_document_is_seen_with_what_it_hangs_on(cast: Cast) -> None:
    mine, hers = cast.actor(cast.manager), cast.actor(cast.stranger)
    account, hidden = cast.account("Hotel Marisol"), cast.account("Quiet Bay", cast.stranger)
    person = make("contacts", first_name="Lucia", accounts=[hidden.pk])
    talk = make("activities", account=hidden.pk, kind="task", subject="Ask", responsible=cast.stranger)
    loose = bring(mine, name="loose.txt")
    paper = bring(mine, b"other words", accounts=[account.pk])
    assert Document.objects.seen_by(hers).count() == 0
    for target in ({"account": hidden}, {"contact": person}, {"activity": talk}):
        with pytest.raises(NotSeen):
            attach(hers, paper, **target)
        attach(system("test"), paper, **target)
        assert [d.pk for d in Document.objects.seen_by(hers)] == [paper.pk]
        assert {h.record.pk for h in hangs_on(mine, paper)} == {account.pk}
        assert [h.kind for h in hangs_on(hers, paper)] == list(target)
        detach(system("test"), paper, **target)
    assert {d.pk for d in documents_on(mine, "account", account.pk)} == {paper.pk}
    detach(mine, paper, account=account)
    assert {d.pk for d in Document.objects.seen_by(mine)} == {loose.pk, paper.pk}  # his own again
    attach(mine, paper, account=account)
    trash_account(cast.actor(cast.leader), account)
    assert {d.pk for d in Document.objects.seen_by(mine)} == {loose.pk}
    with pytest.raises((NotSeen, NotAllowed)):
        add_version(hers, loose, file=keep(hers, "x.txt", [NOTE]))


def test_documents_move_with_a_merge_and_come_back(cast: Cast) -> None:
    actor = cast.actor(cast.leader)
    stays, goes = cast.account("Hotel Marisol"), cast.account("Marisol")
    both = bring(actor, b"both", name="both.txt", accounts=[stays.pk, goes.pk])
    one = bring(actor, b"one", name="one.txt", accounts=[goes.pk])
    merge(actor, goes, into=stays)
    assert {d.title for d in documents_on(actor, "account", stays.pk)} == {"both", "one"}
    assert Document.objects.seen_by(cast.actor(cast.manager)).count() == 2
    unmerge(actor, goes)
    assert {d.pk for d in documents_on(actor, "account", goes.pk)} == {both.pk, one.pk}
    assert {d.pk for d in documents_on(actor, "account", stays.pk)} == {both.pk}


def test_the_text_of_a_file_is_found_by_whoever_sees_the_document(cast: Cast) -> None:
    mine, hers = cast.actor(cast.manager), cast.actor(cast.stranger)
    letter = bring(mine, docx("The glasshouse leaks"), name="letter.docx")
    bring(mine, pdf("Copper gutters"), name="gutters.pdf")
    broken = bring(mine, b"%PDF-1.7 nothing", name="broken.pdf")
    assert found(mine, "glasshouse") == []
    look_into_all()
    assert found(mine, "glasshouse") == ["letter"]
    assert found(mine, "copper gutt") == ["gutters"]
    assert found(hers, "glasshouse") == []
    file = version_of(mine, broken).file  # type: ignore[union-attr]
    assert (file.state, bool(file.problem)) == ("refused", True)
    edit_document(mine, letter, values={"description": "About the roof"})
    assert found(mine, "glasshouse roof") == ["letter"]  # an edit keeps what was read
    add_version(mine, letter, file=keep(mine, "letter.txt", [b"It is mended"]))
    look_into_all()
    assert (found(mine, "glasshouse"), found(mine, "mended")) == ([], ["letter"])
    blind = dataclasses.replace(mine, grants=dataclasses.replace(mine.grants, fields={("documents", "file"): "hidden"}))
    assert found(blind, "mended") == []
    assert version_of(mine, fresh(letter)).note == ""  # type: ignore[union-attr]


def test_what_nothing_names_for_a_month_is_swept_and_the_rest_stays(cast: Cast, monkeypatch: Any) -> None:
    actor = cast.actor(cast.manager)
    kept = bring(actor, png(), name="a.png")
    keep(actor, "left.txt", [b"never saved"])
    now = clock.now()
    for days, files in ((0, 2), (20, 2), (32, 1), (70, 1)):
        monkeypatch.setattr(clock, "now", lambda days=days: now + dt.timedelta(days=days))
        sweeping.sweep(None)  # type: ignore[arg-type]
        assert (StoredFile.objects.count(), len(list(place().listed()))) == (files, files)
    assert version_of(actor, kept).file.is_shown  # type: ignore[union-attr]
    with pytest.raises(ProtectedError):
        StoredFile.objects.all().delete()
    assert DocumentVersion.objects.of([kept]).count() == 1


def test_doctor_holds_rows_against_files_and_a_backup_has_them(cast: Cast, tmp_path: Path, monkeypatch: Any) -> None:
    actor = cast.actor(cast.manager)
    first, second = bring(actor, b"first", name="a.txt"), bring(actor, b"second", name="b.txt")
    look = checks()["files"]
    assert look(False) == []
    monkeypatch.setattr("tend.kernel.backups.making._sqlite", lambda copy: copy.write_bytes(b"db") and {})
    monkeypatch.setattr("tend.kernel.backups.making._postgresql", lambda copy: copy.write_bytes(b"db") and {})
    make_backup(tmp_path / "backup")
    manifest = read_backup(tmp_path / "backup", tmp_path / "unpacked")
    assert f"files/{first.sha256[:2]}/{first.sha256}" in manifest.files
    folder = Path(settings.DATA_DIR) / "files"
    (folder / first.sha256[:2] / first.sha256).write_bytes(b"frist")
    (folder / second.sha256[:2] / second.sha256).unlink()
    place().put("zz-strange", b"x")
    monkeypatch.setattr(sweeping, "FRESH", -1)
    assert [(f.count, f.mended) for f in look(True)] == [(1, False), (1, False), (1, True)]
    assert [f.count for f in look(False)] == [1, 1]
