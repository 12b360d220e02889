"""Matching columns to fields by name and by content."""

from __future__ import annotations

import pytest

from tend.base.headers.concepts import ACCOUNT_FIELDS, CONTACT_FIELDS, fields_of
from tend.base.headers.keys import key
from tend.base.headers.matching import Match, Target, match
from tend.base.headers.systems import outlook_languages
from tend.base.headers.vocabulary import LANGUAGES, is_known, recognise_system, split_names, synonyms

ACCOUNT = sorted({field for fields in ACCOUNT_FIELDS.values() for field in fields})
CONTACT = sorted({field for fields in CONTACT_FIELDS.values() for field in fields})


def by_name(headers: str, record: str = "account") -> dict[str, str | None]:
    columns = headers.split(",")
    found = match(columns, [[] for _ in columns], ACCOUNT if record == "account" else CONTACT, record=record)  # type: ignore[arg-type]
    return {one.header: one.field for one in found}


def one(header: str, cells: list[str], *fields: Target | str) -> Match:
    return match([header], [cells], fields)[0]


def test_spelling_case_and_accents_do_not_matter() -> None:
    assert len({key(name) for name in ("Billing Street", "BillingStreet", "billing_street", "BILLING-STREET:")}) == 1
    assert key("Straße") == key("STRASSE")
    assert key("Región") == key("region")
    assert key("Rating__c") == key("rating")


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ("Company,Street,Zip,City,Country,Phone,E-mail,Owner,Notes", "name address.street address.postal_code address.city address.country phone email owner remark"),
        ("Firma,Straße,PLZ,Ort,Land,Telefon,E-Mail,Betreuer,Bemerkung", "name address.street address.postal_code address.city address.country phone email owner remark"),
        ("Empresa,Calle,Código postal,Población,País,Teléfono,Correo electrónico,Responsable,Observaciones", "name address.street address.postal_code address.city address.country phone email owner remark"),
        ("Nome da empresa,Rua,CEP,Cidade,País,Telefone,E-mail,Responsável,Observações", "name address.street address.postal_code address.city address.country phone email owner remark"),
        ("Назва компанії,Вулиця,Індекс,Місто,Країна,Телефон,Електронна пошта,Відповідальний,Примітка", "name address.street address.postal_code address.city address.country phone email owner remark"),
        ("Название компании,Улица,Индекс,Город,Страна,Телефон,Эл. почта,Ответственный,Примечание", "name address.street address.postal_code address.city address.country phone email owner remark"),
        ("Société,Rue,Code postal,Ville,Pays,Téléphone,Courriel,Responsable,Remarques", "name address.street address.postal_code address.city address.country phone email owner remark"),
        ("Nazwa firmy,Ulica,Kod pocztowy,Miejscowość,Kraj,Telefon,E-mail,Opiekun,Uwagi", "name address.street address.postal_code address.city address.country phone email owner remark"),
    ],
)  # fmt: skip
def test_plain_headers_in_every_language(headers: str, fields: str) -> None:
    assert list(by_name(headers).values()) == fields.split()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_names_the_fields_that_matter(language: str) -> None:
    assert {"company", "street", "postal_code", "city", "country", "phone", "mobile", "email", "owner", "status", "tags",
            "last_contact", "next_contact", "remark", "first_name", "last_name", "job_title", "industry", "website",
            "relationship_stage", "interaction_status", "parent", "number", "postal_city"} <= set(LANGUAGES[language])  # fmt: skip
    for concept, names in LANGUAGES[language].items():
        assert concept in ACCOUNT_FIELDS
        assert all(key(name) for name in split_names(" ".join(names.split())))


def test_books_of_an_account_have_their_own_names() -> None:
    assert by_name("Category,Source,Status,Temperature,Relationship stage,Industry,Interaction status,Tags,Parent company") == {
        "Category": "category", "Source": "source", "Status": "status", "Temperature": "state",
        "Relationship stage": "relationship_stage", "Industry": "industry", "Interaction status": "interaction_status",
        "Tags": "tags", "Parent company": "parent",
    }  # fmt: skip


