"""The declaration of contacts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tend.domains.contacts import apart, commands, erasing, lookalikes, merging, notes
from tend.domains.contacts.memberships import Memberships
from tend.domains.contacts.models import Contact, ContactCharacteristic, Membership
from tend.domains.contacts.queries import (
    LINE,
    accounts_they_are,
    each_visible_to,
    portfolio_of,
    seen_by_both,
    visible_to,
)
from tend.kernel.entity import Entity, Field, Panel, Projection, register
from tend.kernel.merging.alike import AlikePairs
from tend.kernel.query import Relation, relate
from tend.kernel.search import search_projection
from tend.kernel.traits.characteristics import keep_side_table


def _keep_characteristics(unit: Any, created: list[Contact], changed: list[Contact]) -> None:
    keep_side_table(
        ContactCharacteristic, "contacts.contact", unit, [*(c for c in created if c.characteristics), *changed]
    )


CONTACT = register(
    Entity(
        model=Contact,
        plural="contacts",
        rows=visible_to,
        icon="users",
        lines=(LINE,),
        fields=(
            Field("name", column=True, search="A", edit=False),
            Field("first_name", bulk=False),
            Field("last_name", bulk=False),
            Field("salutation"),
            Field("title", column=True, search="V"),
            Field("department"),
            Field("birthday", bulk=False),
            Field("language"),
            Field("owner", facet=True, bulk=False),
            Field("external_ref", bulk=False),
            Field("created_at", edit=False),
            Field("updated_at", edit=False),
        ),
        panels=(
            Panel(_("Person"), "first_name last_name salutation title department"),
            Panel(_("Reach"), "phone email urls address"),
            Panel(_("More"), "accounts birthday language tags owner"),
        ),
        wears=("addresses", "contact_points", "tags", "remarks", "characteristics", Memberships, apart.PeopleApart),
        create=commands.create_contact,
        edit=commands.edit_contact,
        verbs=(
            commands.join,
            commands.change_place,
            commands.leave,
            commands.trash,
            commands.restore,
            merging.merge,
            merging.unmerge,
            apart.keep_apart,
            notes.write_remark,
            notes.erase_remark,
            erasing.erase,
        ),
        projections=(Projection(_keep_characteristics, frozenset({"characteristics"})), search_projection("name")),
        extra={
            "portfolio": portfolio_of,
            "each": each_visible_to,
            "seen by both": seen_by_both,
            "merging": merging.MERGING,
            "alike": AlikePairs(lookalikes.pairs_of, lookalikes.signs_in_sight),
            "locked_first": accounts_they_are,
        },
    )
)

# `contacts.email` in a filter on accounts: the noun above declares the way for the noun below.
relate(
    "accounts.account",
    Relation("contacts", Contact, near="account", through=Membership, far="record", label=_("Contacts")),
)
