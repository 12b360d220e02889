"""What rows of real files become: the habits of columns, the matching ladder, several rows of one company, scope and undo."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tend.base.cells import neutralise
from tend.base.numbering import format_number
from tend.domains.accounts.books import Industry
from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.merging import merge
from tend.domains.accounts.models import Account, AccountAddress, AccountPoint
from tend.domains.contacts.intake import ACCOUNTS
from tend.domains.contacts.models import Contact, Membership
from tend.kernel.actor import system
from tend.kernel.errors import Refused
from tend.kernel.imports.files import change_plan, faults_of, plan_of
from tend.kernel.imports.models import ImportTrace
from tend.kernel.imports.run import begin, go_on, rehearse
from tend.kernel.listing import Listing
from tend.kernel.undo import undo_operation
from tests.cast import Cast, make
from tests.domains.contacts.files import Came, bring, take

TEST = "test"


def accounts(**wanted: Any) -> Any:
    return Account.objects.as_system(TEST).filter(trashed_at=None, **wanted).order_by("pk")


def one(**wanted: Any) -> Account:
    found: Account = accounts(**wanted).get()
    return found


def points(account: Account, kind: str) -> list[str]:
    return list(
        AccountPoint.objects.of([account.pk]).filter(kind=kind).order_by("pk").values_list("normalised", flat=True)
    )


def industry(name: str) -> Any:
    return make("industries", name=name)


@pytest.fixture
def admin(cast: Cast) -> Any:
    return cast.actor(cast.admin)


# --- habits of files --------------------------------------------------------------------------------------------------
def test_an_office_export_in_cp1252_is_read_as_it_was_meant(admin: Any) -> None:
    industry("Hotel")
    text = (
        "Kundenliste Nord\nStand 22.11.2026\n\n"
        "Firma;E-Mail;Telefon;PLZ;Ort;Straße;Land;Ansprechpartner;Umsatz;Branche\n"
        "Café Münster GmbH;info@muenster.example, post@muenster.example;030 5550101;4103;Leipzig;Weg 1;Deutschland;Jörg Müller;12.400,50;hotel\n"
        "Summe;;;;;;;;12.400,50;\n"
    )
    came = take(admin, text.encode("cp1252"), country="DE")
    assert came.counts == {"created": 1, "skipped": 1}
    assert came.faults == [(6, "", "Summe        12.400,50 ", "This row looks like a total and was left out.")]
    found = one()
    assert (found.name, found.annual_revenue, found.industry.name) == (
        "Café Münster GmbH",
        Decimal("12400.50"),
        "Hotel",
    )
    assert points(found, "phone") == ["+49305550101"]
    assert points(found, "email") == ["info@muenster.example", "post@muenster.example"]
    assert AccountAddress.objects.of([found.pk]).get().postal_code == "04103"
    person = Contact.objects.as_system(TEST).get()
    assert (person.first_name, person.last_name) == ("Jörg", "Müller")
    assert Membership.objects.of([person.pk]).get().is_primary


@pytest.mark.parametrize(
    ("written", "meant"), [("31.12.2025", dt.date(2025, 12, 31)), ("12/31/2025", dt.date(2025, 12, 31))]
)
def test_dates_are_read_by_the_habit_of_their_column(admin: Any, written: str, meant: dt.date) -> None:
    make("characteristics", name="Founded", key="founded", type="date", record_type="accounts.account")
    second = {"31.12.2025": "03.04.2020", "12/31/2025": "04/03/2020"}[written]
    take(admin, f"Name,Founded\nA,{written}\nB,{second}\n", columns={"Founded": "characteristics.founded"})
    assert one(name="A").characteristics == {"founded": meant.isoformat()}
    assert one(name="B").characteristics == {"founded": "2020-04-03"}


def test_what_a_cell_does_not_say_is_an_error_that_names_it_and_only_its_row_fails(admin: Any) -> None:
    text = "Firma;Umsatz;Betreuer;E-Mail\nA;12.4OO,00;;\nB;;j.brandt;\nC;;;info(at)c.example\nD;100,00;tomas;info@d.example\n"
    came = take(admin, text, columns={"Betreuer": "owner", "Umsatz": "annual_revenue", "E-Mail": "email"})
    assert came.counts == {"created": 1, "failed": 3}
    assert [(row, column, value) for row, column, value, _why in came.faults] == [
        (2, "Umsatz", "12.4OO,00"), (3, "Betreuer", "j.brandt"), (4, "E-Mail", "info(at)c.example"),
    ]  # fmt: skip
    assert one().owner.name == "Tomas Ribeiro"


def test_texts_beyond_every_measure_fail_their_row_alone(admin: Any) -> None:
    long = "x" * 70_000
    text = f"Name,Website,City,Note,Phone,External\nA,,,,,\n{long},,,,,\nB,https://{long}.example,,,,\nC,,{long},,,\nD,,,{long},,\nE,,,,,{long}\n"
    came = take(admin, text, columns={"Note": "remark", "City": "address.city", "External": "external_ref"})
    assert "A" in accounts().values_list("name", flat=True)
    assert came.counts["created"] + came.counts["failed"] == 6


def test_an_unknown_value_is_an_error_left_out_or_added_by_an_administrator(cast: Cast, admin: Any) -> None:
    text = "Name,Branch\nA,Bakery\nB,bakery\nC,\n"
    branch = {"Branch": {"field": "industry", "unknown": "error"}}
    assert take(admin, text, columns=branch).counts == {"created": 1, "failed": 2}
    branch["Branch"]["unknown"] = "ignore"
    assert (
        take(cast.actor(cast.leader), text.replace("A", "D").replace("B,", "E,"), columns=branch).counts["created"] == 3
    )
    branch["Branch"]["unknown"] = "create"
    assert (
        take(cast.actor(cast.leader), text.replace("A", "F").replace("B,", "G,"), columns=branch).counts["failed"] == 2
    )
    assert not Industry.objects.as_system(TEST).exists()
    assert take(admin, "Name,Branch\nH,Bakery\nI,bakery\n", columns=branch).counts == {"created": 2}
    assert [i.name for i in Industry.objects.as_system(TEST)] == ["Bakery"]
    assert one(name="H").industry == one(name="I").industry


def test_a_new_value_is_not_kept_for_a_row_that_is_refused(admin: Any) -> None:
    columns = {"Branch": {"field": "industry", "unknown": "create"}, "Mail": "email"}
    assert take(admin, "Name,Branch,Mail\n,Bakery,\nB,Mill,not(at)mail\n", columns=columns).counts == {"failed": 2}
    assert not Industry.objects.as_system(TEST).exists()


def test_cells_of_our_own_export_come_back_as_they_were(admin: Any) -> None:
    names = ["=SUM(A1:A9)", "+1 & Co", "-Dash", "@home", "'quoted'", "'=x"]
    text = "Name\n" + "".join(f'"{neutralise(n)}"\n' for n in names)
    take(admin, text)
    assert list(accounts().values_list("name", flat=True)) == names


# --- who is who -------------------------------------------------------------------------------------------------------
def test_forty_branches_of_one_name_stay_forty(admin: Any) -> None:
    rows = "".join(f"Kaffee Kette,1{i:04},Berlin,Weg {i}\n" for i in range(40))
    assert take(admin, "Name,Postal code,City,Street\n" + rows, country="DE").counts == {"created": 40}
    assert take(admin, "Name,Postal code,City,Street\n" + rows, country="DE").counts == {"unchanged": 40}


def test_a_name_alone_never_matches(admin: Any) -> None:
    make("accounts", name="Hotel Marisol")
    assert take(admin, "Name,City\nHotel Marisol,Cádiz\n").counts == {"created": 1}
    assert accounts().count() == 2


@pytest.mark.parametrize(
    ("known", "header", "cell"),
    [
        ({"phones": [{"value": "+34 956 555 010"}]}, "Phone", "956 555 010"),
        ({"emails": [{"value": "info@marisol.example"}]}, "Email", "INFO@marisol.example"),
        ({"website": "https://www.marisol.example"}, "Email", "olga@marisol.example"),
    ],
)
def test_the_same_name_with_a_further_sign_is_the_same_account(
    admin: Any, known: dict[str, Any], header: str, cell: str
) -> None:
    make("accounts", name="Hotel Marisol S.L.", **known)
    came = take(admin, f"Name,{header},City\nhotel marisol,{cell},Cádiz\n", country="ES")
    assert came.counts["updated"] == 1
    assert accounts().count() == 1


def test_two_hits_are_an_error_row_and_not_the_first_hit(admin: Any) -> None:
    for _twice in range(2):
        make("accounts", name="Hotel Marisol", phones=[{"value": "+34 956 555 010"}])
    came = take(admin, "Name,Phone,City\nHotel Marisol,+34 956 555 010,Cádiz\n")
    assert came.counts == {"failed": 1}
    assert "Several accounts fit" in came.faults[0][3]


def test_rows_of_one_company_make_one_account_and_what_differs_is_listed(admin: Any) -> None:
    text = (
        "Company,Email,City,Phone,Contact first name,Contact last name\n"
        "Torres,info@torres.example,Porto,,Rui,Torres\nTorres,info@torres.example,Lisboa,+351 210 555 061,Inês,Carvalho\n"
        "Torres,info@torres.example,Porto,,Rui,Torres\n"
    )
    columns = {"Contact first name": "contact.first_name", "Contact last name": "contact.last_name", "Email": "email"}
    came = take(admin, text, columns=columns)
    assert came.counts == {"created": 1, "updated": 1, "unchanged": 1, "conflict_count": 1}
    assert came.conflicts == [(3, "address.city", "Porto", "Lisboa")]
    assert Membership.objects.as_system(TEST).count() == 2
    again = take(admin, text, columns=columns)
    assert again.counts == {"unchanged": 3, "conflict_count": 1}


def test_blanks_are_filled_and_values_kept_unless_a_key_found_the_account(admin: Any) -> None:
    known = make("accounts", name="Torres", website="https://torres.example", employees=5)
    text = "Name,Email,Employees,Legal\nTorres,info@torres.example,9,Torres Lda\n"
    columns = {"Legal": "legal_name", "Employees": "employees", "Email": "email"}
    came = take(admin, text, columns=columns)
    assert came.conflicts == [(2, "employees", 5, 9)]
    assert (one().employees, one().legal_name) == (5, "Torres Lda")
    take(
        admin,
        f"Number,Name,Employees,Legal\n{known.number},Torres & Filhos,9,\n",
        columns={"Legal": {"field": "legal_name", "blank": "clear"}},
    )
    assert (one().name, one().employees, one().legal_name) == ("Torres & Filhos", 9, "")


@pytest.mark.parametrize(
    ("mode", "counts", "count"),
    [("create", {"created": 1, "duplicates": 1}, 2), ("update", {"updated": 1, "failed": 1}, 1)],
)
def test_create_only_and_update_only(admin: Any, mode: str, counts: dict[str, int], count: int) -> None:
    make("accounts", name="Torres", emails=[{"value": "info@torres.example"}])
    text = "Name,Email,City\nTorres,info@torres.example,Porto\nNova,info@nova.example,Braga\n"
    assert take(admin, text, mode=mode).counts == counts
    assert accounts().count() == count


@pytest.mark.parametrize(
    ("rule", "counts"), [("skip", {"duplicates": 1}), ("create", {"created": 1}), ("ask", {"failed": 1})]
)
def test_what_is_done_with_duplicates(admin: Any, rule: str, counts: dict[str, int]) -> None:
    make("accounts", name="Torres", emails=[{"value": "info@torres.example"}])
    assert take(admin, "Name,Email,City\nTorres,info@torres.example,Porto\n", duplicates=rule).counts == counts


def test_the_chosen_key_finds_accounts_made_or_changed_by_earlier_rows(admin: Any) -> None:
    text = "Name,Email,City\nA,x@one.example,\nB,x@one.example,Porto\nA,y@two.example,\n"
    came = take(admin, text, key="email", columns={"Email": "email"})
    assert came.counts["created"] == 2
    assert accounts().count() == 2


@pytest.mark.parametrize("key", ["name+address.city", "name+address.postal_code"])
def test_several_fields_together_are_a_key(admin: Any, key: str) -> None:
    for city, code in (("Porto", "4000-001"), ("Braga", "4700-002")):
        make("accounts", name="Torres Lda", address={"city": city, "postal_code": code, "country_code": "PT"})
    text = "Name,Address city,Zip,Legal\nTORRES,PORTO,4000-001,Torres Porto\nTorres,Faro,8000-003,Torres Faro\n"
    columns = {"Address city": "address.city", "Zip": "address.postal_code", "Legal": "legal_name"}
    assert take(admin, text, key=key, country="PT", columns=columns).counts == {"created": 1, "updated": 1}
    assert AccountAddress.objects.of([one(legal_name="Torres Porto").pk]).get().postal_code == "4000-001"


def test_a_name_alone_is_no_key(admin: Any) -> None:
    for key in ("name", "address.city", "name+name", "address.city+address.postal_code", "name+owner"):
        with pytest.raises(Refused, match="cannot be matched by"):
            rehearse(admin, bring(admin, "Name\nA\n", key=key))


def test_rows_that_look_like_an_account_are_taken_as_it_was_decided(admin: Any) -> None:
    known = make("accounts", name="Torres", emails=[{"value": "info@torres.example"}])
    text = "Name,Email,Legal\nTorres,info@torres.example,Torres Lda\nTorres,info@torres.example,Torres SA\n"
    columns = {"Email": "email", "Legal": "legal_name"}
    run = bring(admin, text, duplicates="ask", columns=columns)
    assert rehearse(admin, run)["failed"] == 2
    assert [f.alike for f in faults_of(run)] == [known.pk, known.pk]
    came = take(admin, text, duplicates="ask", columns=columns, decided={"2": "same", "3": "new"})
    assert came.counts["created"] == 1
    assert sorted(a.legal_name for a in accounts()) == ["Torres Lda", "Torres SA"]


def test_a_list_holds_what_an_import_made_and_nothing_else(admin: Any) -> None:
    make("accounts", name="Old")
    came = take(admin, "Name\nA\nB\n")
    made = {"field": "made_by", "op": "is", "value": came.run.operation_id}
    assert [r["name"] for r in Listing(ACCOUNT, admin, filter=made, sort="name").page().rows] == ["A", "B"]
    assert str(came.run.operation_id) in ACCOUNTS.made_url(came.run.operation_id)


# --- scope ------------------------------------------------------------------------------------------------------------
def test_an_account_out_of_sight_is_neither_matched_nor_touched_nor_betrayed(cast: Cast) -> None:
    text = "Number,Name,Email,City\n{number},Torres,info@torres.example,Porto\n"
    leader = cast.actor(cast.leader)
    hidden = cast.account("Torres", cast.stranger, emails=[{"value": "info@torres.example"}])
    before = Account.objects.as_system(TEST).filter(pk=hidden.pk).values().get()
    told = [
        [(row, column, why) for row, column, _value, why in take(leader, text.format(number=number)).faults]
        for number in (hidden.number, format_number(999_999))
    ]
    assert told[0] == told[1]
    came = take(leader, "Name,Email,City\nTorres,info@torres.example,Porto\n", columns={"Email": "email"})
    assert came.counts == {"created": 1}
    assert Account.objects.as_system(TEST).filter(pk=hidden.pk).values().get() == before


def test_two_worlds_give_equal_results(cast: Cast) -> None:
    text = "Name,Email,City\nTorres,info@torres.example,Porto\nNova,info@nova.example,Braga\nTorres,info@torres.example,Lisboa\n"
    leader = cast.actor(cast.leader)
    summaries = []
    for world in ("without", "with"):
        if world == "with":
            for name, email in (("Torres", "info@torres.example"), ("Nova", "info@nova.example")):
                cast.account(name, cast.stranger, emails=[{"value": email}])
        run = bring(leader, text, columns={"Email": "email"})
        summary = rehearse(leader, run)
        summaries.append(
            ({k: v for k, v in summary.items() if k not in ("seconds", "rehearsed_at")}, Came(run, summary).faults)
        )
    for summary, _faults in summaries:
        for row in summary["updates"]:
            row.pop("id")
    assert summaries[0] == summaries[1]


def test_a_hidden_field_cannot_be_filled(cast: Cast) -> None:
    from dataclasses import replace

    from tend.kernel.actor import Actor, Grants

    leader = cast.actor(cast.leader)
    blind = Grants(
        leader.grants.scopes, {("accounts", "annual_revenue"): "hidden"}, leader.grants.assign_to, leader.grants.rights
    )
    actor: Actor = replace(leader, grants=blind)
    run = bring(actor, "Name,Revenue\nA,100\n", columns={"Revenue": "annual_revenue"})
    with pytest.raises(Refused, match="annual_revenue"):
        rehearse(actor, run)
    with pytest.raises(Refused, match="annual_revenue"):
        begin(actor, run)


def test_two_columns_for_one_field_and_none_for_the_name_are_told_at_once(admin: Any) -> None:
    run = bring(admin, "Name,Firm,City\nA,B,C\n", columns={"Firm": "name"})
    with pytest.raises(Refused, match="Two columns fill"):
        begin(admin, run)
    change_plan(admin, run, plan_of(run).with_column(0, field="").with_column(1, field=""))
    with pytest.raises(Refused, match="No column is the name"):
        begin(admin, run)


# --- taking back, again, changed since --------------------------------------------------------------------------------
def test_undo_brings_back_what_was_and_the_file_can_be_taken_in_again(admin: Any) -> None:
    known = make("accounts", name="Torres", website="https://torres.example", emails=[])
    before = Account.objects.as_system(TEST).filter(pk=known.pk).values().get()
    text = "Name,Email,City,Legal\nTorres,info@torres.example,Porto,Torres Lda\nNova,info@nova.example,Braga,\n"
    came = take(admin, text, columns={"Legal": "legal_name", "Email": "email"})
    assert came.counts == {"created": 1, "updated": 1}
    foreseen = undo_operation(admin, came.run.operation, dry=True)
    assert one(name="Torres").legal_name == "Torres Lda"
    report = undo_operation(admin, came.run.operation)
    assert foreseen.restored == report.restored
    after = Account.objects.as_system(TEST).filter(pk=known.pk).values().get()
    assert {k: v for k, v in after.items() if k not in ("version", "updated_at")} == {
        k: v for k, v in before.items() if k not in ("version", "updated_at")
    }
    assert points(known, "email") == []
    assert [a.name for a in accounts()] == ["Torres"]
    assert take(admin, text, columns={"Legal": "legal_name", "Email": "email"}).counts == {"created": 1, "updated": 1}


def test_what_somebody_changed_after_the_rehearsal_is_listed_and_not_overwritten(admin: Any) -> None:
    known = make("accounts", name="Torres", employees=5)
    run = bring(admin, f"Number,Name,Employees\n{known.number},Torres,9\n", columns={"Employees": "employees"})
    assert rehearse(admin, run)["updated"] == 1
    assert ACCOUNT.edit is not None
    ACCOUNT.edit(system(TEST), known, values={"employees": 7})
    begin(admin, run)
    came = Came(run, go_on(admin, run))
    assert came.counts == {"failed": 1}
    assert "changed after the rehearsal" in came.faults[0][3]
    assert one().employees == 7


def test_traces_of_a_rehearsal_do_not_stay(admin: Any) -> None:
    rehearse(admin, bring(admin, "Name\nA\n"))
    assert not ImportTrace.objects.exists()
    assert not accounts().exists()


def test_leads_are_leads_and_need_the_right_to_import_leads(cast: Cast, admin: Any) -> None:
    take(admin, "Name,Email\nA,a@a.example\n", "leads")
    assert one().lifecycle == "lead"
    assert one().was_lead
    with pytest.raises(Refused, match="no right"):
        begin(cast.actor(cast.junior), bring(cast.actor(cast.junior), "Name\nB\n", "leads"))


def test_the_number_and_the_key_of_a_merged_account_lead_to_the_one_it_is_part_of(admin: Any, cast: Cast) -> None:
    stays = cast.account("Torres SL", cast.admin)
    goes = cast.account("Torres", cast.admin, source_system="erp", external_ref="T-1")
    merge(admin, goes, into=stays)
    take(admin, f"Number,Name,Employees\n{goes.number},Torres,9\n", columns={"Employees": "employees"})
    assert one(pk=stays.pk).employees == 9
    assert accounts().count() == 1
