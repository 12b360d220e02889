"""The searchable text of a record, folded and kept apart by what it is, so that hidden fields find nothing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SearchText(models.Model):
    """One row per record, derived: kept by the unit, never in the history. Subclasses define
    `record = OneToOneField(Owner, CASCADE, primary_key=True)` and their migration runs `search_index`.
    """

    head = models.TextField(default="")  # what the record is called
    names = models.TextField(default="")  # its other names
    numbers = models.TextField(default="")  # numbers, addresses on the web
    emails = models.TextField(default="")
    phones = models.TextField(default="")  # digits only
    body = models.TextField(default="")  # long text

    objects: ClassVar[models.Manager[SearchText]] = models.Manager()

    class Meta:
        abstract = True


COLUMNS = ("head", "names", "numbers", "emails", "phones", "body")


def search_model(owner: type[models.Model]) -> type[SearchText] | None:
    """The table that holds the searchable text of a record type; None when it is not searched."""
    for candidate in SearchText.__subclasses__():
        if candidate._meta.pk is not None and candidate._meta.pk.related_model is owner:
            return candidate
    return None
