"""Django's entry for the kernel."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "tend.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.kernel import declared  # noqa: F401 - declares the kernel's own record types
        from tend.kernel.jobs import bulk, tidying  # noqa: F401 - declares the kernel's own jobs
