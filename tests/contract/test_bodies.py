"""What a body may name: fields that are declared as editable, nothing else, on creating and on changing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cast import Cast
from tests.contract.stage import TYPES, kind_of_record, sample, whole_database

pytestmark = pytest.mark.django_db
EDITED = [p for p in TYPES if kind_of_record(p).edit is not None and (not kind_of_record(p).book or p == "tags")]


def not_writable(plural: str) -> list[str]:
    entity = kind_of_record(plural)
    columns = [n for f in entity.model._meta.concrete_fields for n in (f.name, f.attname)]
    declared = {f.name for f in entity.all_fields if f.edit}
    return sorted({n for n in (*columns, *(f.name for f in entity.all_fields)) if n not in declared})


@pytest.mark.parametrize("plural", EDITED)
def test_columns_that_are_not_editable_are_refused_by_name(cast: Cast, plural: str) -> None:
    record, client = sample(plural, cast.admin), cast.client(cast.admin)
    body: dict[str, Any] = dict.fromkeys(not_writable(plural), 1)
    assert {"id", "version", "created_by_id", "trashed_at"} <= body.keys()
    before = whole_database()
    for method, path in (("PATCH", f"/api/v1/{plural}/{record.pk}"), ("POST", f"/api/v1/{plural}")):
        response = client.generic(method, path, json.dumps(body), content_type="application/json")
        assert response.status_code == 422, response.content
        assert body.keys() <= {e["field"] for e in response.json()["errors"]}
    assert whole_database() == before
