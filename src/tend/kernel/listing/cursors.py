"""The place in a list, sealed: only we can make one, and it serves nobody but the one it was made for."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import orjson
from django.core import signing
from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.errors import Refused
from tend.kernel.listing.keys import Key

LONGEST = 4000


def seal(entity: Entity, actor: Actor, sort: str, keys: Sequence[Key], record: Any, *, backward: bool = False) -> str:
    """The cursor of a record in this order."""
    body = orjson.dumps([int(backward), *(k.plain(record) for k in keys)])
    return _signer(entity, actor, sort).sign(base64.urlsafe_b64encode(body).decode().rstrip("="))


def unseal(entity: Entity, actor: Actor, sort: str, keys: Sequence[Key], cursor: str) -> tuple[list[Any], bool]:
    """The sort values of a cursor and its direction. Refused when it is not ours, of another list or another person."""
    try:
        if len(cursor) > LONGEST:
            raise signing.BadSignature
        body = _signer(entity, actor, sort).unsign(cursor)
        backward, *plain = orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return [k.typed(v) for k, v in zip(keys, plain, strict=True)], bool(backward)
    except (signing.BadSignature, ValueError, TypeError):
        raise Refused(_("This page of the list is not known any more."), field="cursor", code="cursor") from None


def _signer(entity: Entity, actor: Actor, sort: str) -> signing.Signer:
    return signing.Signer(salt=f"tend.listing:{entity.code}:{actor.user_id}:{sort}", sep=".")
