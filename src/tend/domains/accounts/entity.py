"""The declaration of accounts and of their books."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tend.domains.accounts import commands, lookalikes, merging, notes, ties
from tend.domains.accounts.books import (
    Area,
    Category,
    DisqualifyReason,
    Industry,
    InteractionStatus,
    RelationKind,
    RelationshipStage,
    Source,
    State,
    Status,
)
from tend.domains.accounts.choices import ACCOUNTS, LEADS
from tend.domains.accounts.models import Account, AccountCharacteristic
from tend.domains.accounts.portfolio import ACCESS, WATCHED, keep_portfolio, portfolio_of
from tend.domains.accounts.queries import each_visible_to, visible_to
from tend.domains.accounts.reactions import refuse_circles
from tend.domains.accounts.relations import Aparts, Interests, Relations
from tend.domains.accounts.responsibles import Responsibles
from tend.domains.accounts.statuses import check_interaction_status
from tend.kernel.books import declare_book
from tend.kernel.entity import Entity, Field, Panel, Projection, register
from tend.kernel.merging.alike import AlikePairs
from tend.kernel.search import search_projection
from tend.kernel.traits.characteristics import keep_side_table


def _keep_characteristics(unit: Any, created: list[Account], changed: list[Account]) -> None:
    keep_side_table(
        AccountCharacteristic, "accounts.account", unit, [*(a for a in created if a.characteristics), *changed]
    )


ACCOUNT = register(
    Entity(
        model=Account,
        plural="accounts",
        rows=visible_to,
        icon="building-store",
        lines=(LEADS, ACCOUNTS),
        fields=(
            Field("name", column=True, search="A", bulk=False, required=True),
            Field("legal_name", search="A", bulk=False),
            Field("number", search="B", edit=False),
            Field("is_person", bulk=False),
            Field("lifecycle", facet=True, inline=True, verb="set-lifecycle"),
            Field("interaction_status", column=True, facet=True, inline=True, verb="set-status"),
            Field("category", facet=True, inline=True),
            Field("status", column=True, facet=True, inline=True),
            Field("state", column=True, facet=True, inline=True),
            Field("relationship_stage", facet=True, inline=True),
            Field("source", facet=True, inline=True),
            Field("industry", facet=True, inline=True),
            Field("next_contact_on", column=True, facet=True, edit=False),
            Field("last_contact_at", edit=False),
            Field("owner", column=True, facet=True, verb="reassign"),
            Field("team", facet=True, verb="set-team"),
            Field("parent", verb="set-parent", bulk=False),
            Field("website", kind="url", bulk=False, search="B"),
            Field("employees", bulk=False),
            Field("annual_revenue", kind="money", bulk=False),
            Field("language"),
            Field("description", bulk=False, sort=False),
            Field("do_not_contact", verb="set-do-not-contact"),
            Field("archived", edit=False, facet=True),
            Field("disqualified_because", edit=False, facet=True),
            Field("unreachable", edit=False, label=_("Unreachable")),
            Field("cycle_paused", edit=False, label=_("Paused")),
            Field("rescue_offered_on", edit=False, label=_("Offered to the pool")),
            Field("lifecycle_since", edit=False),
            Field("source_system", bulk=False),
            Field("external_ref", bulk=False),
            Field("created_at", edit=False),
            Field("updated_at", edit=False),
        ),
        panels=(
            Panel(_("Identity"), "name legal_name is_person website language"),
            Panel(_("Classification"), "lifecycle interaction_status category status state relationship_stage source industry tags"),
            Panel(_("Reach"), "phone email urls address"),
            Panel(_("Care"), "owner team parent do_not_contact"),
            Panel(_("Size"), "employees annual_revenue description"),
        ),
        wears=("addresses", "contact_points", "tags", "remarks", "characteristics", Responsibles, Relations, Interests, Aparts),
        create=commands.create_account,
        edit=commands.edit_account,
        verbs=(
            commands.set_status, commands.restart_cycle, commands.set_lifecycle, commands.reassign, commands.claim, commands.release,
            commands.add_responsible, commands.remove_responsible, commands.pause, commands.resume, commands.archive, commands.disqualify,
            commands.trash, commands.restore, commands.set_do_not_contact, commands.set_parent, commands.set_team,
            ties.relate, ties.unrelate, ties.set_interest, ties.drop_interest, ties.keep_apart, merging.merge, merging.unmerge,
            notes.write_remark, notes.erase_remark, notes.add_tags, notes.remove_tags,
        ),
        projections=(
            Projection(refuse_circles, frozenset({"parent_id"})),
            Projection(keep_portfolio, WATCHED),
            Projection(_keep_characteristics, frozenset({"characteristics"})),
            search_projection("name", "legal_name", "number", "website"),
        ),
        extra={"tree": "parent", "portfolio": portfolio_of, "access": ACCESS, "each": each_visible_to, "merging": merging.MERGING, "alike": AlikePairs(lookalikes.pairs_of, lookalikes.signs_in_sight), "required_by": "lifecycle"},
    )
)  # fmt: skip

CATEGORY = declare_book(Category, "categories")
SOURCE = declare_book(Source, "sources")
STATUS = declare_book(Status, "statuses")
STATE = declare_book(State, "states")
STAGE = declare_book(RelationshipStage, "relationship-stages")
INDUSTRY = declare_book(Industry, "industries")
DISQUALIFY_REASON = declare_book(DisqualifyReason, "disqualify-reasons")
RELATION_KIND = declare_book(RelationKind, "relation-kinds", "inverse_name")
AREA = declare_book(Area, "areas", "parent")
INTERACTION_STATUS = declare_book(
    InteractionStatus,
    "interaction-statuses",
    "for_leads for_accounts plans_calls interval interval_kind activity_kind retry_days max_attempts weight escalate_after "
    "rescue_after becomes default_for counts",
    check=check_interaction_status,
)
