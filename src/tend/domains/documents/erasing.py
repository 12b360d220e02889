"""When a person is erased: documents that hang on her alone lose all that they hold, from others she is only taken off."""

from __future__ import annotations

from typing import Any

from tend.domains.contacts.erasing import ERASING, PERSONS
from tend.domains.contacts.events import contact_erased
from tend.domains.contacts.models import Membership
from tend.domains.documents.choices import Content
from tend.domains.documents.models import Document, DocumentVersion, OnAccount, OnActivity, OnContact
from tend.kernel.events import reacts_to
from tend.kernel.files.sweeping import forget_files
from tend.kernel.unit import Unit

WHY = "what is erased is erased everywhere, whoever sees it"


@reacts_to(contact_erased, order=30)
def empty_documents(unit: Unit, events: list[contact_erased]) -> None:
    """Her own documents go without files, versions, title and text; an account that is she herself is nobody else."""
    for work, (cards, _accounts) in zip(unit.memory[ERASING], unit.memory[PERSONS], strict=True):
        same = Membership.objects.as_system(WHY).filter(record_id__in=cards, is_same=True)
        hers = {OnContact: set(cards), OnAccount: set(same.values_list("account_id", flat=True)), OnActivity: set()}
        here = OnContact.objects.as_system(WHY).filter(contact_id__in=cards).values("record_id")
        documents = unit.load(Document.objects.as_system(WHY).filter(pk__in=here).order_by("pk"))
        ids = [d.pk for d in documents]
        hung = {model: unit.load(model.objects.of(ids)) for model in hers}
        others = {
            row.record_id
            for model, rows in hung.items()
            for row in rows
            if row.__dict__[_target(model)] not in hers[model]
        }
        own = [d for d in documents if d.pk not in others]
        files = {v.file_id for v in unit.load(DocumentVersion.objects.of([d.pk for d in own]))}
        counted = work.counts["records"]
        for document in own:
            work.blank(document, title=work.instead, content=Content.LINK, category_id=None)
            document.versions_count = 0
            document.trashed_at = document.trashed_at or unit.now
        work.counts["records"] = counted  # cards; documents are counted by themselves
        work.counts["documents"], work.counts["documents_of_others"] = len(own), len(others)
        for model, rows in hung.items():
            for row in rows:
                if row.record_id not in others or row.__dict__[_target(model)] in hers[model]:
                    unit.remove(row)
        unit.flush()
        forget_files(sorted(files))
        work.forget_history("documents.document", [d.pk for d in own])


def _target(model: Any) -> str:
    return {OnContact: "contact_id", OnAccount: "account_id", OnActivity: "activity_id"}[model]
