"""How rows of a file become accounts with their contacts: the matching ladder, blanks, conflicts, people."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from tend.base.dates import parse_date
from tend.base.dialects.dialect import Row
from tend.base.headers.matching import Target
from tend.base.names import company_key, normalise, split_person_name
from tend.base.numbering import read_number
from tend.base.numbers import parse_number
from tend.base.unreadable import Unreadable
from tend.domains.accounts.duplicates import Candidate, candidates, certain, signs_of
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account, AccountPoint
from tend.domains.contacts.entity import CONTACT
from tend.domains.contacts.models import Contact, ContactPointOf, Membership
from tend.kernel import write
from tend.kernel.actor import Actor
from tend.kernel.declared import create_characteristic
from tend.kernel.entity import Field, entity_of
from tend.kernel.errors import Refused
from tend.kernel.imports.cells import POINTS, read_address, read_cell, read_emails, read_kind, read_phones
from tend.kernel.imports.models import ImportTrace
from tend.kernel.imports.plan import Column, Plan
from tend.kernel.imports.recipe import CellRefused, Outcome, offer
from tend.kernel.traits.characteristics import definitions
from tend.kernel.traits.contact_points import normalise_point
from tend.kernel.unit import Unit
from tend.kernel.values import Cleaner, change

KINDS_OF_ADDRESS = ("billing", "shipping", "other")
OWN = frozenset({"id", "number"})


class Intake:
    """The recipe for accounts; leads are accounts of lifecycle lead."""

    code = "accounts.account"
    keys: tuple[str, ...] = ("email", "phone", "website", "external_ref")
    rules: tuple[str, ...] = ("interaction_status", "owner", "source")

    def __init__(self, name: str, lifecycle: str = "") -> None:
        self.name = name
        self.lifecycle = lifecycle

    def may(self, actor: Actor) -> bool:
        """The right stands on the line of accounts or on that of leads."""
        return actor.scope("leads" if self.lifecycle == "lead" else "accounts", "import") != "none"

    def targets(self, actor: Actor) -> list[Target]:
        """The fields that this person may fill, with the values of their books."""
        found = [Target("id", ("tend id", "id")), Target("number", (str(ACCOUNT.by_name["number"].label),))]
        for field in ACCOUNT.all_fields:
            if not _fillable(actor, field):
                continue
            found.append(
                Target(
                    field.name,
                    (str(field.label),),
                    _content(field),
                    field.name in ("tags", "phone", "email", "website"),
                    _choices(actor, field),
                )
            )
            if field.name == "phone":
                found += [Target(n, (), "phone", True) for n in ("phone.mobile", "phone.fax", "phone.other")]
        parts = ("street", "city", "region", "postal_code", "country")
        found += [
            Target(f"address.{kind}.{part}", (), "", part == "street") for kind in KINDS_OF_ADDRESS for part in parts
        ]
        found += [
            Target("address.postal_code_city", (), "postal_city"),
            Target("address.full"),
            Target("remark", (), "", True),
        ]
        if actor.scope("contacts", "create") != "none":
            people = ("name", "first_name", "last_name", "salutation", "title", "department", "birthday", "language")
            found += [Target(f"contact.{n}") for n in people if CONTACT.right(actor, n) == "edit"]
            found += [
                Target(f"contact.{n}", (), kind, True)
                for n, kind in (("email", "email"), ("phone", "phone"), ("mobile", "phone"))
            ]
        for definition in definitions(ACCOUNT.code):
            name = f"characteristics.{definition.key}"
            if ACCOUNT.right(actor, name) == "edit":
                found.append(
                    Target(name, (definition.name, definition.key), "", False, tuple(map(str, definition.choices)))
                )
        return found

    def label(self, actor: Actor, field: str) -> str:
        """What a field is called on the page of columns."""
        known = ACCOUNT.by_name.get(field)
        if known is not None:
            return str(known.label)
        whole, _dot, rest = field.partition(".")
        if whole == "contact":
            inner = CONTACT.by_name.get({"mobile": "phone"}.get(rest, rest))
            return _("Contact, %(field)s") % {"field": str(inner.label).lower() if inner else rest}
        if whole == "characteristics":
            return next((d.name for d in definitions(ACCOUNT.code) if d.key == rest), rest)
        words = {
            "id": _("Id in Tend"), "remark": _("Remark"), "phone.mobile": _("Mobile phone"), "phone.fax": _("Fax"),
            "phone.other": _("Other phone"), "address.postal_code_city": _("Address, postal code and city"),
            "address.full": _("Address in one cell"),
        }  # fmt: skip
        if field in words:
            return words[field]
        kind, _dot, part = rest.partition(".")
        kinds = {"billing": _("Billing address"), "shipping": _("Shipping address"), "other": _("Other address")}
        element = ACCOUNT.by_name.get(f"address.{part}")
        return f"{kinds.get(kind, kind)}, {str(element.label).lower() if element else part}"

    def kind(self, actor: Actor, field: str) -> str:
        """The kind of value, also of a part, a person's field or a characteristic."""
        whole, _dot, rest = field.partition(".")
        if whole == "characteristics":
            return next(
                (CHARACTERISTIC_KINDS.get(d.type, "text") for d in definitions(ACCOUNT.code) if d.key == rest), "text"
            )
        known = CONTACT.by_name.get(rest) if whole == "contact" else ACCOUNT.by_name.get(field)
        return known.kind if known is not None else "text"

    def may_clear(self, field: str) -> bool:
        """Fields of the account itself; its phones, addresses, tags and people only ever grow by an import."""
        known = ACCOUNT.by_name.get(field)
        return (
            known is not None
            and not known.trait
            and not known.required
            and not known.verb
            and field not in ("id", "number")
        )

    def may_add_values(self, actor: Actor, field: str) -> bool:
        known = ACCOUNT.by_name.get(field)
        return known is not None and _is_book(known) and actor.has_right("settings")

    def new_field(self, actor: Actor, column: Column) -> str:
        """A characteristic named like the column; of numbers or dates when its examples are, else of text."""
        kind = "text"
        if column.examples:
            if all(_reads(parse_date, e) for e in column.examples):
                kind = "date"
            elif all(_reads(parse_number, e) for e in column.examples):
                kind = "number"
        made = create_characteristic(
            actor, values={"name": column.header[:80], "type": kind, "record_type": ACCOUNT.code}
        )
        return f"characteristics.{made.record.key}"

    def rule_choices(self, actor: Actor) -> dict[str, tuple[str, str, list[tuple[Any, str]]]]:
        """Defaults for new accounts; the first call follows from the interaction status and is spread."""
        blanks = {
            "interaction_status": (_("Interaction status for new ones"), _("the default")),
            "owner": (_("Owner for new ones"), _("you")),
            "source": (_("Source for new ones"), _("none")),
        }
        found = {}
        for name in self.rules:
            if ACCOUNT.right(actor, name) != "edit":
                continue
            rows = ACCOUNT.by_name[name].to.objects.seen_by(actor)  # type: ignore[union-attr]
            if name == "owner":
                rows = rows.filter(is_active=True).order_by("name")
            elif name == "interaction_status":
                rows = [
                    r for r in rows if r.is_active and (r.for_leads if self.lifecycle == "lead" else r.for_accounts)
                ]
            found[name] = (*blanks[name], [(row.pk, str(row)) for row in list(rows)[:300]])
        return found

    def url(self, pk: int) -> str:
        return f"/{'leads' if self.lifecycle == 'lead' else 'accounts'}/{pk}" if pk else ""

    def made_url(self, since: dt.datetime) -> str:
        given = json.dumps(
            {"all": [{"field": "created_at", "op": "gte", "value": since.isoformat(timespec="seconds")}]}
        )
        return f"/{self.name}?{urlencode({'filter': given})}"

    def check(self, actor: Actor, plan: Plan) -> list[str]:
        """Is the plan possible for this person at all?"""
        problems = []
        if not self.may(actor):
            problems.append(_("You have no right to import."))
        if (
            "name" not in plan.fields
            and not plan.fields & {"id", "number", "external_ref"}
            and "contact.name" not in plan.fields
        ):
            problems.append(_("No column is the name of the account."))
        allowed = {t.name for t in self.targets(actor)}
        strange = [c.field for c in plan.columns if c.field and c.field not in allowed]
        problems += [_("“%(field)s” cannot be filled by this import.") % {"field": field} for field in strange]
        cleaner = Cleaner(ACCOUNT, actor)
        for name, value in plan.defaults.items():
            try:
                cleaner.one(name, value)
            except Refused as no:
                problems.append(f"{self.label(actor, name)}: {no.message}")
        if plan.key and plan.key not in (*self.keys, *OWN):
            problems.append(_("Rows cannot be matched by “%(field)s”.") % {"field": plan.key})
        single = [c.field for c in plan.columns if c.field and c.field not in MULTIPLE]
        doubled = sorted({f for f in single if single.count(f) > 1})
        problems += [_("Two columns fill “%(field)s”.") % {"field": self.label(actor, f)} for f in doubled]
        return problems

    def chunk(self, unit: Unit, plan: Plan, rows: Sequence[Row], memory: dict[str, Any], of: int) -> AccountChunk:
        return AccountChunk(self, unit, plan, rows, memory, of)


