"""Django's entry for reminders, digests and the outbox."""

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "tend.engines.reminders"
    label = "reminders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.engines.reminders import outbox, rounds  # noqa: F401 - declares the jobs
        from tend.engines.reminders.access import post
        from tend.kernel.notices import heard_by
        from tend.people.invitations import carried_by

        heard_by(outbox.notices_left)
        carried_by(post)
