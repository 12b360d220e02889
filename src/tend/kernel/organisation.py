"""The company that uses this Tend: its name, country, currency, language, time zone and the words it chose."""

from __future__ import annotations

import time

from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.kernel.record import Record

KEEP = 10.0  # seconds


class Organisation(Record):
    """One row. `lifecycle_labels` holds the company's own names for the four fixed lifecycle codes."""

    name = models.CharField(_("Name"), max_length=120)
    country_code = models.CharField(_("Country"), max_length=2, default="GB")
    currency = models.CharField(_("Currency"), max_length=3, default="EUR")
    zone = models.CharField(_("Time zone"), max_length=60, default="UTC")
    language = models.CharField(_("Language"), max_length=8, default="en")
    first_weekday = models.PositiveSmallIntegerField(_("Week begins on"), default=0)
    weekend = models.JSONField(_("Weekend"), default=list)
    lifecycle_labels = models.JSONField(_("Lifecycle names"), default=dict, blank=True)
    security_log_months = models.PositiveSmallIntegerField(_("Security log is kept for"), default=24)
    is_set_up = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("Organisation")
        verbose_name_plural = _("Organisation")

    def __str__(self) -> str:
        return self.name


_kept: tuple[float, Organisation] | None = None  # asked for some eighty times on a page, so no cache that copies


def organisation() -> Organisation:
    """The organisation to read from, kept for ten seconds at most per process; before first steps one with defaults."""
    global _kept
    kept, now = _kept, time.monotonic()
    if kept is not None and now < kept[0]:
        return kept[1]
    found: Organisation | None = (
        Organisation.objects.as_system("the organisation is the same for everybody").order_by("pk").first()
    )
    if found is None:
        found = Organisation(name="", weekend=[5, 6])
    _kept = (now + KEEP, found)
    return found


def organisation_changed() -> None:
    """Forget the kept copy: called by the projection that follows every write."""
    global _kept
    _kept = None
