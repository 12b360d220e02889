"""Django's entry for the kernel."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "tend.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.kernel import among

        among.learn()
        # Importing declares: record types and rules, what doctor looks at, and the jobs that a worker must know.
        from tend.kernel import book_rules, declared, integrity, uses  # noqa: F401
        from tend.kernel.files import sweeping  # noqa: F401
        from tend.kernel.imports import arriving, old_files, run  # noqa: F401
        from tend.kernel.jobs import bulk, listed, tidying, undoing  # noqa: F401
        from tend.kernel.merging import comparing, moving, parting, stray  # noqa: F401
