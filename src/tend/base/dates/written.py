"""Dates as files hold them: ISO, numeric in three orders, with month names, spreadsheet serials."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal, NamedTuple

from tend.base.dates.calendar_words import months, weekdays
from tend.base.names import normalise
from tend.base.unreadable import Unreadable, gettext_noop

DateOrder = Literal["dmy", "mdy", "ymd"]

_NO_DATE = gettext_noop("“%(text)s” is no date.")
_NO_SUCH_DAY = gettext_noop("“%(text)s”: there is no such day in the calendar.")
_AMBIGUOUS = gettext_noop("“%(text)s” may be %(one)s or %(other)s: say whether day or month comes first.")
_OTHER_ORDER = gettext_noop("“%(text)s” does not fit the order of its column.")
_NO_DAY = gettext_noop("“%(text)s” names a month but no day.")

_EPOCH_1900 = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
_LAST_SERIAL = 2_958_465  # 31 December 9999
_TIME = re.compile(
    r"(?:[T\s,]+|^)(?:at\s+|um\s+|о\s+)?(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{2}:?(?:\d{2})?|UTC|GMT)?$",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"^(\d{1,4})\s*([./\-])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z?))?$")
_YEAR_MARK = re.compile(r"(?<=\d)\s*(?:г|р|року|года)\.?$")
_SERIAL = re.compile(r"^(\d{5})(?:[.,](\d+))?$")
_FILLERS = frozenset(
    normalise(w) for w in "de del of the do da den der am р року г года year año ano st nd rd th".split()
)
_WORD = re.compile(r"\d+|[^\W\d_]+")


def parse_date(text: str, order: DateOrder | None = None, latest: date | None = None) -> date:
    """Read a date, dropping a time of day behind it.

    `order` is that of the column; without it "25/03/2025" is read and "04/03/2025"
    refused ("date_ambiguous"); dots mean day first. Five digits are a spreadsheet
    serial. Two-digit years are 1969 to 2068; with `latest` (birthdays) never
    after it. Raises Unreadable ("date", "date_no_such_day", "date_ambiguous",
    "date_order", "date_no_day").
    """
    typed = " ".join(text.split())
    day_text = _TIME.sub("", typed).strip() if ":" in typed or "h" in typed else typed
    return _read_day(typed, day_text.strip("'\" "), order, latest)


def parse_datetime(text: str, order: DateOrder | None = None) -> datetime:
    """Read a date with a time; without a time it is midnight.

    Aware when the text names an offset, else naive (the caller knows the zone).
    Raises what `parse_date` raises.
    """
    typed = " ".join(text.split()).strip("'\"")
    serial = _SERIAL.match(typed)
    if serial:
        return from_excel_serial(float(typed.replace(",", ".")))
    compact = _COMPACT.match(typed)
    if compact and compact[4]:
        typed = f"{compact[1]}-{compact[2]}-{compact[3]}T{compact[4]}:{compact[5]}:{compact[6] or '00'}{compact[7]}"
    match = _TIME.search(typed)
    day = _read_day(typed, typed[: match.start()].strip() if match else typed, order, None)
    return datetime.combine(day, _time_of_day(typed, match)) if match else datetime.combine(day, time())


def _time_of_day(typed: str, match: re.Match[str]) -> time:
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise Unreadable("date", _NO_DATE, text=typed)
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    micro = int((match["part"] or "0")[:6].ljust(6, "0"))
    try:
        return time(hour, int(match["minute"]), int(match["second"] or 0), micro, tzinfo=_zone(match["zone"]))
    except ValueError:
        raise Unreadable("date", _NO_DATE, text=typed) from None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    text = text.upper().removeprefix("UTC").removeprefix("GMT")
    if text in ("", "Z"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _read_day(typed: str, text: str, order: DateOrder | None, latest: date | None) -> date:
    compact = _COMPACT.match(text)
    if compact:
        return _day(typed, int(compact[1]), int(compact[2]), int(compact[3]))
    serial = _SERIAL.match(text)
    if serial:
        return from_excel_serial(int(serial[1])).date()
    text = _YEAR_MARK.sub("", text)
    numeric = _NUMERIC.match(text) or _NUMERIC.match(_without_weekday(text))
    if numeric:
        return _numeric_day(typed, numeric, order, latest)
    return _named_day(typed, text, latest)


def _without_weekday(text: str) -> str:
    word, _, rest = text.partition(" ")
    return rest if normalise(word).strip(".,") in weekdays("en") else text


def _numeric_day(typed: str, found: re.Match[str], order: DateOrder | None, latest: date | None) -> date:
    first, second, third = found[1], found[3], found[4]
    if len(first) >= 3:
        if len(first) != 4 or len(third) > 2:
            raise Unreadable("date", _NO_DATE, text=typed)
        return _day(typed, int(first), int(second), int(third))
    if len(third) not in (2, 4) and not (order == "ymd" and len(third) == 1):
        raise Unreadable("date", _NO_DATE, text=typed)
    if order == "ymd" and len(third) <= 2:
        return _day(typed, _full_year(first, latest, int(second), int(third)), int(second), int(third))
    one, other = int(first), int(second)
    if order in (None, "ymd"):
        return _unordered_day(typed, found, latest)
    day, month = (one, other) if order == "dmy" else (other, one)
    if month > 12 >= day:
        raise Unreadable("date_order", _OTHER_ORDER, text=typed)
    return _day(typed, _full_year(third, latest, month, day), month, day)


def _unordered_day(typed: str, found: re.Match[str], latest: date | None) -> date:
    one, mark, other, year = int(found[1]), found[2], int(found[3]), found[4]
    day, month = (other, one) if other > 12 >= one else (one, other)
    full_year = _full_year(year, latest, month, day)
    if mark != "." and one <= 12 and other <= 12 and one != other:
        raise Unreadable(
            "date_ambiguous",
            _AMBIGUOUS,
            text=typed,
            one=_day(typed, full_year, other, one).isoformat(),
            other=_day(typed, full_year, one, other).isoformat(),
        )
    return _day(typed, full_year, month, day)


def _full_year(text: str, latest: date | None, month: int, day: int) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    year += 2000 if year < 69 else 1900
    return year - 100 if latest is not None and (year, month, day) > latest.timetuple()[:3] else year


def _day(typed: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("date_no_such_day", _NO_SUCH_DAY, text=typed) from None


def _named_day(typed: str, text: str, latest: date | None) -> date:
    """A date with a month's name: one month, a day and a year in any usual order."""
    numbers: list[str] = []
    month = 0
    names, days = months(), weekdays("en")
    for word in _WORD.findall(normalise(text)):
        if word.isdecimal():
            numbers.append(word)
        elif word in names and not month:
            month = names[word]
        elif word not in _FILLERS and word not in days:
            raise Unreadable("date", _NO_DATE, text=typed)
    if not month or not 1 <= len(numbers) <= 2:
        raise Unreadable("date", _NO_DATE, text=typed)
    if len(numbers) == 1:
        raise Unreadable("date_no_day", _NO_DAY, text=typed)
    year, day = numbers if len(numbers[0]) == 4 else numbers[::-1]
    if len(day) > 2 or len(year) not in (2, 4):
        raise Unreadable("date", _NO_DATE, text=typed)
    return _day(typed, _full_year(year, latest, month, int(day)), month, int(day))


