"""Parts on their way back: each is found by its key wherever later merges carried it, and keeps what was written since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps

from tend.kernel.history import Change, revive
from tend.kernel.merging.report import Report
from tend.kernel.merging.ties import flags_of, unique_of
from tend.kernel.record import concrete, defaults_of
from tend.kernel.traits import owner_of
from tend.kernel.unit import Unit

WHY = "what a merge moved goes back, whoever sees it"
Told = tuple[int, int, str, dict[str, Any]]  # record, part, sign, what was said


class Returning:
    """The parts of one write. `at` answers where something that was given to a record may be by now."""

    def __init__(
        self, unit: Unit, changes: Sequence[Change], report: Report, at: Callable[[str, int], set[int]]
    ) -> None:
        self.unit = unit
        self.report = report
        self.at = at
        self.told: dict[str, list[Told]] = {}
        for change in changes:
            for label, pk, sign, said in change.body.get("parts", ()):
                if sign != ">" and not getattr(apps.get_model(label), "is_derived", False):
                    self.told.setdefault(label, []).append((change.record_id, pk, sign, said))

    def run(self) -> dict[Any, list[Any]]:
        """Put them back; answers with the rows that changed their record or went, by model."""
        moved: dict[Any, list[Any]] = {}
        for label, told in self.told.items():
            model: Any = apps.get_model(label)
            moved[model] = self._one_model(model, owner_of(model)._meta.label_lower, told)
        return moved

    def _one_model(self, model: Any, code: str, told: Sequence[Told]) -> list[Any]:
        unit = self.unit
        ids = sorted({pk for _record, pk, _sign, _said in told})
        found = unit.load(model.objects.as_system(WHY).filter(pk__among=ids).order_by("pk"))
        rows = {r.pk: r for r in found}
        records = {record for record, *_rest in told} | {pk for _r, _p, _s, said in told for pk in _records_in(said)}
        beside = {r.pk: r for r in unit.load(model.objects.of(sorted(records)).order_by("pk"))}
        for columns, flag in flags_of(model):
            for column in [c for c in columns if c != "record_id" and model._meta.get_field(c).is_relation]:
                ends = {pk for *_rest, said in told for pk in _pair(said, column) if isinstance(pk, int)}
                main = model.objects.as_system(WHY).filter(**{f"{column}__in": ends, flag: True})
                beside |= {r.pk: r for r in unit.load(main.order_by("pk"))} if ends else {}
        moved: list[Any] = []
        plan: list[tuple[Any, dict[str, Any]]] = []
        for record, pk, sign, said in told:
            row = rows.get(pk)
            if sign == "+":
                if row is not None and self._is_as_made(model, row, record, said):
                    unit.remove(row)
                    moved.append(row)
                elif row is not None:
                    self.report.keep(code, record, model._meta.label_lower, "changed")
            elif sign == "-":
                if row is None:
                    self._bring_back(model, code, record, said, list(beside.values()), moved)
            elif row is None:
                self.report.keep(code, record, model._meta.label_lower, "deleted")
            else:
                plan.append((row, self._back(model, code, row, said)))
        gone = {r.pk for r in moved}
        moved += self._write(model, code, plan, [r for r in beside.values() if r.pk not in gone])
        return moved

    def _back(self, model: Any, code: str, row: Any, said: dict[str, Any]) -> dict[str, Any]:
        """What the row is to hold again."""
        wanted: dict[str, Any] = {}
        fields = {f.attname: f for f in model._meta.concrete_fields}
        for name, (old, new) in said.items():
            before, after, now = revive(model, name, old), revive(model, name, new), row.__dict__[name]
            target = fields[name].related_model
            if now == after or (target is not None and after is not None and now in self.at(_code(target), after)):
                wanted[name] = before
            elif now != before:
                self.report.keep(code, row.record_id, f"{model._meta.label_lower}.{name}", "changed")
        return wanted

    def _write(self, model: Any, code: str, plan: list[tuple[Any, dict[str, Any]]], beside: Sequence[Any]) -> list[Any]:
        """Flags come off before anything moves and are set after it, so that no two rows have one at any moment."""
        flags = {flag for _columns, flag in flags_of(model)}
        lifted = False
        for row, wanted in plan:
            moves = any(name not in flags for name in wanted)
            for flag in flags:
                held = row.__dict__[flag]
                if held and (moves or flag in wanted):
                    wanted.setdefault(flag, held)
                    setattr(row, flag, False)
                    lifted = True
        if lifted:
            self.unit.flush(only={model})
        moved = []
        for row, wanted in plan:
            after = {**row.__dict__, **{n: v for n, v in wanted.items() if n not in flags}}
            if _is_there(model, after, row, beside):
                self.report.keep(code, after["record_id"], model._meta.label_lower, "there")
                continue
            if after["record_id"] != row.record_id:
                moved.append(row)
            for name, value in wanted.items():
                if name not in flags:
                    setattr(row, name, value)
        everyone = {r.pk: r for r in (*beside, *(row for row, _wanted in plan))}
        for row, wanted in plan:
            for columns, flag in flags_of(model):
                if wanted.get(flag) and not row.__dict__[flag] and not _has(everyone.values(), columns, flag, row):
                    setattr(row, flag, True)
        self._keep_main(model, everyone.values())
        return moved

    def _keep_main(self, model: Any, rows: Any) -> None:
        """Where a main one must stand and none does, the oldest is it."""
        for columns, flag in flags_of(model):
            if flag not in model.always:
                continue
            for row in sorted(rows, key=lambda r: r.pk):
                if not _has(rows, columns, flag, row):
                    setattr(row, flag, True)

    def _is_as_made(self, model: Any, row: Any, record: int, said: dict[str, Any]) -> bool:
        if row.record_id not in self.at(owner_of(model)._meta.label_lower, record):
            return False
        skipped = {"record_id", *(flag for _columns, flag in flags_of(model))}
        made = {**defaults_of(model), **{n: revive(model, n, v) for n, v in said.items() if n != "id"}}
        return all(row.__dict__[n] == v for n, v in made.items() if n not in skipped)

    def _bring_back(
        self, model: Any, code: str, record: int, said: dict[str, Any], beside: Sequence[Any], moved: list[Any]
    ) -> None:
        values = {n: revive(model, n, v) for n, v in said.items() if n != "id"}
        blank = {n: values.get(n) for n in concrete(model)}
        if _is_there(model, blank, None, beside):
            self.report.keep(code, record, model._meta.label_lower, "there")
            return
        for columns, flag in flags_of(model):
            if values.get(flag) and any(r.__dict__[flag] and _equal(r.__dict__, values, columns) for r in beside):
                values[flag] = False
        moved.append(self.unit.create(model, **values))


def _pair(said: dict[str, Any], column: str) -> list[Any]:
    pair = said.get(column)
    return pair if isinstance(pair, list) else []


def _records_in(said: dict[str, Any]) -> list[int]:
    return [pk for pk in _pair(said, "record_id") if pk is not None]


def _code(target: Any) -> str:
    return str(target._meta.label_lower)


def _equal(one: dict[str, Any], other: dict[str, Any], columns: tuple[str, ...]) -> bool:
    return all(one[c] == other[c] for c in columns)


def _is_there(model: Any, after: dict[str, Any], row: Any, beside: Sequence[Any]) -> bool:
    """Is there another row that says what may be said once?"""
    keys = [c for c in unique_of(model) if all(after[n] is not None for n in c)]
    return any(o is not row and _equal(o.__dict__, after, columns) for o in beside for columns in keys)


def _has(rows: Any, columns: tuple[str, ...], flag: str, row: Any) -> bool:
    return any(o.__dict__[flag] and _equal(o.__dict__, row.__dict__, columns) for o in rows)
