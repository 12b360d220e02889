"""Passwords: set by a link, changed by their owner, and every other session ends with the old one."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.kernel.errors import Refused
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
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
