"""Cards as programs and phones write them, and cards that are written and read again."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tend.base.dialects.guesses import sniff
from tend.base.dialects.reading import read_rows
from tend.base.dialects.refusals import UnreadableFile
from tend.base.vcards.card import Card, Place, Point
from tend.base.vcards.reading import read_cards
from tend.base.vcards.writing import written


def cards(tmp_path: Path, content: bytes | str, encoding: str = "utf-8") -> list[Card]:
    path = tmp_path / "a.vcf"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_cards(path, encoding))


def one(tmp_path: Path, *lines: str, version: str = "3.0", encoding: str = "utf-8") -> Card:
    text = "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])
    (found,) = cards(tmp_path, text, encoding)
    return found


OUTLOOK = """BEGIN:VCARD
VERSION:2.1
N;LANGUAGE=de;CHARSET=Windows-1252:M\xfcller;J\xf6rg;;Dr.
FN;CHARSET=Windows-1252:Dr. J\xf6rg M\xfcller
ORG;CHARSET=Windows-1252:Caf\xe9 Nord GmbH;Einkauf
TITLE:Leiter
TEL;WORK;VOICE:+49 30 5550101
TEL;CELL;VOICE:+49 170 5550102
TEL;WORK;FAX:+49 30 5550103
ADR;WORK;PREF;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:;2. Stock;Stra=DFe des=0D=0A=
 Nordens 1;Berlin;;10115;Deutschland
LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:Stra=DFe=0D=0A=
10115 Berlin
X-MS-OL-DEFAULT-POSTAL-ADDRESS:2
URL;WORK:http://www.nord.example
BDAY:19700413
EMAIL;PREF;INTERNET:joerg@nord.example
PHOTO;TYPE=JPEG;ENCODING=BASE64:
 /9j/4AAQSkZJRgABAQEAYABgAAD/

