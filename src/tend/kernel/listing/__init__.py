"""Lists of records: filter, order, keyset pages, counts, neighbours; constant queries whatever the length."""

from tend.kernel.listing.keys import sort_keys
from tend.kernel.listing.listing import LIMIT, MOST, Listing, Neighbours, Page
from tend.kernel.listing.totals import COUNTED, Count, Totals, counts_of

__all__ = [
    "COUNTED", "LIMIT", "MOST", "Count", "Listing", "Neighbours", "Page", "Totals", "counts_of", "sort_keys",
]  # fmt: skip
