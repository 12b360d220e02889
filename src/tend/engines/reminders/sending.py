"""Emptying the outbox: each letter is claimed, written anew, and marked as on its way before the server gets a word of it."""

from __future__ import annotations

import datetime as dt
import logging
import traceback
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError

from tend.engines.reminders import outbox
from tend.engines.reminders.models import Mail
from tend.engines.reminders.ports import Later, Session, TurnedDown, Unreached, Unsure, carrier
from tend.engines.reminders.writing import compose
from tend.kernel import clock
from tend.kernel.taking import take
from tend.people.mail_wishes import readers

log = logging.getLogger("tend.mail")
BATCH = 500
STALE = dt.timedelta(minutes=10)  # longer than any server is waited for
WAITS = (1, 5, 15, 60)  # minutes before the next tries; the last goes on
GIVE_UP = dt.timedelta(hours=24)
State = Mail.State


class Lost(Exception):
    """The letter was given to another worker, because this one had been silent for too long."""


def send_due(now: dt.datetime, check: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Send what is due; what became of how many letters. Any number of workers may do so at once.

    A server that is away ends the round, and the letters keep waiting.
    """
    counts: dict[str, int] = {}
    bury(now)
    if not carrier().is_there():
        return counts
    due = outbox.all_mail().filter(state=State.WAITING, send_after__lte=now).order_by("send_after", "id")
    with carrier().session() as session:
        for pk in list(due.values_list("pk", flat=True)[:BATCH]):
            check()
            try:
                became = _send(session, pk)
            except Unreached:
                counts["waiting"] = counts.get("waiting", 0) + 1
                break
            if became:
                counts[became] = counts.get(became, 0) + 1
    return counts


def bury(now: dt.datetime) -> int:
    """See to letters of workers that died: one that was claimed waits again, one that was on its way stays doubtful."""
    dead = outbox.all_mail().filter(claimed_at__lt=now - STALE)
    again = take(dead.filter(state=State.CLAIMED), state=State.WAITING)
    return again + take(dead.filter(state=State.ON_ITS_WAY), state=State.DOUBTFUL, ended_at=now, error=DIED)


DIED = "The worker ended while the letter was on its way."


def _send(session: Session, pk: int) -> str:
    """One letter; what became of it, blank when another worker has it."""
    now = clock.now()
    row = outbox.all_mail().filter(pk=pk)
    mail: Mail | None = row.first()
    if mail is None or not take(
        row.filter(state=State.WAITING, tries=mail.tries), state=State.CLAIMED, claimed_at=now, tries=mail.tries + 1
    ):
        return ""
    mail.tries += 1
    mine = row.filter(tries=mail.tries)
    try:
        return _carry(session, mail, mine, now)
    except (Unreached, DatabaseError):
        raise
    except Exception as fault:  # one letter that cannot be written keeps no other from going
        log.exception("%s could not be sent", mail)
        said = "".join(traceback.format_exception_only(fault)).strip()
        _end(mine, State.ON_ITS_WAY, State.DOUBTFUL, said)
        return _wait(mail, mine, said)


def _carry(session: Session, mail: Mail, mine: Any, now: dt.datetime) -> str:
    reader = readers([mail.user_id]).get(mail.user_id)
    if mail.kind == Mail.Kind.NOTICE and reader is not None:
        quiet = reader.wishes.quiet_until(now, reader.user.zone)
        if quiet is not None:  # nothing was tried: it waits for the end of the night as if it had been made then
            take(mine.filter(state=State.CLAIMED), state=State.WAITING, send_after=quiet)
            return ""
    letter = compose(mail, reader, now) if reader is not None else None
    if letter is None:
        return _end(mine, State.CLAIMED, State.DROPPED)

    def hand_over() -> None:
        if not take(mine.filter(state=State.CLAIMED), state=State.ON_ITS_WAY, claimed_at=clock.now()):
            raise Lost

    try:
        session.carry(letter, hand_over)
    except Lost:
        return ""
    except Unsure as broken:
        return _end(mine, State.ON_ITS_WAY, State.DOUBTFUL, str(broken))
    except TurnedDown as no:
        return _end(mine, (State.CLAIMED, State.ON_ITS_WAY), State.FAILED, str(no))
    except (Later, Unreached) as no:
        became = _wait(mail, mine, str(no))
        if isinstance(no, Unreached):
            raise
        return became
    return _end(mine, State.ON_ITS_WAY, State.SENT)


def _end(mine: Any, was: str | tuple[str, ...], state: str, error: str = "") -> str:
    held = mine.filter(state__in=(was,) if isinstance(was, str) else was)
    take(held, state=state, ended_at=clock.now(), error=error[:300])
    return str(state)


def _wait(mail: Mail, mine: Any, error: str) -> str:
    now = clock.now()
    if now - mail.made_at > GIVE_UP:
        return _end(mine, (State.CLAIMED, State.ON_ITS_WAY), State.FAILED, error)
    wait = dt.timedelta(minutes=WAITS[min(mail.tries, len(WAITS)) - 1])
    held = mine.filter(state__in=(State.CLAIMED, State.ON_ITS_WAY))
    take(held, state=State.WAITING, send_after=now + wait, error=error[:300])
    return str(State.WAITING)
