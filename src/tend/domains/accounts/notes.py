"""Verbs for remarks and tags of an account, for one or for many at once."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.models import Account
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.traits.tags import Tag
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb


@verb("accounts.account", reads=("remarks",), label=gettext_lazy("Write a remark"))
def write_remark(unit: Unit, account: Account, *, text: str, purpose: str = "") -> Any:
    """Add a remark. A line that is just key=value is data from then on; one whose key names a book, such as
    stage=mature, sets that field instead. A blank remark is refused, and a value that the book does not have.
    """
    if not text.strip():
        raise Refused(_("Write something first."), field="text", code="required")
    return entity_of(Account).traits["remarks"].write_down(unit, account, text.strip(), purpose[:80])  # type: ignore[attr-defined]


@verb("accounts.account", reads=("remarks",), label=gettext_lazy("Erase a remark"))
def erase_remark(unit: Unit, account: Account, *, remark: int) -> None:
    """Take a remark away; its keys fall back to what an earlier remark said. Refused when it is gone already."""
    trait = entity_of(Account).traits["remarks"]
    row = next((r for r in trait.rows(unit, account) if r.pk == remark), None)
    if row is None:
        raise Refused(_("This remark is gone already."), field="remark")
    trait.erase(unit, account, row)  # type: ignore[attr-defined]


@verb("accounts.account", reads=("tags",), label=gettext_lazy("Tag"))
def add_tags(unit: Unit, account: Account, *, tags: list[Tag]) -> None:
    """Attach tags; those that are there already stay. Refused for a retired tag."""
    trait = entity_of(Account).traits["tags"]
    known = {row.tag_id for row in trait.rows(unit, account)}
    for tag in tags:
        if tag.pk in known:
            continue
        if not tag.is_active:
            raise Refused(_("“%(tag)s” is retired and not offered any more.") % {"tag": tag.name}, field="tags")
        trait.add(unit, account, tag_id=tag.pk)


@verb("accounts.account", reads=("tags",), label=gettext_lazy("Take tags away"))
def remove_tags(unit: Unit, account: Account, *, tags: list[Tag]) -> None:
    """Take tags away from an account; those that are not there do not matter."""
    trait = entity_of(Account).traits["tags"]
    gone = {tag.pk for tag in tags}
    for row in list(trait.rows(unit, account)):
        if row.tag_id in gone:
            trait.drop(unit, account, row)
