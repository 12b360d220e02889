"""All that Tend knows of a person who signs in, in one file: for herself, and for those who manage people.

Written within the sight of whoever asks: of a colleague, what concerns records out of that sight is not in it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse

from tend.doors.api import shapes
from tend.doors.web.pages import Request, page
from tend.doors.web.settings.people import one
from tend.doors.web.settings.rooms import needs
from tend.engines.following.followers import FOLLOWED
from tend.kernel.actor import Actor
from tend.kernel.entity import entities
from tend.kernel.notices import notices_of
from tend.kernel.views.saved import SavedView
from tend.people.access import actor_for
from tend.people.calendar_models import Absence
from tend.people.entity import USER
from tend.people.feeds import CalendarFeed
from tend.people.models import User
from tend.people.security_log import log, own_events
from tend.people.sessions import sessions_of
from tend.people.tokens import ApiToken
from tend.people.whence import Whence, whence

MOST = 10_000  # of each kind


@page("GET")
def mine(request: Request) -> HttpResponse:
    """One's own data as a ZIP of JSON. That it was taken stands in the security log."""
    return _answer(request, request.user)


@needs("users", "GET")
def of_person(request: Request, pk: int) -> HttpResponse:
    """The same of a colleague, for those who manage people."""
    return _answer(request, one(request, pk))


def _answer(request: Request, user: User) -> HttpResponse:
    answer = StreamingHttpResponse(_logged(request.actor, user, whence()), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="user-{user.pk}.zip"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[return-value]


def _logged(actor: Actor, user: User, at: Whence) -> Iterator[bytes]:
    log("person-exported", user=actor.user_id, about=user.pk, at=at, type="users", number=user.pk)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, said in _told(actor, user).items():
            archive.writestr(f"{name}.json", json.dumps(said, default=str, ensure_ascii=False, indent=2))
    yield out.getvalue()


def _told(actor: Actor, user: User) -> dict[str, Any]:
    own = actor_for(user)
    views = SavedView.objects.seen_by(actor).filter(owner_id=user.pk).order_by("pk")[:MOST]
    tokens = ApiToken.objects.seen_by(actor).filter(user_id=user.pk).order_by("pk")[:MOST]
    feeds = CalendarFeed.objects.seen_by(actor).filter(user_id=user.pk).order_by("pk")[:MOST]
    absences = Absence.objects.seen_by(actor).filter(user_id=user.pk).order_by("pk")[:MOST]
    return {
        "profile": {**shapes.full(USER, actor, [user])[0], "theme": user.theme, "preferences": user.preferences},
        "sign-ins": [
            {"at": e.at.isoformat(), "what": str(e.word), "address": e.address, "device": e.device}
            for e in own_events(own, limit=MOST)
        ],
        "sessions": [_taken(s, "device began_at seen_at") for s in sessions_of(user.pk, "")],
        "notices": _notices(actor, own),
        "tokens": [_taken(t, "name limits created_at expires_at revoked_at last_used_at") for t in tokens],
        "calendar-addresses": [_taken(f, "name shows created_at revoked_at last_used_at") for f in feeds],
        "absences": [_taken(a, "first last reason") for a in absences],
        "views": [_taken(v, "name record_type filter columns sort group_by is_shared") for v in views],
        "follows": _follows(actor, user),
    }  # fmt: skip


def _taken(row: Any, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}


def _notices(actor: Actor, own: Actor) -> list[dict[str, Any]]:
    """What the person was told. To anybody else only what speaks of a record that he sees as well."""
    found: Iterable[Any] = notices_of(own, limit=MOST)
    if actor.user_id != own.user_id:
        seen = set()
        for entity in entities():
            ids = [n.record_id for n in found if n.record_type == entity.code]
            rows: Any = entity.model
            kept = rows.objects.seen_by(actor).filter(pk__in=ids).values_list("pk", flat=True) if ids else ()
            seen |= {(entity.code, pk) for pk in kept}
        found = [n for n in found if (n.record_type, n.record_id) in seen]
    return [{"at": n.made_at.isoformat(), "kind": n.kind, "text": n.sentence, "is_read": n.is_read} for n in found]


def _follows(actor: Actor, user: User) -> list[dict[str, Any]]:
    found = []
    for entity in FOLLOWED:
        model: Any = entity.model
        rows = model.objects.seen_by(actor).filter(followers__user_id=user.pk).order_by("pk")[:MOST]
        is_named = entity.right(actor, entity.title) != "hidden"
        found += [{"type": entity.plural, "id": r.pk, **({"name": str(r)} if is_named else {})} for r in rows]
    return found
