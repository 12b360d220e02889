"""The company that uses this Tend: its name, country, currency, language, time zone and the words it chose."""

from __future__ import annotations

from django.core.cache import cache
from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.kernel.record import Record

KEY = "tend.organisation"


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
    is_set_up = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("Organisation")
        verbose_name_plural = _("Organisation")

    def __str__(self) -> str:
        return self.name


def organisation() -> Organisation:
    """The organisation, kept for ten seconds at most per process; before first steps one with defaults."""
    found: Organisation | None = cache.get(KEY)
    if found is None:
        found = Organisation.objects.as_system("the organisation is the same for everybody").order_by("pk").first()
        if found is None:
            found = Organisation(name="", weekend=[5, 6])
        cache.set(KEY, found, 10)
    return found


def organisation_changed() -> None:
    """Forget the kept copy: called by the projection that follows every write."""
    cache.delete(KEY)
