"""Dates without a clock: reading those of files, reading what a user types, relative ranges.

Working days and holidays live in `base/workdays.py`; time zones in the floors
that know the user. "Today" is always an argument.
"""

from tend.base.dates.ranges import DateRange, add_months, relative_range
from tend.base.dates.typed import parse_typed_date
from tend.base.dates.written import (
    DateOrder,
    OrderGuess,
    from_excel_serial,
    guess_date_order,
    parse_date,
    parse_datetime,
)

__all__ = [
    "DateOrder",
    "DateRange",
    "OrderGuess",
    "add_months",
    "from_excel_serial",
    "guess_date_order",
    "parse_date",
    "parse_datetime",
    "parse_typed_date",
    "relative_range",
]
