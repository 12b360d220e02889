"""Fixed codes of accounts; their labels may be the company's own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lifecycle(models.TextChoices):
    LEAD = "lead", _("Lead")
    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer")
    OTHER = "other", _("Other")


LEADS = "leads"
ACCOUNTS = "accounts"


def line_of(lifecycle: str) -> str:
    """The line of a role's table on which an account of this lifecycle stands."""
    return LEADS if lifecycle == Lifecycle.LEAD else ACCOUNTS
