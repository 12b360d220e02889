"""The words that people type for fields: short aliases, and remark keys that name a book's field."""

from __future__ import annotations

from tend.kernel.entity import Entity, entity_of
from tend.kernel.errors import Misuse
from tend.kernel.query.relations import relations_of

ALIASES = {
    "tag": "tags", "city": "address.city", "country": "address.country", "street": "address.street",
    "region": "address.region", "zip": "address.postal_code", "next": "next_contact_on", "last": "last_contact_at",
    "mail": "email", "note": "remarks", "planned": "planned_on",
}  # fmt: skip


def field_named(entity: Entity, word: str) -> str:
    """The field that a typed word names on this record type; "" when it names none.

    Its own name, an alias (city, tag, next), or the end of a book field's name: `stage` is `relationship_stage`.
    """
    word = word.strip()
    if word == "id" or word in entity.by_name:
        return word
    first, dot, rest = word.partition(".")
    if dot:
        whole = field_named(entity, first)
        known = whole in entity.by_name or any(word.startswith(f"{r}.") for r in relations_of(entity.code))
        return (f"{whole}.{rest}" if whole in entity.by_name else word) if known else ""
    alias = ALIASES.get(word.lower(), "")
    if alias in entity.by_name:
        return alias
    return book_field_named(entity, word)


def book_field_named(entity: Entity, key: str) -> str:
    """The one field that holds a book's value and whose name is, or ends in, this key; "" when there is none."""
    key = key.strip().lower().replace("-", "_").replace(" ", "_")
    books = []
    for field in entity.all_fields:
        if field.to is None or field.trait:
            continue
        try:
            if entity_of(field.to).book:
                books.append(field.name)
        except Misuse:
            continue
    if key in books:
        return key
    ending = [name for name in books if name.endswith(f"_{key}")]
    return ending[0] if len(ending) == 1 else ""


def short_name(entity: Entity, name: str) -> str:
    """The shortest word that still names this field."""
    return next((alias for alias, full in ALIASES.items() if full == name and field_named(entity, alias) == name), name)
