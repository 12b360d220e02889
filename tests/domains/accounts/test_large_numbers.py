"""The largest amounts that an account takes are read again as they were written, on every database."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import Account
from tend.kernel.errors import RefusedFields
from tend.kernel.values import edit_record
from tests.cast import Cast


def test_the_largest_revenue_comes_back(cast: Cast) -> None:
    hotel = cast.account("Hotel Marisol")
    edit_record(cast.actor(cast.manager), ACCOUNT, hotel.pk, {"annual_revenue": "9999999999999.99"})
    assert Account.objects.as_system("test").get(pk=hotel.pk).annual_revenue == Decimal("9999999999999.99")


def test_a_larger_one_is_refused(cast: Cast) -> None:
    hotel = cast.account("Hotel Marisol")
    with pytest.raises(RefusedFields, match="too large"):
        edit_record(cast.actor(cast.manager), ACCOUNT, hotel.pk, {"annual_revenue": "99999999999999.99"})
