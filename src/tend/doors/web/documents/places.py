"""Documents as a place: columns, views, and the records that they may hang on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.documents.choices import LINE, SOON
from tend.domains.documents.entity import DOCUMENT
from tend.doors.web.records.places import Place, claims, place_of, settle
from tend.kernel.actor import Actor
from tend.kernel.entity import Field, entity_of

DOCUMENTS = settle(
    Place("documents", DOCUMENT, LINE, columns=("title", "category", "content", "accounts", "valid_until", "owner"))
)
FIELDS = {"accounts": "account", "leads": "account", "contacts": "contact", "activities": "activity"}  # by place


@claims("documents", "views")
def views(actor: Actor, place: Place) -> list[tuple[str, str]]:
    """The views that everybody has over documents."""
    return [
        ("owner:me", _("Mine")),
        (f'valid_until:"next {SOON} days"', _("Expire soon")),
        ("valid_until<today", _("Expired")),
    ]


# The dialog asks for one record on which it is to hang; a version is brought by its own page.
claims("documents", "asks:attach")(  # type: ignore[arg-type]
    {
        name: replace(Field(name, kind="link", to=DOCUMENT.by_name[many].to), label=label)
        for name, many, label in (
            ("account", "accounts", gettext_lazy("An account")),
            ("contact", "contacts", gettext_lazy("A person")),
            ("activity", "activities", gettext_lazy("An activity")),
        )
    }
)


def page_of(record: Any) -> str:
    """The address of a record's page, wherever it stands."""
    place = place_of(entity_of(type(record)))
    return place.page(record.pk) if place is not None else ""
