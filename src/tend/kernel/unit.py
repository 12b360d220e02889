"""The unit of work: one transaction that reads through the scope, runs rules in memory and writes in sets."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models, transaction

from tend.kernel import clock, write
from tend.kernel.actor import Actor
from tend.kernel.attempts import Attempt
from tend.kernel.entity import Entity, entities, entity_by_code
from tend.kernel.errors import Misuse, NotAllowed, NotSeen, Refused
from tend.kernel.events import Event, reactions
from tend.kernel.identity_map import IdentityMap
from tend.kernel.ids import Ids
from tend.kernel.journal import Journal
from tend.kernel.organisation import organisation
from tend.kernel.prepared import Prepared, record_of
from tend.kernel.record import Record, build
from tend.kernel.traits import owner_of

if TYPE_CHECKING:
    from tend.kernel.operations import Operation
    from tend.kernel.verbs import Verb

WAVES = 8  # how deep reactions may announce further events before it counts as a circle


class Unit:
    """One chunk of work. Use it as a context manager: leaving it without an error writes and commits."""

    def __init__(
        self,
        actor: Actor,
        *,
        verb: str,
        now: dt.datetime | None = None,
        operation: Operation | None = None,
        dry: bool = False,
        quiet: bool = False,
        ids: Ids | None = None,
    ) -> None:
        self.actor = actor
        self.verb = verb
        self.now = now or clock.now()
        self.operation = operation
        self.dry = dry  # rehearsal: everything runs, nothing is kept
        self.quiet = quiet or operation is not None  # nobody listens: sentences are for one record, at one desk
        self.says: list[str] = []
        self.wrote = False
        self.is_final = False  # nothing that Undo could name
        self.country = ""  # where national phone forms belong, known once the unit is entered
        self.act = (int(self.now.timestamp() * 1000) << 20) | secrets.randbits(20)
        self._rows = IdentityMap()
        self._journal = Journal()
        self._attempt: Attempt | None = None
        self._new: dict[type[models.Model], dict[int, models.Model]] = defaultdict(dict)
        self._gone: dict[type[models.Model], dict[int, models.Model]] = defaultdict(dict)
        self._events: list[Event] = []
        self._created: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._changed: dict[type[models.Model], dict[int, tuple[models.Model, set[str]]]] = defaultdict(dict)
        self._written: dict[type[models.Model], set[int]] = defaultdict(set)  # of this unit, finished with
        self._made: dict[type[models.Model], set[int]] = defaultdict(set)
        self._ids = ids if ids is not None else Ids()  # units of one run share them
        self._allowed: dict[tuple[str, str], set[int]] = {}
        self._silent = 0
        self._last: list[Callable[[], None]] = []
        self._atomic: Any = None
        self._watching: Any = None
        self.memory: dict[str, Any] = {}  # what reactions keep for the chunk (books, calendars), by their own key

    # --- the transaction --------------------------------------------------------------------------------------------
    def __enter__(self) -> Self:
        self.country = organisation().country_code
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self._ids.begin()
        self._watching = connection.execute_wrapper(self._guard)
        self._watching.__enter__()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            if kind is None:
                self.finish()
                for write_last in self._last:
                    write_last()
                if self.dry:
                    transaction.set_rollback(True)
        except BaseException as late:
            self._watching.__exit__(None, None, None)
            self._atomic.__exit__(type(late), late, late.__traceback__)
            raise
        self._watching.__exit__(None, None, None)
        self._atomic.__exit__(kind, error, trace)
        self._watching = None  # it holds this unit: ten thousand rows would wait for the collector of cycles

    @property
    def today(self) -> dt.date:
        """Today where the actor is."""
        return clock.day_in(self.now, self.actor.zone)

    # --- reading ----------------------------------------------------------------------------------------------------
    def open(self, entity: Entity, ids: Sequence[int], action: str, *, trashed: bool = False) -> list[Any]:
        """The records on which the actor may do `action`, locked in key order. Missing ones are simply absent."""
        self._lock_owners(entity, ids)
        rows: Iterable[Any]
        if len(ids) == 1:
            rows = record_of(self.actor, entity.model, action, trashed=trashed, lock=True)(ids[0])
        else:
            seen = entity.model.objects.seen_by(self.actor, action, trashed=trashed)  # type: ignore[attr-defined]
            rows = seen.filter(pk__among=list(ids)).order_by("pk").select_for_update(of=("self",), no_key=True)
        found = [self.hold(row) for row in rows]
        self._allowed.setdefault((entity.code, action), set()).update(r.pk for r in found)
        return found

    def _lock_owners(self, entity: Entity, ids: Sequence[int]) -> None:
        """What records hang on, or are one with, is locked before them, as verbs of the owner do: two units never wait for each other.

        A record type may say itself which records of others these are (`extra["locked_first"]`, by the ids of its own).
        """
        if connection.vendor != "postgresql":
            return  # SQLite has one writer at a time
        rows: Any = None
        if "locked_first" in entity.extra:
            rows = entity.extra["locked_first"](list(ids))
        elif entity.hangs_on:
            owner: Any = entity_by_code(entity.hangs_on).model
            link = next((f.attname for f in entity.model._meta.concrete_fields if f.related_model is owner), None)
            if link is not None:
                model: Any = entity.model
                hanging = model.objects.as_system("owners are locked, not read").filter(pk__in=list(ids)).values(link)
                rows = owner.objects.as_system("owners are locked, not read").filter(pk__in=hanging)
        if rows is not None:
            list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))

    def open_one(self, entity: Entity, record: Any, action: str, *, trashed: bool = False) -> Any:
        """The one record, locked and fresh. NotSeen when it is out of sight, NotAllowed when only the right lacks."""
        pk = record if isinstance(record, int) else record.pk
        found = self.open(entity, [pk], action, trashed=trashed)
        if found:
            return found[0]
        if entity.model.objects.seen_by(self.actor, trashed=trashed).filter(pk=pk).exists():  # type: ignore[attr-defined]
            raise NotAllowed(action)
        raise NotSeen(entity.code)

    def may_create(self, entity: Entity, action: str = "create") -> bool:
        lines = entity.lines or (entity.plural,)
        return self.actor.has_right(action) or any(self.actor.scope(line, action) != "none" for line in lines)

    def load(self, rows: models.QuerySet[Any]) -> list[Any]:
        """Read rows as part of this unit: pending changes of their tables are written first, same row same instance."""
        if self._silent:
            raise Misuse("a verb does not query: name the trait in reads=, or write a reaction")
        tables = {rows.model._meta.db_table} | {
            join.table_name for alias, join in rows.query.alias_map.items() if rows.query.alias_refcount.get(alias)
        }
        self.flush(only={m for m in self._touched() if m._meta.db_table in tables})
        return [self.hold(row) for row in rows]

    def ask(self, question: Prepared, *given: Any) -> list[Any]:
        """As `load`, for a question whose SQL is worked out already."""
        if self._silent:
            raise Misuse("a verb does not query: name the trait in reads=, or write a reaction")
        self.flush(only={m for m in self._touched() if m._meta.db_table in question.tables})
        return [self.hold(row) for row in question(*given)]

    def hold(self, row: Any) -> Any:
        """Remember a row as read: what differs from now on is what will be written."""
        model, pk = type(row), row.pk
        known = self._rows.get(model, pk)
        if known is not None:
            return known
        self._rows.add_read(model, pk, row)
        if self._attempt is not None:
            self._attempt.held(model, pk)
        return row

    def held(self, model: type[models.Model], pk: int) -> Any | None:
        """The instance of this unit, when it has been read or created."""
        return self._rows.get(model, pk)

    def holding(self, model: type[models.Model]) -> list[Any]:
        """Every instance of one type that this unit has read or created."""
        return self._rows.rows(model)

    def before(self, record: models.Model, name: str) -> Any:
        """The value that the attribute had when the unit read the record (now, for a new one)."""
        return self._rows.before(record, name)

    def is_new(self, record: models.Model) -> bool:
        """Made by this unit and not written yet."""
        return self._rows.is_new(type(record), record.pk)

    def is_made_here(self, record: models.Model) -> bool:
        """Made by this unit, written or not: all that hangs on it is held, for nobody else knows it yet."""
        return self.has_made(type(record), record.pk)

    def has_made(self, model: type[models.Model], pk: int) -> bool:
        """Made by this unit, written or not."""
        return pk in self._made.get(model, ())

    def is_fresh(self, record: models.Model) -> bool:
        """Made by this unit since it last finished: no derived row speaks of it yet."""
        return self.is_made_here(record) and record.pk not in self._written.get(type(record), ())

    def changes_of(self, record: models.Model) -> Mapping[str, list[Any]]:
        """{attribute: [before, now]} of a record that this unit has flushed: what projections ask."""
        return self._journal.changes_of(record)

    def changed_ids(self, model: type[models.Model]) -> set[int]:
        """Ids of the records of one type that this unit has written or made, as far as it has flushed."""
        under_way = {r.pk for r in self._created.get(model, [])} | set(self._changed.get(model, {}))
        return under_way | self._written.get(model, set())

    # --- changing ---------------------------------------------------------------------------------------------------
    def create(self, model: type[models.Model], **values: Any) -> Any:
        """Make a record or part. Its id is known at once, so that others can point to it; written at the next flush."""
        if issubclass(model, Record):
            values.setdefault("created_by_id", self.actor.user_id)
            values["created_at"] = values["updated_at"] = self.now
        pk = self.next_id(model)
        row = build(model, pk, values)
        self._rows.add_new(model, pk, row)
        self._new[model][pk] = row
        self._made[model].add(pk)
        if self._attempt is not None:
            self._attempt.created(model, pk)
        return row

    def remove(self, part: models.Model) -> None:
        """Take a part away. Records are put into the trash by their verb instead."""
        if isinstance(part, Record):
            raise Misuse("records go to the trash, only parts are removed")
        model, pk = type(part), part.pk
        fresh = self._new[model].pop(pk, None)
        if fresh is None:
            self._gone[model][pk] = part
        self._rows.drop(model, pk)
        if self._attempt is not None:
            self._attempt.removed(model, part, was_new=fresh is not None)

    def forget(self, record: Record) -> None:
        """Tell of a record that it was erased and nothing else; what this unit does cannot be taken back."""
        self._journal.forgotten.add((type(record), record.pk))
        self.is_final = True

    def announce(self, event: Event) -> None:
        """Say what happened; reactions answer before anything is written."""
        self._events.append(event)

    def write_last(self, write_last: Callable[[], None]) -> None:
        """Call this just before the commit: rows that many units change (counts in a notice) are held for a moment only."""
        self._last.append(write_last)

    def say(self, sentence: str) -> None:
        """One sentence for the user about what this unit does."""
        if sentence and sentence not in self.says:
            self.says.append(str(sentence))

    def next_id(self, model: type[models.Model]) -> int:
        """An id that nobody else gets."""
        return self._ids.next(model, self.reading)

    # --- running verbs ----------------------------------------------------------------------------------------------
    def run(self, verb: Verb, record: Any, options: dict[str, Any], *, checked: bool = False) -> Any:
        """Run a verb's body here. Called from a rule it is part of that rule; from a door or job its right is checked."""
        entity = verb.entity
        if not checked and not self._silent and not self.allows(entity, record, verb.action(self.actor), verb.creates):
            raise NotAllowed(verb.needs)
        if not self._silent and record is not None:
            needed = [*verb.reads, *(entity.traits[n].name for n in _named_traits(entity, options))]
            if needed:
                self.preload(entity, [record], needed)
        self._silent += 1
        try:
            return verb.body(self, **options) if verb.creates else verb.body(self, record, **options)
        finally:
            self._silent -= 1

    def allows(self, entity: Entity, record: Any, action: str, creates: bool = False) -> bool:
        """May the actor do this to a record that is held? One query for all held records of the type."""
        if creates:
            return self.may_create(entity, action)
        if all(self.actor.scope(line, action) == "all" for line in entity.lines or (entity.plural,)):
            return True
        if self.is_new(record):
            return True  # what one may create one may fill
        key = (entity.code, action)
        if record.pk not in self._allowed.get(key, set()):
            ids = [r.pk for r in self._rows.rows(entity.model)]
            rows = entity.model.objects.seen_by(self.actor, action)  # type: ignore[attr-defined]
            self._allowed.setdefault(key, set()).update(rows.filter(pk__in=ids).values_list("pk", flat=True))
        return record.pk in self._allowed[key]

    def preload(self, entity: Entity, records: Sequence[Any], traits: Iterable[str]) -> None:
        """Load traits of records for the whole chunk, so that bodies can change them without reading."""
        for name in traits:
            trait = entity.traits.get(name)
            if trait is not None:
                lacking = [r for r in records if name not in r.__dict__.setdefault("_traits", {})]
                if lacking:
                    trait.load(self, lacking)

    @contextmanager
    def attempt(self) -> Any:
        """Run one record of a batch: when it is refused, the unit is as it was before it."""
        attempt = Attempt(self._rows, self._new, self._gone, self._made)
        events, says = len(self._events), len(self.says)
        outer, self._attempt = self._attempt, attempt
        try:
            yield None if attempt.keeps_all else attempt
        except Refused:
            attempt.take_back()
            del self._events[events:], self.says[says:]
            raise
        finally:
            self._attempt = outer
            if outer is not None:
                outer.absorb(attempt)

    # --- writing ----------------------------------------------------------------------------------------------------
    def flush(self, only: set[type[models.Model]] | None = None) -> None:
        """Write what differs: removals, then updates (an open call is closed), then inserts (the next is planned)."""
        for model in [m for m in self._gone if self._gone[m] and (only is None or m in only)]:
            gone = self._gone.pop(model)
            for pk, part in gone.items():
                self._journal.removed(model, pk, part)
            write.delete(model, list(gone))
            self.wrote = True
        for model, shapes in self._differences(only).items():
            write.free(model, shapes)
            for names, rows in shapes.items():
                write.update(model, names, rows)
                self.wrote = True
        for model in [m for m in self._new if self._new[m] and (only is None or m in only)]:
            fresh = self._new.pop(model)
            for pk, row in fresh.items():
                self._journal.created(model, pk, row)
                self._rows.remember(model, pk, row)
            rows = list(fresh.values())
            write.insert(model, rows)
            self._created[model].extend(rows)
            self.wrote = True

    def react(self) -> None:
        """Let reactions answer what was announced, in waves, until nothing more is."""
        for _wave in range(WAVES):
            batch, self._events = self._events, []
            if not batch:
                break
            by_type: dict[type[Event], list[Event]] = defaultdict(list)
            for event in batch:
                by_type[type(event)].append(event)
            for kind, occurrences in by_type.items():
                for reaction in reactions(kind):
                    reaction.run(self, occurrences)
        else:
            if self._events:
                raise Misuse("reactions announce in a circle")

    def finish(self) -> None:
        """Let reactions answer, write everything, keep the derived rows, then the history in one insert."""
        self.react()
        self.flush()
        self._project()
        self._write_history()
        self._close_books()

    def _close_books(self) -> None:
        """What was projected is done with: finishing twice (to count, then on leaving) writes nothing twice."""
        for model, rows in self._created.items():
            self._written[model].update(r.pk for r in rows)
        for model, changed in self._changed.items():
            self._written[model].update(changed)
        for (
            part,
            ids,
        ) in self._journal.parted.items():  # whose tags, responsibles or followers changed counts as changed
            self._written[owner_of(part)].update(ids)
        self._created.clear()
        self._changed.clear()
        self._journal.parted.clear()

    def _project(self) -> None:
        for entity in entities():
            created = self._created.get(entity.model, [])
            changed = self._changed.get(entity.model, {})
            for projection in entity.projections:
                fresh = {r.pk for r in created}
                hit = [r for pk, (r, names) in changed.items() if names & projection.on and pk not in fresh]
                hit += self._with_changed_parts(entity, projection.on_parts, fresh | {r.pk for r in hit})
                if created or hit:
                    projection.run(self, created, hit)

    def _with_changed_parts(self, entity: Entity, traits: frozenset[str], known: set[int]) -> list[Any]:
        """The records, not known yet, whose parts of these traits were written; those not held are read in one query."""
        models_ = {entity.traits[name].model for name in traits if name in entity.traits}
        ids = {pk for model in models_ for pk in self._journal.parted.get(model, ())} - known
        if not ids:
            return []
        held = [r for r in (self._rows.get(entity.model, pk) for pk in sorted(ids)) if r is not None]
        lacking = ids - {r.pk for r in held}
        if lacking:
            rows = entity.model.objects.as_system("derived rows follow parts that were written")  # type: ignore[attr-defined]
            held += list(rows.filter(pk__in=lacking).order_by("pk"))
        return held

    def _write_history(self) -> None:
        self._journal.write(
            act=self.act, at=self.now, operation_id=self.operation.pk if self.operation else None,
            actor_id=self.actor.user_id, verb=self.verb,
        )  # fmt: skip

    def _differences(
        self, only: set[type[models.Model]] | None
    ) -> dict[type[models.Model], dict[tuple[str, ...], list[models.Model]]]:
        """The rows to update, by type and by which attributes differ; the journal is told of each."""
        found: dict[type[models.Model], dict[tuple[str, ...], list[models.Model]]] = {}
        for model, pk, row, told in self._rows.differences(only):
            self._journal.changed(model, pk, row, told)
            names = [*told]
            if isinstance(row, Record):
                row.version += 1
                row.updated_at = self.now
                names += ["version", "updated_at"]
                self._changed[model].setdefault(pk, (row, set()))[1].update(names)
            found.setdefault(model, {}).setdefault(tuple(sorted(names)), []).append(row)
        return found

    def _touched(self) -> set[type[models.Model]]:
        return self._rows.read_types() | {m for m in self._new if self._new[m]} | set(self._gone)

    # --- verbs do not read ------------------------------------------------------------------------------------------
    @contextmanager
    def reading(self) -> Any:
        kept, self._silent = self._silent, 0
        try:
            yield
        finally:
            self._silent = kept

    def _guard(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self._silent:
            raise Misuse(f"a verb does not query: {sql[:120]}")
        return execute(sql, params, many, context)


def _named_traits(entity: Entity, options: dict[str, Any]) -> list[str]:
    values = options.get("values")
    if not isinstance(values, dict):
        return []
    fields = entity.by_name
    return sorted({fields[n].trait for n in values if n in fields and fields[n].trait})
