"""The declaration of documents and their categories."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tend.domains.documents import commands
from tend.domains.documents.choices import LINE
from tend.domains.documents.hanging import HangsOnAccounts, HangsOnActivities, HangsOnContacts, Versions
from tend.domains.documents.models import Document, DocumentCategory, OnAccount, OnActivity, OnContact
from tend.domains.documents.queries import each_visible_to, seen_by_both, visible_to
from tend.domains.documents.reading import text_beside
from tend.kernel.books import declare_book
from tend.kernel.entity import Entity, Field, Panel, register
from tend.kernel.query import Relation, relate
from tend.kernel.search import search_projection

CATEGORY = declare_book(DocumentCategory, "document-categories")

DOCUMENT = register(
    Entity(
        model=Document,
        plural="documents",
        rows=visible_to,
        icon="paperclip",
        title="title",
        sort="title",
        lines=(LINE,),
        fields=(
            Field("title", column=True, search="A", bulk=False, help=_("Left blank, it is the name of the file")),
            Field("category", column=True, facet=True, inline=True),
            Field("content", column=True, facet=True, edit=False),
            Field("url", bulk=False, help=_("Where it lies, when it is kept elsewhere: a link takes the place of a file")),
            Field("description", search="C", bulk=False),
            Field("valid_from", bulk=False),
            Field("valid_until", column=True, facet=True),
            Field("owner", column=True, facet=True),
            Field("filename", search="B", edit=False),
            Field("size", edit=False, kind="integer"),
            Field("versions_count", edit=False),
            Field("sha256", edit=False, sort=False),
            Field("created_at", edit=False),
            Field("updated_at", edit=False),
        ),
        panels=(Panel(_("Document"), "title category url description valid_from valid_until owner accounts contacts"),),
        wears=(Versions, HangsOnAccounts, HangsOnContacts, HangsOnActivities),
        create=commands.create_document,
        edit=commands.edit_document,
        verbs=(
            commands.add_version, commands.make_current, commands.attach, commands.detach, commands.trash, commands.restore,
        ),
        projections=(search_projection("title", "description", "filename", "sha256"),),
        extra={"each": each_visible_to, "seen by both": seen_by_both, "searched beside": text_beside},
    )
)  # fmt: skip

# Ways that filters on other records may take: which accounts have a contract that ends soon.
relate(
    "accounts.account",
    Relation("documents", Document, near="account", through=OnAccount, far="record", label=_("Documents")),
)
relate(
    "contacts.contact",
    Relation("documents", Document, near="contact", through=OnContact, far="record", label=_("Documents")),
)
relate(
    "activities.activity",
    Relation("documents", Document, near="activity", through=OnActivity, far="record", label=_("Documents")),
)
