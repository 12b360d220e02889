"""All that hangs on a merged record moves to the one it is part of: parts without doubles, links, and trees without circles.

Set by set: as many statements for a thousand activities as for one. What both have stays with each, so that parting
them has nothing to guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tend.kernel.entity import Entity, entity_by_code
from tend.kernel.events import reacts_to
from tend.kernel.merging.events import merge_asked, records_merged
from tend.kernel.merging.ties import Tie, flags_of, keys_of, looks_at_itself, own_parts, ties_to
from tend.kernel.record import concrete
from tend.kernel.unit import Unit

WHY = "what hangs on a merged record moves with it, whoever sees it"


@reacts_to(merge_asked, order=50)
def move_along(unit: Unit, events: list[merge_asked]) -> None:
    """Own parts, then every link to the loser; then it goes into the trash and leads to the winner."""
    for event in events:
        entity, loser, winner = entity_by_code(event.code), event.loser, event.winner
        moved: dict[Any, list[Any]] = {}
        for part in own_parts(entity.model):
            rows = unit.load(part.objects.of([winner, loser]).order_by("pk"))
            chosen = _chosen(entity, part, event.take or ())
            moved[part] = _unite(unit, part, "record_id", rows, winner.pk, loser.pk, chosen)
        for tie in ties_to(entity.model):
            if tie.model is entity.model:
                _move_tree(unit, entity, tie.column, winner, loser)
            elif tie.is_part:
                rows = unit.load(_rows(tie, [winner.pk, loser.pk]))
                _unite(unit, tie.model, tie.column, rows, winner.pk, loser.pk, ())
            else:
                for row in unit.load(_rows(tie, [loser.pk]).select_for_update(of=("self",), no_key=True)):
                    setattr(row, tie.column, winner.pk)
        loser.trashed_at, loser.merged_into_id = unit.now, winner.pk
        settle(unit, entity, (winner,), moved)
        unit.announce(records_merged(event.code, loser, winner))


def settle(unit: Unit, entity: Entity, records: Iterable[Any], moved: dict[Any, list[Any]]) -> None:
    """What derives from parts follows, of records whose parts were moved to or fro."""
    for record in records:
        record.__dict__.pop("_traits", None)
    for trait in entity.traits.values():
        rows = moved.get(getattr(trait, "model", None))
        if rows:
            unit.flush(only={type(rows[0])})
            for record in records:
                trait.settle(unit, record, rows)


def _rows(tie: Tie, ids: Sequence[int]) -> Any:
    model: Any = tie.model
    return model.objects.as_system(WHY).filter(**{f"{tie.column}__in": list(ids)}).order_by("pk")


def _chosen(entity: Entity, part: Any, take: Iterable[str]) -> list[dict[str, Any]]:
    """What the main rows of a part say that the loser's are chosen for: {"kind": "phone"}."""
    names = {n: s for t in entity.traits.values() if getattr(t, "model", None) is part for n, s in t.singles.items()}
    return [dict(names[n]) for n in take if n in names]


Flagged = tuple[str, Any, bool]


def _unite(
    unit: Unit, model: Any, column: str, rows: Sequence[Any], winner: int, loser: int, chosen: Sequence[dict[str, Any]]
) -> list[Any]:
    """Move the loser's rows over by `column`; one that the winner has as well stays, and fills what the other lacks.

    Answers with the rows that moved.
    """
    mine = [r for r in rows if r.__dict__[column] == winner]
    theirs = [r for r in rows if r.__dict__[column] == loser]
    known = {key: r for r in mine for key in _keys(model, r.__dict__)}
    moving: list[Any] = []
    twins: dict[int, Any] = {}
    for row in theirs:
        after = {**row.__dict__, column: winner}
        twin = next((known[k] for k in _keys(model, after) if k in known), None)
        if twin is not None:
            twins[row.pk] = twin
            _fill(model, twin, row, column)
        elif not any(after[c] == after["record_id"] for c in looks_at_itself(model)):
            moving.append(row)
    flagged = _flags_after(model, column, mine, moving, theirs, twins, winner, chosen)
    _take_off(unit, model, column, mine, flagged)
    if model.is_copied and column == "record_id":
        _copy(unit, model, moving, winner, flagged)
        return []
    for row in moving:
        setattr(row, column, winner)
    for flag, row, value in flagged:
        setattr(row, flag, value)
    return moving


