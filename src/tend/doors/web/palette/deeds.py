"""What the palette can do: go to pages, settings and views, enter records, set one's own look and language, run verbs here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from tend.base.likeness import likeness
from tend.doors.web.menu import navigation
from tend.doors.web.palette.records import Item, item
from tend.doors.web.records.bulk import FIRST
from tend.doors.web.records.places import Place, claimed, place_at, places
from tend.doors.web.records.state import State
from tend.doors.web.settings.rooms import rooms_for
from tend.doors.web.templatetags.tend import go_key
from tend.kernel.actor import Actor
from tend.kernel.prepared import reaches
from tend.kernel.verbs import Verb
from tend.kernel.views import views_for

SHOWN = 8
KEYS = dict(FIRST)
_RECORD = re.compile(r"/([a-z]+(?:-[a-z]+)*)/(\d{1,18})(?:$|/)")


def go(actor: Actor) -> list[Item]:
    """The pages of the navigation, each with its key."""
    return [
        item(i["url"], i["icon"], i["label"], key=f"g {go_key(i['key'])}" if go_key(i["key"]) else "")
        for s in navigation(actor, "")
        for i in s["items"]
    ]


def enter(actor: Actor) -> list[Item]:
    """Entering a record of each type that one may enter."""
    found = [
        item(f"{p.url}/new", "plus", p.new_label)
        for p in places(actor)
        if p.entity.create is not None and p.may(actor, "create")
    ]
    if actor.scope("activities", "create") != "none":
        found.insert(0, item("/log", "message", _("Log a talk"), key="l"))
    return found


def set_up(actor: Actor) -> list[Item]:
    """The pages of the settings that one may open."""
    return [
        item(room.url, "adjustments-horizontal", str(room.label), _("Settings"))
        for group in rooms_for(actor)
        for room in group["rooms"]
    ]


def prefer(actor: Actor, language: str, *, keys_off: bool) -> list[Item]:
    """One's own look, language and keys."""
    looks = (("light", "sun", _("Look: light")), ("dark", "moon", _("Look: dark")), ("", "device-mobile", _("Look: as the system has it")))  # fmt: skip
    found = [item("/palette/prefer", icon, label, post=f"theme={value}") for value, icon, label in looks]
    found += [
        item("/palette/prefer", "language", _("Language: %(name)s") % {"name": name}, post=f"language={code}")
        for code, name in settings.LANGUAGES
        if code != language
    ]
    label = _("Switch single keys on") if keys_off else _("Switch single keys off")
    return [*found, item("/palette/prefer", "help-circle", label, post=f"keys={'on' if keys_off else 'off'}")]


def views(actor: Actor, as_of: int | None) -> list[Item]:
    """The saved views of every list; the lists' own ones are a step away on the list itself."""
    found, done = [], set()
    for place in places(actor):
        if place.entity.code in done:
            continue
        done.add(place.entity.code)
        found += [
            item(State(view=str(view.pk)).url(place), "bookmark", view.name, place.title)
            for view in views_for(actor, place.entity, as_of)
        ]
    return found


def record_at(path: str) -> tuple[Place, int] | None:
    """The record whose page an address is."""
    found = _RECORD.match(path)
    place = place_at(found[1]) if found else None
    return (place, int(found[2])) if found and place is not None else None


def verbs_here(actor: Actor, path: str) -> list[Item]:
    """The verbs that one may run on the record that is open, each with what it asks for first."""
    at = record_at(path)
    if at is None:
        return []
    place, pk = at
    may: dict[str, bool] = {}
    found = []
    for verb in offered(place, actor, pk):
        action = verb.action(actor)
        if action not in may:
            may[action] = bool(reaches(actor, place.entity.model, action)(pk))
        if may[action]:
            url = place.page(pk, "do", verb.name)
            found.append(item(url, "player-play", str(verb.label), key=KEYS.get(verb.name, ""), verb=verb.name))
    return found


def offered(place: Place, actor: Actor, pk: int) -> Iterable[Verb]:
    """The verbs of a record that a person can name; those that make no sense for it now are left out."""
    senseless = claimed(place.entity.plural, "senseless")
    left_out = senseless(actor, pk) if senseless is not None else ()
    edit = place.entity.edit
    known = place.entity.verb_by_name.values()
    return [
        v for v in known if not v.creates and v is not edit and not v.trashed and v.label and v.name not in left_out
    ]


def fitting(items: Iterable[Item], typed: str, most: int = SHOWN) -> list[Item]:
    """The items whose label fits the typed letters, best first."""
    fits = [(likeness(typed, i["label"]), n, i) for n, i in enumerate(items)]
    return [i for _f, _n, i in sorted((f, n, i) for f, n, i in fits if f is not None)[:most]] if typed else list(items)
