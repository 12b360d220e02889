"""The search of everything: typed words taken apart, hits of every record type with their reasons, pages of them, and the nearest words."""

from tend.kernel.finding.everywhere import Found, Hit, explained, find, search
from tend.kernel.finding.nearest import nearest
from tend.kernel.finding.pages import Hits, page_of_hits
from tend.kernel.finding.typed import Typed, meant, read

__all__ = ["Found", "Hit", "Hits", "Typed", "explained", "find", "meant", "nearest", "page_of_hits", "read", "search"]
