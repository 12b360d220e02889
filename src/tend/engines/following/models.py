"""Who follows which record, who is named in which text, and how far the followers have been told."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.domains.contacts.models import Contact
from tend.domains.documents.models import Document
from tend.kernel.record import Part
from tend.kernel.scoped import Scoped


class Follower(Part):
    """Person × record. Subclasses define `record`; a record type that is to be followed needs one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()

    untold: ClassVar[frozenset[str]] = frozenset({"since"})

    class Meta:
        abstract = True


class AccountFollower(Follower):
    record = models.ForeignKey(Account, models.CASCADE, related_name="followers", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "user"], name="account_followed_once")]
        indexes = [models.Index(fields=["user", "record"], name="account_followed_by")]  # the filter followers:me


class ContactFollower(Follower):
    record = models.ForeignKey(Contact, models.CASCADE, related_name="followers", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "user"], name="contact_followed_once")]
        indexes = [models.Index(fields=["user", "record"], name="contact_followed_by")]


class ActivityFollower(Follower):
    record = models.ForeignKey(Activity, models.CASCADE, related_name="followers", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "user"], name="activity_followed_once")]
        indexes = [models.Index(fields=["user", "record"], name="activity_followed_by")]


class DocumentFollower(Follower):
    record = models.ForeignKey(Document, models.CASCADE, related_name="followers", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "user"], name="document_followed_once")]
        indexes = [models.Index(fields=["user", "record"], name="document_followed_by")]


class Mention(models.Model):
    """A person named in a text, as it was written there: the text stays plain, and shows today's name in its place.

    `source_type` and `source_id` are the row that holds the text: a record, or a remark on one. Rows stay when the text
    loses the name, so that nobody is told of one text twice.
    """

    source_type = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    written = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    objects: ClassVar[Any] = Scoped()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_type", "source_id", "user", "written"], name="mention_once_per_text"
            )
        ]


class Bookmark(models.Model):
    """How far the history has been read for the followers: the mark of `kernel.feed`."""

    name = models.CharField(max_length=40, unique=True)
    after = models.BigIntegerField()

    objects: ClassVar[Any] = Scoped()
