"""Sample records of every registered type, options for every verb, and the whole database as one value to compare."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.db.models import Model

from tend.kernel import clock
from tend.kernel.actor import Actor, Grants
from tend.kernel.entity import Entity, entities, entity_by_plural, entity_of
from tend.kernel.options import option_kind
from tend.kernel.verbs import Verb
from tend.kernel.views import pin
from tend.people.access import actor_for
from tend.people.feeds import open_feed
from tend.people.models import Role, User, UserRole
from tend.people.tokens import issue_token
from tests.cast import BUILDER, make

# Rows that come and go with asking itself: sessions, counted tries, kept answers, when a token was last seen.
PASSING = {"sessions.session", "kernel.tries", "kernel.idempotencykey", "people.apitoken", "people.accessepoch"}
TYPES = [e.plural for e in entities() if e.code != "kernel.organisation"]


def kind_of_record(plural: str) -> Entity:
    found = entity_by_plural(plural)
    assert found is not None
    return found


def sample(plural: str, owner: User, n: int = 0, **values: Any) -> Any:
    """One record of a type that belongs to `owner`, the n-th of its kind."""
    word = f"{plural} {n}"
    if plural == "tokens":
        return issue_token(BUILDER, user=owner, name=word).record
    if plural == "calendar-feeds":
        return open_feed(actor_for(owner), name=word).record
    if plural == "view-pins":
        return pin(actor_for(owner), sample("views", owner, 700 + n)).value
    if plural == "absences":
        day = clock.now().date() + dt.timedelta(days=20 * n)
        return make(plural, user=owner, first=day, last=day, **values)
    given: dict[str, Any] = {"name": word}
    if plural == "contacts":
        given = {"last_name": word, "owner": owner}
    elif plural == "activities":
        given = {"subject": word, "responsible": owner, "kind": "task"}
    elif plural == "documents":
        given = {"title": word, "owner": owner, "url": "https://papers.example/one"}
    elif plural == "accounts":
        given["owner"] = owner
    elif plural == "views":
        given["record_type"] = "accounts"
    elif plural == "users":
        given["email"] = f"{word.replace(' ', '-')}@tend.example"
    elif plural == "relation-kinds":
        given["inverse_name"] = f"{word} back"
    elif plural == "characteristics":
        given.update(key=f"key_{n}", record_type="accounts.account", type="text")
    elif plural == "calendar-days":
        given["day"] = clock.now().date() + dt.timedelta(days=20 + n)
    record = make(plural, **{**given, **values})
    if plural in ("views", "plants"):
        type(record).objects.as_system("test").filter(pk=record.pk).update(owner=owner)
        record.owner_id = owner.pk
    return record


def options_of(verb: Verb, record: Any, owner: User) -> dict[str, Any]:
    """A value for each keyword that a verb needs, from its type."""
    found = {}
    for option in verb.options:
        if not option.required:
            continue
        kind, to, optional = option_kind(option)
        if option.name == "values":
            found[option.name] = new_values(verb, record)
        elif kind in ("link", "links"):
            assert to is not None
            made = None if optional and kind == "link" else linked(to, owner)
            found[option.name] = [made] if kind == "links" else made
        else:
            plain = {
                "yesno": True,
                "integer": 2,
                "date": clock.now().date() + dt.timedelta(days=40),
                "datetime": clock.now(),
                "texts": [],
            }
            found[option.name] = plain.get(kind, "customer" if verb.name == "set-lifecycle" else "Something said")
    return found


def new_values(verb: Verb, record: Any) -> dict[str, Any]:
    """A change that an edit verb accepts: another title."""
    if verb.of == "people.calendarday":
        return {"day": clock.now().date() + dt.timedelta(days=60)}
    title = {"contacts.contact": "last_name", "people.absence": "reason"}.get(verb.of, verb.entity.title)
    return {title: "Renamed"} if title in verb.entity.by_name else {}


def linked(to: type[Model], owner: User) -> Any:
    if to is User:
        return owner
    return sample(entity_of(to).plural, owner, 900)


def stored(record: Any) -> Any:
    return type(record).objects.as_system("test").get(pk=record.pk)


def whole_database() -> dict[str, list[Any]]:
    """Every row of every table, but for those that asking itself writes."""
    kept = {}
    for model in apps.get_models():
        if model._meta.label_lower not in PASSING and model._meta.managed:
            columns = [f.attname for f in model._meta.concrete_fields if f.name != "last_login"]
            kept[model._meta.label] = list(model._base_manager.order_by("pk").values_list(*columns))
    return kept


def nobody() -> User:
    """A person who may sign in and has no role at all."""
    user: User = make("users", email="nobody@tend.example", name="Noor Nobody", zone="UTC")
    return user


def actor_with(user: User, scopes: dict[tuple[str, str], str] | None = None, **more: Any) -> Actor:
    return Actor(user.pk, user.name, Grants(scopes or {}, **more))


def give_role(user: User, name: str, **values: Any) -> Role:
    """A role of its own for one user, as an administrator would make it."""
    role: Role = make("roles", name=name, **values)
    UserRole.objects.create(record=user, role=role)
    from tend.people.access import rights_changed

    rights_changed()
    return role
