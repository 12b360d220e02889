"""Who acts: a user with his grants, or the system with a reason. Built by `people`, read by everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tend.kernel.errors import NotAllowed

SCOPES = ("none", "own", "team", "territory", "all")
_RANK = {scope: rank for rank, scope in enumerate(SCOPES)}


def widest(*scopes: str) -> str:
    """The most permissive of several scopes: roles add up, they never take away."""
    return max(scopes, key=_RANK.__getitem__, default="none")


@dataclass(frozen=True)
class Grants:
    """What the roles of one person give: (line, action) -> scope, and rights on fields.

    A line is a row of the role's table ("leads", "accounts", "contacts" …), "*" stands for every line
    and every action. `fields` maps (line, field) to "hidden" or "read"; absent means editable.
    """

    scopes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    fields: Mapping[tuple[str, str], str] = field(default_factory=dict)
    assign_to: str = "none"
    rights: frozenset[str] = frozenset()

    def scope(self, line: str, action: str) -> str:
        found = self.scopes
        return found.get((line, action)) or found.get((line, "*")) or found.get(("*", "*")) or "none"


@dataclass(frozen=True)
class Actor:
    """One signed-in person, or the system (`user_id` None) with the reason why it acts.

    `team_users` are the people whose records scope *team* covers; `team_ids` the teams whose pools it covers;
    `part_of` the teams to which he belongs, with those above them: what is meant for them is meant for him.
    """

    user_id: int | None
    name: str
    grants: Grants
    zone: str = "UTC"
    language: str = "en"
    team_users: tuple[int, ...] = ()
    team_ids: tuple[int, ...] = ()
    part_of: tuple[int, ...] = ()
    why: str = ""
    epoch: int = 0
    # What small tables show to this person, as long as the actor holds: names of books and people, counts that stop.
    kept: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def is_system(self) -> bool:
        return self.user_id is None

    def scope(self, line: str, action: str) -> str:
        """none, own, team, territory or all: how far this person may do this to records of that line."""
        return "all" if self.is_system else self.grants.scope(line, action)

    def has_right(self, right: str) -> bool:
        """A right that hangs on no record: settings, users, audit, undo_all …"""
        return self.is_system or right in self.grants.rights or "*" in self.grants.rights

    def field_right(self, lines: tuple[str, ...], name: str) -> str:
        """edit, read or hidden: the strictest over the lines on which the record type stands."""
        rights = {self.grants.fields.get((line, name), "edit") for line in lines}
        return "hidden" if "hidden" in rights else "read" if "read" in rights else "edit"


def system(why: str, *, zone: str = "UTC", language: str = "en") -> Actor:
    """The system as an actor; `why` stands in the history and is counted by a test."""
    return Actor(user_id=None, name="Tend", grants=Grants({("*", "*"): "all"}), zone=zone, language=language, why=why)


_maker: Callable[[int], Actor | None] | None = None


def make_actors_with(maker: Callable[[int], Actor | None]) -> None:
    """Called by `people`, which knows how to work out the rights of a user; None for one who may not act any more."""
    global _maker
    _maker = maker


def actor_again(user_id: int | None, why: str) -> Actor:
    """The actor of background work: the user as his rights are now, or the system. NotAllowed when he may not act."""
    if user_id is None:
        return system(why)
    found = _maker(user_id) if _maker is not None else None
    if found is None:
        raise NotAllowed("sign in")
    return found


_outdate: Callable[[], None] | None = None


def outdate_actors_with(outdate: Callable[[], None]) -> None:
    """Called by `people`, which counts the changes that make kept actors old."""
    global _outdate
    _outdate = outdate


def outdate_actors() -> None:
    """Make every kept actor old, in the transaction that changed what actors keep."""
    if _outdate is not None:
        _outdate()
