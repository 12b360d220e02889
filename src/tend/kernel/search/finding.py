"""The search of everything: the best hits of each record type that the actor sees, and why each was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entities
from tend.kernel.search.matching import Wanted, readable_columns, wanted
from tend.kernel.search.models import search_model
from tend.kernel.search.tiers import ELSEWHERE, best

SHOWN = 80


@dataclass(frozen=True)
class Hit:
    """A record that was found. `why` says what held the words when it was not the name; `rank` as in `search.tiers`."""

    entity: Entity
    record_id: int
    title: str
    why: str
    rank: int


def search(
    actor: Actor, words: str, entities_: Iterable[Entity] | None = None, limit: int = 20, each: int | None = None
) -> list[Hit]:
    """The records that hold the words, best first over all record types, at most `each` of a type."""
    said = wanted(words)
    if said is None:
        return []
    found: list[tuple[int, str, str, Hit]] = []
    for entity in entities_ if entities_ is not None else entities():
        found += _hits(entity, actor, said, min(limit, each or limit))
    found.sort(key=lambda f: (*f[:3], f[3].record_id))
    return [hit for *_order, hit in found[:limit]]


def _hits(entity: Entity, actor: Actor, said: Wanted, limit: int) -> list[tuple[int, str, str, Hit]]:
    model, columns = search_model(entity.model), readable_columns(entity, actor)
    if model is None or not columns:
        return []
    found = best(entity, model, actor, said, columns, limit)
    texts = model.objects.in_bulk([f.record_id for f in found if f.rank == ELSEWHERE])
    return [
        (f.rank, f.head if f.rank < ELSEWHERE else "", entity.code, Hit(entity, f.record_id, f.title, _why(texts.get(f.record_id), said, columns), f.rank))
        for f in found
    ]  # fmt: skip


def _why(text: Any, said: Wanted, columns: list[str]) -> str:
    """The line that held a word, with what kind of line it is; blank for a hit in the name."""
    if text is None:
        return ""
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
