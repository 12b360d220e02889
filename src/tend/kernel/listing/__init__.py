"""Lists of records: filter, order, keyset pages, counts, neighbours; constant queries whatever the length."""

from tend.kernel.listing.keys import sort_keys
from tend.kernel.listing.listing import COUNTED, LIMIT, MOST, Count, Listing, Neighbours, Page

__all__ = ["COUNTED", "LIMIT", "MOST", "Count", "Listing", "Neighbours", "Page", "sort_keys"]
