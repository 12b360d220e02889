"""Ways from a record to others that hang on it: declared by the noun above, so that filters can cross over to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from tend.kernel.errors import Misuse


@dataclass(frozen=True)
class Relation:
    """`contacts` of an account: the records of `to` that are reached from it, always within the asker's own sight.

    `near` is the column that holds the starting record's id: on `to` itself, or on the `through` model, whose column
    `far` then holds the id of `to`. `where` narrows the related records. `latest` keeps only the first of them in that
    order, and then the way leads to one record at most.
    """

    name: str
    to: type[models.Model]
    near: str
    label: Any = ""
    through: type[models.Model] | None = None
    far: str = ""
    where: tuple[tuple[str, Any], ...] = ()
    latest: tuple[str, ...] = ()


_relations: dict[str, dict[str, Relation]] = {}


def relate(code: str, relation: Relation) -> None:
    """Declare a way from the record type `code`. A higher noun calls this for a lower one, which cannot know it."""
    known = _relations.setdefault(code, {})
    if relation.name in known:
        raise Misuse(f"{code} has a relation {relation.name} already")
    known[relation.name] = relation


def relations_of(code: str) -> dict[str, Relation]:
    """The declared ways from a record type, by name."""
    return _relations.get(code, {})


def forget_relations(code: str) -> None:
    """Take the ways of a made-up record type of tests away."""
    _relations.pop(code, None)


Reach = Callable[[models.Q], models.Q]
