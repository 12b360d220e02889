"""The unit of work: one transaction that reads through the scope, runs rules in memory and writes in sets."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models, transaction

from tend.kernel import clock, write
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entities, entity_by_code, entity_of
from tend.kernel.errors import Misuse, NotAllowed, NotSeen, Refused
from tend.kernel.events import Event, reactions
from tend.kernel.history import Change, plain
from tend.kernel.organisation import organisation
from tend.kernel.record import Part, Record, build, concrete, defaults_of
from tend.kernel.traits import owner_of

if TYPE_CHECKING:
    from tend.kernel.operations import Operation
    from tend.kernel.verbs import Verb

WAVES = 8  # how deep reactions may announce further events before it counts as a circle
Key = tuple[type[models.Model], int]


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
    ) -> None:
        self.actor = actor
        self.verb = verb
        self.now = now or clock.now()
        self.operation = operation
        self.dry = dry  # rehearsal: everything runs, nothing is kept
        self.says: list[str] = []
        self.wrote = False
        self.country = ""  # where national phone forms belong, known once the unit is entered
        self.act = (int(self.now.timestamp() * 1000) << 20) | secrets.randbits(20)
        self._held: dict[Key, models.Model] = {}
        self._order: list[Key] = []  # in which order rows came to be held, so that an attempt can be taken back
        self._before: dict[Key, dict[str, Any]] = {}
        self._new: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._gone: dict[type[models.Model], dict[int, models.Model]] = defaultdict(dict)
        self._events: list[Event] = []
        self._told: dict[Key, dict[str, Any]] = {}  # history entries under way, by record
        self._created: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self._changed: dict[type[models.Model], dict[int, tuple[models.Model, set[str]]]] = defaultdict(dict)
        self._parted: dict[type[models.Model], set[int]] = defaultdict(set)  # part model -> records whose parts changed
        self._written: dict[type[models.Model], set[int]] = defaultdict(set)  # of this unit, finished with
        self._ids: dict[type[models.Model], list[int]] = {}
        self._last_id: dict[type[models.Model], int] = {}
        self._blocks: dict[type[models.Model], int] = {}
        self._allowed: dict[tuple[str, str], set[int]] = {}
        self._silent = 0
        self._atomic: Any = None
        self.memory: dict[str, Any] = {}  # what reactions keep for the chunk (books, calendars), by their own key

    # --- the transaction --------------------------------------------------------------------------------------------
    def __enter__(self) -> Self:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        self.country = organisation().country_code
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None:
            try:
                self.finish()
                if self.dry:
                    transaction.set_rollback(True)
            except BaseException as late:
                self._atomic.__exit__(type(late), late, late.__traceback__)
                raise
        self._atomic.__exit__(kind, error, trace)

    @property
    def today(self) -> dt.date:
        """Today where the actor is."""
        return clock.day_in(self.now, self.actor.zone)

    # --- reading ----------------------------------------------------------------------------------------------------
    def open(self, entity: Entity, ids: Sequence[int], action: str, *, trashed: bool = False) -> list[Any]:
        """The records on which the actor may do `action`, locked in key order. Missing ones are simply absent."""
        self._lock_owners(entity, ids)
        rows = entity.model.objects.seen_by(self.actor, action, trashed=trashed)  # type: ignore[attr-defined]
        rows = rows.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",), no_key=True)
        found = [self.hold(row) for row in rows]
        self._allowed.setdefault((entity.code, action), set()).update(r.pk for r in found)
        return found

    def _lock_owners(self, entity: Entity, ids: Sequence[int]) -> None:
        """What records hang on is locked before them, as verbs of the owner do: two units never wait for each other."""
        if not entity.hangs_on or connection.vendor != "postgresql":
            return  # SQLite has one writer at a time
        owner: Any = entity_by_code(entity.hangs_on).model
        link = next((f.attname for f in entity.model._meta.concrete_fields if f.related_model is owner), None)
        if link is not None:
            model: Any = entity.model
            hanging = model.objects.as_system("owners are locked, not read").filter(pk__in=list(ids)).values(link)
            rows = owner.objects.as_system("owners are locked, not read").filter(pk__in=hanging).order_by("pk")
            list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))

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

    def hold(self, row: Any) -> Any:
        """Remember a row as read: what differs from now on is what will be written."""
        key = (type(row), row.pk)
        known = self._held.get(key)
        if known is not None:
            return known
        self._hold(key, row)
        self._before[key] = {name: row.__dict__[name] for name in concrete(type(row)) if name in row.__dict__}
        return row

    def _hold(self, key: Key, row: models.Model) -> None:
        self._held[key] = row
        self._order.append(key)

    def held(self, model: type[models.Model], pk: int) -> Any | None:
        """The instance of this unit, when it has been read or created."""
        return self._held.get((model, pk))

    def holding(self, model: type[models.Model]) -> list[Any]:
        """Every instance of one type that this unit has read or created."""
        return [row for (kind, _pk), row in self._held.items() if kind is model]

    def before(self, record: models.Model, name: str) -> Any:
        """The value that the attribute had when the unit read the record (now, for a new one)."""
        return self._before.get((type(record), record.pk), record.__dict__).get(name)

    def is_new(self, record: models.Model) -> bool:
        return (type(record), record.pk) in self._held and (type(record), record.pk) not in self._before

    def changed_ids(self, model: type[models.Model]) -> set[int]:
        """Ids of the records of one type that this unit has written or made, as far as it has flushed."""
        under_way = {r.pk for r in self._created.get(model, [])} | set(self._changed.get(model, {}))
        return under_way | self._written.get(model, set())

    # --- changing ---------------------------------------------------------------------------------------------------
    def create(self, model: type[models.Model], **values: Any) -> Any:
        """Make a record or part. Its id is known at once, so that others can point to it; written at the next flush."""
        if issubclass(model, Record):
            values.setdefault("created_by_id", self.actor.user_id)
            values.update(created_at=self.now, updated_at=self.now)
        row = build(model, self.next_id(model), values)
        self._hold((model, row.pk), row)
        self._new[model].append(row)
        return row

    def remove(self, part: models.Model) -> None:
        """Take a part away. Records are put into the trash by their verb instead."""
        if isinstance(part, Record):
            raise Misuse("records go to the trash, only parts are removed")
        model = type(part)
        if part in self._new[model]:
            self._new[model].remove(part)
        else:
            self._gone[model][part.pk] = part
        self._held.pop((model, part.pk), None)

    def announce(self, event: Event) -> None:
        """Say what happened; reactions answer before anything is written."""
        self._events.append(event)

    def say(self, sentence: str) -> None:
        """One sentence for the user about what this unit does."""
        if sentence and sentence not in self.says:
            self.says.append(str(sentence))

    def next_id(self, model: type[models.Model]) -> int:
        """An id nobody else gets; blocks grow with use so that a page takes one and an import a thousand."""
        stock = self._ids.get(model)
        if not stock:
            size = self._blocks[model] = min(self._blocks.get(model, 0) * 16 or 1, 4096)
            with self.reading():
                stock = write.reserve_ids(model, size, self._last_id.get(model, 0))
            self._last_id[model] = stock[-1]
            stock.reverse()
            self._ids[model] = stock
        return stock.pop()

    # --- running verbs ----------------------------------------------------------------------------------------------
    def run(self, verb: Verb, record: Any, options: dict[str, Any], *, checked: bool = False) -> Any:
        """Run a verb's body here. Called from a rule it is part of that rule; from a door or job its right is checked."""
        entity = verb.entity
        if not checked and not self._silent and not self.allows(entity, record, verb.action(self.actor), verb.creates):
            raise NotAllowed(verb.needs)
        if not self._silent:
            needed = [*verb.reads, *(entity.traits[n].name for n in _named_traits(entity, options))]
            if needed and record is not None:
                self.preload(entity, [record], needed)
        with self._no_queries():
            return verb.body(self, **options) if verb.creates else verb.body(self, record, **options)

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
            ids = [pk for model, pk in self._held if model is entity.model]
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
        news = {m: len(rows) for m, rows in self._new.items()}
        events, says, held = len(self._events), len(self.says), len(self._order)
        values = {k: dict(r.__dict__) for k, r in self._held.items()} if len(self._held) < 64 else None
        gone = {m: dict(rows) for m, rows in self._gone.items()}
        touched = _Watch(self) if values is None else None
        try:
            yield touched
        except Refused:
            for model, rows in self._new.items():
                for row in rows[news.get(model, 0) :]:
                    self._held.pop((model, row.pk), None)
                del rows[news.get(model, 0) :]
            del self._events[events:], self.says[says:]
            self._gone = defaultdict(dict, gone)
            for key in self._order[held:]:
                self._held.pop(key, None)
                self._before.pop(key, None)
            del self._order[held:]
            for key, known in (values or {}).items():
                if key in self._held:
                    self._held[key].__dict__.clear()
                    self._held[key].__dict__.update(known)
            if touched is not None:
                touched.restore()
            raise

    # --- writing ----------------------------------------------------------------------------------------------------
    def flush(self, only: set[type[models.Model]] | None = None) -> None:
        """Write what differs: removals, then updates (an open call is closed), then inserts (the next is planned)."""
        for model in [m for m in self._gone if self._gone[m] and (only is None or m in only)]:
            gone = self._gone.pop(model)
            for part in gone.values():
                self._note(part, "-", {n: plain(part.__dict__[n]) for n in concrete(model)})
            write.delete(model, list(gone))
            self.wrote = True
        for model, shapes in self._differences(only).items():
            write.free(model, shapes)
            for names, rows in shapes.items():
                write.update(model, names, rows)
                self.wrote = True
        for model in [m for m in self._new if self._new[m] and (only is None or m in only)]:
            rows = self._new.pop(model)
            for row in rows:
                self._note_new(model, row)
                self._before[(model, row.pk)] = {n: row.__dict__[n] for n in concrete(model)}
            write.insert(model, rows)
            self._created[model].extend(rows)
            self.wrote = True

    def finish(self) -> None:
        """Let reactions answer, write everything, keep the derived rows, then the history in one insert."""
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
        self._created.clear()
        self._changed.clear()
        self._parted.clear()

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
        ids = {pk for model in models_ for pk in self._parted.get(model, ())} - known
        if not ids:
            return []
        held = [r for r in (self._held.get((entity.model, pk)) for pk in sorted(ids)) if r is not None]
        lacking = ids - {r.pk for r in held}
        if lacking:
            rows = entity.model.objects.as_system("derived rows follow parts that were written")  # type: ignore[attr-defined]
            held += list(rows.filter(pk__in=lacking).order_by("pk"))
        return held

    def _write_history(self) -> None:
        if not self._told:
            return
        operation = self.operation.pk if self.operation else None
        rows: list[tuple[Any, ...]] = [
            (self.act, self.now, operation, self.actor.user_id, self.verb[:60], told["type"], pk, told["kind"],
             write.db_json({k: told[k] for k in ("fields", "parts") if told[k]}))
            for (_model, pk), told in self._told.items()
        ]  # fmt: skip
        columns = ["act", "at", "operation_id", "actor_id", "verb", "record_type", "record_id", "kind", "body"]
        if connection.vendor == "sqlite":
            at = connection.ops.adapt_datetimefield_value(self.now)
            rows = [(r[0], at, *r[2:]) for r in rows]
        write.insert_values(Change._meta.db_table, columns, rows, len(rows))
        self._told = {}

    def _differences(
        self, only: set[type[models.Model]] | None
    ) -> dict[type[models.Model], dict[tuple[str, ...], list[models.Model]]]:
        found: dict[type[models.Model], dict[tuple[str, ...], list[models.Model]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for key, before in self._before.items():
            model = key[0]
            if only is not None and model not in only:
                continue
            row = self._held.get(key)
            if row is None:
                continue
            now = row.__dict__
            names = [n for n, v in before.items() if now[n] is not v and now[n] != v]
            if not names:
                continue
            told = {n: [plain(before[n]), plain(now[n])] for n in names}
            self._note(row, "~", told)
            if isinstance(row, Record):
                row.version += 1
                row.updated_at = self.now
                names += ["version", "updated_at"]
                _row, all_names = self._changed[model].setdefault(row.pk, (row, set()))
                all_names.update(names)
            self._before[key] = {n: now[n] for n in before}
            found[model][tuple(sorted(names))].append(row)
        return found

    def _touched(self) -> set[type[models.Model]]:
        return {m for m, _pk in self._before} | {m for m in self._new if self._new[m]} | set(self._gone)

    # --- telling the history ----------------------------------------------------------------------------------------
    def _note_new(self, model: type[models.Model], row: models.Model) -> None:
        known, usual = row.__dict__, defaults_of(model)
        skip: frozenset[str] = getattr(model, "untold", frozenset())
        said = {
            n: plain(known[n])
            for n, default in usual.items()
            if known[n] != default and known[n] is not None and n not in skip
        }
        self._note(row, "+", said)

    def _note(self, row: models.Model, sign: str, values: dict[str, Any]) -> None:
        untold: frozenset[str] = getattr(row, "untold", frozenset())
        said = values if sign == "+" else {n: v for n, v in values.items() if n not in untold}
        if isinstance(row, Record):
            entity = entity_of(type(row))
            if not entity.history or not said:
                return
            entry = self._entry(type(row), row.pk, entity.code)
            if sign == "+":
                entry["kind"] = "create"
                entry["fields"] = {n: [None, v] for n, v in said.items()}
            else:
                for name, (old, new) in said.items():
                    first = entry["fields"].get(name, [old, None])[0]
                    entry["fields"][name] = [first, new]
                    if first == new and entry["kind"] != "create":
                        del entry["fields"][name]
            return
        if isinstance(row, Part):
            owner = owner_of(type(row))
            self._parted[type(row)].add(row.record_id)
            entry = self._entry(owner, row.record_id, owner._meta.label_lower)
            entry["parts"].append([row._meta.label_lower, row.pk, sign, said])

    def _entry(self, model: type[models.Model], pk: int, code: str) -> dict[str, Any]:
        return self._told.setdefault((model, pk), {"type": code, "kind": "update", "fields": {}, "parts": []})

    # --- verbs do not read ------------------------------------------------------------------------------------------
    @contextmanager
    def _no_queries(self) -> Any:
        self._silent += 1
        try:
            if self._silent > 1:
                yield
            else:
                with connection.execute_wrapper(self._guard):
                    yield
        finally:
            self._silent -= 1

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


class _Watch:
    """Keeps the state of the one record under way in a large chunk, where copying every held row would be waste."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.kept: list[tuple[models.Model, dict[str, Any]]] = []

    def keep(self, row: models.Model) -> None:
        """Remember a record with the parts that are loaded for it."""
        loaded = row.__dict__.get("_traits", {})
        copied = {name: (list(rows) if isinstance(rows, list) else rows) for name, rows in loaded.items()}
        self.kept.append((row, {**row.__dict__, "_traits": copied}))
        for rows in copied.values():
            if isinstance(rows, list):
                self.kept.extend((part, dict(part.__dict__)) for part in rows if isinstance(part, models.Model))

    def restore(self) -> None:
        for row, values in self.kept:
            row.__dict__.clear()
            row.__dict__.update(values)


def _named_traits(entity: Entity, options: dict[str, Any]) -> list[str]:
    values = options.get("values")
    if not isinstance(values, dict):
        return []
    fields = entity.by_name
    return sorted({fields[n].trait for n in values if n in fields and fields[n].trait})
