"""Search over names, numbers, addresses, telephone numbers and text: one interface over the index of each database."""

from tend.kernel.search.finding import Hit, search
from tend.kernel.search.index import search_index
from tend.kernel.search.matching import narrow
from tend.kernel.search.models import SearchText, search_model
from tend.kernel.search.projection import rebuild, search_projection, searched

__all__ = [
    "Hit",
    "SearchText",
    "narrow",
    "rebuild",
    "search",
    "search_index",
    "search_model",
    "search_projection",
    "searched",
]
