"""What follows from the registry: every address of the derived pages and every operation of the API, without naming one.

A record type or a verb that is declared tomorrow is asked here by itself; only handmade addresses are listed by hand.
"""

from __future__ import annotations

import re
from typing import Any

from tend.domains.accounts.models import Account
from tend.domains.contacts.models import Contact
from tend.doors.api.v1 import description
from tend.doors.web.records.bulk import written
from tend.kernel.options import option_kind
from tend.kernel.verbs import Verb
from tend.people.models import Team, User
from tests.contract.test_addresses import ROUTES
from tests.contract.two_worlds.asking import PLURALS, Asker, entity_named

PLACES = {"accounts": "accounts", "leads": "accounts", "contacts": "contacts", "activities": "activities"}
OWN_ROOMS = ("/settings", "/first-steps", "/me/")  # words that both worlds share, and what concerns only oneself
WORDS = {"plural": "categories", "act": "1", "name": "x"}


def operations(asker: Asker) -> None:
    """Every operation of the description, about a record in sight and about one that is not."""
    for template, methods in description()["paths"].items():
        plural = template.split("/")[3]
        for method in methods:
            for path in _filled(asker, template, plural):
                if method == "get":
                    asker.get(path)
                else:
                    asker.post(path, {}, method=method.upper())


def _filled(asker: Asker, template: str, plural: str) -> list[str]:
    if "{" not in template:
        return [template]
    if "{act}" in template:
        return [template.replace("{act}", str(act)) for act in (*asker.unseen.acts, 1)]
    own = asker.office.firsts.get(PLACES.get(plural, plural), 1)
    hidden = asker.unseen.operations if plural == "operations" else asker.unseen.ids.get(PLACES.get(plural, plural), [])
    return [template.replace("{pk}", str(pk)) for pk in (own, *hidden[:1])]


def pages(asker: Asker) -> None:
    """Every derived page of every place, about a record in sight and about one that is not."""
    for route in ROUTES:
        if "<place:word>" not in route:
            continue
        for word, plural in PLACES.items():
            ids = [asker.office.firsts.get(plural, 1), *asker.unseen.ids[plural][:1]]
            for pk in ids if "<int:pk>" in route else ids[:1]:
                path = route.replace("<place:word>", word).replace("<int:pk>", str(pk))
                for filled in _named(asker, path, plural):
                    asker.get(filled)
                    asker.form(filled, {"ids": written(ids), "name": "Renamed"})


def _named(asker: Asker, path: str, plural: str) -> list[str]:
    """The path with each field, or each verb, of the type where it wants a name."""
    entity = entity_named(plural)
    if "<str:name>" in path:
        return [path.replace("<str:name>", f.name) for f in entity.all_fields]
    if "<slug:name>" in path:
        return [path.replace("<slug:name>", name) for name in ("set", *entity.verb_by_name)]
    return [path]


def rooms(asker: Asker) -> None:
    """The settings, the first steps and one's own pages."""
    for route in ROUTES:
        if route.startswith(OWN_ROOMS):
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: WORDS.get(m[1], "1"), route)
            asker.get(path)
            asker.form(path, {})


def verbs(asker: Asker) -> None:
    """Every verb with all that it needs: on what is hidden, and on one's own with what is hidden as its option."""
    for plural in PLURALS:
        entity = entity_named(plural)
        own = asker.office.firsts.get(plural, 1)
        for verb in entity.verb_by_name.values():
            if verb.creates or verb is entity.edit:
                continue
            given = _options(asker, verb)
            for pk in (own, *asker.unseen.ids[plural][:1]):
                asker.post(f"/api/v1/{plural}/{pk}/{verb.name}", given)
            for more in _with_hidden(asker, verb, given):
                asker.post(f"/api/v1/{plural}/{own}/{verb.name}", more)
                asker.form(f"/{plural}/{own}/do/{verb.name}", more)


def _options(asker: Asker, verb: Verb) -> dict[str, Any]:
    """A value in sight for each keyword that a verb needs."""
    cast, found = asker.office.cast, {}
    for option in verb.options:
        if not option.required:
            continue
        kind, to, _optional = option_kind(option)
        if to is not None:
            shared = {User: cast.manager.pk, Team: cast.team.pk, Account: asker.office.accounts[-1].pk}
            word = next((rows[0].pk for rows in asker.office.words.values() if isinstance(rows[0], to)), 1)
            found[option.name] = [shared.get(to, word)] if kind == "links" else shared.get(to, word)
        else:
            plain = {"yesno": True, "integer": 1, "date": "2026-12-01"}
            found[option.name] = plain.get(kind, "customer" if verb.name == "set-lifecycle" else "Said")
    return found


def _with_hidden(asker: Asker, verb: Verb, given: dict[str, Any]) -> list[dict[str, Any]]:
    """The same call with a record out of sight, by its id and by its name, for each keyword that takes one."""
    found: list[dict[str, Any]] = []
    for option in verb.options:
        _kind, to, _optional = option_kind(option)
        if to is Account:
            found += [{**given, option.name: pk} for pk in asker.unseen.ids["accounts"][:2]]
            found += [{**given, option.name: name} for name in asker.unseen.names[:2]]
        elif to is Contact:
            found += [{**given, option.name: pk} for pk in asker.unseen.ids["contacts"][:2]]
    return found
