"""The one place that asks for the time; doors and jobs call it, rules get the time handed in."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> dt.datetime:
    """The present instant, in UTC."""
    return timezone.now()


def day_in(instant: dt.datetime, zone: str) -> dt.date:
    """The calendar day of an instant in a named time zone."""
    return instant.astimezone(ZoneInfo(zone)).date()
