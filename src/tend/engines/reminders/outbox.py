"""Putting letters into the outbox: for a notice in the transaction that left it, and once for each slot."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from tend.engines.reminders.models import Mail
from tend.engines.reminders.ports import carrier
from tend.kernel import clock, write
from tend.kernel.notices import Notice
from tend.kernel.taking import drop
from tend.people.mail_wishes import NOW, REMINDER, readers

WHY = "the outbox belongs to nobody"
GRACE = dt.timedelta(minutes=2)  # who is at work reads a notice in the page and needs no mail
KEEP = dt.timedelta(days=90)


def notices_left(notices: Sequence[Notice]) -> None:
    """Letters for those who wish to hear of such a notice at once. Called in the transaction that left the notices."""
    told = [n for n in notices if n.kind != REMINDER]  # those have slots of their own
    if not told or not carrier().is_there():
        return
    known = readers({n.user_id for n in told})
    wanted = [n for n in told if n.user_id in known and known[n.user_id].wishes.mode(n.kind) == NOW]
    if wanted:
        now = clock.now()
        rows = [
            letter(n.user_id, Mail.Kind.NOTICE, f"notice:{n.pk}", now, send_after=now + GRACE, notice_id=n.pk)
            for n in wanted
        ]
        write.insert(Mail, rows)


def letter(user_id: int, kind: str, slot: str, now: dt.datetime, **more: Any) -> Mail:
    """A row of the outbox that is not written yet."""
    row = Mail(user_id=user_id, kind=kind, slot=slot, message_id=_message_id(), made_at=now, send_after=now)
    for name, value in more.items():
        setattr(row, name, value)
    return row


def add(rows: Iterable[Mail]) -> list[Mail]:
    """Put in what has no slot yet; which those were. None when another worker was putting in the same: he does it."""
    wanted = {(row.user_id, row.slot): row for row in rows}
    if not wanted:
        return []
    taken = set(all_mail().filter(slot__in={slot for _user, slot in wanted}).values_list("user_id", "slot"))
    fresh = [row for key, row in wanted.items() if key not in taken]
    if not fresh:
        return []
    try:
        with transaction.atomic():
            write.insert(Mail, fresh)
    except IntegrityError:
        return []
    return fresh


def forget_old(now: dt.datetime) -> int:
    """Forget letters of a quarter ago; how many. Their slots do not come again."""
    return drop(all_mail().filter(made_at__lt=now - KEEP))


def all_mail() -> Any:
    return Mail.objects.as_system(WHY)


def _message_id() -> str:
    host = urlsplit(settings.PUBLIC_URL).hostname or "tend.invalid"
    return f"<{uuid.uuid4()}@{host}>"
