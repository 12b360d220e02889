"""What rows and vCards become as contacts: the matching ladder, companies, kinds of numbers, scope, a second run, undo."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tend.base.vcards.writing import written
from tend.domains.accounts.models import Account
from tend.domains.contacts.address_book import PEOPLE
from tend.domains.contacts.address_book.cards import cards_of_accounts, cards_of_contacts
from tend.domains.contacts.models import Contact, ContactAddress, ContactPointOf, ContactRemarkValue, Membership
from tend.kernel.imports.files import plan_of, problems_of, read, upload
from tend.kernel.imports.run import TURN, begin, go_on, rehearse
from tend.kernel.undo import undo_operation
from tend.people.access import actor_for
from tend.people.models import Role
from tests.cast import Cast, make, person
from tests.domains.contacts.files import Came, bring, take

TEST = "test"
CARDS = """BEGIN:VCARD
VERSION:3.0
UID:aaaa-1
N:Vega;Lucía;;Dra.;
FN:Lucía Vega
ORG:Hotel Almirante;Compras
TITLE:Jefa
item1.EMAIL;type=pref:lucia@almirante.example
item1.X-ABLabel:_$!<Work>!$_
TEL;type=CELL:+34 600 000 111
item2.TEL:+34 910 000 112
item2.X-ABLabel:Recepción
ADR;type=WORK:;;Calle Mayor 1;Madrid;;28013;España
URL:https://almirante.example
BDAY:1980-02-29
CATEGORIES:VIP
NOTE:fair=2026
PHOTO;ENCODING=b:AAAA
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:Torres;Rui;;;
FN:Rui Torres
EMAIL:rui(at)torres.example
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Acorn GmbH
ORG:Acorn GmbH
TEL:+49 30 5550101
END:VCARD
"""


def people(**wanted: Any) -> Any:
    return Contact.objects.as_system(TEST).filter(trashed_at=None, **wanted).order_by("pk")


def points(contact: Contact, kind: str = "phone") -> list[tuple[str, str]]:
    return list(
        ContactPointOf.objects.of([contact.pk])
        .filter(kind=kind)
        .order_by("-is_primary", "pk")
        .values_list("normalised", "label")
    )


@pytest.fixture
def admin(cast: Cast) -> Any:
    return cast.actor(cast.admin)


def test_cards_become_contacts_and_what_cannot_be_is_told_by_card_and_property(cast: Cast, admin: Any) -> None:
    hotel = cast.account("Hotel Almirante S.L.", cast.leader)
    make("tags", name="VIP")
    came = take(admin, CARDS, "contacts")
    assert came.counts == {"created": 1, "failed": 2}
    assert [(row, column, value) for row, column, value, _why in came.faults] == [
        (2, "E-mail 1", "rui(at)torres.example"), (3, "", ""),
    ]  # fmt: skip
    assert came.faults[1][3] == "This row names no person."
    lucia = people().get()
    assert (lucia.first_name, lucia.last_name, lucia.salutation, lucia.title, lucia.department) == ("Lucía", "Vega", "Dra.", "Jefa", "Compras")  # fmt: skip
    assert (lucia.birthday, lucia.external_ref) == (dt.date(1980, 2, 29), "aaaa-1")
    assert points(lucia) == [("+34600000111", "mobile"), ("+34910000112", "Recepción")]
    assert points(lucia, "email") == [("lucia@almirante.example", "work")]
    assert [u for u, _l in points(lucia, "url")] == ["almirante.example"]
    place = ContactAddress.objects.of([lucia.pk]).get()
    assert (place.street, place.city, place.postal_code, place.country_code) == (
        "Calle Mayor 1",
        "Madrid",
        "28013",
        "ES",
    )
    assert Membership.objects.of([lucia.pk]).get().account_id == hotel.pk
    assert ContactRemarkValue.objects.of([lucia.pk]).filter(key="fair").get().value == "2026"


def test_a_second_run_changes_nothing_and_undo_takes_all_of_it_back(cast: Cast, admin: Any) -> None:
    cast.account("Hotel Almirante", cast.leader)
    assert take(admin, CARDS, "contacts").counts["created"] == 1
    again = take(admin, CARDS, "contacts")
    assert again.counts == {"unchanged": 1, "failed": 2}
    other = take(
        admin, CARDS.replace("TITLE:Jefa", "TITLE:Directora").replace("+34 600 000 111", "+34 600 000 222"), "contacts"
    )
    assert other.counts == {"updated": 1, "failed": 2}  # the key of the card is the person's: what it says counts
    lucia = people().get()
    assert (lucia.title, len(points(lucia))) == ("Directora", 3)
    undo_operation(admin, other.run.operation)
    lucia = people().get()
    assert (lucia.title, len(points(lucia))) == ("Jefa", 2)


def test_a_name_alone_is_never_a_match_but_a_name_with_a_sign_is(cast: Cast, admin: Any) -> None:
    hotel = cast.account("Hotel Almirante", cast.leader)
    for mail in ("ann@one.example", "ann@two.example"):
        make("contacts", first_name="Ann", last_name="Lee", emails=[mail])
    make("contacts", first_name="Ben", last_name="Ode", accounts=[hotel.pk])
    came = take(
        admin,
        "First name,Last name,E-mail,Phone,Company,Job title\nAnn,Lee,,+34 600 000 111,,\nann,LEE,ann@two.example,,,Buyer\nBen,Ode,,,Hotel Almirante,Chef\n",
        "contacts",
    )
    assert came.counts == {"created": 1, "updated": 2}
    assert [p.title for p in people(last_name__in=("Lee", "Ode"))] == ["", "Buyer", "Chef", ""]


def test_rows_of_one_person_in_a_file_make_one_contact_and_what_differs_is_told(admin: Any) -> None:
    came = take(
        admin,
        "Name,Email,Title\nAnn Lee,ann@lee.example,Buyer\nAnn Lee,ann@lee.example,Chef\nAnn Lee,ann2@lee.example,\n",
        "contacts",
    )
    assert came.counts == {"created": 2, "unchanged": 1, "conflict_count": 1}
    assert came.conflicts == [(3, "title", "Buyer", "Chef")]


def test_two_contacts_that_fit_are_an_error_and_not_the_first_of_them(admin: Any) -> None:
    for _n in range(2):
        make("contacts", first_name="Ann", last_name="Lee", emails=["ann@lee.example"])
    came = take(admin, "Name,Email\nAnn Lee,ann@lee.example\n", "contacts")
    assert came.counts == {"failed": 1}
    assert "Several contacts fit this row" in came.faults[0][3]


def test_a_chosen_key_overwrites_and_clears(admin: Any) -> None:
    make("contacts", first_name="Ann", last_name="Lee", emails=["ann@lee.example"], title="Buyer", department="North")
    text = "First name,Last name,Email,Job title,Department\nAnne,Leigh,ann@lee.example,Chef,\n"
    came = take(admin, text, "contacts", key="email", columns={"Department": {"field": "department", "blank": "clear"}})
    assert came.counts == {"updated": 1}
    ann = people().get()
    assert (ann.name, ann.title, ann.department) == ("Anne Leigh", "Chef", "")


def test_an_unknown_company_is_noted_made_or_refused_as_the_column_says(cast: Cast, admin: Any) -> None:
    text = "Name,Email,Company\nAnn Lee,ann@a.example,Nowhere Ltd\nBen Ode,ben@a.example,Nowhere\n"
    run = bring(admin, text, "contacts")
    assert {c.field: c.unknown for c in plan_of(run).columns}["accounts"] == "ignore"
    take(admin, text, "contacts")
    assert ContactRemarkValue.objects.of([people()[0].pk]).get().value == "Nowhere Ltd"
    assert not Account.objects.as_system(TEST).exists()
    refused = take(admin, text.replace("a.example", "b.example"), "contacts", columns={"Company": {"unknown": "error"}})
    assert refused.counts == {"failed": 2}
    made = take(admin, text.replace("a.example", "c.example"), "contacts", columns={"Company": {"unknown": "create"}})
    assert made.counts == {"created": 2}
    company = Account.objects.as_system(TEST).get()
    assert company.name == "Nowhere Ltd"
    assert Membership.objects.as_system(TEST).filter(account=company).count() == 2
    undo_operation(admin, made.run.operation)
    assert not Account.objects.as_system(TEST).filter(trashed_at=None).exists()


def test_only_what_is_in_sight_matches_and_a_company_out_of_sight_is_unknown(cast: Cast) -> None:
    hidden = cast.account("Hidden Palace", cast.outsider if hasattr(cast, "outsider") else cast.admin)
    make(
        "contacts",
        first_name="Ann",
        last_name="Lee",
        emails=["ann@lee.example"],
        accounts=[hidden.pk],
        owner=cast.admin.email,
    )
    leader = cast.actor(cast.leader)
    came = take(leader, "Name,Email,Company\nAnn Lee,ann@lee.example,Hidden Palace\n", "contacts")
    assert came.counts == {"created": 1}
    assert Membership.objects.as_system(TEST).count() == 1


def test_google_contacts_keep_kinds_groups_and_several_values_of_a_cell(cast: Cast, admin: Any) -> None:
    make("tags", name="Press")
    text = (
        "First Name,Last Name,Phonetic First Name,Organization Name,Organization Title,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,"
        "Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
        "Address 2 - Street,Address 2 - City,Website 1 - Label,Website 1 - Value\n"
        "Ann,Lee,,Acorn,Buyer,likes tea,* myContacts ::: Press,* Work,ann@lee.example ::: ann@home.example,Mobile,+34 600 000 111 ::: +34 600 000 112,"
        'Work Fax,+34 910 000 113,Work,"Weg 1, Leipzig",Weg 1,Leipzig,Gasse 2,Berlin,Blog,https://lee.example\n'
    )
    came = take(admin, text, "contacts")
    assert came.counts == {"created": 1}, came.faults
    ann = people().get()
    assert points(ann, "email") == [("ann@lee.example", "work"), ("ann@home.example", "work")]
    assert points(ann) == [("+34600000111", "mobile"), ("+34600000112", "mobile"), ("+34910000113", "fax")]
    assert points(ann, "url") == [("lee.example", "Blog")]
    assert list(ContactAddress.objects.of([ann.pk]).order_by("pk").values_list("kind", "street", "city", "is_primary")) == [
        ("visiting", "Weg 1", "Leipzig", True), ("other", "Gasse 2", "Berlin", False),
    ]  # fmt: skip
    assert [t.tag.name for t in ann.tag_links.as_system(TEST).select_related("tag")] == ["Press"]


LINKEDIN = """Notes:
"When exporting your connection data, you may notice that some of the email addresses are missing. You will only see email addresses for connections who have allowed it."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Ann,Lee,https://network.example/in/ann,,"Acorn, Inc.",Buyer,12 Nov 2026
Ben,Ode,https://network.example/in/ben,ben@ode.example,Birch,Chef,03 Jan 2025
"""


def test_the_connections_of_linkedin_below_their_notes(admin: Any) -> None:
    came = take(admin, LINKEDIN, "contacts")
    assert came.run.dialect["header_row"] == 4
    assert came.counts == {"created": 2}, came.faults
    ann = people(first_name="Ann").get()
    assert (ann.title, ann.external_ref) == ("Buyer", "https://network.example/in/ann")
    assert take(admin, LINKEDIN.replace("Buyer", "Head of buying"), "contacts").counts == {"updated": 1, "unchanged": 1}


@pytest.mark.parametrize("version", ["4.0", "3.0"])
def test_what_is_exported_as_cards_changes_nothing_when_it_comes_back(cast: Cast, admin: Any, version: Any) -> None:
    make("tags", name="VIP")
    hotel = cast.account("Hotel Almirante", cast.leader)
    make(
        "contacts", first_name="Lucía María", last_name="de la Vega", salutation="Dra.", title="Jefa", department="Compras", birthday="1980-02-29", language="es",
        accounts=[hotel.pk], phones=["+34 910 000 111", {"value": "+34 600 555 111", "label": "mobile", "is_primary": True}, {"value": "112", "label": "Recepción"}],
        emails=[{"value": "lucia@almirante.example", "label": "work"}, "lucia@home.example"], urls=["https://almirante.example/a"], tags=["VIP"],
        addresses=[
            {"street": "Calle 1\nPiso 2", "city": "Madrid", "postal_code": "08001", "country_code": "ES", "is_primary": True},
            {"kind": "billing", "street": "Calle 2", "city": "Madrid"}, {"kind": "other", "street": "Calle 3", "city": "Sevilla"},
        ],
    )  # fmt: skip
    make("contacts", first_name="Kim", last_name="", owner=cast.admin.email)
    data = b"".join(written(cards_of_contacts(admin, people()), version))
    before = {
        model: list(model._base_manager.order_by("pk").values())
        for model in (Contact, ContactPointOf, ContactAddress, Membership)
    }
    run = read(admin, upload(admin, "contacts", "people.vcf", iter([data])))
    assert problems_of(admin, run) == []
    foreseen = rehearse(admin, run)
    assert (foreseen["updates"], foreseen["unchanged"], foreseen["conflicts"]) == ([], 2, [])
    begin(admin, run)
    assert Came(run, go_on(admin, run)).counts == {"unchanged": 2}
    assert before == {model: list(model._base_manager.order_by("pk").values()) for model in before}


def test_an_account_goes_with_its_people_and_without_those_out_of_sight(cast: Cast) -> None:
    hotel = cast.account("Hotel Almirante", cast.leader)
    make("contacts", first_name="Ann", last_name="Lee", accounts=[hotel.pk])
    data = b"".join(written(cards_of_accounts(cast.actor(cast.leader), Account.objects.as_system(TEST)))).decode()
    assert data.count("BEGIN:VCARD") == 2
    assert "KIND:org" in data
    assert "ORG:Hotel Almirante" in data
    assert "FN:Ann Lee" in data


def test_as_many_queries_for_a_chunk_of_cards_as_for_its_tenth(admin: Any) -> None:
    counts = []
    for n in (TURN // 10, TURN):
        text = "".join(
            f"BEGIN:VCARD\nVERSION:3.0\nN:Lee{n};Ann{i};;;\nEMAIL:a{n}-{i}@lee.example\nORG:Acorn\nEND:VCARD\n"
            for i in range(n)
        )
        run = read(admin, upload(admin, "contacts", "people.vcf", iter([text.encode()])))
        begin(admin, run)
        with CaptureQueriesContext(connection) as captured:
            assert go_on(admin, run)["created"] == n
        counts.append(len(captured))
    assert counts[1] <= counts[0] + 6, counts  # SQLite takes long inserts in two or three statements


def test_cards_brought_as_accounts_make_companies_with_their_people(admin: Any) -> None:
    came = take(
        admin, CARDS.replace("(at)", "@"), "accounts", columns={"Categories": {"field": "tags", "unknown": "ignore"}}
    )
    assert came.counts == {"created": 3}, came.faults
    accounts = {a.name: a for a in Account.objects.as_system(TEST)}
    assert set(accounts) == {"Hotel Almirante", "Rui Torres", "Acorn GmbH"}
    assert accounts["Rui Torres"].is_person
    lucia = people(last_name="Vega").get()
    assert Membership.objects.of([lucia.pk]).get().account_id == accounts["Hotel Almirante"].pk
    assert [number for number, _label in points(lucia)] == ["+34600000111", "+34910000112"]


OUTLOOK = (
    "Titel;Voornaam;Achternaam;Bedrijf;Functie;Werkadres, straat;Werkadres, plaats;Werkadres, postcode;Land/regio (werk);Telefoon op werk;"
    "Mobiele telefoon;Fax op werk;E-mailadres;Weergavenaam voor e-mail;Categorieën;Verjaardag;Notities\r\n"
    "Dhr.;Sjaak;de Groot;Van Dam & Zn.;Inkoper;Kade 1;Breda;4811 AB;Nederland;076-555 01 02;06 555 01 03;;sjaak@vandam.example;Sjaak;Klant;13-4-1970;rustig\r\n"
)


def test_outlook_in_dutch_in_cp1252(cast: Cast, admin: Any) -> None:
    company = cast.account("Van Dam & Zn.", cast.leader)
    came = take(admin, OUTLOOK.encode("cp1252"), "contacts", country="NL")
    assert came.counts == {"created": 1}, came.faults
    sjaak = people().get()
    assert (sjaak.name, sjaak.salutation, sjaak.title, sjaak.birthday) == (
        "Sjaak de Groot",
        "Dhr.",
        "Inkoper",
        dt.date(1970, 4, 13),
    )
    assert [label for _number, label in points(sjaak)] == ["", "mobile"]
    assert Membership.objects.of([sjaak.pk]).get().account_id == company.pk
    assert ContactAddress.objects.of([sjaak.pk]).get().country_code == "NL"


def test_a_hidden_field_can_neither_be_filled_nor_matched_by(admin: Any) -> None:
    """Marketing sees no phone numbers; with the right to import contacts it still cannot ask who has one."""
    role = Role.objects.as_system(TEST).get(code="marketing")
    scopes = {**role.scopes, "contacts": {**role.scopes["contacts"], "import": "all", "create": "all", "edit": "all"}}
    Role.objects.as_system(TEST).filter(pk=role.pk).update(scopes=scopes)
    mina = person("Mina Park", "marketing")
    make("contacts", first_name="Ann", last_name="Lee", phones=["+34 600 000 111"])
    actor = actor_for(mina)
    assert not {"phone", "phone.mobile", "phone.label"} & {t.name for t in PEOPLE.targets(actor)}
    came = take(actor, "First name,Last name,Phone\nAnn,Lee,+34 600 000 111\n", "contacts")
    assert came.counts == {"created": 1}
    assert b"TEL" not in b"".join(written(cards_of_contacts(actor, people())))


def test_a_rehearsal_names_no_record_that_only_the_file_makes(admin: Any) -> None:
    """The id of a row's record that the rehearsal took back would name somebody else's next record."""
    here = make("contacts", first_name="Rui", last_name="Torres", emails=["rui@torres.example"])
    text = "Name,Email,Notes\nAnn Lee,ann@lee.example,\nAnn Lee,ann@lee.example,fair=2026\nRui Torres,rui@torres.example,fair=2026\n"
    run = bring(admin, text, "contacts")
    assert [(u["row"], u["id"]) for u in rehearse(admin, run)["updates"]] == [(3, None), (4, here.pk)]
    begin(admin, run)
    updates = go_on(admin, run)["updates"]
    ann = Contact.objects.as_system(TEST).get(last_name="Lee")
    assert [(u["row"], u["id"]) for u in updates] == [(3, ann.pk), (4, here.pk)]
