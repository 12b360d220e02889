"""Handmade contact pages; their addresses are those of the derived pages whose place they take."""

from __future__ import annotations

from django.urls import URLPattern, path

from tend.doors.web.contacts import cards, duplicates, erasing, page  # noqa: F401 - claims the contact page

urlpatterns: list[URLPattern] = [
    path(f"{word}/<int:pk>/card.vcf", cards.card, {"word": word}, name=f"card-of-{word}")
    for word in ("contacts", "accounts", "leads")
] + [
    path("contacts/duplicates", duplicates.duplicates, name="contact-duplicates"),
    path("contacts/<int:pk>/do/erase", erasing.ask, name="erase-contact"),
    path("contacts/<int:pk>/own-data.zip", erasing.own_data, name="own-data-of-contact"),
]
