"""What a new Tend begins with: roles and books in the organisation's language, made by the verbs that anyone uses.

Applying them again makes nothing new. Values that still bear a shipped name in another language are renamed, so that
a company which chooses its language in the first steps finds its books in that language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as N_

from tend.domains.activities.commands import SHIPPED_OUTCOMES
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entity_by_plural
from tend.kernel.organisation import organisation
from tend.kernel.unit import Unit
from tend.people.roles import SHIPPED as SHIPPED_ROLES

Row = Mapping[str, Any]


def _row(name: str, hue: str, mark: str = "", **more: Any) -> Row:
    return {"name": name, "hue": hue, **({"mark": mark} if mark else {}), **more}


def _status(name: str, mark: str, hue: str, interval: int, weight: int, *, leads: bool = False, **more: Any) -> Row:
    plans = {"plans_calls": True, "interval": interval} if interval else {"plans_calls": False}
    return {
        "name": name, "mark": mark, "hue": hue, "weight": weight, "for_leads": leads, "for_accounts": not leads, **plans, **more,
    }  # fmt: skip


OUTCOME_NAMES = {
    "reached": N_("Reached"),
    "no-answer": N_("No answer"),
    "busy": N_("Busy"),
    "left-a-message": N_("Left a message"),
    "wrong-number": N_("Wrong number"),
    "declined": N_("Declined"),
    "asked-not-to-be-contacted": N_("Asked not to be contacted"),
    "meeting-held": N_("Meeting held"),
    "meeting-not-held": N_("Meeting not held"),
    "email-received": N_("E-mail received"),
    "email-sent": N_("E-mail sent"),
    "email-bounced": N_("E-mail bounced"),
    "message-received": N_("Message received"),
    "message-sent": N_("Message sent"),
    "letter-received": N_("Letter received"),
    "letter-sent": N_("Letter sent"),
}
OUTCOME_MARKS = {
    "left-a-message": "LM", "asked-not-to-be-contacted": "X", "no-answer": "N", "wrong-number": "W", "meeting-held": "MH", "meeting-not-held": "MN",
    "email-received": "ER", "email-sent": "ES", "email-bounced": "EB", "message-received": "MR", "message-sent": "MS", "letter-received": "LR", "letter-sent": "LS",
}  # fmt: skip

# Accounts come before leads: a lead's status names the account status it turns into.
INTERACTION_STATUSES: tuple[Row, ...] = (
    _status(N_("A – key"), "A", "fir", 14, 40),
    _status(N_("B – regular"), "B", "sky", 30, 40, default_for=["prospect", "customer"]),
    _status(N_("C – occasional"), "C", "amber", 90, 20, default_for=["other"]),
    _status(N_("D – dormant"), "D", "stone", 0, 0),
    _status(N_("Hot"), "Ho", "rose", 7, 40, leads=True, becomes="A – key"),
    _status(N_("Warm"), "Wa", "clay", 21, 40, leads=True, becomes="B – regular", default_for=["lead"]),
    _status(N_("Cold"), "Co", "teal", 60, 20, leads=True, becomes="C – occasional"),
    _status(N_("Hopeless"), "Hl", "stone", 0, 0, leads=True, becomes="D – dormant"),
)

BOOKS: Mapping[str, tuple[Row, ...]] = {
    "statuses": (_row(N_("Open"), "fir"), _row(N_("Follow-up"), "amber"), _row(N_("Closed"), "stone")),
    "states": (_row(N_("Hot"), "rose"), _row(N_("Warm"), "amber"), _row(N_("Cold"), "sky")),
    "relationship-stages": (
        _row(N_("Growing"), "fir", advice=N_("Find further contacts and further needs.")),
        _row(N_("Mature"), "teal", advice=N_("Keep the rhythm; ask for referrals.")),
        _row(N_("Declining"), "amber", advice=N_("Find out what changed, and who decides now.")),
        _row(N_("Closed"), "stone", mark="X", advice=N_("Call only with a new reason.")),
    ),
    "categories": (
        _row(N_("Corporate"), "iris"), _row(N_("Premium"), "plum"), _row(N_("Basic"), "stone"),
    ),
    "sources": (
        _row(N_("Website"), "sky"), _row(N_("Reference"), "fir"), _row(N_("Advertisement"), "amber"),
        _row(N_("Online advertisement"), "amber", mark="OA"), _row(N_("E-mail campaign"), "teal"),
        _row(N_("Social media"), "iris", mark="SM"), _row(N_("Purchased list"), "stone"), _row(N_("Trade fair"), "clay"),
        _row(N_("Incoming call"), "moss"),
    ),
    "industries": (
        _row(N_("Hospitality"), "amber"), _row(N_("Retail"), "sky"), _row(N_("Wholesale"), "teal"),
        _row(N_("Manufacturing"), "clay"), _row(N_("Construction"), "moss"), _row(N_("Software"), "iris"),
        _row(N_("Finance and insurance"), "plum"), _row(N_("Health"), "rose"), _row(N_("Education"), "fir"),
        _row(N_("Transport and logistics"), "stone", mark="TL"), _row(N_("Food and drink"), "moss", mark="FD"),
        _row(N_("Professional services"), "sky", mark="PS"), _row(N_("Public sector"), "stone", mark="PU"),
    ),
    "disqualify-reasons": (
        _row(N_("No need"), "stone"), _row(N_("No budget"), "amber"), _row(N_("Chose somebody else"), "rose"),
        _row(N_("Cannot be reached"), "sky"), _row(N_("Not our customer"), "clay", mark="NC"),
    ),
    "relation-kinds": (
        _row(N_("owns"), "fir", inverse_name=N_("is owned by")),
        _row(N_("supplies"), "sky", inverse_name=N_("is supplied by")),
        _row(N_("franchisee of"), "amber", inverse_name=N_("franchiser of")),
        _row(N_("competitor of"), "rose", inverse_name=N_("competitor of")),
        _row(N_("partner of"), "iris", inverse_name=N_("partner of")),
        _row(N_("recommended by"), "moss", inverse_name=N_("recommended")),
    ),
    "document-categories": (
        _row(N_("Contract"), "fir"), _row(N_("Offer"), "sky"), _row(N_("Price list"), "amber"),
        _row(N_("Correspondence"), "iris", mark="CO"), _row(N_("Photo"), "teal"),
    ),
    "outcomes": tuple(
        _row(OUTCOME_NAMES[code], hue, mark=OUTCOME_MARKS.get(code, ""), code=code, kind=str(kind), effect=str(effect))
        for code, kind, effect, hue in SHIPPED_OUTCOMES
    ),
    "interaction-statuses": INTERACTION_STATUSES,
}  # fmt: skip
TRANSLATED = ("name", "advice", "inverse_name")


def apply_presets(actor: Actor, language: str = "") -> int:
    """Make the shipped roles and fill the books that are still empty; how many rows that made or renamed.

    The language is the organisation's unless one is given.
    """
    with override(language or organisation().language):
        done = apply_roles(actor)
        for plural, rows in BOOKS.items():
            entity = entity_by_plural(plural)
            if entity is not None:
                done += _fill(actor, entity, rows)
    return done


def apply_roles(actor: Actor) -> int:
    """Make the six shipped roles that are not there yet; how many that made."""
    entity = entity_by_plural("roles")
    assert entity is not None
    assert entity.create is not None
    known = set(_rows(entity).values_list("code", flat=True))
    lacking = [role for role in SHIPPED_ROLES if role["code"] not in known]
    if lacking:
        with Unit(actor, verb="apply-presets") as unit:
            for role in lacking:
                made = entity.create(
                    unit, values={**{k: v for k, v in role.items() if k != "code"}, "name": gettext(role["name"])}
                )
                made.code = role["code"]
    return len(lacking)


def _fill(actor: Actor, entity: Entity, rows: Iterable[Row]) -> int:
    """Fill an empty book; in one that has values, only translate those whose shipped name nobody changed.

    Outcomes are a book for each kind of activity: a kind that has none yet is filled.
    """
    assert entity.create is not None
    assert entity.edit is not None
    held = {row.name: row for row in _rows(entity)}
    kinds, done = {getattr(value, "kind", None) for value in held.values()}, 0
    with Unit(actor, verb="apply-presets") as unit:
        for position, row in enumerate(rows, 1):
            given = {**row, **{n: gettext(row[n]) for n in TRANSLATED if n in row}}
            if row.get("kind") not in kinds:
                code, becomes = given.pop("code", None), given.pop("becomes", None)
                value = entity.create(unit, values={"position": position, **given})
                if code is not None:
                    value.code = code
                if becomes is not None:
                    value.becomes_id = held[gettext(becomes)].pk
                held[value.name] = value
                done += 1
                continue
            value = next((held[name] for name in _every(row["name"]) if name in held), None)
            if value is not None and value.name != given["name"] and given["name"] not in held:
                unit.hold(value)
                held[given["name"]] = value
                entity.edit(
                    unit,
                    value,
                    values={n: given[n] for n in TRANSLATED if n in row and getattr(value, n) in _every(row[n])},
                )
                done += 1
    return done


@cache
def _every(text: str) -> tuple[str, ...]:
    """A shipped text in every language of Tend."""
    found = [text]
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.append(gettext(text))
    return tuple(dict.fromkeys(found))


def _rows(entity: Entity) -> Any:
    return entity.model.objects.as_system("shipped values are compared with all there are")  # type: ignore[attr-defined]
