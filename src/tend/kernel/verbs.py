"""Verbs: a rule about one record, written once, run by the unit of work for one record or for a hundred thousand."""

from __future__ import annotations

import datetime as dt
import inspect
import typing
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from tend.kernel.actor import Actor
from tend.kernel.errors import Expected, Misuse, NotAllowed, NotSeen, check_expected

if TYPE_CHECKING:
    from tend.kernel.entity import Entity
    from tend.kernel.operations import Operation
    from tend.kernel.unit import Unit

CHUNK = 1000
_key = attrgetter("pk")


@dataclass(frozen=True)
class Option:
    """One keyword of a verb, as doors ask for it: its name, its type and whether it may be left out."""

    name: str
    type: Any
    required: bool
    default: Any = None


@dataclass
class Done:
    """What a verb call did: the record, what the body returned, sentences for the user, and what Undo names.

    `parts` are those of a record that was made here, by their model: all there are, so that nobody needs to read them.
    """

    record: Any
    value: Any
    says: list[str] = field(default_factory=list)
    act: int | None = None  # None: nothing changed
    operation: Operation | None = None  # of a verb that is one by itself
    parts: dict[Any, list[Any]] | None = None

    @property
    def sentence(self) -> str:
        return " ".join(self.says)


# The ids of further records of the same type that a verb changes, from its record's id and its options.
Beside = Callable[[int, dict[str, Any]], Sequence[int]]


class Verb:
    """A callable rule. `verb(actor, record, …)` opens a unit of one; `verb(unit, record, …)` joins an open one."""

    def __init__(
        self,
        body: Callable[..., Any],
        of: str,
        needs: str,
        creates: bool,
        reads: Sequence[str],
        label: Any,
        trashed: bool = False,
        beside: Beside | None = None,
    ) -> None:
        self.body = body
        self.of = of
        self.needs = needs
        self.creates = creates
        self.reads = tuple(reads)
        self.label = label
        self.trashed = trashed  # finds records in the trash too
        self.beside = beside  # further records that are opened with it: each call is an operation and a unit of its own
        self.name = body.__name__.replace("_", "-")
        self.__name__ = body.__name__
        self.__doc__ = body.__doc__
        self.__module__ = body.__module__
        self._entity: Entity | None = None

    def __repr__(self) -> str:
        return f"<verb {self.name} of {self.of}>"

    def serve(self, entity: Entity) -> None:
        """Called at registration: from now on the verb knows its record type."""
        self._entity = entity

    @property
    def entity(self) -> Entity:
        if self._entity is None:
            from tend.kernel.entity import entity_by_code

            self._entity = entity_by_code(self.of)
        return self._entity

    @property
    def options(self) -> tuple[Option, ...]:
        """The keywords of the verb with their types, so that every door can ask for them."""
        hints = typing.get_type_hints(self.body, None, {"Unit": object})
        found = []
        for parameter in inspect.signature(self.body).parameters.values():
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
                required = parameter.default is inspect.Parameter.empty
                found.append(
                    Option(
                        parameter.name,
                        hints.get(parameter.name, str),
                        required,
                        None if required else parameter.default,
                    )
                )
        return tuple(found)

    # --- one record -------------------------------------------------------------------------------------------------
    def __call__(
        self,
        by: Actor | Unit,
        record: Any = None,
        /,
        *,
        expect: Expected | None = None,
        now: dt.datetime | None = None,
        **options: Any,
    ) -> Any:
        """Run for one record (or make one). With an actor the answer is `Done`, inside a unit it is the body's value."""
        from tend.kernel.unit import Unit

        if isinstance(by, Unit):
            return by.run(self, record, options)
        if self.beside is not None:
            from tend.kernel.operations import run_alone

            return run_alone(self, by, record, options, expect=expect, now=now)
        with Unit(by, verb=self.name, now=now) as unit:
            if self.creates:
                if not unit.may_create(self.entity, self.needs):
                    raise NotAllowed(self.needs)
            else:
                record = unit.open_one(self.entity, record, self.action(by), trashed=self.trashed)
                check_expected(record, expect)
            value = unit.run(self, record, options, checked=True)
        parts = self._made(unit, value) if self.creates else None
        return Done(
            value if self.creates else record,
            value,
            unit.says,
            unit.act if unit.wrote and not unit.is_final else None,
            parts=parts,
        )

    def _made(self, unit: Unit, record: Any) -> dict[Any, list[Any]] | None:
        if self.entity.create is not self or not unit.is_made_here(record):
            return None
        models = [
            t.model for t in self.entity.traits.values() if hasattr(t, "model")
        ]  # some only read beside the record
        return {m: sorted((p for p in unit.holding(m) if p.record_id == record.pk), key=_key) for m in models}

    # --- many records -----------------------------------------------------------------------------------------------
    def each(
        self,
        actor: Actor,
        rows: Any,
        *,
        operation: Operation | None = None,
        chunk: int = CHUNK,
        now: dt.datetime | None = None,
        **options: Any,
    ) -> Operation:
        """Run for every record of a queryset or list of ids, in chunks, as one operation with its refusals by id."""
        from tend.kernel.operations import run_each

        return run_each(self, actor, rows, options, operation=operation, chunk=chunk, now=now)

    def action(self, actor: Actor) -> str:
        """The action whose scope counts: the verb's own name when a role grants it apart, else what it needs.

        A verb may need another one (parting needs merging), which a role may grant apart as well.
        """
        lines = self.entity.lines or (self.entity.plural,)
        if any((line, self.name) in actor.grants.scopes for line in lines):
            return self.name
        other = self.entity.verb_by_name.get(self.needs)
        return self.needs if other is None or other is self else other.action(actor)


def verb(
    of: str,
    *,
    needs: str = "edit",
    creates: bool = False,
    reads: Iterable[str] = (),
    label: Any = "",
    trashed: bool = False,
    beside: Beside | None = None,
) -> Callable[[Callable[..., Any]], Verb]:
    """Declare a verb of a record type. `reads` names traits that are loaded for the whole chunk before the bodies;
    `trashed` lets it find records in the trash (restoring is such a verb). `beside` names further records that it changes
    and that need the same right (the one into which another is merged): each call is then an operation."""

    def declare(body: Callable[..., Any]) -> Verb:
        if not body.__doc__:
            raise Misuse(f"{body.__name__} has no docstring: a verb states its rule in the user's words")
        return Verb(body, of, needs, creates, tuple(reads), label, trashed, beside)

    return declare


def verb_on(line: str, name: str) -> Verb | None:
    """The verb of that name on records that stand on a line of a role's table; None when they have none."""
    from tend.kernel.entity import entities

    found = (e.verb_by_name.get(name) for e in entities() if line in (e.lines or (e.plural,)))
    return next((verb for verb in found if verb is not None), None)


__all__ = ["CHUNK", "Done", "NotSeen", "Option", "Verb", "verb", "verb_on"]