X-MS-OL-DESIGN;CHARSET=utf-8:<card xmlns="http://schemas.example/ol"><img/></card>
REV:20261122T091500Z
END:VCARD
"""


def test_a_card_of_outlook(tmp_path: Path) -> None:
    (card,) = cards(tmp_path, OUTLOOK.replace("\n", "\r\n").encode("cp1252"), "cp1252")
    assert (card.prefix, card.first_name, card.last_name, card.name) == ("Dr.", "Jörg", "Müller", "Dr. Jörg Müller")
    assert (card.company, card.department, card.title) == ("Café Nord GmbH", "Einkauf", "Leiter")
    assert [(p.value, p.label) for p in card.phones] == [
        ("+49 30 5550101", "work"), ("+49 170 5550102", "mobile"), ("+49 30 5550103", "fax"),
    ]  # fmt: skip
    assert card.places == [Place("Straße des\nNordens 1\n2. Stock", "Berlin", "", "10115", "Deutschland", "work")]
    assert (card.birthday, card.emails, card.pictures) == ("1970-04-13", [Point("joerg@nord.example", "")], 1)
    assert card.urls == [Point("http://www.nord.example", "work")]
    assert card.others == {}


def test_a_card_of_apple_with_labels_of_its_own(tmp_path: Path) -> None:
    card = one(
        tmp_path, "PRODID:-//Apple Inc.//macOS 15.0//EN", "N:Vega;Lucía;;;", "FN:Lucía Vega", "NICKNAME:Luci", "ORG:Hotel Almirante;",
        "item1.EMAIL;type=INTERNET;type=pref:lucia@almirante.example", "item1.X-ABLabel:_$!<Work>!$_",
        "TEL;type=CELL;type=VOICE;type=pref:+34 600 000 111", "item2.TEL:+34 910 000 112", "item2.X-ABLabel:Recepción",
        "item3.ADR;type=WORK;type=pref:;;Calle Mayor 1\\nPiso 2;Madrid;;28013;España", "item3.X-ABADR:es",
        "item4.URL;type=pref:https://almirante.example", "item4.X-ABLabel:_$!<HomePage>!$_", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-05",
        "X-SOCIALPROFILE;type=linkedin:https://network.example/in/lucia", "NOTE:one\\, two\\;\\nthree \\\\ four",
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQEAYABgAAD/", "  2wBDAAEBAQ", "CATEGORIES:VIP,Press", "X-ABUID:1:ABPerson",
    )  # fmt: skip
    assert (card.first_name, card.last_name, card.nickname, card.company, card.department) == ("Lucía", "Vega", "Luci", "Hotel Almirante", "")  # fmt: skip
    assert card.emails == [Point("lucia@almirante.example", "work")]
    assert card.phones == [Point("+34 600 000 111", "mobile"), Point("+34 910 000 112", "Recepción")]
    assert card.places == [Place("Calle Mayor 1\nPiso 2", "Madrid", "", "28013", "España", "work")]
    assert card.urls == [Point("https://almirante.example", ""), Point("https://network.example/in/lucia", "linkedin")]
    assert (card.birthday, card.yearless_birthday) == ("", "04-05")
    assert card.note == "one, two;\nthree \\ four"
    assert (card.categories, card.pictures) == (["VIP", "Press"], 1)


def test_cards_of_google_fold_lines_and_thunderbird_writes_version_four(tmp_path: Path) -> None:
    google = one(
        tmp_path, "FN:Rui Torres", "N:Torres;Rui;;;", "EMAIL;TYPE=INTERNET;TYPE=WORK:rui@torres.example", "TEL;TYPE=WORK:+351 21 555 01 02",
        "NOTE:a long note that is folded in the middle of a wo", " rd and goes on", "CATEGORIES:myContacts", "item1.ORG:Torres & Filhos", "item1.TITLE:Diretor",
    )  # fmt: skip
    assert google.note == "a long note that is folded in the middle of a word and goes on"
    assert (google.company, google.title) == ("Torres & Filhos", "Diretor")
    bird = one(
        tmp_path, "UID:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1", 'N;SORT-AS="Perreault,Simon":Perreault;Simon;Marc,Paul;;ing. jr,M.Sc.',
        "FN:Simon Perreault", 'TEL;VALUE=uri;PREF=2;TYPE="voice,home":tel:+1-555-555-0001;ext=5', 'TEL;VALUE=uri;TYPE="cell,voice";PREF=1:tel:+1-555-555-0002',
        "EMAIL;PREF=1:mailto:simon@via.example", "BDAY:--0203", "LANG;PREF=1:fr", "KIND:individual", "X-CUSTOM1:red", "IMPP:xmpp:simon@via.example",
        version="4.0",
    )  # fmt: skip
    assert (bird.middle_name, bird.suffix, bird.uid) == (
        "Marc Paul",
        "ing. jr M.Sc.",
        "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
    )
    assert bird.phones == [Point("+1-555-555-0002", "mobile"), Point("+1-555-555-0001 ext 5", "home")]
    assert (bird.emails, bird.yearless_birthday, bird.language) == ([Point("simon@via.example", "")], "02-03", "fr")
    assert bird.others == {"X-CUSTOM1": "red", "IMPP": "xmpp:simon@via.example"}


def test_old_phones_write_quoted_printable_with_soft_breaks_and_their_own_character_sets(tmp_path: Path) -> None:
    nokia = (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=D0=9F=D0=B5=D1=82=D1=80=\r\n"
        b"=D0=B5=D0=BD=D0=BA=D0=BE;=D0=9E=D0=BB=D1=8C=D0=B3=D0=B0\r\nTEL;PREF;CELL:+380501234567\r\nTEL;HOME;FAX:+380441234567\r\n"
        b"END:VCARD\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=WINDOWS-1251:" + "Шевченко;Тарас".encode("cp1251") + b"\r\n"
        b"NOTE;QUOTED-PRINTABLE;CHARSET=KOI8-R:" + b"=F7=CF=D4=\r\nEND:VCARD\r\n"
        b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8ER=93c;=91=BE=98Y\nPHOTO;GIF;BASE64:\nR0lGODlhAQABAIAAAAAAAP\n"
        b"ABCD\n\nTEL;HOME:03\nAGENT:\nBEGIN:VCARD\nVERSION:2.1\nN:Agent;Secret\nTEL:007\nEND:VCARD\nEND:VCARD\n"
    )  # fmt: skip
    olga, taras, taro = cards(tmp_path, nokia)
    assert (olga.first_name, olga.last_name, olga.name) == ("Ольга", "Петренко", "Ольга Петренко")
    assert olga.phones == [Point("+380501234567", "mobile"), Point("+380441234567", "fax")]
    assert (taras.first_name, taras.last_name, taras.note) == ("Тарас", "Шевченко", "Вот")
    assert (taro.last_name, taro.first_name, taro.phones) == ("山田", "太郎", [Point("03", "home")])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_any_encoding_and_line_end_is_found_by_itself(tmp_path: Path, encoding: str, ending: str) -> None:
    text = ending.join(
        ["BEGIN:VCARD", "VERSION:3.0", "FN:Olha Ґонта", "N:Ґонта;Olha;;;", "EMAIL:olha@gonta.example", "END:VCARD", ""]
    )
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    path = tmp_path / "a.vcf"
    path.write_bytes((mark + text).encode(encoding))
    dialect = sniff(path)
    assert dialect.kind == "vcf"
    (row,) = read_rows(path, dialect)
    cells = dict(zip(dialect.columns, row.cells, strict=True))
    assert {k: v for k, v in cells.items() if v} == {
        "Full name": "Olha Ґонта", "First name": "Olha", "Last name": "Ґонта", "E-mail 1": "olha@gonta.example",
    }  # fmt: skip


def test_a_fold_inside_a_character_is_mended(tmp_path: Path) -> None:
    name = "Ольга Іваненко".encode()
    (card,) = cards(
        tmp_path, b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:" + name[:3] + b"\r\n " + name[3:] + b"\r\nEND:VCARD\r\n"
    )
    assert card.name == "Ольга Іваненко"


def test_a_table_of_cards_has_the_columns_that_they_fill_and_tells_what_it_leaves_out(tmp_path: Path) -> None:
    path = tmp_path / "people.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nTEL;TYPE=HOME:1234\nPHOTO;ENCODING=b:AAAA\nX-HOBBY:Chess\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Friends\nMEMBER:urn:uuid:1\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:3.0\nFN:Acorn GmbH\nORG:Acorn GmbH\nADR;TYPE=WORK:;;Weg 1;Leipzig;;04103;\nEND:VCARD\n"
    )
    dialect = sniff(path)
    assert dialect.left_out == (("pictures", 1), ("groups", 1))
    rows = list(read_rows(path, dialect))
    assert [row.number for row in rows] == [1, 3]
    first, second = ({k: v for k, v in zip(dialect.columns, row.cells, strict=True) if v} for row in rows)
    assert first == {"Full name": "Ann Lee", "Phone 1 label": "home", "Phone 1": "1234", "X-HOBBY": "Chess"}
    assert second == {
        "Company": "Acorn GmbH", "Address 1 label": "work", "Address 1 street": "Weg 1", "Address 1 city": "Leipzig",
        "Address 1 postal code": "04103",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("BEGIN:VCARD\nVERSION:3.0\nFN:Ann\n", "broken"),
        ("BEGIN:VCARD\nVERSION:3.0\nNOTE:" + "x" * 1_100_000 + "\nEND:VCARD\n", "long_line"),
        ("BEGIN:VCARD\nVERSION:3.0\nNOTE:x\n" + (" " + "y" * 70 + "\n") * 20_000 + "END:VCARD\n", "long_line"),
        ("BEGIN:VCARD\n" + "TEL:1\n" * 6_000 + "END:VCARD\n", "too_large"),
        ("BEGIN:VCARD\nEND:VCARD\n" + "X:1\n" * 11_000, "no_cards"),
        ("BEGIN:VCARD\nTEL" + ';X="a' * 20_000 + ":1\nEND:VCARD\n", "long_line"),
        ("BEGIN:VCARD\nFN:x\nEND:VCARD\n" + "\n" * 200_000, "long_line"),
    ],
)
def test_cards_without_measure_are_refused(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(text)
    with pytest.raises(UnreadableFile) as caught:
        list(read_rows(path, sniff(path)))
    assert caught.value.code == code


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        cards(tmp_path, b"BEGIN:VCARD\nVERSION:3.0\nFN:\xff\xfe\xfa\nEND:VCARD\n")
    assert (caught.value.code, caught.value.line) == ("encoding", 3)


def test_a_calendar_and_an_empty_card_file_are_told_apart(tmp_path: Path) -> None:
    for text, code in (("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "calendar"), ("nothing here\n", "no_cards")):
        path = tmp_path / "a.vcf"
        path.write_text(text)
        with pytest.raises(UnreadableFile) as caught:
            sniff(path)
        assert caught.value.code == code


FULL: dict[str, Any] = {
    "uid": "urn:uuid:7f1c2a52-94b6-8d7e-8000-000000000011", "name": "Lucía Vega", "prefix": "Dra.", "first_name": "Lucía", "last_name": "Vega",
    "company": "Hotel; Almirante, S.L.", "department": "Compras", "title": "Jefa de compras y de un departamento cuyo nombre nunca termina",
    "emails": [Point("lucia@almirante.example", "work"), Point("lucia@home.example", "home")],
    "phones": [Point("+34 600 000 111", "mobile"), Point("+34 910 000 112", "Recepción"), Point("+34 910 000 113", "fax"), Point("112")],
    "urls": [Point("https://almirante.example/a,b;c")],
    "places": [Place("Calle Mayor 1\nPiso 2", "Madrid", "Madrid", "28013", "España", "work"), Place("Weg 1", label="Billing")],
    "birthday": "1980-02-29", "categories": ["VIP", "A, B"], "note": "first line\nsecond; line, with \\ signs",
}  # fmt: skip


@pytest.mark.parametrize("version", ["4.0", "3.0"])
def test_what_is_written_is_read_again(tmp_path: Path, version: Any) -> None:
    people = [
        Card(**FULL),
        Card(name="Acorn GmbH", company="Acorn GmbH", is_company=True),
        Card(name="Kim", first_name="Kim"),
    ]
    data = b"".join(written(people, version))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    first, company, kim = cards(tmp_path, data)
    assert first == Card(**FULL)
    assert (company.is_company, company.company, company.first_name) == (True, "Acorn GmbH", "")
    assert kim.name == "Kim"


@pytest.mark.parametrize("version", ["4.0", "3.0"])
def test_any_text_comes_back_as_it_was(tmp_path: Path, version: Any) -> None:
    chance = random.Random(7)
    signs = "abcÀßЖґ山\\;,:\"'\n <>&=%()äé"

    def text(length: int) -> str:
        return "".join(chance.choice(signs) for _ in range(chance.randrange(1, length))).strip() or "x"

    def line() -> str:
        return " ".join(text(20).replace(",", "").split()) or "x"

    people = [
        Card(
            name=f"{first} {last}", first_name=first, last_name=last, title=line(), note=text(120), categories=[line(), "b,c"],
            phones=[Point("112", line().strip("_$!<>").strip() or "x")], places=[Place(text(30), "City", "", "1", "X", "home")],
        )
        for first, last in ((line(), line()) for _ in range(200))
    ]  # fmt: skip
    read = cards(tmp_path, b"".join(written(people, version)))
    assert [(c.first_name, c.last_name, c.title, c.note, c.categories) for c in read] == [
        (c.first_name, c.last_name, c.title, c.note, list(dict.fromkeys(c.categories))) for c in people
    ]
