"""Reference books: rows that an administrator names, orders, colours and retires while people work."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

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


def declare_book(model: type[Book], plural: str, more: str = "") -> Any:
    """Register a book with everything that books share; `more` names the columns it has beyond the others."""
    from tend.kernel.entity import Entity, Field, register
    from tend.kernel.values import put
    from tend.kernel.verbs import verb

    code = model._meta.label_lower

    @verb(code, needs="settings", creates=True, label=_("New value"))
    def create_value(unit: Any, *, values: dict[str, Any]) -> Any:
        """Add a value to the book. A blank name is refused; two values of one book never share a mark."""
        given = {"mark": values.get("name", "")[:1].upper(), **values}
        value = unit.create(model)
        put(unit, entity, value, given)
        return value

    @verb(code, needs="settings", label=_("Edit"))
    def edit_value(unit: Any, value: Any, *, values: dict[str, Any]) -> None:
        """Rename, order, colour or change a value; filters and rules keep its id."""
        put(unit, entity, value, values)

    @verb(code, needs="settings", label=_("Retire"))
    def retire(unit: Any, value: Any) -> None:
        """Take a value out of use: it stays on old records and is not offered for new ones."""
        value.is_active = False

    @verb(code, needs="settings", label=_("Use again"))
    def reinstate(unit: Any, value: Any) -> None:
        """Offer a retired value again."""
        value.is_active = True

    @verb(code, needs="settings", label=_("Delete"))
    def trash(unit: Any, value: Any) -> None:
        """Delete a value that nothing uses. A used value must be mapped to another first."""
        value.trashed_at = unit.now

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
            verbs=(retire, reinstate, trash),
        )
    )
    return entity


