"""What may be filled by an import of activities, by which rules, and whether a plan is possible."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tend.base.dialects.dialect import Row
from tend.base.headers.concepts import Record
from tend.base.headers.matching import Target
from tend.domains.activities.intake import fields
from tend.domains.activities.intake.chunk import CODE, ActivityChunk
from tend.domains.activities.intake.lookup import NO_OUTCOME
from tend.domains.activities.models import Activity, Kind, Outcome
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.errors import NotAllowed
from tend.kernel.imports.checks import doubled_columns, list_made_by, strange_columns
from tend.kernel.imports.plan import Column, Plan
from tend.kernel.unit import Unit
from tend.people.models import User

LINE = "activities"


class ActivityIntake:
    """The recipe for activities: done ones count as what their outcome says, planned ones are promises."""

    name = "activities"
    code = CODE
    record: Record = "account"
    keys: tuple[str, ...] = ()
    rules: tuple[str, ...] = ("outcome", "responsible")

    def may(self, actor: Actor) -> bool:
        """Whoever may import activities and enter them."""
        return all(actor.scope(LINE, action) != "none" for action in ("import", "create"))

    def targets(self, actor: Actor) -> list[Target]:
        return fields.targets(actor)

    def label(self, actor: Actor, field: str) -> str:
        return fields.label(field)

    def kind(self, actor: Actor, field: str) -> str:
        return fields.kind(field)

    def proposed(self, actor: Actor, column: Column) -> Column:
        return column

    def may_clear(self, field: str) -> bool:
        """A blank cell says nothing about what took place."""
        return False

    def may_add_values(self, actor: Actor, field: str) -> bool:
        """What an outcome makes of the cycle is for an administrator to say, so the book is not added to from a file."""
        return False

    def new_field(self, actor: Actor, column: Column) -> str:
        """Activities wear no characteristics."""
        raise NotAllowed("settings")

    def rule_choices(self, actor: Actor) -> dict[str, tuple[str, str, list[tuple[Any, str]]]]:
        """What is done without an outcome in the file, and who is responsible where the file names nobody."""
        found: dict[str, tuple[str, str, list[tuple[Any, str]]]] = {}
        entity = entity_of(Activity)
        if entity.right(actor, "outcome") == "edit":
            rows = Outcome.objects.seen_by(actor).filter(is_active=True, kind=Kind.CALL).order_by("position", "pk")
            choices = [(o.pk, o.name) for o in rows[:100]]
            found["outcome"] = (
                _("Calls without an outcome"),
                _("somebody was reached"),
                [(NO_OUTCOME, _("no outcome")), *choices],
            )
        if entity.right(actor, "responsible") == "edit":
            users = User.objects.seen_by(actor).filter(is_active=True).order_by("name")
            choices = [(u.pk, u.name) for u in users[:300]]
            found["responsible"] = (_("Responsible where nobody is named"), _("the owner of the account"), choices)
        return found

    def url(self, pk: int) -> str:
        return f"/activities/{pk}" if pk else ""

    def made_url(self, operation: int) -> str:
        return list_made_by("activities", operation)

    def check(self, actor: Actor, plan: Plan) -> list[str]:
        """Is the plan possible for this person at all?"""
        problems = []
        if not self.may(actor):
            problems.append(_("You have no right to import."))
        chosen = plan.fields
        if not chosen & {"id", *fields.ACCOUNT_BY}:
            problems.append(_("No column names the account."))
        if not chosen & {"id", "external_ref", "planned_on", "done_at"}:
            problems.append(_("No column says when: on which day it is due, or when it was done."))
        problems += strange_columns(plan, {t.name for t in self.targets(actor)})
        if plan.key:
            problems.append(_("Rows cannot be matched by “%(field)s”.") % {"field": plan.key})
        problems += doubled_columns(plan, fields.MULTIPLE, partial(self.label, actor))
        choices = self.rule_choices(actor)
        for name, value in plan.defaults.items():
            if name not in choices or str(value) not in {str(word) for pair in choices[name][2] for word in pair}:
                problems.append(
                    _("“%(value)s” is not known as %(field)s.") % {"value": value, "field": self.label(actor, name)}
                )
        return problems

    def meets_by_ties(self, plan: Plan) -> bool:
        """No: talks of one customer move the same call."""
        return False

    def chunk(self, unit: Unit, plan: Plan, rows: Sequence[Row], memory: dict[str, Any], of: int) -> ActivityChunk:
        return ActivityChunk(unit, plan, rows, memory, of)
