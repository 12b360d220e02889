"""The declarations of users, teams and roles."""

from __future__ import annotations

from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, Projection, register
from tend.kernel.unit import Unit
from tend.people import commands, erasing
from tend.people.access import rights_changed
from tend.people.models import Role, Team, User
from tend.people.places import Roles, TeamRoles, Teams


def colleagues(rows: Any, actor: Actor, action: str) -> Any:
    """Everybody sees the names of colleagues and teams; only who has the right `users` changes them."""
    return rows if action == "view" or actor.has_right("users") else rows.none()


def _epoch(unit: Unit, created: list[Any], changed: list[Any]) -> None:
    rights_changed()


_RIGHTS = Projection(_epoch, frozenset({"is_active", "manager_id", "parent_id", "leader_id", "scopes", "field_rights", "assign_to", "rights", "zone", "language", "name", "hue", "trashed_at"}))  # fmt: skip

USER = register(
    Entity(
        model=User, plural="users", rows=colleagues, icon="user", lines=("users",),
        fields=(
            Field("name", column=True, required=True, search="A"), Field("email", column=True, required=True, kind="email"),
            Field("language"), Field("zone"), Field("country_code"), Field("manager", column=True), Field("calls_per_day"),
            Field("hue"), Field("is_active", edit=False, column=True),
        ),
        wears=(Roles, Teams),
        create=commands.invite, edit=commands.edit_user,
        verbs=(
            commands.set_roles, commands.set_teams, commands.deactivate, commands.reactivate, commands.edit_profile,
            erasing.erase,
        ),
        projections=(_RIGHTS,),
    )
)  # fmt: skip

TEAM = register(
    Entity(
        model=Team, plural="teams", rows=colleagues, icon="users-group", lines=("users",),
        fields=(Field("name", column=True, required=True), Field("parent", column=True), Field("leader", column=True)),
        wears=(TeamRoles,),
        create=commands.create_team, edit=commands.edit_team, verbs=(commands.set_team_roles, commands.trash_team), projections=(_RIGHTS,),
    )
)  # fmt: skip

ROLE = register(
    Entity(
        model=Role, plural="roles", rows=colleagues, icon="shield", lines=("users",),
        fields=(
            Field("name", column=True, required=True), Field("scopes", kind="json"), Field("field_rights", kind="json"),
            Field("assign_to", kind="text"), Field("rights", kind="json"),
        ),
        create=commands.create_role, edit=commands.edit_role, verbs=(commands.trash_role,), projections=(_RIGHTS,),
    )
)  # fmt: skip
