"""The handmade pages of a day's work: Today, Calls with its cockpit, coverage and rescue, notices, and oneself."""

from __future__ import annotations

import datetime as dt

from tend.engines.cadence.trend import keep_coverage
from tend.engines.following import telling
from tend.engines.following.followers import FOLLOWED, table_of
from tend.engines.following.models import Bookmark
from tend.kernel import clock
from tend.kernel.notices import notices_of
from tests.contract.two_worlds.asking import Asker, taken_back
from tests.contract.two_worlds.asking import said as answered


def calls(asker: Asker) -> None:
    """Each call opened, logged and moved; the same for calls out of sight."""
    outcomes = [o.pk for o in asker.office.words["outcomes"]]
    own = [a.pk for a in asker.office.activities[:2]]
    for pk in (*own, *asker.unseen.ids["activities"][:2]):
        for tail in ("", "/open", "/open?in=today", "/move"):
            asker.get(f"/calls/{pk}{tail}")
        for outcome in outcomes:
            asker.form(f"/calls/{pk}/log", {"outcome": outcome, "text": "spoke"})
        asker.form(f"/calls/{pk}/log", {"outcome": outcomes[0], "in_list": "1"}, HX_Request="true")
        asker.form(f"/calls/{pk}/log", {})
        asker.form(f"/calls/{pk}/move", {"to": "tomorrow"})
    for pk in (*[a.pk for a in asker.office.accounts[:1]], *asker.unseen.ids["accounts"]):
        asker.get(f"/calls/new?account={pk}")
        asker.form("/calls/new", {"account": str(pk), "outcome": outcomes[0], "text": "spoke"})
        _lines(asker, {"account": str(pk)}, outcomes[0])
    asker.get("/api/v1/today?limit=50")
    for pk in (s.pk for s in asker.office.words["statuses"]):
        asker.get(f"/api/v1/interaction-statuses/{pk}/forecast?interval=40")
    for days in ("1", "5", "none"):
        asker.get(f"/today/spread?days={days}")
        asker.form("/today/spread", {"days": days})


def conversations(asker: Asker) -> None:
    """The line that logs, about people and activities in sight and out of it; what follows an activity."""
    outcome = asker.office.words["outcomes"][0].pk
    asker.get("/log")
    for plural, name in (("contacts", "contact"), ("activities", "parent")):
        own = asker.office.contacts if plural == "contacts" else asker.office.activities
        for pk in (*[r.pk for r in own[:2]], *asker.unseen.ids[plural][:2]):
            _lines(asker, {name: str(pk)}, outcome)
    for pk in (*[a.pk for a in asker.office.activities[:2]], *asker.unseen.ids["activities"][:2]):
        asker.get(f"/activities/{pk}/follow-up")
        asker.form(f"/activities/{pk}/follow-up", {"kind": "task", "subject": "Next", "planned_on": "tomorrow"})
        asker.post("/api/v1/activities", {"kind": "note", "text": "An answer", "parent": pk})
    own, hidden = asker.office.activities[0].pk, asker.unseen.ids["activities"]
    for pk in hidden[:2]:
        asker.post(f"/api/v1/activities/{own}", {"parent": pk}, method="PATCH")


def _lines(asker: Asker, about: dict[str, str], outcome: int) -> None:
    asker.get("/log?" + "&".join(f"{n}={v}" for n, v in about.items()))
    for said in (
        {"text": "A note"},
        {"text": "call reached yes"},
        {"kind": "call", "outcome": str(outcome), "text": "spoke"},
        {"text": "task Next"},
    ):
        asker.form("/log/read", {**about, **said})
        asker.form("/log", {**about, **said})


def coverage(asker: Asker) -> None:
    """The board's numbers and the lists behind them; silent accounts, in sight or not, decided upon."""
    asker.write("coverage of past nights", lambda: _nights(asker))
    asker.get("/api/v1/coverage/trend?days=3")
    for by in ("status", "category"):
        asker.get(f"/api/v1/coverage?by={by}")
        for part in ("overdue", "never", "planned", "kept", "no_calls", "no_number"):
            asker.get(f"/coverage/accounts?by={by}&part={part}")
    for pk in (*[a.pk for a in asker.office.accounts], *asker.unseen.ids["accounts"][:2]):
        asker.form(f"/coverage/silent/{pk}", {"to": "owner"})
        asker.form(f"/coverage/silent/{pk}", {"to": "pool"})
        asker.form(f"/coverage/silent/{pk}", {"to": str(asker.office.cast.stranger.pk)})