def _copy(unit: Unit, model: Any, rows: Sequence[Any], winner: int, flagged: Sequence[Flagged]) -> None:
    """The rows stay, because whoever saw the loser by them may open its old address and part it; the winner gets the same.

    A flag that stands once beside other records (an account has one main contact) goes over to the copy.
    """
    beside = [flag for columns, flag in flags_of(model) if "record_id" not in columns]
    for flag, row, value in flagged:
        if row not in rows:
            setattr(row, flag, value)
    given = {row.pk: {n: v for n, v in row.__dict__.items() if n in concrete(model) and n != "id"} for row in rows}
    for flag, row, value in flagged:
        if row.pk in given:
            given[row.pk][flag] = value
    for row in rows:
        for flag in beside:
            setattr(row, flag, False)
    if beside and rows:
        unit.flush(only={model})
    for values in given.values():
        unit.create(model, **{**values, "record_id": winner})


def _keys(model: Any, values: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    for columns in keys_of(model):
        said = tuple(values[c] for c in columns)
        if None not in said:
            yield (columns, *said)


def _fill(model: Any, kept: Any, gone: Any, column: str) -> None:
    """What the row that stays does not say is taken from its double; a yes that must not be lost is a yes of both.

    A part that knows better has `join_with`.
    """
    join = getattr(kept, "join_with", None)
    if join is not None:
        join(gone)
        return
    fixed = {"id", "record_id", column, *(flag for _columns, flag in flags_of(model))}
    for name in concrete(model):
        if name in fixed:
            continue
        if kept.__dict__[name] in (None, "") and gone.__dict__[name] not in (None, ""):
            setattr(kept, name, gone.__dict__[name])
    for name in model.strict:
        if gone.__dict__[name]:
            setattr(kept, name, True)


def _flags_after(
    model: Any, column: str, mine: Sequence[Any], moving: Sequence[Any], theirs: Sequence[Any], twins: dict[int, Any],
    winner: int, chosen: Sequence[dict[str, Any]],
) -> list[Flagged]:  # fmt: skip
    """Of each group that has one main row: which rows get or lose the flag. The winner's stays unless another is chosen."""
    found: list[Flagged] = []
    for columns, flag in flags_of(model):
        if column not in columns:
            for row in theirs:  # the group is not the one that is united: a double hands its flag over
                twin = twins.get(row.pk)
                if twin is not None and row.__dict__[flag] and not twin.__dict__[flag]:
                    found += [(flag, row, False), (flag, twin, True)]
            continue
        groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
        for row in (*mine, *moving):
            after = {**row.__dict__, column: winner}
            groups[tuple(after[c] for c in columns)].append(row)
        wanted = [
            twins.get(r.pk, r)
            for r in theirs
            if r.__dict__[flag] and any(all(r.__dict__[n] == v for n, v in said.items()) for said in chosen)
        ]
        for rows in groups.values():
            main = next((r for r in rows if r in wanted), None) or next((r for r in rows if r.__dict__[flag]), None)
            if main is None and flag in model.always:
                main = rows[0]
            found += [(flag, r, r is main) for r in rows if r.__dict__[flag] != (r is main)]
    return found


def _take_off(unit: Unit, model: Any, column: str, mine: Sequence[Any], flagged: Sequence[Flagged]) -> None:
    """Rows that lose a flag without moving are written first: no two rows have it at any moment."""
    lost = [(flag, row) for flag, row, value in flagged if not value]
    for flag, row in lost:
        setattr(row, flag, False)
    if lost:
        unit.flush(only={model})


def _move_tree(unit: Unit, entity: Entity, column: str, winner: Any, loser: Any) -> None:
    """What was below the loser is below the winner; a winner that was below it takes its place in the tree."""
    model: Any = entity.model
    children = model.objects.as_system(WHY).filter(**{column: loser.pk}).exclude(pk__in=[winner.pk, loser.pk])
    if is_above(unit, model, column, loser.pk, winner):
        above = loser.__dict__[column]
        setattr(winner, column, None if above == winner.pk else above)
    for row in unit.load(children.order_by("pk").select_for_update(of=("self",), no_key=True)):
        setattr(row, column, winner.pk)


def is_above(unit: Unit, model: Any, column: str, wanted: int, record: Any) -> bool:
    """Does one meet `wanted` on the way up from a record?"""
    step, seen = record.__dict__[column], {record.pk}
    while step is not None and step not in seen:
        if step == wanted:
            return True
        seen.add(step)
        held = unit.held(model, step)
        if held is not None:
            step = held.__dict__[column]
        else:
            step = model.objects.as_system(WHY).filter(pk=step).values_list(column, flat=True).first()
    return False
