"""Roles: a table of lines and actions with a scope each, rights on fields, to whom one assigns, and other rights."""

from __future__ import annotations

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
from tend.kernel.actor import SCOPES
from tend.kernel.entity import entities
from tend.kernel.errors import NotSeen, Refused, Stale
from tend.kernel.values import create_record, edit_record
from tend.kernel.verbs import verb_on
from tend.people import commands, looking
from tend.people.entity import ROLE
from tend.people.models import Role

ROLES = "/settings/roles"
ELSEWHERE = frozenset({"settings", "users", "tokens", "views"})  # lines that follow a right, or are one's own
ACTIONS = (
    ("view", gettext_lazy("View")), ("create", gettext_lazy("Create")), ("edit", gettext_lazy("Edit")), ("assign", gettext_lazy("Assign")),
    ("bulk", gettext_lazy("Many at once")), ("import", gettext_lazy("Import")), ("export", gettext_lazy("Export")), ("delete", gettext_lazy("Delete")),
)  # fmt: skip
BY_NAME = (("merge", gettext_lazy("Merge")),)  # verbs with a column of their own, on the lines that have them
SCOPE_WORDS = {
    "none": gettext_lazy("none"), "own": gettext_lazy("own"), "team": gettext_lazy("team"), "territory": gettext_lazy("territory"), "all": gettext_lazy("all"),
}  # fmt: skip
REACH_WORDS = {
    "none": gettext_lazy("nobody"),
    "self": gettext_lazy("self"),
    "team": gettext_lazy("self and own team"),
    "all": gettext_lazy("everybody"),
}
RIGHTS = (
    ("settings", gettext_lazy("Settings: books, characteristics, calendars, the organisation")),
    ("users", gettext_lazy("People, teams and roles")),
    ("audit", gettext_lazy("Who read and changed what")),
    (looking.RIGHT, gettext_lazy("Look at Tend as somebody else sees it")),
    ("undo_team", gettext_lazy("Undo what the team did")),
    ("undo_all", gettext_lazy("Undo what anybody did")),
    ("coverage", gettext_lazy("Coverage and forecast of the team")),
    ("share_views", gettext_lazy("Share views with others")),
)
FIELD_WORDS = (
    ("edit", gettext_lazy("may change")),
    ("read", gettext_lazy("may read")),
    ("hidden", gettext_lazy("hidden")),
)


class RoleForm(SettingsForm):
    """Name, reach and rights; scopes and field rights are read from the tables (`scope:line:action`, `field:line:name`)."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    assign_to = forms.ChoiceField(label=gettext_lazy("Gives accounts to"), choices=list(REACH_WORDS.items()))
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("Other rights"), choices=RIGHTS, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, held: Role | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held

    def scope(self, line: str, action: str) -> str:
        """The scope that the table shows."""
        if self.is_bound:
            said = str(self.data.get(f"scope:{line}:{action}", "none"))
            return said if said in SCOPES else "none"
        return granted(self.held.scopes if self.held else {}, line, action)

    def field_right(self, line: str, name: str) -> str:
        if self.is_bound:
            said = str(self.data.get(f"field:{line}:{name}", "edit"))
            return said if said in ("edit", "read", "hidden") else "edit"
        return str((self.held.field_rights if self.held else {}).get(line, {}).get(name, "edit"))

    @property
    def table(self) -> list[dict[str, Any]]:
        return [
            {
                "label": label,
                "cells": [
                    {
                        "name": f"scope:{line}:{a}" if a in actions_of(line) else "",
                        "label": word,
                        "now": self.scope(line, a),
                    }
                    for a, word in (*ACTIONS, *BY_NAME)
                ],
            }
            for line, label in lines()
        ]

    @property
    def field_tables(self) -> list[dict[str, Any]]:
        found = []
        for line, label in lines():
            rows = [
                {"name": f"field:{line}:{n}", "label": word, "now": self.field_right(line, n)}
                for n, word in fields_of(line)
            ]
            found.append({"label": label, "rows": rows, "limited": sum(r["now"] != "edit" for r in rows)})
        return found

    @property
    def values(self) -> dict[str, Any]:
        """The role as its verb takes it. What the table does not show (verbs by name, further lines) stays as it was."""
        given = self.given
        if self.held and self.held.pk and given["name"] == str(self.held):
            given = {**given, "name": self.held.name}  # a shipped name that was left alone stays as it is stored
        before = self.held.scopes if self.held else {}
        scopes = {line: dict(actions) for line, actions in before.items()}
        shown = [(line, action) for line, _l in lines() for action in actions_of(line)]
        is_changed = any(self.scope(line, a) != granted(before, line, a) for line, a in shown)
        if is_changed and "*" in scopes:  # "everything" is spelled out once part of it is taken away
            everything = scopes.pop("*")
            for line, _l in lines():
                scopes[line] = {
                    **{a: granted({"*": everything}, line, a) for a in actions_of(line)},
                    **scopes.get(line, {}),
                }
            scopes |= {line: {"*": "all"} for line in ELSEWHERE}
        for line, action in shown:  # a verb that went by another right keeps what was shown when that one changes
            if self.scope(line, action) != granted(scopes, line, action):
                scopes.setdefault(line, {})[action] = self.scope(line, action)
        if not self.held:
            scopes.setdefault("tokens", {"*": "own"})
        fields = {
            line: {n: self.field_right(line, n) for n, _w in fields_of(line) if self.field_right(line, n) != "edit"}
            for line, _l in lines()
        }
        rights = given["rights"]
        if self.held and "*" in self.held.rights and set(rights) == {r for r, _w in RIGHTS}:
            rights = self.held.rights
        return {
            **given,
            "rights": rights,
            "scopes": scopes,
            "field_rights": {line: names for line, names in fields.items() if names},
        }


def granted(scopes: Any, line: str, action: str) -> str:
    """What a role's table gives, "every action" and "every line" included; a verb it does not name goes by what it needs."""
    of_line, everywhere = scopes.get(line, {}), scopes.get("*", {})
    found = of_line.get(action) or of_line.get("*") or everywhere.get(action) or everywhere.get("*")
    if not found and (verb := verb_on(line, action)) is not None:
        return granted(scopes, line, verb.needs)
    return str(found or "none")


