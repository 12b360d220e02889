"""What the two verbs say in the record's own unit; record types declare them with their own words and rights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from tend.kernel.entity import entity_of
from tend.kernel.errors import NotAllowed, Refused
from tend.kernel.merging.events import merge_asked, part_asked
from tend.kernel.unit import Unit


def ask_to_merge(unit: Unit, loser: Any, into: Any, take: Iterable[str] | None) -> None:
    """Refused for the record itself and for one that is merged already; NotAllowed without the right on both."""
    code = entity_of(type(loser)).code
    if into.pk == loser.pk:
        raise Refused(_("A record is one with itself already."), field="into")
    winner = unit.held(type(loser), into.pk)
    if winner is None:
        raise NotAllowed("merge")
    if winner.trashed_at is not None:
        raise Refused(_("“%(name)s” is in the trash.") % {"name": winner}, field="into")
    unit.announce(merge_asked(code, loser, winner, None if take is None else frozenset(take)))
    unit.say(_("“%(loser)s” is part of “%(winner)s” now.") % {"loser": loser, "winner": winner})


def ask_to_part(unit: Unit, record: Any) -> None:
    """Refused for a record that is not merged."""
    if record.merged_into_id is None:
        raise Refused(_("“%(name)s” is not merged with anything.") % {"name": record})
    unit.announce(part_asked(entity_of(type(record)).code, record))
