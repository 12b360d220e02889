"""Django's entry for activities."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "tend.domains.activities"
    label = "activities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.domains.activities import (  # noqa: F401 - declares the record types, reactions, the handover and the import
            conversations,
            entity,
            erasing,
            intake,
            leaving,
        )
