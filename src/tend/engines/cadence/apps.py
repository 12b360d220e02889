"""Django's entry for the call cycle."""

from django.apps import AppConfig


class CadenceConfig(AppConfig):
    name = "tend.engines.cadence"
    label = "cadence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.engines.cadence import (  # noqa: F401 - registers the reactions and checks
            by_hand,
            day_lists,
            doctor,
            merging,
            nightly,
            offering,
            reactions,
            recount,
            redating,
            rerolling,
            rescue,
            spreading,
            talks,
            telling,
            trend,
            undoing,
        )
