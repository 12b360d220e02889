"""What every page's frame needs: who is signed in, the navigation, the theme and a sentence that waits to be said."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from tend.base.names import initials
from tend.doors.web import counts, keys
from tend.doors.web.menu import navigation
from tend.kernel.organisation import organisation
from tend.kernel.views import navigation_of
from tend.people import looking


def context(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all pages."""
    user = request.user if getattr(request, "user", None) is not None and request.user.is_authenticated else None
    actor = getattr(request, "actor", None)
    looker = getattr(request, "looker", None)
    if looker is not None and looking.KEY not in request.session:
        looker = None  # it has just ended
    whole = request.headers.get("HX-Request") != "true" or request.headers.get("HX-Boosted") == "true"
    flash = request.session.pop("flash", None) if user and whole else None  # a region has no place to say it
    if flash and actor:
        counts.forget(actor)
        flash["back"] = request.get_full_path() if request.method == "GET" else ""
    ways = navigation_of(actor, getattr(request, "last_change", None)) if actor and whole else ()
    found, is_old = counts.kept(actor) if actor else ({}, False)
    return {
        "actor": actor,
        "actor_user": {"id": user.pk, "name": user.name, "initials": initials(user.name), "hue": user.hue}
        if user
        else None,
        "nav": navigation(actor, request.path, ways, request.GET.get("view", "")) if actor else [],
        "may_log": actor is not None and actor.scope("activities", "create") != "none",
        "counts": found,
        "counts_are_old": is_old,
        "theme": (user.theme if user else "") or request.COOKIES.get("theme", ""),
        "key_groups": keys.GROUPS,
        "keys_off": bool(user and user.preferences.get("keys_off")),
        "org_name": organisation().name,
        "language": get_language(),
        "flash": flash,
        "looking": {"name": looker.name, "until": looking.until(request.session)} if looker and user else None,
    }
