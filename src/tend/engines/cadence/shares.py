"""The arithmetic of a day's calls: the capacity divided by the weights of the statuses, so that none is crowded out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """An open call that is due. `is_fixed`: promised or planned by hand, outside the shares."""

    pk: int
    planned_on: dt.date
    planned_time: dt.time | None
    interval: int
    is_promised: bool
    is_fixed: bool
    status_id: int | None

    def ratio(self, today: dt.date) -> float:
        """How much of its interval it is overdue."""
        return (today - self.planned_on).days / (self.interval or 30)


def choose(
    candidates: Sequence[Candidate], capacity: int, weights: Mapping[int | None, int], today: dt.date
) -> list[Candidate]:
    """The calls of a day, in the order in which they are called.

    Promises and calls planned by hand have a place whatever the capacity; what is left of it is divided by the weights
    (largest remainder), within a status by overdue ratio, and what one status does not use goes to the others.
    """
    fixed = sorted((c for c in candidates if c.is_fixed), key=lambda c: _urgency(c, today))
    groups: dict[int | None, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if not candidate.is_fixed:
            groups[candidate.status_id].append(candidate)
    for group in groups.values():
        group.sort(key=lambda c: _urgency(c, today))
    places = divide(max(capacity - len(fixed), 0), {k: len(g) for k, g in groups.items()}, weights)
    cycle = [c for key, group in groups.items() for c in group[: places[key]]]
    return [*fixed, *sorted(cycle, key=lambda c: _urgency(c, today))]


def divide(room: int, wanted: Mapping[int | None, int], weights: Mapping[int | None, int]) -> dict[int | None, int]:
    """So many places for each status: by weight, at most what it wants, and the rest goes round again.

    A status without a weight counts as one percent, so that it waits but never for ever.
    """
    places = dict.fromkeys(wanted, 0)
    open_ = [key for key in sorted(wanted, key=str) if wanted[key]]
    while open_:
        total = sum(weights.get(key) or 1 for key in open_)
        exact = {key: room * (weights.get(key) or 1) / total for key in open_}
        sated = [key for key in open_ if exact[key] >= wanted[key]]
        if not sated:
            break
        for key in sated:  # what they leave is divided among the others
            places[key] = wanted[key]
            room -= wanted[key]
        open_ = [key for key in open_ if key not in sated]
    if open_:
        places.update({key: int(exact[key]) for key in open_})
        left = room - sum(int(exact[key]) for key in open_)
        for key in sorted(open_, key=lambda k: (int(exact[k]) - exact[k], -(weights.get(k) or 1), str(k)))[:left]:
            places[key] += 1
    return places


def _urgency(candidate: Candidate, today: dt.date) -> tuple[object, ...]:
    return (
        not candidate.is_promised,
        not candidate.is_fixed,
        -candidate.ratio(today),
        candidate.planned_time or dt.time.max,
        candidate.planned_on,
        candidate.pk,
    )
