"""HubSpot: exports of companies and contacts."""

from tend.base.headers.systems.system import System

SYSTEM = System(
    code="hubspot",
    label="HubSpot",
    ids=("Record ID", "Record ID - Company", "Record ID - Contact", "Company ID", "Contact ID"),
    telltales="""Record ID | Company Domain Name | Lifecycle Stage | HubSpot Team | Marketing contact status | Associated Company IDs |
        Associated Contact IDs | Number of Associated Contacts | Company owner | Contact owner | HubSpot Owner | Original Source Type |
        Number of Associated Deals | Number of Form Submissions | Last Contacted | Record ID - Contact | Record ID - Company |
        Associated Company | Original Traffic Source | Country/Region | State/Region""",
    columns={
        "company": "Company name | Company Name | Associated Company | Name",
        "website": "Website URL | Company Domain Name",
        "description": "Description | About Us",
        "language": "Preferred language",
        "employees": "Number of Employees",
        "revenue": "Annual Revenue",
        "lifecycle": "Lifecycle Stage",
        "category": "Type",
        "source": "Original Source Type | Original Traffic Source | Original Source",
        "status": "Lead Status",
        "industry": "Industry",
        "parent": "Parent Company",
        "owner": "Company owner | Contact owner | HubSpot Owner",
        "team": "HubSpot Team",
        "last_contact": "Last Contacted | Last Activity Date",
        "next_contact": "Next Activity Date",
        "created": "Create Date",
        "street": "Street Address",
        "street2": "Street Address 2",
        "city": "City",
        "region": "State/Region",
        "postal_code": "Postal Code",
        "country": "Country/Region",
        "phone": "Phone Number",
        "mobile": "Mobile Phone Number",
        "fax": "Fax Number",
        "email": "Email",
        "email_other": "Additional email addresses",
        "first_name": "First Name",
        "last_name": "Last Name",
        "salutation": "Salutation",
        "job_title": "Job Title",
        "birthday": "Date of birth",
        "-": """Associated Company IDs | Associated Contact IDs | Number of Associated Contacts | Number of Associated Deals |
            Number of Form Submissions | Marketing contact status | Last Modified Date | Number of times contacted | Time Zone |
            Recent Deal Amount | Total Money Raised | Web Technologies | Company Linkedin Page | Twitter Handle""",
    },
)
