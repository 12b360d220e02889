"""The first steps of a new Tend: the company, the administrator, the books, the colleagues. One transaction a step.

They can be left and taken up again; once finished nobody finds them any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tend.base import localities
from tend.doors.web.pages import Request, show
from tend.doors.web.people.forms import AboutMe, BooksChoice, Colleagues, Company
from tend.doors.web.settings import saving
from tend.doors.web.settings.rooms import needs
from tend.doors.web.signin.entering import stay
from tend.kernel.declared import ORGANISATION, edit_organisation, finish_first_steps, set_up_organisation
from tend.kernel.entity import entity_by_plural
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.organisation import Organisation, organisation
from tend.kernel.unit import Unit
from tend.kernel.values import Cleaner
from tend.people.commands import edit_user, invite, set_roles
from tend.people.entity import USER
from tend.people.invitations import send_invitation
from tend.people.models import Role, User
from tend.people.passwords import change_password, hashed

STEPS = (
    ("company", gettext_lazy("Company")),
    ("you", gettext_lazy("You")),
    ("books", gettext_lazy("Books")),
    ("colleagues", gettext_lazy("Colleagues")),
)
EMPTIED = (
    "statuses",
    "states",
    "relationship-stages",
    "categories",
    "sources",
    "industries",
    "disqualify-reasons",
    "relation-kinds",
)
Step = Callable[[Request], HttpResponse]


def step(name: str) -> Callable[[Step], Step]:
    """One step: only for whoever sets Tend up, only until it is set up, and not before the steps that it needs."""

    def dress(run: Step) -> Step:
        def view(request: Request) -> HttpResponse:
            if organisation().is_set_up:
                raise NotSeen("first-steps")
            first = first_open_step(request)
            if [s for s, _label in STEPS].index(name) > [s for s, _label in STEPS].index(first):
                return HttpResponseRedirect(f"/first-steps/{first}")
            return run(request)

        view.__name__, view.__doc__ = run.__name__, run.__doc__
        return needs("settings")(view)

    return dress


@needs("settings", "GET")
def first_steps(request: Request) -> HttpResponse:
    """Go on where the first steps were left."""
    if organisation().is_set_up:
        raise NotSeen("first-steps")
    return HttpResponseRedirect(f"/first-steps/{first_open_step(request)}")


def first_open_step(request: Request) -> str:
    """The first step that is not taken."""
    if organisation().pk is None:
        return "company"
    if not request.user.has_usable_password():
        return "you"
    return str(request.session.get("first_steps", "books"))


@step("company")
def company(request: Request) -> HttpResponse:
    """Name the company; currency and time zone follow from its country."""
    held = Organisation.objects.seen_by(request.actor).order_by("pk").first()
    asked = "country_code" in request.GET or held is None
    form = Company(request.POST or None, initial=proposed(request.GET) if asked else held.__dict__)
    if request.method == "POST" and form.is_valid():
        try:
            values = Cleaner(ORGANISATION, request.actor, creating=held is None).clean(form.given)
            country = values["country_code"]
            values |= {"weekend": localities.weekend_of(country), "first_weekday": localities.first_weekday_of(country)}
            with Unit(request.actor, verb="first-steps") as unit:
                if held is None:
                    set_up_organisation(unit, values=values)
                else:
                    edit_organisation(unit, unit.open_one(ORGANISATION, held, "settings"), values=values)
                me = unit.open_one(USER, request.user.pk, "users")
                edit_user(unit, me, values={n: values[n] for n in ("language", "zone", "country_code")})
        except Refused as no:
            saving.refuse(form, no)
        else:
            return onwards("you")
    return answer(request, "company", form)


def proposed(said: Any) -> dict[str, str]:
    """What follows from a country: as said, else as the language of the browser hints."""
    language = get_language() or "en"
    country = said.get("country_code") or {"es": "ES", "pt-br": "BR", "uk": "UA"}.get(language, "GB")
    return {
        "name": said.get("name", ""), "country_code": country, "language": said.get("language") or language,
        "currency": localities.main_currency(country), "zone": localities.main_zone(country),
    }  # fmt: skip


@step("you")
def you(request: Request) -> HttpResponse:
    """Give the administrator's account to a person: her name, address and password."""
    mine = request.user
    fresh = not mine.has_usable_password()
    form = AboutMe(request.POST or None, initial={} if fresh else {"name": mine.name, "email": mine.email})
    if request.method == "POST" and form.is_valid():
        said = form.given
        try:
            mine.name, mine.email = said["name"], said["email"]  # what a password must not resemble
            password_hash = hashed(said["password"], mine)
            with Unit(request.actor, verb="first-steps") as unit:
                me = unit.open_one(USER, mine.pk, "users")
                edit_user(unit, me, values={"name": said["name"], "email": said["email"]})
                change_password(unit, me, password_hash=password_hash, knows_old=True)
        except Refused as no:
            saving.refuse(form, no)
        else:
            stay(request, me)
            return onwards("books")
    return answer(request, "you", form)


