"""A list as offices keep them, made the same each time: `python -m tests.domains.contacts.messy ROWS FILE` writes one.

Title lines above the header, semicolons, cp1252, decimal commas, two forms of dates, national telephone numbers in many
forms, lost zeros, two e-mails in a cell, several rows of one company, branches of one name, unknown people, rows that
stand twice, a totals row at the end, and cells that nobody can read.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field
from pathlib import Path

HEADER = (
    "Firma", "E-Mail", "Telefon", "Mobil", "PLZ", "Ort", "Straße", "Land", "Ansprechpartner", "Position", "Umsatz",
    "Mitarbeiter", "Branche", "Betreuer", "Schlagworte", "Notiz",
)  # fmt: skip
TITLES = ("Kundenliste Gesamt", "Stand 22.11.2026", "")
FIRST_ROW = len(TITLES) + 2
FORMS = ("GmbH", "AG", "KG", "e.K.", "GmbH & Co. KG", "Ltd", "S.L.", "")
WORDS = (
    "Café",
    "Rösterei",
    "Hafen",
    "Mühle",
    "Straßenbau",
    "Garten",
    "Möbel",
    "Spedition",
    "Bäckerei",
    "Höfer",
    "Kontor",
)
CITIES = (("4103", "Leipzig"), ("10115", "Berlin"), ("20095", "Hamburg"), ("1067", "Dresden"), ("80331", "München"))
PEOPLE = ("Jörg Müller", "Dr. Anna Weiß", "Schäfer, Uwe", "Inês Carvalho", "Zoë van der Berg", "Herr Özil")
INDUSTRIES = ("Hotel", "Handel", "Großhandel", "hotel")
CHAIN = "Brotzeit Filiale"  # one name, many places: never one account


@dataclass
class Messy:
    """The file, and what must come of it."""

    content: bytes
    refused: list[tuple[int, str]] = field(default_factory=list)  # row and column of each cell that cannot be read
    accounts: int = 0
    rows: int = 0


def messy(rows: int, seed: int = 7) -> Messy:
    """A list of so many rows, beside the total at its end."""
    chance, made = random.Random(seed), Messy(b"")
    lines = [*TITLES, ";".join(HEADER)]
    companies: dict[str, bool] = {}  # key of a company -> has a row that can be read
    company = 0
    while made.rows < rows:
        company += 1
        is_branch = company % 25 == 0
        key, cells = _company(chance, company, is_branch)
        for person in range(1 if is_branch else chance.choice((1, 1, 1, 2, 3))):
            row = dict(cells)
            row["Ansprechpartner"] = chance.choice(PEOPLE) if person == 0 else f"Person {person} Nummer{company}"
            row["Position"] = chance.choice(("Einkauf", "Geschäftsführer", ""))
            if person:  # later rows of a company know less, or something else
                row["Umsatz"] = chance.choice(("", "", "1.000,00"))
                row["Notiz"] = ""
            broken = _break(chance, row)
            for _again in range(2 if chance.random() < 0.02 else 1):
                if made.rows >= rows:
                    break
                made.refused += [(FIRST_ROW + made.rows, broken)] if broken else []
                companies[key] = companies.get(key, False) or not broken
                lines.append(_line([row[name] for name in HEADER]))
                made.rows += 1
    lines.append("Summe;;;;;;;;;;98.765.432,10;;;;;")
    made.accounts = sum(companies.values())
    made.content = "\r\n".join(lines).encode("cp1252") + b"\r\n"
    return made


def _line(cells: list[str]) -> str:
    return ";".join(f'"{cell}"' if ";" in cell else cell for cell in cells)


def _company(chance: random.Random, number: int, is_branch: bool) -> tuple[str, dict[str, str]]:
    code, city = chance.choice(CITIES)
    local = 5_550_000 + number
    phone = chance.choice((f"030/{local}", f"030 {local}", f"+49 (0)30 {local}", f"0049 30 {local}", f"(030) {local}"))
    host = f"firma{number}.example"
    name = CHAIN if is_branch else f"{chance.choice(WORDS)} {number} {chance.choice(FORMS)}".strip()
    mail = f"info@{host}" if chance.random() < 0.9 else f"info@{host}; einkauf@{host}"
    return f"{name} {number}", {
        "Firma": name, "E-Mail": mail, "Telefon": phone, "Mobil": chance.choice(("", f"0170 {local}")), "PLZ": code, "Ort": city,
        "Straße": f"Weg {number}", "Land": chance.choice(("Deutschland", "DE", "")), "Ansprechpartner": "", "Position": "",
        "Umsatz": chance.choice(("", "12.400,50", f"{number % 900},5", "1.234.567,00 €")),
        "Mitarbeiter": chance.choice(("", "12", "1.200")), "Branche": chance.choice(INDUSTRIES), "Betreuer": "",
        "Schlagworte": chance.choice(("", "Messe", "Messe, Altkunde")),
        "Notiz": chance.choice(("", f"Treffen am {1 + number % 28:02d}.03.2024", "2024-03-15 angerufen")),
    }  # fmt: skip


def _break(chance: random.Random, row: dict[str, str]) -> str:
    """Spoil one cell of every fiftieth row; the column, or nothing."""
    if chance.random() > 0.02:
        return ""
    column, text = chance.choice((
        ("E-Mail", "info(at)firma.example"), ("Telefon", "siehe unten"), ("Umsatz", "k. A. bitte fragen"),
        ("Betreuer", "Max Unbekannt"), ("Mitarbeiter", "l2O"),
    ))  # fmt: skip
    row[column] = text
    return column


if __name__ == "__main__":
    Path(sys.argv[2]).write_bytes(messy(int(sys.argv[1])).content)
