"""The addresses that other programs subscribe to."""

from __future__ import annotations

from django.urls import path

from tend.doors.feeds import calendar

urlpatterns = [path("calendar/<str:secret>.ics", calendar.calendar, name="calendar-feed")]
