"""Which fields columns may fill: their names, what they are called, what kind of value each holds."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tend.base.headers.matching import Target
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.contacts.entity import CONTACT
from tend.kernel.actor import Actor
from tend.kernel.entity import Field
from tend.kernel.traits.characteristics import definitions

KINDS_OF_ADDRESS = ("billing", "shipping", "other")
CHARACTERISTIC_KINDS = {"number": "number", "money": "number", "date": "date", "yesno": "yesno", "choices": "links"}
MULTIPLE = frozenset({
    "phone", "phone.mobile", "phone.fax", "phone.other", "email", "tags", "remark", "website", "contact.email", "contact.phone",
    "contact.mobile", "address.street", *(f"address.{k}.street" for k in KINDS_OF_ADDRESS),
})  # fmt: skip


def targets(actor: Actor) -> list[Target]:
    """The fields that this person may fill, with the values of their books."""
    found = [Target("id", ("tend id", "id")), Target("number", (str(ACCOUNT.by_name["number"].label),))]
    for field in ACCOUNT.all_fields:
        if not _fillable(actor, field):
            continue
        found.append(
            Target(
                field.name,
                (str(field.label),),
                _content(field),
                field.name in ("tags", "phone", "email", "website"),
                _choices(actor, field),
            )
        )
        if field.name == "phone":
            found += [Target(n, (), "phone", True) for n in ("phone.mobile", "phone.fax", "phone.other")]
    parts = ("street", "city", "region", "postal_code", "country")
    found += [Target(f"address.{kind}.{part}", (), "", part == "street") for kind in KINDS_OF_ADDRESS for part in parts]
    found += [
        Target("address.postal_code_city", (), "postal_city"),
        Target("address.full"),
        Target("remark", (), "", True),
    ]
    if actor.scope("contacts", "create") != "none":
        people = ("name", "first_name", "last_name", "salutation", "title", "department", "birthday", "language")
        found += [Target(f"contact.{n}") for n in people if CONTACT.right(actor, n) == "edit"]
        found += [
            Target(f"contact.{n}", (), kind, True)
            for n, kind in (("email", "email"), ("phone", "phone"), ("mobile", "phone"))
        ]
    for definition in definitions(ACCOUNT.code):
        name = f"characteristics.{definition.key}"
        if ACCOUNT.right(actor, name) == "edit":
            found.append(
                Target(name, (definition.name, definition.key), "", False, tuple(map(str, definition.choices)))
            )
    return found


def label(field: str) -> str:
    """What a field is called on the page of columns."""
    if "+" in field:
        return " + ".join(label(part) for part in field.split("+"))
    known = ACCOUNT.by_name.get(field)
    if known is not None:
        return str(known.label)
    whole, _dot, rest = field.partition(".")
    if whole == "contact":
        inner = CONTACT.by_name.get({"mobile": "phone"}.get(rest, rest))
        return _("Contact, %(field)s") % {"field": str(inner.label).lower() if inner else rest}
    if whole == "characteristics":
        return next((d.title for d in definitions(ACCOUNT.code) if d.key == rest), rest)
    words = {
        "id": _("Id in Tend"), "remark": _("Remark"), "phone.mobile": _("Mobile phone"), "phone.fax": _("Fax"),
        "phone.other": _("Other phone"), "address.postal_code_city": _("Address, postal code and city"),
        "address.full": _("Address in one cell"),
    }  # fmt: skip
    if field in words:
        return words[field]
    kind, _dot, part = rest.partition(".")
    kinds = {"billing": _("Billing address"), "shipping": _("Shipping address"), "other": _("Other address")}
    element = ACCOUNT.by_name.get(f"address.{part}")
    return f"{kinds.get(kind, kind)}, {str(element.label).lower() if element else part}"


def kind(field: str) -> str:
    """The kind of value, also of a part, a person's field or a characteristic."""
    whole, _dot, rest = field.partition(".")
    if whole == "characteristics":
        return next(
            (CHARACTERISTIC_KINDS.get(d.type, "text") for d in definitions(ACCOUNT.code) if d.key == rest), "text"
        )
    known = CONTACT.by_name.get(rest) if whole == "contact" else ACCOUNT.by_name.get(field)
    return known.kind if known is not None else "text"


def _fillable(actor: Actor, field: Field) -> bool:
    if field.name in (
        "addresses",
        "phones",
        "emails",
        "remarks",
        "characteristics",
        "address",
        "archived",
        "source_system",
    ):
        return False
    return field.edit and ACCOUNT.right(actor, field.name) == "edit"


def _content(field: Field) -> str:
    kinds = {
        "integer": "number",
        "money": "money",
        "date": "date",
        "yesno": "yes_no",
        "url": "url",
        "phone": "phone",
        "email": "email",
    }
    return kinds.get(
        field.kind, {"address.postal_code": "postal_code", "address.country": "country"}.get(field.name, "")
    )


def _choices(actor: Actor, field: Field) -> tuple[str, ...]:
    if field.choices:
        return tuple(str(label) for _code, label in field.choices)
    if field.kind in ("link", "links") and field.to is not None and hasattr(field.to, "hue") and field.name != "owner":
        return tuple(field.to.objects.seen_by(actor).values_list("name", flat=True)[:200])  # type: ignore[attr-defined]
    return ()
