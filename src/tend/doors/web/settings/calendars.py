"""Calendars: the holidays of a year as planning reads them, days the company changed, and absences of its people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tend.base import workdays
from tend.doors.web.pages import Request, after, show, undo_of
from tend.doors.web.settings import saving
from tend.doors.web.settings.rooms import crumbs, needs
from tend.doors.web.settings.saving import SettingsForm
from tend.engines.cadence import rerolling
from tend.kernel import clock
from tend.kernel.errors import NotSeen, Refused
from tend.kernel.organisation import organisation
from tend.kernel.values import create_record
from tend.kernel.verbs import Verb
from tend.people.calendar_commands import add_absence as enter_absence
from tend.people.calendar_commands import remove_absence, remove_day, set_day
from tend.people.calendar_entity import ABSENCE, CALENDAR_DAY
from tend.people.calendar_models import Absence, CalendarDay
from tend.people.models import User

PAGE = "/settings/calendars"


class DayForm(SettingsForm):
    day = saving.DayField(label=gettext_lazy("Day"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    country_code = forms.ChoiceField(label=gettext_lazy("For"), required=False)
    is_working = forms.TypedChoiceField(
        label=gettext_lazy("Is"), coerce=lambda said: said == "yes", initial="no",
        choices=[("no", gettext_lazy("a holiday")), ("yes", gettext_lazy("a working day"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country_code"].choices = saving.countries(_("everybody"))  # type: ignore[attr-defined]


class AbsenceForm(SettingsForm):
    user = forms.TypedChoiceField(label=gettext_lazy("Person"), coerce=int)
    first = saving.DayField(label=gettext_lazy("From"))
    last = saving.DayField(label=gettext_lazy("To"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=80, required=False)
    substitute = forms.TypedChoiceField(label=gettext_lazy("Substitute"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, request: Request, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = list(User.objects.seen_by(request.actor).filter(is_active=True))
        mine = [u for u in people if request.actor.has_right("users") or u.pk == request.actor.user_id]
        self.fields["user"].choices = saving.records(mine)  # type: ignore[attr-defined]
        self.fields["user"].initial = request.actor.user_id
        self.fields["substitute"].choices = saving.records(people, _("nobody"))  # type: ignore[attr-defined]


@needs("settings")
def calendars(request: Request) -> HttpResponse:
    """The days of a year nobody works, and a form for another."""
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if moves := _moves(request, set_day, form):
                return answer(request, form, AbsenceForm(request=request), day_moves=moves)
            done = create_record(request.actor, CALENDAR_DAY, form.given)
        except Refused as no:
            saving.refuse(form, no)
        else:
            return after(
                request,
                f"{PAGE}?year={done.record.day.year}",
                " ".join(filter(None, [_("The day is changed."), done.sentence])),
                undo_of(done),
            )
    return answer(request, form, AbsenceForm(request=request))


@needs("settings", "POST")
def forget_day(request: Request, pk: int) -> HttpResponse:
    """Let a day follow the rule of its country again."""
    held = CalendarDay.objects.seen_by(request.actor).filter(pk=pk).first()
    if held is None:
        raise NotSeen("day")
    if moves := _comes_back(request, remove_day, held):
        return answer(
            request, DayForm(), AbsenceForm(request=request), back=held, back_moves=moves, of_year=held.day.year
        )
    done = remove_day(request.actor, held)
    said = " ".join(filter(None, [_("The day follows its country again."), done.sentence]))
    return after(request, f"{PAGE}?year={held.day.year}", said, undo_of(done))


@needs("settings", "POST")
def add_absence(request: Request) -> HttpResponse:
    """Enter days on which somebody does not work."""
    form = AbsenceForm(request.POST, request=request)
    if form.is_valid():
        try:
            if moves := _moves(request, enter_absence, form):
                return answer(request, DayForm(), form, absence_moves=moves)
            done = create_record(request.actor, ABSENCE, form.given)
        except Refused as no:
            saving.refuse(form, no)
        else:
            return after(
                request,
                f"{PAGE}?year={done.record.first.year}",
                " ".join(filter(None, [_("The absence is entered."), done.sentence])),
                undo_of(done),
            )
    return answer(request, DayForm(), form)


@needs("settings", "POST")
def end_absence(request: Request, pk: int) -> HttpResponse:
    """Take an absence back."""
    held = Absence.objects.seen_by(request.actor, "edit").filter(pk=pk).first()
    if held is None:
        raise NotSeen("absence")
    if moves := _comes_back(request, remove_absence, held):
        return answer(
            request, DayForm(), AbsenceForm(request=request), back=held, back_moves=moves, of_year=held.first.year
        )
    done = remove_absence(request.actor, held)
    said = " ".join(filter(None, [_("The absence is taken back."), done.sentence]))
    return after(request, f"{PAGE}?year={held.first.year}", said, undo_of(done))


def _moves(request: Request, verb: Verb, form: SettingsForm) -> rerolling.Moves | None:
    """What the change would move, to be seen once before it is made; None when that has been seen or nothing moves."""
    seen = ",".join(str(value) for _name, value in sorted(form.given.items()))
    if request.POST.get("seen") == seen:
        return None
    found = rerolling.foresee(request.actor, verb, form.given)
    form.seen = seen  # type: ignore[attr-defined]
    return found if found.count else None


def _comes_back(request: Request, verb: Verb, held: Any) -> rerolling.Moves | None:
    """What taking a day or an absence back would move, to be seen once before it is done."""
    if request.POST.get("seen"):
        return None
    found = rerolling.foresee(request.actor, verb, record=held)
    return found if found.count else None


def answer(
    request: Request, form: DayForm, absence: AbsenceForm, *, of_year: int | None = None, **more: Any
) -> HttpResponse:
    company, asked = organisation(), request.GET.get("year", "") if of_year is None else str(of_year)
    now = clock.day_in(clock.now(), request.actor.zone).year
    year = int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2100 else now
    changed = list(CalendarDay.objects.seen_by(request.actor).filter(day__year=year))
    rows = [
        {"day": day, "name": name, "of": company.country_code}
        for day, name in workdays.public_holidays(company.country_code, year).items()
    ]
    rows += [{"day": d.day, "name": d.name, "of": d.country_code, "changed": d} for d in changed]
    mine = {d.day for d in changed if d.country_code in ("", company.country_code)}
    shown = sorted((r for r in rows if "changed" in r or r["day"] not in mine), key=lambda row: row["day"])
    seen = Absence.objects.seen_by(request.actor).filter(
        first__lte=dt.date(year, 12, 31), last__gte=dt.date(year, 1, 1)
    )
    context = {
        "days": shown, "absences": seen.select_related("user", "substitute"), "form": form, "absence_form": absence, "year": year,
        "crumbs": crumbs(), "url": PAGE, "years": [{"label": str(y), "url": f"{PAGE}?year={y}", "current": y == year} for y in range(now - 1, now + 3)],
        **more,
    }  # fmt: skip
    return show(request, "settings/calendars.html", context, status=422 if form.errors or absence.errors else 200)
