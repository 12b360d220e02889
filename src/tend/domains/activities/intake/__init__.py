"""How rows of a file become activities of accounts that are there already: what was said, and what is promised.

`recipe` says what may be filled and by which rules, `fields` which fields there are and `words` how other systems call
them. A row is read into what it says (`reading`), its account, people and outcome are found (`lookup`), and then an
activity is made or changed (`chunk`).
"""

from __future__ import annotations

from tend.domains.activities.intake.recipe import ActivityIntake
from tend.kernel.imports.recipe import offer

__all__ = ["ACTIVITIES", "ActivityIntake"]

ACTIVITIES = offer(ActivityIntake())
