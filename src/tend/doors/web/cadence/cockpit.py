"""What stands beside a call while one talks: what to bear in mind, what is not wanted, the last talks, how far the day is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account, Interest
from tend.domains.activities.models import Activity
from tend.domains.activities.queries import past_of
from tend.doors.web.activities.timeline import ICONS
from tend.doors.web.mentions import cut
from tend.doors.web.pages import Request
from tend.doors.web.records import cells
from tend.doors.web.records.fieldset import characteristics
from tend.engines.cadence import queries
from tend.engines.following.mentioned import names_in
from tend.kernel.actor import Actor
from tend.kernel.reading import Reader

START = "/today/start"  # whoever comes from here gets one card after the other
TALKS, LETTERS, LETTERS_OF_LAST = 4, 280, 160


def beside(request: Request, account: Account, pk: int, now: dt.datetime) -> dict[str, Any]:
    """The columns left and right of the card, and where it stands in the day."""
    actor = request.actor
    return {"minds": minds(actor, account), "talks": _talks(actor, account), **_place(request, pk, now)}


def minds(actor: Actor, account: Account) -> list[dict[str, Any]]:
    """Characteristics shown when approaching, as far as they are filled in, then what the account does not want."""
    shown = [f for f in characteristics(ACCOUNT, actor, of=account) if f.shown_when_approaching]
    values = Reader(ACCOUNT, actor, [f.name for f in shown]).one(account) if shown else {}
    found = [
        {"label": f.label, "value": cells.show(f, values[f.name], wide=True), "state": ""}
        for f in shown
        if values.get(f.name) not in cells.BLANK
    ]
    if ACCOUNT.right(actor, "interests") != "hidden":
        for interest in (
            Interest.objects.of([account]).filter(is_disinterest=True).select_related("area").order_by("pk")
        ):
            label = _("Disinterest, strong") if interest.strength > 2 else _("Disinterest")
            value = f"{interest.area.name}: {interest.note}" if interest.note else interest.area.name
            found.append({"label": label, "value": value, "state": "late"})
    return found


def _talks(actor: Actor, account: Account) -> list[dict[str, Any]]:
    found = past_of(actor, account, limit=TALKS)
    named = names_in(Activity, {a.pk: a.text for a in found})
    return [
        {"icon": ICONS.get(a.kind, "note"), "title": a.outcome.name if a.outcome else str(a), "on": a.done_at, "text": cut(a.text, named.get(a.pk), LETTERS),
         "minutes": a.duration, "url": f"/activities/{a.pk}"}
        for a in found
    ]  # fmt: skip


def last_words(actor: Actor, account: Account) -> SafeString | str:
    """What was said in the last talk about which something is written, with the people named in it."""
    talk = queries.last_talk(actor, account)
    return cut(talk.text, names_in(Activity, {talk.pk: talk.text}).get(talk.pk), LETTERS_OF_LAST) if talk else ""


def _place(request: Request, pk: int, now: dt.datetime) -> dict[str, Any]:
    """Which card of the day this is, and its neighbours; nothing when one came from elsewhere."""
    if not (request.POST.get("next") or request.GET.get("next") or "").startswith(START):
        return {}
    ids, done = queries.line_of_day(request.actor, now)
    if pk not in ids:
        return {"line_total": done + len(ids), "line_at": done}
    at = ids.index(pk)

    def url(step: int) -> str:
        return f"/calls/{ids[(at + step) % len(ids)]}?next={START}" if len(ids) > 1 else ""

    return {"line_total": done + len(ids), "line_at": done + at + 1, "skip_url": url(1), "back_url": url(-1)}
