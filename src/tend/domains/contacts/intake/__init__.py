"""How rows of a file become accounts with their contacts. The door: the two recipes; leads are accounts of lifecycle lead.

`recipe` says what may be filled and by which rules; `fields` which fields there are. A row is read into what it says
(`said`, `reading`, `linking`), an account is found for it (`lookup`, `matching`) and then made or filled (`accounts`,
`people`), chunk by chunk (`chunk`).
"""

from __future__ import annotations

from tend.domains.contacts.intake.recipe import Intake
from tend.kernel.imports.recipe import offer

__all__ = ["ACCOUNTS", "LEADS", "Intake"]

ACCOUNTS = offer(Intake("accounts"))
LEADS = offer(Intake("leads", "lead"))
