"""The sample company itself: who works there, its teams, tags and characteristics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tend.kernel.actor import Actor
from tend.kernel.declared import CHARACTERISTIC, ORGANISATION, TAG
from tend.kernel.organisation import Organisation, organisation_changed
from tend.kernel.unit import Unit
from tend.people.commands import create_team, edit_team, edit_user, invite, set_roles, set_teams
from tend.people.models import Role, Team, User
from tend.site.prepare import FIRST

WHY = "the sample company"
LEADER = "olga@meridian.example"
COMPANY = {
    "name": "Meridian Supply", "country_code": "ES", "currency": "EUR", "zone": "Europe/Madrid", "language": "en", "is_set_up": True,
}  # fmt: skip
# name, e-mail, role, team, manager, zone, country, hue, calls a day
PEOPLE = (
    ("Ada Lindqvist", "ada@meridian.example", "administrator", "", "", "Europe/Madrid", "ES", "stone", 24),
    ("Olga Marchenko", LEADER, "sales-leader", "Sales", "", "Europe/Kyiv", "UA", "fir", 12),
    (
        "Tomás Ribeiro",
        "tomas@meridian.example",
        "sales-manager",
        "Iberia",
        "Olga Marchenko",
        "Europe/Lisbon",
        "PT",
        "sky",
        24,
    ),
    (
        "Daniel Okafor",
        "daniel@meridian.example",
        "sales-manager",
        "North",
        "Olga Marchenko",
        "Europe/London",
        "GB",
        "iris",
        24,
    ),
    ("Inês Duarte", "ines@meridian.example", "junior", "Iberia", "Tomás Ribeiro", "Europe/Lisbon", "PT", "amber", 16),
)
TEAMS = (("Sales", ""), ("Iberia", "Sales"), ("North", "Sales"))
TAGS = (
    ("VIP", "fir"), ("Newsletter", "sky"), ("Reference customer", "iris"), ("At risk", "clay"), ("Trade fair 2026", "amber"),
    ("Seasonal", "moss"),
)  # fmt: skip
CHARACTERISTICS = (
    {"key": "rooms", "name": "Rooms", "type": "number", "group": "Hotel"},
    {"key": "price_sensitivity", "name": "Price sensitivity", "type": "choice", "choices": ["low", "medium", "high"],
     "is_shown_when_approaching": True},
    {"key": "best_time", "name": "Best time to call", "type": "text", "is_shown_when_approaching": True},
    {"key": "loyal", "name": "Buys only from us", "type": "yesno"},
    {"key": "customer_since", "name": "Customer since", "type": "date"},
)  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """The people of the sample company and what they work with, by name."""

    users: dict[str, User]
    tags: list[Any]

    @property
    def sellers(self) -> list[User]:
        """Who has accounts, the busiest first."""
        return [self.users[n] for n in ("Tomás Ribeiro", "Daniel Okafor", "Inês Duarte", "Olga Marchenko")]


def enter_cast(actor: Actor) -> Cast:
    """Set the company up with its people, teams, tags and characteristics; those that are there are taken as they are."""
    _company(actor)
    users = {u.name: u for u in User.objects.as_system(WHY).filter(trashed_at=None)}
    if "Olga Marchenko" not in users:
        users = _people(actor)
    tags = {t.name: t for t in TAG.model.objects.as_system(WHY).filter(trashed_at=None)}
    known = set(
        CHARACTERISTIC.model.objects.as_system(WHY).filter(record_type="accounts.account").values_list("key", flat=True)
    )
    assert TAG.create is not None
    assert CHARACTERISTIC.create is not None
    with Unit(actor, verb="demo") as unit:
        for place, (name, hue) in enumerate(TAGS, 1):
            if name not in tags:
                tags[name] = TAG.create(unit, values={"name": name, "hue": hue, "position": place})
        for place, values in enumerate(CHARACTERISTICS, 1):
            if values["key"] not in known:
                CHARACTERISTIC.create(unit, values={"record_type": "accounts.account", "position": place, **values})
    return Cast(users, [tags[name] for name, _hue in TAGS])


def _company(actor: Actor) -> None:
    found = Organisation.objects.as_system(WHY).first()
    if found is not None and found.is_set_up:
        return
    assert ORGANISATION.create is not None
    assert ORGANISATION.edit is not None
    if found is None:
        ORGANISATION.create(actor, values=COMPANY)
    else:
        ORGANISATION.edit(actor, found, values=COMPANY)
    organisation_changed()


def _people(actor: Actor) -> dict[str, User]:
    roles = {r.code: r for r in Role.objects.as_system(WHY).filter(trashed_at=None)}
    placeholder = User.objects.as_system(WHY).filter(email=FIRST).first()
    teams: dict[str, Team] = {}
    users: dict[str, User] = {}
    with Unit(actor, verb="demo") as unit:
        for name, parent in TEAMS:
            teams[name] = create_team(unit, values={"name": name, **({"parent": teams[parent]} if parent else {})})
        for name, email, role, team, manager, zone, country, hue, calls in PEOPLE:
            values = {
                "name": name, "email": email, "zone": zone, "country_code": country, "hue": hue, "calls_per_day": calls,
                **({"manager": users[manager]} if manager else {}),
            }  # fmt: skip
            if role == "administrator" and placeholder is not None:
                user = unit.hold(placeholder)
                edit_user(unit, user, values=values)
            else:
                user = invite(unit, values=values)
                set_roles(unit, user, roles=[roles[role]])
            if team:
                set_teams(unit, user, teams=[teams[team]])
            users[name] = user
        edit_team(unit, teams["Sales"], values={"leader": users["Olga Marchenko"]})
    return users
