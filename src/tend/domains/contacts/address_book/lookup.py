"""The contacts and companies that the rows of a chunk may mean: looked up in sets, within sight; what rows make is learned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tend.base.names import normalise
from tend.domains.accounts.models import Account
from tend.domains.contacts.address_book.cards import contact_of_uid
from tend.domains.contacts.address_book.told import Told
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.models import Contact, ContactPointOf, Membership
from tend.kernel.imports.models import ImportTrace
from tend.kernel.imports.plan import Plan
from tend.kernel.query.fold import spellings
from tend.kernel.record import build
from tend.kernel.traits.contact_points import normalise_point
from tend.kernel.unit import Unit

TRAITS = ("contact_points", "addresses", "tags", "remarks", "memberships")
Sign = tuple[str, str | int]  # phone, email or account, with its value


class Known:
    """Contacts by what they are known by, and companies by their names."""

    def __init__(self, unit: Unit, plan: Plan, of: int) -> None:
        self.unit, self.plan, self.of = unit, plan, of
        self.contacts: dict[int, Contact] = {}
        self.touched: set[int] = set()  # contacts that a row of this file has made or changed
        self.traces: list[ImportTrace] = []
        self.by_own: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.by_sign: dict[Sign, set[int]] = defaultdict(set)
        self.by_print: dict[int, set[int]] = defaultdict(set)
        self.companies: dict[str, list[Account]] = defaultdict(list)  # by match name, and by number

    def look_up(self, rows: Sequence[Told]) -> None:
        """Read all that these rows may mean, in a constant number of queries."""
        self._look_up_companies(rows)
        found = self._look_up_own(rows) | self._look_up_points(rows) | self._look_up_members(rows)
        prints = {row.fingerprint for row in rows}
        traces = ImportTrace.objects.filter(fingerprint__among=prints, record_type=CONTACT.code)
        traced = list(traces.values_list("fingerprint", "record_id"))
        found |= {pk for _print, pk in traced}
        if not found:
            return
        self.contacts = {c.pk: c for c in self.unit.open(CONTACT, sorted(found), "view")}
        self.unit.preload(CONTACT, list(self.contacts.values()), [n for n in TRAITS if n in CONTACT.traits])
        for fingerprint, pk in traced:
            if pk in self.contacts:
                self.by_print[fingerprint].add(pk)
        for contact in self.contacts.values():
            self.learn(contact)
        touched = ImportTrace.objects.filter(of=self.of, record_type=CONTACT.code, record_id__among=list(self.contacts))
        self.touched = set(touched.values_list("record_id", flat=True))

    def _look_up_companies(self, rows: Sequence[Told]) -> None:
        named = {company.name for row in rows for company in row.companies}
        if not named:
            return
        seen = Account.objects.seen_by(self.unit.actor).order_by("pk")
        keys = {company.key for row in rows for company in row.companies if company.key}
        for account in seen.filter(match_name__among=keys):
            self.companies[account.match_name].append(account)
        for account in seen.filter(number__among=named):
            self.companies[f"number {account.number}"].append(account)

    def _look_up_own(self, rows: Sequence[Told]) -> set[int]:
        seen = Contact.objects.seen_by(self.unit.actor).order_by("pk")
        refs = {row.own["external_ref"] for row in rows if row.own.get("external_ref")}
        ids = {int(row.own["id"]) for row in rows if row.own.get("id", "").isdigit() and len(row.own["id"]) < 19}
        ours = {ref: pk for ref in refs if (pk := contact_of_uid(ref)) is not None}
        for pk in seen.filter(pk__among=ids | set(ours.values())).values_list("pk", flat=True) if ids or ours else ():
            self.by_own["id", str(pk)].add(pk)
        for ref, pk in ours.items():
            self.by_own["external_ref", ref] |= self.by_own.get(("id", str(pk)), set())
        for pk, ref in seen.filter(external_ref__among=refs).values_list("pk", "external_ref") if refs else ():
            self.by_own["external_ref", ref].add(pk)
        return {pk for found in self.by_own.values() for pk in found}

    def _look_up_points(self, rows: Sequence[Told]) -> set[int]:
        signs = {sign for row in rows for sign in self.points_of(row)}
        if not signs:
            return set()
        points = ContactPointOf.objects.as_system("narrowed to the contacts in sight")
        points = points.filter(
            normalised__among={str(value) for _kind, value in signs},
            record_id__in=Contact.objects.seen_by(self.unit.actor).order_by().values("pk"),
        )
        return {
            pk for pk, kind, value in points.values_list("record_id", "kind", "normalised") if (kind, value) in signs
        }

    def _look_up_members(self, rows: Sequence[Told]) -> set[int]:
        """People of the same name at the companies that the rows name."""
        accounts = {a.pk for found in self.companies.values() for a in found}
        names = {
            spelling for row in rows if row.companies for spelling in spellings(_whole(row.values))
        }  # fmt: skip
        if not accounts or not names:
            return set()
        links = Membership.objects.as_system("narrowed to the contacts in sight")
        return set(
            links.filter(account_id__among=accounts, record__name__among=names).values_list("record_id", flat=True)
        )

    # --- what is known of a row and of a contact --------------------------------------------------------------------
    def points_of(self, row: Told) -> set[Sign]:
        """The phones and e-mail addresses of a row, normalised."""
        phones = {("phone", normalise_point("phone", p["value"], row.country)) for p in row.phones}
        return phones | {("email", normalise_point("email", e["value"], "")) for e in row.emails}

    def accounts_of(self, row: Told) -> list[Account]:
        """The companies of a row that are known."""
        return [found[0] for company in row.companies if len(found := self.named(company.name, company.key)) == 1]

    def named(self, name: str, key: str) -> list[Account]:
        """The companies that are called so: by number, by the very name, else by the same name otherwise written."""
        if numbered := self.companies.get(f"number {name}"):
            return numbered
        found = self.companies.get(key, [])
        exact = [a for a in found if normalise(a.name) == normalise(name)]
        return exact or found

    def signs_of(self, row: Told) -> set[Sign]:
        """What, together with an equal name, makes a contact certainly the same."""
        return self.points_of(row) | {("account", account.pk) for account in self.accounts_of(row)}

    def of_name(self, ids: Iterable[int], name: str) -> set[int]:
        """Those of these contacts that bear the name."""
        return {pk for pk in ids if pk in self.contacts and normalise(self.contacts[pk].name) == name}

    def learn(self, contact: Contact) -> None:
        """Later rows find this contact by what it has now."""
        self.contacts[contact.pk] = contact
        for point in CONTACT.traits["contact_points"].rows(self.unit, contact):
            self.by_sign[point.kind, point.normalised].add(contact.pk)
        for place in CONTACT.traits["memberships"].rows(self.unit, contact):
            self.by_sign["account", place.account_id].add(contact.pk)

    def keep(self, row: Told, contact: Contact) -> None:
        """The row means this contact: once per contact and run, and per new wording."""
        if contact.pk not in self.touched or row.fingerprint not in self.by_print:
            self.by_print[row.fingerprint].add(contact.pk)
            said = {
                "fingerprint": row.fingerprint,
                "record_type": CONTACT.code,
                "record_id": contact.pk,
                "of_id": self.of,
            }
            self.traces.append(build(ImportTrace, None, said))
        self.touched.add(contact.pk)
        self.learn(contact)
        if ref := row.own.get("external_ref"):
            self.by_own["external_ref", ref].add(contact.pk)


def _whole(values: dict[str, object]) -> str:
    return f"{values.get('first_name') or ''} {values.get('last_name') or ''}".strip()
