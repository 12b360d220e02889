"""Django's entry for the kernel."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "tend.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.kernel import book_rules, declared  # noqa: F401 - declares the kernel's own record types and rules
        from tend.kernel import integrity  # noqa: F401 - declares what doctor looks at
        from tend.kernel.jobs import bulk, tidying  # noqa: F401 - declares the kernel's own jobs
