"""What the kernel answers below the doors: filters, orders, facets, exports, search, notices and operations."""

from __future__ import annotations

from typing import Any

from tend.kernel.entity import Entity
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.exports import export
from tend.kernel.finding import search
from tend.kernel.listing import Listing
from tend.kernel.notices import count_unread, notices_of
from tend.kernel.operations import operations_of
from tend.kernel.query.targets import names_of
from tend.kernel.views import views_for
from tests.contract.two_worlds.asking import PLURALS, Asker, entity_named
from tests.contract.two_worlds.office import NAMES
from tests.contract.two_worlds.pages import TYPED

FAR = ("name", "owner", "tags", "email", "rooms", "done_at")  # the fields of related records that filters are tried on


def below(asker: Asker) -> None:
    actor = asker.actor
    for plural in PLURALS:
        entity = entity_named(plural)
        for name in names_of(entity, actor):
            further = name not in entity.by_name
            if further and name.rpartition(".")[2] not in FAR:
                continue
            for op, value in (
                (("filled", None),)
                if further
                else (("filled", None), ("contains", "Mar"), ("is", NAMES[0]), ("none_of", [NAMES[3]]))
            ):
                _filter(asker, entity, {"field": name, "op": op, "value": value})
        for field in entity.readable(actor):
            _order(asker, entity, field.name)
        asker.say(f"views of {plural}", lambda entity=entity: [(v.name, v.filter) for v in views_for(actor, entity)])
        for kind in ("csv", "jsonl"):
            asker.say(f"{plural} as {kind}", lambda entity=entity, kind=kind: _exported(entity, actor, kind))
    for typed in TYPED:
        asker.say(
            f"search {typed}",
            lambda typed=typed: [(h.entity.code, h.record_id, h.title, h.why, h.rank) for h in search(actor, typed)],
        )
    asker.say("notices", lambda: notices_of(actor))
    asker.say("unread", lambda: count_unread(actor))
    asker.say("operations", lambda: list(operations_of(actor).order_by("pk").values_list("pk", "kind")))


def _filter(asker: Asker, entity: Entity, tree: dict[str, Any]) -> None:
    asker.say(f"{entity.plural} where {tree['field']} {tree['op']}", lambda: _ids(entity, asker.actor, tree))


def _order(asker: Asker, entity: Entity, name: str) -> None:
    asker.say(f"{entity.plural} by {name}", lambda: _sorted(entity, asker.actor, name))
    asker.say(f"{entity.plural} facet {name}", lambda: _facet(entity, asker.actor, name))


def _ids(entity: Entity, actor: Any, tree: Any) -> Any:
    try:
        return Listing(entity, actor, filter=tree).ids(100)
    except Refused as no:
        return no.message


def _sorted(entity: Entity, actor: Any, sort: str) -> Any:
    try:
        page = Listing(entity, actor, sort=sort, limit=3).page()
    except Refused as no:
        return no.message
    return [r.pk for r in page.records], page.next_cursor


def _facet(entity: Entity, actor: Any, name: str) -> Any:
    try:
        return [(str(value), n) for value, n in Listing(entity, actor).facet(name)]
    except Refused as no:
        return no.message


def _exported(entity: Entity, actor: Any, kind: str) -> Any:
    try:
        return b"".join(export(entity, actor, kind))
    except NotAllowed:
        return "not allowed"
