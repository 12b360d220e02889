"""Work on many records: one's own operations and those of a team, their progress and refusals, and whole imports."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Max

from tend.domains.contacts.models import Contact
from tend.kernel.imports.models import Import
from tend.kernel.jobs.worker import Worker
from tests.contract.two_worlds.asking import Asker, said
from tests.contract.two_worlds.office import CITIES, EMAILS, NAMES, PEOPLE, PHONES

UPDATED = re.compile(rb'("row":\d+,"id":)(\d+)')
STEPS = ("", "/read", "/match", "/rehearse", "/run", "/progress", "/result", "/faults.csv")


def operations(asker: Asker) -> None:
    """Operations that are done, wait or stopped: looked at, stopped, gone on with, taken back."""
    for pk in (*asker.office.operations, *asker.unseen.operations):
        for tail in ("", "?preview=1", "/progress", "/refusals.csv"):
            asker.get(f"/operations/{pk}{tail}")
        for tail in ("stop", "go-on"):
            asker.form(f"/operations/{pk}/{tail}", {})
            asker.post(f"/api/v1/operations/{pk}/{tail}", {})
        for tail in ("", "/refusals"):
            asker.get(f"/api/v1/operations/{pk}{tail}")
        asker.post(f"/api/v1/operations/{pk}/undo", {})
        asker.form(f"/undo/operation/{pk}", {})
        asker.write(f"undo of {pk} and its page", lambda pk=pk: _undone(asker, pk))
    for act in (*asker.office.acts, *asker.unseen.acts):
        asker.form(f"/undo/{act}", {})
        asker.post(f"/api/v1/undo/{act}", {})


def _undone(asker: Asker, pk: int) -> bytes:
    """What an operation and the list say after it was taken back."""
    answer = asker.client.post(f"/api/v1/operations/{pk}/undo", "{}", content_type="application/json")
    rest = [asker.client.get(path) for path in (f"/operations/{pk}", "/operations", "/api/v1/operations")]
    return b"\n".join([said(answer), *map(said, rest)])


def imports(asker: Asker) -> None:
    """A file that says the same as what is hidden, rehearsed and run; and every step of an import that is not there."""
    for pk in (1, 999_999):
        for step in STEPS:
            asker.get(f"/imports/{pk}{step}")
        for step in ("/read", "/match", "/rehearse", "/discard", "/run", "/cells/2/0", "/replace"):
            asker.form(f"/imports/{pk}{step}", {})
    asker.get("/imports/new")
    asker.form("/imports/new", {})
    for word in ("accounts", "leads", "contacts", "activities"):
        asker.write(f"import of {word}", lambda word=word: _imported(asker, word))


def _file(asker: Asker) -> bytes:
    """One row for each word that may be taken; the first says the same as the first hidden account."""
    lines = ["Company;Phone;E-mail;City;First name;Last name;Parent account;Reference"]
    for at, name in enumerate((*asker.unseen.names[:2], *NAMES)):
        first, last = PEOPLE[at % len(PEOPLE)].split()
        told = (PHONES[at % 3], EMAILS[at % 3], CITIES[at % 3], first, last, NAMES[at % 2], f"A-{at % 3}")
        lines.append(";".join((name, *told)))
    return "\n".join(lines).encode()


def _talks(asker: Asker) -> bytes:
    """Talks with hidden accounts and seen ones, by name, by phone and by e-mail, with people of either."""
    lines = ["Company;Phone;E-mail;Contact;Done at;Due on;Subject"]
    for at, name in enumerate((*asker.unseen.names[:2], *NAMES)):
        days = ("2025-11-03", "") if at % 2 else ("", "2031-03-04")
        by = [(name, "", ""), ("", PHONES[at % 3], ""), ("", "", EMAILS[at % 3])]
        lines += [";".join((*words, PEOPLE[at % len(PEOPLE)], *days, f"talk {at}")) for words in by]
    return "\n".join(lines).encode()


def _imported(asker: Asker, word: str) -> bytes:
    """All that the wizard and the API tell from the upload to the result."""
    told: list[bytes] = []
    newest = Contact._base_manager.aggregate(top=Max("pk"))["top"] or 0  # in this world
    file = SimpleUploadedFile("fair.csv", _talks(asker) if word == "activities" else _file(asker))
    made = asker.client.post("/api/v1/imports", {"type": word, "file": file})
    told.append(said(made))
    if made.status_code != 201:  # this viewer may not
        return b"\n".join(told)
    pk = made.json()["id"]
    _look(asker, pk, told)
    for step in ("rehearse", "run"):
        told.append(said(asker.client.post(f"/api/v1/imports/{pk}/{step}", "{}", content_type="application/json")))
        _look(asker, pk, told)
        Worker().drain()
        _look(asker, pk, told)
    operations = said(asker.client.get("/operations"))
    own: Any = Import.objects.get(pk=pk)
    whole = b"\n".join(told)
    whole = re.sub(
        rb'("seconds":\s*|rehearsed in |rows in )[\d.,]+', rb"\1SOME", whole
    )  # how long it took hangs on the machine
    if word == "contacts":  # people that this file made and names again: their ids are those that came next
        whole = UPDATED.sub(lambda m: m[1] + (b"NEW" if int(m[2]) > newest else m[2]), whole)
    masked = _without(whole, pk, own.operation_id, row=b"import")
    return masked + _without(operations, pk, own.operation_id, row=b"operation")


def _look(asker: Asker, pk: int, told: list[bytes]) -> None:
    told += [said(asker.client.get(f"/imports/{pk}{step}")) for step in STEPS]
    told += [said(asker.client.get(f"/api/v1/imports/{pk}{tail}")) for tail in ("", "/errors")]
    told.append(said(asker.client.get("/imports")))


def _without(whole: bytes, pk: int, operation: int | None, *, row: bytes) -> bytes:
    """The ids of this import and of its operation are those that came next. `row`: of which of them the lists have rows."""
    for number, word, doors in (
        (pk, b"import", rb"/imports/|import-"), (operation, b"operation", rb"/operations/|operation-"),
    ):  # fmt: skip
        said_as = str(number).encode()
        whole = re.sub(rb"(%s)%s(?!\d)" % (doors, said_as), rb"\1" + word, whole)
        # not the id of a record within a line of the result
        whole = re.sub(rb'(\{"id":)%s(?=,"type":)' % said_as, rb"\1" + word, whole)
        if word == row:
            whole = re.sub(rb'(<tr data-row=")%s(?=")' % said_as, rb"\1" + word, whole)
    return whole
