"""Handmade contact pages; their addresses are those of the derived pages whose place they take."""

from __future__ import annotations

from django.urls import URLPattern

from tend.doors.web.contacts import page  # noqa: F401 - claims the contact page

urlpatterns: list[URLPattern] = []
