"""The addresses of comparing, merging and parting: for every record type that merges."""

from __future__ import annotations

from django.urls import path

from tend.doors.web.merging import comparing, parting
from tend.doors.web.records import urls as records  # noqa: F401 - knows what a place is

urlpatterns = [
    path("<place:word>/compare", comparing.compare, name="compare"),
    path("<place:word>/<int:pk>/part", parting.part, name="part"),
]
