"""The six shipped roles; an administrator copies, changes and renames them."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as N_

HANGS = ("contacts", "activities", "documents")  # record types that follow the scope of their account
MERGED = ("leads", "accounts", "contacts")


def _lines(**actions: str) -> dict[str, dict[str, str]]:
    return {
        **{line: dict(actions) for line in ("leads", "accounts", *HANGS)},
        "tokens": {"*": "own"},
        "views": {"*": "own"},
    }


def _merging(scope: str, lines: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The same lines with the right to merge, and part again, what stands in this scope; deleting gives it by itself."""
    return {line: {**actions, "merge": scope} if line in MERGED else actions for line, actions in lines.items()}


SHIPPED: tuple[dict[str, Any], ...] = (
    {"code": "administrator", "name": N_("Administrator"), "scopes": {"*": {"*": "all"}}, "assign_to": "all", "rights": ["*"]},
    {
        "code": "sales-leader", "name": N_("Sales leader"), "assign_to": "team",
        "scopes": _lines(view="team", create="team", edit="team", assign="team", bulk="team", delete="team", export="team", **{"import": "team"}),
        "rights": ["undo_team", "coverage", "share_views"],
    },
    {
        "code": "sales-manager", "name": N_("Sales manager"), "assign_to": "team",
        "scopes": _merging("own", _lines(view="team", create="own", edit="own", bulk="own", export="own", assign="own")),
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


def shown_name(code: str, name: str) -> str:
    """What a role is called for whoever reads it: a shipped name that nobody changed follows the reader's language."""
    return gettext(_NAMES[code]) if code in _NAMES and name in _spellings(code) else name


@cache
def _spellings(code: str) -> frozenset[str]:
    """The shipped name in every language of Tend: a role bears the one of the language in which Tend was set up."""
    found = {_NAMES[code]}
    for language, _label in settings.LANGUAGES:
        with override(language):
            found.add(gettext(_NAMES[code]))
    return frozenset(found)


_NAMES: dict[str, str] = {role["code"]: role["name"] for role in SHIPPED}
