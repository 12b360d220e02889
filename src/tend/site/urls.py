"""Every address that Tend answers to, by door."""

from django.urls import URLPattern, URLResolver, include, path

handler404 = "tend.doors.web.pages.missing"
handler500 = "tend.doors.web.failing.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("tend.doors.api.v1")),
    path("feeds/", include("tend.doors.feeds.urls")),
    path("", include("tend.doors.web.urls")),
]
