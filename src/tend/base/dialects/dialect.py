"""How a file is to be read (Dialect) and what reading gives (Row); guessing and reading are next door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, cast, get_args

from tend.base.dialects.refusals import UnreadableFile
from tend.base.unreadable import gettext_noop

Kind = Literal["csv", "tsv", "xlsx", "xlsb", "xls", "ods", "jsonl", "vcf"]
KINDS: tuple[Kind, ...] = get_args(Kind)
WORKBOOKS: frozenset[Kind] = frozenset({"xlsx", "xlsb", "xls", "ods"})

ENCODINGS: tuple[str, ...] = (
    "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", "cp1251", "cp1250", "latin-1", "cp866", "koi8-u",
)  # fmt: skip
DELIMITERS: tuple[str, ...] = (",", ";", "\t", "|")
QUOTES: tuple[str, ...] = ('"', "'", "")

MAX_COLUMNS = 1_000
"""Columns of a table; more are refused, since every row is filled up to the width of the header."""

EXTRA_CELLS = "extra_cells"
"""A row's `problem`: it has more filled cells than the header has columns."""


class Row(NamedTuple):
    """One row of data. `number` is the line or sheet row the user sees; cells are as wide as the header."""

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to read one file: every guess of `sniff` stands here and may be changed with `with_`.

    `header_row` is the line (CSV) or row (sheet) of the column names as the user sees it, 0 when
    there is none. `sheets` are the names to choose `sheet` from. `columns` are the keys of a
    JSON Lines file, in the order of their first appearance, or what the cards of a file fill. `left_out` counts what
    is no part of the table, such as pictures.
    """

    kind: Kind = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header_row: int = 1
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        """Refuses a value that no reader knows; a dialect comes back from a form."""
        choices: tuple[tuple[str, object, tuple[object, ...]], ...] = (
            ("kind", self.kind, KINDS),
            ("encoding", self.encoding, ENCODINGS),
            ("delimiter", self.delimiter, DELIMITERS),
            ("quote", self.quote, QUOTES),
        )
        for name, value, allowed in choices:
            if value not in allowed:
                raise _impossible(name)
        if isinstance(self.header_row, bool) or not isinstance(self.header_row, int):
            raise _impossible("header_row")
        if not 0 <= self.header_row <= 1_048_576:
            raise _impossible("header_row")
        if self.sheets and self.sheet not in self.sheets:
            raise UnreadableFile(
                "no_sheet", gettext_noop("There is no sheet named “%(sheet)s” in this file."), sheet=self.sheet
            )

    @property
    def is_workbook(self) -> bool:
        """Whether a limited child process must read it."""
        return self.kind in WORKBOOKS

    def with_(self, **changes: Any) -> Dialect:
        """The same dialect with some guesses changed by the user. Raises UnreadableFile on a value no reader knows."""
        return replace(self, **changes)

    def to_json(self) -> dict[str, object]:
        """Plain data for a database row or a form."""
        return {
            "kind": self.kind,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "quote": self.quote,
            "header_row": self.header_row,
            "sheet": self.sheet,
            "sheets": list(self.sheets),
            "columns": list(self.columns),
            "left_out": [list(pair) for pair in self.left_out],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> Dialect:
        """The dialect that `to_json` wrote. Raises UnreadableFile on unknown names and impossible values."""
        unknown = sorted(set(data) - set(cls.__slots__))
        if unknown:
            raise _impossible(unknown[0])
        values: dict[str, Any] = dict(data)
        for name in ("sheets", "columns"):
            given = values.get(name, ())
            if not isinstance(given, list | tuple) or not all(isinstance(item, str) for item in given):
                raise _impossible(name)
            values[name] = tuple(cast("list[str]", given))
        values["left_out"] = tuple(_counted(pair) for pair in values.get("left_out", ()))
        return cls(**values)


def _counted(pair: object) -> tuple[str, int]:
    match pair:
        case [str() as what, int() as count]:
            return what, count
    raise _impossible("left_out")


def _impossible(name: str) -> UnreadableFile:
    return UnreadableFile("dialect", gettext_noop("“%(option)s” has a value that cannot be read with."), option=name)


def column_names(cells: list[str]) -> list[str]:
    """The names of the columns: trimmed, blanks named by their letter, repeats numbered, trailing blanks gone.

    `["Name", "Phone", "Phone", "", ""]` becomes `["Name", "Phone", "Phone (2)"]`.
    """
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    taken: set[str] = set()
    result: list[str] = []
    for position, name in enumerate(names):
        wanted = name or f"Column {column_letter(position)}"
        unique, copy = wanted, 1
        while unique.casefold() in taken:
            copy += 1
            unique = f"{wanted} ({copy})"
        taken.add(unique.casefold())
        result.append(unique)
    return result


def column_letter(position: int) -> str:
    """The letter a spreadsheet shows over the column at a 0-based position: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def fit(number: int, cells: list[str], width: int) -> Row | None:
    """A raw line as a Row of `width` cells; None when every cell is blank.

    Short rows are filled up, empty cells on the right are dropped, filled ones beyond the header
    are kept and the row says `extra_cells`, so that nothing is lost without a word.
    """
    have = len(cells)
    if have < width:
        if not any(cells) or not any(map(str.strip, cells)):
            return None
        return Row(number, cells + [""] * (width - have))
    if have > width:
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) > width:
            return Row(number, cells, EXTRA_CELLS)
    if not any(cells) or not any(map(str.strip, cells)):
        return None
    return Row(number, cells)
