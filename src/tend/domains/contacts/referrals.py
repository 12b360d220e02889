"""Who brought an account: a colleague, another account or a person, one of the three; a trait that contacts lend to accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.domains.contacts.models import Contact, Referral
from tend.kernel.actor import Actor
from tend.kernel.entity import Field
from tend.kernel.errors import Refused
from tend.kernel.prepared import of_actor
from tend.kernel.sight import may_clear
from tend.kernel.traits import Through, Trait
from tend.kernel.unit import Unit
from tend.kernel.verbs import verb
from tend.people.models import User

COLUMNS = {
    "referred_by_user": "by_user_id",
    "referred_by_account": "by_account_id",
    "referred_by_contact": "by_contact_id",
}
MODELS = {"by_user_id": User, "by_account_id": Account, "by_contact_id": Contact}
MOST = 50


class Referrals(Trait):
    name = "referral"
    title = gettext_lazy("Referred by")
    base = Referral

    def fields(self) -> tuple[Field, ...]:
        return (
            Field("referred_by_user", label=gettext_lazy("Referred by a colleague"), kind="link", to=User, sort=False, bulk=False),
            Field("referred_by_account", label=gettext_lazy("Referred by an account"), kind="link", to=Account, sort=False, bulk=False),
            Field("referred_by_contact", label=gettext_lazy("Referred by a person"), kind="link", to=Contact, sort=False, bulk=False),
        )  # fmt: skip

    def through(self, name: str) -> Through | None:
        return Through(Referral, COLUMNS[name]) if name in COLUMNS else None

    def cell(self, name: str) -> Through | None:
        return self.through(name)

    def write(self, unit: Unit, record: Any, name: str, value: Any) -> None:
        """Name the one who brought the account; whoever was named before is not any more."""
        rows = self.rows(unit, record)
        known = rows[0] if rows else None
        column = COLUMNS[name]
        if value is None:
            said = getattr(known, column) if known is not None else None
            if said is not None and may_clear(unit, MODELS[column], said):
                self.drop(unit, record, known)
            return
        if column == "by_account_id" and value.pk == record.pk:
            raise Refused(_("An account does not bring itself."), field=name)
        now = {**dict.fromkeys(COLUMNS.values()), column: value.pk}
        if known is None:
            self.add(unit, record, **now)
            return
        for attname, pk in now.items():
            setattr(known, attname, pk)

    def read(self, rows: Sequence[Any], name: str) -> int | None:
        return getattr(rows[0], COLUMNS[name]) if rows else None


ACCOUNT.wear(Referrals)


@verb("accounts.account", reads=("referral",), label=gettext_lazy("Say who brought it"))
def set_referrer(
    unit: Unit, record: Account, *, user: User | None = None, account: Account | None = None, contact: Contact | None = None
) -> None:  # fmt: skip
    """Say who brought an account: a colleague, an account or a person. None of them: nobody is known any more.

    Refused when more than one is named, and for the account itself.
    """
    named = {"referred_by_user": user, "referred_by_account": account, "referred_by_contact": contact}
    given = [name for name, value in named.items() if value is not None]
    if len(given) > 1:
        raise Refused(_("One brought it: name a colleague, an account or a person."), field="contact")
    trait = ACCOUNT.traits["referral"]
    for name in given or list(named):
        trait.write(unit, record, name, named[name])


ACCOUNT.adopt(set_referrer)


def brought_by(actor: Actor, by: Account | Contact) -> list[Account]:
    """The accounts in sight that this account or person brought, by name."""
    if ACCOUNT.right(actor, "referred_by_account" if isinstance(by, Account) else "referred_by_contact") == "hidden":
        return []
    column = "referral__by_account_id" if isinstance(by, Account) else "referral__by_contact_id"

    def ask(pk: int) -> Any:
        rows = Account.objects.seen_by(actor, each=True).filter(**{column: pk}).only("id", "name")
        return rows.order_by("name", "pk")[:MOST]

    return of_actor(actor, ("brought by", column), ask, int)(by.pk)
