"""What people, teams and roles see to when they change: one address each, no circles, an administrator always left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.errors import Refused
from tend.kernel.events import reacts_to
from tend.kernel.undo import writing_undone
from tend.kernel.unit import Unit
from tend.people.access import rights_changed
from tend.people.events import password_changed, rights_taken, role_named, team_left, team_placed, user_named
from tend.people.feeds import feeds_of
from tend.people.models import Role, Team, TeamMember, TeamRole, User, UserRole
from tend.people.tokens import ApiToken

WHY = "the whole tree and everybody's rights are looked at before a change is written"


@reacts_to(user_named, order=10)
def keep_addresses_apart(unit: Unit, events: list[user_named]) -> None:
    """Two people never share an e-mail address: it is what they sign in with."""
    wanted: dict[str, int] = {}
    for event in events:
        if wanted.setdefault(event.user.email, event.user.pk) != event.user.pk:
            raise _taken(event.user.email)
    rows = User.objects.as_system(WHY).filter(email__in=list(wanted)).values_list("email", "pk")
    for email, pk in rows:
        held = unit.held(User, pk)
        if pk != wanted[email] and (held is None or held.email == email):
            raise _taken(email)


@reacts_to(user_named, order=20)
def refuse_circles_of_managers(unit: Unit, events: list[user_named]) -> None:
    """Nobody leads himself, not even through others."""
    above = dict(User.objects.as_system(WHY).exclude(manager_id=None).values_list("pk", "manager_id"))
    changed = {e.user.pk: e.user.manager_id for e in events}
    if _has_circle({**above, **changed}, changed):
        raise Refused(_("This would make somebody his own manager, through others."), field="manager", code="circle")


@reacts_to(team_placed, order=20)
def refuse_circles_of_teams(unit: Unit, events: list[team_placed]) -> None:
    """Teams form a tree; two of one name stand in different places."""
    rows = list(Team.objects.as_system(WHY).filter(trashed_at=None).values_list("pk", "parent_id", "name"))
    changed = {e.team.pk: e.team.parent_id for e in events}
    if _has_circle({**{pk: parent for pk, parent, _name in rows}, **changed}, changed):
        raise Refused(_("This would make a circle of teams."), field="parent", code="circle")
    names = {pk: name.casefold() for pk, _parent, name in rows} | {e.team.pk: e.team.name.casefold() for e in events}
    for event in events:
        if any(pk != event.team.pk and name == event.team.name.casefold() for pk, name in names.items()):
            raise Refused(
                _("There is a team “%(name)s” already.") % {"name": event.team.name}, field="name", code="taken"
            )


@reacts_to(team_left, order=20)
def keep_the_tree_whole(unit: Unit, events: list[team_left]) -> None:
    """A team that others are part of, or that has people, is not deleted from under them."""
    for event in events:
        below = Team.objects.as_system(WHY).filter(parent_id=event.team.pk, trashed_at=None).count()
        if below:
            raise Refused(_("Other teams are part of this one. Move them first."), code="in_use")
        if TeamMember.objects.as_system(WHY).filter(team_id=event.team.pk, record__is_active=True).exists():
            raise Refused(_("People are in this team. Put them into another one first."), code="in_use")


@reacts_to(role_named, order=20)
def keep_role_names_apart(unit: Unit, events: list[role_named]) -> None:
    """Two roles never share a name."""
    names = dict(Role.objects.as_system(WHY).filter(trashed_at=None).values_list("pk", "name"))
    names |= {e.role.pk: e.role.name for e in events}
    for event in events:
        if any(pk != event.role.pk and name.casefold() == event.role.name.casefold() for pk, name in names.items()):
            raise Refused(
                _("There is a role “%(name)s” already.") % {"name": event.role.name}, field="name", code="taken"
            )


@reacts_to(rights_taken, order=90)
def keep_an_administrator(unit: Unit, events: list[rights_taken]) -> None:
    """Somebody who may manage people remains, or nobody could ever get in again."""
    before = administrators()
    unit.flush()
    if before and not administrators():
        raise Refused(
            _("Nobody would be left who may manage people. Give that right to somebody else first."),
            field=next((e.field for e in events if e.field), ""),
            code="last_administrator",
        )


@reacts_to(password_changed, order=50)
def end_tokens(unit: Unit, events: list[password_changed]) -> None:
    """Tokens for programs and addresses of calendars end with the password, as sessions do: whoever knew it may have made some."""
    users = [e.user.pk for e in events]
    for token in unit.load(ApiToken.objects.as_system(WHY).filter(user_id__in=users, revoked_at=None, trashed_at=None)):
        token.revoked_at = unit.now
    for feed in unit.load(feeds_of(users)):
        feed.revoked_at = unit.now


@reacts_to(writing_undone, order=90)
def follow_undo(unit: Unit, events: list[writing_undone]) -> None:
    """Undo may give or take rights too; it keeps the same rules."""
    mine = [e for e in events if e.code.startswith("people.")]
    if mine:
        rights_changed()
        keep_an_administrator(unit, [rights_taken()])


def administrators() -> set[int]:
    """Ids of those who may sign in and manage people, as far as it is written."""
    holding = [r.pk for r in Role.objects.as_system(WHY).filter(trashed_at=None) if {"*", "users"} & set(r.rights)]
    direct = UserRole.objects.as_system(WHY).filter(role_id__in=holding).values("record_id")
    teams = TeamRole.objects.as_system(WHY).filter(role_id__in=holding, record__trashed_at=None)
    through = TeamMember.objects.as_system(WHY).filter(team_id__in=teams.values("record_id")).values("record_id")
    led = Team.objects.as_system(WHY).filter(pk__in=teams.values("record_id"), trashed_at=None).values("leader_id")
    active: Any = User.objects.as_system(WHY).filter(is_active=True, trashed_at=None)
    return set(
        (active.filter(pk__in=direct) | active.filter(pk__in=through) | active.filter(pk__in=led)).values_list(
            "pk", flat=True
        )
    )


def _has_circle(parents: dict[int, int | None], starts: Iterable[int]) -> bool:
    for start in starts:
        seen, step = {start}, parents.get(start)
        while step is not None:
            if step == start:
                return True
            if step in seen:
                break
            seen.add(step)
            step = parents.get(step)
    return False


def _taken(email: str) -> Refused:
    return Refused(_("Somebody already has the address %(email)s.") % {"email": email}, field="email", code="taken")


# The security log answers last.
from tend.people import security_reactions  # noqa: E402, F401
