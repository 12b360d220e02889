"""Who may see and do what: an actor made from a user's roles, teams and place in the tree of managers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from django.db import connection
from django.db.models import F

from tend.kernel.actor import Actor, Grants, widest
from tend.kernel.prepared import Prepared
from tend.kernel.verbs import verb_on
from tend.people.models import AccessEpoch, Role, Team, TeamMember, TeamRole, User, UserRole

WHY = "rights are worked out before there is an actor"
_kept: OrderedDict[int, Actor] = OrderedDict()
KEEP = 500
_PULSE = "SELECT (SELECT value FROM people_accessepoch ORDER BY id LIMIT 1), (SELECT MAX(id) FROM kernel_change)"


def actor_for(user: User, epoch: int | None = None) -> Actor:
    """The actor of a signed-in user. Kept per process until any right changes: one query when nothing did.

    `epoch` is that of `pulse`, when the caller has just asked for it.
    """
    epoch = access_epoch() if epoch is None else epoch
    kept = _kept.get(user.pk)
    if kept is not None and kept.epoch == epoch and kept.language == user.language and kept.zone == user.zone:
        return kept
    actor = _work_out(user, epoch)
    _kept[user.pk] = actor
    while len(_kept) > KEEP:
        _kept.popitem(last=False)
    return actor


def actor_for_id(user_id: int) -> Actor | None:
    """The actor for whom a job goes on; None when the user may not act any more."""
    user = User.objects.as_system(WHY).filter(pk=user_id, is_active=True, trashed_at=None).first()
    return actor_for(user) if user is not None else None


def access_epoch() -> int:
    """The count of changes of rights so far."""
    found = _EPOCH.first()
    return int(found[0]) if found is not None else 0


_EPOCH = Prepared(lambda: AccessEpoch.objects.order_by("pk").values_list("value")[:1])


def pulse() -> tuple[int, int]:
    """The count of changes of rights, and the number of the last write of all (0 on an empty history), in one question."""
    with connection.cursor() as cursor:
        cursor.execute(_PULSE)
        epoch, change = cursor.fetchone()
    return epoch or 0, change or 0


def rights_changed() -> None:
    """Make every kept actor old, in the transaction that changed the rights or what actors keep."""
    for actor in list(_kept.values()):
        actor.kept.clear()  # this request goes on with its actor and sees what it wrote
    if not AccessEpoch.objects.update(value=F("value") + 1):
        AccessEpoch.objects.create(value=1)


def forget_actors() -> None:
    """Drop the kept actors of this process (tests, restore of a backup)."""
    _kept.clear()


def _work_out(user: User, epoch: int) -> Actor:
    teams = {t.pk: t for t in Team.objects.as_system(WHY).filter(trashed_at__isnull=True)}
    mine = set(TeamMember.objects.as_system(WHY).filter(record_id=user.pk).values_list("team_id", flat=True))
    mine |= {pk for pk, t in teams.items() if t.leader_id == user.pk}
    below = _branches(mine, {pk: t.parent_id for pk, t in teams.items()})
    members = set(TeamMember.objects.as_system(WHY).filter(team_id__in=below).values_list("record_id", flat=True))
    managers = dict(User.objects.as_system(WHY).exclude(manager_id=None).values_list("pk", "manager_id"))
    reports = _branches({user.pk}, managers)
    return Actor(
        user_id=user.pk,
        name=user.name,
        grants=grants_of(_roles_of(user, mine)),
        zone=user.zone,
        language=user.language,
        team_users=tuple(sorted(members | reports | {user.pk})),
        team_ids=tuple(sorted(below)),
        part_of=tuple(sorted(_above(mine, {pk: t.parent_id for pk, t in teams.items()}))),
        epoch=epoch,
    )


def _roles_of(user: User, team_ids: Iterable[int]) -> list[Role]:
    direct = UserRole.objects.as_system(WHY).filter(record_id=user.pk).values("role_id")
    through = TeamRole.objects.as_system(WHY).filter(record_id__in=list(team_ids)).values("role_id")
    roles = Role.objects.as_system(WHY).filter(trashed_at__isnull=True)
    return list((roles.filter(pk__in=direct) | roles.filter(pk__in=through)).distinct())


def grants_of(roles: Iterable[Role]) -> Grants:
    """Several roles merge to the most permissive, on records and on fields."""
    roles = list(roles)
    scopes: dict[tuple[str, str], str] = {}
    for line, action in _named(roles):
        scopes[line, action] = widest(*(_given(role, line, action) for role in roles))
    rank = {"edit": 0, "read": 1, "hidden": 2}
    fields: dict[tuple[str, str], str] = {}
    named = {(line, name) for role in roles for line, names in role.field_rights.items() for name in names}
    for line, name in named:
        rights = [
            role.field_rights.get(line, {}).get(name, "edit")
            for role in roles
            if role.scopes.get(line) or "*" in role.scopes
        ]
        if rights and (best := min(rights, key=rank.__getitem__)) != "edit":
            fields[line, name] = best
    reach = {"none": 0, "self": 1, "team": 2, "all": 3}
    assign_to = max((role.assign_to for role in roles), key=reach.__getitem__, default="none")
    return Grants(scopes, fields, assign_to, frozenset(right for role in roles for right in role.rights))


def _named(roles: Iterable[Role]) -> set[tuple[str, str]]:
    """What roles name: a verb that one names on a line counts by its name on the other lines of the record type as well."""
    found = {(line, action) for role in roles for line, actions in role.scopes.items() for action in actions}
    verbs = [(action, verb) for line, action in found if (verb := verb_on(line, action)) is not None]
    return found | {(line, action) for action, verb in verbs for line in verb.entity.lines}


def _given(role: Role, line: str, action: str) -> str:
    """What one role gives by itself, so that another one which names a verb or says less takes nothing away from it."""
    of_line = role.scopes.get(line, {})
    found = of_line.get(action) or of_line.get("*") or role.scopes.get("*", {}).get("*")
    if not found and (verb := verb_on(line, action)) is not None:
        return _given(role, line, verb.needs)
    return str(found or "none")


def _above(members: set[int], parents: dict[int, int | None]) -> set[int]:
    """Some of a tree and everything above them; a circle in the data ends by itself."""
    found: set[int] = set()
    for member in members:
        pk: int | None = member
        while pk in parents and pk not in found:
            found.add(pk)
            pk = parents[pk]
    return found


def _branches(roots: set[int], parents: dict[int, int | None]) -> set[int]:
    """The roots and everything below them; a circle in the data ends by itself."""
    children: dict[int, list[int]] = {}
    for child, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(child)
    found, todo = set(), list(roots)
    while todo:
        pk = todo.pop()
        if pk not in found:
            found.add(pk)
            todo.extend(children.get(pk, ()))
    return found
