"""The search of everything: the best hits of each record type that the actor sees, and why each was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entities
from tend.kernel.search.matching import PREFIXED, RARE, Wanted, among, beginning, narrow, readable_columns, wanted
from tend.kernel.search.models import SearchText, search_model

CANDIDATES = 300  # rank orders these at most
FRONT = 50  # of them those whose name begins with the words
SHOWN = 80


@dataclass(frozen=True)
class Hit:
    """A record that was found. `why` says what held the words when it was not the name."""

    entity: Entity
    record_id: int
    title: str
    why: str
    rank: int


def search(actor: Actor, words: str, entities_: Iterable[Entity] | None = None, limit: int = 20) -> list[Hit]:
    """The records that hold the words, best first over all record types; a handful of queries for each type."""
    said = wanted(words)
    if said is None:
        return []
    hits: list[Hit] = []
    for entity in entities_ if entities_ is not None else entities():
        if search_model(entity.model) is not None:
            hits += _hits(entity, actor, words, said)
    hits.sort(key=lambda h: (h.rank, len(h.title), h.title, h.record_id))
    return hits[:limit]


def _hits(entity: Entity, actor: Actor, words: str, said: Wanted) -> list[Hit]:
    model, columns = search_model(entity.model), readable_columns(entity, actor)
    if model is None or not columns:
        return []
    seen = entity.model.objects.seen_by(actor)  # type: ignore[attr-defined]
    titles: dict[int, str] = {}
    phrase = said.text
    if "head" in columns and phrase:
        # Who sees everything needs no more than a fair number of them; who sees less may find his own far behind.
        sees_all = all(actor.scope(line, "view") == "all" for line in entity.lines or (entity.plural,))
        front = seen.filter(among(beginning(model, phrase), RARE if sees_all else PREFIXED, some=sees_all)).order_by(
            entity.title
        )
        titles.update(front.values_list("pk", entity.title)[:FRONT])
    if said.long or said.digits:
        rows = narrow(entity, actor, seen, words).order_by(entity.title)
        titles.update(rows.values_list("pk", entity.title)[:CANDIDATES])
    texts = model.objects.in_bulk(list(titles))
    return [_hit(entity, pk, title, texts[pk], said, phrase, columns) for pk, title in titles.items() if pk in texts]


def _hit(entity: Entity, pk: int, title: str, text: SearchText, said: Wanted, phrase: str, columns: list[str]) -> Hit:
    head = text.head if "head" in columns else ""
    if head == phrase:
        return Hit(entity, pk, title, "", 0)
    if head.startswith(phrase):
        return Hit(entity, pk, title, "", 1)
    every = (*said.long, *said.short)
    if every and all(f" {w}" in f" {head}" for w in every):
        return Hit(entity, pk, title, "", 2)
    if every and all(w in head for w in every):
        return Hit(entity, pk, title, "", 3)
    return Hit(entity, pk, title, _why(text, said, columns), 4)


def _why(text: Any, said: Wanted, columns: list[str]) -> str:
    """The line that held a word, with what kind of line it is."""
    labels = {
        "names": _("Name"), "numbers": _("Number"), "emails": _("E-mail"), "phones": _("Phone"), "body": _("Text"),
    }  # fmt: skip
    needles = (*said.long, *((said.digits,) if said.digits else ()))
    for column, label in labels.items():
        if column not in columns:
            continue
        for line in getattr(text, column).split("\n"):
            place = min((line.find(n) for n in needles if n in line), default=-1)
            if place >= 0:
                start = max(0, place - SHOWN // 2) if len(line) > SHOWN else 0
                return f"{label}: {line[start : start + SHOWN]}"
    return ""
