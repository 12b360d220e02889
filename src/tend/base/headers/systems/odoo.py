"""Odoo: exports of partners and leads, by label and by technical name."""

from tend.base.headers.systems.system import System

SYSTEM = System(
    code="odoo",
    label="Odoo",
    ids=("External ID", "id", "ID"),
    telltales="""External ID | Is a Company | is_company | Related Company | parent_id | country_id | state_id | category_id | user_id |
        Street2 | Tax ID | Salesperson | Complete Name | Commercial Entity | parent_id/id | country_id/id | Address Type | team_id |
        Internal Reference | Company Type | company_type | country_id/.id | user_id/name | parent_name | commercial_company_name""",
    columns={
        "name": "Name | name | Display Name | display_name | Complete Name",
        "company": "Company Name | partner_name | commercial_company_name",
        "parent": "Related Company | parent_id | parent_id/name | parent_name",
        "is_company": "Is a Company | is_company",
        "number": "Internal Reference | Reference | ref",
        "website": "Website | website | Website Link",
        "language": "Language | lang",
        "industry": "Industry | industry_id | industry_id/name",
        "tags": "Tags | category_id | category_id/name | tag_ids",
        "owner": "Salesperson | user_id | user_id/name",
        "team": "Sales Team | team_id | team_id/name",
        "source": "Source | source_id",
        "remark": "Notes | comment | Internal Notes",
        "created": "Created on | create_date",
        "street": "Street | street",
        "street2": "Street2 | street2",
        "city": "City | city",
        "region": "State | state_id | state_id/name",
        "postal_code": "Zip | zip",
        "country": "Country | country_id | country_id/name | country_id/code",
        "phone": "Phone | phone",
        "mobile": "Mobile | mobile",
        "email": "Email | email | email_from",
        "person": "Contact Name | contact_name",
        "salutation": "Title | title",
        "job_title": "Job Position | function",
        "next_contact": "Next Activity Deadline | activity_date_deadline",
        "-": """Commercial Entity | Company Type | company_type | Address Type | type | Tax ID | vat | Color Index | parent_id/id |
            country_id/id | country_id/.id | state_id/id | Last Updated on | write_date | Company | company_id""",
    },
)
