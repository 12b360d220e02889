"""Which fields columns may fill when activities are imported: their names, what they are called, what each holds."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tend.base.headers.matching import Target
from tend.domains.activities.intake import words
from tend.domains.activities.models import Activity, Direction, Kind, Outcome, State
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of

ACCOUNT_BY = ("account", "account.tend_id", "account.number", "account.external_ref", "account.email", "account.phone")
OWN = ("id", "external_ref")
OF_ACTIVITY = (
    "kind", "direction", "state", "outcome", "planned_on", "planned_time", "done_at", "duration", "subject", "text", "place",
    "responsible", "contacts",
)  # fmt: skip
MULTIPLE = frozenset({*ACCOUNT_BY, "text", "contacts"})
KINDS = {
    "planned_on": "date",
    "done_at": "date",
    "duration": "number",
    "account.email": "email",
    "account.phone": "phone",
}
LINKS = ("outcome", "responsible", "contacts")  # cells that name a record; an unknown one may be left out


def targets(actor: Actor) -> list[Target]:
    """The fields that this person may fill. The state follows from the dates, so no right is needed for it."""
    entity = entity_of(Activity)
    open_ = [n for n in OF_ACTIVITY if n == "state" or entity.right(actor, n) == "edit"]
    names = [*OWN, *(ACCOUNT_BY if entity.right(actor, "account") == "edit" else ()), *open_]
    return [
        Target(n, (*_labels(n), *words.columns(n)), KINDS.get(n, ""), n in MULTIPLE, _choices(actor, n)) for n in names
    ]


def label(field: str) -> str:
    """What a field is called on the page of columns."""
    said = {
        "id": _("Id in Tend"), "external_ref": _("Key in the source system"), "account": _("Account"),
        "account.tend_id": _("Account, id in Tend"), "account.number": _("Account, number"),
        "account.external_ref": _("Account, key in the source system"), "account.email": _("Account, e-mail"),
        "account.phone": _("Account, phone"),
    }  # fmt: skip
    known = entity_of(Activity).by_name.get(field)
    return said.get(field) or (str(known.label) if known is not None else field)


def kind(field: str) -> str:
    """The kind of value that a field holds."""
    if field in LINKS:
        return "links" if field == "contacts" else "link"
    if field == "account":
        return "text"  # named in many ways, and never left out
    known = entity_of(Activity).by_name.get(field)
    return known.kind if known is not None else "text"


def _labels(field: str) -> tuple[str, ...]:
    return (label(field),) if field != "id" else ("tend id", "id")


def _choices(actor: Actor, field: str) -> tuple[str, ...]:
    shipped = {"kind": Kind, "state": State, "direction": Direction}
    if field in shipped:
        return tuple(str(label) for label in shipped[field].labels)
    return tuple(Outcome.objects.seen_by(actor).values_list("name", flat=True)[:200]) if field == "outcome" else ()
