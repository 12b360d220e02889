"""Google Contacts: the export of today and the one before 2024."""

from tend.base.headers.systems.system import System

_ELEMENTS = {"street": "Street", "street_further": "Extended Address", "city": "City", "region": "Region", "postal_code": "Postal Code", "country": "Country"}  # fmt: skip
_BEYOND = " | ".join(
    f"Address {n} - {word}"
    for n in range(3, 10)
    for word in (*_ELEMENTS.values(), "Formatted", "Label", "Type", "PO Box")
)

SYSTEM = System(
    code="google",
    label="Google Contacts",
    telltales="""E-mail 1 - Value | Phone 1 - Value | Address 1 - Street | Address 1 - Formatted | Organization 1 - Name | Group Membership |
        E-mail 1 - Label | E-mail 1 - Type | Phonetic First Name | Given Name Yomi | Yomi Name | Phone 1 - Label | Phone 1 - Type |
        Organization Title | File As | Website 1 - Value""",
    columns={
        "person": "Name",
        "first_name": "First Name | Given Name",
        "middle_name": "Middle Name | Additional Name",
        "last_name": "Last Name | Family Name",
        "salutation": "Name Prefix",
        "company": "Organization Name | Organization 1 - Name",
        "job_title": "Organization Title | Organization 1 - Title",
        "department": "Organization Department | Organization 1 - Department",
        "birthday": "Birthday",
        "remark": "Notes",
        "language": "Language",
        "tags": "Labels | Group Membership",
        "email": "E-mail 1 - Value",
        "phone": "Phone 1 - Value",
        "website": "Website 1 - Value",
        "phone_label": "Phone 1 - Label | Phone 1 - Type",
        "email_label": "E-mail 1 - Label | E-mail 1 - Type",
        "web_label": "Website 1 - Label | Website 1 - Type",
        **{element: f"Address 1 - {word}" for element, word in _ELEMENTS.items()},
        **{f"other.{element}": f"Address 2 - {word}" for element, word in _ELEMENTS.items()},
        "-": f"""{_BEYOND} | Photo | Address 1 - Formatted | Address 1 - Label | Address 1 - Type | Address 2 - Formatted |
            Address 2 - Label | Address 2 - Type | Address 2 - PO Box | Organization 1 - Type | Phonetic First Name | Phonetic Middle Name |
            Phonetic Last Name | Yomi Name | Given Name Yomi | Additional Name Yomi | Family Name Yomi | Name Suffix | Nickname |
            Initials | Short Name | Maiden Name | File As | Gender | Location | Address 1 - PO Box | Event 1 - Label | Event 1 - Type |
            Event 1 - Value | Relation 1 - Label | Relation 1 - Type | Relation 1 - Value | Custom Field 1 - Label |
            Custom Field 1 - Type | Organization 1 - Yomi Name | Organization 1 - Symbol | Organization 1 - Location |
            Organization 1 - Job Description | Priority | Sensitivity | Hobby | Occupation | Mileage | Directory Server |
            Billing Information | Subject""",
    },
)
