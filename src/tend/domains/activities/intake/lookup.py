"""What the words of a chunk's rows mean: accounts, people, users, outcomes; looked up in sets, within sight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tend.base.emails import is_email
from tend.base.names import company_key, normalise
from tend.base.numbering import read_number
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account, AccountPoint
from tend.domains.activities.intake.reading import RowReader, Said
from tend.domains.activities.models import Effect, Kind, Outcome
from tend.domains.contacts.models import Contact, ContactPointOf, Membership
from tend.kernel.actor import Actor
from tend.kernel.errors import Refused
from tend.kernel.imports.cells import read_emails, read_phones
from tend.kernel.imports.plan import Plan
from tend.kernel.traits.contact_points import normalise_point
from tend.kernel.unit import Unit
from tend.people.models import User

WHY = "narrowed to the accounts in sight"
SIGNS = ("email", "phone")
SPOKEN = (Kind.CALL, Kind.MEETING)
NO_OUTCOME = "none"  # the rule that what has no outcome gets none
Key = tuple[str, str]


class Accounts:
    """The accounts that rows mean: by id or number, key of the source system, e-mail or phone (of its people too), name."""

    def __init__(self, unit: Unit, plan: Plan, country: str) -> None:
        self.unit, self.plan, self.country = unit, plan, country
        self.held: dict[int, Account] = {}  # those that may be written about
        self._ids: dict[Key, set[int]] = defaultdict(set)
        self._names: dict[int, str] = {}

    def look_up(self, rows: Sequence[Said], more: Iterable[int] = ()) -> None:
        """Read all that these rows may mean, in a constant number of queries. `more`: accounts of known activities."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for said in rows:
            for what, value in self._asked(said):
                wanted[what].add(value)
        actor = self.unit.actor
        seen = Account.objects.seen_by(actor).filter(merged_into=None)
        found = seen.filter(pk__among=sorted(map(int, wanted["id"]))) if wanted["id"] else ()
        self._know((("id", str(a.pk)), a.pk, a.name) for a in found)
        for what, column in (("number", "number"), ("external_ref", "external_ref"), ("name", "match_name")):
            if not wanted[what]:
                continue
            hits = seen.filter(**{f"{column}__among": sorted(wanted[what])})
            if what == "external_ref" and self.plan.system:
                hits = hits.filter(source_system=self.plan.system)
            self._know(((what, value), pk, name) for pk, name, value in hits.values_list("pk", "name", column))
        for kind in SIGNS:
            if wanted[kind]:
                self._know_by_points(seen, kind, sorted(wanted[kind]))
        ids = sorted({pk for pks in self._ids.values() for pk in pks} | set(more))
        self.held = {a.pk: a for a in self.unit.open(ACCOUNT, ids, "edit")} if ids else {}

    def _know(self, found: Iterable[tuple[Key, int, str]]) -> None:
        for key, pk, name in found:
            self._ids[key].add(pk)
            self._names[pk] = name

    def _know_by_points(self, seen: Any, kind: str, values: list[str]) -> None:
        own = AccountPoint.objects.as_system(WHY).filter(
            kind=kind, normalised__among=values, record__in=seen.values("pk")
        )
        self._know(((kind, v), pk, name) for pk, name, v in own.values_list("record_id", "record__name", "normalised"))
        people = Contact.objects.seen_by(self.unit.actor)
        points = ContactPointOf.objects.as_system(WHY).filter(
            kind=kind, normalised__among=values, record__in=people.values("pk")
        )
        pairs = list(points.values_list("record_id", "normalised"))
        works = Membership.objects.as_system(WHY).filter(
            record_id__in={pk for pk, _v in pairs}, until=None, account__in=seen.values("pk")
        )
        at: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for person, pk, name in works.values_list("record_id", "account_id", "account__name") if pairs else ():
            at[person].append((pk, name))
        self._know(((f"{kind} of a person", v), pk, name) for person, v in pairs for pk, name in at.get(person, ()))

    def _asked(self, said: Said) -> Iterable[Key]:
        """By what a row may find its account, the surest first."""
        whole = said.account.get("account", "")
        by = {name.partition(".")[2]: value for name, value in said.account.items() if value}
        number = by.get("number") or (whole if read_number(whole) is not None else "")
        if by.get("tend_id", "").isdecimal() and len(by["tend_id"]) < 19:
            yield "id", by["tend_id"]
        if number:
            yield "number", number
        for ref in filter(None, (by.get("external_ref"), whole)):
            yield "external_ref", ref[:120]
        mails = [*(read_emails(by["email"]) if by.get("email") else ()), *([whole] if is_email(whole) else ())]
        for mail in mails:
            yield "email", normalise_point("email", mail, "")
        for phone in self._phones(by.get("phone", ""), whole):
            yield "phone", normalise_point("phone", phone, self.country)
        if key := company_key(whole)[:200]:
            yield "name", key

    @staticmethod
    def _phones(own: str, whole: str) -> list[str]:
        if own:
            return read_phones(own)
        digits = sum(map(str.isdigit, whole))
        is_dialled = digits >= 6 and not any(map(str.isalpha, whole))
        return read_phones(whole) if is_dialled else []

    def meant(self, said: Said, reader: RowReader) -> Account:
        """The one account that a row means. Refused for none, for several, and where one may not write."""
        column, value = next(((n, v) for n, v in said.account.items() if v), ("account", ""))
        if not value:
            raise reader.refusal("account", "", _("The row names no account."))
        for key in self._asked(said):
            hits = self._ids.get(key, set())
            if not hits and key[0] in SIGNS:
                hits = self._ids.get((f"{key[0]} of a person", key[1]), set())
            if len(hits) > 1:
                names = ", ".join(sorted(self._names[pk] for pk in hits))
                raise reader.refusal(column, value, _("Several accounts fit this row: %(names)s.") % {"names": names})
            if hits:
                return self._may_write(next(iter(hits)), column, value, reader)
            if key[0] == "id" or (key[0] == "number" and f"account.{key[0]}" in said.account):
                break
        raise reader.refusal(column, value, _("No account of yours is “%(value)s”.") % {"value": value})

    def fits(self, said: Said, account: Account) -> bool:
        """Is this known account the one that the row names? By its own number, key or name, whoever else bears it."""
        own = {("id", str(account.pk)), ("number", account.number), ("name", account.match_name)}
        own.add(("external_ref", account.external_ref))
        return not said.account or any(key in own for key in self._asked(said))

    def _may_write(self, pk: int, column: str, value: str, reader: RowReader) -> Account:
        if pk not in self.held:
            raise reader.refusal(column, value, _("You have no right to write about this account."))
        return self.held[pk]


