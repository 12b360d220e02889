"""Records for the palette and the page of hits: by type with their counts, those one had open last, and the nearest words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from tend.base.numbering import format_number, read_number
from tend.doors.web.records.places import Place, place_at, place_of, places
from tend.doors.web.templatetags import tend as words_of
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entity_by_code
from tend.kernel.errors import Refused
from tend.kernel.finding import Hit, Typed, find, meant, nearest
from tend.kernel.history import Change
from tend.kernel.merging import is_mergeable, known_as

RECENT = 8
VISITED = 20  # that a browser may name
PEOPLE = "contacts"  # their group comes after the others
LATE = ("activities",)  # very many: while one types they are asked when nothing else was found
Item = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One group of hits: a list of records, or a part of it (leads are accounts)."""

    place: Place
    within: Mapping[str, Any] | None

    @property
    def label(self) -> str:
        return self.place.title


def kinds(actor: Actor, typed: Typed) -> list[Kind]:
    """The groups that a search asks: each record type once, or those that `type:` names. People stand last."""
    shown = list(places(actor))
    if typed.types:
        found = [Kind(p, p.within) for p in shown if _names(p) & set(typed.types)]
    else:
        found = [Kind(p, None) for p in {p.entity.code: p for p in reversed(shown)}.values()][::-1]
    return sorted(found, key=lambda k: k.place.entity.plural == PEOPLE)


def _names(place: Place) -> set[str]:
    """The words by which `type:` names a list: "contacts", "contact", "Kontakte"."""
    own = "" if place.within and place.word != place.entity.plural else str(place.entity.label)
    return {w.casefold() for w in (place.word, place.word.removesuffix("s"), place.title, own) if w}


def groups_of(actor: Actor, typed: Typed, most: int, counted: int = 0) -> list[dict[str, Any]]:
    """Hits by kind, best first, `most` of each; counted up to `counted` where that is more.

    Narrowing words that no list knows are looked for as text.
    """
    found = _groups(actor, typed, most, counted)
    if not found and typed.terms and not refusals(actor, typed):
        found = _groups(actor, typed.plain(), most, counted)
    if not found and not typed.terms and read_number(typed.words) is not None:
        found = _formerly(actor, kinds(actor, typed), typed.words)
    return found


def _groups(actor: Actor, typed: Typed, most: int, counted: int = 0) -> list[dict[str, Any]]:
    found = []
    asked = kinds(actor, typed)
    late = [k for k in asked if k.place.word in LATE and not counted and not typed.types]
    for kind in [*(k for k in asked if k not in late), *late]:
        if found and kind in late:
            continue
        hits = find(kind.place.entity, actor, typed, max(most, counted) + 1, kind.within)
        if hits:
            best_first = [hit for _rank, _head, hit in sorted(hits, key=lambda f: (f[0], f[1]))]
            found.append(_group(kind, typed, best_first, most, max(most, counted)))
    return found


def _group(kind: Kind, typed: Typed, hits: list[Hit], most: int, counted: int) -> dict[str, Any]:
    """One group; when there are more hits than are shown, with the way to all of them."""
    number, is_capped = min(len(hits), counted), len(hits) > counted
    return {
        "label": kind.label, "word": kind.place.word, "items": [item_of(kind.place, h) for h in hits[:most]],
        "number": number, "is_capped": is_capped, "all_url": all_url(kind.place, typed) if len(hits) > most else "",
        "count": _("%(n)s and more") % {"n": words_of.number(number)} if is_capped else words_of.number(number),
    }  # fmt: skip


def all_url(place: Place, typed: Typed) -> str:
    """The page of all hits of one list."""
    return f"/search?{urlencode({'q': typed.text, 'type': place.word})}"


def item_of(place: Place, hit: Hit) -> Item:
    return item(place.page(hit.record_id), place.entity.icon, hit.title, hit.why)


def item(url: str, icon: str, label: str, detail: str = "", key: str = "", **more: Any) -> Item:
    """One row of the palette."""
    return {"url": url, "icon": icon, "label": str(label), "detail": detail, "key": key, **more}


def refusals(actor: Actor, typed: Typed) -> list[str]:
    """What known fields say against their values, such as a word for a number; nothing when some list takes them."""
    said: list[Refused] = []
    for kind in kinds(actor, typed):
        if meant(kind.place.entity, actor, typed, said) is not None:
            return []
    return list(dict.fromkeys(no.message for no in said))[:1]


def suggestion(actor: Actor, typed: Typed) -> str:
    """What was perhaps meant, when it finds something; blank otherwise."""
    if not typed.words:
        return ""
    better = nearest(actor, [k.place.entity for k in kinds(actor, typed)], typed)
    if better is None or not _groups(actor, better, 1):
        return ""
    return better.text


def _formerly(actor: Actor, shown: Iterable[Kind], words: str) -> list[dict[str, Any]]:
    """A number that nobody has but a record that was merged: it leads to the one that it is part of now."""
    sequence = read_number(words)
    found = []
    for kind in shown:
        entity = kind.place.entity
        if sequence is None or not is_mergeable(entity) or entity.right(actor, "number") == "hidden":
            continue
        if "number" not in entity.by_name:
            continue
        items = []
        for number, pk in known_as(actor, entity.model, "number", [format_number(sequence)]):
            now = entity.model.objects.seen_by(actor).get(pk=pk)  # type: ignore[attr-defined]
            detail = _("%(number)s was merged with it") % {"number": number}
            items.append(item(kind.place.page(pk), entity.icon, str(now), detail))
        if items:
            found.append({"label": kind.label, "word": kind.place.word, "items": items, "number": len(items),
                          "is_capped": False, "count": words_of.number(len(items)), "all_url": ""})  # fmt: skip
    return found


def recent(actor: Actor, visited: str = "") -> list[Item]:
    """The records one had open last, as this browser remembers them, then those one changed last; only what one sees now.

    `visited` is "accounts/7,contacts/3", newest first. Nothing is written when a page is read, so that reading stays
    quick; what is no address of a record, or is out of sight, is passed over.
    """
    wanted: dict[tuple[str, int], None] = {}
    for said in visited.split(",")[:VISITED]:
        word, _slash, pk = said.partition("/")
        place = place_at(word) if word.isascii() and pk.isdecimal() and pk.isascii() and len(pk) < 19 else None
        if place is not None:
            wanted.setdefault((place.entity.code, int(pk)))
    rows = (
        Change.objects.as_system("one's own last changes, shown through the scope")
        .filter(actor_id=actor.user_id)
        .order_by("-id")
    )
    for code, pk in rows.values_list("record_type", "record_id")[: RECENT * 8]:
        wanted.setdefault((code, pk))
    names: dict[tuple[str, int], str] = {}
    for code in {c for c, _pk in wanted}:
        entity = entity_by_code(code)
        if not _is_visited(entity):
            continue
        ids = [pk for c, pk in wanted if c == code]
        names.update({(code, r.pk): str(r) for r in entity.model.objects.seen_by(actor).filter(pk__in=ids)})  # type: ignore[attr-defined]
    found = []
    for code, pk in [w for w in wanted if w in names][:RECENT]:
        place = place_of(entity_by_code(code))
        if place is not None:
            found.append(item(place.page(pk), place.entity.icon, names[code, pk]))
    return found


def _is_visited(entity: Entity) -> bool:
    """Activities are passed through rather than visited; books and people have no page of their own."""
    return place_of(entity) is not None and entity.plural != "activities"
