"""The words of a letter, put together at the moment of sending: in the reader's language, within her sight as it is then."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_time
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.domains.activities import agenda
from tend.domains.activities.models import Activity, State
from tend.engines.reminders import outbox, turns
from tend.engines.reminders.models import Mail
from tend.engines.reminders.ports import Letter
from tend.kernel.actor import Actor
from tend.kernel.clock import day_in
from tend.kernel.notices import kinds_of, notice_of, notices_of
from tend.kernel.organisation import organisation
from tend.people.access import actor_for
from tend.people.invitations import MINUTES, letter_of
from tend.people.mail_wishes import DIGEST, NOW, REMINDER, Reader

COUNTED = 1000  # notices of one digest are counted no further
SHOWN = 15  # lines of one section of a digest; the rest is a number
NEWEST = dt.timedelta(days=7)  # older notices are not brought up in the morning
LATE = dt.timedelta(minutes=2)  # after the beginning nobody is reminded any more


@dataclass(frozen=True)
class Line:
    """One line of a section: what, when it has a time, and where to read on."""

    text: str
    url: str = ""
    when: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    lines: list[Line]
    more: str = ""


@dataclass(frozen=True)
class Words:
    """What a letter says, before it takes the form of text and HTML."""

    subject: str
    sections: list[Section]
    url: str
    label: str
    is_wished: bool = True  # one of those that the reader chose, and may stop
    kind: str = ""  # of notice, when the letter tells of one kind: its line in the settings


def compose(mail: Mail, reader: Reader, now: dt.datetime) -> Letter | None:
    """The letter as it is right now; None when there is nothing to say any more."""
    user = reader.user
    say = {
        Mail.Kind.NOTICE: _notice, Mail.Kind.REMINDER: _reminder, Mail.Kind.DIGEST: _digest,
        Mail.Kind.RESET: _access, Mail.Kind.INVITE: _access,
    }[Mail.Kind(mail.kind)]  # fmt: skip
    with translation.override(user.language), timezone.override(ZoneInfo(user.zone)):
        words = say(mail, reader, actor_for(user), now)
        return None if words is None else _letter(mail, reader, words)


def _access(mail: Mail, reader: Reader, actor: Actor, now: dt.datetime) -> Words | None:
    """A link made for this letter, whatever the reader wishes to hear of; none for a password asked for an hour ago."""
    if now - mail.made_at > dt.timedelta(minutes=MINUTES[mail.kind]):
        return None
    told = letter_of(reader.user, mail.kind)
    return Words(told.subject, [Section("", [Line(told.words)])], told.link, told.link, is_wished=False)


def _notice(mail: Mail, reader: Reader, actor: Actor, now: dt.datetime) -> Words | None:
    """Not when it was read in the page meanwhile, is out of sight, or is not wished for any more."""
    found = notice_of(actor, mail.notice_id) if mail.notice_id else None
    if found is None or found.is_read or reader.wishes.mode(found.kind) != NOW:
        return None
    url = _at(f"/notices/{found.id}")
    return Words(found.sentence, [Section("", [Line(found.sentence, url)])], url, _("Open it"), kind=found.kind)


def _reminder(mail: Mail, reader: Reader, actor: Actor, now: dt.datetime) -> Words | None:
    """Not when it was moved, done, given to somebody else or taken out of sight, and not when it has begun."""
    if mail.starts_at is None or now > mail.starts_at + LATE or reader.wishes.mode(REMINDER) != NOW:
        return None
    rows = Activity.objects.seen_by(actor, each=True)
    shown = agenda.entries(actor, rows.filter(pk=mail.activity_id, state=State.PLANNED, responsible_id=reader.user.pk))
    if not shown or shown[0].starts != mail.starts_at:
        return None
    time = _clock(mail.starts_at, reader)
    text = _("%(what)s begins at %(time)s.") % {"what": shown[0].words, "time": time}
    url = _at(f"/activities/{mail.activity_id}")
    subject = _("%(time)s %(what)s") % {"what": shown[0].words, "time": time}
    return Words(subject, [Section("", [Line(text, url)])], url, _("Open it"), kind=REMINDER)


def _digest(mail: Mail, reader: Reader, actor: Actor, now: dt.datetime) -> Words | None:
    """What the day holds, what is late, what happened since the last one. None on a day without any of it."""
    day = turns.day_of_digest(mail)
    if reader.wishes.hour is None or day_in(now, reader.user.zone) != day:
        return None
    mine = [reader.user.pk]
    today = agenda.between(actor, day, day, mine, done=False)
    late = agenda.between(actor, dt.date.min, day - dt.timedelta(days=1), mine, done=False)
    sections = [
        _planned(actor, reader, today, _("Today"), timed=True),
        _planned(actor, reader, late, _("Late"), timed=False),
        _since(mail, reader, actor, now),
    ]
    filled = [section for section in sections if section is not None]
    if not filled:
        return None
    count = today.count()
    subject = ngettext("%(n)d planned for %(day)s", "%(n)d planned for %(day)s", count) % {
        "n": count,
        "day": format_skeleton("MMMMEEEEd", day, locale=_locale()),
    }
    return Words(subject, filled, _at("/today"), _("Open Today"))


def _planned(actor: Actor, reader: Reader, rows: Any, title: str, *, timed: bool) -> Section | None:
    """Those with a time first, then the longest waiting; the rest of them as a number."""
    ordered = rows.order_by("planned_on", "planned_time", "pk")
    found = list(ordered.filter(planned_time__isnull=False)[:SHOWN]) if timed else []
    found += list((ordered.filter(planned_time=None) if timed else ordered)[: SHOWN - len(found)])
    if not found:
        return None
    count = rows.count()
    lines = [
        Line(e.words, _at(f"/activities/{e.activity.pk}"), _clock(e.starts, reader) if e.starts and timed else "")
        for e in agenda.entries(actor, found)
    ]
    left = count - len(lines)
    more = ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left} if left > 0 else ""
    return Section(title, lines, more) if lines else None


def _since(mail: Mail, reader: Reader, actor: Actor, now: dt.datetime) -> Section | None:
    """Unread notices that wait for the digest and were in none: those since the last one that was sent."""
    sent = outbox.all_mail().filter(
        user_id=reader.user.pk, kind=Mail.Kind.DIGEST, state__in=(Mail.State.SENT, Mail.State.DOUBTFUL), pk__lt=mail.pk
    )
    last = sent.order_by("-pk").values_list("ended_at", flat=True).first()
    since = max(now - NEWEST, last) if last else now - NEWEST
    kinds = [kind for kind in kinds_of(actor) if reader.wishes.mode(kind) == DIGEST]
    waiting = notices_of(actor, unread=True, limit=COUNTED, kinds=kinds, since=since) if kinds else []
    if not waiting:
        return None
    lines = [Line(n.sentence, _at(f"/notices/{n.id}")) for n in waiting[:SHOWN]]
    left = len(waiting) - len(lines)
    more = ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left} if left else ""
    return Section(_("What happened"), lines, more)


def _letter(mail: Mail, reader: Reader, words: Words) -> Letter:
    settings_url = _at(f"/me/mail?stop={words.kind}#id_kind-{words.kind}" if words.kind else "/me/mail")
    why = _("You chose these mails in Tend. Change what comes, or stop it:")
    lines = []
    for section in words.sections:
        lines += [section.title, ""] if section.title else []
        lines += [
            " ".join(filter(None, ["-" if section.title else "", line.when, line.text])) for line in section.lines
        ]
        lines += [section.more] if section.more else []
        lines.append("")
    foot = ["-- ", why, settings_url, ""] if words.is_wished else []
    text = "\n".join([*lines, words.url, "", *foot])
    context = {
        "words": words, "why": why, "settings_url": settings_url, "language": translation.get_language(),
        "company": organisation().name or "Tend",
    }  # fmt: skip
    headers = {
        "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Content-Language": reader.user.language,
    }  # fmt: skip
    if settings.PUBLIC_URL and words.is_wished:
        headers["List-Unsubscribe"] = f"<{settings_url.partition('#')[0]}>"
    subject = " ".join(words.subject.split())  # a line break would begin another header
    return Letter(
        reader.user.email, subject, text, render_to_string("mail/letter.html", context), mail.message_id, headers
    )


def _at(path: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path


def _clock(instant: dt.datetime, reader: Reader) -> str:
    return str(format_time(instant.astimezone(ZoneInfo(reader.user.zone)).time(), "short", locale=_locale()))


def _locale() -> Locale:
    language = translation.get_language() or "en"
    return Locale.parse({"en": "en_GB"}.get(language, language.replace("-", "_")))
