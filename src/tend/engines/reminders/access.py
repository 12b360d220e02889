"""Letters that let somebody in: invitations and forgotten passwords go through the same outbox, at once."""

from __future__ import annotations

from tend.engines.reminders import outbox
from tend.engines.reminders.models import Mail
from tend.engines.reminders.ports import carrier
from tend.kernel import clock
from tend.kernel.actor import system
from tend.kernel.jobs import enqueue
from tend.people.models import User

WHY = "somebody waits for a link"
KINDS = (Mail.Kind.RESET, Mail.Kind.INVITE)


def post(user: User, purpose: str) -> bool:
    """Put a letter into the outbox and wake the post; False when there is no server to send it.

    Whoever asks twice within a minute gets one letter.
    """
    if not carrier().is_there():
        return False
    now = clock.now()
    slot = f"{purpose}:{now:%Y-%m-%dT%H:%MZ}"
    if outbox.add([outbox.letter(user.pk, purpose, slot, now)]):
        enqueue("post", {}, system(WHY), key="at once")
    return True