@step("books")
def books(request: Request) -> HttpResponse:
    """Take the shipped values of the books, or begin with empty ones."""
    form = BooksChoice(request.POST or None, initial={"books": "ours"})
    if request.method == "POST" and form.is_valid():
        if form.given["books"] == "empty":
            empty_books(request)
        else:
            import_string(settings.PRESETS)(request.actor, organisation().language)
        request.session["first_steps"] = "colleagues"
        return onwards("colleagues")
    return answer(request, "books", form)


def empty_books(request: Request) -> None:
    """Delete the shipped values of the books of classification; statuses of calls and outcomes stay, the cycle needs them."""
    for plural in EMPTIED:
        entity = entity_by_plural(plural)
        if entity is not None:
            entity.verb_by_name["trash"].each(request.actor, entity.model.objects.seen_by(request.actor, "settings"))  # type: ignore[attr-defined]


@step("colleagues")
def colleagues(request: Request) -> HttpResponse:
    """Invite colleagues and finish. Nobody named is fine: they can be invited later."""
    roles = Role.objects.seen_by(request.actor)
    form = Colleagues(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        said = form.given
        try:
            with Unit(request.actor, verb="first-steps") as unit:
                held = organisation()
                given = {"language": held.language, "zone": held.zone, "country_code": held.country_code}
                role = [unit.hold(r) for r in roles.filter(pk=said["role"])]
                invited = [invite(unit, values={"email": email, **given}) for email in said["emails"]]
                for user in invited:
                    set_roles(unit, user, roles=role)
                finish_first_steps(unit, unit.open_one(ORGANISATION, held.pk, "settings"))
        except Refused as no:
            saving.refuse(form, _beside_emails(no))
        else:
            request.session.pop("first_steps", None)
            links = [
                {"email": user.email, "link": send_invitation(User.objects.seen_by(request.actor).get(pk=user.pk))}
                for user in invited
            ]
            return show(request, "people/set_up.html", {"links": links, "header_title": _("Tend is ready")})
    return answer(request, "colleagues", form)


def _beside_emails(no: Refused) -> Refused:
    if no.field == "email":
        no.field = "emails"
    return no


def onwards(name: str) -> HttpResponse:
    response = HttpResponseRedirect(f"/first-steps/{name}")
    response.status_code = 303
    return response


def answer(request: Request, name: str, form: forms.Form) -> HttpResponse:
    names = [s for s, _label in STEPS]
    at = names.index(name)
    reached = names.index(first_open_step(request))
    steps = [
        {"label": label, "done": i < reached, "current": i == at, "url": f"/first-steps/{s}" if i <= reached else ""}
        for i, (s, label) in enumerate(STEPS)
    ]
    context = {"form": form, "steps": steps, "back": f"/first-steps/{names[at - 1]}" if at else ""}
    regions = {"by-country": "people/_by_country.html"}
    return show(request, f"people/first_{name}.html", context, regions=regions, status=422 if form.errors else 200)
