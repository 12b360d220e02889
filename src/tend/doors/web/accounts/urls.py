"""The addresses of handmade account pages; everything else of accounts is derived."""

from __future__ import annotations

from django.urls import path

from tend.doors.web.accounts import (
    duplicates,
    merging,  # noqa: F401 - claims what the comparing page says
    page,  # noqa: F401 - claims the account page
    senses,  # noqa: F401 - claims which verbs make no sense now
    who,
)

urlpatterns = [
    path("accounts/duplicates", duplicates.duplicates, name="account-duplicates"),
    path("accounts/<int:pk>/who", who.who_can_see, name="account-who"),
]
