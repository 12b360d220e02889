"""What an import could not take, given back as the user's own rows with a reason behind each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from tend.base.cells import neutralise
from tend.kernel.imports.files import faults_of, rows_of
from tend.kernel.imports.models import Import


def rows_with_reasons(run: Import) -> Iterator[list[str]]:
    """The header, then every row that was refused or left out: its number, its cells as they stood, why.

    Cells that a spreadsheet would run are neutralised; the importer takes the guard off again.
    """
    spill = rows_of(run)
    reasons: dict[int, list[str]] = defaultdict(list)
    for row, column, reason in faults_of(run).values_list("row", "column", "reason"):
        reasons[row].append(f"{column}: {reason}" if column else reason)
    yield [_("Row"), *map(neutralise, spill.header), _("Reason")]
    if not reasons:
        return
    last, width = max(reasons), len(spill.header)
    for row in spill.rows_from(0):
        if row.number > last:
            return
        if row.number in reasons:
            cells = [neutralise(c) for c in row.cells[:width]]
            yield [str(row.number), *cells, neutralise(" ".join(reasons[row.number]))]


def rows_numbered(run: Import, numbers: list[int]) -> dict[int, list[str]]:
    """The cells of some rows by their number in the file; the numbers are ascending, the first ones are found soonest."""
    wanted = set(numbers)
    found: dict[int, list[str]] = {}
    if not wanted:
        return found
    for row in rows_of(run).rows_from(0):
        if row.number in wanted:
            found[row.number] = row.cells
            if len(found) == len(wanted):
                break
    return found
