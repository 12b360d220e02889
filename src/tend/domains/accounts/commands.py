"""What can be done to an account; each rule once, for one or for a hundred thousand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.base.names import company_key
from tend.base.numbering import format_number
from tend.domains.accounts.books import DisqualifyReason, InteractionStatus
from tend.domains.accounts.choices import Lifecycle
from tend.domains.accounts.events import (
    account_created,
    account_reassigned,
    account_renamed,
    account_rests,
    account_wakes,
    interaction_status_set,
    lifecycle_changed,
    number_entered,
    person_edited,
    responsibles_changed,
)
from tend.domains.accounts.models import Account, Responsible
from tend.kernel.characteristics.asking import refuse_lacking
from tend.kernel.entity import entity_of
from tend.kernel.errors import Refused
from tend.kernel.sight import may_clear
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb
from tend.people.models import Team, User

Values = dict[str, Any]


@verb("accounts.account", needs="create", creates=True, label=gettext_lazy("New account"))
def create_account(unit: Unit, *, values: Values) -> Account:
    """Enter an account or lead. Without a named owner it belongs to whoever enters it.

    Refused without the characteristics that its lifecycle requires.
    Sets off: account_created (a default interaction status, the first call).
    """
    lifecycle = values.get("lifecycle") or Lifecycle.PROSPECT
    scope = unit.actor.scope("leads" if lifecycle == Lifecycle.LEAD else "accounts", "create")
    if scope == "none":
        raise Refused(_("You have no right to enter this kind of account."), field="lifecycle", code="not_allowed")
    owner = values.get("owner")
    if owner is not None and not unit.actor.is_system and owner.pk != unit.actor.user_id:
        _check_reach(unit, owner)
    account: Account = unit.create(
        Account,
        name=_name(values.get("name")),
        owner_id=owner.pk
        if owner is not None
        else (None if "owner" in values and values.get("team") else unit.actor.user_id),
        lifecycle=lifecycle,
        lifecycle_since=unit.today,
        was_lead=lifecycle == Lifecycle.LEAD,
    )
    account.number = format_number(account.pk)
    account.match_name = company_key(account.name)[:200]
    put(unit, entity_of(Account), account, {n: v for n, v in values.items() if n not in ("name", "owner", "lifecycle")})
    refuse_lacking(unit, entity_of(Account), account)
    account.first_source_id = account.source_id
    unit.announce(account_created(account, "interaction_status" in values))
    return account


@verb("accounts.account", needs="edit", label=gettext_lazy("Edit"))
def edit_account(unit: Unit, account: Account, *, values: Values) -> None:
    """Change fields of an account that have no rule of their own. A blank name is refused.

    Sets off: account_renamed (look-alikes are looked for), person_edited (the contact that is the same person follows),
    number_entered.
    """
    was_person = account.is_person
    if "name" in values and _name(values["name"]) != account.name:
        account.name = _name(values["name"])
        account.match_name = company_key(account.name)[:200]
        unit.announce(account_renamed(account))
    put(unit, entity_of(Account), account, {n: v for n, v in values.items() if n != "name"})
    if account.is_person or was_person:
        unit.announce(person_edited(account, frozenset(values)))
    if account.cycle_paused and any(values.get(name) for name in ("phone", "phones")):
        unit.announce(number_entered(account))


@verb("accounts.account", needs="edit", label=gettext_lazy("Set interaction status"))
def set_status(unit: Unit, account: Account, *, to: InteractionStatus | None) -> None:
    """Say how often this account is to be spoken to. The same status again changes nothing.

    Refused when the status does not serve this lifecycle or is retired. Sets off: interaction_status_set.
    """
    if account.interaction_status_id == (to.pk if to else None):
        return
    if to is not None and not to.is_active:
        raise Refused(
            _("“%(status)s” is retired and not offered any more.") % {"status": to.name}, field="interaction_status"
        )
    if to is not None and not to.serves(account.lifecycle):
        raise Refused(
            _("“%(status)s” is not a status for leads.") % {"status": to.name}
            if account.is_lead
            else _("“%(status)s” is a status for leads only.") % {"status": to.name},
            field="interaction_status",
        )
    account.interaction_status = to
    unit.announce(interaction_status_set(account))


@verb("accounts.account", needs="edit", label=gettext_lazy("Restart the cycle"))
def restart_cycle(unit: Unit, account: Account) -> None:
    """Count the interval anew from today. Sets off: interaction_status_set with restart."""
    unit.announce(interaction_status_set(account, restart=True))


@verb("accounts.account", needs="edit", label=gettext_lazy("Set lifecycle"))
def set_lifecycle(unit: Unit, account: Account, *, to: str) -> None:
    """Move an account to another lifecycle. When it began there is kept. Sets off: lifecycle_changed.

    Refused without the characteristics that are required there.
    """
    if account.lifecycle == to:
        return
    before = account.lifecycle
    account.lifecycle = to
    refuse_lacking(unit, entity_of(Account), account)
    account.lifecycle_since = unit.today
    account.disqualified_because = None  # only a lead is
    if to == Lifecycle.LEAD:
        account.was_lead = True
    unit.announce(lifecycle_changed(account, before))


@verb("accounts.account", needs="assign", label=gettext_lazy("Assign"))
def reassign(unit: Unit, account: Account, *, to: User) -> None:
    """Give an account to another owner.

    Refused when the new owner is inactive or out of one's reach. Sets off: account_reassigned
    (open cycle calls move along, done ones stay).
    """
    if account.owner_id == to.pk:
        return
    if not to.is_active:
        raise Refused(_("An inactive user cannot own an account."), field="owner")
    _check_reach(unit, to)
    account.owner = to
    unit.announce(account_reassigned(account))


@verb("accounts.account", needs="view", label=gettext_lazy("Take from the pool"))
def claim(unit: Unit, account: Account) -> None:
    """Take an account without an owner out of the pool of one of your teams. Refused when somebody owns it."""
    if account.owner_id is not None:
        raise Refused(_("Somebody already looks after this account."))
    if account.team_id is not None and account.team_id not in unit.actor.team_ids and not unit.actor.is_system:
        raise Refused(_("This account is in the pool of another team."))
    account.owner_id = unit.actor.user_id
    unit.announce(account_reassigned(account))


@verb("accounts.account", needs="assign", label=gettext_lazy("Put into the pool"))
def release(unit: Unit, account: Account, *, team: Team | None = None) -> None:
    """Take an account from its owner and offer it to a team, by default the one it belongs to.

    Sets off: account_reassigned (its calls show in the team's pool).
    """
    if team is not None:
        account.team = team
    if account.owner_id is not None:
        account.owner = None
        unit.announce(account_reassigned(account))


@verb("accounts.account", needs="assign", reads=("responsibles",), label=gettext_lazy("Add a responsible"))
def add_responsible(unit: Unit, account: Account, *, user: User, role: str = "", is_caller: bool = False) -> None:
    """Let a further person look after an account; one may be flagged as the caller.

    Refused for an inactive user or one out of reach. Sets off: responsibles_changed.
    """
    if not user.is_active:
        raise Refused(_("An inactive user cannot look after an account."), field="user")
    _check_reach(unit, user)
    rows: list[Responsible] = entity_of(Account).traits["responsibles"].rows(unit, account)
    if is_caller:
        for row in rows:
            row.is_caller = row.user_id == user.pk
    known = next((r for r in rows if r.user_id == user.pk), None)
    if known is not None:
        known.role = role or known.role
        known.is_caller = is_caller or known.is_caller
    else:
        entity_of(Account).traits["responsibles"].add(unit, account, user_id=user.pk, role=role, is_caller=is_caller)
    unit.announce(responsibles_changed(account))


@verb("accounts.account", needs="assign", reads=("responsibles",), label=gettext_lazy("Remove a responsible"))
def remove_responsible(unit: Unit, account: Account, *, user: User) -> None:
    """End a further person's care for an account. Sets off: responsibles_changed."""
    trait = entity_of(Account).traits["responsibles"]
    row = next((r for r in trait.rows(unit, account) if r.user_id == user.pk), None)
    if row is None:
        raise Refused(_("%(name)s is not responsible for this account.") % {"name": user.name}, field="user")
    trait.drop(unit, account, row)
    unit.announce(responsibles_changed(account))


@verb("accounts.account", needs="edit", label=gettext_lazy("Pause the cycle"))
def pause(unit: Unit, account: Account, *, until: dt.date | None = None, reason: str = "") -> None:
    """Let the cycle rest until a date or until somebody resumes it. Refused for a date that is not ahead."""
    if until is not None and until <= unit.today:
        raise Refused(_("The pause must end after today."), field="until")
    account.cycle_paused, account.cycle_paused_until = True, until
    unit.announce(account_rests(account, reason or _("paused")))


@verb("accounts.account", needs="edit", label=gettext_lazy("Resume the cycle"))
def resume(unit: Unit, account: Account) -> None:
    """End a pause: the next call is planned. Refused when the cycle does not rest."""
    if not account.cycle_paused:
        raise Refused(_("The cycle of this account is not paused."))
    account.cycle_paused, account.cycle_paused_until = False, None
    unit.announce(account_wakes(account))


@verb("accounts.account", needs="edit", label=gettext_lazy("Archive"))
def archive(unit: Unit, account: Account) -> None:
    """Put an account aside: it stays findable, nothing is planned. Sets off: account_rests."""
    if not account.archived:
        account.archived = True
        unit.announce(account_rests(account, _("archived")))


@verb("accounts.account", needs="edit", label=gettext_lazy("Disqualify"))
def disqualify(unit: Unit, account: Account, *, reason: DisqualifyReason) -> None:
    """Put a lead aside that comes to nothing, and say why; `restore` brings it back. Refused for others. Sets off: account_rests."""
    if not account.is_lead:
        raise Refused(_("Only a lead is disqualified. Archive the account instead."), field="reason", code="not_a_lead")
    if not reason.is_active:
        raise Refused(_("“%(name)s” is retired and not offered any more.") % {"name": reason.name}, field="reason")
    account.disqualified_because = reason
    if not account.archived:
        account.archived = True
        unit.announce(account_rests(account, _("disqualified: %(reason)s") % {"reason": reason.name}))


@verb("accounts.account", needs="delete", label=gettext_lazy("Delete"))
def trash(unit: Unit, account: Account) -> None:
    """Put an account into the trash, where it stays for 30 days. Sets off: account_rests."""
    if account.trashed_at is None:
        account.trashed_at = unit.now
        unit.announce(account_rests(account, _("in the trash")))


@verb("accounts.account", needs="edit", label=gettext_lazy("Restore"), trashed=True)
def restore(unit: Unit, account: Account) -> None:
    """Bring an account back from the archive or the trash. Refused for a merged one: it is parted. Sets off: account_wakes."""
    if account.merged_into_id is not None:
        raise Refused(_("This account is merged with another one. Part the two instead."))
    if account.archived or account.trashed_at is not None:
        account.archived, account.trashed_at, account.disqualified_because = False, None, None
        unit.announce(account_wakes(account))


@verb("accounts.account", needs="edit", label=gettext_lazy("Set not to be contacted"))
def set_do_not_contact(unit: Unit, account: Account, *, to: bool) -> None:
    """Obey a customer's wish not to be contacted, or lift it. Sets off: account_rests or account_wakes."""
    if account.do_not_contact == to:
        return
    account.do_not_contact = to
    unit.announce(account_rests(account, _("asked not to be contacted")) if to else account_wakes(account))


@verb("accounts.account", needs="edit", label=gettext_lazy("Set parent"))
def set_parent(unit: Unit, account: Account, *, to: Account | None) -> None:
    """Hang an account under another. A circle is refused, and names nobody."""
    if to is not None and to.pk == account.pk:
        raise Refused(_("An account cannot be part of itself."), field="parent", code="circle")
    if to is None and account.parent_id is not None and not may_clear(unit, Account, account.parent_id):
        return
    account.parent = to


@verb("accounts.account", needs="edit", label=gettext_lazy("Set team"))
def set_team(unit: Unit, account: Account, *, to: Team | None) -> None:
    """Put an account into the pool of a team; its owner stays."""
    account.team = to


def _name(name: str | None) -> str:
    if not name or not name.strip():
        raise Refused(_("A name is required."), field="name", code="required")
    return name.strip()


def _check_reach(unit: Unit, to: User) -> None:
    """Whom one may give an account to: oneself, one's team, or all; the refusal does not say who exists."""
    actor, reach = unit.actor, unit.actor.grants.assign_to
    if actor.is_system or reach == "all":
        return
    allowed = to.pk in actor.team_users if reach == "team" else reach == "self" and to.pk == actor.user_id
    if not allowed:
        raise Refused(
            _("You may not assign accounts to %(name)s.") % {"name": to.name}, field="owner", code="not_allowed"
        )