def test_addresses_of_two_kinds_and_combined_columns() -> None:
    assert by_name("Billing Street,Shipping Zip,Delivery city,Lieferadresse PLZ,PLZ Ort,Full address") == {
        "Billing Street": "address.billing.street",
        "Shipping Zip": "address.shipping.postal_code",
        "Delivery city": "address.shipping.city",
        "Lieferadresse PLZ": None,
        "PLZ Ort": "address.postal_code_city",
        "Full address": "address.full",
    }


def test_a_field_is_taken_once_unless_it_may_be_many() -> None:
    found = match(["Company", "Firma", "Phone", "Phone 2", "Tag", "Tags"], [[]] * 6, ["name", "phone", "tags"])
    assert [one.field for one in found] == ["name", None, "phone", "phone", "tags", "tags"]
    assert str(found[1].note) == "another column already fills name"


def test_people_in_a_file_of_accounts() -> None:
    assert by_name("Hotel,Contact first name,Contact last name,Position,Email,Mobile,Phone") == {
        "Hotel": "name", "Contact first name": "contact.first_name", "Contact last name": "contact.last_name",
        "Position": "contact.title", "Email": "contact.email", "Mobile": "contact.mobile", "Phone": "phone",
    }  # fmt: skip
    assert by_name("Hotel,Email,Mobile")["Email"] == "email"
    assert by_name("Company,Contact person,Email,Contact email") == {
        "Company": "name", "Contact person": "contact.name", "Email": "email", "Contact email": "contact.email",
    }  # fmt: skip


def test_mailboxes_of_a_company_stay_with_it() -> None:
    found = match(["Company", "Contact", "Email"], [["A"] * 3, ["Ann"] * 3, ["info@a.example"] * 3], ACCOUNT)
    assert found[2].field == "email"


def test_content_says_what_a_nameless_column_is() -> None:
    mails = [f"user{n}@acorn.example" for n in range(1571)] + ["unknown"] * 9
    found = one("F7", mails, "email", "phone", "website")
    assert (found.field, found.how) == ("email", "content")
    assert str(found.note) == "by content: 1,571 of 1,580 are e-mail addresses"
    assert one("x", ["+44 113 4960000", "0113 496 0001", "(0113) 496-0002"], "phone").field == "phone"
    assert one("x", ["www.acorn.example", "https://birch.example/a", "oak.com"], "website").field == "website"
    assert one("x", ["Deutschland", "Spain", "Україна"], "address.country").field == "address.country"
    assert one("x", ["01067 Dresden", "04109 Leipzig", "80331 München"], "address.postal_code_city").how == "content"


def test_figures_are_not_taken_for_phones_or_postal_codes() -> None:
    assert one("x", ["1500000", "2500000", "750000"] * 5, "phone").field is None
    assert one("x", ["text", "more text", "words"], "email", "phone", "address.country").field is None
    assert one("x", ["2026", "2025", "2024"] * 20, "address.postal_code").field is None


def test_content_strengthens_or_doubts_a_name() -> None:
    agreed = one("E-mail", [f"a{n}@a.example" for n in range(20)], "email")
    doubted = one("E-mail", ["Ann", "Ben", "Cid", "Dan", "Eve", "Fay"], "email")
    assert agreed.how == "name and content"
    assert doubted.confidence < 0.7 < agreed.confidence
    assert str(doubted.note) == "only 0 of 6 are e-mail addresses"


def test_values_of_a_book_point_to_it() -> None:
    book = Target("state", choices=("Hot", "Warm", "Cold"))
    found = one("Spalte 9", ["hot", "warm", "Cold", "Hot"] * 10, book, "status")
    assert (found.field, found.how) == ("state", "content")


