"""Django's entry for the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tend.doors.web"
    label = "web"
