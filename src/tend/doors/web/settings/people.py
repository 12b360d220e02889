"""People: who they are, inviting by a link, roles and teams, and leaving with a handover."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tend.domains.activities.leaving import MOST, deactivate_with_handover, portfolio_of
from tend.doors.web.pages import Request, after, page, show, undo_of
from tend.doors.web.settings import saving
from tend.doors.web.settings.rooms import crumbs, needs
from tend.doors.web.settings.saving import SettingsForm
from tend.kernel.errors import NotSeen, Refused, Stale
from tend.kernel.organisation import organisation
from tend.kernel.unit import Unit
from tend.people import commands, erasing, looking
from tend.people.entity import USER
from tend.people.invitations import INVITE, send_invitation
from tend.people.models import Role, Team, TeamMember, User, UserRole
from tend.people.security_log import log

PEOPLE = "/settings/people"


class PersonForm(SettingsForm):
    """A person with roles and teams. The main team is the one whose pool her accounts go to."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"class": "input"})
    )
    roles = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Roles"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    team = forms.TypedChoiceField(label=gettext_lazy("Main team"), coerce=int, empty_value=None, required=False)
    teams = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Further teams"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    manager = forms.TypedChoiceField(label=gettext_lazy("Manager"), coerce=int, empty_value=None, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=saving.languages)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=saving.zones)
    country_code = forms.ChoiceField(label=gettext_lazy("Country, for holidays"), required=False)
    calls_per_day = forms.IntegerField(label=gettext_lazy("Calls a day"), min_value=0, max_value=500, initial=24)

    def __init__(self, *args: Any, request: Request, held: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_roles = {r.pk: r for r in Role.objects.seen_by(request.actor)}
        self.known_teams = {t.pk: t for t in Team.objects.seen_by(request.actor)}
        self.known_people = {
            u.pk: u
            for u in User.objects.seen_by(request.actor).filter(is_active=True).exclude(pk=held.pk if held else 0)
        }
        self.choose("roles", saving.records(self.known_roles.values()))
        self.choose("team", saving.records(self.known_teams.values(), _("none")))
        self.choose("teams", saving.records(self.known_teams.values()))
        self.choose("manager", saving.records(self.known_people.values(), _("nobody")))
        self.choose("country_code", saving.countries(_("as the company")))

    def choose(self, name: str, choices: saving.Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def write(self, unit: Unit, user: User | None) -> User:
        """Write everything the form says, in the unit that is open."""
        given = self.given
        roles = [self.known_roles[pk] for pk in given.pop("roles")]
        main, further = given.pop("team"), given.pop("teams")
        teams = [self.known_teams[pk] for pk in dict.fromkeys([*([main] if main else []), *further])]
        manager = self.known_people.get(given.pop("manager") or 0)
        values = {**given, "manager": manager}
        if user is None:
            user = commands.invite(unit, values=values)
        else:
            commands.edit_user(unit, user, values=values)
        assert user is not None
        commands.set_roles(unit, user, roles=roles)
        commands.set_teams(unit, user, teams=teams)
        return user


@needs("users", "GET")
def people(request: Request) -> HttpResponse:
    """Everybody who may or might sign in, with roles and teams."""
    left = request.GET.get("show") == "left"
    everybody = User.objects.seen_by(request.actor).select_related("manager")
    counts = {active: everybody.filter(is_active=active).count() for active in (True, False)}
    rows = list(everybody.filter(is_active=not left))
    roles, teams = places_of(rows)
    for user in rows:
        user.role_words, user.team_words = ", ".join(roles.get(user.pk, ())), ", ".join(teams.get(user.pk, ()))
        user.is_invited = user.is_active and not user.has_usable_password()
    tabs = [
        {"label": _("May sign in"), "url": PEOPLE, "count": counts[True], "current": not left},
        {"label": _("Deactivated"), "url": f"{PEOPLE}?show=left", "count": counts[False], "current": left},
    ]
    context = {"people": rows, "tabs": tabs, "crumbs": crumbs(), "left": left}
    return show(request, "settings/people.html", context)


def places_of(users: list[User]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """The names of roles and teams of people that were read, by their id; the main team first."""
    roles: dict[int, list[str]] = {}
    for row in UserRole.objects.of(users).select_related("role").filter(role__trashed_at=None):
        roles.setdefault(row.record_id, []).append(str(row.role))
    teams: dict[int, list[str]] = {}
    for member in (
        TeamMember.objects.of(users).select_related("team").filter(team__trashed_at=None).order_by("-is_main", "pk")
    ):
        teams.setdefault(member.record_id, []).append(member.team.name)
    return roles, teams


@needs("users")
def invite(request: Request) -> HttpResponse:
    """Enter a person and send her a link; the link is shown once, to be handed over by hand."""
    held = organisation()
    given = {"language": held.language, "zone": held.zone, "calls_per_day": 24}
    form = PersonForm(request.POST or None, initial=given, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            with Unit(request.actor, verb="invite") as unit:
                user = form.write(unit, None)
        except Refused as no:
            saving.refuse(form, no)
        else:
            return invited(request, user)
    context = {
        "form": form,
        "crumbs": crumbs((_("People"), PEOPLE)),
        "title": _("Invite"),
        "save": _("Invite"),
        "cancel": PEOPLE,
    }
    return show(request, "settings/person.html", context, status=422 if form.errors else 200)


def invited(request: Request, user: User) -> HttpResponse:
    """The page that shows a link this once."""
    link = send_invitation(user)
    log("link-sent", user=request.actor.user_id, about=user.pk, purpose=INVITE)
    return show(request, "settings/invited.html", {"user": user, "link": link, "crumbs": crumbs((_("People"), PEOPLE))})


@needs("users")
def person(request: Request, pk: int) -> HttpResponse:
    """Change a person, her roles and teams."""
    user = one(request, pk)
    role_ids = [row.role_id for row in UserRole.objects.of([user])]
    members = list(TeamMember.objects.of([user]).order_by("-is_main", "pk"))
    now = {
        **user.__dict__, "manager": user.manager_id, "roles": role_ids, "team": members[0].team_id if members else None,
        "teams": [m.team_id for m in members[1:]],
    }  # fmt: skip
    form = PersonForm(request.POST or None, initial=now, request=request, held=user)
    if request.method == "POST" and form.is_valid():
        try:
            country = {"country_code": form.given["country_code"]}
            if moves := saving.moves(request, commands.edit_user, country, user):
                return _person(request, user, form, moves=moves)
            with Unit(request.actor, verb="edit") as unit:
                held = unit.open_one(USER, user, "users")
                if form.expects is not None and held.version != form.expects:
                    raise Stale(held, form.expects)
                form.write(unit, held)
        except (Refused, Stale) as no:
            saving.refuse(form, no)
        else:
            act = f"/undo/{unit.act}" if unit.wrote else ""
            said = " ".join([_("%(name)s is saved.") % {"name": held.name}, *unit.says])
            return after(request, PEOPLE, said, act)
    return _person(request, user, form)


def _person(request: Request, user: User, form: PersonForm, **more: Any) -> HttpResponse:
    context = {
        "form": form, "crumbs": crumbs((_("People"), PEOPLE)), "title": user.name, "save": _("Save"), "cancel": PEOPLE, "person": user,
        "is_me": user.pk == request.actor.user_id, "may_look": request.actor.has_right(looking.RIGHT), **more,
    }  # fmt: skip
    return show(request, "settings/person.html", context, status=422 if form.errors else 200)


@needs("users", "POST")
def send_link(request: Request, pk: int) -> HttpResponse:
    """Send a person a new link by which she sets a password."""
    user = one(request, pk)
    if not user.is_active:
        raise Refused(_("%(name)s may not sign in. Reactivate the account first.") % {"name": user.name})
    return invited(request, user)


@needs(looking.RIGHT, "POST")
def look_as(request: Request, pk: int) -> HttpResponse:
    """See Tend as a person does, until one stops or half an hour is over."""
    looking.begin(request.session, request.actor, one(request, pk))
    return after(request, "/")


@page("POST")
def stop_looking(request: Request) -> HttpResponse:
    """Be oneself again."""
    looker = request.looker
    seen = looking.end(request.session, looker.pk) if looker is not None else None
    return after(request, f"{PEOPLE}/{seen}" if seen is not None else "/")


class LeavingForm(SettingsForm):
    goes_to = forms.ChoiceField(choices=[("person", ""), ("pool", "")], initial="person")
    to = forms.TypedChoiceField(label=gettext_lazy("Person"), coerce=int, empty_value=None, required=False)
    team = forms.TypedChoiceField(label=gettext_lazy("Pool of"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, request: Request, leaver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {
            u.pk: u for u in User.objects.seen_by(request.actor).filter(is_active=True).exclude(pk=leaver.pk)
        }
        self.teams = {t.pk: t for t in Team.objects.seen_by(request.actor)}
        self.fields["to"].choices = saving.records(self.people.values(), _("not chosen"))  # type: ignore[attr-defined]
        self.fields["team"].choices = saving.records(self.teams.values(), _("the team each account belongs to"))  # type: ignore[attr-defined]


@needs("users")
def deactivate(request: Request, pk: int) -> HttpResponse:
    """End a person's access and hand over what she looks after, in one step."""
    user = one(request, pk)
    portfolio = portfolio_of(user)
    form = LeavingForm(request.POST or None, request=request, leaver=user)
    if request.method == "POST" and form.is_valid():
        said = form.given
        to = form.people.get(said["to"] or 0) if said["goes_to"] == "person" else None
        team = form.teams.get(said["team"] or 0) if said["goes_to"] == "pool" else None
        if said["goes_to"] == "person" and to is None and not portfolio.is_empty:
            form.add_error("to", _("Choose who takes over."))
        else:
            try:
                operation = deactivate_with_handover(request.actor, user, to=to, team=team)
            except Refused as no:
                saving.refuse(form, no)
            else:
                said_now = _("%(name)s may no longer sign in.") % {"name": user.name}
                if not operation.is_over:
                    return after(request, f"/operations/{operation.pk}?next={quote(PEOPLE, safe='')}", said_now)
                return after(request, PEOPLE, said_now, f"/undo/operation/{operation.pk}")
    context = {
        "person": user,
        "portfolio": portfolio,
        "most": MOST,
        "form": form,
        "crumbs": crumbs((_("People"), PEOPLE), (user.name, f"{PEOPLE}/{pk}")),
    }
    return show(request, "settings/deactivate.html", context, status=422 if form.errors else 200)


@needs("users", "POST")
def reactivate(request: Request, pk: int) -> HttpResponse:
    """Let a person sign in again; what was handed over stays where it is."""
    user = one(request, pk)
    done = commands.reactivate(request.actor, user)
    return after(request, f"{PEOPLE}/{pk}", _("%(name)s may sign in again.") % {"name": user.name}, undo_of(done))


@needs("users")
def erase(request: Request, pk: int) -> HttpResponse:
    """What erasing a person who left would do, counted by the very work, and the word to be typed."""
    user = one(request, pk)
    refused = []
    if request.method == "POST":
        try:
            erasing.erase(request.actor, user, word=request.POST.get("word", ""))
        except Refused as no:
            refused = [no]
        else:
            return after(request, f"{PEOPLE}?show=left", _("The person is erased. This cannot be undone."))
    found = erasing.preview(request.actor, pk)
    context = {
        "name": user.name, "refused": refused, "word": _(erasing.WORD), "goes": _goes(found), "stays": _stays(pk, found),
        "action": f"{PEOPLE}/{pk}/erase", "take_url": f"{PEOPLE}/{pk}/own-data.zip", "cancel_url": f"{PEOPLE}/{pk}",
        "crumbs": crumbs((_("People"), PEOPLE), (user.name, f"{PEOPLE}/{pk}")),
    }  # fmt: skip
    return show(request, "people/erase.html", context, status=422 if refused else 200)


def _goes(found: erasing.Preview) -> list[str]:
    written: Any = _("%(n)s and more") % {"n": found.written} if found.written and found.is_more else found.written
    counted = (
        (found.ways_in, ngettext("%(n)d session, link, token or calendar address", "%(n)d sessions, links, tokens and calendar addresses", found.ways_in)),
        (found.notices, ngettext("%(n)d notice to this person", "%(n)d notices to this person", found.notices)),
        (found.views, ngettext("%(n)d view of this person alone", "%(n)d views of this person alone", found.views)),
        (found.texts, ngettext("the name after an @ in %(n)d text", "the name after an @ in %(n)d texts", found.texts)),
        (written, ngettext("the name in %(n)s talk, remark or description", "the name in %(n)s talks, remarks and descriptions", found.written)),
        (found.history, ngettext("what %(n)d entry of the history says", "what %(n)d entries of the history say", found.history)),
        (found.beside, ngettext("her name in %(n)d notice, refusal, view or letter", "her name in %(n)d notices, refusals, views and letters", found.beside)),
        (found.files, ngettext("the file of %(n)d import", "the files of %(n)d imports", found.files)),
    )  # fmt: skip
    return [_("name, e-mail, preferences, roles and teams"), *(words % {"n": n} for n, words in counted if n)]


def _stays(pk: int, found: erasing.Preview) -> list[str]:
    said = [_("what this person wrote and changed, as “Erased person %(number)s”") % {"number": pk}]
    if found.is_shared:
        said.append(_("the name in texts where no @ stands before it: somebody else is called so as well"))
    return said


def one(request: Request, pk: int) -> User:
    user: User | None = User.objects.seen_by(request.actor).filter(pk=pk).first()
    if user is None:
        raise NotSeen("user")
    return user
