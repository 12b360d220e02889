"""What can be done to users, teams and roles."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb
from tend.people.models import Role, Team, User

Values = dict[str, Any]


@verb("people.user", needs="users", creates=True, label=gettext_lazy("Invite"))
def invite(unit: Unit, *, values: Values) -> User:
    """Enter a person who may sign in. Without a password she sets one by the link she is sent."""
    given = dict(values)
    email = (given.pop("email", "") or "").strip().lower()
    if not email:
        raise Refused(_("An e-mail address is required."), field="email", code="required")
    user: User = unit.create(User, email=email, name=given.pop("name", "") or email.split("@")[0], password=make_password(None))
    put(unit, entity_of(User), user, given)
    return user


@verb("people.user", needs="users", label=gettext_lazy("Edit"))
def edit_user(unit: Unit, user: User, *, values: Values) -> None:
    """Change a person's name, address, language, time zone, manager or capacity."""
    if "email" in values:
        values = {**values, "email": values["email"].strip().lower()}
    if (manager := values.get("manager")) is not None and manager.pk == user.pk:
        raise Refused(_("Nobody is his own manager."), field="manager")
    put(unit, entity_of(User), user, values)


@verb("people.user", needs="users", reads=("roles",), label=gettext_lazy("Set roles"))
def set_roles(unit: Unit, user: User, *, roles: list[Role]) -> None:
    """Give a person exactly these roles. The last administrator keeps his."""
    trait = entity_of(User).traits["roles"]
    wanted = {role.pk for role in roles}
    for row in list(trait.rows(unit, user)):
        if row.role_id not in wanted:
            trait.drop(unit, user, row)
    for pk in sorted(wanted - {r.role_id for r in trait.rows(unit, user)}):
        trait.add(unit, user, role_id=pk)


@verb("people.user", needs="users", reads=("teams",), label=gettext_lazy("Set teams"))
def set_teams(unit: Unit, user: User, *, teams: list[Team]) -> None:
    """Put a person into exactly these teams; the first is the one whose pool her accounts go to."""
    trait = entity_of(User).traits["teams"]
    wanted = [team.pk for team in teams]
    for row in list(trait.rows(unit, user)):
        if row.team_id not in wanted:
            trait.drop(unit, user, row)
    known = {row.team_id: row for row in trait.rows(unit, user)}
    for place, pk in enumerate(wanted):
        if pk in known:
            known[pk].is_main = place == 0
        else:
            trait.add(unit, user, team_id=pk, is_main=place == 0)


@verb("people.user", needs="users", label=gettext_lazy("Deactivate"))
def deactivate(unit: Unit, user: User) -> None:
    """Stop a person from signing in; what she did stays. Refused for oneself."""
    if user.pk == unit.actor.user_id:
        raise Refused(_("You cannot deactivate yourself."))
    user.is_active = False


@verb("people.user", needs="users", label=gettext_lazy("Reactivate"))
def reactivate(unit: Unit, user: User) -> None:
    """Let a person sign in again."""
    user.is_active = True


@verb("people.team", needs="users", creates=True, label=gettext_lazy("New team"))
def create_team(unit: Unit, *, values: Values) -> Team:
    """Make a team, at the top or as part of another."""
    team: Team = unit.create(Team)
    put(unit, entity_of(Team), team, values)
    return team


@verb("people.team", needs="users", label=gettext_lazy("Edit"))
def edit_team(unit: Unit, team: Team, *, values: Values) -> None:
    """Rename a team, move it in the tree, name its leader."""
    if (parent := values.get("parent")) is not None and parent.pk == team.pk:
        raise Refused(_("A team cannot be part of itself."), field="parent")
    put(unit, entity_of(Team), team, values)


@verb("people.team", needs="users", label=gettext_lazy("Delete"))
def trash_team(unit: Unit, team: Team) -> None:
    """Delete a team; its people stay."""
    team.trashed_at = unit.now


@verb("people.role", needs="users", creates=True, label=gettext_lazy("New role"))
def create_role(unit: Unit, *, values: Values) -> Role:
    """Make a role; what it does not name is none."""
    role: Role = unit.create(Role)
    put(unit, entity_of(Role), role, values)
    return role


@verb("people.role", needs="users", label=gettext_lazy("Edit"))
def edit_role(unit: Unit, role: Role, *, values: Values) -> None:
    """Change what a role allows. It holds from the next request on."""
    put(unit, entity_of(Role), role, values)


@verb("people.role", needs="users", label=gettext_lazy("Delete"))
def trash_role(unit: Unit, role: Role) -> None:
    """Delete a role; whoever had it loses what it gave."""
    role.trashed_at = unit.now


