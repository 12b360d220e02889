"""Verbs for what ties an account to others and to areas of interest."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.books import Area, RelationKind
from tend.domains.accounts.models import Account, Interest, Relation
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb


@verb("accounts.account", reads=("relations",), label=gettext_lazy("Relate to an account"))
def relate(
    unit: Unit, account: Account, *, to: Account, kind: RelationKind, reason: str = "",
    since: dt.date | None = None, until: dt.date | None = None,
) -> Relation:  # fmt: skip
    """Say how an account relates to another; it stands on both pages. The same relation again is brought up to date.

    Refused for the account itself, a retired kind, or an end before the beginning.
    """
    if to.pk == account.pk:
        raise Refused(_("An account cannot relate to itself."), field="to")
    if not kind.is_active:
        raise Refused(_("“%(kind)s” is retired and not offered any more.") % {"kind": kind.name}, field="kind")
    if since is not None and until is not None and until < since:
        raise Refused(_("The end lies before the beginning."), field="until")
    trait = entity_of(Account).traits["relations"]
    known: Relation | None = next(
        (r for r in trait.rows(unit, account) if r.to_id == to.pk and r.kind_id == kind.pk), None
    )
    if known is None:
        made: Relation = trait.add(
            unit, account, to_id=to.pk, kind_id=kind.pk, reason=reason[:200], since=since, until=until
        )
        return made
    known.reason, known.since, known.until = reason[:200], since, until
    return known


@verb("accounts.account", reads=("relations",), label=gettext_lazy("End a relation"))
def unrelate(unit: Unit, account: Account, *, to: Account, kind: RelationKind) -> None:
    """Take a relation away from both pages. Refused when there is none of that kind."""
    trait = entity_of(Account).traits["relations"]
    row = next((r for r in trait.rows(unit, account) if r.to_id == to.pk and r.kind_id == kind.pk), None)
    if row is None:
        raise Refused(_("There is no such relation."), field="to")
    trait.drop(unit, account, row)


@verb("accounts.account", reads=("interests",), label=gettext_lazy("Set an interest"))
def set_interest(
    unit: Unit, account: Account, *, area: Area, is_disinterest: bool = False, strength: int = 2, note: str = ""
) -> Interest:
    """Note what an account is interested in, or expressly not; one entry an area. Strength is 1 to 3.

    Refused for another strength or a retired area that is not yet on the account.
    """
    if not 1 <= strength <= 3:
        raise Refused(_("The strength is 1, 2 or 3."), field="strength")
    trait = entity_of(Account).traits["interests"]
    known: Interest | None = next((r for r in trait.rows(unit, account) if r.area_id == area.pk), None)
    if known is None:
        if not area.is_active:
            raise Refused(_("“%(area)s” is retired and not offered any more.") % {"area": area.name}, field="area")
        made: Interest = trait.add(
            unit, account, area_id=area.pk, is_disinterest=is_disinterest, strength=strength, note=note[:200]
        )
        return made
    known.is_disinterest, known.strength, known.note = is_disinterest, strength, note[:200]
    return known


@verb("accounts.account", reads=("interests",), label=gettext_lazy("Drop an interest"))
def drop_interest(unit: Unit, account: Account, *, area: Area) -> None:
    """Forget what an account thinks of an area. Refused when nothing is noted."""
    trait = entity_of(Account).traits["interests"]
    row = next((r for r in trait.rows(unit, account) if r.area_id == area.pk), None)
    if row is None:
        raise Refused(_("Nothing is noted about “%(area)s”.") % {"area": area.name}, field="area")
    trait.drop(unit, account, row)


@verb("accounts.account", reads=("apart",), label=gettext_lazy("Not a duplicate"))
def keep_apart(unit: Unit, account: Account, *, other: Account) -> None:
    """Say that an account is not the same as another that looks like it; nobody is asked about the two again."""
    if other.pk == account.pk:
        raise Refused(_("An account is the same as itself."), field="other")
    trait = entity_of(Account).traits["apart"]
    if not any(row.other_id == other.pk for row in trait.rows(unit, account)):
        trait.add(unit, account, other_id=other.pk)
