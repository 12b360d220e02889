"""Mails with a one-time link: to somebody who is invited, and to somebody who forgot his password.

They leave through the post that an engine above keeps (`carried_by`), which sends nothing twice. A link is made when its
letter is written and stands nowhere else: the database knows only its hash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from tend.kernel.actor import system
from tend.kernel.jobs import Run, enqueue, job
from tend.kernel.organisation import organisation
from tend.people.links import make_link
from tend.people.models import User
from tend.people.security_log import log

RESET, INVITE = "reset", "invite"
MINUTES = {RESET: 60, INVITE: 7 * 24 * 60}
WHY = "a forgotten password is asked for before there is an actor"
Post = Callable[[User, str], bool]
_post: Post | None = None


@dataclass(frozen=True)
class Access:
    """What a letter with a one-time link says, in the language that is active."""

    subject: str
    words: str
    link: str


def carried_by(post: Post) -> None:
    """Called by the engine that sends letters. It answers whether the letter will be sent: not without a mail server."""
    global _post
    _post = post


def send_reset(email: str) -> None:
    """Queue a letter with a link to set a password, if the address belongs to somebody who may sign in.

    Whether it does is found out later, so that the answer takes as long for an unknown address as for a known one.
    """
    enqueue("send-reset", {"email": email}, system(WHY))


@job("send-reset")
def find_and_send(run: Run, *, email: str) -> dict[str, int]:
    """Give the letter to the post, when there is anybody to whom it may go."""
    rows = User.objects.as_system(WHY)
    user = rows.filter(email=email, is_active=True, trashed_at=None).first()
    if user is None:
        return {"letters": 0}
    with translation.override(user.language):
        _give(user, RESET)
    log("link-sent", user=None, about=user.pk, purpose=RESET)
    return {"letters": 1}


def send_invitation(user: User) -> str:
    """Send an invitation and answer with a link, for those who would rather hand it over themselves."""
    with translation.override(user.language):
        _give(user, INVITE)
    return address_of(make_link(user, INVITE, MINUTES[INVITE]))


def letter_of(user: User, purpose: str) -> Access:
    """The words of a letter, with a link made for it: to be sent now, and kept nowhere."""
    link = address_of(make_link(user, purpose, MINUTES[purpose]))
    if purpose == RESET:
        words = _("Open this link to set a new password. It works once, for one hour:")
        return Access(_("Set a new password for Tend"), words, link)
    company = organisation().name or "Tend"
    words = _("Open this link to choose a password and begin. It works once, for seven days:")
    return Access(_("You are invited to %(company)s") % {"company": company}, words, link)


def address_of(token: str) -> str:
    """The full address of a one-time link."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/welcome/{token}"


def _give(user: User, purpose: str) -> None:
    """To the post; without a mail server to the log, where the operator finds it."""
    if _post is not None and _post(user, purpose):
        return
    letter = letter_of(user, purpose)
    send_mail(letter.subject, f"{letter.words}\n\n{letter.link}\n", None, [user.email], fail_silently=True)
