"""What may stand only once, when an undo brings a part back: its main-ness, or the part itself, may be taken by now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from django.db import models

WHY = "what a unique constraint allows once is looked for under every record"
Key = tuple[Any, ...]


@cache
def limits(model: type[models.Model]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """What a part may say once: the columns that are equal, and the yes/no column that must be set ("" for always)."""
    found = list(getattr(model, "once", ()))
    for limit in model._meta.constraints:
        if isinstance(limit, models.UniqueConstraint) and limit.fields:
            columns = tuple(model._meta.get_field(name).attname for name in limit.fields)  # type: ignore[union-attr]
            condition = limit.condition
            flag = condition.children[0][0] if condition is not None else ""  # type: ignore[index]
            found.append((columns, flag))
    return tuple(found)


def standing_elsewhere(model: type[models.Model], rows: Sequence[Any]) -> Iterator[models.QuerySet[Any]]:
    """Parts of any record that hold what one of these may hold only once (an account has one contact that is it)."""
    for columns, flag in limits(model):
        if "record_id" not in columns:
            said = {f"{c}__among": sorted({r.__dict__[c] for r in rows if r.__dict__[c] is not None}) for c in columns}
            rows_of: Any = model._default_manager
            yield rows_of.as_system(WHY).filter(**said, **({flag: True} if flag else {}))


def stands_already(part: models.Model, others: Iterable[models.Model]) -> bool:
    """Whether what this part says is said by another one that stands there."""
    model, values = type(part), part.__dict__
    keys = [columns for columns, flag in limits(model) if not flag]
    return any(all(values[c] == o.__dict__[c] for c in columns) for o in others if o is not part for columns in keys)


def step_back(part: models.Model, others: Iterable[models.Model]) -> bool:
    """Take from this part each flag that another one has by now; True when it had one."""
    values, others, lost = part.__dict__, list(others), False
    for columns, flag in limits(type(part)):
        if not flag or not values[flag]:
            continue
        same = (o.__dict__ for o in others if o is not part)
        if any(o[flag] and all(values[c] == o[c] for c in columns) for o in same):
            setattr(part, flag, False)
            lost = True
    return lost
