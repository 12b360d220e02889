"""The company's own classification of accounts: one book for each question it asks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.kernel.books import Book


def _unique(name: str) -> list[models.BaseConstraint]:
    return [models.UniqueConstraint(fields=["name"], condition=models.Q(trashed_at__isnull=True), name=name)]


class Category(Book):
    class Meta(Book.Meta):
        verbose_name = _("Category")
        verbose_name_plural = _("Categories")
        constraints = _unique("category_name_is_unique")


class Source(Book):
    class Meta(Book.Meta):
        verbose_name = _("Source")
        verbose_name_plural = _("Sources")
        constraints = _unique("source_name_is_unique")


class Status(Book):
    class Meta(Book.Meta):
        verbose_name = _("Status")
        verbose_name_plural = _("Statuses")
        constraints = _unique("status_name_is_unique")


class State(Book):
    class Meta(Book.Meta):
        verbose_name = _("State")
        verbose_name_plural = _("States")
        constraints = _unique("state_name_is_unique")


class RelationshipStage(Book):
    class Meta(Book.Meta):
        verbose_name = _("Relationship stage")
        verbose_name_plural = _("Relationship stages")
        constraints = _unique("stage_name_is_unique")


class Industry(Book):
    class Meta(Book.Meta):
        verbose_name = _("Industry")
        verbose_name_plural = _("Industries")
        constraints = _unique("industry_name_is_unique")


class DisqualifyReason(Book):
    """Why a lead comes to nothing."""

    class Meta(Book.Meta):
        verbose_name = _("Reason to disqualify")
        verbose_name_plural = _("Reasons to disqualify")
        constraints = _unique("disqualify_reason_name_is_unique")


class RelationKind(Book):
    """How one account relates to another, with the words from the other side."""

    inverse_name = models.CharField(_("Seen from the other side"), max_length=80)

    class Meta(Book.Meta):
        verbose_name = _("Kind of relation")
        verbose_name_plural = _("Kinds of relation")
        constraints = _unique("relation_kind_name_is_unique")


class Area(Book):
    """An area of interest; areas form a tree."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Part of")
    )

    class Meta(Book.Meta):
        verbose_name = _("Area of interest")
        verbose_name_plural = _("Areas of interest")
        constraints = _unique("area_name_is_unique")


COUNTED = ("call", "meeting", "email", "message")  # kinds that are a contact where a status says nothing else


class InteractionStatus(Book):
    """How often a lead or account is to be spoken to. What follows from it is the cycle's, see engines/cadence."""

    class IntervalKind(models.TextChoices):
        CALENDAR = "calendar", _("calendar days")
        WORKING = "working", _("working days")

    for_leads = models.BooleanField(_("For leads"), default=False)
    for_accounts = models.BooleanField(_("For accounts"), default=True)
    plans_calls = models.BooleanField(_("Plans calls"), default=True)
    interval = models.PositiveIntegerField(_("Call every"), default=30)  # days of `interval_kind`
    interval_kind = models.CharField(
        _("Counted in"), max_length=8, choices=IntervalKind.choices, default=IntervalKind.CALENDAR
    )
    activity_kind = models.CharField(_("What is planned"), max_length=10, default="call")
    retry_days = models.PositiveSmallIntegerField(_("Try again after"), default=2)  # working days
    max_attempts = models.PositiveSmallIntegerField(_("Attempts before unreachable"), default=4)
    weight = models.PositiveSmallIntegerField(_("Share of the daily queue"), default=0)
    escalate_after = models.PositiveSmallIntegerField(_("Tell the leader after"), default=2)  # missed cycles
    rescue_after = models.PositiveSmallIntegerField(_("Offer to the pool after"), default=0)  # missed cycles, 0 never
    becomes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Turns into, when a lead converts"),
    )
    default_for = models.JSONField(_("Default for"), default=list, blank=True)  # lifecycle codes
    counts = models.JSONField(_("Counts as a contact"), default=list, blank=True)  # kinds of activity, blank: COUNTED

    class Meta(Book.Meta):
        verbose_name = _("Interaction status")
        verbose_name_plural = _("Interaction statuses")
        constraints = [
            *_unique("interaction_status_name_is_unique"),
            models.CheckConstraint(
                name="interval_is_1_to_3650_where_calls_are_planned",
                condition=models.Q(plans_calls=False) | models.Q(interval__gte=1, interval__lte=3650),
            ),
        ]

    def serves(self, lifecycle: str) -> bool:
        """Is this status offered for accounts of that lifecycle?"""
        return self.for_leads if lifecycle == "lead" else self.for_accounts

    def counts_kind(self, kind: str) -> bool:
        """Is an activity of that kind a contact in this status?"""
        return kind in (self.counts or COUNTED)
