"""The search of everything: typed words taken apart, hits of every record type with their reasons, pages of them, and the nearest words."""

from tend.kernel.finding.everywhere import Found, Hit, explained, find, search
from tend.kernel.finding.typed import Typed, read

__all__ = ["Found", "Hit", "Typed", "explained", "find", "read", "search"]
