"""Django's entry for contacts."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "tend.domains.contacts"
    label = "contacts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.domains.contacts import address_book, entity, intake, lookalikes, reactions, referrals, same_person  # noqa: F401 - declares the record types and how they are imported
