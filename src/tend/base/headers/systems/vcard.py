"""vCards: not a system but a format; the columns are those that `dialects/vcards` makes of the cards of a file.

Numbers and addresses are the person's. A second address is another one of his, a third has no field.
"""

from tend.base.headers.systems.system import System

_ELEMENTS = ("street", "city", "region", "postal code", "country")
_BEYOND = " | ".join(f"Address {n} {word}" for n in range(3, 10) for word in (*_ELEMENTS, "label"))

SYSTEM = System(
    code="vcard",
    label="vCard",
    telltales="UID | E-mail 1 label | Phone 1 label | E-mail 1 | Phone 1",
    needed=5,
    columns={
        "card_id": "UID",
        "person": "Full name",
        "salutation": "Prefix",
        "first_name": "First name",
        "middle_name": "Middle name",
        "last_name": "Last name",
        "company": "Company",
        "department": "Department",
        "job_title": "Job title",
        "birthday": "Birthday",
        "language": "Language",
        "tags": "Categories",
        "remark": "Note",
        "person_email": "E-mail 1",
        "email_label": "E-mail 1 label",
        "person_phone": "Phone 1",
        "phone_label": "Phone 1 label",
        "website": "Web 1",
        "web_label": "Web 1 label",
        **{word.replace(" ", "_"): f"Address 1 {word}" for word in _ELEMENTS},
        **{f"other.{word.replace(' ', '_')}": f"Address 2 {word}" for word in _ELEMENTS},
        **{f"billing.{word.replace(' ', '_')}": f"Billing address {word}" for word in _ELEMENTS},
        **{f"shipping.{word.replace(' ', '_')}": f"Shipping address {word}" for word in _ELEMENTS},
        "-": f"{_BEYOND} | Address 1 label | Address 2 label | Suffix",
    },
)
