"""What can happen to people, teams and roles."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tend.kernel.events import Event

if TYPE_CHECKING:
    from tend.people.models import Role, Team, User


@dataclass(frozen=True)
class user_named(Event):  # noqa: N801
    """A user got an e-mail address or a manager."""

    user: User


@dataclass(frozen=True)
class team_placed(Event):  # noqa: N801
    """A team got a name or a place in the tree."""

    team: Team


@dataclass(frozen=True)
class team_left(Event):  # noqa: N801
    """A team is deleted."""

    team: Team


@dataclass(frozen=True)
class role_named(Event):  # noqa: N801
    role: Role


@dataclass(frozen=True)
class rights_taken(Event):  # noqa: N801
    """Somebody may have lost rights; `field` names the input that would have to differ."""

    field: str = ""


@dataclass(frozen=True)
class role_left(Event):  # noqa: N801
    """A role is deleted."""

    role: Role


@dataclass(frozen=True)
class roles_set(Event):  # noqa: N801
    """A user or a team has exactly these roles now: the ids of those that came and went, none when all stayed."""

    holder: User | Team
    given: tuple[int, ...]
    taken: tuple[int, ...]


@dataclass(frozen=True)
class teams_set(Event):  # noqa: N801
    """A user is in exactly these teams."""

    user: User
    teams: tuple[str, ...]


@dataclass(frozen=True)
class token_issued(Event):  # noqa: N801
    """A program may speak for somebody."""

    user_id: int
    name: str


@dataclass(frozen=True)
class token_revoked(Event):  # noqa: N801
    user_id: int
    name: str


@dataclass(frozen=True)
class calendar_opened(Event):  # noqa: N801
    """Somebody's calendar can be read at a private address."""

    user_id: int
    name: str


@dataclass(frozen=True)
class calendar_revoked(Event):  # noqa: N801
    user_id: int
    name: str


@dataclass(frozen=True)
class password_changed(Event):  # noqa: N801
    user: User


@dataclass(frozen=True)
class user_deactivated(Event):  # noqa: N801
    """A person may no longer sign in: calls that wait for her go to the pool."""

    user: User


@dataclass(frozen=True)
class user_reactivated(Event):  # noqa: N801
    """A person may sign in again."""

    user: User


@dataclass(frozen=True)
class user_erased(Event):  # noqa: N801
    """A person who left is erased: her profile and all that names her goes. `again` is after an older backup."""

    user: User
    again: bool = False


@dataclass(frozen=True)
class calendar_changed(Event):  # noqa: N801
    """Days from `first` to `last` are worked or not worked otherwise than before: by one person, or (None) by everybody."""

    first: dt.date
    last: dt.date
    user_id: int | None = None
