"""Keys by which a person lets rows be matched: one field, or several that must all agree ("name+address.city")."""

from __future__ import annotations

from tend.base.names import normalise
from tend.domains.contacts.intake.said import Said

ALONE = ("email", "phone", "website", "external_ref")
OFFERED = (
    *ALONE, "name+email", "name+phone", "name+website", "name+address.postal_code", "name+address.city", "email+phone",
)  # fmt: skip
_TELLING = frozenset({*ALONE, "name"})  # each narrows the accounts by an index
_PARTS = frozenset({*_TELLING, "address.postal_code", "address.city"})


def parts_of(key: str) -> tuple[str, ...]:
    """The fields of a key, "" has none."""
    return tuple(key.split("+")) if key else ()


def may_match_by(key: str) -> bool:
    """Is this a key? A name alone never is: a chain has forty branches of one name."""
    parts = parts_of(key)
    if len(parts) == 1:
        return parts[0] in (*ALONE, "id", "number")
    return len(set(parts)) == len(parts) and set(parts) <= _PARTS and bool(_TELLING & set(parts))


def values_of(said: Said, part: str) -> list[str]:
    """What a row says of one part of a key, in the form in which equal values are equal."""
    if part in ("email", "phone"):
        return said.points(part)
    if part == "name":
        return [said.key] if said.key else []
    if part == "website":
        return [said.values["website"]] if said.values.get("website") else []
    if part == "external_ref":
        return [said.own[part]] if said.own.get(part) else []
    if part.startswith("address."):
        value = said.places.get("primary", {}).get(part.partition(".")[2], "")
        return [value if part == "address.postal_code" else normalise(value)] if value else []
    return []
