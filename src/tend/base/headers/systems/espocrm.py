"""EspoCRM: exports of accounts, contacts and leads, by label and by attribute name."""

from tend.base.headers.systems.system import System

SYSTEM = System(
    code="espocrm",
    label="EspoCRM",
    ids=("id", "ID"),
    telltales="""billingAddressStreet | billingAddressPostalCode | assignedUserName | assignedUserId | emailAddress | phoneNumber | teamsNames |
        teamsIds | sicCode | createdByName | modifiedByName | emailAddressIsOptedOut | addressStreet | addressPostalCode | accountRole |
        salutationName | phoneNumberIsOptedOut | streamUpdatedAt | emailAddressData | phoneNumberData""",
    columns={
        "name": "name",
        "company": "accountName",
        "website": "website",
        "description": "description",
        "lifecycle": "type",
        "industry": "industry",
        "status": "status",
        "source": "source",
        "owner": "assignedUserName | Assigned User",
        "team": "teamsNames | Teams",
        "do_not_contact": "doNotCall | emailAddressIsOptedOut",
        "created": "createdAt | Created At",
        "revenue": "opportunityAmount",
        "billing.street": "billingAddressStreet",
        "billing.city": "billingAddressCity",
        "billing.region": "billingAddressState",
        "billing.postal_code": "billingAddressPostalCode",
        "billing.country": "billingAddressCountry",
        "shipping.street": "shippingAddressStreet",
        "shipping.city": "shippingAddressCity",
        "shipping.region": "shippingAddressState",
        "shipping.postal_code": "shippingAddressPostalCode",
        "shipping.country": "shippingAddressCountry",
        "street": "addressStreet",
        "city": "addressCity",
        "region": "addressState",
        "postal_code": "addressPostalCode",
        "country": "addressCountry",
        "phone": "phoneNumber",
        "email": "emailAddress",
        "first_name": "firstName",
        "middle_name": "middleName",
        "last_name": "lastName",
        "salutation": "salutationName",
        "job_title": "title | accountRole",
        "-": """assignedUserId | teamsIds | createdById | createdByName | modifiedAt | modifiedById | modifiedByName | sicCode | accountId |
            emailAddressData | phoneNumberData | phoneNumberIsOptedOut | streamUpdatedAt | deleted | campaignId | campaignName""",
    },
)
