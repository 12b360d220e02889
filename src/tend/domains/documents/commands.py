"""What can be done to a document: enter, edit, bring a new version, return to an old one, hang on records, delete."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.domains.contacts.models import Contact
from tend.domains.documents.choices import Content
from tend.domains.documents.events import file_brought
from tend.domains.documents.hanging import HangsOn
from tend.domains.documents.models import Document, DocumentVersion
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.files.keeping import Ticket, ticket
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb

Values = dict[str, Any]
CODE = "documents.document"


@verb(CODE, needs="create", creates=True, label=gettext_lazy("New document"))
def create_document(unit: Unit, *, values: Values) -> Document:
    """Enter a document: a file that was brought, or a link to one elsewhere. The file's name is its title unless one is said.

    Refused without either, and with both. Sets off: file_brought.
    """
    given = dict(values)
    brought, owner = given.pop("file", ""), given.pop("owner", None)
    document: Document = unit.create(
        Document, owner_id=owner.pk if owner is not None else unit.actor.user_id, content=Content.LINK
    )
    if brought:
        said = ticket(unit.actor, brought)
        given["title"] = given.get("title") or _title(said.filename)
        _bring(unit, document, said, "")
    put(unit, entity_of(Document), document, given)
    _check(document)
    return document


@verb(CODE, needs="edit", label=gettext_lazy("Edit"))
def edit_document(unit: Unit, document: Document, *, values: Values) -> None:
    """Change what is said about a document. A file among it is a new version.

    Refused without a title, for an end before the beginning, and for a link where there is a file. Sets off: file_brought.
    """
    given = dict(values)
    brought = given.pop("file", "")
    put(unit, entity_of(Document), document, given)
    if brought:
        _bring(unit, document, ticket(unit.actor, brought), "")
    _check(document)


@verb(CODE, needs="edit", reads=("versions",), label=gettext_lazy("Bring a new version"))
def add_version(unit: Unit, document: Document, *, file: str, note: str = "") -> None:
    """Bring the next version of a document: it is the present one, the earlier ones stay. A link becomes a file.

    Nothing happens when the present version is the very same. Sets off: file_brought.
    """
    said = ticket(unit.actor, file)
    if document.is_file and said.sha256 == document.sha256:
        unit.say(_("This is the present version already, to the last letter."))
        return
    _bring(unit, document, said, note.strip()[:200])


@verb(CODE, needs="edit", reads=("versions",), label=gettext_lazy("Return to a version"))
def make_current(unit: Unit, document: Document, *, number: int) -> None:
    """Make an earlier version of a document the present one again. Refused when there is no such version."""
    versions: list[DocumentVersion] = entity_of(Document).traits["versions"].rows(unit, document)
    chosen = next((v for v in versions if v.number == number), None)
    if chosen is None:
        raise Refused(_("There is no version %(number)s.") % {"number": number}, field="number")
    for version in versions:
        version.is_current = version is chosen
    _stand(document, chosen)
    unit.announce(file_brought(document, chosen.file_id))


@verb(
    CODE, needs="edit", reads=("on_accounts", "on_contacts", "on_activities"), label=gettext_lazy("Attach to a record")
)
def attach(
    unit: Unit, document: Document, *, account: Account | None = None, contact: Contact | None = None, activity: Activity | None = None,
) -> None:  # fmt: skip
    """Hang a document on an account, a person or an activity: whoever sees that record sees the document.

    Refused when none is named.
    """
    for trait, target in _named(account, contact, activity):
        if not trait.hang(unit, document, target.pk):
            unit.say(_("It hangs there already."))


@verb(
    CODE, needs="edit", reads=("on_accounts", "on_contacts", "on_activities"), label=gettext_lazy("Take off a record")
)
def detach(
    unit: Unit, document: Document, *, account: Account | None = None, contact: Contact | None = None, activity: Activity | None = None,
) -> None:  # fmt: skip
    """Take a document off a record. One that hangs on nothing any more belongs to its owner alone.

    Refused when none is named, or when it does not hang there.
    """
    for trait, target in _named(account, contact, activity):
        if not trait.take_off(unit, document, target.pk):
            raise Refused(_("It does not hang there."), field=trait.column.removesuffix("_id"))


@verb(CODE, needs="delete", label=gettext_lazy("Delete"))
def trash(unit: Unit, document: Document) -> None:
    """Put a document with all its versions into the trash, where it stays for 30 days."""
    document.trashed_at = unit.now


@verb(CODE, needs="delete", label=gettext_lazy("Restore"), trashed=True)
def restore(unit: Unit, document: Document) -> None:
    """Bring a document back from the trash. Refused for one that was erased with its person: nothing is left of it."""
    document.trashed_at = None
    _check(document)


def _bring(unit: Unit, document: Document, said: Ticket, note: str) -> None:
    versions: list[DocumentVersion] = entity_of(Document).traits["versions"].rows(unit, document)
    for version in versions:
        version.is_current = False
    document.versions_count = max((v.number for v in versions), default=0) + 1
    document.url = ""
    fresh: DocumentVersion = entity_of(Document).traits["versions"].add(
        unit, document, number=document.versions_count, file_id=said.file_id, filename=said.filename, content=said.kind.group,
        size=said.size, sha256=said.sha256, note=note, is_current=True, brought_at=unit.now, brought_by_id=unit.actor.user_id,
    )  # fmt: skip
    _stand(document, fresh)
    unit.announce(file_brought(document, said.file_id))


def _stand(document: Document, version: DocumentVersion) -> None:
    """What the list shows of a document is its present version."""
    document.filename, document.content = version.filename, version.content
    document.size, document.sha256 = version.size, version.sha256


def _named(*targets: Any) -> list[tuple[HangsOn, Any]]:
    traits = entity_of(Document).traits
    found = [
        (cast("HangsOn", traits[name]), target)
        for name, target in zip(("on_accounts", "on_contacts", "on_activities"), targets, strict=True)
        if target is not None
    ]
    if not found:
        raise Refused(_("Say on which record: an account, a person or an activity."), field="account", code="required")
    return found


def _title(filename: str) -> str:
    stem, dot, ending = filename.rpartition(".")
    name = stem if dot and stem and len(ending) <= 5 else filename
    return " ".join(name.replace("_", " ").split())[:200] or filename


def _check(document: Document) -> None:
    if not document.title.strip():
        raise Refused(_("A document has a title."), field="title", code="required")
    if document.is_file and document.url:
        raise Refused(_("This document is a file. Enter the link as a document of its own."), field="url")
    if not document.is_file and not document.url:
        raise Refused(_("Bring a file, or write the address of one elsewhere."), field="file", code="required")
    if document.url and urlsplit(document.url).scheme not in ("http", "https"):
        raise Refused(_("A link begins with https:// or http://."), field="url", code="type")
    if document.valid_from and document.valid_until and document.valid_until < document.valid_from:
        raise Refused(_("The end lies before the beginning."), field="valid_until")
