"""Activities: what was said and what is planned, of every kind, and the outcomes a company names."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tend.domains.accounts.models import Account
from tend.domains.contacts.models import Contact
from tend.kernel.books import Book
from tend.kernel.record import Part, Record
from tend.kernel.search import SearchText


class Kind(models.TextChoices):
    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    EMAIL = "email", _("E-mail")
    MESSAGE = "message", _("Message")
    LETTER = "letter", _("Letter")
    NOTE = "note", _("Note")
    TASK = "task", _("Task")


class Direction(models.TextChoices):
    OUT = "out", _("outgoing")
    IN = "in", _("incoming")


class State(models.TextChoices):
    PLANNED = "planned", _("planned")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class Origin(models.TextChoices):
    MANUAL = "manual", _("by hand")
    CYCLE = "cycle", _("call cycle")
    IMPORT = "import", _("import")
    TELEPHONY = "telephony", _("telephone")
    MAIL = "mail", _("mail")
    FORM = "form", _("web form")


class Effect(models.TextChoices):
    """All that the cycle reads of an outcome."""

    CONTACT = "contact", _("counts as a contact")
    ATTEMPT = "attempt", _("an attempt, try again")
    BAD_NUMBER = "bad_number", _("the number is wrong")
    DO_NOT_CONTACT = "do_not_contact", _("asked not to be contacted")
    NONE = "none", _("no effect on the cycle")


class Outcome(Book):
    """How a talk ended, in the company's words; `effect` is what the cycle makes of it."""

    code = models.SlugField(max_length=40, blank=True)  # of the shipped ones, for scripts
    kind = models.CharField(_("Of"), max_length=8, choices=Kind.choices, default=Kind.CALL)
    effect = models.CharField(_("Effect"), max_length=14, choices=Effect.choices, default=Effect.CONTACT)

    class Meta(Book.Meta):
        verbose_name = _("Outcome")
        verbose_name_plural = _("Outcomes")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"],
                condition=models.Q(trashed_at__isnull=True),
                name="outcome_name_is_unique_per_kind",
            )
        ]


class Activity(Record):
    """One talk, meeting, message, note or task, planned, done or cancelled. Planned work is a date, not an instant."""

    kind = models.CharField(_("Kind"), max_length=8, choices=Kind.choices, default=Kind.CALL)
    direction = models.CharField(_("Direction"), max_length=3, choices=Direction.choices, default=Direction.OUT)
    state = models.CharField(_("State"), max_length=9, choices=State.choices, default=State.PLANNED)
    origin = models.CharField(max_length=9, choices=Origin.choices, default=Origin.MANUAL, editable=False)
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="activities", verbose_name=_("Account"), db_index=False
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Responsible"),
        db_index=False,
    )
    subject = models.CharField(_("Subject"), max_length=200, blank=True)
    text = models.TextField(_("What was said"), blank=True)
    planned_on = models.DateField(_("Planned on"), null=True, blank=True)
    planned_time = models.TimeField(_("At"), null=True, blank=True)
    due_raw = models.DateField(null=True, editable=False)  # before rolling to a working day
    moved_because = models.CharField(max_length=200, blank=True, editable=False)
    is_pinned = models.BooleanField(default=False, editable=False)  # moved by hand
    is_promised = models.BooleanField(default=False, editable=False)  # "call me on 15 March"
    done_at = models.DateTimeField(_("Done at"), null=True, blank=True)
    duration = models.PositiveIntegerField(_("Minutes"), null=True, blank=True)
    outcome = models.ForeignKey(
        Outcome, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Outcome")
    )
    cancelled_because = models.CharField(max_length=200, blank=True, editable=False)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replies", verbose_name=_("Follows")
    )
    thread = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )  # what the conversation began with; empty for that one itself
    place = models.CharField(_("Where"), max_length=200, blank=True)
    interaction_status = models.ForeignKey(
        "accounts.InteractionStatus", models.SET_NULL, null=True, editable=False, related_name="+", db_index=False
    )  # of a cycle call: the status that planned it
    cycle_from = models.DateField(null=True, editable=False)  # the anchor it counts from
    cycle_days = models.PositiveIntegerField(null=True, editable=False)  # the interval it was planned with
    escalated_on = models.DateField(null=True, editable=False)  # when the leader was told that it is overdue
    is_tried = models.BooleanField(default=False, editable=False)  # derived: somebody tried it in vain (tries.py)

    untold = Record.untold | {"is_tried"}

    class Meta:
        verbose_name = _("Activity")
        verbose_name_plural = _("Activities")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(origin="cycle", state="planned", trashed_at__isnull=True),
                name="one_open_cycle_call_per_account",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="planned") | models.Q(planned_on__isnull=False),
                name="planned_activity_has_a_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(done_at__isnull=False), name="done_activity_has_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-done_at", "-id"], name="activity_of_account"),  # timeline
            models.Index(
                fields=["responsible", "planned_on", "id", "state", "trashed_at"],
                condition=models.Q(state="planned", trashed_at__isnull=True),
                name="activity_open_of",
            ),  # Today and Calls of one person; the last two let SQLite count what everybody has planned without the rows
            models.Index(
                fields=["planned_on", "id"],
                condition=models.Q(state="planned", trashed_at__isnull=True),
                name="activity_open",
            ),  # Calls of everyone
            models.Index(
                fields=["planned_on", "id"],
                condition=models.Q(state="planned", trashed_at__isnull=True, is_tried=True),
                name="activity_missed",
            ),  # Calls, missed: few among all that are open
            models.Index(fields=["responsible", "-done_at"], condition=models.Q(state="done"), name="activity_done_by"),
            models.Index(fields=["thread"], condition=models.Q(thread__isnull=False), name="activity_thread"),
        ]

    NAMED_BY = ("kind", "subject")  # what stands for a name where another record points to it

    @staticmethod
    def named(kind: str, subject: str) -> str:
        """Its name of these two; either is blank when it is hidden from the reader."""
        return subject or (str(Kind(kind).label) if kind else str(_("Activity")))

    def __str__(self) -> str:
        return self.named(self.kind, self.subject)

    @property
    def conversation(self) -> int:
        """The id that all of one conversation share: that of the activity it began with."""
        return self.thread_id or self.pk

    @property
    def is_open(self) -> bool:
        return self.state == State.PLANNED and self.trashed_at is None


class ActivitySearch(SearchText):
    """The searchable text of activities that have a subject; most have none."""

    record = models.OneToOneField(Activity, models.CASCADE, primary_key=True, related_name="+")


class Participant(Part):
    """Contact × activity."""

    record = models.ForeignKey(Activity, models.CASCADE, related_name="participants", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "contact"], name="participant_once")]