CHARACTERISTIC_KINDS = {"number": "number", "money": "number", "date": "date", "yesno": "yesno", "choices": "links"}
MULTIPLE = frozenset({
    "phone", "phone.mobile", "phone.fax", "phone.other", "email", "tags", "remark", "website", "contact.email", "contact.phone",
    "contact.mobile", "address.street", *(f"address.{k}.street" for k in KINDS_OF_ADDRESS),
})  # fmt: skip


class Said:
    """What one row says, read and sorted: account values, points, addresses, remarks, the person."""

    __slots__ = ("addresses", "clear", "contact", "emails", "own", "person", "phones", "points", "remarks", "values")

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.clear: list[str] = []
        self.own: dict[str, str] = {}
        self.phones: list[dict[str, Any]] = []
        self.emails: list[str] = []
        self.addresses: dict[str, dict[str, str]] = {}
        self.remarks: list[str] = []
        self.points: dict[str, list[str]] | None = None  # phones and e-mails normalised, once they were asked for
        self.contact: dict[str, Any] = {}
        self.person: dict[str, list[str]] = {"emails": [], "phones": []}


@dataclass(frozen=True, slots=True)
class ToMake:
    """A value that its book does not have yet; it is made together with the row that needs it."""

    field: str
    name: str


class AccountChunk:
    """Up to a thousand rows with everything that was looked up for them, in a constant number of queries."""

    def __init__(
        self, recipe: Intake, unit: Unit, plan: Plan, rows: Sequence[Row], memory: dict[str, Any], of: int
    ) -> None:
        self.recipe, self.unit, self.plan, self.memory, self.of = recipe, unit, plan, memory, of
        self.country = unit.country = plan.country or unit.country
        self.cleaner: Cleaner = memory.setdefault("cleaner", Cleaner(ACCOUNT, unit.actor))
        self.people: Cleaner = memory.setdefault("people", Cleaner(CONTACT, unit.actor))
        self.traces: list[ImportTrace] = []
        self.became: dict[int, Account] = {}  # row number -> the account that it made or changed
        self.lacking: set[tuple[str, str]] = set()  # values of books that the database does not have
        self.fresh: dict[tuple[str, str], Any] = {}  # values of books made by this chunk
        self.ignored: set[tuple[str, str]] = memory.setdefault("ignored", set())
        self.said: dict[int, Said | Refused] = {}
        self.prints: dict[int, int] = {}
        for row in rows:
            try:
                self.said[row.number] = self._read(row)
            except Refused as no:
                self.said[row.number] = no
            self.prints[row.number] = self._fingerprint(row)
        self._look_up()

    # --- reading ----------------------------------------------------------------------------------------------------
    def _read(self, row: Row) -> Said:
        said = Said()
        for column, text in zip(self.plan.columns, row.cells, strict=False):
            if not column.field:
                continue
            if not text.strip():
                if column.blank == "clear":
                    said.clear.append(column.field)
                continue
            try:
                self._cell(said, column, text)
            except Refused as no:
                raise CellRefused(no.message, column=column.header, value=text, field=column.field) from None
        if not said.values.get("name") and (person := said.contact.get("name")):
            said.values["name"], said.values["is_person"] = person, True
        return said

    def _cell(self, said: Said, column: Column, text: str) -> None:
        name = column.field
        whole, _dot, rest = name.partition(".")
        if name in OWN or name == "external_ref":
            said.own[name] = text.strip()
        elif name in POINTS and whole == "phone":
            said.phones += [{"value": p, "label": POINTS[name]} for p in read_phones(text)]
        elif name == "email":
            said.emails += read_emails(text)
        elif name == "remark":
            said.remarks.append(text.strip())
        elif whole == "address":
            kind, _dot, part = rest.rpartition(".")
            place = said.addresses.setdefault(kind or "primary", {})
            place[part] = f"{place[part]}\n{text.strip()}" if part in place else text.strip()
        elif whole == "contact":
            self._person_cell(said, column, rest, text)
        elif name == "tags":
            said.values.setdefault("tags", [])
            for word in read_cell(ACCOUNT, "tags", column, text, ""):
                tag = self._linked(column, "tags", word)
                if tag is not None:
                    said.values["tags"].append(tag)
        elif name == "website" and "website" in said.values:
            return
        elif whole == "characteristics":
            kinds: dict[str, str] = self.memory.setdefault("kinds of characteristics", {})
            if name not in kinds:
                kinds[name] = self.recipe.kind(self.unit.actor, name)
            said.values[name] = self.cleaner.one(name, read_kind(kinds[name], name, column, text, self.plan.currency))
        else:
            value = read_cell(ACCOUNT, name, column, text, self.plan.currency)
            field = ACCOUNT.by_name.get(name)
            if field is not None and field.kind == "link":
                value = self._linked(column, name, value)
                if value is None:
                    return
            said.values[name] = value if isinstance(value, ToMake) else self.cleaner.one(name, value)

    def _person_cell(self, said: Said, column: Column, name: str, text: str) -> None:
        if name == "email":
            said.person["emails"] += read_emails(text)
        elif name in ("phone", "mobile"):
            said.person["phones"] += read_phones(text)
        elif name == "name":
            said.contact["name"] = text.strip()
        else:
            said.contact[name] = self.people.one(name, read_cell(CONTACT, name, column, text, ""))

    def _linked(self, column: Column, name: str, value: Any) -> Any:
        """A book value, user or account by its name; an unknown one is an error, made, or ignored, as the column says."""
        field = ACCOUNT.by_name[name]
        key = (name, str(value).strip().casefold())
        if key in self.lacking:
            return ToMake(name, str(value).strip())
        try:
            return self.cleaner.link(field, value)
        except Refused:
            found = self._by_login(field, str(value))
            if found is not None:
                return found
            if column.unknown == "ignore":
                return None
            if column.unknown != "create" or not _is_book(field):
                raise
        self.cleaner._links.pop(key, None)  # the next chunk looks again
        if not self.unit.actor.has_right("settings"):
            raise Refused(_("“%(value)s” is not in the book, and only an administrator adds to it.") % {"value": value})
        self.lacking.add(key)
        return ToMake(name, str(value).strip())

    def _settled(self, value: Any) -> Any:
        return [self._made(v) for v in value] if isinstance(value, list) else self._made(value)

    def _if_made(self, value: ToMake) -> Any:
        """The new value of a book when an earlier row of this chunk has made it."""
        known = self.fresh.get((value.field, value.name.casefold()))
        return known if known is not None and self.unit.held(type(known), known.pk) is known else value

    def _made(self, value: Any) -> Any:
        """The new value of a book, made with the first row that needs it and taken back when that row is refused."""
        if not isinstance(value, ToMake):
            return value
        key = (value.field, value.name.casefold())
        known = self._if_made(value)
        if isinstance(known, ToMake):
            book = entity_of(ACCOUNT.by_name[value.field].to)  # type: ignore[arg-type]
            assert book.create is not None
            known = self.fresh[key] = book.create(self.unit, values={"name": value.name})
        return known

    def _by_login(self, field: Field, value: str) -> Any:
        """A user by the part of his address before the @, or by last name when only one has it."""
        if field.name != "owner":
            return None
        users = self.memory.get("users")
        if users is None:
            assert field.to is not None
            users = self.memory["users"] = list(field.to.objects.seen_by(self.unit.actor).filter(is_active=True))  # type: ignore[attr-defined]
        said = normalise(value)
        hits = [
            u
            for u in users
            if said in (normalise(u.email.split("@")[0]), normalise(u.name), normalise(u.name.split()[-1]))
        ]
        return hits[0] if len(hits) == 1 else None

    def _fingerprint(self, row: Row) -> int:
        """What the row says of the account itself (not of a person), as a number: equal rows mean the same account."""
        told = sorted(
            (c.field, " ".join(t.split())) for c, t in zip(self.plan.columns, row.cells, strict=False)
            if c.field and not c.field.startswith(("contact.", "remark")) and t.strip()
        )  # fmt: skip
        digest = hashlib.sha256(repr((self.recipe.name, told)).encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

    # --- looking up -------------------------------------------------------------------------------------------------
    def _look_up(self) -> None:
        good = {n: s for n, s in self.said.items() if isinstance(s, Said)}
        keys = {n: company_key(s.values.get("name") or "")[:200] for n, s in good.items()}
        self.keys = keys
        self.by_name: dict[str, list[Candidate]] = defaultdict(list, candidates(self.unit.actor, list(keys.values())))
        self.by_own: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._look_up_own(list(good.values()))
        prints = list(self.prints.values())
        self.by_print: dict[int, set[int]] = defaultdict(set)
        traced = list(
            ImportTrace.objects.filter(fingerprint__in=prints, record_type=ACCOUNT.code).values_list(
                "fingerprint", "record_id"
            )
        )
        found = {c.id for cs in self.by_name.values() for c in cs} | {pk for ids in self.by_own.values() for pk in ids}
        found |= {pk for _p, pk in traced}
        self.accounts: dict[int, Account] = {a.pk: a for a in self.unit.open(ACCOUNT, sorted(found), "view")}
        for fingerprint, pk in traced:
            if pk in self.accounts:
                self.by_print[fingerprint].add(pk)
        names = [n for n in ("contact_points", "addresses", "tags", "remarks") if n in ACCOUNT.traits]
        self.unit.preload(ACCOUNT, list(self.accounts.values()), names)
        self.touched: set[int] = set(
            ImportTrace.objects.filter(of=self.of, record_id__in=list(self.accounts)).values_list(
                "record_id", flat=True
            )
        )
        self._look_up_people()

    def _look_up_own(self, rows: Sequence[Said]) -> None:
        seen = Account.objects.seen_by(self.unit.actor)
        ids = {int(s.own["id"]) for s in rows if s.own.get("id", "").isdigit() and len(s.own["id"]) < 19}
        for pk in seen.filter(pk__in=ids).values_list("pk", flat=True) if ids else ():
            self.by_own["id", str(pk)].append(pk)
        numbers = {s.own["number"] for s in rows if s.own.get("number")}
        for pk, number in seen.filter(number__in=numbers).values_list("pk", "number") if numbers else ():
            self.by_own["number", number].append(pk)
        refs = {s.own["external_ref"] for s in rows if s.own.get("external_ref")}
        if refs:
            of_system = seen.filter(external_ref__in=refs, source_system=self.plan.system)
            for pk, ref in of_system.values_list("pk", "external_ref"):
                self.by_own["external_ref", ref].append(pk)
        if self.plan.key in ("email", "phone"):
            values = {v for s in rows for v in self._points_of(s)[f"{self.plan.key}s"]}
            points = AccountPoint.objects.as_system("narrowed to the accounts in sight").filter(
                kind=self.plan.key, normalised__in=values
            )
            for pk, value in (
                points.filter(record__in=seen.values("pk")).values_list("record_id", "normalised") if values else ()
            ):
                self.by_own[self.plan.key, value].append(pk)
        if self.plan.key == "website":
            sites = {s.values["website"] for s in rows if s.values.get("website")}
            for pk, site in seen.filter(website__in=sites).values_list("pk", "website") if sites else ():
                self.by_own["website", site].append(pk)

    def _look_up_people(self) -> None:
        """The contacts of the accounts in question, by name and by e-mail."""
        self.members: dict[int, list[tuple[Contact, set[str]]]] = defaultdict(list)
        if not any(isinstance(s, Said) and (s.contact or s.person["emails"]) for s in self.said.values()):
            return
        ids = list(self.accounts)
        links = list(
            Membership.objects.as_system("narrowed to the contacts in sight")
            .filter(account_id__in=ids)
            .values_list("account_id", "record_id")
        )
        contacts = {c.pk: c for c in self.unit.open(CONTACT, sorted({c for _a, c in links}), "view")}
        emails: dict[int, set[str]] = defaultdict(set)
        for pk, value in (
            ContactPointOf.objects.of(list(contacts)).filter(kind="email").values_list("record_id", "normalised")
        ):
            emails[pk].add(value)
        self.unit.preload(CONTACT, list(contacts.values()), ["contact_points", "memberships"])
        for account, pk in links:
            if pk in contacts:
                self.members[account].append((contacts[pk], emails[pk]))

    def _points_of(self, said: Said) -> dict[str, list[str]]:
        if said.points is None:
            said.points = self._normalised(said)
        return said.points

    def _normalised(self, said: Said) -> dict[str, list[str]]:
        return {
            "phones": [normalise_point("phone", p["value"], self.country) for p in said.phones],
            "emails": [normalise_point("email", e, "") for e in said.emails],
        }

    # --- taking a row -----------------------------------------------------------------------------------------------
    def take(self, row: Row) -> Outcome:
        said = self.said[row.number]
        if isinstance(said, Refused):
            raise said
        fingerprint = self.prints[row.number]
        pk, how = self._match(row, said, fingerprint)
        if pk is None:
            if self.plan.mode == "update":
                raise Refused(_("No account of yours is this one, and only updates were asked for."))
            return self._create(row, said, fingerprint)
        account = self.accounts[pk]
        if watch := self.memory.get("watch"):
            watch.keep(account)
        joined = pk in self.touched
        if not joined and (self.plan.mode == "create" or (how != "key" and self.plan.duplicates == "skip")):
            return Outcome("duplicates", pk, account.name)
        if not joined and how == "certain" and self.plan.duplicates == "ask":
            raise Refused(
                _("This looks like %(name)s (%(number)s).") % {"name": account.name, "number": account.number}
            )
        return self._update(row, said, account, fingerprint, fill=joined or how != "key")

    def _match(self, row: Row, said: Said, fingerprint: int) -> tuple[int | None, str]:
        """The ladder: id or number, source system, chosen key, the same row before, certain duplicates. Two hits refuse."""
        for name in ("id", "number", "external_ref"):
            if value := said.own.get(name):
                if hits := self._one(self.by_own.get((name, value), [])):
                    return hits, "key"
                if name == "id" or (name == "number" and read_number(value) is not None):
                    raise CellRefused(
                        _("No account of yours has this %(what)s.") % {"what": name}, column=name, value=value
                    )
        points = self._points_of(said)
        if self.plan.key in ("email", "phone"):
            hit_ids = [pk for v in points[f"{self.plan.key}s"] for pk in self.by_own.get((self.plan.key, v), [])]
            if hits := self._one(hit_ids):
                return hits, "key"
        elif self.plan.key == "website" and (
            hits := self._one(self.by_own.get(("website", said.values.get("website") or ""), []))
        ):
            return hits, "key"
        if hits := self._one([*self.by_print.get(fingerprint, ())]):
            return hits, "trace"
        if self.plan.duplicates == "create":
            return None, ""
        hits = self._one(certain(self.by_name.get(self.keys[row.number], []), self._signs(said, points)))
        return (hits, "certain") if hits else (None, "")

    def _one(self, ids: list[int]) -> int | None:
        distinct = sorted(set(ids))
        if len(distinct) > 1:
            names = ", ".join(
                f"{self.accounts[pk].name} ({self.accounts[pk].number})" for pk in distinct if pk in self.accounts
            )
            raise Refused(_("Several accounts fit this row: %(names)s.") % {"names": names}, code="ambiguous")
        return distinct[0] if distinct else None

    def _signs(self, said: Said, points: dict[str, list[str]]) -> set[tuple[str, str]]:
        place = read_address(said.addresses["primary"], self.country) if "primary" in said.addresses else {}
        return signs_of(
            phones=points["phones"], emails=points["emails"], website=said.values.get("website") or "",
            postal_code=place.get("postal_code", ""), street=place.get("street", ""),
        )  # fmt: skip

    def _create(self, row: Row, said: Said, fingerprint: int) -> Outcome:
        values = {**self._defaults(), **{n: self._settled(v) for n, v in said.values.items()}}
        if self.recipe.lifecycle:
            values.setdefault("lifecycle", self.recipe.lifecycle)
        if said.phones:
            values["phones"] = said.phones
        if said.emails:
            values["emails"] = said.emails
        if said.own.get("external_ref"):
            values["external_ref"], values["source_system"] = said.own["external_ref"][:120], self.plan.system
        if places := self._places(said):
            values["addresses"] = places
        if said.remarks:
            values["remarks"] = said.remarks
        account: Account = ACCOUNT.create(self.unit, values=values)  # type: ignore[misc]
        person = self._person(said, account, fresh=True)
        self._know(row, said, account, fingerprint)
        return Outcome("created", account.pk, account.name, changes={"contact": [None, person]} if person else {})

    def _know(self, row: Row, said: Said, account: Account, fingerprint: int) -> None:
        """Later rows of the same file find this account."""
        self.accounts[account.pk] = account
        self.touched.add(account.pk)
        self.by_print[fingerprint].add(account.pk)
        self._learn(row, said, account)
        self._trace(account.pk, fingerprint)

    def _learn(self, row: Row, said: Said, account: Account) -> None:
        """What the row said of this account is a sign of it from now on, as if it had been read from the database."""
        self.became[row.number] = account
        points = self._points_of(said)
        signs = self._signs(said, points)
        known = next((c for c in self.by_name[account.match_name] if c.id == account.pk), None)
        if known is None:
            self.by_name[account.match_name].append(Candidate(account.pk, signs))
        else:
            known.signs |= signs
        for name, value in self._own_keys(said, points):
            if account.pk not in self.by_own[name, value]:
                self.by_own[name, value].append(account.pk)

    def _own_keys(self, said: Said, points: dict[str, list[str]]) -> list[tuple[str, str]]:
        """By what a later row may find the account, besides name and signs: the source system's id, the chosen key."""
        found = [("external_ref", said.own["external_ref"])] if said.own.get("external_ref") else []
        if self.plan.key in ("email", "phone"):
            found += [(self.plan.key, value) for value in points[f"{self.plan.key}s"]]
        elif self.plan.key == "website" and said.values.get("website"):
            found.append(("website", said.values["website"]))
        return found

    def ties(self, row: Row) -> set[int]:
        """Hashes of what this row shares with rows that mean the same account: keys, certain signs, the account itself."""
        said = self.said[row.number]
        if isinstance(said, Refused):
            return set()
        points, fingerprint = self._points_of(said), self.prints[row.number]
        found: set[Any] = {("row", fingerprint), *self._own_keys(said, points)}
        signs, keys, account = self._signs(said, points), {self.keys[row.number]}, self.became.get(row.number)
        if account is None:
            with suppress(Refused):
                pk, _how = self._match(row, said, fingerprint)
                account = self.accounts.get(pk) if pk is not None else None
        if account is not None:
            keys.add(account.match_name)
            if not self.unit.is_new(account):
                found.add(("account", account.pk))
                signs |= self._all_signs(account)
        found |= {(key, *sign) for key in keys for sign in signs}
        return {hash(tie) for tie in found}

    def _all_signs(self, account: Account) -> set[tuple[str, str]]:
        points = ACCOUNT.traits["contact_points"].rows(self.unit, account)
        found = signs_of(
            phones=[p.normalised for p in points if p.kind == "phone"],
            emails=[p.normalised for p in points if p.kind == "email"],
            website=account.website,
        )
        for place in ACCOUNT.traits["addresses"].rows(self.unit, account):
            found |= signs_of(postal_code=place.postal_code, street=place.street)
        return found

    def _trace(self, pk: int, fingerprint: int) -> None:
        self.traces.append(ImportTrace(fingerprint=fingerprint, record_type=ACCOUNT.code, record_id=pk, of_id=self.of))

    def _defaults(self) -> dict[str, Any]:
        if "defaults" not in self.memory:
            self.memory["defaults"] = {n: self.cleaner.one(n, v) for n, v in self.plan.defaults.items()}
        return dict(self.memory["defaults"])

    def _places(self, said: Said) -> list[dict[str, Any]]:
        found = []
        for kind, parts in said.addresses.items():
            place = read_address(parts, self.country)
            if place:
                found.append(
                    {**place, "kind": "visiting" if kind == "primary" else kind, "is_primary": kind == "primary"}
                )
        return found

    def _update(self, row: Row, said: Said, account: Account, fingerprint: int, *, fill: bool) -> Outcome:
        """Fill blanks, or also overwrite when the row was found by a key; what differs and stays is a conflict."""
        outcome = Outcome("unchanged", account.pk, account.name)
        values: dict[str, Any] = {}
        for name, given in said.values.items():
            value = self._if_made(given) if isinstance(given, ToMake) else given
            before = self._current(account, name)
            if name == "tags":
                added = [t for t in self._settled(value) if t.pk not in before]
                if added:
                    values["tags"] = [*before, *(t.pk for t in added)]
                    outcome.changes["tags"] = [None, ", ".join(t.name for t in added)]
            elif _same(before, value):
                continue
            elif before in (None, "", False) or not fill:
                if before not in (None, "", False):
                    self._refuse_if_changed_since(account)
                values[name] = self._settled(value)
                outcome.changes[name] = [self._named(name, before), _name_of(value)]
            else:
                outcome.conflicts.append({"field": name, "kept": self._named(name, before), "file": _name_of(value)})
        for name in said.clear if not fill else ():
            if (
                name in ACCOUNT.by_name
                and not ACCOUNT.by_name[name].trait
                and self._current(account, name) not in (None, "")
            ):
                values[name] = None if ACCOUNT.by_name[name].kind not in ("text", "longtext", "url") else ""
                outcome.changes[name] = [_name_of(self._current(account, name)), None]
        self._merge_points(said, account, values, outcome)
        self._merge_places(said, account, values, outcome, fill=fill)
        self._merge_remarks(said, account, values, outcome)
        if values:
            change(self.unit, ACCOUNT, account, values)
        if person := self._person(said, account):
            outcome.changes["contact"] = [None, person]
        if outcome.changes:
            outcome.kind = "updated"
        if account.pk not in self.touched or fingerprint not in self.by_print:
            self._trace(account.pk, fingerprint)
            self.by_print[fingerprint].add(account.pk)
        self.touched.add(account.pk)
        self._learn(row, said, account)
        return outcome

    def _refuse_if_changed_since(self, account: Account) -> None:
        """What somebody changed after the rehearsal is listed, not overwritten."""
        rehearsed_at = self.memory.get("rehearsed at")
        if rehearsed_at is not None and account.updated_at > rehearsed_at:
            raise Refused(
                _("%(name)s was changed after the rehearsal. Rehearse again to see what would be overwritten.")
                % {"name": account.name},
                code="stale",
            )

    def _named(self, name: str, value: Any) -> Any:
        """What a link's id is called, for the eyes."""
        field = ACCOUNT.by_name.get(name)
        if value is None or field is None or field.kind != "link" or field.to is None:
            return value
        names: dict[tuple[str, int], str] = self.memory.setdefault("names of links", {})
        if (name, value) not in names:
            with self.unit.reading():
                found = field.to.objects.seen_by(self.unit.actor).filter(pk=value).first()  # type: ignore[attr-defined]
            names[name, value] = str(found) if found is not None else str(value)
        return names[name, value]

    def _current(self, account: Account, name: str) -> Any:
        if name == "tags":
            return [r.tag_id for r in ACCOUNT.traits["tags"].rows(self.unit, account)]
        if name.startswith("characteristics."):
            return account.characteristics.get(name.partition(".")[2])
        field = ACCOUNT.by_name[name]
        return account.__dict__[f"{name}_id"] if field.kind == "link" else account.__dict__[name]

    def _merge_points(self, said: Said, account: Account, values: dict[str, Any], outcome: Outcome) -> None:
        trait = ACCOUNT.traits["contact_points"]
        for kind, given in (("phone", said.phones), ("email", [{"value": e, "label": ""} for e in said.emails])):
            rows = [r for r in trait.rows(self.unit, account) if r.kind == kind]
            known = {r.normalised for r in rows}
            new = [g for g in given if normalise_point(kind, g["value"], self.country) not in known]
            if new:
                values[f"{kind}s"] = [*(r.as_dict() for r in rows), *new]
                outcome.changes[f"{kind}s"] = [
                    ", ".join(r.value for r in rows) or None,
                    ", ".join(g["value"] for g in new),
                ]

    def _merge_places(
        self, said: Said, account: Account, values: dict[str, Any], outcome: Outcome, *, fill: bool
    ) -> None:
        places = self._places(said)
        if not places:
            return
        rows = [r.as_dict() for r in ACCOUNT.traits["addresses"].rows(self.unit, account)]
        changed = False
        for place in places:
            kind, primary = place.pop("kind"), place.pop("is_primary")
            known = next((r for r in rows if (r["is_primary"] if primary else r["kind"] == kind)), None)
            if known is None:
                rows.append({**place, "kind": kind, "is_primary": primary and not any(r["is_primary"] for r in rows)})
                outcome.changes["address"] = [None, ", ".join(str(v) for v in place.values())]
                changed = True
                continue
            for element, value in place.items():
                if known[element] == value:
                    continue
                if known[element] and fill:
                    outcome.conflicts.append({"field": f"address.{element}", "kept": known[element], "file": value})
                else:
                    outcome.changes[f"address.{element}"] = [known[element] or None, value]
                    known[element] = value
                    changed = True
        if changed:
            values["addresses"] = rows

    def _merge_remarks(self, said: Said, account: Account, values: dict[str, Any], outcome: Outcome) -> None:
        known = {r.text for r in ACCOUNT.traits["remarks"].rows(self.unit, account)}
        new = [r for r in said.remarks if r not in known]
        if new:
            values["remarks"] = new
            outcome.changes["remarks"] = [None, "; ".join(new)[:200]]

    def _person(self, said: Said, account: Account, *, fresh: bool = False) -> str | None:
        """The contact that the row names: found among the account's people by e-mail or name, else made. Its name if anything changed."""
        given = dict(said.contact)
        if whole := given.pop("name", ""):
            first, last = split_person_name(whole)
            given.setdefault("first_name", first)
            given.setdefault("last_name", last)
        emails, phones = said.person["emails"], said.person["phones"]
        if not given.get("first_name") and not given.get("last_name"):
            if not emails:
                return None
            given["last_name"] = emails[0].split("@")[0]
        normalised = {normalise_point("email", e, "") for e in emails}
        name = normalise(f"{given.get('first_name') or ''} {given.get('last_name') or ''}")
        known = next((c for c, mails in self.members[account.pk] if mails & normalised), None)
        known = known or next((c for c, _mails in self.members[account.pk] if normalise(c.name) == name), None)
        if known is None:
            values = {**given, "accounts": [account]}
            if emails:
                values["emails"] = emails
            if phones:
                values["phones"] = phones
            made: Contact = CONTACT.create(self.unit, values=values)  # type: ignore[misc]
            if fresh:
                CONTACT.traits["memberships"].rows(self.unit, made)[0].is_primary = True
            self.members[account.pk].append((made, normalised))
            return made.name
        if watch := self.memory.get("watch"):
            watch.keep(known)
        return self._fill_person(known, given, emails, phones)

    def _fill_person(self, contact: Contact, given: dict[str, Any], emails: list[str], phones: list[str]) -> str | None:
        values = {n: v for n, v in given.items() if v and contact.__dict__.get(n) in (None, "")}
        trait = CONTACT.traits["contact_points"]
        for kind, said in (("phone", phones), ("email", emails)):
            rows = [r for r in trait.rows(self.unit, contact) if r.kind == kind]
            known = {r.normalised for r in rows}
            new = [s for s in said if normalise_point(kind, s, self.country) not in known]
            if new:
                values[f"{kind}s"] = [*(r.as_dict() for r in rows), *new]
        if not values:
            return None
        change(self.unit, CONTACT, contact, values)
        return contact.name

    def finish(self) -> None:
        """Keep which record each row became, so that the same row finds it again."""
        if self.traces:
            write.insert(ImportTrace, self.traces)


def _reads(parse: Any, text: str) -> bool:
    try:
        parse(text)
    except Unreadable:
        return False
    return True


def _is_book(field: Field) -> bool:
    return field.to is not None and hasattr(field.to, "hue") and field.name != "owner"


def _fillable(actor: Actor, field: Field) -> bool:
    if field.name in (
        "addresses",
        "phones",
        "emails",
        "remarks",
        "characteristics",
        "address",
        "archived",
        "source_system",
    ):
        return False
    return field.edit and ACCOUNT.right(actor, field.name) == "edit"


def _content(field: Field) -> str:
    kinds = {
        "integer": "number",
        "money": "money",
        "date": "date",
        "yesno": "yes_no",
        "url": "url",
        "phone": "phone",
        "email": "email",
    }
    return kinds.get(
        field.kind, {"address.postal_code": "postal_code", "address.country": "country"}.get(field.name, "")
    )


def _choices(actor: Actor, field: Field) -> tuple[str, ...]:
    if field.choices:
        return tuple(str(label) for _code, label in field.choices)
    if field.kind in ("link", "links") and field.to is not None and hasattr(field.to, "hue") and field.name != "owner":
        return tuple(field.to.objects.seen_by(actor).values_list("name", flat=True)[:200])  # type: ignore[attr-defined]
    return ()


def _same(before: Any, value: Any) -> bool:
    return bool(before == (value.pk if hasattr(value, "pk") else value))


def _name_of(value: Any) -> Any:
    return value.name if hasattr(value, "name") else value


ACCOUNTS = offer(Intake("accounts"))
LEADS = offer(Intake("leads", "lead"))
