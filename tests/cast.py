"""The cast of the stories: a leader, a manager and a junior of one team, a stranger, and a few words to give them work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tend.kernel.actor import Actor, system
from tend.kernel.entity import entity_by_plural
from tend.kernel.organisation import organisation_changed
from tend.kernel.values import create_record
from tend.people.access import actor_for, forget_actors
from tend.people.models import Role, Team, TeamMember, User, UserRole
from tend.people.roles import SHIPPED

BUILDER = system("setting the stage of a test")


@dataclass
class Cast:
    """Leader, manager and junior share a team; the stranger works elsewhere and has a manager's role there."""

    team: Team
    leader: User
    manager: User
    junior: User
    stranger: User
    admin: User

    def actor(self, user: User) -> Actor:
        return actor_for(User.objects.as_system("test").get(pk=user.pk))

    def client(self, user: User, **options: Any) -> Client:
        """A browser in which this person is signed in."""
        browser = Client(**options)
        browser.force_login(user)
        return browser

    def account(self, name: str, owner: User | None = None, **values: Any) -> Any:
        """An account of one person; values as the API takes them (books by name or object)."""
        return make("accounts", name=name, owner=owner or self.manager, **values)


def make(plural: str, **values: Any) -> Any:
    """A record of any type, made as the API makes it: links by name, object or id."""
    entity = entity_by_plural(plural)
    assert entity is not None
    return create_record(BUILDER, entity, values).record


def person(name: str, role: str, team: Team | None = None) -> User:
    user: User = make("users", email=f"{name.split(maxsplit=1)[0].lower()}@tend.example", name=name, zone="UTC")
    found = Role.objects.as_system("test").get(code=role)
    UserRole.objects.create(record=user, role=found)
    if team is not None:
        TeamMember.objects.create(record=user, team=team)
    return user


@pytest.fixture
def cast(db: Any) -> Cast:
    forget_actors()
    organisation_changed()
    for role in SHIPPED:
        make("roles", **{k: v for k, v in role.items() if k != "code"})
        Role.objects.as_system("test").filter(name=role["name"]).update(code=role["code"])
    team, other = make("teams", name="Coast"), make("teams", name="Hills")
    leader = person("Olga Marchenko", "sales-leader", team)
    return Cast(
        team=team,
        leader=leader,
        manager=person("Tomas Ribeiro", "sales-manager", team),
        junior=person("Maya Sorensen", "junior", team),
        stranger=person("Dana Okafor", "sales-manager", other),
        admin=person("Ada Byrne", "administrator"),
    )
