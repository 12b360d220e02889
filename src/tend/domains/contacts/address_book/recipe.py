"""What may be filled by an import of contacts, by which rules, and whether a plan is possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tend.base.dialects.dialect import Row
from tend.base.headers.concepts import Record
from tend.base.headers.matching import Target
from tend.domains.contacts.address_book import fields
from tend.domains.contacts.address_book.chunk import PersonChunk
from tend.domains.contacts.address_book.matching import KEYS
from tend.domains.contacts.entity import CONTACT
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

NAMING = frozenset({"name", "first_name", "last_name", "email", "id", "external_ref"})


class PeopleIntake:
    """The recipe for contacts: people, with the companies where they work."""

    name = "contacts"
    code = "contacts.contact"
    record: Record = "contact"
    keys: tuple[str, ...] = KEYS
    rules: tuple[str, ...] = ("owner",)

    def may(self, actor: Actor) -> bool:
        return actor.scope("contacts", "import") != "none"

    def targets(self, actor: Actor) -> list[Target]:
        return fields.targets(actor)

    def label(self, actor: Actor, field: str) -> str:
        return fields.label(field)

    def kind(self, actor: Actor, field: str) -> str:
        return "links" if field == "accounts" else fields.kind(field)

    def may_clear(self, field: str) -> bool:
        """Fields of the person alone; phones, addresses, tags and companies only ever grow by an import."""
        known = CONTACT.by_name.get(field)
        return (
            known is not None
            and not known.trait
            and field not in ("id", "name", "first_name", "last_name", "owner", "external_ref")
        )

    def may_add_values(self, actor: Actor, field: str) -> bool:
        """An unknown company becomes an account for whoever may enter one; a tag for an administrator."""
        if field == "accounts":
            return any(actor.scope(line, "create") != "none" for line in ("accounts", "leads"))
        return field == "tags" and actor.has_right("settings")

    def proposed(self, actor: Actor, column: Column) -> Column:
        """A company that nobody knows is noted on the person, and not made an account unless it is asked for.

        A tag that the book does not have is added where that is allowed, else left out.
        """
        if column.field == "accounts":
            return replace(column, unknown="ignore")
        if column.field == "tags":
            return replace(column, unknown="create" if actor.has_right("settings") else "ignore")
        return column

    def new_field(self, actor: Actor, column: Column) -> str:
        """A characteristic of contacts named like the column."""
        given = {"name": column.header[:80], "type": type_of_examples(column), "record_type": CONTACT.code}
        return f"characteristics.{create_characteristic(actor, values=given).record.key}"

    def rule_choices(self, actor: Actor) -> dict[str, tuple[str, str, list[tuple[Any, str]]]]:
        """The owner of new contacts; those at a company follow the scope of the company."""
        if CONTACT.right(actor, "owner") != "edit":
            return {}
        users = CONTACT.by_name["owner"].to.objects.seen_by(actor)  # type: ignore[union-attr]
        rows = users.filter(is_active=True).order_by("name")[:300]
        return {"owner": (_("Owner for new ones"), _("you"), [(row.pk, str(row)) for row in rows])}

    def url(self, pk: int) -> str:
        return f"/contacts/{pk}" if pk else ""

    def made_url(self, operation: int) -> str:
        return list_made_by("contacts", operation)

    def check(self, actor: Actor, plan: Plan) -> list[str]:
        """Is the plan possible for this person at all?"""
        problems = [] if self.may(actor) else [_("You have no right to import.")]
        if not plan.fields & NAMING:
            problems.append(_("No column is the name of the person."))
        label = partial(self.label, actor)
        problems += strange_columns(plan, {t.name for t in self.targets(actor)})
        problems += refused_defaults(plan, Cleaner(CONTACT, actor), label)
        if plan.key and plan.key not in (*KEYS, "id"):
            problems.append(_("Rows cannot be matched by “%(field)s”.") % {"field": plan.key})
        problems += doubled_columns(plan, fields.MULTIPLE, label)
        return problems

    def meets_by_ties(self, plan: Plan) -> bool:
        """No: rows make the companies that others name."""
        return False

    def chunk(self, unit: Unit, plan: Plan, rows: Sequence[Row], memory: dict[str, Any], of: int) -> PersonChunk:
        return PersonChunk(unit, plan, rows, memory, of)
