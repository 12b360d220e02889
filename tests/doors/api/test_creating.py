"""The answer to a new record is what reading it gives, though its parts are not read again."""

from __future__ import annotations

from typing import Any

import pytest

from tend.kernel.entity import entity_by_plural
from tests.cast import Cast

FULL = {
    "name": "Hotel Marisol", "website": "marisol.example", "annual_revenue": "1200.50", "description": "two\nlines",
    "phones": ["+34 956 555 014", {"value": "+34 956 555 015", "label": "desk", "note": "mornings", "opted_out": True}],
    "emails": ["desk@marisol.example"], "urls": ["https://www.marisol.example/menu"],
    "addresses": [{"street": "Calle Mayor 1", "city": "Cádiz", "postal_code": "11001", "country_code": "es", "kind": "billing"}],
    "remarks.floor": "3",
}  # fmt: skip


@pytest.mark.parametrize("body", [{"name": "Alder Inn"}, FULL])
def test_the_answer_to_a_new_account_is_what_reading_it_gives(cast: Cast, body: dict[str, Any]) -> None:
    browser = cast.client(cast.manager)
    made = browser.post("/api/v1/accounts", body, content_type="application/json")
    assert made.status_code == 201, made.content
    read = browser.get(made["Location"])
    assert made.json() == read.json()
    assert made["ETag"] == read["ETag"]


def test_parts_of_a_new_account_are_known_and_not_asked_for(cast: Cast, django_assert_max_num_queries: Any) -> None:
    browser = cast.client(cast.manager)
    for name in ("One", "Two"):
        browser.post("/api/v1/accounts", {"name": name}, content_type="application/json")
    parts = {
        trait.model._meta.db_table for trait in entity_by_plural("accounts").traits.values() if hasattr(trait, "model")
    }
    with django_assert_max_num_queries(40) as asked:
        browser.post("/api/v1/accounts", FULL, content_type="application/json")
    said = [q["sql"] for q in asked.captured_queries]
    assert not [
        q for q in said if q.startswith("SELECT") and any(f'FROM "{table}"' in q and "ORDER BY" in q for table in parts)
    ]
