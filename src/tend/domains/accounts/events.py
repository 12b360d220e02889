"""What can happen to an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tend.kernel.events import Event

if TYPE_CHECKING:
    from tend.domains.accounts.models import Account


@dataclass(frozen=True)
class account_created(Event):  # noqa: N801
    """`names_status`: whether an interaction status (or expressly none) was given."""

    account: Account
    names_status: bool = False


@dataclass(frozen=True)
class account_renamed(Event):  # noqa: N801
    account: Account


@dataclass(frozen=True)
class person_edited(Event):  # noqa: N801
    """Fields of an account that is a person, or was one, were written; `names` says which."""

    account: Account
    names: frozenset[str]


@dataclass(frozen=True)
class number_entered(Event):  # noqa: N801
    """A telephone number was written to an account whose cycle is paused."""

    account: Account


@dataclass(frozen=True)
class interaction_status_set(Event):  # noqa: N801
    account: Account
    restart: bool = False


@dataclass(frozen=True)
class account_reassigned(Event):  # noqa: N801
    account: Account


@dataclass(frozen=True)
class responsibles_changed(Event):  # noqa: N801
    account: Account


@dataclass(frozen=True)
class lifecycle_changed(Event):  # noqa: N801
    account: Account
    before: str


@dataclass(frozen=True)
class account_rests(Event):  # noqa: N801
    """Archived, trashed, paused or not to be contacted: nothing is planned; `why` stands in the history."""

    account: Account
    why: str


@dataclass(frozen=True)
class account_wakes(Event):  # noqa: N801
    """Restored, reopened, resumed or may be contacted again."""

    account: Account
