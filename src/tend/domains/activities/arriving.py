"""What other systems tell of activities that are known already: a planned one that has taken place meanwhile."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.activities.events import plan_changed, talk_changed
from tend.domains.activities.models import Activity, Effect, Origin, Outcome, State
from tend.kernel.errors import Refused
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb


@verb("activities.activity", needs="edit", label=gettext_lazy("Enter how it ended"))
def took_place(unit: Unit, activity: Activity, *, at: dt.datetime, outcome: Outcome | None = None) -> None:
    """Say of a planned activity that it took place at a time that is past, as another system tells it.

    Refused when it is not planned, or for a time that is still to come; a call of the cycle needs an outcome that is a
    contact. Sets off: plan_changed, talk_changed.
    """
    if activity.state != State.PLANNED:
        raise Refused(_("This activity is not planned any more."))
    if at > unit.now:
        raise Refused(_("A talk cannot be logged before it took place."), field="done_at")
    if activity.origin == Origin.CYCLE and (outcome is None or outcome.effect != Effect.CONTACT):
        raise Refused(_("Log this on the account: the call stays planned until somebody is reached."), field="outcome")
    activity.state, activity.done_at, activity.outcome = State.DONE, at, outcome
    unit.announce(plan_changed(activity))
    if activity.account_id is not None:
        unit.announce(talk_changed(activity, (activity.account_id,)))
