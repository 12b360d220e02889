"""LinkedIn: the list of own connections and Sales Navigator style lists."""

from tend.base.headers.systems.system import System

SYSTEM = System(
    code="linkedin",
    label="LinkedIn",
    ids=("URL", "Profile URL", "LinkedIn URL"),
    telltales="Connected On | Profile URL | LinkedIn URL | LinkedIn Profile | LinkedIn Member ID | Public Profile URL",
    needed=1,
    columns={
        "first_name": "First Name",
        "last_name": "Last Name",
        "company": "Company | Current Company",
        "job_title": "Position | Current Position | Headline",
        "person_email": "Email Address",
        "created": "Connected On",
        "industry": "Industry",
        "full_address": "Location",
    },
)
