"""What can be done to users, teams and roles."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.base.addresses import is_country_code
from tend.base.emails import is_email
from tend.kernel.actor import SCOPES
from tend.kernel.entity import entity_of
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb
from tend.people.events import (
    calendar_changed,
    rights_taken,
    role_left,
    role_named,
    roles_set,
    team_left,
    team_placed,
    teams_set,
    user_deactivated,
    user_named,
    user_reactivated,
)
from tend.people.models import Role, Team, User

Values = dict[str, Any]
REACHES = ("none", "self", "team", "all")  # to whom one may assign


@verb("people.user", needs="users", creates=True, label=gettext_lazy("Invite"))
def invite(unit: Unit, *, values: Values) -> User:
    """Enter a person who may sign in. Without a password she sets one by the link she is sent."""
    given = dict(values)
    email = (given.pop("email", "") or "").strip().lower()
    if not email:
        raise Refused(_("An e-mail address is required."), field="email", code="required")
    user: User = unit.create(
        User, email=email, name=given.pop("name", "") or email.split("@")[0], password=make_password(None)
    )
    put(unit, entity_of(User), user, given)
    _check_user(user)
    unit.announce(user_named(user))
    return user


@verb("people.user", needs="users", label=gettext_lazy("Edit"))
def edit_user(unit: Unit, user: User, *, values: Values) -> None:
    """Change a person's name, address, language, time zone, manager or capacity.

    Refused for an address that somebody else has, a circle of managers, and a zone or language nobody knows.
    Sets off: user_named; calendar_changed for another country.
    """
    if "email" in values:
        values = {**values, "email": (values["email"] or "").strip().lower()}
    if (manager := values.get("manager")) is not None and manager.pk == user.pk:
        raise Refused(_("Nobody is his own manager."), field="manager", code="circle")
    put(unit, entity_of(User), user, values)
    _check_user(user)
    if {"email", "manager"} & values.keys():
        unit.announce(user_named(user))
    if user.country_code != unit.before(user, "country_code"):
        unit.announce(calendar_changed(unit.today, dt.date.max, user.pk))


@verb("people.user", needs="view", label=gettext_lazy("Edit my profile"))
def edit_profile(unit: Unit, user: User, *, values: Values) -> None:
    """Change one's own name, language, time zone, look, keys and folded columns of boards. Refused for anybody else's."""
    if user.pk != unit.actor.user_id:
        raise NotAllowed("edit-profile")
    known = {n: v for n, v in values.items() if n in ("name", "language", "zone", "theme", "hue")}
    put(unit, entity_of(User), user, {n: v for n, v in known.items() if n != "theme"})
    if "theme" in known:
        if known["theme"] not in ("", "light", "dark"):
            raise Refused(_("“%(value)s” is no theme.") % {"value": known["theme"]}, field="theme", code="choice")
        user.theme = known["theme"]
    if "keys_off" in values:
        user.preferences = {**user.preferences, "keys_off": bool(values["keys_off"])}
    if "folded" in values:
        folded = {**user.preferences.get("folded", {}), **values["folded"]}
        user.preferences = {**user.preferences, "folded": {board: keys for board, keys in folded.items() if keys}}
    _check_user(user)


@verb("people.user", needs="users", reads=("roles",), label=gettext_lazy("Set roles"))
def set_roles(unit: Unit, user: User, *, roles: list[Role]) -> None:
    """Give a person exactly these roles. The last administrator keeps his."""
    trait = entity_of(User).traits["roles"]
    wanted = {role.pk for role in roles}
    known = {row.role_id for row in trait.rows(unit, user)}
    unit.announce(roles_set(user, tuple(sorted(wanted - known)), tuple(sorted(known - wanted))))
    for role in roles:
        if role.pk not in known:
            _check_reach(unit, role)
    if known - wanted:
        unit.announce(rights_taken("roles"))
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
    if {row.team_id for row in trait.rows(unit, user)} != set(wanted):
        unit.announce(teams_set(user, tuple(team.name for team in teams)))
    if {row.team_id for row in trait.rows(unit, user)} - set(wanted):
        unit.announce(rights_taken("teams"))
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
    """Stop a person from signing in, at once: sessions and tokens end; what she did stays.

    Refused for oneself and for the last one who may manage people. Sets off: user_deactivated.
    """
    if user.is_active or user.pk == unit.actor.user_id:
        end_access(unit, user)
        unit.announce(user_deactivated(user))


def end_access(unit: Unit, user: User) -> None:
    """The part of `deactivate` that cannot wait for a long handover: sessions and tokens end. Refused as there."""
    if user.pk == unit.actor.user_id:
        raise Refused(_("You cannot deactivate yourself."))
    user.is_active = False
    unit.announce(rights_taken())


@verb("people.user", needs="users", label=gettext_lazy("Reactivate"))
def reactivate(unit: Unit, user: User) -> None:
    """Let a person sign in again."""
    if not user.is_active:
        user.is_active = True
        unit.announce(user_reactivated(user))


@verb("people.team", needs="users", creates=True, label=gettext_lazy("New team"))
def create_team(unit: Unit, *, values: Values) -> Team:
    """Make a team, at the top or as part of another."""
    team: Team = unit.create(Team)
    put(unit, entity_of(Team), team, values)
    unit.announce(team_placed(team))
    return team


@verb("people.team", needs="users", label=gettext_lazy("Edit"))
def edit_team(unit: Unit, team: Team, *, values: Values) -> None:
    """Rename a team, move it in the tree, name its leader."""
    if (parent := values.get("parent")) is not None and parent.pk == team.pk:
        raise Refused(_("A team cannot be part of itself."), field="parent", code="circle")
    put(unit, entity_of(Team), team, values)
    unit.announce(team_placed(team))
    if "leader" in values:
        unit.announce(rights_taken("leader"))


@verb("people.team", needs="users", reads=("team_roles",), label=gettext_lazy("Set roles"))
def set_team_roles(unit: Unit, team: Team, *, roles: list[Role]) -> None:
    """Give everybody in a team exactly these roles, beside their own."""
    trait = entity_of(Team).traits["team_roles"]
    wanted = {role.pk for role in roles}
    known = {row.role_id for row in trait.rows(unit, team)}
    unit.announce(roles_set(team, tuple(sorted(wanted - known)), tuple(sorted(known - wanted))))
    for role in roles:
        if role.pk not in known:
            _check_reach(unit, role)
    if known - wanted:
        unit.announce(rights_taken("roles"))
    for row in list(trait.rows(unit, team)):
        if row.role_id not in wanted:
            trait.drop(unit, team, row)
    for pk in sorted(wanted - known):
        trait.add(unit, team, role_id=pk)


@verb("people.team", needs="users", label=gettext_lazy("Delete"))
def trash_team(unit: Unit, team: Team) -> None:
    """Delete a team. Refused while people or other teams are in it."""
    team.trashed_at = unit.now
    unit.announce(team_left(team))
    unit.announce(rights_taken())


@verb("people.role", needs="users", creates=True, label=gettext_lazy("New role"))
def create_role(unit: Unit, *, values: Values) -> Role:
    """Make a role; what it does not name is none."""
    role: Role = unit.create(Role)
    put(unit, entity_of(Role), role, values)
    _check_role(role)
    _check_reach(unit, role)
    unit.announce(role_named(role))
    return role


@verb("people.role", needs="users", label=gettext_lazy("Edit"))
def edit_role(unit: Unit, role: Role, *, values: Values) -> None:
    """Change what a role allows. It holds from the next request on.

    Refused for a right that one does not have oneself, and when nobody would be left who may manage people.
    """
    before = set(role.rights)
    put(unit, entity_of(Role), role, values)
    _check_role(role)
    if set(role.rights) - before:
        _check_reach(unit, role)
    unit.announce(role_named(role))
    unit.announce(rights_taken("rights"))


@verb("people.role", needs="users", label=gettext_lazy("Delete"))
def trash_role(unit: Unit, role: Role) -> None:
    """Delete a role; whoever had it loses what it gave. Refused for the last one by which people are managed."""
    role.trashed_at = unit.now
    unit.announce(role_left(role))
    unit.announce(rights_taken())


def _check_user(user: User) -> None:
    if not user.name.strip():
        raise Refused(_("A name is required."), field="name", code="required")
    if not is_email(user.email):
        raise Refused(
            _("An address needs a name and a domain, such as marisol@hotel.example."), field="email", code="type"
        )
    if user.zone not in available_timezones():
        raise Refused(_("“%(value)s” is no time zone.") % {"value": user.zone}, field="zone", code="choice")
    if user.language not in dict(settings.LANGUAGES):
        raise Refused(_("Tend does not speak “%(value)s”.") % {"value": user.language}, field="language", code="choice")
    if user.country_code and not is_country_code(user.country_code):
        raise Refused(
            _("“%(value)s” is no country.") % {"value": user.country_code}, field="country_code", code="choice"
        )


def _check_role(role: Role) -> None:
    scopes = role.scopes
    if not isinstance(scopes, dict) or any(
        not isinstance(actions, dict) or any(scope not in SCOPES for scope in actions.values())
        for actions in scopes.values()
    ):
        raise Refused(
            _("Scopes are {line: {action: one of %(known)s}}.") % {"known": ", ".join(SCOPES)},
            field="scopes",
            code="type",
        )
    fields = role.field_rights
    if not isinstance(fields, dict) or any(
        not isinstance(names, dict) or any(right not in ("edit", "read", "hidden") for right in names.values())
        for names in fields.values()
    ):
        raise Refused(_("Field rights are {line: {field: edit, read or hidden}}."), field="field_rights", code="type")
    if role.assign_to not in REACHES:
        raise Refused(
            _("Assigns to is one of %(known)s.") % {"known": ", ".join(REACHES)}, field="assign_to", code="choice"
        )
    if not isinstance(role.rights, list) or any(not isinstance(right, str) for right in role.rights):
        raise Refused(_("Other rights are a list of names."), field="rights", code="type")


def _check_reach(unit: Unit, role: Role) -> None:
    """Nobody hands out a right that he does not have."""
    lacking = [right for right in role.rights if not unit.actor.has_right(right)]
    if lacking:
        raise Refused(
            _("“%(role)s” gives a right that you do not have yourself.") % {"role": role.name},
            field="roles",
            code="not_allowed",
        )
