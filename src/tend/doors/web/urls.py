"""The addresses of the pages; each area keeps its own list."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tend.doors.web import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("", include("tend.doors.web.signin.urls")),
]
