"""What the database knows of a kept file; who may see it is said by the records that name it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """One content. Its bytes lie in the place of files under `sha256`; records point to it and never change it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("not looked into yet")
        READ = "read", _("its text is found by the search")
        SILENT = "silent", _("has no text that the search can find")
        REFUSED = "refused", _("could not be looked into")

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=12)  # tend.base.contents.kinds
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    problem = models.CharField(max_length=300, blank=True)  # English source of the sentence
    has_picture = models.BooleanField(default=False)  # a PNG of its first page lies beside it
    is_shown = models.BooleanField(default=False)  # a picture that a browser may draw
    kept_at = models.DateTimeField()
    idle_since = models.DateTimeField(null=True)  # no record has named it since

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    @property
    def is_previewed(self) -> bool:
        return self.has_picture or self.is_shown


class StoredText(models.Model):
    """The text of a file, apart from it because lists never need it."""

    file = models.OneToOneField(StoredFile, models.CASCADE, primary_key=True, related_name="+")
    text = models.TextField()

    objects: ClassVar[models.Manager[Any]] = models.Manager()