def from_excel_serial(serial: float, *, is_1904: bool = False) -> datetime:
    """The naive moment of a spreadsheet's day number, rounded to the second.

    In the 1900 system serial 60 is a day that never was (29 February 1900) and
    is refused, as is anything before 1 and after 31 December 9999.
    """
    days, part = divmod(serial, 1)
    if not 0 < serial < _LAST_SERIAL + 1 or (days == 60 and not is_1904):
        raise Unreadable("date", _NO_DATE, text=serial)
    epoch = _EPOCH_1904 if is_1904 else _EPOCH_1900
    shift = 1 if not is_1904 and days < 60 else 0
    seconds = round(part * 86_400)
    try:
        return datetime.combine(epoch, time()) + timedelta(days=int(days) + shift, seconds=seconds)
    except OverflowError:
        raise Unreadable("date", _NO_DATE, text=serial) from None


class OrderGuess(NamedTuple):
    """The order of a column's numeric dates.

    `order` is None when the column has no numeric dates. `is_sure` is False when
    nothing tells day from month, or when texts contradict each other; then a
    person is to be asked. `contradicting` is a text that speaks against `order`.
    """

    order: DateOrder | None
    is_sure: bool
    contradicting: str | None = None


def guess_date_order(samples: Iterable[str]) -> OrderGuess:
    """The order of day, month and year in a column, from texts that leave no choice.

    A part above 12 tells; a leading year tells; dots mean day first unless a text
    says otherwise. The majority wins and the first contrary text is named.
    """
    telling: dict[DateOrder, list[str]] = {"dmy": [], "mdy": [], "ymd": []}
    dotted = undecided = 0
    for sample in samples:
        text = _TIME.sub("", " ".join(sample.split())).strip("'\" ")
        found = _NUMERIC.match(text) or _NUMERIC.match(_without_weekday(text))
        if not found:
            continue
        told = _told_order(found)
        if told:
            telling[told].append(text)
        elif found[2] == ".":
            dotted += 1
        else:
            undecided += 1
    ranked = sorted(telling, key=lambda o: len(telling[o]), reverse=True)
    best = ranked[0]
    if not telling[best]:
        return OrderGuess("dmy", not undecided) if dotted or undecided else OrderGuess(None, True)
    against = next((telling[o][0] for o in ranked[1:] if telling[o] and not (o == "ymd" or best == "ymd")), None)
    if best == "ymd" and (undecided or dotted or telling[ranked[1]]):
        # ISO dates are read in any column; the others need an order of their own.
        rest = ranked[1] if telling[ranked[1]] else "dmy"
        return OrderGuess(rest, bool(telling[ranked[1]]) or not undecided)
    return OrderGuess(best, against is None, against)


def _told_order(found: re.Match[str]) -> DateOrder | None:
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == 4 or (first > 31 and second <= 12 and third <= 31):
        return "ymd"
    if 12 < first <= 31 and second <= 12:
        return "dmy"
    if 12 < second <= 31 and first <= 12:
        return "mdy"
    return None
