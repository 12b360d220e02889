"""Cells mended after a rehearsal: only their rows are rehearsed again, and the run does what was counted."""

from __future__ import annotations

from typing import Any

import pytest

from tend.domains.accounts.models import Account
from tend.kernel.errors import Refused
from tend.kernel.imports.files import faults_of, plan_of
from tend.kernel.imports.mappings import mapped_as
from tend.kernel.imports.mending import mend, repeated_faults, replace_in_column
from tend.kernel.imports.models import Import
from tend.kernel.imports.run import begin, go_on, rehearse
from tests.cast import Cast, make
from tests.domains.contacts.files import Came, bring

TEXT = "Name,Email,Branch\nAlpha,info(at)alpha.example,Bakery\nBeta,info@beta.example,Bakery\nGamma,info@gamma.example,Hotel\nAlpha,info@alpha.example,\n"
COLUMNS = {"Email": "email", "Branch": "industry"}


@pytest.fixture
def run(cast: Cast) -> Any:
    make("industries", name="Hotel")
    actor = cast.actor(cast.admin)
    found = bring(actor, TEXT, columns=COLUMNS)
    rehearse(actor, found)
    return actor, found


def counts(found: Import) -> dict[str, int]:
    return Came(found, found.summary).counts


def told(found: Import) -> list[tuple[int, str]]:
    return list(faults_of(found).values_list("row", "column"))


def test_a_mended_cell_is_kept_and_its_row_counted_anew(run: Any) -> None:
    actor, found = run
    assert (counts(found), told(found)) == ({"created": 2, "failed": 2}, [(2, "Email"), (3, "Branch")])
    mend(actor, found, 3, "Branch", "Hotel")
    assert (counts(found), told(found)) == ({"created": 3, "failed": 1}, [(2, "Email")])
    mend(actor, found, 2, "Email", "info@alpha.example")
    assert (counts(found), told(found)) == ({"created": 3, "failed": 1}, [(2, "Branch")])  # the next cell of the row
    mend(actor, found, 2, "Branch", "")
    found.refresh_from_db()
    assert (counts(found), told(found), found.state) == ({"created": 4}, [], Import.State.REHEARSED)
    begin(actor, found)
    assert go_on(actor, found)["failed"] == 0
    assert Account.objects.as_system("test").count() == 3  # the last row met the first


def test_a_value_is_replaced_in_all_rows_of_a_column(run: Any) -> None:
    actor, found = run
    mend(actor, found, 2, "Email", "info@alpha.example")
    assert repeated_faults(found) == [{"column": "Branch", "value": "Bakery", "n": 2}]
    assert replace_in_column(actor, found, "Branch", "Bakery", "Hotel")
    assert (counts(found).get("failed", 0), told(found)) == (0, [])
    assert plan_of(found).replaced == {"Branch": {"Bakery": "Hotel"}}
    begin(actor, found)
    assert go_on(actor, found)["failed"] == 0
    assert set(Account.objects.as_system("test").values_list("industry__name", flat=True)) == {"Hotel"}
    again = bring(actor, TEXT.replace("alpha", "delta"))
    assert mapped_as(actor, again, plan_of(found)).replaced == {"Branch": {"Bakery": "Hotel"}}


def test_a_mended_row_of_a_long_file_is_found_by_its_number(cast: Cast) -> None:
    actor = cast.actor(cast.admin)
    lines = "".join(f"Firm {n},info@f{n}.example\n" for n in range(2500))
    found = bring(actor, f"Name,Email\n{lines}Odd,info(at)odd.example\n")
    rehearse(actor, found)
    assert told(found) == [(2502, "Email")]
    mend(actor, found, 2502, "Email", "info@odd.example")
    assert (counts(found), told(found)) == ({"created": 2501}, [])


def test_what_is_not_there_or_not_rehearsed_is_not_mended(run: Any) -> None:
    actor, found = run
    for row, column in ((2, "Colour"), (99, "Email")):
        with pytest.raises(Refused):
            mend(actor, found, row, column, "x")
    with pytest.raises(Refused):
        replace_in_column(actor, found, "Branch", "Bakery", "Bakery")
    begin(actor, found)
    with pytest.raises(Refused):
        mend(actor, found, 2, "Email", "info@alpha.example")
