"""One's own pages: profile, password, and where one is signed in."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from tend.doors.web.pages import Request, after, page, show, undo_of
from tend.doors.web.people.forms import ChangePassword, Profile
from tend.doors.web.settings import saving
from tend.doors.web.signin.entering import stay
from tend.kernel.errors import Refused, Stale
from tend.kernel.limits import wait_for
from tend.people.commands import edit_profile
from tend.people.passwords import change_password, hashed, matches
from tend.people.security_log import log
from tend.people.sessions import end_others, sessions_of

TRIES, SECONDS = 8, 900


@page("GET", "POST")
def me(request: Request) -> HttpResponse:
    """Change one's own name, language, time zone, look and keys."""
    mine = request.user
    now = {name: getattr(mine, name) for name in ("version", "name", "language", "zone", "theme", "hue")}
    now["keys_on"] = not mine.preferences.get("keys_off")
    form = Profile(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        given = form.given
        try:
            done = edit_profile(
                request.actor, mine.pk, values={**given, "keys_off": not given.pop("keys_on")}, expect=form.expects
            )
        except (Refused, Stale) as no:
            saving.refuse(form, no)
        else:
            with override(given["language"]):
                response = after(request, "/me", _("Saved."), undo_of(done))
            if given["theme"]:
                response.set_cookie("theme", given["theme"], max_age=365 * 24 * 3600, samesite="Lax")
            else:
                response.delete_cookie("theme")
            return response
    sessions = sessions_of(mine.pk, str(request.session.session_key))
    context = {"form": form, "sessions": sessions, "others": len(sessions) - 1}
    return show(request, "people/me.html", context, status=422 if form.errors else 200)


@page("GET", "POST")
def password(request: Request) -> HttpResponse:
    """Change one's own password; whoever else is signed in with the old one is signed out."""
    form = ChangePassword(request.POST or None)
    status = 422
    if request.method == "POST" and form.is_valid():
        wait = wait_for("password of", str(request.user.pk), most=TRIES, seconds=SECONDS)
        if wait:
            form.add_error(None, _("Too many tries. Wait %(n)d minutes.") % {"n": wait // 60 + 1})
            status = 429
        else:
            try:
                known = matches(form.given["old"], request.user)
                password_hash = hashed(form.given["password"], request.user) if known else ""
                done = change_password(request.actor, request.user.pk, password_hash=password_hash, knows_old=known)
            except Refused as no:
                saving.refuse(form, no)
            else:
                stay(request, done.record)
                return after(request, "/me", _("Your password is changed. You are signed out everywhere else."))
    response = show(request, "people/password.html", {"form": form}, status=status if form.errors else 200)
    if status == 429:
        response["Retry-After"] = str(SECONDS)
    return response


@page("POST")
def end_other_sessions(request: Request) -> HttpResponse:
    """Sign out everywhere but here."""
    ended = end_others(request.user.pk, str(request.session.session_key))
    log("sessions-ended", user=request.user.pk, sessions=ended)
    said = ngettext("%(n)d other session ended.", "%(n)d other sessions ended.", ended) % {"n": ended}
    return after(request, "/me", said)
