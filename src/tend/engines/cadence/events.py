"""What the cycle finds out and others may want to answer: notices to leaders, above all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tend.kernel.events import Event

if TYPE_CHECKING:
    from tend.domains.accounts.models import Account


@dataclass(frozen=True)
class account_became_unreachable(Event):  # noqa: N801
    """The last attempt that the status allows was in vain; `attempts` says how many there were."""

    account: Account
    attempts: int
