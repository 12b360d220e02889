"""The fixed words of documents."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

LINE = "documents"
SOON = 30  # days before its end in which a document counts as expiring


class Content(models.TextChoices):
    """What a document is, by the group of its file's kind."""

    PDF = "pdf", _("PDF")
    PICTURE = "picture", _("Picture")
    TEXT = "text", _("Text document")
    TABLE = "table", _("Spreadsheet")
    SLIDES = "slides", _("Presentation")
    PAGE = "page", _("Web page")
    MAIL = "mail", _("E-mail")
    ARCHIVE = "archive", _("Archive")
    SOUND = "sound", _("Recording")
    VIDEO = "video", _("Film")
    LINK = "link", _("Link")
    OTHER = "other", _("Other file")
