"""Search over names, numbers, addresses, telephone numbers and text: one interface over the index of each database.

What is typed into the search of everything is taken apart a floor above, in `kernel/finding`.
"""

from tend.kernel.search.index import search_index
from tend.kernel.search.matching import narrow
from tend.kernel.search.models import SearchText, search_model
from tend.kernel.search.projection import rebuild, renew, search_projection, searched

__all__ = [
    "SearchText",
    "narrow",
    "rebuild",
    "renew",
    "search_index",
    "search_model",
    "search_projection",
    "searched",
]
