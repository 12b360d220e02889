"""What templates need to draw and word a value: icons, hues, initials, dates, numbers and money in the reader's language."""

import datetime as dt
import math
import re
import secrets
import zlib
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tend.base.names import normalise

register = template.Library()

SPRITE = "dist/icons.svg"
HUES = ("fir", "moss", "teal", "sky", "iris", "plum", "rose", "clay", "amber", "stone")
HARD_SPACE = "\u00a0"
FEWEST_DIGITS = 3  # of a number that is marked across its spaces
WORDED_DAYS = 60  # beyond this a date says more than a count of days

CADENCE_START, CADENCE_END = 4.0, 100.0  # in the 104 wide drawing
CADENCE_SCALE = 1.5  # intervals


# Parts of the frame


TOKEN = f"token-{secrets.token_hex(16)}"  # stands for the token of the request in what is kept
MOST_PARTS = 2000
_parts: dict[tuple[str, str], str] = {}


@register.simple_tag(takes_context=True)
def kept(context: template.Context, part: str, *names: str) -> SafeString:
    """A part of the page that hangs on nothing but the language and the named values of the page: drawn once for equal ones."""
    values = {name: context.get(name) for name in names}
    key = (part, repr((get_language(), _plain(values))))
    html = _parts.get(key)
    if html is None:
        html = render_to_string(part, {**values, "csrf_token": TOKEN})
        if len(_parts) >= MOST_PARTS:
            _parts.clear()
        if not settings.DEBUG:
            _parts[key] = html
    return mark_safe(html.replace(TOKEN, str(context.get("csrf_token", ""))))  # noqa: S308 - escaped when it was drawn


@register.simple_tag
def drawn(part: str, **values: Any) -> SafeString:
    """A part that hangs on nothing but the language and these values, as `include … only` draws it: once for equal values."""
    try:
        return (_draw if settings.DEBUG else _drawn)(part, get_language(), tuple(values), *values.values())
    except TypeError:  # a value that cannot be looked up by
        return _draw(part, None, tuple(values), *values.values())


def _draw(part: str, _language: str | None, names: tuple[str, ...], *values: Any) -> SafeString:
    return render_to_string(part, dict(zip(names, values, strict=True)))


_drawn = lru_cache(maxsize=8192, typed=True)(_draw)  # by type as well: markup equals the text that is to be escaped


def _plain(value: Any) -> Any:
    """The value without lazy texts, whose looks say nothing of what they hold."""
    if isinstance(value, dict):
        return {name: _plain(inside) for name, inside in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inside) for inside in value]
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


# Icons, hues, initials


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """Draw one icon of the sprite; with a label it has a name of its own, without it is hidden from readers."""
    return _icon(_sprite(), str(name), classes, str(label))


def _sprite() -> str:
    return static(SPRITE) if settings.DEBUG else _built_sprite()


@lru_cache(maxsize=1)
def _built_sprite() -> str:
    return static(SPRITE)


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, classes: str, label: str) -> SafeString:
    css = f"icon {classes}".strip()
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            css, label, sprite, name,
        )  # fmt: skip
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css, sprite, name,
    )  # fmt: skip


@register.simple_tag(name="hue")
@register.filter(name="hue")
def hue_of(key: object) -> str:
    """The hue of a person, the same on every page: chosen by a checksum of the key."""
    return HUES[zlib.crc32(str(key).encode()) % len(HUES)]


@register.filter
def initials(name: object) -> str:
    """At most two letters for a person: the first of the first and of the last word."""
    words = [word for word in re.split(r"[\s.]+", str(name or "")) if word and word[0].isalnum()]
    if not words:
        return "–"
    chosen = words[:1] + (words[-1:] if len(words) > 1 else [])
    return "".join(word[0] for word in chosen).upper()


GO_KEYS = {"today": "t", "calls": "c", "accounts": "a", "leads": "l", "opportunities": "o"}


@register.filter
def go_key(place: object) -> str:
    """The letter that goes to a place after `g`; blank for places without one."""
    return GO_KEYS.get(str(place), "")


# The cadence line


def _position(fraction: float) -> float:
    share = min(max(fraction, 0.0), CADENCE_SCALE) / CADENCE_SCALE
    return round(CADENCE_START + share * (CADENCE_END - CADENCE_START), 1)


@register.filter
def cadence_x(fraction: float | Decimal | None) -> str:
    """Where a fraction of the interval lies in the drawing, in its units; beyond 1.5 intervals it stays at the end."""
    return f"{_position(float(fraction or 0)):g}"


# Dates


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    code = {"en": "en_GB"}.get(language, language.replace("-", "_"))
    try:
        return Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def _active() -> Locale:
    return _locale(get_language() or "en")


def _date_of(value: dt.date | dt.datetime) -> dt.date:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _worded_date(day: dt.date, today: dt.date, *, weekday: bool = True) -> str:
    locale = _active()
    if locale.language == "en":
        pattern = ("EEE d MMM" if weekday else "d MMM") + ("" if day.year == today.year else " y")
        text = format_date(day, pattern, locale="en")  # British Babel writes "Sept"
    else:
        skeleton = ("" if day.year == today.year else "y") + ("MMMEd" if weekday else "MMMd")
        text = format_skeleton(skeleton, day, locale=locale)
    return text.replace(" ", HARD_SPACE)


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """A date in the shortest sure words: today, tomorrow, yesterday, "Mon 14 Dec"; the year only when it is another."""
    if value is None:
        return ""
    return _day(_date_of(value), timezone.localdate(), get_language())


@lru_cache(maxsize=2048)
def _day(date: dt.date, today: dt.date, _language: str | None) -> str:
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((date - today).days)
    return near or _worded_date(date, today)


