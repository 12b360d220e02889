"""Recognises the rows under a table that are no records: totals, counts and the footers of reports."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOTAL = re.compile(
    r"""^\W*(?:
        (?:grand|sub|overall|running)?[\s-]*totals?(?:\s+(?:général|generale|generals?|geral|amount|records?|rows?))?
      | (?:gesamt|end|zwischen)?summe(?:\s+gesamt)? | gesamt(?:betrag|ergebnis|wert)? | insgesamt
      | (?:sous-)?total\s+général | ensemble | somme
      | suma(?:\s+(?:total|końcowa|ogólna))? | importe\s+total | soma | totais | razem | łącznie | ogółem
      | (?:общий\s+|промежуточный\s+)?итого?и? | всего | сумма
      | (?:загальний\s+|проміжний\s+)?підсумок | всього | усього | разом | сума
      | (?:row\s+|record\s+)?count | anzahl | количество | кількість
      | (?:sum|average|avg)
    )\b[\s:.=]*(?:\([^)]*\)|[\d\s.,']+(?:records?|rows?|entries)?)?\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
_FOOTER = re.compile(
    r"""^\s*(?:
        confidential\s+information | copyright\b | ©|\(c\)\s+\d{4} | generated\s+(?:by|on|at)\b | report\s+(?:generated|run)\b
      | exported\s+(?:by|on|from)\b | printed\s+(?:by|on)\b | page\s+\d+ | seite\s+\d+ | стр(?:аница|\.)\s*\d+
      | erstellt\s+(?:am|von)\b | \*{3,} | -{4,} | ={4,}
      | \d[\d.,\s]*\s*(?:records?|rows?|entries|datensätze|записей|записів|registros|wierszy)\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(r"^[-+(]?\s*(?:[^\w\s]|[A-Z]{3})?\s*\d[\d\s.,'’]*\)?\s*(?:%|[^\w\s]|[A-Z]{3})?$")


def looks_like_total(cells: Sequence[str]) -> bool:
    """Whether a row sums up others, or closes a report, rather than being a record.

    True when the first filled cell is a word such as "Total", "Summe", "Итого" (with or without a
    count) and all others are numbers, or when the only filled cell is a known footer.
    Meant for the last rows of a file; ask a person before a row is left out.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return False
    if len(filled) == 1 and len(cells) > 1 and _FOOTER.match(filled[0]):
        return True
    return bool(_TOTAL.match(filled[0])) and all(_NUMBER.match(cell) for cell in filled[1:])


def trailing_totals(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the end of a file look like totals or footers."""
    count = 0
    for cells in reversed(rows):
        if not looks_like_total(cells):
            break
        count += 1
    return count
