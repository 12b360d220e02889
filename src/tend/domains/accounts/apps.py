"""Django's entry for accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "tend.domains.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.domains.accounts import entity, portfolio_check  # noqa: F401 - declares the record types and what doctor looks at
