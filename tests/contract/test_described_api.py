"""The API does what its description says: requests drawn from it, right and wrong ones, never end in a fault or a surprise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tend.kernel.actor import system
from tend.people.tokens import issue_token
from tests.cast import Cast, cast, make

__all__ = ["cast"]
EACH = int(os.environ.get("TEND_API_EXAMPLES", "2"))  # requests for each of some 250 operations and both kinds
FAULT = 500
drawn = settings(
    max_examples=EACH, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate],
)  # fmt: skip


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests leave the connection alone, for the test's transaction lives in it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(GenerationMode.POSITIVE, id="right"),
        pytest.param(GenerationMode.NEGATIVE, id="wrong", marks=pytest.mark.soak),
    ],
)
def test_what_is_drawn_from_the_description_is_answered_as_it_says(cast: Cast, kind: GenerationMode) -> None:
    account = cast.account("Harbour Foods")
    contact = make("contacts", first_name="Ines", last_name="Duarte", owner=cast.manager)
    there = {"accounts": account.pk, "leads": account.pk, "contacts": contact.pk}
    token = issue_token(system("test"), user=cast.admin, name="test").value.secret
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    surprises: list[Any] = []
    for found in schema.get_all_operations():
        _ask(found.ok(), kind, {"Authorization": f"Bearer {token}"}, there, surprises)
    assert not surprises, "\n".join(map(str, surprises[:20]))


def _ask(operation: Any, kind: Any, headers: dict[str, str], there: dict[str, int], surprises: list[Any]) -> None:
    """Draw requests for one operation; collect the answers that its description does not name."""
    declared = {*operation.definition.raw["responses"], "401"}
    plural = operation.path.split("/")[3]

    @drawn
    @given(case=operation.as_strategy(generation_mode=kind), is_there=st.booleans())
    def ask(case: Any, is_there: bool) -> None:
        if is_there and plural in there and "pk" in (case.path_parameters or {}):  # a drawn id would meet no record
            case.path_parameters["pk"] = there[plural]
        answer = case.call(headers=headers)
        if answer.status_code >= FAULT or str(answer.status_code) not in declared:
            surprises.append((answer.status_code, case.as_curl_command()[:400], answer.text[:200]))

    ask()
