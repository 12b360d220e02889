"""The JSON shapes of records: values on their way out, and the schemas that describe them in OpenAPI."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Choices

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field
from tend.kernel.options import option_kind
from tend.kernel.organisation import organisation
from tend.kernel.reading import KnownParts, Linked, Reader, mark_of
from tend.kernel.verbs import Option, Verb

LINK = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
    "required": ["id", "name"],
}
LINK_IN = {"anyOf": [LINK, {"type": "integer"}, {"type": "string"}, {"type": "null"}]}
ADDRESS = {
    "type": "object",
    "properties": {
        **{
            e: {"type": "string"}
            for e in ("street", "city", "region", "region_code", "postal_code", "country", "country_code")
        },
        "kind": {"type": "string", "enum": ["billing", "shipping", "visiting", "other"]},
        "is_primary": {"type": "boolean"},
        "note": {"type": "string"},
    },
}
POINT = {
    "type": "object",
    "properties": {
        "value": {"type": "string"}, "label": {"type": "string"}, "note": {"type": "string"}, "is_primary": {"type": "boolean"}, "opted_out": {"type": "boolean"},
    },
}  # fmt: skip
MONEY = {
    "type": "object",
    "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}},
    "required": ["amount", "currency"],
}


def public_names(entity: Entity, actor: Actor) -> list[str]:
    """The fields of a full answer: the whole compounds, not their elements once more."""
    return [
        f.name
        for f in entity.readable(actor)
        if (f.export and "." not in f.name and f.kind != "json")
        or f.name in ("characteristics", "remarks", *_own_json(entity))
    ]


def _own_json(entity: Entity) -> tuple[str, ...]:
    return tuple(f.name for f in entity.all_fields if f.kind == "json" and not f.trait)


def as_json(entity: Entity, row: dict[str, Any], currency: str) -> dict[str, Any]:
    """One record in JSON, in the order of its declaration."""
    return {
        "id": row["id"],
        **{n: value_as_json(entity.by_name.get(n), v, currency) for n, v in row.items() if n != "id"},
    }


def value_as_json(field: Field | None, value: Any, currency: str) -> Any:
    """One value in JSON: links as {id, name}, money with its currency, tags as names."""
    if isinstance(value, Linked):
        return value.as_json()
    if isinstance(value, list) and field is not None and field.kind == "links":
        return [v.name for v in value] if field.name == "tags" else [v.as_json() for v in value]
    if field is not None and field.kind == "money" and value is not None:
        return {"amount": str(value), "currency": currency}
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (Decimal, Choices)):  # a choice that was just made shows, and marks, as the stored one
        return str(value)
    return value


def full(
    entity: Entity, actor: Actor, records: list[Any], names: list[str] | None = None, *, parts: KnownParts | None = None
) -> list[dict[str, Any]]:
    """Records as the API shows them, in a constant number of queries; `parts` are theirs, when all of them are held."""
    rows = Reader(entity, actor, names or public_names(entity, actor), parts=parts).read(records)
    currency = organisation().currency
    return [as_json(entity, row, currency) for row in rows]


def etag(body: Mapping[str, Any]) -> str:
    """The ETag of a record as its reader sees it: a write that is hidden from him leaves it as it was.

    The time of change is no part of it, because it tells of every write.
    """
    return f'"{body["id"]}-{mark_of({n: v for n, v in body.items() if n != "updated_at"})}"'


def is_still(entity: Entity, actor: Actor, tag: str) -> Callable[[Any], bool]:
    """The question whether a record answers this reader with that ETag."""
    return lambda record: etag(full(entity, actor, [record])[0]) == tag


def field_schema(field: Field, *, writing: bool) -> dict[str, Any]:
    """The JSON schema of one field's value."""
    if field.kind == "link":
        return LINK_IN if writing else {"anyOf": [LINK, {"type": "null"}]}
    if field.kind == "links":
        item = {"type": "string"} if field.name == "tags" and not writing else LINK_IN if writing else LINK
        return {"type": "array", "items": item}
    if field.many and field.kind in ("phone", "email", "url"):
        return {"type": "array", "items": {"anyOf": [POINT, {"type": "string"}]} if writing else POINT}
    if field.kind == "address":
        return {"type": "array", "items": ADDRESS} if field.many else {"anyOf": [ADDRESS, {"type": "null"}]}
    if field.kind == "choice":
        codes = [str(code) for code, _label in field.choices]
        return {"type": "string", "enum": codes if not field.choices or field.required else [*codes, ""]}
    kinds: dict[str, dict[str, Any]] = {
        "integer": {"type": ["integer", "null"]}, "number": {"type": ["string", "number", "null"]},
        "money": {"anyOf": [MONEY, {"type": ["string", "number", "null"]}]} if writing else {"anyOf": [MONEY, {"type": "null"}]},
        "date": {"type": ["string", "null"], "format": "date"}, "datetime": {"type": ["string", "null"], "format": "date-time"},
        "yesno": {"type": "boolean"}, "json": {},
    }  # fmt: skip
    return kinds.get(field.kind, {"type": ["string", "null"]})


def record_schema(entity: Entity) -> dict[str, Any]:
    """What an answer of this record type holds."""
    fields = [f for f in entity.all_fields if f.export and "." not in f.name]
    return {
        "type": "object",
        "title": str(entity.label),
        "properties": {"id": {"type": "integer"}, **{f.name: field_schema(f, writing=False) for f in fields}},
        "required": ["id"],
    }


def body_schema(entity: Entity, *, creating: bool) -> dict[str, Any]:
    """What a POST or PATCH takes; other fields are refused."""
    fields = [f for f in entity.all_fields if f.edit]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {f.name: field_schema(f, writing=True) for f in fields},
        "additionalProperties": False,
    }
    if entity.by_name.get("characteristics"):
        schema["patternProperties"] = {"^(characteristics|remarks)\\.": {}}
    required = [f.name for f in fields if f.required and creating]
    return {**schema, "required": required} if required else schema


def option_schema(option: Option) -> dict[str, Any]:
    """The schema of one verb keyword."""
    kind, _to, optional = option_kind(option)
    if kind == "link":
        return LINK_IN
    if kind in ("links", "texts"):
        return {"type": "array", "items": LINK_IN if kind == "links" else {"type": "string"}}
    types = {"yesno": "boolean", "integer": "integer", "values": "object"}
    schema: dict[str, Any] = {"type": [types.get(kind, "string"), "null"] if optional else types.get(kind, "string")}
    formats = {"date": "date", "datetime": "date-time"}
    return {**schema, "format": formats[kind]} if kind in formats else schema


def verb_schema(verb: Verb) -> dict[str, Any]:
    """The body of POST /{id}/{verb}."""
    required = [o.name for o in verb.options if o.required]
    schema: dict[str, Any] = {
        "type": "object", "additionalProperties": False, "properties": {o.name: option_schema(o) for o in verb.options},
    }  # fmt: skip
    return {**schema, "required": required} if required else schema
