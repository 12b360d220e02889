"""Accounts and leads as places: their columns, views, pickers and the warning about one that is known already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.entity import ACCOUNT, INTERACTION_STATUS
from tend.domains.accounts.lookalikes import look_alikes, signs_in_sight, signs_said
from tend.domains.accounts.ties import keep_apart
from tend.domains.contacts import referrals  # noqa: F401 - lends accounts who brought them
from tend.doors.web.accounts import cadence
from tend.doors.web.records import cells
from tend.doors.web.records.places import Place, claims, settle
from tend.doors.web.templatetags.tend import day
from tend.kernel.actor import Actor
from tend.kernel.characteristics.asking import lacking_any
from tend.kernel.entity import Field
from tend.kernel.listing import Listing
from tend.kernel.organisation import organisation
from tend.kernel.query import to_text
from tend.kernel.reading import Reader

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
    dict.fromkeys(
        ("kind", "direction", "contacts", "parent")
    )  # the outcome says the kind; the line above the timeline the rest
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
        *(
            [(to_text(ACCOUNT, lacks, actor), _("Lacks what is required"))]
            if (lacks := lacking_any(ACCOUNT, actor))
            else []
        ),
    ]


@claims("accounts", "board:interaction_status")
def statuses_of_accounts(actor: Actor) -> set[int]:
    """The interaction statuses that accounts can have."""
    return _statuses_for(actor, "for_accounts")


@claims("leads", "board:interaction_status")
def statuses_of_leads(actor: Actor) -> set[int]:
    """Those that leads can have."""
    return _statuses_for(actor, "for_leads")


def _statuses_for(actor: Actor, field: str) -> set[int]:
    return set(Listing(INTERACTION_STATUS, actor, filter={"field": field, "op": "is", "value": True}).ids())


@claims("accounts", "alike")
def alike(actor: Actor, raw: Mapping[str, Any], record: Any = None) -> list[dict[str, Any]]:
    """Accounts in sight that look like the one under way; a hidden one is never named. An old one is asked when renamed."""
    if record is not None and str(raw.get("name") or record.name) == record.name:
        return []
    said = {**({} if record is None else Reader(ACCOUNT, actor, ["phones", "emails", "website"]).one(record)), **raw}
    signs = signs_said(
        str(said.get("name") or ""), _values(said, "phone", "phones"), _values(said, "email", "emails"),
        str(said.get("website") or ""), organisation().country_code,
    )  # fmt: skip
    return [
        {
            "pk": a.account.pk, "name": a.account.name, "url": ACCOUNTS.page(a.account.pk),
            "note": ", ".join(filter(None, [in_words(a.signs, actor), _("last contact %(day)s") % {"day": day(a.account.last_contact_at)} if a.account.last_contact_at else ""])),
        }
        for a in look_alikes(actor, signs, but=record.pk if record is not None else None)
    ]  # fmt: skip


@claims("accounts", "told apart")
def told_apart(actor: Actor, record: Any, others: list[dict[str, Any]]) -> None:
    """Who was asked and said "It is another one" need not be asked again."""
    for other in others:
        keep_apart(actor, record.pk, other=ACCOUNT.model.objects.seen_by(actor).get(pk=other["pk"]))  # type: ignore[attr-defined]


def _values(said: Mapping[str, Any], one: str, many: str) -> list[str]:
    listed = [v.get("value", "") if isinstance(v, Mapping) else str(v) for v in said.get(many) or ()]
    return [str(v) for v in (said.get(one), *listed) if v]


def in_words(signs: Iterable[str], actor: Actor) -> str:
    """By what two accounts look alike, as far as the reader may see it."""
    words = {
        "name": _("same name"),
        "phone": _("same phone"),
        "email": _("same e-mail"),
        "domain": _("same web domain"),
    }
    return ", ".join(words[s] for s in signs if s in signs_in_sight(actor))


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
