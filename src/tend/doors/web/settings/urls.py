"""Addresses of the settings."""

from django.urls import path

from tend.doors.web.settings import books, index, organisation


def book_pages(start: str, **fixed: str) -> list[object]:
    """The pages of a book under an address."""
    name = fixed.get("plural", "book")
    return [
        path(start, books.book, fixed, name=f"settings-{name}"),
        path(f"{start}/new", books.new_value, fixed, name=f"settings-{name}-new"),
        path(f"{start}/<int:pk>", books.value, fixed, name=f"settings-{name}-value"),
        path(f"{start}/<int:pk>/move", books.move, fixed, name=f"settings-{name}-move"),
        path(f"{start}/<int:pk>/retire", books.retire, fixed, name=f"settings-{name}-retire"),
        path(f"{start}/<int:pk>/delete", books.delete, fixed, name=f"settings-{name}-delete"),
    ]


urlpatterns = [
    path("settings", index.index, name="settings"),
    path("settings/organisation", organisation.organisation, name="settings-organisation"),
    *book_pages("settings/interaction-statuses", plural="interaction-statuses"),
    *book_pages("settings/tags", plural="tags"),
    *book_pages("settings/books/<str:plural>"),
]
