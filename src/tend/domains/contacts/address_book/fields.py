"""Which fields of a contact columns may fill: their names, what they are called, what kind of value each holds."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tend.base.headers.matching import Target
from tend.domains.contacts.entity import CONTACT
from tend.kernel.actor import Actor
from tend.kernel.traits.characteristics import definitions
from tend.kernel.traits.tags import Tag

OWN = ("first_name", "last_name", "salutation", "title", "department", "birthday", "language", "owner", "external_ref")
ELEMENTS = ("street", "city", "region", "postal_code", "country")
KINDS_OF_ADDRESS = ("billing", "shipping", "other")
POINTS = {"phone": "phones", "email": "emails", "urls": "urls"}  # field of a column -> field of the contact
LABELS = {"phone.mobile": "mobile", "phone.fax": "fax", "phone.other": "other"}
MULTIPLE = frozenset({
    "phone", *LABELS, "phone.label", "email", "email.label", "urls", "urls.label", "tags", "remark", "accounts", "address.street",
    *(f"address.{k}.street" for k in KINDS_OF_ADDRESS),
})  # fmt: skip
_CONTENT = {"birthday": "date", "phone": "phone", "email": "email", "urls": "url"}
_CHARACTERISTIC_KINDS = {"number": "number", "money": "number", "date": "date", "yesno": "yesno", "choices": "links"}


def targets(actor: Actor) -> list[Target]:
    """The fields that this person may fill."""
    found = [Target("id", ("tend id", "id"))]
    if _may(actor, "first_name") and _may(actor, "last_name"):
        found += [Target("name", (str(CONTACT.by_name["name"].label),)), Target("middle_name")]
    found += [Target(n, (_own_label(n),), _CONTENT.get(n, "")) for n in OWN if _may(actor, n)]
    for name, many in POINTS.items():
        if _may(actor, many):
            found += [Target(name, (_own_label(many),), _CONTENT[name], True), Target(f"{name}.label", (), "", True)]
    if _may(actor, "phones"):
        found += [Target(n, (), "phone", True) for n in LABELS]
    if _may(actor, "addresses"):
        found += [
            Target(f"address.{part}", (_own_label(f"address.{part}"),), _of_place(part), part == "street")
            for part in ELEMENTS
        ]
        found += [Target("address.postal_code_city", (), "postal_city"), Target("address.full")]
        found += [
            Target(f"address.{kind}.{part}", (), "", part == "street") for kind in KINDS_OF_ADDRESS for part in ELEMENTS
        ]
    if _may(actor, "accounts"):
        found.append(Target("accounts", (_own_label("accounts"),), "", True))
    if _may(actor, "tags"):
        known = tuple(Tag.objects.seen_by(actor).values_list("name", flat=True)[:200])
        found.append(Target("tags", (_own_label("tags"),), "", True, known))
    if _may(actor, "remarks"):
        found.append(Target("remark", (), "", True))
    for definition in definitions(CONTACT.code):
        name = f"characteristics.{definition.key}"
        if CONTACT.right(actor, name) == "edit":
            found.append(
                Target(name, (definition.name, definition.key), "", False, tuple(map(str, definition.choices)))
            )
    return found


def label(field: str) -> str:
    """What a field is called on the page of columns."""
    if "+" in field:
        return " + ".join(label(part) for part in field.split("+"))
    words = {
        "id": _("Id in Tend"), "middle_name": _("Middle name"), "remark": _("Remark"), "phone.mobile": _("Mobile phone"), "phone.fax": _("Fax"),
        "phone.other": _("Other phone"), "phone.label": _("Phone, its kind"), "email.label": _("E-mail, its kind"),
        "urls": _("Web address"), "urls.label": _("Web address, its kind"), "accounts": _("Company"),
        "address.postal_code_city": _("Address, postal code and city"), "address.full": _("Address in one cell"),
    }  # fmt: skip
    if field in words:
        return words[field]
    if field in CONTACT.by_name:
        return _own_label(field)
    whole, _dot, rest = field.partition(".")
    if whole == "characteristics":
        return next((d.title for d in definitions(CONTACT.code) if d.key == rest), rest)
    kind, _dot, part = rest.partition(".")
    kinds = {"billing": _("Billing address"), "shipping": _("Shipping address"), "other": _("Other address")}
    return f"{kinds.get(kind, kind)}, {_own_label(f'address.{part}').lower()}"


def kind(field: str) -> str:
    """The kind of value, also of a characteristic."""
    whole, _dot, rest = field.partition(".")
    if whole == "characteristics":
        return next(
            (_CHARACTERISTIC_KINDS.get(d.type, "text") for d in definitions(CONTACT.code) if d.key == rest), "text"
        )
    known = CONTACT.by_name.get(field)
    return known.kind if known is not None else "text"


def _may(actor: Actor, name: str) -> bool:
    return CONTACT.right(actor, name) == "edit"


def _own_label(name: str) -> str:
    found = CONTACT.by_name.get(name)
    return str(found.label) if found is not None else name


def _of_place(part: str) -> str:
    return part if part in ("postal_code", "country") else ""
