"""The search of everything: the best hits of each record type that the actor sees, and why each was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tend.base.names import normalise
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entities
from tend.kernel.finding.reasons import why_by_fields, why_in_text
from tend.kernel.finding.typed import Typed, in_filter, meant, read
from tend.kernel.finding.values import ways
from tend.kernel.finding.walking import walked
from tend.kernel.listing import MOST, Listing
from tend.kernel.query.tree import Node, as_json, conditions
from tend.kernel.search.matching import Wanted, readable_columns, wanted
from tend.kernel.search.models import SearchText, search_model
from tend.kernel.search.tiers import BEGINS, ELSEWHERE, EXACT, WITHIN, WORDS, best


@dataclass(frozen=True)
class Hit:
    """A record that was found. `why` says what held the words when it was not the name; `rank` as in `search.tiers`."""

    entity: Entity
    record_id: int
    title: str
    why: str
    rank: int


Found = tuple[int, str, Hit]


def search(
    actor: Actor, words: str, entities_: Iterable[Entity] | None = None, limit: int = 20, each: int | None = None
) -> list[Hit]:
    """The records that hold the words, best first over all record types, at most `each` of a type.

    Narrowing words (`city:Odessa`, `rooms>30`) narrow; where no record type knows their field they are looked for as text.
    """
    typed = read(words)
    among = list(entities_ if entities_ is not None else entities())
    found = _everywhere(actor, typed, among, limit, each)
    if not found and typed.terms:
        found = _everywhere(actor, typed.plain(), among, limit, each)
    found.sort(key=lambda f: (f[0], f[1], f[2].entity.code))  # stable: hits of equal worth stay as their type has them
    return [hit for *_order, hit in found[:limit]]


def _everywhere(actor: Actor, typed: Typed, among: list[Entity], limit: int, each: int | None) -> list[Found]:
    return [f for entity in among for f in find(entity, actor, typed, min(limit, each or limit))]


def find(
    entity: Entity, actor: Actor, typed: Typed, limit: int, within: Mapping[str, Any] | None = None
) -> list[Found]:
    """The hits of one record type in their order, each with its rank and, for a hit in the name, its folded name.

    First those that hold the words in their text, then those with a shared value (tag, city, title) that is called so.
    `within` is a filter that always holds.
    """
    if typed.is_blank:
        return []
    means = meant(entity, actor, typed)
    if means is None:
        return []
    condition = in_filter(means.node, within)
    if condition is None:
        found = _in_text(entity, actor, typed.words, limit)
    else:
        found = _listed(entity, actor, condition, typed.words, means.fields, limit)
    if len(found) >= limit or not typed.words:
        return found
    known = {hit.record_id for *_order, hit in found}
    for way in ways(entity, actor, typed.words):
        node = in_filter(way.node, condition)
        for rank, head, hit in _listed(
            entity, actor, node, way.words, [way.field, *means.fields], min(limit + len(known), MOST)
        ):
            if hit.record_id not in known and len(found) < limit:
                known.add(hit.record_id)
                found.append((rank, head, hit))
        if len(found) >= limit:
            break
    return found


def _in_text(entity: Entity, actor: Actor, words: str, limit: int) -> list[Found]:
    model, columns, said = search_model(entity.model), readable_columns(entity, actor), wanted(words)
    if model is None or not columns or said is None or _is_empty(model):
        return []
    found = best(entity, model, actor, said, columns, limit)
    texts = model.objects.in_bulk([f.record_id for f in found if f.rank == ELSEWHERE])
    return [
        (f.rank, f.head if f.rank < ELSEWHERE else "", Hit(entity, f.record_id, f.title, why_in_text(entity, texts.get(f.record_id), said, columns), f.rank))
        for f in found
    ]  # fmt: skip


def _is_empty(model: type[SearchText]) -> bool:
    """Has no record of a type a text? Where nobody keeps any, the scope of that type need not be worked out."""
    if model in _in_use:
        return False
    if model.objects.exists():
        _in_use.add(model)
        return False
    return True


_in_use: set[type[SearchText]] = set()


def _listed(entity: Entity, actor: Actor, node: Node | None, words: str, fields: list[str], limit: int) -> list[Found]:
    """The first of the list that a condition and words make, each with the values that the condition asked."""
    listing = Listing(
        entity, actor, filter=as_json(node) if node is not None else None, words=words, columns=fields, limit=limit
    )
    first = walked(listing, node, limit)
    if first is not None:
        return explained(entity, actor, first, listing.reader.read(first), node, words)
    page = listing.page()
    return explained(entity, actor, page.records, page.rows, node, words)


def explained(
    entity: Entity, actor: Actor, records: list[Any], rows: list[dict[str, Any]], node: Node | None, words: str
) -> list[Found]:
    """Records of a list as hits: by the name where it holds the words, else with what else held them."""
    said = wanted(words)
    only = {
        c.field: c.value if isinstance(c.value, list) else () for c in (conditions(node) if node is not None else ())
    }
    model, columns = search_model(entity.model), readable_columns(entity, actor)
    ranks = {r.pk: rank_of(str(r), said) if said is not None else ELSEWHERE for r in records}
    elsewhere = [pk for pk, rank in ranks.items() if rank == ELSEWHERE] if said is not None else []
    texts = model.objects.in_bulk(elsewhere) if model is not None and elsewhere else {}
    found: list[Found] = []
    for record, row in zip(records, rows, strict=True):
        rank = ranks[record.pk]
        whys = [why_in_text(entity, texts.get(record.pk), said, columns)] if said is not None else []
        whys.append(why_by_fields(entity, actor, row, only))
        hit = Hit(entity, record.pk, str(record), " · ".join(w for w in whys if w), rank)
        found.append((rank, normalise(str(record)) if rank < ELSEWHERE else "", hit))
    return found


def rank_of(name: str, said: Wanted) -> int:
    """How well a name holds the words; the ranks of `search.tiers`."""
    head = normalise(name)
    if head.startswith(said.text):
        return EXACT if head == said.text else BEGINS
    every = (*said.long, *said.short)
    if all(f" {w}" in f" {head}" for w in every):
        return WORDS
    return WITHIN if all(w in head for w in every) else ELSEWHERE
