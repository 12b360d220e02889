"""What a record type must say to be imported: which fields, how its rows are matched, and how one row is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tend.base.dialects.dialect import Row
from tend.base.headers.concepts import Record
from tend.base.headers.matching import Target
from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.imports.plan import Column, Plan
from tend.kernel.unit import Unit


@dataclass(slots=True)
class Outcome:
    """What one row did: created, updated, unchanged, duplicate (left alone). `changes` are field -> [before, after]."""

    kind: str
    record_id: int = 0
    name: str = ""
    changes: dict[str, list[Any]] = field(default_factory=dict)
    conflicts: list[dict[str, Any]] = field(default_factory=list)


class CellRefused(Refused):
    """A refusal that names the column of the file and what stood there."""

    def __init__(self, message: str, *, column: str, value: str, field: str = "") -> None:
        super().__init__(message, field=field, code="cell")
        self.column = column
        self.value = value


class LooksAlike(Refused):
    """A row that is probably a record in sight, where the person wants to be asked."""

    def __init__(self, message: str, record_id: int) -> None:
        super().__init__(message, code="alike")
        self.record_id = record_id


class Chunk(Protocol):
    """The rows of one transaction: read when it is made, then looked up, then taken one after another."""

    has_made_values: bool  # of books or lists, by which the next chunk reads its cells; known once it has finished

    def look_up(self) -> None:
        """Read what the rows may mean; once more when others have written meanwhile."""
        ...

    def take(self, row: Row) -> Outcome:
        """Take one row in. Refused (or CellRefused) when it cannot be; nothing of it stays then."""
        ...

    def ties(self, row: Row) -> set[int]:
        """Numbers that two rows of one file share when the later one may find what the earlier one made or changed."""
        ...

    def finish(self) -> None:
        """Called when all rows of the chunk were taken, before it is written."""
        ...


class Recipe(Protocol):
    """One kind of import. `memory` lives as long as the run and survives its chunks."""

    name: str  # the word in URL and command line: accounts, leads
    code: str  # the record type
    record: Record  # whose words the headers are read by
    keys: tuple[str, ...]  # fields by which a person may let rows be matched
    rules: tuple[str, ...]  # fields for which a default for new records is offered

    def may(self, actor: Actor) -> bool:
        """May this person import such records at all?"""
        ...

    def targets(self, actor: Actor) -> list[Target]: ...

    def kind(self, actor: Actor, field: str) -> str:
        """The kind of value that a field holds: text, number, date, link …"""
        ...

    def proposed(self, actor: Actor, column: Column) -> Column:
        """A column as it is proposed, with what an unknown value of its field is best taken for."""
        ...

    def may_clear(self, field: str) -> bool:
        """Can a blank cell empty this field?"""
        ...

    def may_add_values(self, actor: Actor, field: str) -> bool:
        """May this person let unknown values be added to the book of this field?"""
        ...

    def new_field(self, actor: Actor, column: Column) -> str:
        """Make a field of its own for a column; its name. NotAllowed without the right to."""
        ...

    def rule_choices(self, actor: Actor) -> dict[str, tuple[str, str, list[tuple[Any, str]]]]:
        """For each field in `rules`: label, the word for no default, and the choices."""
        ...

    def url(self, pk: int) -> str:
        """The page of a record."""
        ...

    def made_url(self, operation: int) -> str:
        """The list of the records that an operation made."""
        ...

    def label(self, actor: Actor, field: str) -> str: ...

    def check(self, actor: Actor, plan: Plan) -> list[str]: ...

    def meets_by_ties(self, plan: Plan) -> bool:
        """Do chunks touch each other in nothing but what `Chunk.ties` says and in values that they make?"""
        ...

    def chunk(self, unit: Unit, plan: Plan, rows: Sequence[Row], memory: dict[str, Any], of: int) -> Chunk: ...


_recipes: dict[str, Recipe] = {}


def offer(recipe: Recipe) -> Recipe:
    """Put a recipe into the registry."""
    _recipes[recipe.name] = recipe
    return recipe


def recipe_named(name: str) -> Recipe | None:
    return _recipes.get(name)


def recipes() -> list[Recipe]:
    return list(_recipes.values())
