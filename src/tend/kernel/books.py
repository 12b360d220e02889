"""Reference books: rows that an administrator names, orders, colours and retires while people work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tend.kernel.actor import outdate_actors
from tend.kernel.record import Record


class Hue(models.TextChoices):
    FIR = "fir", _("Fir")
    MOSS = "moss", _("Moss")
    TEAL = "teal", _("Teal")
    SKY = "sky", _("Sky")
    IRIS = "iris", _("Iris")
    PLUM = "plum", _("Plum")
    ROSE = "rose", _("Rose")
    CLAY = "clay", _("Clay")
    AMBER = "amber", _("Amber")
    STONE = "stone", _("Stone")


class Book(Record):
    """One value of a book. Filters and rules keep its id, so that renaming breaks nothing."""

    name = models.CharField(_("Name"), max_length=80)
    mark = models.CharField(_("Mark"), max_length=2, blank=True, help_text=_("one or two letters"))
    hue = models.CharField(_("Hue"), max_length=5, choices=Hue.choices, default=Hue.STONE)
    position = models.PositiveIntegerField(_("Position"), default=0)
    is_active = models.BooleanField(_("In use"), default=True)
    value = models.DecimalField(_("Value"), max_digits=12, decimal_places=2, null=True, blank=True)
    advice = models.CharField(_("Advice"), max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


def everyone_sees(rows: Any, actor: Any, action: str) -> Any:
    """Books are seen by everybody and changed by who may change settings."""
    return rows if action == "view" or actor.has_right("settings") else rows.none()


def _outdate(unit: Any, created: list[Any], changed: list[Any]) -> None:
    """Actors keep the names of books; they begin anew when a book changes."""
    outdate_actors()


Check = Callable[[Any], None]


def declare_book(model: type[Book], plural: str, more: str = "", check: Check | None = None) -> Any:
    """Register a book with everything that books share; `more` names the columns it has beyond the others.

    `check` is the book's own rule about one value: it raises Refused for what the database would not keep.
    """
    from tend.kernel.book_events import value_placed, value_retired, value_saved
    from tend.kernel.entity import Entity, Field, Projection, register
    from tend.kernel.errors import Refused
    from tend.kernel.values import put
    from tend.kernel.verbs import verb

    code = model._meta.label_lower

    @verb(code, needs="settings", creates=True, label=_("New value"))
    def create_value(unit: Any, *, values: dict[str, Any]) -> Any:
        """Add a value to the book, as its last. Refused without a name and for one that the book has already.

        Without a mark it gets one of its own letters that is free; a chosen one that is taken is kept, and said.
        """
        value = unit.create(model)
        put(unit, entity, value, values)
        right(value)
        unit.announce(value_saved(value, is_new=True, marked=bool(value.mark)))
        return value

    @verb(code, needs="settings", label=_("Edit"))
    def edit_value(unit: Any, value: Any, *, values: dict[str, Any]) -> None:
        """Rename, order, colour or change a value; filters and rules keep its id. Refused for a name the book has."""
        put(unit, entity, value, values)
        right(value)
        unit.announce(value_saved(value))

    @verb(code, needs="settings", label=_("Move"))
    def place(unit: Any, value: Any, *, to: int) -> None:
        """Put a value at a place of its book, 1 is first; the others make room."""
        unit.announce(value_placed(value, to))

    @verb(code, needs="settings", label=_("Retire"))
    def retire(unit: Any, value: Any) -> None:
        """Take a value out of use: it stays on old records and is not offered for new ones."""
        value.is_active = False
        unit.announce(value_retired(value))

    @verb(code, needs="settings", label=_("Use again"))
    def reinstate(unit: Any, value: Any) -> None:
        """Offer a retired value again."""
        value.is_active = True

    @verb(code, needs="settings", label=_("Delete"))
    def trash(unit: Any, value: Any) -> None:
        """Delete a value that nothing uses. A used value must be mapped to another first."""
        value.trashed_at = unit.now
        unit.announce(value_retired(value))

    def right(value: Any) -> None:
        if not value.name.strip():
            raise Refused(gettext("A name is required."), field="name", code="required")
        if value.hue not in Hue.values:
            raise Refused(gettext("“%(value)s” is no hue.") % {"value": value.hue}, field="hue", code="choice")
        if check is not None:
            check(value)

    entity = register(
        Entity(
            model=model,
            plural=plural,
            rows=everyone_sees,
            lines=("settings",),
            icon="list-details",
            book=True,
            sort="position",
            fields=(
                Field("name", column=True, required=True, search="A"),
                Field("mark", column=True),
                Field("hue", column=True),
                Field("position"),
                Field("is_active"),
                Field("value"),
                Field("advice"),
                *(Field(name) for name in more.split()),
            ),
            create=create_value,
            edit=edit_value,
            verbs=(place, retire, reinstate, trash),
            projections=(
                Projection(_outdate, frozenset({"name", "mark", "hue", "position", "is_active", "trashed_at"})),
            ),
        )
    )
    return entity
