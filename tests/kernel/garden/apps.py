"""A made-up company with one record type, so that the kernel is tested without any domain's name."""

from django.apps import AppConfig


class GardenConfig(AppConfig):
    name = "tests.kernel.garden"
    label = "garden"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tests.kernel.garden import entity  # noqa: F401
