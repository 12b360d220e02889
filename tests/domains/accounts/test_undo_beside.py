"""What an undo brings back stands beside what was added since: nothing twice, and one main row."""

from __future__ import annotations

from tend.domains.accounts.entity import ACCOUNT
from tend.domains.accounts.models import AccountAddress, AccountPoint
from tend.domains.accounts.notes import add_tags, remove_tags
from tend.kernel.traits.tags import Tag
from tend.kernel.undo import undo_act
from tend.kernel.values import edit_record
from tests.cast import Cast, make


def test_of_two_main_addresses_the_later_stays_it(cast: Cast) -> None:
    actor, hotel = cast.actor(cast.leader), cast.account("Hotel Marisol")
    edit_record(actor, ACCOUNT, hotel.pk, {"addresses": [{"city": "Odessa"}]})
    gone = edit_record(actor, ACCOUNT, hotel.pk, {"addresses": []})
    edit_record(actor, ACCOUNT, hotel.pk, {"addresses": [{"city": "Perth"}]})
    assert gone.act
    report = undo_act(actor, gone.act)
    rows = AccountAddress.objects.of([hotel]).order_by("city")
    assert [(a.city, a.is_primary) for a in rows] == [("Odessa", False), ("Perth", True)]
    assert report.skipped_count == 1


def test_of_two_main_numbers_the_later_stays_it(cast: Cast) -> None:
    actor, hotel = cast.actor(cast.leader), cast.account("Hotel Marisol")
    edit_record(actor, ACCOUNT, hotel.pk, {"phones": ["+34600555001"]})
    gone = edit_record(actor, ACCOUNT, hotel.pk, {"phones": []})
    edit_record(actor, ACCOUNT, hotel.pk, {"phones": ["+34600555002", "+34600555001"]})
    assert gone.act
    undo_act(actor, gone.act)
    rows = AccountPoint.objects.of([hotel]).order_by("normalised")
    assert [(p.normalised, p.is_primary) for p in rows] == [("+34600555001", False), ("+34600555002", True)]


def test_a_tag_that_was_put_on_again_stays_once(cast: Cast) -> None:
    vip = make("tags", name="VIP")
    assert isinstance(vip, Tag)
    actor, hotel = cast.actor(cast.leader), cast.account("Hotel Marisol")
    add_tags(actor, hotel, tags=[vip])
    gone = remove_tags(actor, hotel, tags=[vip])
    add_tags(actor, hotel, tags=[vip])
    assert gone.act
    report = undo_act(actor, gone.act)
    assert hotel.tag_links.of([hotel]).count() == 1
    assert (report.skipped_count, report.sentence) == (1, "1 restored. 1 changed since, left as they are.")
