"""Calendars, their feed and file, and the mails that leave the house: composed as they would be sent now."""

from __future__ import annotations

import datetime as dt

from tend.domains.activities.icalendar import feed
from tend.engines.reminders.models import Mail
from tend.engines.reminders.writing import compose
from tend.kernel.clock import now
from tend.kernel.notices import notices_of
from tend.people.mail_wishes import DIGEST, KEY, NOW, readers
from tend.people.models import User
from tests.contract.two_worlds.asking import Asker


def calendars(asker: Asker) -> None:
    """Each view of oneself, the team and somebody elsewhere; entries moved, in sight and not."""
    others = (str(asker.office.cast.stranger.pk), str(asker.office.cast.manager.pk))
    for who in ("me", "team", *others):
        for show in ("day", "week", "month"):
            asker.get(f"/calendar?show={show}&who={who}")
    for pk in (*[a.pk for a in asker.office.activities[:2]], *asker.unseen.ids["activities"][:2]):
        asker.form("/calendar/move", {"activity": str(pk), "to": "2026-11-27"})
    asker.get("/activities/export?format=ics")
    asker.say("feed", lambda: feed(asker.actor, now()))
    asker.say("feed of the team", lambda: feed(asker.actor, now(), team=True))


def mails(asker: Asker) -> None:
    """The morning's digest, each notice by mail, and a reminder of what is in sight and of what is not."""
    user = asker.office.viewer

    def written(kind: str, **more: object) -> object:
        mail = Mail(user_id=user.pk, kind=kind, made_at=now(), send_after=now(), message_id="<1@x.example>", **more)
        mail.pk = 0
        return compose(mail, readers([user.pk])[user.pk], now())

    def told(mode: str) -> object:
        """With all kinds of notices in the digest, or each of them at once; taken back with the question."""
        rows = User.objects.as_system("test").filter(pk=user.pk)
        kinds = {n.kind: mode for n in notices_of(asker.actor, limit=100)}
        before = rows.values_list("preferences", flat=True).get()
        rows.update(preferences={**before, KEY: {"hour": 7, "minutes_before": 15, "modes": kinds}})
        try:
            if mode == DIGEST:
                return written("digest", slot=f"digest:{now().date().isoformat()}")
            return [written("notice", notice_id=n.id, slot="x") for n in notices_of(asker.actor, limit=100)]
        finally:
            rows.update(preferences=before)

    asker.say("digest", lambda: told(DIGEST))
    asker.say("notices by mail", lambda: told(NOW))
    starts = dt.datetime(2026, 11, 2, 10, 0, tzinfo=dt.UTC)
    for pk in asker.unseen.ids["activities"][:2]:
        asker.say(f"reminder {pk}", lambda pk=pk: written("reminder", slot="x", activity_id=pk, starts_at=starts))
