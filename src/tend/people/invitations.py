"""Mails with a one-time link: to somebody who is invited, and to somebody who forgot his password."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from tend.kernel.organisation import organisation
from tend.people.links import make_link
from tend.people.models import User

RESET_MINUTES = 60
INVITE_MINUTES = 7 * 24 * 60


def send_reset(email: str) -> None:
    """Send a link to set a password, when the address belongs to somebody who may sign in; else nothing."""
    rows = User.objects.as_system("a forgotten password is asked for before there is an actor")
    user = rows.filter(email=email, is_active=True, trashed_at=None).first()
    if user is None:
        return
    with translation.override(user.language):
        _send(
            user,
            _("Set a new password for Tend"),
            _("Open this link to set a new password. It works once, for one hour:"),
            address_of(make_link(user, "reset", RESET_MINUTES)),
        )


def send_invitation(user: User) -> str:
    """Send an invitation and answer with its link, for those who would rather hand it over themselves."""
    link = address_of(make_link(user, "invite", INVITE_MINUTES))
    with translation.override(user.language):
        company = organisation().name or "Tend"
        _send(
            user,
            _("You are invited to %(company)s") % {"company": company},
            _("Open this link to choose a password and begin. It works once, for seven days:"),
            link,
        )
    return link


def address_of(token: str) -> str:
    """The full address of a one-time link."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/welcome/{token}"


def _send(user: User, subject: str, words: str, link: str) -> None:
    send_mail(subject, f"{words}\n\n{link}\n", None, [user.email], fail_silently=True)
