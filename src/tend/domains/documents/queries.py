"""Which documents: those that hang on a record one sees, and one's own that hang on none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from tend.domains.accounts.choices import ACCOUNTS, LEADS
from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.domains.contacts.models import Contact
from tend.domains.documents.choices import LINE
from tend.domains.documents.models import Document, DocumentVersion, OnAccount, OnActivity, OnContact
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of

WHY = "joined to the scope of what documents hang on"
HANGING: tuple[tuple[Any, str, Any], ...] = (
    (OnAccount, "account", Account),
    (OnContact, "contact", Contact),
    (OnActivity, "activity", Activity),
)


def visible_to(rows: Any, actor: Actor, action: str, *, each: bool = False) -> Any:
    """A document is seen when one of the records it hangs on is; one that hangs on none follows its own owner."""
    if actor.is_system:
        return rows
    scope = actor.scope(LINE, action)
    if scope == "none":
        return rows.none()
    if scope == "all" and all(
        actor.scope(line, "view") == "all" for line in (LEADS, ACCOUNTS, "contacts", "activities")
    ):
        return rows
    reach = "view" if action in ("view", "create") else "edit"
    found = Q(pk__in=[])
    loose = Q()
    for model, column, target in HANGING:
        hung = model.objects.as_system(WHY)
        seen = target.objects.seen_by(actor, reach, each=each)
        here = (
            hung.filter(Exists(seen.filter(pk=OuterRef(f"{column}_id"))))
            if each
            else hung.filter(**{f"{column}__in": seen.order_by().values("pk")})
        )
        found |= (
            Q(Exists(here.filter(record_id=OuterRef("pk")))) if each else Q(pk__in=here.order_by().values("record_id"))
        )
        loose &= Q(~Exists(hung.filter(record_id=OuterRef("pk"))))
    mine = Q()
    if scope != "all":
        mine = Q(owner_id=actor.user_id) if scope == "own" else Q(owner_id__in=[actor.user_id, *actor.team_users])
    return rows.filter(found | (mine & loose))


def each_visible_to(rows: Any, actor: Actor, action: str) -> Any:
    """The same documents, asked one by one."""
    return visible_to(rows, actor, action, each=True)


def seen_by_both(rows: Any, actor: Actor, other: Actor) -> Any:
    """Of documents that `other` sees, those of which `actor` may know it: by a record that both see, or on no record."""
    shared, none = Q(pk__in=[]), Q()
    for model, column, target in HANGING:
        hung = model.objects.as_system(WHY).filter(record_id=OuterRef("pk"))
        own, others = (target.objects.seen_by(who, each=True) for who in (actor, other))
        narrow = entity_of(target).extra.get("seen by both")
        others = narrow(others, actor, other) if narrow else others
        by_both = hung.filter(Exists(own.filter(pk=OuterRef(f"{column}_id"))))
        shared |= Q(Exists(by_both.filter(Exists(others.filter(pk=OuterRef(f"{column}_id"))))))
        none &= Q(~Exists(hung))
    return rows.filter(shared | none)


@dataclass(frozen=True)
class Hung:
    """A record on which a document hangs, within the reader's sight."""

    kind: str  # account, contact, activity
    record: Any


MANY = {"account": "accounts", "contact": "contacts", "activity": "activities"}  # the field that tells of each
SPOKEN = ("title", "category", "url", "valid_until", "filename", "size", "sha256", "content")  # what pages by hand show


def is_hidden(actor: Actor, name: str) -> bool:
    """Does a field of documents not exist for this actor?"""
    return entity_of(Document).right(actor, name) == "hidden"


def veiled(actor: Actor, documents: Iterable[Document]) -> list[Document]:
    """Documents to be shown, not kept: what a role hides from this reader is blank in them."""
    found = list(documents)
    for name in [n for n in SPOKEN if is_hidden(actor, n)]:
        for document in found:
            setattr(document, name, "" if isinstance(getattr(document, name), str) else None)
    return found


def hangs_on(actor: Actor, document: Document) -> list[Hung]:
    """The records that a document hangs on, as far as the reader sees them; one query for each record type."""
    found = []
    for model, column, target in HANGING:
        if is_hidden(actor, MANY[column]):
            continue
        ids = model.objects.of([document]).values(f"{column}_id")
        rows = target.objects.seen_by(actor, each=True).filter(pk__in=ids).order_by("pk")[:100]
        found += [Hung(column, record) for record in rows]
    return found


def documents_on(actor: Actor, kind: str, pk: int, *, limit: int = 50) -> list[Document]:
    """The documents of one record that the actor has before him, the latest changed first."""
    if is_hidden(actor, MANY[kind]):
        return []
    model, column = next((m, c) for m, c, _target in HANGING if c == kind)
    hung = model.objects.as_system("documents of a record that the reader sees").filter(**{f"{column}_id": pk})
    rows = Document.objects.seen_by(actor, each=True).filter(pk__in=hung.values("record_id"))
    return veiled(actor, rows.select_related("category").order_by("-updated_at", "-pk")[:limit])


def versions_of(actor: Actor, document: Document) -> list[DocumentVersion]:
    """All versions of a document that the reader sees, the latest first; none where files are hidden from him."""
    if is_hidden(actor, "file"):
        return []
    rows = DocumentVersion.objects.of([document]).select_related("file", "brought_by").order_by("-number")
    return _unnamed(actor, list(rows))


def version_of(actor: Actor, document: Document, number: int | None = None) -> DocumentVersion | None:
    """One version by its number, the present one without; None when there is no such version for the reader."""
    if is_hidden(actor, "file"):
        return None
    rows = DocumentVersion.objects.of([document]).select_related("file")
    found = (rows.filter(is_current=True) if number is None else rows.filter(number=number))[:1]
    return next(iter(_unnamed(actor, list(found))), None)


def _unnamed(actor: Actor, versions: list[DocumentVersion]) -> list[DocumentVersion]:
    """Versions to be shown: what is hidden of their document is hidden of each."""
    for version in versions:
        if is_hidden(actor, "filename"):
            version.filename = f"{version.number}.{version.file.kind}"
        for name in [n for n in ("sha256", "content", "size") if is_hidden(actor, n)]:
            setattr(version, name, None if name == "size" else "")
    return versions


def same_content(actor: Actor, sha256: str, *, but: int | None = None, limit: int = 3) -> list[Document]:
    """Documents in sight whose present version has the same content."""
    if not sha256 or is_hidden(actor, "sha256"):
        return []
    rows = Document.objects.seen_by(actor, each=True).filter(sha256=sha256).exclude(pk=but)
    return veiled(actor, rows.order_by("pk")[:limit])


def of_file(file_id: int) -> Any:
    """The documents whose present version is this file, whoever sees them; in key order."""
    versions = DocumentVersion.objects.as_system("search follows a file that was looked into")
    rows = Document.objects.as_system("search follows a file that was looked into")
    ids = versions.filter(file_id=file_id, is_current=True).values("record_id")
    return rows.filter(pk__in=ids).order_by("pk")


def present_files(documents: Iterable[int]) -> dict[int, int]:
    """The file of each document's present version, by document."""
    rows = DocumentVersion.objects.of(documents).filter(is_current=True)
    return dict(rows.order_by().values_list("record_id", "file_id"))


__all__ = [
    "Hung", "documents_on", "each_visible_to", "hangs_on", "of_file", "present_files", "same_content", "veiled", "version_of", "versions_of", "visible_to",
]  # fmt: skip