def _nights(asker: Asker) -> bytes:
    """Two nights are counted; then the board and the API tell of them."""
    now = clock.now()
    for night in (now - dt.timedelta(days=2), now - dt.timedelta(days=1)):
        keep_coverage(night)
    return b"\n".join(answered(asker.client.get(path)) for path in ("/coverage", "/api/v1/coverage/trend"))


def notices(asker: Asker) -> None:
    """A notice about what is in sight is opened and read, one about the rest does not exist."""
    for pk in (*asker.office.notices, *asker.unseen.notices):
        asker.get(f"/notices/{pk}")
        asker.get(f"/notices?before={pk}")
        asker.form("/notices/read", {"notice": str(pk)})
        asker.form("/notices/read", {"latest": str(pk)})
        asker.post("/api/v1/notices/read", {"ids": [pk]})
        asker.get(f"/api/v1/notices?cursor={pk}")
        asker.form("/notices/unread", {"notice": str(pk)})
        asker.post("/api/v1/notices/unread", {"ids": [pk]})
    for kind in ("followed", "mention", "test"):
        asker.get(f"/notices?kind={kind}")
        asker.get(f"/api/v1/notices?kind={kind}&unread=true")
    asker.say("told followers", lambda: _told_followers(asker))
    for about in (*asker.office.accounts, *asker.office.contacts):
        asker.get(f"/mentions?about={about._meta.verbose_name_plural.lower()}/{about.pk}&q=&talk=1")
    for pk in asker.unseen.ids["accounts"]:
        asker.get(f"/mentions?about=accounts/{pk}&q=")


def _told_followers(asker: Asker) -> list[str]:
    """What the viewer is told of all that was written, when he follows whatever there is, in sight and out of it."""
    with taken_back():
        for entity in FOLLOWED:
            table = table_of(entity)
            ids = entity.model.objects.as_system("test").values_list("pk", flat=True)
            table.objects.bulk_create(table(record_id=pk, user=asker.office.viewer, since=clock.now()) for pk in ids)
        Bookmark.objects.as_system("test").delete()
        Bookmark.objects.create(name=telling.NAME, after=0)
        while telling.tell_next() is not None:
            pass
        found = notices_of(asker.actor, limit=500, kinds=[telling.KIND])
        return sorted(f"{n.sentence} {n.record_type} {n.record_id} {n.list_of}" for n in found)


def feeds(asker: Asker) -> None:
    """One's own calendar and one's team's as other programs fetch them, and the page of their addresses."""
    for secret in asker.office.feeds:
        asker.get(f"/feeds/calendar/{secret}.ics")
    asker.get("/me/calendar")
    asker.form("/me/calendar", {"name": ""})
    asker.form("/me/calendar/987654/revoke", {})


def oneself(asker: Asker) -> None:
    """The way in, and what concerns only the viewer."""
    asker.get("/")
    asker.get("/me/password")
    asker.get("/me/security")
    asker.get("/settings/security")
    for pk in (*asker.unseen.ids["contacts"], asker.office.contacts[0].pk if asker.office.contacts else 1):
        asker.get(f"/contacts/{pk}/own-data.zip")
        asker.get(f"/contacts/{pk}/do/erase")
        asker.form(f"/contacts/{pk}/do/erase", {"word": "no"})
    asker.get("/settings/security/export")
    asker.get("/undo")
    me = asker.office.viewer
    asker.get("/me/own-data.zip")
    asker.get(f"/settings/people/{me.pk}/own-data.zip")
    asker.form(f"/settings/people/{me.pk}/erase", {"word": "no"})
    asker.form(
        "/me", {"version": me.version, "name": me.name, "language": "en", "zone": "UTC", "theme": "", "hue": "fir"}
    )
    asker.form("/me/password", {})
    asker.form("/me/sessions/end", {})
    asker.form("/look-as/stop", {})
    asker.form(f"/settings/people/{me.pk}/look", {})
