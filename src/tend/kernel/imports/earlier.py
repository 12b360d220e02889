"""What earlier rows of a rehearsal would have made: nothing of them is kept, so rows that meet them take them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tend.base.dialects.dialect import Row
from tend.kernel.imports.taking import Taken, Task


class Earlier:
    """The rows taken so far by their ties: whatever lets a later row find the same record."""

    def __init__(self) -> None:
        self._by_tie: dict[int, int] = {}  # tie -> position of the first row that has it
        self._linked: dict[int, set[int]] = defaultdict(set)

    def add(self, position: int, ties: Iterable[int]) -> None:
        """Remember a row that was taken."""
        for tie in ties:
            first = self._by_tie.setdefault(tie, position)
            if first != position:
                self._linked[first].add(position)
                self._linked[position].add(first)

    def related(self, ties: Iterable[int]) -> list[int]:
        """Positions of all earlier rows that are tied to these, directly or through others, in the order of the file."""
        found: set[int] = set()
        waiting = [self._by_tie[t] for t in ties if t in self._by_tie]
        while waiting:
            position = waiting.pop()
            if position not in found:
                found.add(position)
                waiting.extend(self._linked.get(position, ()))
        return sorted(found)

    def keep(self, start: int, rows: list[Row], taken: Taken) -> None:
        """Remember the rows of a chunk that began at position `start`."""
        positions = {row.number: start + i for i, row in enumerate(rows)}
        for number, ties in taken.ties:
            self.add(positions[number], ties)

    def rows(self, task: Task, ties: Iterable[int]) -> list[Row]:
        """The earlier rows themselves."""
        return [task.page(position, 1)[0] for position in self.related(ties)]
