"""Google Contacts: the export of today and the one before 2024."""

from tend.base.headers.systems.system import System

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
        "full_address": "Address 1 - Formatted",
        "street": "Address 1 - Street",
        "street2": "Address 1 - Extended Address",
        "city": "Address 1 - City",
        "region": "Address 1 - Region",
        "postal_code": "Address 1 - Postal Code",
        "country": "Address 1 - Country",
        "-": """Photo | E-mail 1 - Label | E-mail 1 - Type | Phone 1 - Label | Phone 1 - Type | Address 1 - Label | Address 1 - Type |
            Website 1 - Label | Website 1 - Type | Organization 1 - Type | Phonetic First Name | Phonetic Middle Name |
            Phonetic Last Name | Yomi Name | Given Name Yomi | Additional Name Yomi | Family Name Yomi | Name Suffix | Nickname |
            Initials | Short Name | Maiden Name | File As | Gender | Location | Address 1 - PO Box | Event 1 - Label | Event 1 - Type |
            Event 1 - Value | Relation 1 - Label | Relation 1 - Type | Relation 1 - Value | Custom Field 1 - Label |
            Custom Field 1 - Type | Organization 1 - Yomi Name | Organization 1 - Symbol | Organization 1 - Location |
            Organization 1 - Job Description | Priority | Sensitivity | Hobby | Occupation | Mileage | Directory Server |
            Billing Information | Subject""",
    },
)
