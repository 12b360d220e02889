"""What columns can mean, independent of system and language, and the field each meaning has per record type."""

from __future__ import annotations

from typing import Literal

Record = Literal["account", "contact"]

_ADDRESS = ("street", "city", "region", "postal_code", "country")

ACCOUNT_FIELDS: dict[str, tuple[str, ...]] = {
    "name": ("name", "contact.name"),
    "company": ("name",),
    "legal_name": ("legal_name",),
    "is_person": ("is_person",),
    "is_company": ("is_person",),
    "number": ("number", "external_ref"),
    "website": ("website",),
    "description": ("description", "remark"),
    "language": ("language",),
    "employees": ("employees",),
    "revenue": ("annual_revenue",),
    "external_id": ("external_ref",),
    "lifecycle": ("lifecycle", "category"),
    "category": ("category",),
    "source": ("source",),
    "status": ("status",),
    "state": ("state",),
    "relationship_stage": ("relationship_stage",),
    "industry": ("industry",),
    "interaction_status": ("interaction_status",),
    "tags": ("tags",),
    "parent": ("parent",),
    "owner": ("owner",),
    "team": ("team",),
    "territory": ("territory",),
    "do_not_contact": ("do_not_contact",),
    "referred_by": ("referred_by",),
    "last_contact": ("last_contact_at",),
    "next_contact": ("next_contact_on",),
    "remark": ("remark",),
    "created": ("created_at",),
    "street2": ("address.street",),
    "street_further": ("address.street",),
    "other.street_further": ("address.other.street",),
    "postal_city": ("address.postal_code_city",),
    "full_address": ("address.full",),
    "phone": ("phone",),
    "mobile": ("phone.mobile", "contact.mobile"),
    "fax": ("phone.fax",),
    "phone_other": ("phone.other", "phone"),
    "email": ("email", "contact.email"),
    "email_other": ("email",),
    "person": ("contact.name",),
    "first_name": ("contact.first_name",),
    "middle_name": ("contact.middle_name",),
    "last_name": ("contact.last_name",),
    "salutation": ("contact.salutation",),
    "job_title": ("contact.title",),
    "department": ("contact.department",),
    "birthday": ("contact.birthday",),
    "person_email": ("contact.email",),
    "person_phone": ("contact.phone",),
    "person_mobile": ("contact.mobile",),
    **{part: (f"address.{part}",) for part in _ADDRESS},
    **{f"{kind}.{part}": (f"address.{kind}.{part}",) for kind in ("billing", "shipping", "other") for part in _ADDRESS},
    **{f"{kind}.street2": (f"address.{kind}.street",) for kind in ("billing", "shipping", "other")},
}

CONTACT_FIELDS: dict[str, tuple[str, ...]] = {
    **{concept: fields for concept, fields in ACCOUNT_FIELDS.items() if fields[0].startswith("address.")},
    "name": ("name",),
    "person": ("name",),
    "company": ("accounts",),
    "first_name": ("first_name",),
    "middle_name": ("middle_name",),
    "last_name": ("last_name",),
    "salutation": ("salutation",),
    "job_title": ("title",),
    "department": ("department",),
    "birthday": ("birthday",),
    "language": ("language",),
    "description": ("description", "remark"),
    "website": ("urls",),
    "external_id": ("external_ref",),
    "tags": ("tags",),
    "owner": ("owner",),
    "source": ("source",),
    "do_not_contact": ("do_not_contact",),
    "remark": ("remark",),
    "created": ("created_at",),
    "last_contact": ("last_contact_at",),
    "phone": ("phone",),
    "person_phone": ("phone",),
    "mobile": ("phone.mobile", "phone"),
    "person_mobile": ("phone.mobile", "phone"),
    "fax": ("phone.fax",),
    "phone_other": ("phone.other", "phone"),
    "email": ("email",),
    "person_email": ("email",),
    "email_other": ("email",),
    "card_id": ("external_ref",),
    "phone_label": ("phone.label",),
    "email_label": ("email.label",),
    "web_label": ("urls.label",),
}

MULTIPLE: frozenset[str] = frozenset({
    "phone", "phone.mobile", "phone.fax", "phone.other", "email", "contact.email", "contact.phone", "contact.mobile",
    "tags", "remark", "website", "address.street", "address.billing.street", "address.shipping.street",
    "address.other.street", "phone.label", "email.label", "urls", "urls.label", "accounts",
})  # fmt: skip
"""Fields that several columns may fill: further numbers, further lines of a street, further tags."""

KINDS: dict[str, str] = {
    "email": "email", "contact.email": "email",
    "phone": "phone", "phone.mobile": "phone", "phone.fax": "phone", "phone.other": "phone",
    "contact.phone": "phone", "contact.mobile": "phone",
    "website": "url", "urls": "url",
    "address.postal_code": "postal_code", "address.billing.postal_code": "postal_code",
    "address.shipping.postal_code": "postal_code", "address.other.postal_code": "postal_code",
    "address.country": "country", "address.billing.country": "country", "address.shipping.country": "country",
    "address.other.country": "country",
    "last_contact_at": "date", "next_contact_on": "date", "created_at": "date", "contact.birthday": "date",
    "birthday": "date",
    "employees": "number", "annual_revenue": "money",
    "is_person": "yes_no", "do_not_contact": "yes_no",
    "address.postal_code_city": "postal_city",
}  # fmt: skip
"""The kind of content each field expects; a field without a kind takes any text."""


def fields_of(concept: str, record: Record) -> tuple[str, ...]:
    """The fields that a concept fills, best first; empty when that record type has none."""
    return (ACCOUNT_FIELDS if record == "account" else CONTACT_FIELDS).get(concept, ())
