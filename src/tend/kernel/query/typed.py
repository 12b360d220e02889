"""The values of a condition, typed by its field's kind; what does not fit is refused with the field's name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tend.base.dates import relative_range
from tend.base.names import normalise
from tend.base.unreadable import Unreadable
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.organisation import organisation
from tend.kernel.query.fold import spellings
from tend.kernel.query.operators import OVERDUE
from tend.kernel.query.targets import Target

ME = "me"
MOST_NAMESAKES = 100
_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
BIG = 2**63
KEPT = 1000  # values of books and people that one actor keeps


class Values:
    """Types values for one compilation: knows whose day it is and keeps the links it has looked up."""

    def __init__(self, actor: Actor, now: dt.datetime) -> None:
        self.actor = actor
        self.zone = ZoneInfo(actor.zone)
        self.today = clock.day_in(now, actor.zone)
        self._links: dict[tuple[Any, Any], list[int]] = {}
        self._books: dict[Any, list[tuple[int, str]]] = {}

    # --- plain kinds ------------------------------------------------------------------------------------------------
    def text(self, target: Target, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)) or not str(value).strip():
            raise self._wrong(target, _("A text is expected."))
        return str(value)

    def integer(self, target: Target, value: Any) -> int:
        number = self.number(target, value)
        if number != number.to_integral_value() or abs(number) >= BIG:
            raise self._wrong(target, _("A whole number is expected."))
        return int(number)

    def number(self, target: Target, value: Any) -> Decimal:
        try:
            number = Decimal(str(value).strip()) if not isinstance(value, bool) else Decimal("nan")
        except InvalidOperation:
            number = Decimal("nan")
        if not number.is_finite() or abs(number) >= Decimal(10) ** 20:
            raise self._wrong(target, _("A number is expected."))
        return number

    def yesno(self, target: Target, value: Any) -> bool:
        found = value if isinstance(value, bool) else _YES.get(str(value).strip().lower())
        if found is None:
            raise self._wrong(target, _("Yes or no is expected."))
        return found

    def choice(self, target: Target, value: Any) -> str:
        said = str(value).strip()
        for code, label in target.field.choices:
            if said == code or said.casefold() in (str(code).casefold(), str(label).casefold()):
                return str(code)
        offered = ", ".join(str(code) for code, _label in target.field.choices)
        raise self._wrong(
            target, _("“%(value)s” is none of: %(offered)s.") % {"value": said, "offered": offered}, "choice"
        )

    def option(self, target: Target, value: Any) -> str:
        said = str(value).strip()
        found = next((o for o in target.options if o.casefold() == said.casefold()), None)
        if found is None:
            offered = ", ".join(target.options)
            raise self._wrong(
                target, _("“%(value)s” is none of: %(offered)s.") % {"value": said, "offered": offered}, "choice"
            )
        return found[:200]

    # --- days -------------------------------------------------------------------------------------------------------
    def days(self, target: Target, value: Any) -> tuple[dt.date | None, dt.date]:
        """The first and last day that a value names; a first of None is as early as can be (overdue)."""
        said = str(value).strip() if isinstance(value, str) else ""
        if said.lower() == OVERDUE:
            return None, self.today - dt.timedelta(days=1)
        try:
            found = relative_range(said, self.today, organisation().first_weekday)
        except Unreadable:
            pass
        else:
            return found.first, found.last
        try:
            if target.kind == "datetime" and len(said) > 10:
                day = self.instant(target, said).astimezone(self.zone).date()
            else:
                day = dt.date.fromisoformat(said)
        except ValueError:
            raise self._wrong(
                target,
                _("“%(value)s” is not a date; write it as 2026-03-15 or as today or last 30 days.") % {"value": value},
            ) from None
        return day, day

    def instant(self, target: Target, said: str) -> dt.datetime:
        instant = dt.datetime.fromisoformat(said)
        return instant if instant.tzinfo else instant.replace(tzinfo=self.zone)

    def is_instant(self, value: Any) -> bool:
        """Whether a value names a moment and not whole days."""
        try:
            return isinstance(value, str) and len(value.strip()) > 10 and bool(dt.datetime.fromisoformat(value.strip()))
        except ValueError:
            return False

    def midnight(self, day: dt.date) -> dt.datetime:
        """When a day begins where the actor is."""
        return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)

    # --- links ------------------------------------------------------------------------------------------------------
    def link(self, target: Target, value: Any) -> list[int]:
        """The ids within sight that an id, a name or {"id", "name"} means. A name may be that of several records.

        An id that is not in sight means no record at all; an unknown name is refused.
        """
        if isinstance(value, Mapping):
            value = value.get("id") if value.get("id") is not None else value.get("name")
        if isinstance(value, bool) or not isinstance(value, (int, str)) or not str(value).strip():
            raise self._wrong(target, _("A record of “%(field)s” is expected.") % {"field": target.field.label})
        key = (target.field.to, value)
        model = target.field.to
        few = (
            model is not None and any(f.name == "hue" for f in model._meta.concrete_fields) and not self.actor.is_system
        )
        links = self.actor.kept.setdefault("links", {}) if few else self._links
        if key not in links:
            found = self._look_up(target, value)
            if few and len(links) >= KEPT:
                links.clear()
            links[key] = found
        return list(links[key])

    def _look_up(self, target: Target, value: int | str) -> list[int]:
        model = target.field.to
        assert model is not None
        entity = entity_of(model)
        said = str(value).strip()
        columns = {f.name for f in model._meta.concrete_fields}
        if said.lower() == ME and "email" in columns and self.actor.user_id is not None:
            return [self.actor.user_id]
        rows = model.objects.seen_by(self.actor, trashed=entity.book).order_by()  # type: ignore[attr-defined]
        if isinstance(value, int):
            return list(rows.filter(pk=value).values_list("pk", flat=True)) if abs(value) < BIG else []
        found: list[int] = []
        if entity.book:
            if model not in self._books:
                self._books[model] = list(rows.values_list("pk", "name"))
            folded = normalise(said)
            found = [pk for pk, name in self._books[model] if normalise(name) == folded]
        elif "@" in said and "email" in columns:
            found = list(rows.filter(email__iexact=said).values_list("pk", flat=True)[:MOST_NAMESAKES])
        elif entity.title in columns:
            named = {f"{entity.title}__in": spellings(said)}
            found = list(rows.filter(**named).values_list("pk", flat=True)[:MOST_NAMESAKES])
        if not found and said.isdigit():
            return self._look_up(target, int(said))
        if not found:
            raise self._wrong(
                target,
                _("“%(value)s” is not known as %(field)s.") % {"value": value, "field": target.field.label},
                "unknown_link",
            )
        return sorted(found)

    def _wrong(self, target: Target, message: str, code: str = "type") -> Refused:
        return Refused(message, field=target.name, code=code)
