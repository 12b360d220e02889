"""Documents: a file or a link with its versions, and the records it hangs on."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.domains.contacts.models import Contact
from tend.domains.documents.choices import Content
from tend.kernel.books import Book
from tend.kernel.files.models import StoredFile
from tend.kernel.record import Part, Record
from tend.kernel.search.models import SearchText


class DocumentCategory(Book):
    """What a company files its documents under: contract, price list, photo."""

    class Meta(Book.Meta):
        verbose_name = _("Document category")
        verbose_name_plural = _("Document categories")


class Document(Record):
    """A file kept in Tend, or a link to one elsewhere. What its present version is stands here for lists and filters."""

    title = models.CharField(_("Title"), max_length=200, blank=True)  # blank only until its file has given it one
    category = models.ForeignKey(
        DocumentCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Category")
    )
    description = models.TextField(_("Description"), blank=True)
    url = models.URLField(_("Link"), max_length=500, blank=True)
    valid_from = models.DateField(_("Valid from"), null=True, blank=True)
    valid_until = models.DateField(_("Valid until"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Owner"), db_index=False,
    )  # fmt: skip
    content = models.CharField(_("Kind"), max_length=8, choices=Content.choices, default=Content.LINK)
    filename = models.CharField(_("File name"), max_length=200, blank=True)
    size = models.BigIntegerField(_("Bytes"), null=True, blank=True)
    sha256 = models.CharField(_("Checksum"), max_length=64, blank=True)
    versions_count = models.PositiveIntegerField(_("Versions"), default=0)

    NAMED_BY: ClassVar[tuple[str, ...]] = ("title",)
    own_words: ClassVar[tuple[str, ...]] = ("url", "sha256")

    class Meta:
        verbose_name = _("Document")
        verbose_name_plural = _("Documents")
        indexes = [
            models.Index(fields=["title", "id"], name="document_by_title"),  # the list
            models.Index(fields=["owner", "title", "id"], name="document_by_owner"),  # those that hang on nothing
            models.Index(
                fields=["valid_until", "id"], name="document_by_end", condition=models.Q(valid_until__isnull=False)
            ),  # expires soon
            models.Index(
                fields=["sha256"], name="document_by_checksum", condition=~models.Q(sha256="")
            ),  # the same again
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(title=""), name="document_has_a_title"),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="document_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(url="", versions_count__gt=0)
                | models.Q(versions_count=0) & ~models.Q(url="")
                | models.Q(url="", versions_count=0, trashed_at__isnull=False),  # erased
                name="document_is_a_file_or_a_link",
            ),
        ]

    @staticmethod
    def named(title: str) -> str:
        """Its name where another record points to it; blank titles are those hidden from the reader."""
        return title or str(_("Document"))

    def __str__(self) -> str:
        return self.named(self.title)

    @property
    def is_file(self) -> bool:
        return self.versions_count > 0


class DocumentVersion(Part):
    """One upload of a document. The present one is what the document is; older ones stay."""

    record = models.ForeignKey(Document, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("Version"))
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    filename = models.CharField(_("File name"), max_length=200)
    content = models.CharField(max_length=8, choices=Content.choices)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(_("What changed"), max_length=200, blank=True)
    is_current = models.BooleanField(_("Present version"), default=False)
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    spoken = ("number", "filename", "note")
    own_words = ("sha256",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["record"], condition=models.Q(is_current=True), name="one_present_version"),
        ]


class OnAccount(Part):
    """Document × account."""

    record = models.ForeignKey(Document, models.CASCADE, related_name="on_accounts", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "account"], name="document_once_per_account")]


class OnContact(Part):
    """Document × contact."""

    record = models.ForeignKey(Document, models.CASCADE, related_name="on_contacts", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "contact"], name="document_once_per_contact")]


class OnActivity(Part):
    """Document × activity."""

    record = models.ForeignKey(Document, models.CASCADE, related_name="on_activities", db_index=False)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "activity"], name="document_once_per_activity")]


class DocumentSearch(SearchText):
    record = models.OneToOneField(Document, models.CASCADE, primary_key=True, related_name="+")