class People:
    """The people at the accounts of a chunk, by name and e-mail, as far as the reader sees them."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._by: dict[tuple[int, str], set[int]] = defaultdict(set)
        self._contacts: dict[int, Contact] = {}

    def look_up(self, accounts: Iterable[int]) -> None:
        links = Membership.objects.as_system(WHY).filter(account_id__in=list(accounts))
        at = list(links.values_list("account_id", "record_id"))
        self._contacts = Contact.objects.seen_by(self._actor).in_bulk({pk for _account, pk in at}) if at else {}
        mails: dict[int, list[str]] = defaultdict(list)
        for pk, mail in (
            ContactPointOf.objects.of(self._contacts).filter(kind="email").values_list("record_id", "normalised")
        ):
            mails[pk].append(mail)
        for account, pk in at:
            if pk in self._contacts:
                for said in (normalise(self._contacts[pk].name), *mails[pk]):
                    self._by[account, said].add(pk)

    def named(self, account: int, said: str) -> Contact | None:
        """Who of an account is meant; None when nobody, or more than one, bears the name or e-mail."""
        hits = self._by.get(
            (account, normalise_point("email", said, "")) if "@" in said else (account, normalise(said)), set()
        )
        return self._contacts[next(iter(hits))] if len(hits) == 1 else None


class Users:
    """Colleagues by e-mail, name, the part before the @, or a last name that only one has. Those who left as well."""

    def __init__(self, actor: Actor) -> None:
        self._hits: dict[str, set[int]] = defaultdict(set)
        self.all: dict[int, User] = {u.pk: u for u in User.objects.seen_by(actor)}
        for user in self.all.values():
            name = normalise(user.name)
            for said in {user.email.casefold(), name, normalise(user.email.split("@")[0]), (name.split() or [""])[-1]}:
                self._hits[said].add(user.pk)

    def named(self, said: str) -> User | None:
        hits = self._hits.get(said.casefold() if "@" in said else normalise(said), set())
        return self.all[next(iter(hits))] if len(hits) == 1 else None


class Outcomes:
    """The outcomes of the book by name or code, those of the kind of an activity first. Another kind's is refused later."""

    def __init__(self, actor: Actor, rule: str) -> None:
        self._all = list(Outcome.objects.seen_by(actor).order_by("-is_active", "position", "pk"))
        self._rule = rule

    def named(self, said: str, kind: str) -> Outcome | None:
        found = [o for o in self._all if said.casefold() in (o.name.casefold(), o.code)]
        return next((o for o in found if o.kind == kind), next(iter(found), None))

    def numbered(self, pk: int | None) -> Outcome | None:
        return next((o for o in self._all if o.pk == pk), None)

    def where_none(self, kind: str) -> Outcome | None:
        """What a talk that is done gets when the file names no outcome: the chosen one, else the first that is a contact."""
        if kind not in SPOKEN or self._rule == NO_OUTCOME:
            return None
        if self._rule and kind == Kind.CALL:
            return next((o for o in self._all if self._rule in (str(o.pk), o.name)), None)
        return next((o for o in self._all if (o.kind, o.effect, o.is_active) == (kind, Effect.CONTACT, True)), None)


def refuse_unknown(reader: RowReader, field: str, value: str) -> None:
    """A word that names nobody: an error, unless the column says to leave it out. Refused in the first case."""
    column = reader.columns.get(field)
    if column is None or column.unknown == "ignore":
        return
    label = {"outcome": _("Outcome"), "responsible": _("Responsible"), "contacts": _("Contact")}[field]
    no: Refused = reader.refusal(
        field, value, _("“%(value)s” is not known as %(field)s.") % {"value": value, "field": label}
    )
    raise no
