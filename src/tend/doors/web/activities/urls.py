"""The addresses of handmade pages of activities; everything else of them is derived."""

from __future__ import annotations

from django.urls import path

from tend.doors.web.activities import days, follow_up, naming, page, quick  # noqa: F401 - claim columns and the page

urlpatterns = [
    path("log", quick.log, name="log"),
    path("log/read", quick.read, name="log-read"),
    path("activities/<int:pk>/follow-up", follow_up.follow_up, name="follow-up"),
]
