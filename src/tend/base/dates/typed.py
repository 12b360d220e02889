"""Dates as a user types them into a field: "tomorrow", "fri", "15 mar", "+3d", "через 2 тижні"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tend.base.dates.calendar_words import months, weekdays
from tend.base.dates.ranges import add_months
from tend.base.dates.written import DateOrder, parse_date
from tend.base.names import normalise
from tend.base.unreadable import Unreadable, gettext_noop

_NO_DATE = gettext_noop("“%(text)s” is no date.")


def _folded(*groups: tuple[str, int]) -> dict[str, int]:
    return {normalise(word): number for words, number in groups for word in words.split("|")}


_DAYS_AWAY = _folded(
    ("today|now|hoy|hoje|сьогодні|зараз|heute|tod", 0),
    ("tomorrow|tmr|tmrw|tom|mañana|amanhã|завтра|morgen", 1),
    ("yesterday|ayer|ontem|вчора|учора|gestern", -1),
    ("day after tomorrow|overmorrow|pasado mañana|depois de amanhã|післязавтра|übermorgen", 2),
    ("day before yesterday|anteayer|antes de ayer|anteontem|позавчора|vorgestern", -2),
)
_NEXT_WEEK = frozenset(
    normalise(w)
    for w in ("next week", "próxima semana", "la próxima semana", "semana que vem", "наступного тижня", "nächste woche")
)
_NEXT_MONTH = frozenset(
    normalise(w)
    for w in (
        "next month",
        "próximo mes",
        "el próximo mes",
        "próximo mês",
        "mês que vem",
        "наступного місяця",
        "nächsten monat",
    )
)
_NEXT_YEAR = frozenset(
    normalise(w)
    for w in ("next year", "próximo año", "el próximo año", "próximo ano", "наступного року", "nächstes jahr")
)
_MONTH_END = frozenset(
    normalise(w)
    for w in ("eom", "end of month", "month end", "fin de mes", "fim do mês", "кінець місяця", "monatsende")
)
_NUMBER_WORDS = _folded(
    ("a|an|one|un|una|um|uma|один|одну|ein|eine|einen|einem|einer", 1),
    ("two|dos|dois|duas|два|дві|zwei", 2),
    ("three|tres|três|три|drei", 3),
    ("four|cuatro|quatro|чотири|vier", 4),
)
_UNITS = {
    normalise(word): unit
    for unit, words in {
        "day": "d|day|days|día|días|dia|dias|д|дн|день|дні|дня|днів|tag|tage|tagen|t",
        "week": "w|wk|week|weeks|sem|semana|semanas|тиж|тиждень|тижні|тижня|тижнів|woche|wochen",
        "month": "m|mo|mth|month|months|mes|meses|mês|міс|місяць|місяці|місяця|місяців|monat|monate|monaten",
        "year": "y|yr|year|years|año|años|ano|anos|a|р|рік|роки|року|років|jahr|jahre|jahren|j",
    }.items()
    for word in words.split("|")
}
_ONE_OF_A_UNIT = frozenset(
    normalise(w) for w in "day día dia день week semana тиждень month mes mês місяць year año ano рік".split()
)
_BEFORE_SPAN = frozenset(normalise(w) for w in ("in", "en", "dentro de", "em", "daqui a", "через", "за"))
_BEFORE_WEEKDAY = re.compile(
    "^(?:"
    + "|".join(normalise(w) for w in ("next", "on", "this", "el próximo", "próximo", "próxima", "el", "na", "no", "наступний", "наступна", "наступного", "наступної", "наступну", "у", "в", "am", "nächsten", "nächster"))
    + ") (?=.)"
)  # fmt: skip
_SPAN = re.compile(r"^(?P<before>[^\d+-]*)(?P<sign>[+-]?)\s*(?P<count>\d{1,4})\s*(?P<unit>[^\W\d_]*)\.?$")
_DAY_AND_MONTH = re.compile(r"^(\d{1,2})\s*[./-]\s*(\d{1,2})\.?$")
_DAY_AND_NAME = re.compile(
    r"^(?:(\d{1,2})\.?(?:st|nd|rd|th)?\s*(?:de |of )?([^\W\d_]+)\.?|([^\W\d_]+)\.?\s*(\d{1,2})(?:st|nd|rd|th)?)$"
)


def parse_typed_date(text: str, today: date, language: str = "en", order: DateOrder = "dmy") -> date:
    """Read a date as a user types it, in English, Spanish, Portuguese, Ukrainian or German.

    A weekday is the next one after today; a day without a year ("15 mar", "15.3",
    "15") is the next such day, today included; "+3d", "in 2 weeks", "-1m" count
    from today; "next week" is its Monday, "next month" its first day. `order`
    reads numeric dates. Raises Unreadable ("date" and those of `parse_date`).
    """
    folded = normalise(text).strip(" .,!")
    try:
        found = _by_word(folded, today, language) or _by_span(folded, today) or _by_day(folded, today, order)
    except (OverflowError, ValueError):
        raise Unreadable("date", _NO_DATE, text=text.strip()) from None
    return found or parse_date(text, order)


def _by_word(folded: str, today: date, language: str) -> date | None:
    if folded in _DAYS_AWAY:
        return today + timedelta(days=_DAYS_AWAY[folded])
    if folded in _NEXT_WEEK:
        return today + timedelta(days=7 - today.weekday())
    if folded in _NEXT_MONTH:
        return add_months(today.replace(day=1), 1)
    if folded in _NEXT_YEAR:
        return date(today.year + 1, 1, 1)
    if folded in _MONTH_END:
        return add_months(today.replace(day=1), 1) - timedelta(days=1)
    weekday = weekdays(language).get(_BEFORE_WEEKDAY.sub("", folded).rstrip("."))
    if weekday is None:
        return None
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _by_span(folded: str, today: date) -> date | None:
    match = _SPAN.match(_counted_in_digits(folded))
    if match is None or match["unit"] not in _UNITS:
        return None
    before = match["before"].strip()
    if before and (before not in _BEFORE_SPAN or match["sign"]):
        return None
    count = int(match["count"]) * (-1 if match["sign"] == "-" else 1)
    unit = _UNITS[match["unit"]]
    if unit in ("month", "year"):
        return add_months(today, count * (12 if unit == "year" else 1))
    return today + timedelta(days=count * (7 if unit == "week" else 1))


def _counted_in_digits(folded: str) -> str:
    """ "in a week" as "in 1 week", "через тиждень" as "через 1 тиждень"."""
    before, _, unit = folded.rpartition(" ")
    if unit not in _UNITS or any(c.isdigit() for c in folded):
        return folded
    if before in _BEFORE_SPAN and unit in _ONE_OF_A_UNIT:
        return f"{before} 1 {unit}"
    rest, _, count = before.rpartition(" ")
    return f"{rest} {_NUMBER_WORDS[count]} {unit}".strip() if count in _NUMBER_WORDS else folded


def _by_day(folded: str, today: date, order: DateOrder) -> date | None:
    if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", folded):
        return _next_day_of_month(int(re.sub(r"\D", "", folded)), today)
    numeric = _DAY_AND_MONTH.match(folded)
    if numeric:
        day, month = int(numeric[1]), int(numeric[2])
        if month > 12 or (order != "dmy" and day <= 12):
            day, month = month, day
        return _next_such_day(month, day, today)
    named = _DAY_AND_NAME.match(folded)
    if named:
        named_month = months().get(named[2] or named[3])
        if named_month is not None:
            return _next_such_day(named_month, int(named[1] or named[4]), today)
    return None


def _next_day_of_month(day: int, today: date) -> date | None:
    """The next date with this day of the month; months without it are passed over."""
    if not 1 <= day <= 31:
        return None
    month = today.replace(day=1)
    while True:
        try:
            found = month.replace(day=day)
        except ValueError:
            found = date.min
        if found >= today:
            return found
        month = add_months(month, 1)


def _next_such_day(month: int, day: int, today: date) -> date:
    """The next day with this month and day; 29 February waits for its leap year.

    Raises ValueError when no year has it.
    """
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError("no such day")
