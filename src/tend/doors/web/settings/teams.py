"""Teams: the tree, who leads each, and the roles that everybody in a team has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.doors.web.pages import Request, after, show, undo_of
from tend.doors.web.settings import saving
from tend.doors.web.settings.rooms import crumbs, needs
from tend.doors.web.settings.saving import SettingsForm
from tend.kernel.errors import NotSeen, Refused, Stale
from tend.kernel.unit import Unit
from tend.people import commands
from tend.people.entity import TEAM
from tend.people.models import Role, Team, TeamRole, User

TEAMS = "/settings/teams"
DEEPEST = 4  # levels that are drawn apart


class TeamForm(SettingsForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    parent = forms.TypedChoiceField(label=gettext_lazy("Part of"), coerce=int, empty_value=None, required=False)
    leader = forms.TypedChoiceField(label=gettext_lazy("Leader"), coerce=int, empty_value=None, required=False)
    roles = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Roles of everybody in it"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, request: Request, held: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {t.pk: t for t in Team.objects.seen_by(request.actor).exclude(pk=held.pk if held else 0)}
        self.people = {u.pk: u for u in User.objects.seen_by(request.actor).filter(is_active=True)}
        self.known_roles = {r.pk: r for r in Role.objects.seen_by(request.actor)}
        for name, choices in (
            ("parent", saving.records(self.teams.values(), _("nothing: stands at the top"))),
            ("leader", saving.records(self.people.values(), _("nobody"))),
            ("roles", saving.records(self.known_roles.values())),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def write(self, unit: Unit, team: Team | None) -> Team:
        """Write the team and its roles in the unit that is open."""
        given = self.given
        roles = [self.known_roles[pk] for pk in given.pop("roles")]
        values = {
            **given,
            "parent": self.teams.get(given["parent"] or 0),
            "leader": self.people.get(given["leader"] or 0),
        }
        if team is None:
            team = commands.create_team(unit, values=values)
        else:
            commands.edit_team(unit, team, values=values)
        assert team is not None
        commands.set_team_roles(unit, team, roles=roles)
        return team


@needs("users", "GET")
def teams(request: Request) -> HttpResponse:
    """The tree of teams with their leaders and how many people are in each."""
    return answer(request, TeamForm(request=request))


@needs("users")
def new_team(request: Request) -> HttpResponse:
    """Make a team."""
    form = TeamForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            with Unit(request.actor, verb="create-team") as unit:
                made = form.write(unit, None)
        except Refused as no:
            saving.refuse(form, no)
        else:
            return after(request, TEAMS, _("“%(name)s” is added.") % {"name": made.name}, f"/undo/{unit.act}")
    return answer(request, form)


@needs("users")
def team(request: Request, pk: int) -> HttpResponse:
    """Change a team, its place, leader and roles."""
    held = one(request, pk)
    now = {
        **held.__dict__,
        "parent": held.parent_id,
        "leader": held.leader_id,
        "roles": [r.role_id for r in TeamRole.objects.of([held])],
    }
    form = TeamForm(request.POST or None, initial=now, request=request, held=held)
    if request.method == "POST" and form.is_valid():
        try:
            with Unit(request.actor, verb="edit") as unit:
                mine = unit.open_one(TEAM, held, "users")
                if form.expects is not None and mine.version != form.expects:
                    raise Stale(mine, form.expects)
                form.write(unit, mine)
        except (Refused, Stale) as no:
            saving.refuse(form, no)
        else:
            return after(request, TEAMS, _("Saved."), f"/undo/{unit.act}" if unit.wrote else "")
    return answer(request, form, held)


@needs("users", "POST")
def delete(request: Request, pk: int) -> HttpResponse:
    """Delete a team that nobody is in."""
    held = one(request, pk)
    try:
        done = commands.trash_team(request.actor, held)
    except Refused as no:
        form = TeamForm(
            initial={**held.__dict__, "parent": held.parent_id, "leader": held.leader_id}, request=request, held=held
        )
        return answer(request, form, held, refusal=no.message)
    return after(request, TEAMS, _("“%(name)s” is deleted.") % {"name": held.name}, undo_of(done))


def one(request: Request, pk: int) -> Team:
    found: Team | None = Team.objects.seen_by(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotSeen("team")
    return found


def answer(request: Request, form: TeamForm, edited: Team | None = None, refusal: str = "") -> HttpResponse:
    counted = Count("members", filter=Q(members__record__is_active=True))
    rows = list(Team.objects.seen_by(request.actor).select_related("leader").annotate(people=counted))
    context = {
        "rows": list(tree(rows)), "form": form, "edited": edited, "refusal": refusal, "crumbs": crumbs(), "url": TEAMS,
        "open": edited is not None or request.path.endswith("/new"),
    }  # fmt: skip
    return show(request, "settings/teams.html", context, status=422 if form.errors or refusal else 200)


def tree(rows: list[Team]) -> Iterator[Team]:
    """Teams with their depth, each under the one it is part of."""
    known = {t.pk for t in rows}
    below: dict[int | None, list[Team]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)

    def walk(parent: int | None, depth: int) -> Iterator[Team]:
        for row in below.get(parent, ()):
            row.depth = min(depth, DEEPEST)  # type: ignore[attr-defined]
            yield row
            yield from walk(row.pk, depth + 1)

    return walk(None, 0)
