"""The addresses of the pages; each area keeps its own list."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tend.doors.web import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("", include("tend.doors.web.signin.urls")),
    path("", include("tend.doors.web.people.urls")),
    path("", include("tend.doors.web.settings.urls")),
    path("", include("tend.doors.web.undo")),
    path("", include("tend.doors.web.notices")),
    path("", include("tend.doors.web.mentions")),
    path("", include("tend.doors.web.counts")),
    path("", include("tend.doors.web.imports.urls")),
    path("", include("tend.doors.web.palette.urls")),
    path("", include("tend.doors.web.activities.urls")),
    path("", include("tend.doors.web.merging.urls")),
    path("", include("tend.doors.web.accounts.urls")),
    path("", include("tend.doors.web.contacts.urls")),
    path("", include("tend.doors.web.documents.urls")),
    path("", include("tend.doors.web.cadence.urls")),
    path("", include("tend.doors.web.calendar.page")),
    path("", include("tend.doors.web.records.urls")),
]
