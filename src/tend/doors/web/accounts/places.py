"""Accounts and leads as places: their columns, views, pickers and the warning about one that is known already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts import queries
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.activities.models import Kind
from tend.domains.contacts import referrals  # noqa: F401 - lends accounts who brought them
from tend.doors.web.accounts import cadence
from tend.doors.web.records import cells
from tend.doors.web.records.places import Place, claims, settle
from tend.doors.web.templatetags.tend import day
from tend.kernel.actor import Actor
from tend.kernel.entity import Field

COLUMNS = (
    "name",
    "address.city",
    "interaction_status",
    "state",
    "cadence",
    "next_contact_on",
    "annual_revenue",
    "owner",
)
STRIP = ("interaction_status", "lifecycle", "category", "status", "state", "relationship_stage", "source", "industry")

ACCOUNTS = settle(
    Place(
        "accounts", ACCOUNT, "accounts", within={"field": "lifecycle", "op": "is_not", "value": "lead"}, columns=COLUMNS
    )
)
LEADS = settle(
    Place(
        "leads", ACCOUNT, "leads", label=gettext_lazy("Leads"), new=gettext_lazy("New lead"), within={"field": "lifecycle", "op": "is", "value": "lead"},
        given={"lifecycle": "lead"}, home="accounts",
        columns=("name", "address.city", "interaction_status", "source", "cadence", "next_contact_on", "created_at", "owner"),
    )
)  # fmt: skip

claims("accounts", "column:cadence")(cadence.COLUMN)  # type: ignore[arg-type]
claims("accounts", "columns")({"cadence": cadence.COLUMN})  # type: ignore[arg-type]
claims("accounts", "options:interaction_status")(cadence.status_options)
claims("accounts", "asks:log-call")(  # type: ignore[arg-type]
    {
        "kind": Field(
            "kind",
            label=gettext_lazy("Kind"),
            kind="choice",
            choices=tuple(c for c in Kind.choices if c[0] not in ("note", "task")),
        )
    }
)
claims("accounts", "asks:set-interest")(  # type: ignore[arg-type]
    {"strength": Field("strength", label=gettext_lazy("Strength"), kind="choice", choices=(
        ("1", gettext_lazy("1, slight")), ("2", gettext_lazy("2, clear")), ("3", gettext_lazy("3, strong"))))}
)  # fmt: skip


claims("accounts", "asks:set-referrer")(  # type: ignore[arg-type]
    {
        name: replace(ACCOUNT.by_name[field], label=label, name=name, trait="")
        for name, field, label in (
            ("contact", "referred_by_contact", gettext_lazy("A person")),
            ("account", "referred_by_account", gettext_lazy("An account")),
            ("user", "referred_by_user", gettext_lazy("A colleague")),
        )
    }
)


@claims("accounts", "views")
def views(actor: Actor, place: Place) -> list[tuple[str, str]]:
    """The views that everybody has over accounts and leads."""
    return [
        ("owner:me", _("Mine")),
        ("next_contact_on<today", _("Late")),
        ("next_contact_on:today", _("Due today")),
        ("no:next_contact_on", _("No call planned")),
    ]


@claims("accounts", "alike")
def alike(actor: Actor, raw: Mapping[str, Any]) -> list[dict[str, str]]:
    """Accounts in sight that look like the one under way; a hidden one is never named."""
    found = queries.alike(actor, str(raw.get("name", "")))
    return [
        {
            "name": a.name, "url": ACCOUNTS.page(a.pk),
            "note": _("last contact %(day)s") % {"day": day(a.last_contact_at)} if a.last_contact_at else "",
        }
        for a in found
    ]  # fmt: skip


@claims("accounts", "strip")
def strip_value(field: Field, value: Any) -> SafeString:
    """One field of the classification strip: label over value."""
    if value in (None, ""):
        inside = format_html('<span class="strip-value" data-blank><span>{}</span></span>', _("not filled in"))
    else:
        word = cells.plain(field, value)
        mark = (
            format_html(
                '<span class="mark" data-hue="{}" aria-hidden="true">{}</span>',
                value.hue,
                value.mark or value.name[:1].upper(),
            )
            if getattr(value, "hue", "")
            else ""
        )
        inside = format_html('<span class="strip-value" title="{}">{}<span>{}</span></span>', word, mark, word)
    return format_html('<span class="strip-label">{}</span>{}', field.label, inside)
