"""Every address that Tend answers to, by door."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("tend.doors.web.urls")),
]