def test_labels_of_the_company_come_first() -> None:
    found = match(["Zimmer", "Rooms"], [[], []], [Target("characteristics.rooms", labels=("Rooms", "Zimmer")), "name"])
    assert [one.field for one in found] == ["characteristics.rooms", None]


def test_a_typing_error_is_forgiven_but_less_sure() -> None:
    found = one("Telefonnumer", [], "phone")
    assert found.field == "phone"
    assert found.confidence < 0.7
    assert one("Zzyzx", [], *ACCOUNT).field is None


def test_notes_in_a_header_are_put_aside() -> None:
    assert one("Phone (office) *", [], "phone").field == "phone"
    assert one("Annual revenue [EUR]", [], "annual_revenue").field == "annual_revenue"


SYSTEMS = {
    "salesforce": "Id,Name,Type,BillingStreet,BillingCity,BillingState,BillingPostalCode,BillingCountry,Phone,Fax,AccountNumber,Website,Industry,AnnualRevenue,NumberOfEmployees,OwnerId,CreatedDate",
    "hubspot": "Record ID,Company name,Company owner,Create Date,Phone Number,Last Activity Date,City,Country/Region,Industry,Company Domain Name,Lifecycle Stage",
    "zoho": "Record Id,Account Owner.id,Account Owner,Rating,Account Name,Phone,Account Site,Fax,Website,Account Type,Billing Street,Billing City,Billing Code,Billing Country",
    "pipedrive": "Organization - ID,Organization - Name,Organization - Label,Organization - Address,Organization - Owner,Organization - People,Organization - Open deals",
    "odoo": "External ID,Name,Is a Company,Street,Street2,City,Zip,Country,Phone,Email,Salesperson,Related Company",
    "suitecrm": "Name,id,date_entered,date_modified,assigned_user_name,account_type,industry,phone_office,website,billing_address_street,billing_address_city,billing_address_postalcode",
    "vtiger": "Organization Name,Organization No,Website,Primary Phone,Fax,Member Of,Primary Email,Employees,Industry,Assigned To,Billing Address,Billing PO Box,Billing City",
    "espocrm": "id,name,website,type,industry,billingAddressStreet,billingAddressCity,billingAddressPostalCode,emailAddress,phoneNumber,assignedUserName,teamsNames",
    "google": "First Name,Middle Name,Last Name,Phonetic First Name,Organization Name,Organization Title,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value",
    "outlook": "Title,First Name,Last Name,Company,Job Title,Business Street,Business City,Business Postal Code,Business Phone,Mobile Phone,E-mail Address,E-mail Display Name",
    "linkedin": "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
}  # fmt: skip


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_each_system_is_recognised_by_its_own_export(system: str) -> None:
    assert recognise_system(SYSTEMS[system].split(",")) == system


def test_plain_lists_come_from_no_system() -> None:
    assert recognise_system(["Name", "City", "Phone", "Email", "Type"]) is None
    assert recognise_system(["First Name", "Last Name", "Company", "Email"]) is None
    assert recognise_system([]) is None


def test_the_systems_own_key_becomes_the_external_reference() -> None:
    for system, column in (("salesforce", "Id"), ("hubspot", "Record ID"), ("zoho", "Record Id"), ("odoo", "External ID"),
                           ("pipedrive", "Organization - ID"), ("suitecrm", "id"), ("vtiger", "Organization No")):  # fmt: skip
        assert by_name(SYSTEMS[system])[column] == "external_ref"


def test_a_systems_own_words_win_over_plain_ones() -> None:
    outlook = by_name(SYSTEMS["outlook"], "contact")
    assert (outlook["Title"], outlook["Job Title"], outlook["E-mail Display Name"]) == ("salutation", "title", None)
    google = by_name(SYSTEMS["google"], "contact")
    assert (google["Phone 2 - Value"], google["Phone 1 - Label"], google["Organization Name"]) == (
        "phone",
        "phone.label",
        "accounts",
    )
    salesforce = by_name(SYSTEMS["salesforce"])
    assert (salesforce["Type"], salesforce["OwnerId"], salesforce["BillingCity"]) == (
        "lifecycle",
        None,
        "address.billing.city",
    )


