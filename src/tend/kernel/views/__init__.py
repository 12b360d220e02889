"""Saved views of a list: kept under a name, shared with a team or with everybody, pinned by each person for herself."""

from tend.kernel.views.pins import (
    VIEW_PIN,
    Tab,
    ViewPin,
    Way,
    clear_default,
    default_for,
    make_default,
    navigation_of,
    pin,
    pin_to_navigation,
    tabs_for,
    unpin,
    unpin_from_navigation,
)
from tend.kernel.views.saved import VIEW, SavedView, list_of, trash, views_for
from tend.kernel.views.sight import left_out_of, shown_to

__all__ = [
    "VIEW", "VIEW_PIN", "SavedView", "Tab", "ViewPin", "Way", "clear_default", "default_for", "left_out_of", "list_of", "make_default",
    "navigation_of", "pin", "pin_to_navigation", "shown_to", "tabs_for", "trash", "unpin", "unpin_from_navigation", "views_for",
]  # fmt: skip
