"""One value as it is shown, in a list cell or on a page: chips, states, links, dates and amounts by the reader's habit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tend.doors.web.records.places import home_of
from tend.doors.web.records.widgets import choices_of, country_of, is_language, language_name
from tend.doors.web.templatetags import tend as words
from tend.kernel.entity import Field
from tend.kernel.organisation import organisation
from tend.kernel.reading import Linked
from tend.kernel.traits.addresses import Address

EMPTY = mark_safe("")
BLANK = (None, "", [], {}, ())
CUT = 120  # characters of a long text in a list
DUE = ("next_contact_on", "planned_on")  # dates at which somebody waits


def show(field: Field, value: Any, *, wide: bool = False) -> SafeString:
    """The value as HTML; blank for an empty one. `wide` is a page, where there is room, rather than a list."""
    if value in BLANK:
        return EMPTY
    run = _BY_KIND.get(field.kind)
    if run is not None:
        return run(field, value, wide)
    return format_html("{}", plain(field, value))


def plain(field: Field, value: Any) -> str:
    """The value as text: for titles, histories, conflicts and readers."""
    if value in BLANK:
        return ""
    if isinstance(value, Linked):
        return value.name
    if field.kind == "yesno":
        return _("yes") if value else _("no")
    if field.kind == "choice":
        return str(dict(choices_of(field)).get(value, value))
    if field.kind == "money":
        return words.money(value, organisation().currency)
    if field.kind in ("integer", "number"):
        return words.number(value)
    if isinstance(value, dt.datetime):
        return f"{words.short_day(value)}, {words.clock(value)}"
    if isinstance(value, dt.date):
        return words.short_day(value)
    if field.name.endswith("country_code"):
        return country_of(value) or str(value)
    if is_language(field):
        return language_name(value)
    if isinstance(value, Mapping):
        return address_line(value) if "city" in value else ", ".join(f"{k}={v}" for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(v["value"] if isinstance(v, Mapping) and "value" in v else plain(field, v) for v in value)
    return str(value)


def address_line(value: Mapping[str, Any]) -> str:
    """An address in one line; the country only when it is abroad."""
    place = " ".join(filter(None, [value.get("postal_code"), value.get("city")]))
    abroad = value.get("country_code") and value["country_code"] != organisation().country_code
    country = (country_of(value["country_code"]) if abroad else "") or (value.get("country") if abroad else "")
    return ", ".join(filter(None, [*(value.get("street") or "").splitlines(), place, value.get("region"), country]))


@lru_cache(maxsize=4096)
def chip(word: str, mark: str, hue: str) -> SafeString:
    """A value of a book; drawn by its template once."""
    return mark_safe(
        render_to_string("parts/_chip.html", {"word": word, "mark": mark or word[:1].upper(), "hue": hue}).strip()
    )


@lru_cache(maxsize=2048)
def avatar(name: str, pk: int, hue: str = "") -> SafeString:
    return mark_safe(
        render_to_string("parts/_avatar.html", {"name": name, "id": pk, "hue": hue, "spoken": True}).strip()
    )


@lru_cache(maxsize=4096)
def _state(state: str, word: str, language: str) -> SafeString:
    return mark_safe(render_to_string("parts/_state.html", {"state": state, "word": word}).strip())


def state(state_: str, word: str) -> SafeString:
    """A state in words with its icon."""
    return _state(state_, word, get_language() or "en")


@lru_cache(maxsize=8192)
def cadence(gone: float | None, state: str, label: str, language: str) -> SafeString:
    """The cadence line; equal lines are drawn once."""
    return mark_safe(render_to_string("parts/_cadence.html", {"gone": gone, "state": state, "label": label}).strip())


def due(day: dt.date) -> SafeString:
    """A day at which somebody waits: late, due today, or when."""
    return _due(day, timezone.localdate(), get_language() or "en")


@lru_cache(maxsize=4096)
def _due(day: dt.date, today: dt.date, language: str) -> SafeString:
    return state(words.due_state(day), words.due(day))


def _link(field: Field, value: Any, wide: bool) -> SafeString:
    if not isinstance(value, Linked):
        return format_html("{}", value)
    if _is_person(field):
        return (
            format_html("{} {}", _avatar_silent(value), value.name) if wide else avatar(value.name, value.id, value.hue)
        )
    if value.hue:
        return chip(value.name, value.mark, value.hue)
    return linked(field, value)


@lru_cache(maxsize=2048)
def _drawn_silent(name: str, pk: int, hue: str) -> SafeString:
    return mark_safe(render_to_string("parts/_avatar.html", {"name": name, "id": pk, "hue": hue}).strip())


def _avatar_silent(value: Linked) -> SafeString:
    return _drawn_silent(value.name, value.id, value.hue)


def linked(field: Field, value: Linked) -> SafeString:
    """A record by its name, with a link to its page when it has one."""
    place = home_of(field.to)
    return (
        format_html('<a href="{}">{}</a>', place.page(value.id), value.name) if place else format_html("{}", value.name)
    )


def _links(field: Field, value: Any, wide: bool) -> SafeString:
    if all(isinstance(v, Linked) and v.hue for v in value) and not _is_person(field):
        return format_html(
            '<span class="chips">{}</span>',
            format_html_join("", '<span class="plain-chip">{}</span>', ((v.name,) for v in value)),
        )
    if _is_person(field):
        return format_html_join(" ", "{}", ((_link(field, v, wide),) for v in value))
    return format_html_join(", ", "{}", ((linked(field, v),) for v in value))


def _date(field: Field, value: Any, wide: bool) -> SafeString:
    return due(value) if field.name in DUE else day(field, value)


def day(field: Field, value: Any) -> SafeString:
    """A day for which nobody waits."""
    if value in BLANK:
        return EMPTY
    return words.moment(dt.date.fromisoformat(value) if isinstance(value, str) else value, "short")


def _datetime(field: Field, value: Any, wide: bool) -> SafeString:
    return words.moment(value, "short")


def _phone(field: Field, value: Any, wide: bool) -> SafeString:
    return _points(value, wide, lambda n: format_html('<a class="number" href="tel:{}">{}</a>', dialled(n), n))


def _points(value: Any, wide: bool, draw: Callable[[str], SafeString]) -> SafeString:
    """Phones, e-mail or web addresses; on a page each on its line with its kind and note, the main one first."""
    points = [v if isinstance(v, Mapping) else {"value": v} for v in (value if isinstance(value, list) else [value])]
    if not wide or not isinstance(value, list):
        return format_html_join(", ", "{}", ((draw(str(p["value"])),) for p in points))
    points.sort(key=lambda p: not p.get("is_primary"))
    return format_html_join("", '<span class="said">{}{}</span>', ((draw(str(p["value"])), _beside(p)) for p in points))


def _beside(point: Mapping[str, Any]) -> SafeString:
    """What is said beside a phone or an address: its kind, its note, and that it must not be used."""
    words = [point.get("label"), point.get("note"), _("opted out") if point.get("opted_out") else ""]
    said = ", ".join(str(w) for w in words if w)
    return format_html(' <span class="said-note">{}</span>', said) if said else EMPTY


def _address(field: Field, value: Any, wide: bool) -> SafeString:
    """Addresses; on a page each on its line, with its kind where there are several."""
    places = sorted(value if isinstance(value, list) else [value], key=lambda a: not a.get("is_primary"))
    if not wide:
        return format_html("{}", "; ".join(address_line(a) for a in places))
    kinds = dict(Address.Kind.choices)
    lines = []
    for place in places:
        kind = str(kinds.get(place.get("kind"), "")) if len(places) > 1 or place.get("kind") != "visiting" else ""
        lines.append((address_line(place), _beside({"label": kind.lower(), "note": place.get("note")})))
    return format_html_join("", '<span class="said">{}{}</span>', lines)


def dialled(number: str) -> str:
    """A number as a tel: link carries it."""
    return "".join(c for c in number if c.isdigit() or c in "+*#")


def _email(field: Field, value: Any, wide: bool) -> SafeString:
    return _points(value, wide, lambda a: format_html('<a href="mailto:{}">{}</a>', a, a))


def _url(field: Field, value: Any, wide: bool) -> SafeString:
    return _points(value, wide, _web_link)


def _web_link(address: str) -> SafeString:
    full = address if address.lower().startswith(("http://", "https://")) else f"https://{address}"
    return format_html(
        '<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>',
        full,
        full.split("://", 1)[1].rstrip("/"),
    )


def _longtext(field: Field, value: Any, wide: bool) -> SafeString:
    text = str(value)
    return format_html("{}", text if wide or len(text) <= CUT else f"{text[:CUT].rstrip()}…")


def _is_person(field: Field) -> bool:
    return field.to is not None and field.to._meta.label_lower == "people.user"


_BY_KIND = {
    "link": _link, "links": _links, "date": _date, "datetime": _datetime, "phone": _phone, "email": _email, "url": _url,
    "longtext": _longtext, "address": _address,
}  # fmt: skip
