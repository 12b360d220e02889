"""Pipedrive: exports of organizations, people and leads, whose headers carry the record type in front."""

from tend.base.headers.systems.system import System

SYSTEM = System(
    code="pipedrive",
    label="Pipedrive",
    ids=("Organization - ID", "Person - ID", "Lead - ID", "Organization - Organization ID"),
    telltales="""Organization - Name | Organization - Address | Organization - Owner | Organization - Label | Organization - ID |
        Organization - People | Organization - Open deals | Person - Name | Person - Email - Work | Person - Phone - Work |
        Person - Organization | Person - Owner | Person - Label | Person - ID | Organization - Labels | Person - Labels |
        Full/combined address of Address | ZIP/Postal code of Address""",
    columns={
        "company": "Organization - Name | Person - Organization | Lead - Organization",
        "website": "Organization - Website",
        "tags": "Organization - Label | Organization - Labels | Person - Label | Person - Labels",
        "employees": "Organization - Employee count | Organization - Number of employees",
        "revenue": "Organization - Annual revenue",
        "industry": "Organization - Industry",
        "source": "Lead - Source | Organization - Source",
        "owner": "Organization - Owner | Person - Owner | Lead - Owner",
        "last_contact": "Organization - Last activity date | Person - Last activity date",
        "next_contact": "Organization - Next activity date | Person - Next activity date",
        "created": """Organization - Organization created | Organization - Add time | Person - Person created |
            Person - Add time | Organization - Created""",
        "street": "Organization - Street/road name of Address | Street/road name of Address",
        "street2": """Organization - House number of Address | Organization - Apartment/suite no of Address |
            Organization - Apartment/suite no. of Address | House number of Address""",
        "city": "Organization - City/town/village/locality of Address | City/town/village/locality of Address",
        "region": "Organization - State/county of Address | State/county of Address",
        "postal_code": "Organization - ZIP/Postal code of Address | ZIP/Postal code of Address",
        "country": "Organization - Country of Address | Country of Address",
        "full_address": "Organization - Address | Organization - Full/combined address of Address | Full/combined address of Address",
        "phone": "Organization - Phone",
        "email": "Organization - Email",
        "person": "Person - Name | Lead - Contact person",
        "first_name": "Person - First name",
        "last_name": "Person - Last name",
        "job_title": "Person - Job title",
        "birthday": "Person - Birthday",
        "person_email": "Person - Email - Work | Person - Email | Person - Email - Home | Person - Email - Other",
        "person_phone": "Person - Phone - Work | Person - Phone | Person - Phone - Home | Person - Phone - Other",
        "person_mobile": "Person - Phone - Mobile",
        "remark": "Organization - Notes | Person - Notes | Note - Content",
        "-": """Organization - People | Organization - Open deals | Organization - Won deals | Organization - Lost deals |
            Organization - Closed deals | Organization - Total activities | Organization - Done activities |
            Organization - Activities to do | Organization - Email messages count | Organization - Update time | Person - Open deals |
            Person - Won deals | Person - Lost deals | Person - Closed deals | Person - Update time | Organization - Visible to |
            Person - Visible to | Organization - Profile picture""",
    },
)
