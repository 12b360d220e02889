"""Erasing one person: records are blanked, the history forgets what they held, and machinery loses the person's words.

What it does cannot be taken back, so nothing here is told with its values. Which records belong to a person is said by her
domain; this room knows how each kind of row forgets. It works inside the unit of the verb that erases: a dry unit counts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from tend.kernel.entity import entities
from tend.kernel.history import Change
from tend.kernel.idempotency import IdempotencyKey
from tend.kernel.imports.files import folder_of, keep_no_file
from tend.kernel.imports.models import Import, ImportFault, ImportTrace
from tend.kernel.record import Part, Record
from tend.kernel.rewording import SHORTEST, Wording, fitted
from tend.kernel.search.models import SearchText
from tend.kernel.traits import owner_of
from tend.kernel.traits.tags import TagLink
from tend.kernel.unit import Unit

WHY = "what is erased is erased everywhere, whoever sees it"
_KEPT = frozenset({"name"})  # what the caller says anew


class Erasing:
    """One erasure under way: what is looked for, what stands in its place, and how many of each kind were met."""

    def __init__(self, unit: Unit, instead: str, words: Iterable[str], hot: Iterable[str]) -> None:
        """`words` are names, addresses and numbers; `hot` the codes of record types that the caller sees to himself."""
        self.unit, self.instead, self.hot = unit, instead, frozenset(hot)
        self.wording = Wording(words, instead)
        self.words, self.spellings, self.without = self.wording.words, self.wording.spellings, self.wording.without
        self.counts: Counter[str] = Counter()
        self.met: set[tuple[str, int]] = set()  # texts and entries of the history that were counted, by model and key
        if not unit.dry:
            leave_no_bytes()

    # --- records ----------------------------------------------------------------------------------------------------
    def blank(self, record: Any, **values: Any) -> None:
        """Empty a record: texts, days, lists of values; links, times and states stay. Its rows of text go."""
        self.unit.forget(record)
        for column in record._meta.concrete_fields:
            if column.name not in _KEPT and _is_personal(column):
                setattr(record, column.attname, column.get_default() if not column.null else None)
        for name, value in values.items():
            setattr(record, name, value)
        self._remove_parts(record)
        self.counts["records"] += 1

    def reword(self, record: Any) -> bool:
        """Put the other words into the texts of a record and of its rows; whether there were any."""
        held = [record, *self._parts(record)] if isinstance(record, Record) else [record]
        found = False
        for row in held:
            for column in row._meta.concrete_fields:
                value = row.__dict__.get(column.attname)
                if isinstance(column, (models.CharField, models.TextField, models.JSONField)) and value:
                    other = fitted(row, column.name, self.without(value))
                    if other != value:
                        setattr(row, column.attname, other)
                        found = True
        if found:
            self.unit.forget(record)
        return found

    def _parts(self, record: Any) -> list[Any]:
        return [row for model in parts_of_type(type(record)) for row in self.unit.load(model.objects.of([record.pk]))]

    def _remove_parts(self, record: Any) -> None:
        for row in self._parts(record):
            if not row.is_copied and (isinstance(row, TagLink) or any(map(_is_personal, row._meta.concrete_fields))):
                self.unit.remove(row)
                self.counts["parts"] += 1

    # --- what was written about them --------------------------------------------------------------------------------
    def forget_history(self, code: str, ids: Sequence[int]) -> None:
        """Of entries about records that were emptied only who, when and which links stay."""
        for change in self._history(code, ids):
            kept = {
                n: pair for n, pair in change.body.get("fields", {}).items() if n.endswith("_id") or n == "trashed_at"
            }
            self._rewrite(change, {"fields": kept} if kept else {})

    def reword_history(self, code: str, ids: Sequence[int], without: Sequence[str] = ()) -> None:
        """Entries about records that stay lose the words, and the fields named in `without` altogether."""
        for change in self._history(code, ids):
            body = self.without(change.body)
            if fields := body.get("fields"):
                body = {**body, "fields": {n: pair for n, pair in fields.items() if n not in without}}
            self._rewrite(change, body)

    def _history(self, code: str, ids: Sequence[int]) -> Any:
        rows = Change.objects.as_system(WHY).filter(record_type=code, record_id__among=sorted(ids))
        return rows.order_by("pk").iterator(500)

    def _rewrite(self, change: Change, body: dict[str, Any]) -> None:
        if body != change.body:
            Change.objects.as_system(WHY).filter(pk=change.pk).update(body=body)
            self.counts["history"] += 1
            self.met.add((Change._meta.label_lower, change.pk))

    # --- everything else --------------------------------------------------------------------------------------------
    def sweep(self) -> None:
        """Rows of machinery and of all other record types: notices, operations, refusals, jobs, answers, views, letters."""
        if not self.words:
            return
        for model in apps.get_models():
            if model._meta.app_config.name.startswith("tend.") and self._is_swept(model):
                self._sweep(model)
        others = [e.code for e in entities() if e.code not in self.hot]
        rows = Change.objects.as_system(WHY).annotate(said=Cast("body", TextField())).filter(self._met("said"))
        for change in rows.filter(record_type__in=others).iterator(500):
            self._rewrite(change, self.without(change.body))

    def _is_swept(self, model: Any) -> bool:
        if model is Change or not model._meta.managed:
            return False
        owner = model
        if issubclass(model, (Part, SearchText)):
            owner = owner_of(model)
        return owner._meta.label_lower not in self.hot

    def _sweep(self, model: Any) -> None:
        columns = [
            c
            for c in model._meta.concrete_fields
            if isinstance(c, (models.CharField, models.TextField, models.JSONField))
            and not c.choices
            and not c.primary_key
        ]
        if not columns:
            return
        manager: Any = model._base_manager
        met = Q()
        annotated = {}
        for column in columns:
            name = column.name
            if isinstance(column, models.JSONField):
                annotated[f"said_{name}"] = Cast(name, TextField())
                name = f"said_{name}"
            met |= self._met(name)
        for row in manager.annotate(**annotated).filter(met).iterator(500):
            changed = {}
            for column in columns:
                value = row.__dict__[column.attname]
                if value and (other := self.without(value)) != value:
                    changed[column.attname] = fitted(row, column.name, other)
            if changed:
                if model is IdempotencyKey:
                    changed = {"answer": "{}"}  # a whole record may stand there, its fields one by one
                manager.filter(pk=row.pk).update(**changed)
                self.counts["beside"] += 1

    def _met(self, name: str) -> Q:
        found = Q()
        for spelling in self.spellings:
            found |= Q(**{f"{name}__icontains": spelling})
            found |= Q(**{f"{name}__icontains": json.dumps(spelling)[1:-1]})
        return found

    # --- files of imports -------------------------------------------------------------------------------------------
    def drop_files(self, ids: dict[str, Sequence[int]]) -> None:
        """Delete, when the transaction is committed, the files of imports that brought these records or hold the words."""
        about = Q(pk__in=[])
        for code, pks in ids.items():
            about |= Q(record_type=code, record_id__in=list(pks))
        traced = set(ImportTrace.objects.filter(about).values_list("of_id", flat=True))
        for run in Import.objects.order_by("pk").iterator(500):
            place = folder_of(run)
            if run.pk in traced or self._stands_in(place / "rows") or self._stands_in(place / "source"):
                Import.objects.filter(pk=run.pk).update(plan=_without_examples(run.plan))
                ImportFault.objects.filter(of=run).update(value="")  # a cell alone does not say whose it was
                if place.exists():
                    self.counts["files"] += 1
                    transaction.on_commit(lambda run=run: keep_no_file(run))  # type: ignore[misc]

    def _stands_in(self, file: Any) -> bool:
        if not file.exists() or not self.words:
            return False
        spelled = [
            w.encode(code, "ignore") for w in self.spellings for code in ("utf-8", "utf-16-le", "cp1252", "cp1251")
        ]
        wanted = [w for w in spelled if len(w) >= SHORTEST]
        longest, before = max(map(len, wanted)), b""
        with file.open("rb") as source:
            while piece := source.read(1 << 20):
                text = (before + piece).lower()
                if any(w.lower() in text for w in wanted):
                    return True
                before = piece[-longest:]
        return False


def _without_examples(plan: Any) -> Any:
    """How columns become fields, without the cells that were shown beside them."""
    if isinstance(plan, dict):
        return {k: [] if k == "examples" else _without_examples(v) for k, v in plan.items()}
    return [_without_examples(v) for v in plan] if isinstance(plan, list) else plan


def leave_no_bytes() -> None:
    """SQLite overwrites what is deleted from now on, and its log is emptied after the commit; PostgreSQL vacuums by itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = ON")
    transaction.on_commit(_empty_the_log)


def _empty_the_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")
        if not connection.in_atomic_block:
            cursor.execute(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            )  # answers "busy" while others read; then the next one does


def parts_of_type(owner: type[models.Model]) -> list[Any]:
    """The tables whose rows hang on a record type."""
    return [m for m in apps.get_models() if issubclass(m, Part) and not m._meta.abstract and owner_of(m) is owner]


def _is_personal(column: Any) -> bool:
    """Does a column hold words, days or values of a person? Links, states, flags and how the row is kept do not."""
    if column.is_relation or column.primary_key or column.choices:
        return False
    if column.name in ("created_at", "updated_at", "trashed_at", "version", "number", "written_at"):
        return False
    if isinstance(column, (models.CharField, models.TextField, models.JSONField)):
        return True
    figures = (models.DateField, models.IntegerField, models.DecimalField)
    return (
        column.editable and column.null and isinstance(column, figures) and not isinstance(column, models.DateTimeField)
    )
