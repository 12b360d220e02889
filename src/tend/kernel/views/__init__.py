"""Saved views of a list: kept under a name, shared with a team or with everybody, pinned by each person for herself."""

from tend.kernel.views.pins import (
    VIEW_PIN,
    Tab,
    ViewPin,
    clear_default,
    default_for,
    make_default,
    pin,
    tabs_for,
    unpin,
)
from tend.kernel.views.saved import VIEW, SavedView, list_of, trash, views_for
from tend.kernel.views.sight import left_out_of, shown_to

__all__ = [
    "VIEW", "VIEW_PIN", "SavedView", "Tab", "ViewPin", "clear_default", "default_for", "left_out_of", "list_of", "make_default",
    "pin", "shown_to", "tabs_for", "trash", "unpin", "views_for",
]  # fmt: skip
