"""An account and the person that it is: two people who change one each at the same time never wait for each other."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest
from django.db import connection, connections

from tend.domains.accounts.commands import edit_account
from tend.domains.accounts.models import Account
from tend.domains.contacts.commands import edit_contact
from tend.domains.contacts.models import Contact, Membership
from tend.kernel.unit import Unit
from tests.cast import Cast, make

PATIENCE = 1.0  # seconds that one change waits for the other to have locked as well


@pytest.mark.django_db(transaction=True)
def test_changes_of_an_account_and_of_its_person_lock_in_one_order(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    account = make("accounts", name="Lucia Vega", is_person=True, lifecycle="prospect")
    contact = Contact.objects.as_system("test").get(
        pk=Membership.objects.as_system("test").get(account=account, is_same=True).record_id
    )
    actor, faults = cast.actor(cast.admin), []
    both, run = threading.Barrier(2), Unit.run

    def after_the_other_has_locked(self: Unit, *given: Any, **more: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(PATIENCE)
        return run(self, *given, **more)

    monkeypatch.setattr(Unit, "run", after_the_other_has_locked)

    def change(work: Any) -> None:
        try:
            work()
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    changes = (
        lambda: edit_account(actor, account.pk, values={"name": "Luz Vega"}),
        lambda: edit_contact(actor, contact.pk, values={"language": "es"}),
    )
    threads = [threading.Thread(target=change, args=(work,)) for work in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    fresh = Contact.objects.as_system("test").get(pk=contact.pk)
    assert fresh.name == Account.objects.as_system("test").get(pk=account.pk).name == "Luz Vega"
    assert fresh.language == "es"
