"""What parting could not bring back, item by item with the reason; doors say it within the reader's sight."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

LISTED = 500  # items by name; the rest is counted


@dataclass(frozen=True)
class Kept:
    """Something that stays as it is: a record's field or part. `why`: changed, deleted, there, or main."""

    code: str
    record_id: int
    name: str
    why: str


@dataclass
class Report:
    """What parting left as it is."""

    kept: list[Kept] = field(default_factory=list)

    def keep(self, code: str, record_id: int, name: str, why: str) -> None:
        self.kept.append(Kept(code, record_id, name, why))

    def as_summary(self) -> dict[str, Any]:
        """As an operation keeps it."""
        rows = [[k.code, k.record_id, k.name, k.why] for k in self.kept[:LISTED]]
        return {"kept": rows, "kept_beside": len(self.kept) - len(rows)}

    @classmethod
    def of(cls, summary: dict[str, Any]) -> Report:
        """The inverse of `as_summary`, without those that were only counted."""
        return cls([Kept(*row) for row in summary.get("kept", [])])
