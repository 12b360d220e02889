"""Passwords: set by a link, changed by their owner, and every other session ends with the old one.

Their verbs are not in the declaration of users: only doors that hash and compare passwords call them.
"""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.people.events import password_changed
from tend.people.models import User


def hashed(password: str, user: User) -> str:
    """The argon2 hash of an acceptable password; refused with the reasons otherwise. Slow on purpose."""
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages), field="password", code="weak") from None
    return make_password(password)


def matches(password: str, user: User) -> bool:
    """Is this the user's password? Slow on purpose."""
    return check_password(password, user.password)


@verb("people.user", needs="users", label=gettext_lazy("Set password"))
def set_password(unit: Unit, user: User, *, password_hash: str) -> None:
    """Replace the password. Sessions begun with the old one end, because they carry a part of its hash."""
    if not user.is_active:
        raise Refused(_("This person may not sign in."))
    user.password = password_hash
    unit.announce(password_changed(user))


@verb("people.user", needs="view", label=gettext_lazy("Change my password"))
def change_password(unit: Unit, user: User, *, password_hash: str, knows_old: bool) -> None:
    """Replace one's own password. Refused for anybody else's, and for whoever does not know the old one.

    Whether the old one is known is checked before (`matches`), because checking is slow on purpose. Sets off:
    password_changed (other sessions and tokens end).
    """
    if user.pk != unit.actor.user_id:
        raise NotAllowed("change-password")
    if not knows_old:
        raise Refused(_("This is not your present password."), field="old", code="wrong")
    user.password = password_hash
    unit.announce(password_changed(user))
