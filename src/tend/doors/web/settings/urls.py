"""Addresses of the settings."""

from django.urls import path

from tend.doors.web.settings import index, organisation

urlpatterns = [
    path("settings", index.index, name="settings"),
    path("settings/organisation", organisation.organisation, name="settings-organisation"),
]
