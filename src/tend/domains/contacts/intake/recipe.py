"""What may be filled by an import of accounts or leads, by which rules, and whether a plan is possible."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tend.base.dialects.dialect import Row
from tend.base.headers.concepts import Record
from tend.base.headers.matching import Target
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.contacts.intake import fields
from tend.domains.contacts.intake.chunk import AccountChunk
from tend.domains.contacts.intake.keys import OFFERED, may_match_by
from tend.domains.contacts.intake.linking import is_book
from tend.domains.contacts.models import Contact
from tend.kernel.actor import Actor
from tend.kernel.characteristics.commands import create_characteristic
from tend.kernel.imports.checks import (
    doubled_columns,
    list_made_by,
    refused_defaults,
    strange_columns,
    type_of_examples,
)
from tend.kernel.imports.plan import Column, Plan
from tend.kernel.unit import Unit
from tend.kernel.values import Cleaner


class Intake:
    """The recipe for accounts; leads are accounts of lifecycle lead."""

    code = "accounts.account"
    record: Record = "account"
    keys: tuple[str, ...] = OFFERED
    rules: tuple[str, ...] = ("interaction_status", "owner", "source")

    def __init__(self, name: str, lifecycle: str = "") -> None:
        self.name = name
        self.lifecycle = lifecycle

    def may(self, actor: Actor) -> bool:
        """The right stands on the line of accounts or on that of leads."""
        return actor.scope("leads" if self.lifecycle == "lead" else "accounts", "import") != "none"

    def targets(self, actor: Actor) -> list[Target]:
        return fields.targets(actor)

    def label(self, actor: Actor, field: str) -> str:
        return fields.label(field)

    def kind(self, actor: Actor, field: str) -> str:
        return fields.kind(field)

    def proposed(self, actor: Actor, column: Column) -> Column:
        return column

    def may_clear(self, field: str) -> bool:
        """Fields of the account itself; its phones, addresses, tags and people only ever grow by an import."""
        known = ACCOUNT.by_name.get(field)
        return (
            known is not None
            and not known.trait
            and not known.required
            and not known.verb
            and field not in ("id", "number")
        )

    def may_add_values(self, actor: Actor, field: str) -> bool:
        known = ACCOUNT.by_name.get(field)
        return known is not None and is_book(known) and actor.has_right("settings")

    def new_field(self, actor: Actor, column: Column) -> str:
        """A characteristic named like the column; of numbers or dates when its examples are, else of text."""
        given = {"name": column.header[:80], "type": type_of_examples(column), "record_type": ACCOUNT.code}
        made = create_characteristic(actor, values=given)
        return f"characteristics.{made.record.key}"

    def rule_choices(self, actor: Actor) -> dict[str, tuple[str, str, list[tuple[Any, str]]]]:
        """Defaults for new accounts; the first call follows from the interaction status and is spread."""
        blanks = {
            "interaction_status": (_("Interaction status for new ones"), _("the default")),
            "owner": (_("Owner for new ones"), _("you")),
            "source": (_("Source for new ones"), _("none")),
        }
        found = {}
        for name in self.rules:
            if ACCOUNT.right(actor, name) != "edit":
                continue
            rows = ACCOUNT.by_name[name].to.objects.seen_by(actor)  # type: ignore[union-attr]
            if name == "owner":
                rows = rows.filter(is_active=True).order_by("name")
            elif name == "interaction_status":
                rows = [
                    r for r in rows if r.is_active and (r.for_leads if self.lifecycle == "lead" else r.for_accounts)
                ]
            found[name] = (*blanks[name], [(row.pk, str(row)) for row in list(rows)[:300]])
        return found

    def url(self, pk: int) -> str:
        return f"/{'leads' if self.lifecycle == 'lead' else 'accounts'}/{pk}" if pk else ""

    def made_url(self, operation: int) -> str:
        return list_made_by(self.name, operation)

    def check(self, actor: Actor, plan: Plan) -> list[str]:
        """Is the plan possible for this person at all?"""
        problems = []
        if not self.may(actor):
            problems.append(_("You have no right to import."))
        if (
            "name" not in plan.fields
            and not plan.fields & {"id", "number", "external_ref"}
            and "contact.name" not in plan.fields
        ):
            problems.append(_("No column is the name of the account."))
        label = partial(self.label, actor)
        problems += strange_columns(plan, {t.name for t in self.targets(actor)})
        problems += refused_defaults(plan, Cleaner(ACCOUNT, actor), label)
        if plan.key and not may_match_by(plan.key):
            problems.append(_("Rows cannot be matched by “%(field)s”.") % {"field": plan.key})
        problems += doubled_columns(plan, fields.MULTIPLE, label)
        return problems

    def meets_by_ties(self, plan: Plan) -> bool:
        """Unless cells name other accounts, which earlier rows may have made."""
        fields = (ACCOUNT.by_name.get(name) for name in plan.fields)
        return not any(f is not None and f.to in (Account, Contact) for f in fields)

    def chunk(self, unit: Unit, plan: Plan, rows: Sequence[Row], memory: dict[str, Any], of: int) -> AccountChunk:
        return AccountChunk(self.name, self.lifecycle, self.kind, unit, plan, rows, memory, of)
