"""What merging accounts does beside their fields, said before it is done: whose stricter wish counts, and which call remains."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.activities.models import Activity
from tend.doors.web.records.places import claims
from tend.doors.web.templatetags.tend import day
from tend.kernel.actor import Actor


@claims("accounts", "merging")
def consequences(actor: Actor, into: Account, others: Sequence[Account]) -> list[str]:
    """Sentences for the comparing page, of what the reader may know."""
    said = []
    if ACCOUNT.right(actor, "do_not_contact") != "hidden":
        strict = next((a for a in (*others, into) if a.do_not_contact), None)
        if strict is not None:
            return [
                _("“%(name)s” asked not to be contacted. That counts from then on: nothing is planned.")
                % {"name": strict}
            ]
    rows = Activity.objects.seen_by(actor).filter(
        account_id__in=[into.pk, *(a.pk for a in others)], origin="cycle", state="planned"
    )
    calls = sorted(rows, key=lambda c: (not c.is_promised, c.planned_on, c.pk))
    if len(calls) > 1 and calls[0].planned_on is not None:
        text = (
            _("One planned call remains, the promised one: %(day)s.")
            if calls[0].is_promised
            else _("One planned call remains, the earlier one: %(day)s.")
        )
        said.append(text % {"day": day(calls[0].planned_on)})
    return said
