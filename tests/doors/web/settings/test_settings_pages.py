"""The index, the organisation and the calendars."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tend.kernel import clock
from tend.kernel.organisation import Organisation, organisation, organisation_changed
from tend.people.calendar_models import Absence, CalendarDay
from tend.people.models import UserRole
from tests.cast import Cast, make

YEAR = dt.date.today().year


@pytest.fixture
def company(cast: Cast) -> Cast:
    make("organisation", name="Salt & Stone", country_code="ES", currency="EUR", zone="Europe/Madrid", language="en")
    organisation_changed()
    return cast


def test_the_index_shows_only_what_one_may_open_and_every_link_opens(company: Cast) -> None:
    for user, least in ((company.admin, 15), (company.leader, 2)):
        browser = company.client(user)
        groups = browser.get("/settings").context["groups"]
        urls = [room.url for group in groups for room in group["rooms"]]
        assert len(urls) >= least
        assert [browser.get(url).status_code for url in urls] == [200] * len(urls)
    assert {
        room.url for g in company.client(company.junior).get("/settings").context["groups"] for room in g["rooms"]
    } == {"/me", "/me/mail", "/me/security", "/settings/tokens"}


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Salt & Stone", "country_code": "ES", "language": "en", "currency": "EUR", "zone": "Europe/Madrid", "first_weekday": "0",
        "weekend": ["5", "6"], "lead": "", "prospect": "", "customer": "Guest house", "other": "Supplier", **changes,
    }  # fmt: skip


def test_the_company_names_its_own_lifecycles(company: Cast) -> None:
    assert company.client(company.leader).post("/settings/organisation", form()).status_code == 404
    admin = company.client(company.admin)
    assert admin.post("/settings/organisation", form()).status_code == 303
    assert organisation().lifecycle_labels == {"customer": "Guest house", "other": "Supplier"}
    admin.post(admin.session["flash"]["undo_url"])
    assert organisation().lifecycle_labels == {}


def test_a_week_without_a_working_day_is_refused_beside_its_field(company: Cast) -> None:
    answer = company.client(company.admin).post("/settings/organisation", form(weekend=[str(d) for d in range(7)]))
    assert answer.status_code == 422
    assert "weekend" in answer.context["form"].errors
    assert Organisation.objects.as_system("test").get().weekend == [5, 6]


def test_a_day_of_the_companys_own_is_added_and_taken_back(company: Cast) -> None:
    admin = company.client(company.admin)
    said = {"day": f"{YEAR}-12-24", "name": "Stocktaking", "country_code": "", "is_working": "no"}
    assert admin.post("/settings/calendars", said).status_code == 303
    day = CalendarDay.objects.as_system("test").get()
    assert "Stocktaking" in admin.get(f"/settings/calendars?year={YEAR}").content.decode()
    admin.post(f"/settings/calendars/days/{day.pk}/forget")
    assert "Stocktaking" not in admin.get(f"/settings/calendars?year={YEAR}").content.decode()


def test_an_absence_that_ends_before_it_begins_is_refused_beside_its_field(company: Cast) -> None:
    admin = company.client(company.admin)
    said = {
        "user": company.manager.pk,
        "first": f"{YEAR}-08-10",
        "last": f"{YEAR}-08-01",
        "reason": "",
        "substitute": "",
    }
    answer = admin.post("/settings/calendars/absences", said)
    assert answer.status_code == 422
    assert "last" in answer.context["absence_form"].errors
    assert admin.post("/settings/calendars/absences", {**said, "last": f"{YEAR}-08-20"}).status_code == 303
    assert Absence.objects.as_system("test").get().user_id == company.manager.pk


def test_an_absence_says_first_which_calls_it_moves(cast: Cast) -> None:
    from tests.engines.cadence.conftest import build

    company, admin = build(cast), cast.client(cast.admin)
    company.now = clock.now()
    account = company.account()
    call = company.call(account)
    said = {"user": cast.manager.pk, "first": call.planned_on, "last": call.planned_on}
    answer = admin.post("/settings/calendars/absences", said)
    assert "1 planned call would go to" in answer.content.decode()
    assert company.call(account).planned_on == call.planned_on
    seen = answer.context["absence_form"].seen
    assert admin.post("/settings/calendars/absences", {**said, "seen": seen}).status_code == 303
    assert company.call(account).planned_on > call.planned_on

    held = Absence.objects.as_system("test").get()
    answer = admin.post(f"/settings/calendars/absences/{held.pk}/end")  # taking it back is told before as well
    assert "1 planned call would go to" in answer.content.decode()
    assert company.call(account).planned_on > call.planned_on
    assert admin.post(f"/settings/calendars/absences/{held.pk}/end", {"seen": "yes"}).status_code == 303
    assert company.call(account).planned_on == call.planned_on


def test_an_interval_is_saved_with_its_forecast_in_sight(cast: Cast) -> None:
    from tests.engines.cadence.conftest import build

    company, admin = build(cast), cast.client(cast.admin)
    company.now = clock.now()
    account = company.account()
    status = company.statuses["B"]
    page = admin.get(f"/settings/interaction-statuses/{status.pk}")
    form = page.context["form"]
    given = {f.name: f.value() for f in form if f.value() is not None} | {"interval": 60}
    given = {k: v for k, v in given.items() if v is not False} | {"version": company.fresh(status).version}
    asked = admin.post(f"/settings/interaction-statuses/{status.pk}", given)
    words = asked.content.decode().replace("\u00a0", " ")
    assert "1 account has an open call of this status." in words
    assert "1 would move, to" in words
    assert company.fresh(status).interval == 30
    before = company.call(account)
    done = admin.post(
        f"/settings/interaction-statuses/{status.pk}", {**given, "forecast": "60:calendar", "calls": "now"}
    )
    assert done.status_code == 303
    assert company.fresh(status).interval == 60
    assert company.call(account).due_raw == before.due_raw + dt.timedelta(days=30)
    assert company.holds()


def test_another_weekend_and_another_country_of_a_person_say_first_which_calls_they_move(company: Cast) -> None:
    from tests.engines.cadence.conftest import build

    made, admin = build(company), company.client(company.admin)
    made.now = clock.now()
    account = made.account()
    planned = made.call(account).planned_on
    free = [str(planned.weekday()), *(day for day in ("5", "6") if day != str(planned.weekday()))]
    answer = admin.post("/settings/organisation", form(weekend=free))
    assert "1 planned call would go to" in answer.content.decode()
    assert made.call(account).planned_on == planned
    answer = admin.post("/settings/organisation", form(weekend=free, seen=answer.context["moves"]["seen"]))
    assert answer.status_code == 303
    moved = made.call(account).planned_on
    assert moved > planned

    manager = company.manager
    make("calendar-days", day=moved, name="Founders’ day", country_code="NZ")
    said = {"name": manager.name, "email": manager.email, "language": "en", "zone": "Europe/Madrid", "country_code": "NZ",
            "calls_per_day": "24", "roles": [row.role_id for row in UserRole.objects.of([manager])]}  # fmt: skip
    answer = admin.post(f"/settings/people/{manager.pk}", said)
    assert "1 planned call would go to" in answer.content.decode()
    assert made.call(account).planned_on == moved
    answer = admin.post(f"/settings/people/{manager.pk}", {**said, "seen": answer.context["moves"]["seen"]})
    assert answer.status_code == 303
    assert made.call(account).planned_on > moved
