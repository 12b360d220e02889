"""Django's entry for accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tend.domains.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Importing declares: the record types, what doctor looks at, and who is told.
        from tend.domains.accounts import entity, lookalikes, portfolio_check, telling  # noqa: F401
