"""What working calendars are made of: days the company changed, and absences of people. How they are read is in calendars.py."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.kernel.record import Record


class CalendarDay(Record):
    """One day that differs from the rule: a holiday of the company's own, or a working day on a weekend or holiday."""

    country_code = models.CharField(_("Country"), max_length=2, blank=True)  # blank: for everybody
    day = models.DateField(_("Day"))
    is_working = models.BooleanField(_("Is worked"), default=False)
    name = models.CharField(_("Name"), max_length=80, blank=True)

    class Meta:
        ordering = ["day", "id"]
        verbose_name = _("Calendar day")
        verbose_name_plural = _("Calendar days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "country_code"],
                condition=models.Q(trashed_at__isnull=True),
                name="calendar_day_once_per_country",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.day.isoformat()


class Absence(Record):
    """Days on which a person does not work, both ends included. Long ones hand the calls to the substitute."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("Person"), db_index=False
    )
    first = models.DateField(_("From"))
    last = models.DateField(_("To"))
    reason = models.CharField(_("Reason"), max_length=80, blank=True)
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Substitute"),
        db_index=False,
    )

    class Meta:
        ordering = ["first", "id"]
        verbose_name = _("Absence")
        verbose_name_plural = _("Absences")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~models.Q(substitute=models.F("user")), name="nobody_substitutes_himself"),
        ]
        indexes = [models.Index(fields=["user", "last"], name="absence_of_user")]  # calendars of a chunk

    def __str__(self) -> str:
        return f"{self.first.isoformat()} – {self.last.isoformat()}"
