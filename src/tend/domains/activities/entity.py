"""The declaration of activities and outcomes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tend.domains.activities import commands, icalendar
from tend.domains.activities.models import Activity, Outcome, Participant, State
from tend.domains.activities.participants import AccountOf, OpenCall, Participants
from tend.domains.activities.queries import LINE, each_visible_to, visible_to
from tend.domains.activities.tries import TRIED
from tend.kernel.books import declare_book
from tend.kernel.entity import Entity, Field, Panel, entity_by_code, register
from tend.kernel.exports import OWN_FORMATS
from tend.kernel.query import Relation, relate
from tend.kernel.search import search_projection

ACTIVITY = register(
    Entity(
        model=Activity,
        plural="activities",
        rows=visible_to,
        icon="calendar-event",
        title="subject",
        sort="planned_on",
        lines=(LINE,),
        hangs_on="accounts.account",
        fields=(
            Field("kind", column=True, facet=True, bulk=False),
            Field("direction", bulk=False),
            Field("state", column=True, facet=True, edit=False),
            Field("origin", edit=False, label=_("Origin")),
            Field("account", column=True, bulk=False),
            Field("responsible", column=True, facet=True),
            Field("subject", column=True, search="A", bulk=False),
            Field("text", sort=False, bulk=False),
            Field("planned_on", column=True, facet=True, bulk=False),
            Field("planned_time", kind="text", bulk=False, inline=False),
            Field("done_at", bulk=False),
            Field("duration", bulk=False),
            Field("outcome", facet=True, bulk=False),
            Field("place", bulk=False),
            Field("parent", bulk=False, filter=False, sort=False, inline=False),
            Field("cancelled_because", edit=False, label=_("Cancelled because")),
            Field("moved_because", edit=False, label=_("Moved because")),
            Field("interaction_status", edit=False, label=_("Planned by")),
            Field("created_at", edit=False),
        ),
        panels=(
            Panel(
                _("Activity"),
                "kind direction account subject text planned_on planned_time duration place responsible contacts",
            ),
        ),
        wears=(Participants, AccountOf),
        create=commands.plan_activity,
        edit=commands.edit_activity,
        verbs=(
            commands.complete,
            commands.log_outcome,
            commands.reschedule,
            commands.cancel,
            commands.reopen,
            commands.hand_over,
            commands.trash,
        ),
        projections=(TRIED, search_projection("subject")),
        extra={
            "each": each_visible_to,
            "searched where": "subject",
            OWN_FORMATS: {"ics": ("text/calendar; charset=utf-8", icalendar.as_file)},
        },
    )
)

OUTCOME = declare_book(Outcome, "outcomes", "kind effect")

# `log_call` is a verb of accounts that only activities can know: the noun above declares it for the noun below.
_ACCOUNT = entity_by_code("accounts.account")
_ACCOUNT.wear(OpenCall)
_ACCOUNT.adopt(commands.log_call)

# Ways that filters on accounts and contacts may take: any activity, or the last one that was done.
relate("accounts.account", Relation("activities", Activity, near="account", label=_("Activities")))
relate(
    "accounts.account",
    Relation(
        "activities.last",
        Activity,
        near="account",
        where=(("state", State.DONE),),
        latest=("-done_at", "-pk"),
        label=_("Last activity"),
    ),
)
relate(
    "activities.activity",
    Relation("tries", Activity, near="parent", where=(("state", State.DONE),), label=_("Tries and answers")),
)
relate(
    "contacts.contact",
    Relation("activities", Activity, near="contact", through=Participant, far="record", label=_("Activities")),
)