@register.filter
def short_day(value: dt.date | dt.datetime | None) -> str:
    """A date without its weekday, for the past: "14 Nov"; the year only when it is another."""
    return "" if value is None else _short_day(_date_of(value), timezone.localdate(), get_language())


@lru_cache(maxsize=2048)
def _short_day(date: dt.date, today: dt.date, _language: str | None) -> str:
    return _worded_date(date, today, weekday=False)


@register.filter
def long_day(value: dt.date | dt.datetime | None) -> str:
    """A date as the title of a page: "Monday 30 November"."""
    if value is None:
        return ""
    locale = _active()
    if locale.language == "en":
        return format_date(_date_of(value), "EEEE d MMMM", locale=locale)
    text = format_skeleton("MMMMEEEEd", _date_of(value), locale=locale)
    return text[:1].upper() + text[1:]


@register.filter
def due(value: dt.date | dt.datetime | None) -> str:
    """When something is due, in words: "18 days late" within 60 days, "Due today", tomorrow, else the date."""
    if value is None:
        return ""
    return _due(_date_of(value), timezone.localdate(), get_language())


@lru_cache(maxsize=2048)
def _due(date: dt.date, today: dt.date, _language: str | None) -> str:
    late = (today - date).days
    if late == 0:
        return _("Due today")
    if 0 < late <= WORDED_DAYS:
        text = ngettext("%(count)s day late", "%(count)s days late", late) % {"count": late}
        return text.replace(" ", HARD_SPACE)
    if late > WORDED_DAYS:
        return _("late since %(date)s") % {"date": _worded_date(date, today, weekday=False)}
    return _("tomorrow") if late == -1 else _worded_date(date, today)


@register.filter
def due_state(value: dt.date | dt.datetime | None) -> str:
    """The state that belongs to a due date: late, due (today), or nothing yet."""
    if value is None:
        return ""
    days = (_date_of(value) - timezone.localdate()).days
    return "late" if days < 0 else "due" if days == 0 else ""


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    """The hour and minute by the reader's habit."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return format_time(value, "short", locale=_active()).replace(" ", HARD_SPACE)


@register.simple_tag
def moment(value: dt.date | dt.datetime | None, style: str = "day") -> SafeString:
    """A <time> with the words of `style` (day, short, due, clock) and the exact moment in its title."""
    if value is None:
        return SafeString("")
    if style == "clock":
        words = clock(value) if isinstance(value, dt.datetime) else day(value)
    else:
        words = {"day": day, "short": short_day, "due": due}[style](value)
    locale = _active()
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        exact = format_datetime(local, "long", locale=locale, tzinfo=local.tzinfo)
        return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, words)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), format_date(value, "full", locale=locale), words
    )


# Numbers and money


@register.filter
def number(value: int | float | Decimal | str | None, decimals: int | None = None) -> str:
    """A number by the reader's habit, at most three decimals unless told; words stay as they are."""
    if value is None or isinstance(value, str):
        return value or ""
    pattern = None if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=_active())


@register.filter
def percent(value: int | float | Decimal | None) -> str:
    """A share between 0 and 1 as whole percent by the reader's habit: 75% or 75 %."""
    return "" if value is None else format_percent(value, locale=_active()).replace(" ", HARD_SPACE)


@register.filter
def money(value: int | float | Decimal | None, currency: str = "EUR") -> str:
    """An amount with its currency by the reader's habit; cents only when there are some."""
    if value is None or value == "":
        return ""
    locale = _active()
    pattern = locale.currency_formats["standard"].pattern
    if value == math.trunc(value):
        pattern = re.sub(r"\.0+", "", pattern)
    text = format_currency(value, currency, format=pattern, locale=locale, currency_digits=False)
    return text.replace(" ", HARD_SPACE)


# Words


@register.filter
def nbsp(value: object) -> str:
    """Keep a number and its unit on one line."""
    return str(value).replace(" ", HARD_SPACE)


@register.filter(needs_autoescape=True)
def found(value: object, query: str, autoescape: bool = True) -> SafeString:
    """Mark the words that a search found, without regard to case and accents; digits also across the spaces of a number."""
    text = str(value)
    spans = _spans(text, query) if query else []
    parts, last = [], 0
    for begin, end in spans:
        parts += [escape(text[last:begin]), "<mark>", escape(text[begin:end]), "</mark>"]
        last = end
    return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308


def _spans(text: str, query: str) -> list[tuple[int, int]]:
    """Where the words stand in a text, in its order, those that touch as one."""
    letters = [
        (letter, at) for at, whole in enumerate(text) for letter in (" " if whole.isspace() else normalise(whole))
    ]
    folded, places = "".join(letter for letter, _at in letters), [at for _letter, at in letters]
    digits = [at for at, letter in enumerate(text) if letter.isdigit()]
    number = "".join(text[at] for at in digits)
    marked: set[int] = set()
    for word in normalise(query).split():
        marked.update(_held(folded, places, word))
    typed = "".join(c for c in query if c.isdigit()).lstrip("0")
    if len(typed) >= FEWEST_DIGITS and not any(c.isalpha() for c in query):
        marked.update(_held(number, digits, typed))
    spans: list[tuple[int, int]] = []
    for at in sorted(marked):
        if spans and not text[spans[-1][1] : at].strip(" ") and (spans[-1][1] == at or text[at].isdigit()):
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans


def _held(folded: str, places: list[int], word: str) -> set[int]:
    marked: set[int] = set()
    begin = folded.find(word)
    while begin >= 0:
        marked.update(places[begin : begin + len(word)])
        begin = folded.find(word, begin + 1)
    return marked


@register.filter
def get(mapping: Any, key: object) -> Any:
    """Look a key up in a mapping, which templates cannot do with a variable."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return None
