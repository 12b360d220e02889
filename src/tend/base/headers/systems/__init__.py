"""What well-known systems export: a module each, telling their columns, their ids and what gives them away."""

from __future__ import annotations

from tend.base.headers.systems import (
    espocrm,
    google,
    hubspot,
    linkedin,
    odoo,
    outlook,
    pipedrive,
    salesforce,
    suitecrm,
    vcard,
    vtiger,
    zoho,
)
from tend.base.headers.systems.system import System

SYSTEMS: tuple[System, ...] = (
    salesforce.SYSTEM,
    hubspot.SYSTEM,
    zoho.SYSTEM,
    pipedrive.SYSTEM,
    odoo.SYSTEM,
    suitecrm.SYSTEM,
    vtiger.SYSTEM,
    espocrm.SYSTEM,
    google.SYSTEM,
    outlook.SYSTEM,
    linkedin.SYSTEM,
    vcard.SYSTEM,
)
