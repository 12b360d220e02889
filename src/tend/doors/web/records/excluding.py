"""A list without any rows says why: which one condition keeps most of them out, and how many there would be without it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tend.doors.web.records import filters
from tend.doors.web.records.doing import counted
from tend.doors.web.records.places import Place
from tend.doors.web.records.state import State, listing
from tend.doors.web.templatetags import tend as words
from tend.kernel.actor import Actor
from tend.kernel.query.tree import All, Node

MOST = 12  # conditions that are tried one by one; a longer filter is only offered to be dropped


def excluding(place: Place, actor: Actor, state: State, node: Node) -> dict[str, Any]:
    """The sentence for an empty list, and the address of the list without that condition (blank when no single one does it).

    Each condition costs one count, which stops where counts of lists do; the scope is the reader's as everywhere.
    """
    parts, chips = filters.parts(node), filters.chips(place, actor, state, node)
    best, guilty = None, None
    for at, chip in enumerate(chips[:MOST] if len(chips) > 1 else ()):
        if at < len(parts):
            rest = All((*parts[:at], *parts[at + 1 :]))
            count = listing(place, actor, replace(state, cursor=""), node=rest).count()
        else:  # the last chip is the words that are searched for
            count = listing(place, actor, replace(state, cursor="", q=""), node=node).count()
        if count.number and (best is None or count.number > best.number):
            best, guilty = count, chip
    if best is None or guilty is None:
        return {"text": _("Take a condition away, or show everything."), "url": "", "label": ""}
    said = {"condition": f"{guilty['words']} {guilty['value']}", "counted": _counted(place, best)}
    return {
        "text": _("Without “%(condition)s” there would be %(counted)s.") % said,
        "url": guilty["remove_url"],
        "label": _("Take this condition away"),
    }


def _counted(place: Place, count: Any) -> str:
    return _("more than %(n)s") % {"n": words.number(count.number)} if count.is_more else counted(place, count.number)
