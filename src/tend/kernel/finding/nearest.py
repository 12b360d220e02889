"""Did you mean: words of names in the actor's sight that look like what was typed, when that found nothing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from tend.base.names import normalise
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity
from tend.kernel.finding.typed import Typed
from tend.kernel.listing.portfolio import reachable
from tend.kernel.search.matching import TRIGRAM, batches, readable_columns
from tend.kernel.search.models import SearchText, search_model

LOOKED_AT = 300  # names for each half of a word
PASSED = 5000  # names of which so few are in sight that it is not worth looking further
SHORTEST = 4
ALIKE = 0.72
MOST_WORDS = 4


def nearest(actor: Actor, entities: Iterable[Entity], typed: Typed) -> Typed | None:
    """What was typed with each unknown word replaced by the nearest word of a visible name; None when nothing is near.

    Of a word with one slip one half is still right, so names that hold either half are looked at. They are read through
    the scope, and only where the name may be read: what is hidden is never suggested.
    """
    searched = [(e, search_model(e.model)) for e in entities if "head" in readable_columns(e, actor)]
    said = normalise(typed.words).split()[:MOST_WORDS]
    better: list[str] = []
    for word in said:
        known: set[str] = set()
        if len(word) >= SHORTEST and word.isalpha():
            for entity, model in searched:
                if model is not None:
                    known |= _words_like(entity, model, actor, word)
        near = [word] if word in known else difflib.get_close_matches(word, sorted(known), 1, ALIKE)
        better.append(near[0] if near else word)
    return replace(typed, words=" ".join(better)) if better != said else None


def _words_like(entity: Entity, model: type[SearchText], actor: Actor, word: str) -> set[str]:
    """Words of names in sight that hold one half of a word."""
    sees = entity.model.objects.seen_by(actor, each=True).filter(pk=OuterRef("pk"))  # type: ignore[attr-defined]
    rows: Any = model.objects.filter(Exists(sees.order_by())).order_by("pk")
    few = None if actor.is_system else reachable(entity, actor, "view")
    if few is not None:
        heads = list(rows.filter(pk__among=few).values_list("head", flat=True))
        return {w for head in heads for w in re.findall(r"\w+", head)}
    found: set[str] = set()
    for half in _halves(word):
        found.update(w for head in _heads(model, rows, half) for w in re.findall(r"\w+", head) if half in w)
    return found


def _halves(word: str) -> tuple[str, str]:
    middle = max(TRIGRAM, len(word) // 2)
    return word[:middle], word[-middle:]


def _heads(model: type[SearchText], rows: Any, half: str) -> list[str]:
    if connection.vendor != "sqlite":
        return list(rows.filter(head__contains=half).values_list("head", flat=True)[:LOOKED_AT])
    heads: list[str] = []
    passed = 0
    for ids in batches(model, f'{{head}} : "{half}"', LOOKED_AT):
        heads += rows.filter(pk__among=ids).values_list("head", flat=True)[: LOOKED_AT - len(heads)]
        passed += len(ids)
        if len(heads) >= LOOKED_AT or passed > PASSED:
            break
    return heads
