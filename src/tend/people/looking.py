"""Looking as somebody: an administrator sees Tend exactly as one person does, for half an hour, and can change nothing.

It lives in the administrator's own session. Rights are asked anew with every request: whoever loses one stops looking.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tend.kernel import clock
from tend.kernel.actor import Actor, Grants
from tend.kernel.errors import NotAllowed, Refused
from tend.people.access import actor_for
from tend.people.models import User
from tend.people.security_log import log

RIGHT = "look_as"
MINUTES = 30
KEY = "looking"  # in the session: {"user": id, "since": seconds}
WHY = "whom an administrator looks as is read before there is an actor"
_OWN = ("django_session", "people_sessionofuser", "people_securityevent", "kernel_tries")  # what looking itself writes
_WRITES = ("INSERT", "UPDATE", "DELETE")
_REACH = ("none", "self", "team", "all")
_FIELD = ("edit", "read", "hidden")


def begin(session: Any, looker: Actor, user: User) -> None:
    """Begin to look as a person. Refused for oneself, for whoever may not sign in, and for rights that one lacks."""
    if not looker.has_right(RIGHT):
        raise NotAllowed(RIGHT)
    if user.pk == looker.user_id:
        raise Refused(_("That is you."))
    if not user.is_active or user.trashed_at is not None:
        raise Refused(_("%(name)s may not sign in, and sees nothing.") % {"name": user.name})
    if not covers(looker.grants, actor_for(user).grants):
        raise Refused(
            _("%(name)s may see or do something that you may not, so you cannot look as this person.")
            % {"name": user.name}
        )
    session[KEY] = {"user": user.pk, "since": int(clock.now().timestamp())}
    log("look-begun", user=looker.user_id, about=user.pk)


def end(session: Any, looker_id: int) -> int | None:
    """Stop looking; the id of whom one looked as, None when one did not look."""
    found = session.pop(KEY, None)
    if found is None:
        return None
    minutes = max(0, int(clock.now().timestamp()) - found["since"]) // 60
    log("look-ended", user=looker_id, about=found["user"], minutes=minutes)
    return int(found["user"])


def looked_as(session: Any, looker: User, epoch: int) -> User | None:
    """As whom a signed-in person looks now. Ends by itself after half an hour, and when a right for it is gone."""
    found = session.get(KEY)
    if found is None:
        return None
    user: User | None = User.objects.as_system(WHY).filter(pk=found["user"], is_active=True, trashed_at=None).first()
    still = clock.now().timestamp() - found["since"] < MINUTES * 60
    mine = actor_for(looker, epoch)
    if user is not None and still and mine.has_right(RIGHT) and covers(mine.grants, actor_for(user, epoch).grants):
        return user
    end(session, looker.pk)
    return None


def until(session: Any) -> dt.datetime:
    """When looking ends by itself."""
    return dt.datetime.fromtimestamp(session[KEY]["since"] + MINUTES * 60, tz=dt.UTC)


def covers(looker: Grants, other: Grants) -> bool:
    """Has the looker every right of the other? Scopes below "all" differ from person to person, so they cover nothing."""
    scopes = all(
        looker.scope(line, action) == "all" for (line, action), scope in other.scopes.items() if scope != "none"
    )
    fields = all(
        _FIELD.index(other.fields.get(key, "edit")) >= _FIELD.index(right) for key, right in looker.fields.items()
    )
    rights = "*" in looker.rights or other.rights <= looker.rights
    return scopes and fields and rights and _REACH.index(other.assign_to) <= _REACH.index(looker.assign_to)


def nothing_changes() -> Refused:
    """The sentence that every write meets while one looks as somebody."""
    return Refused(
        _("You are looking as somebody else, so nothing can be changed. Stop looking first."), code="looking"
    )


@contextmanager
def reading_only() -> Iterator[None]:
    """For one request: also a page that writes when it is only opened changes nothing."""

    def guard(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        said = sql.lstrip()
        if said[:6].upper() in _WRITES and not any(table in said[:80] for table in _OWN):
            raise nothing_changes()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(guard):
        yield
