"""Lists over the API: filter, sort, fields, cursor and count, in the words of the one query language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.translation import gettext as _

from tend.doors.api import shapes
from tend.doors.api.bodies import refuse_unknown
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.errors import Refused
from tend.kernel.listing import Listing
from tend.kernel.listing.grouped import GroupKey, Head, group_key, heads_of
from tend.kernel.listing.sums import Sum, addends, sums_of
from tend.kernel.organisation import organisation
from tend.kernel.query import parse_text

LIMIT, LARGEST = 50, 500
MOST_AT_ONCE = 100_000
KNOWN = frozenset({"filter", "q", "sort", "fields", "include", "limit", "cursor", "count", "group_by", "totals"})
INCLUDES = {
    "contacts": "contacts",
    "addresses": "addresses",
    "phones": "phones",
    "emails": "emails",
    "urls": "urls",
    "tags": "tags",
}


def list_of(entity: Entity, actor: Actor, query: Mapping[str, str], narrow: dict[str, Any] | None) -> dict[str, Any]:
    """One page: {"items": […], "next": cursor or null}, with a bounded count when asked."""
    refuse_unknown(query, KNOWN)
    names = fields_of(entity, actor, query)
    listing = Listing(
        entity, actor, filter=tree_of(entity, actor, query, narrow), sort=query.get("sort") or "", columns=names,
        cursor=query.get("cursor") or None, limit=limit_of(query.get("limit")),
    )  # fmt: skip
    page = listing.page()
    currency = organisation().currency
    body: dict[str, Any] = {
        "items": [shapes.as_json(entity, row, currency) for row in page.rows],
        "next": page.next_cursor,
    }
    if query.get("count") in ("true", "1"):
        count = listing.count()
        body["count"] = {"number": count.number, "is_more": count.is_more}
    added = addends_of(entity, actor, query)
    if added:
        body["totals"] = sums_as_json(added, sums_of(listing, added), currency)
    if query.get("group_by"):
        key = group_key(entity, actor, query["group_by"])
        body["groups"] = [_group(key, head, added, currency) for head in heads_of(listing, key, added)]
    return body


def _group(key: GroupKey, head: Head, added: list[Field], currency: str) -> dict[str, Any]:
    """A group as `{"value", "count", "filter"}`: the filter, with that of the list, gives its records."""
    one = head.group
    is_link = key.field.kind == "link" and one.value is not None
    found: dict[str, Any] = {
        "value": {"id": one.value, "name": one.label} if is_link else one.value,
        "count": {"number": one.count, "is_more": one.is_more},
        "filter": head.filter,
    }
    return {**found, "totals": sums_as_json(added, head.sums, currency)} if added else found


def addends_of(entity: Entity, actor: Actor, query: Mapping[str, str]) -> list[Field]:
    """The fields that `totals` names. Refused for one that is unknown, hidden or no number."""
    return addends(entity, actor, [n.strip() for n in (query.get("totals") or "").split(",") if n.strip()])


def sums_as_json(added: list[Field], sums: Mapping[str, Sum], currency: str) -> dict[str, Any]:
    """What fields add up to as `{"filled", "sum", "average"}` by name."""
    found = {}
    for field in added:
        one = sums.get(field.name, Sum(0, None))
        said = (shapes.value_as_json(field, value, currency) for value in (one.total, one.average))
        found[field.name] = {"filled": one.filled, **dict(zip(("sum", "average"), said, strict=True))}
    return found


def tree_of(
    entity: Entity, actor: Actor, query: Mapping[str, Any], narrow: dict[str, Any] | None
) -> dict[str, Any] | None:
    """`filter`, `q` and what always holds, as one tree."""
    parts: list[dict[str, Any]] = []
    if narrow:
        parts += [{"field": name, "op": "is", "value": value} for name, value in narrow.items()]
    given = query.get("filter")
    if given:
        try:
            tree = orjson.loads(given) if isinstance(given, str) else given
        except orjson.JSONDecodeError:
            raise Refused(_("The filter is not JSON."), field="filter", code="json") from None
        if not isinstance(tree, dict):
            raise Refused(_("A filter is an object."), field="filter", code="type")
        parts.append(tree)
    if query.get("q"):
        parts.append(parse_text(entity, str(query["q"])))
    return {"all": parts} if parts else None


def ids_of_body(given: Mapping[str, Any]) -> list[int] | None:
    """The ids that a bulk call names; None when it means all of a filter. Neither is refused, so that nothing means everything."""
    ids = given.get("ids")
    if ids is None:
        if not given.get("filter") and not given.get("q"):
            raise Refused(_("Name the records: ids, filter or q."), field="ids", code="required")
        return None
    if not isinstance(ids, list) or not all(
        isinstance(i, int) and not isinstance(i, bool) and 0 < i < 2**63 for i in ids
    ):
        raise Refused(_("Ids are a list of whole numbers."), field="ids", code="type")
    if len(ids) > MOST_AT_ONCE:
        raise Refused(_("At most 100,000 records at once."), field="ids", code="too_many")
    return sorted(set(ids))


def fields_of(entity: Entity, actor: Actor, query: Mapping[str, str]) -> list[str]:
    """The fields that an answer is to hold, as `fields` and `include` say. Refused for one that is unknown or hidden."""
    wanted = query.get("fields")
    readable = {f.name for f in entity.readable(actor)}
    if not wanted:
        base = [f.name for f in entity.readable(actor) if "." not in f.name and not f.trait and f.kind not in ("json",)]
        more = [INCLUDES.get(i.strip(), i.strip()) for i in (query.get("include") or "").split(",") if i.strip()]
        names = base + [
            n
            for n in ("phone", "email", "address", "tags", "characteristics", *more)
            if n in readable and n not in base
        ]
        lacking = [n for n in more if n not in readable]
    else:
        names = [n.strip() for n in wanted.split(",") if n.strip() and n.strip() != "id"]
        lacking = [n for n in names if n not in readable and n.partition(".")[0] not in ("characteristics", "remarks")]
    if lacking:
        raise Refused(_("There is no field “%(name)s”.") % {"name": lacking[0]}, field=lacking[0], code="unknown")
    return names


def limit_of(given: str | None) -> int:
    """How many records a page holds."""
    if not given:
        return LIMIT
    if not given.isdigit() or not 1 <= int(given) <= LARGEST:
        raise Refused(_("The limit lies between 1 and 500."), field="limit", code="range")
    return int(given)
