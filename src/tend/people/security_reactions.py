"""What the security log hears of writes and exports: in the same transaction, so that it tells of nothing that was taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.events import reacts_to
from tend.kernel.exports import when_exporting
from tend.kernel.jobs import Run, every, job
from tend.kernel.undo import writing_undone
from tend.kernel.unit import Unit
from tend.people import events as told
from tend.people.security_log import forget_old, log
from tend.people.whence import whence

WHY = "the security log names roles"
LAST = 90  # after every rule that may still refuse
_UNDONE = {"people.user", "people.team", "people.role"}


@reacts_to(told.password_changed, order=LAST)
def log_password(unit: Unit, events: list[told.password_changed]) -> None:
    for event in events:
        _log(unit, "password-changed", about=event.user.pk)


@reacts_to(told.user_deactivated, told.user_reactivated, order=LAST)
def log_access(unit: Unit, events: list[Any]) -> None:
    for event in events:
        kind = "deactivated" if isinstance(event, told.user_deactivated) else "reactivated"
        _log(unit, kind, about=event.user.pk)


@reacts_to(told.user_named, order=LAST)
def log_address(unit: Unit, events: list[told.user_named]) -> None:
    for event in events:
        if unit.is_made_here(event.user):
            _log(unit, "invited", about=event.user.pk)
        elif any(unit.before(event.user, n) != getattr(event.user, n) for n in ("email", "manager_id")):
            _log(unit, "address-changed", about=event.user.pk)


@reacts_to(told.roles_set, order=LAST)
def log_roles(unit: Unit, events: list[told.roles_set]) -> None:
    from tend.people.models import Role, User

    changed = [e for e in events if e.given or e.taken]
    ids = {pk for e in changed for pk in (*e.given, *e.taken)}
    with unit.reading():
        names = {r.pk: str(r) for r in Role.objects.as_system(WHY).filter(pk__in=ids)} if ids else {}
    for event in changed:
        about = event.holder.pk if isinstance(event.holder, User) else None
        said = {"given": [names[pk] for pk in event.given], "taken": [names[pk] for pk in event.taken]}
        _log(unit, "roles-changed", about=about, team="" if about else event.holder.name, **said)


@reacts_to(told.teams_set, order=LAST)
def log_teams(unit: Unit, events: list[told.teams_set]) -> None:
    for event in events:
        _log(unit, "teams-changed", about=event.user.pk, teams=list(event.teams))


@reacts_to(told.role_named, told.role_left, order=LAST)
def log_role(unit: Unit, events: list[Any]) -> None:
    for event in events:
        _log(unit, "role-deleted" if isinstance(event, told.role_left) else "role-changed", name=event.role.name)


@reacts_to(told.team_placed, told.team_left, order=LAST)
def log_team(unit: Unit, events: list[Any]) -> None:
    for event in events:
        _log(unit, "team-deleted" if isinstance(event, told.team_left) else "team-changed", name=event.team.name)


@reacts_to(told.token_issued, told.token_revoked, order=LAST)
def log_token(unit: Unit, events: list[Any]) -> None:
    for event in events:
        kind = "token-issued" if isinstance(event, told.token_issued) else "token-revoked"
        _log(unit, kind, about=event.user_id, name=event.name)


@reacts_to(told.calendar_opened, told.calendar_revoked, order=LAST)
def log_calendar(unit: Unit, events: list[Any]) -> None:
    for event in events:
        kind = "calendar-opened" if isinstance(event, told.calendar_opened) else "calendar-revoked"
        _log(unit, kind, about=event.user_id, name=event.name)


@reacts_to(writing_undone, order=LAST)
def log_undo_of_rights(unit: Unit, events: list[writing_undone]) -> None:
    for event in events:
        if event.code in _UNDONE:
            _log(unit, "rights-undone", of=event.code.partition(".")[2], names=[str(r) for r in event.records][:20])


@when_exporting
def log_export(entity: Entity, actor: Actor, asked: dict[str, Any]) -> Callable[[int], None]:
    """Written at the end of the file, or where its reader broke off: how many rows it holds by then."""
    at = whence()  # the file is written when the request is over
    detail = {n: v for n, v in asked.items() if v}

    def ended(rows: int) -> None:
        log("exported", user=actor.user_id, at=at, type=entity.plural, rows=rows, **detail)

    return ended


@every(daily_at="03:25")
@job("tidy-security-log")
def tidy(run: Run) -> dict[str, int]:
    """Forget what is older than the company keeps it."""
    from tend.kernel import clock

    return {"events": forget_old(clock.now())}


def _log(unit: Unit, kind: str, *, about: int | None = None, **detail: Any) -> None:
    with unit.reading():
        log(kind, user=unit.actor.user_id, about=about, **detail)
