"""What can happen to an activity."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tend.kernel.events import Event

if TYPE_CHECKING:
    from tend.domains.accounts.models import Account, InteractionStatus
    from tend.domains.activities.models import Activity, Outcome
    from tend.domains.contacts.models import Contact


@dataclass(frozen=True)
class talk_logged(Event):  # noqa: N801
    """A talk took place or was tried: `activity` is done, and is the open call itself when that was answered.

    `new_status` is the interaction status that the same dialog set; None when it stays.
    """

    activity: Activity
    account: Account
    outcome: Outcome | None
    at: dt.datetime
    new_status: InteractionStatus | None = None


@dataclass(frozen=True)
class activity_cancelled(Event):  # noqa: N801
    activity: Activity


@dataclass(frozen=True)
class plan_changed(Event):  # noqa: N801
    """Something planned was entered, moved, edited or deleted by hand: the account's next contact follows."""

    activity: Activity


@dataclass(frozen=True)
class talk_changed(Event):  # noqa: N801
    """What took place was entered later, corrected, deleted or moved: the contacts of these accounts are counted anew.

    `accounts` are ids: the one it hangs on, and the one it hung on before.
    """

    activity: Activity
    accounts: tuple[int, ...]


@dataclass(frozen=True)
class call_reopened(Event):  # noqa: N801
    """A held call of the cycle is to be open again, in the place of the one that followed it."""

    activity: Activity


@dataclass(frozen=True)
class conversation_changed(Event):  # noqa: N801
    """An activity follows another one from now on, or none any more, or it went to another account.

    `moved` says the last: what followed it stays behind, under the one that it `followed` until now (an id).
    """

    activity: Activity
    moved: bool = False
    followed: int | None = None


@dataclass(frozen=True)
class people_joined(Event):  # noqa: N801
    """These people took part as well."""

    activity: Activity
    contacts: tuple[Contact, ...]
