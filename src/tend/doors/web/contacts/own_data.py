"""All that Tend knows of one person, in one file: JSON for programs and readers, and the files that hang on her.

Written within the sight of whoever asks: a hidden field or record is not in it.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from tend.domains.activities.entity import ACTIVITY
from tend.domains.activities.models import Activity
from tend.domains.contacts.entity import CONTACT
from tend.domains.documents.entity import DOCUMENT
from tend.domains.documents.models import Document, DocumentVersion
from tend.doors.api import shapes
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.entries import Entries
from tend.kernel.feed import changes_of_record
from tend.kernel.files.places import place
from tend.kernel.operations import label_of, operations_of
from tend.kernel.organisation import organisation
from tend.kernel.reading import Linked

MOST = 10_000  # of each kind


def written(actor: Actor, contact: Any) -> bytes:
    """The ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, said in _told(actor, contact).items():
            archive.writestr(f"{name}.json", json.dumps(said, default=str, ensure_ascii=False, indent=2))
        for version in _versions(actor, contact):
            if place().size(version.sha256) is not None:
                archive.writestr(
                    f"files/{version.pk}-{_plain(version.filename)}", b"".join(place().pieces(version.sha256))
                )
    return out.getvalue()


def _told(actor: Actor, contact: Any) -> dict[str, Any]:
    activities = Activity.objects.seen_by(actor, trashed=True).filter(participants__contact_id=contact.pk)
    mine = operations_of(actor).filter(record_type=CONTACT.code, params__id=contact.pk)
    return {
        "person": shapes.full(CONTACT, actor, [contact])[0],
        "history": _history(CONTACT, actor, contact.pk),
        "activities": shapes.full(ACTIVITY, actor, list(activities.order_by("pk")[:MOST])),
        "documents": shapes.full(DOCUMENT, actor, list(_documents(actor, contact))),
        "operations": [
            {"id": o.pk, "what": str(label_of(o)), "at": o.started_at.isoformat()} for o in mine.order_by("pk")[:MOST]
        ],
    }  # fmt: skip


def _history(entity: Entity, actor: Actor, pk: int) -> list[dict[str, Any]]:
    changes = changes_of_record(entity.code, pk, MOST)
    entries, currency = Entries(entity, actor, changes), organisation().currency

    def shown(name: str, value: Any) -> Any:
        return shapes.value_as_json(entity.by_name.get(name), value, currency)

    found = []
    for change in changes:
        told = entries.told(change)
        if not told.is_empty:
            fields = {n: {"before": shown(n, a), "after": shown(n, b)} for n, (a, b) in told.fields.items()}
            parts = [{"of": p.trait, "before": _part(p.before), "after": _part(p.after)} for p in told.parts]
            found.append({"at": change.at.isoformat(), "kind": told.kind, "fields": fields, "parts": parts})
    return found


def _part(values: dict[str, Any] | None) -> dict[str, Any] | None:
    return {n: v.as_json() if isinstance(v, Linked) else v for n, v in values.items()} if values is not None else None


def _documents(actor: Actor, contact: Any) -> Any:
    return Document.objects.seen_by(actor).filter(on_contacts__contact_id=contact.pk).order_by("pk")[:MOST]


def _versions(actor: Actor, contact: Any) -> list[DocumentVersion]:
    return list(DocumentVersion.objects.of(list(_documents(actor, contact))).filter(is_current=True).order_by("pk"))


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_. " else "_" for c in name)[:120]
