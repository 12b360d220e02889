"""English names of columns."""

WORDS: dict[str, str] = {
    "name": "name | full name | display name",
    "company": """company | company name | account | account name | organisation | organization | organisation name |
        organization name | firm | business | business name | client | client name | customer | customer name | employer |
        hotel | hotel name | trading name | dba | company or person""",
    "legal_name": "legal name | registered name | official name | legal entity | legal company name",
    "is_person": "is person | person account | is person account | private person | individual | is individual",
    "number": "number | account number | account no | customer number | customer no | client number | account code | tend number",
    "website": "website | web site | web | url | homepage | home page | web address | internet | site | domain | company domain name",
    "description": "description | about | about us | profile | company description | background",
    "language": "language | preferred language | lang | locale | correspondence language",
    "employees": """employees | number of employees | no of employees | headcount | staff | staff size | company size |
        employee count | no of staff | size""",
    "revenue": "annual revenue | revenue | turnover | annual turnover | sales volume | yearly revenue | annual sales",
    "external_id": "external id | external ref | external reference | record id | source id | legacy id | old id | id | uuid | guid | ref",
    "lifecycle": "lifecycle | lifecycle stage | record type | account type | type | customer type | company type",
    "category": "category | class | customer category | account category | segment | tier | rating class | grade | abc class",
    "source": "source | lead source | origin | account source | acquisition source | how did you hear about us | channel",
    "status": "status | account status | lead status | customer status | current status",
    "state": "temperature | rating | heat | mood | hot warm cold | lead temperature | lead rating",
    "relationship_stage": "relationship stage | relationship | stage | relationship phase",
    "industry": "industry | sector | branch | line of business | business type | business sector | vertical",
    "interaction_status": "interaction status | call status | contact frequency | call cycle | cadence",
    "tags": "tags | tag | labels | label | keywords | categories | groups | group",
    "parent": """parent | parent account | parent company | parent organisation | parent organization | holding | group company |
        headquarters of | member of | mother company | parent account name""",
    "owner": """owner | account owner | responsible | responsible manager | manager | account manager | sales rep | salesperson |
        assigned to | assignee | assigned user | owner name | lead owner | contact owner | sales representative | in charge""",
    "team": "team | sales team | department in charge | assigned team | pool",
    "territory": "territory | sales territory | sales region | district manager area | area",
    "do_not_contact": "do not contact | dnc | no contact | opt out | opted out | blacklisted | blocked",
    "referred_by": "referred by | referrer | recommended by | referral",
    "last_contact": """last contact | last contacted | last contact date | last call | last activity | last activity date |
        last touch | date of last contact | last contact at | last spoken""",
    "next_contact": """next contact | next contact on | next contact date | next call | next call date | next activity |
        next activity date | follow up | follow up date | next step date | call back on | next follow up""",
    "remark": "remark | remarks | note | notes | comment | comments | memo | additional information | info | observations",
    "created": "created | created at | created on | date created | creation date | create date | created date | entered | since | date added",
    "street": """street | address | street address | address line 1 | address 1 | address line | postal address |
        street and number | street name | mailing address | address1 | road""",
    "street2": "street 2 | address 2 | address line 2 | street address 2 | suite | apartment | building | floor | address2 | street line 2",
    "city": "city | town | place | locality | city town | municipality",
    "region": "region | state province | province | county | state or province | state region | federal state | district | state code",
    "postal_code": "postal code | postcode | post code | zip | zip code | zip postal code | zip or postal code | zipcode | pin code",
    "country": "country | country region | country code | nation | country name | land",
    "postal_city": "postal code city | zip city | postcode city | zip and city | postcode and town",
    "full_address": "full address | complete address | formatted address | address formatted | whole address",
    "phone": """phone | telephone | tel | phone number | telephone number | office phone | work phone | business phone |
        main phone | company phone | phone no | tel no | landline | switchboard | phone main | company main phone | telephone no""",
    "mobile": "mobile | mobile phone | cell | cell phone | cellphone | mobile number | gsm | mobile no | cellular",
    "fax": "fax | fax number | telefax | business fax | fax no | work fax",
    "phone_other": "other phone | home phone | phone other | alternate phone | additional phone | secondary phone | direct phone | assistant phone",
    "email": """email | e mail | email address | e mail address | mail | main email | company email | office email | primary email |
        work email | business email""",
    "email_other": "other email | secondary email | email other | alternate email | additional email | home email | personal email",
    "person": """contact | contact name | contact person | contact full name | person | main contact | primary contact | representative |
        contact persons | decision maker | attention | attn | person name | key contact""",
    "first_name": """first name | given name | forename | contact first name | christian name | firstname | first names |
        contact given name""",
    "middle_name": "middle name | second name | additional name | patronymic | middle names",
    "last_name": "last name | surname | family name | contact last name | lastname | contact surname",
    "salutation": "salutation | title prefix | prefix | name prefix | honorific | form of address | mr mrs | courtesy title",
    "job_title": "title | job title | position | contact title | job position | role | function | contact position | job | contact job title",
    "department": "department | contact department | division | dept",
    "birthday": "birthday | birth date | date of birth | birthdate | dob | born",
    "person_email": "contact email | email of contact | contact e mail | contact email address | person email",
    "person_phone": "contact phone | contact telephone | contact phone number | direct line | direct dial | extension phone",
    "person_mobile": "contact mobile | contact mobile phone | contact cell",
}