def actions_of(line: str) -> list[str]:
    """The columns that a line of the table has."""
    return [a for a, _w in ACTIONS] + [name for name, _w in BY_NAME if verb_on(line, name)]


def lines() -> list[tuple[str, str]]:
    """The lines of a role's table: what record types stand on, leads apart from accounts."""
    found: dict[str, str] = {}
    for entity in entities():
        for line in entity.lines or (entity.plural,):
            if line not in ELSEWHERE and not entity.book and (line not in found or entity.plural == line):
                found[line] = _("Leads") if line == "leads" else str(entity.label_plural)
    first = [line for line in ("leads", "accounts", "contacts", "activities", "documents") if line in found]
    return [(line, found[line]) for line in (*first, *(sorted(found.keys() - set(first))))]


def fields_of(line: str) -> list[tuple[str, str]]:
    """The fields of the records on a line."""
    found: dict[str, str] = {}
    for entity in entities():
        if line in (entity.lines or (entity.plural,)):
            for field in entity.all_fields:
                if "." not in field.name and field.name not in ("id", entity.title):
                    found.setdefault(field.name, str(field.label))
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


@needs("users", "GET")
def roles(request: Request) -> HttpResponse:
    """Every role with what it gives in a few words, and how many people have it."""
    people = Count("user_roles", filter=Q(user_roles__record__is_active=True), distinct=True)
    rows = list(Role.objects.seen_by(request.actor).annotate(people=people, teams=Count("team_roles", distinct=True)))
    for row in rows:
        row.summary = _("leads %(leads)s, accounts %(accounts)s") % {
            line: SCOPE_WORDS[granted(row.scopes, line, "view")] for line in ("leads", "accounts")
        }
    return show(request, "settings/roles.html", {"rows": rows, "crumbs": crumbs(), "url": ROLES})


@needs("users")
def new_role(request: Request) -> HttpResponse:
    """Make a role; what it does not name is none. `copy` begins with what another gives."""
    pattern = one(request, int(request.GET["copy"])) if request.GET.get("copy", "").isdecimal() else None
    held = None
    if pattern is not None:
        held = Role(scopes=pattern.scopes, field_rights=pattern.field_rights, rights=pattern.rights)
        initial = {
            "name": _("%(name)s, copy") % {"name": pattern},
            "assign_to": pattern.assign_to,
            "rights": shown_rights(pattern),
        }
    else:
        initial = {"assign_to": "none"}
    form = RoleForm(request.POST or None, initial=initial, held=held)
    if request.method == "POST" and form.is_valid():
        try:
            done = create_record(request.actor, ROLE, form.values)
        except Refused as no:
            refuse(form, no)
        else:
            return after(request, ROLES, _("“%(name)s” is added.") % {"name": done.record}, undo_of(done))
    return answer(request, form, None)


@needs("users")
def role(request: Request, pk: int) -> HttpResponse:
    """Change what a role gives. It holds from the next request on."""
    held = one(request, pk)
    initial = {"name": str(held), "assign_to": held.assign_to, "rights": shown_rights(held), "version": held.version}
    form = RoleForm(request.POST or None, initial=initial, held=held)
    if request.method == "POST" and form.is_valid():
        try:
            done = edit_record(request.actor, ROLE, held, form.values, expect=form.expects)
        except (Refused, Stale) as no:
            refuse(form, no)
        else:
            return after(request, ROLES, _("“%(name)s” is saved.") % {"name": done.record}, undo_of(done))
    return answer(request, form, held)


@needs("users", "POST")
def delete(request: Request, pk: int) -> HttpResponse:
    """Delete a role; whoever had it loses what it gave."""
    done = commands.trash_role(request.actor, one(request, pk))
    return after(request, ROLES, _("“%(name)s” is deleted.") % {"name": done.record}, undo_of(done))


def refuse(form: RoleForm, no: Refused | Stale) -> None:
    if isinstance(no, Refused) and no.field == "roles":
        no.field = "rights"
    saving.refuse(form, no)


def shown_rights(held: Role) -> list[str]:
    return [r for r, _w in RIGHTS] if "*" in held.rights else held.rights


def one(request: Request, pk: int) -> Role:
    found: Role | None = Role.objects.seen_by(request.actor).filter(pk=pk).first()
    if found is None:
        raise NotSeen("role")
    return found


def answer(request: Request, form: RoleForm, held: Role | None) -> HttpResponse:
    context = {
        "form": form, "role": held, "actions": [word for _a, word in (*ACTIONS, *BY_NAME)], "scopes": list(SCOPE_WORDS.items()), "field_words": FIELD_WORDS,
        "title": str(held) if held else _("New role"), "crumbs": crumbs((_("Roles"), ROLES)), "url": ROLES,
    }  # fmt: skip
    return show(request, "settings/role.html", context, status=422 if form.errors else 200)
