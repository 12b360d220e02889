"""A user's roles and teams as traits, so that one statement loads them for many users."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tend.kernel.entity import Field
from tend.kernel.errors import Misuse
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit
from tend.people.access import rights_changed
from tend.people.models import Role, Team, TeamMember, TeamRole, UserRole


class _Places(Trait):
    column = ""
    to: Any = None
    label: Any = ""

    def fields(self) -> tuple[Field, ...]:
        return (
            Field(self.name, label=self.label, kind="links", many=True, to=self.to, edit=False, sort=False, bulk=False),
        )

    def through(self, name: str) -> Through | None:
        return Through(self.model, self.column) if name == self.name else None

    def cell(self, name: str) -> Through | None:
        return self.through(name)

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        raise Misuse(f"{name} change by a verb of their own")

    def read(self, rows: Sequence[Any], name: str) -> list[int]:
        return [getattr(r, self.column) for r in rows]

    def add(self, unit: Unit, record: Any, **values: Any) -> Any:
        rights_changed_later(unit)
        return super().add(unit, record, **values)

    def drop(self, unit: Unit, record: Any, row: Any) -> None:
        rights_changed_later(unit)
        super().drop(unit, record, row)


class Roles(_Places):
    name, base, column, to, label = "roles", UserRole, "role_id", Role, _("Roles")


class TeamRoles(_Places):
    name, base, column, to, label = "team_roles", TeamRole, "role_id", Role, _("Roles")


class Teams(_Places):
    name, base, column, to, label = "teams", TeamMember, "team_id", Team, _("Teams")


def rights_changed_later(unit: Unit) -> None:
    """Count the epoch up once in this unit's transaction."""
    if not unit.memory.get("rights changed"):
        unit.memory["rights changed"] = True
        with unit.reading():
            rights_changed()
