"""The six shipped roles; an administrator copies and changes them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as N_

HANGS = ("contacts", "activities")  # record types that follow the scope of their account


def _lines(**actions: str) -> dict[str, dict[str, str]]:
    return {
        **{line: dict(actions) for line in ("leads", "accounts", *HANGS)},
        "tokens": {"*": "own"},
        "views": {"*": "own"},
    }


SHIPPED: tuple[dict[str, Any], ...] = (
    {"code": "administrator", "name": N_("Administrator"), "scopes": {"*": {"*": "all"}}, "assign_to": "all", "rights": ["*"]},
    {
        "code": "sales-leader", "name": N_("Sales leader"), "assign_to": "team",
        "scopes": _lines(view="team", create="team", edit="team", assign="team", bulk="team", delete="team", export="team", **{"import": "team"}),
        "rights": ["undo_team", "coverage", "share_views"],
    },
    {
        "code": "sales-manager", "name": N_("Sales manager"), "assign_to": "team",
        "scopes": _lines(view="team", create="own", edit="own", bulk="own", export="own", assign="own"),
        "rights": [],
    },
    {"code": "junior", "name": N_("Junior"), "assign_to": "none", "scopes": _lines(view="own", create="own", edit="own"), "rights": []},
    {
        "code": "marketing", "name": N_("Marketing"), "assign_to": "none",
        "scopes": {**_lines(view="all"), "leads": {"view": "all", "import": "all", "create": "all"}},
        "field_rights": {line: {"phone": "hidden", "phones": "hidden"} for line in ("leads", "accounts", "contacts")},
        "rights": ["share_views"],
    },
    {"code": "read-only", "name": N_("Read-only"), "assign_to": "none", "scopes": _lines(view="team"), "rights": []},
)  # fmt: skip
