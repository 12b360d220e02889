"""What contacts themselves see to when something happened: an account has one main contact."""

from __future__ import annotations

from tend.domains.contacts.events import main_contact_named
from tend.domains.contacts.models import Membership
from tend.kernel.events import reacts_to
from tend.kernel.unit import Unit

WHY = "an account has one main contact, whoever sees the others"


@reacts_to(main_contact_named)
def keep_one_main_contact(unit: Unit, events: list[main_contact_named]) -> None:
    """Whoever was the main contact before is one of the others now; the last one named counts."""
    chosen = {e.account_id: e.contact.pk for e in events}
    rows = Membership.objects.as_system(WHY).filter(account_id__in=chosen, is_primary=True).order_by("pk")
    for row in unit.load(rows):
        if row.is_primary and row.record_id != chosen[row.account_id]:
            row.is_primary = False
