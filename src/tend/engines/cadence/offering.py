"""What the cycle offers in a sentence after a write: to resume when there is a number again, less often after a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tend.domains.accounts.events import number_entered
from tend.domains.accounts.models import Account, InteractionStatus
from tend.domains.activities.events import talk_logged
from tend.domains.activities.models import Activity
from tend.domains.contacts.events import contact_edited
from tend.domains.contacts.models import Membership
from tend.engines.cadence import sentences
from tend.engines.cadence.desk import statuses
from tend.engines.cadence.overdue import days_of
from tend.kernel.actor import Actor
from tend.kernel.entity import entity_of
from tend.kernel.events import reacts_to
from tend.kernel.prepared import reaches
from tend.kernel.unit import Unit

NUMBERS = {"phone", "phones"}
DECLINED = "declined"  # the code of the shipped outcome


@dataclass(frozen=True)
class Offer:
    """A verb of an account that makes sense next, with its options."""

    verb: str
    label: str
    options: Mapping[str, Any] = field(default_factory=dict)


def offers_about(actor: Actor, account: Account) -> list[Offer]:
    """What would let the cycle of an account go on; nothing while it does, or where the reader may not know that it rests."""
    rests = (
        ("do_not_contact", Offer("set-do-not-contact", _("May be contacted again"), {"to": False})),
        ("archived", Offer("restore", _("Restore"))),
        ("cycle_paused", Offer("resume", _("Resume the cycle"))),
    )
    for name, offer in rests:
        if account.trashed_at is None and getattr(account, name):
            return [offer] if entity_of(Account).right(actor, name) != "hidden" else []
    return []


def offers_after(actor: Actor, account: Account, talk: Activity) -> list[Offer]:
    """Whoever has just declined may be called less often, or not for a while."""
    outcome = talk.outcome
    if outcome is None or outcome.code != DECLINED or account.do_not_contact or account.cycle_paused:
        return []
    known = {s.pk: s for s in InteractionStatus.objects.seen_by(actor)}
    if entity_of(Account).right(actor, "interaction_status") == "hidden":
        known = {}
    least = _next_calmer(known, account)
    calmer = [Offer("set-status", sentences.rhythm(least), {"to": least})] if least is not None else []
    return [*calmer, Offer("pause", _("Pause the cycle"))]


def may_take(actor: Actor, account: Account, offer: Offer) -> bool:
    """May this person do what is offered?"""
    verb = entity_of(Account).verb_by_name[offer.verb]
    return bool(reaches(actor, Account, verb.action(actor))(account.pk))


@reacts_to(number_entered, order=80)
def offer_to_resume(unit: Unit, events: list[number_entered]) -> None:
    """A number that is entered while the cycle is paused without a date may be the one that was looked for."""
    if not unit.quiet and any(_waits(e.account) for e in events):
        _say_resume(unit)


@reacts_to(contact_edited, order=80)
def offer_to_resume_for_a_person(unit: Unit, events: list[contact_edited]) -> None:
    """The same for the number of somebody who works at an account that the writer sees."""
    people = [e.contact.pk for e in events if e.names & NUMBERS]
    if unit.quiet or not people:
        return
    works = Membership.objects.of(people).filter(until=None).values("account_id")
    seen = Account.objects.seen_by(unit.actor).filter(pk__in=works, cycle_paused=True, cycle_paused_until=None)
    if seen.filter(do_not_contact=False, archived=False).exists():
        _say_resume(unit)


@reacts_to(talk_logged, order=80)
def offer_less_often(unit: Unit, events: list[talk_logged]) -> None:
    """Whoever declined may be called less often: the next calmer status is named, and the pause."""
    if unit.quiet:
        return
    for event in events:
        if event.outcome is None or event.outcome.code != DECLINED or event.new_status is not None:
            continue
        least = _next_calmer(statuses(unit), event.account)
        if least is not None:
            unit.say(_("Declined: %(status)s would be calmer, or a pause.") % {"status": sentences.rhythm(least)})


def _waits(account: Account) -> bool:
    rests = account.archived or account.do_not_contact or account.trashed_at is not None
    return account.cycle_paused and account.cycle_paused_until is None and not rests


def _say_resume(unit: Unit) -> None:
    unit.say(_("The cycle is paused, and there is a number now: resume it, and the next call is planned."))


def _next_calmer(known: Mapping[int, InteractionStatus], account: Account) -> InteractionStatus | None:
    """The next calmer status that an account may have."""
    status = known.get(account.interaction_status_id or 0)
    return min((s for s in known.values() if _is_calmer(s, status, account)), key=lambda s: days_of(s, 1), default=None)


def _is_calmer(status: InteractionStatus, than: InteractionStatus | None, account: Account) -> bool:
    if than is None or not than.plans_calls or not status.plans_calls or not status.is_active:
        return False
    offered = status.trashed_at is None and status.serves(account.lifecycle)
    return offered and days_of(status, 1) > days_of(than, 1)
