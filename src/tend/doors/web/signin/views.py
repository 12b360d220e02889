"""Signing in and out, one-time links, and setting a password by one."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tend.doors.web.signin.entering import enter
from tend.doors.web.signin.forms import AskForLink, NewPassword, SignIn
from tend.kernel.actor import system
from tend.kernel.errors import Refused
from tend.kernel.limits import wait_for
from tend.kernel.organisation import organisation
from tend.people.invitations import send_reset
from tend.people.links import peek, redeem
from tend.people.looking import end as end_looking
from tend.people.passwords import hashed, set_password
from tend.people.security_log import log
from tend.people.signin import log_failed_sign_in

TRIES, SECONDS = 8, 900


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password. The answer is the same for an unknown address and a wrong password."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    form = SignIn(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        wait = max(
            wait_for("sign-in of", email, most=TRIES, seconds=SECONDS),
            wait_for("sign-in from", _address(request), most=TRIES * 5, seconds=SECONDS),
        )
        if wait:
            form.add_error(None, _("Too many tries. Wait %(n)d minutes.") % {"n": wait // 60 + 1})
            response = render(request, "signin/sign_in.html", {"form": form}, status=429)
            response["Retry-After"] = str(wait)
            return response
        user = authenticate(request, email=email, password=form.cleaned_data["password"])
        if user is not None:
            enter(request, user)
            log("sign-in", user=user.pk)
            return HttpResponseRedirect(_next(request))
        log_failed_sign_in(email)
        form.add_error(None, _("This e-mail address and password do not fit together."))
    if form.errors:
        status = 422
    return render(request, "signin/sign_in.html", {"form": form, "next": request.GET.get("next", "")}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    if request.user.is_authenticated:
        mine = getattr(request, "looker", None) or request.user
        end_looking(request.session, mine.pk)
        log("sign-out", user=mine.pk, about=mine.pk)
    logout(request)
    return HttpResponseRedirect("/sign-in")


@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link. It is redeemed by a button, so that a mail scanner that opens it does not use it up."""
    found = peek(token)
    if found is None:
        return render(request, "signin/link_is_used.html", status=410)
    if found.purpose in ("invite", "reset"):
        return _by_password(request, token, found.purpose)
    if request.method == "POST":
        user = redeem(token, found.purpose)
        if user is None:
            return render(request, "signin/link_is_used.html", status=410)
        enter(request, user)
        log("sign-in-by-link", user=user.pk)
        return HttpResponseRedirect("/first-steps" if not organisation().is_set_up else "/")
    return render(request, "signin/welcome.html", {"name": found.user.name, "is_set_up": organisation().is_set_up})


def _by_password(request: HttpRequest, token: str, purpose: str) -> HttpResponse:
    form = NewPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = peek(token)
        try:
            password_hash = hashed(form.cleaned_data["password"], found.user) if found else ""
        except Refused as weak:
            form.add_error("password", weak.message)
        else:
            user = redeem(token, purpose)
            if user is None:
                return render(request, "signin/link_is_used.html", status=410)
            set_password(
                system("a link that was sent to the owner of the address"), user.pk, password_hash=password_hash
            )
            user.refresh_from_db()
            enter(request, user)
            log("sign-in-by-link", user=user.pk)
            return HttpResponseRedirect("/")
    return render(
        request, "signin/new_password.html", {"form": form, "purpose": purpose}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Send a link to set a new password. The page says the same whether the address is known or not."""
    form = AskForLink(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        if not wait_for("reset of", email, most=3, seconds=SECONDS) and not wait_for(
            "reset from", _address(request), most=20, seconds=SECONDS
        ):
            send_reset(email)
        return render(request, "signin/link_is_sent.html", {"email": email})
    return render(request, "signin/ask_for_link.html", {"form": form}, status=422 if form.errors else 200)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=bool(settings.SESSION_COOKIE_SECURE)
    )
    return wanted if safe else "/"


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
