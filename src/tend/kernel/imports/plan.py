"""The plan of an import: what each column becomes and the rules for all rows, as plain data that can be kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from dataclasses import field as filled
from typing import Any, Literal, Self

Unknown = Literal["error", "create", "ignore"]
Blank = Literal["keep", "clear"]
Mode = Literal["both", "create", "update"]
Duplicates = Literal["fill", "skip", "create", "ask"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file. `field` is empty when it is skipped; `decimal` and `date_order` say how to read it."""

    header: str
    field: str = ""
    unknown: Unknown = "error"
    blank: Blank = "keep"
    decimal: str = ""
    date_order: str = ""
    negated: bool = False
    how: str = ""
    note: str = ""
    note_params: dict[str, Any] = filled(default_factory=dict)
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The mapping and the rules for all rows."""

    columns: tuple[Column, ...] = ()
    mode: Mode = "both"
    duplicates: Duplicates = "fill"
    key: str = ""  # the chosen key: number, email, phone, website or an own field
    system: str = ""  # recognised source system
    defaults: dict[str, Any] = filled(default_factory=dict)  # for new records
    country: str = ""  # where national phone forms and postal codes belong; the organisation's when empty
    currency: str = ""
    leave_out: tuple[int, ...] = ()  # rows that the user left out
    decided: dict[str, str] = filled(default_factory=dict)  # row that looks like an account -> "same" or "new"
    mended: dict[str, dict[str, str]] = filled(default_factory=dict)  # row -> header -> what the cell says instead
    replaced: dict[str, dict[str, str]] = filled(
        default_factory=dict
    )  # header -> what cells say -> what they say instead

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote. Unknown keys of an older version are dropped. TypeError when cells are no texts."""
        known = {k: v for k, v in data.items() if k in cls.__dataclass_fields__}
        if not all(_are_cells(known.get(name, {})) for name in ("mended", "replaced")):
            raise TypeError("mended and replaced hold objects of texts")
        columns = tuple(_column(c) for c in known.pop("columns", ()))
        return cls(columns=columns, leave_out=tuple(known.pop("leave_out", ())), **known)

    def with_column(self, index: int, **changes: Any) -> Plan:
        """The same plan with one column changed."""
        columns = list(self.columns)
        columns[index] = replace(columns[index], **changes)
        return replace(self, columns=tuple(columns))

    @property
    def fields(self) -> set[str]:
        return {c.field for c in self.columns if c.field}


def _are_cells(given: Any) -> bool:
    return isinstance(given, dict) and all(
        isinstance(cells, dict) and all(isinstance(text, str) for text in cells.values()) for cells in given.values()
    )


def _column(data: dict[str, Any]) -> Column:
    known: dict[str, Any] = {k: v for k, v in data.items() if k in Column.__dataclass_fields__}
    return Column(**{**known, "examples": tuple(known.get("examples", ()))})
