"""What the books of accounts see to themselves: intervals that can be kept, one default a lifecycle, areas without circles."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tend.domains.accounts.books import Area, InteractionStatus
from tend.domains.accounts.choices import Lifecycle
from tend.kernel.book_events import value_replaced, value_retired, value_saved
from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to
from tend.kernel.unit import Unit

WHY = "a book is looked at as a whole"
LONGEST = 3650  # days of an interval
CONTACT_KINDS = ("call", "meeting", "email", "message", "letter")  # a note or a task is no contact
PLANNED_KINDS = ("call", "meeting", "email", "message", "letter", "task")


def check_interaction_status(status: InteractionStatus) -> None:
    """A status that plans calls names an interval that can be kept, serves somebody, and is default where it serves."""
    if not (status.for_leads or status.for_accounts):
        raise Refused(_("A status serves leads, accounts or both."), field="for_accounts")
    if status.plans_calls and not 1 <= (status.interval or 0) <= LONGEST:
        raise Refused(
            _("Where calls are planned the interval lies between 1 and %(most)d days. Switch planning off for a status without calls.")
            % {"most": LONGEST},
            field="interval", code="range",
        )  # fmt: skip
    if status.activity_kind not in PLANNED_KINDS:
        raise Refused(
            _("“%(value)s” is nothing that could be planned.") % {"value": status.activity_kind},
            field="activity_kind",
            code="choice",
        )
    if status.plans_calls and not 1 <= status.retry_days <= 365:
        raise Refused(_("The next try is between 1 and 365 working days away."), field="retry_days", code="range")
    if status.plans_calls and not 1 <= status.max_attempts <= 99:
        raise Refused(_("Between 1 and 99 attempts are made."), field="max_attempts", code="range")
    if status.weight > 100:
        raise Refused(_("A share of the daily queue is between 0 and 100%."), field="weight", code="range")
    if not isinstance(status.counts, list) or any(kind not in CONTACT_KINDS for kind in status.counts):
        raise Refused(
            _("Counts as a contact is a list of: %(known)s.") % {"known": ", ".join(CONTACT_KINDS)},
            field="counts",
            code="choice",
        )
    if not isinstance(status.default_for, list) or any(code not in Lifecycle.values for code in status.default_for):
        raise Refused(
            _("Default for is a list of: %(known)s.") % {"known": ", ".join(Lifecycle.values)},
            field="default_for",
            code="choice",
        )
    if not all(status.serves(code) for code in status.default_for):
        raise Refused(_("A status is the default only where it serves."), field="default_for")
    if status.becomes_id is not None and status.becomes_id == status.pk:
        raise Refused(_("A lead’s status turns into another one."), field="becomes")


@reacts_to(value_saved, order=60)
def keep_one_default(unit: Unit, events: list[value_saved]) -> None:
    """A lifecycle has one default: whichever was named last."""
    for status in [e.value for e in events if isinstance(e.value, InteractionStatus)]:
        if status.default_for:
            _take_defaults(unit, status, set(status.default_for))


@reacts_to(value_retired, order=60)
def keep_defaults_offered(unit: Unit, events: list[value_retired]) -> None:
    """A default is offered: another one is named before it is retired."""
    for status in [e.value for e in events if isinstance(e.value, InteractionStatus)]:
        if status.default_for:
            raise Refused(
                _("“%(name)s” is a default. Make another status the default first.") % {"name": status.name},
                code="default",
            )


@reacts_to(value_replaced, order=60)
def hand_defaults_on(unit: Unit, events: list[value_replaced]) -> None:
    """The status that takes the place of another is the default where that one was."""
    for event in events:
        if isinstance(event.value, InteractionStatus) and event.value.default_for:
            served = [code for code in event.value.default_for if event.to.serves(code)]
            if len(served) < len(event.value.default_for):
                raise Refused(_("“%(name)s” cannot be the default in its place.") % {"name": event.to.name}, field="to")
            event.to.default_for = sorted({*event.to.default_for, *served})
            event.value.default_for = []


@reacts_to(value_saved, order=60)
def refuse_circles_of_areas(unit: Unit, events: list[value_saved]) -> None:
    """Areas of interest form a tree."""
    areas = [e.value for e in events if isinstance(e.value, Area) and e.value.parent_id]
    if not areas:
        return
    above = dict(Area.objects.as_system(WHY).values_list("pk", "parent_id")) | {
        a.pk: a.parent_id for a in unit.holding(Area)
    }
    for area in areas:
        step, seen = area.parent_id, {area.pk}
        while step is not None:
            if step in seen:
                raise Refused(_("This would make a circle of areas."), field="parent", code="circle")
            seen.add(step)
            step = above.get(step)


def _take_defaults(unit: Unit, status: InteractionStatus, codes: set[str]) -> None:
    held = {s.pk: s for s in unit.holding(InteractionStatus)}
    stored = InteractionStatus.objects.as_system(WHY).filter(trashed_at=None)
    for other in [*held.values(), *(s for s in stored if s.pk not in held)]:
        if other.pk != status.pk and codes & set(other.default_for):
            kept = unit.hold(other)
            kept.default_for = [code for code in kept.default_for if code not in codes]