def test_yes_means_no_in_odoos_is_a_company() -> None:
    found = {one.header: one for one in match(SYSTEMS["odoo"].split(","), [], ACCOUNT)}
    assert (found["Is a Company"].field, found["Is a Company"].negated) == ("is_person", True)
    assert not found["Name"].negated


OUTLOOK_ORDER = (
    "salutation", "first_name", "last_name", "company", "job_title", "street", "city", "postal_code", "country", "other.street", "other.city",
    "phone", "mobile", "email", "birthday", "tags", "remark",
)  # fmt: skip


@pytest.mark.parametrize(
    "language", ["it", "pl", "nl", "cs", "sv", "da", "nb", "fi", "hu", "ro", "tr", "el", "ja", "zh"]
)
def test_outlook_in_fourteen_more_languages(language: str) -> None:
    words = outlook_languages.LANGUAGES[language]
    headers = [split_names(words[concept])[0] for concept in OUTLOOK_ORDER if concept in words]
    assert recognise_system(headers) == "outlook"
    found = match(headers, [[] for _ in headers], CONTACT, record="contact")
    assert {one.header: one.field for one in found} == {
        split_names(words[concept])[0]: fields_of(concept, "contact")[0]
        for concept in OUTLOOK_ORDER
        if concept in words
    }


def test_no_name_of_outlook_means_two_things() -> None:
    meant: dict[str, set[str]] = {}
    for words in outlook_languages.LANGUAGES.values():
        for concept, names in words.items():
            for name in split_names(names):
                meant.setdefault(key(name), set()).add(fields_of(concept, "contact")[0])
    assert {name: fields for name, fields in meant.items() if len(fields) > 1} == {}


@pytest.mark.parametrize(
    "headers",
    [
        "Anrede,Vorname,Nachname,Firma,Position,Straße geschäftlich,Ort geschäftlich,Postleitzahl geschäftlich,Telefon geschäftlich,E-Mail-Adresse",
        "Tratamiento,Nombre,Apellidos,Organización,Puesto,Calle del trabajo,Ciudad de trabajo,Código postal del trabajo,Teléfono del trabajo,Dirección de correo electrónico",
        "Titre,Prénom,Nom,Société,Fonction,Rue (bureau),Ville (bureau),Code postal (bureau),Téléphone (bureau),Adresse de messagerie",
        "Título,Nome,Sobrenome,Empresa,Cargo,Rua do Endereço Comercial,Cidade do Endereço Comercial,CEP do Endereço Comercial,Telefone Comercial,Endereço de Email",
        "Звернення,Ім'я,Прізвище,Організація,Посада,Вулиця (робоча адреса),Місто (робоча адреса),Поштовий індекс (робоча адреса),Робочий телефон,Адреса електронної пошти",
        "Обращение,Имя,Фамилия,Организация,Должность,Улица (раб. адрес),Город (раб. адрес),Почтовый код (раб. адрес),Рабочий телефон,Адрес эл. почты",
    ],
)
def test_outlook_in_other_languages(headers: str) -> None:
    assert recognise_system(headers.split(",")) == "outlook"
    assert list(by_name(headers, "contact").values()) == [
        "salutation", "first_name", "last_name", "accounts", "title", "address.street", "address.city",
        "address.postal_code", "phone", "email",
    ]  # fmt: skip


def test_the_vocabulary_is_a_table_of_keys_by_field() -> None:
    assert key("Kundennummer") in synonyms("account")["number"]
    assert key("Отчество") in synonyms("contact")["middle_name"]
    assert is_known("PLZ")
    assert is_known("Phone 3 - Value")
    assert not is_known("Müller & Söhne")
    assert not is_known("")
