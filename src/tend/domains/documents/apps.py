"""Django's entry for documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tend.domains.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tend.domains.documents import entity, erasing, reactions  # noqa: F401 - declares the record type and what follows
