"""The record types that the kernel itself brings: tags, characteristics, the organisation."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tend.base.addresses import is_country_code
from tend.kernel.books import declare_book, everyone_sees
from tend.kernel.characteristics import filterable, promoting, recasting  # noqa: F401 - their reactions, deeds and jobs
from tend.kernel.characteristics.commands import CHARACTERISTIC
from tend.kernel.company_events import organisation_edited
from tend.kernel.entity import Entity, Field, Projection, register
from tend.kernel.errors import Refused
from tend.kernel.organisation import Organisation, organisation_changed
from tend.kernel.traits.tags import Tag
from tend.kernel.unit import Unit
from tend.kernel.values import put
from tend.kernel.verbs import verb

__all__ = ["CHARACTERISTIC", "ORGANISATION", "TAG"]

TAG = declare_book(Tag, "tags")


@verb("kernel.organisation", needs="settings", creates=True, label=_("First steps"))
def set_up_organisation(unit: Unit, *, values: dict[str, Any]) -> Organisation:
    """Name the company that uses this Tend, with its country, currency, language and time zone."""
    company: Organisation = unit.create(Organisation, weekend=[5, 6])
    put(unit, ORGANISATION, company, values)
    _check_company(company)
    return company


@verb("kernel.organisation", needs="settings", label=_("Edit"))
def edit_organisation(unit: Unit, company: Organisation, *, values: dict[str, Any]) -> None:
    """Change what holds for the whole company. Refused for a zone nobody keeps, and when no day is left to work.

    Sets off: organisation_edited.
    """
    put(unit, ORGANISATION, company, values)
    _check_company(company)
    unit.announce(organisation_edited(company))


@verb("kernel.organisation", needs="settings", label=_("Finish the first steps"))
def finish_first_steps(unit: Unit, company: Organisation) -> None:
    """Say that this Tend is set up: the first steps are not offered again. Refused when they were taken."""
    if company.is_set_up:
        raise Refused(gettext("The first steps have been taken."))
    company.is_set_up = True


def _check_company(company: Organisation) -> None:
    company.country_code, company.currency = (company.country_code or "").upper(), (company.currency or "").upper()
    if not is_country_code(company.country_code):
        raise Refused(
            gettext("“%(value)s” is no country.") % {"value": company.country_code}, field="country_code", code="choice"
        )
    if not 1 <= company.security_log_months <= 120:
        raise Refused(
            gettext("The security log is kept for 1 to 120 months."), field="security_log_months", code="range"
        )
    if not (company.currency.isalpha() and len(company.currency) == 3):
        raise Refused(
            gettext("“%(value)s” is no currency; write its three letters.") % {"value": company.currency},
            field="currency",
            code="choice",
        )
    if company.zone not in available_timezones():
        raise Refused(gettext("“%(value)s” is no time zone.") % {"value": company.zone}, field="zone", code="choice")
    if company.language not in dict(settings.LANGUAGES):
        raise Refused(
            gettext("Tend does not speak “%(value)s”.") % {"value": company.language}, field="language", code="choice"
        )
    if company.first_weekday not in range(7):
        raise Refused(
            gettext("A week begins on a day between 0 and 6; Monday is 0."), field="first_weekday", code="choice"
        )
    rest = company.weekend
    if not isinstance(rest, list) or any(type(day) is not int or day not in range(7) for day in rest):
        raise Refused(
            gettext("The weekend is a list of days between 0 and 6; Monday is 0."), field="weekend", code="type"
        )
    if len(set(rest)) == 7:
        raise Refused(gettext("One day at least must be worked, or no call could be planned."), field="weekend")
    labels = company.lifecycle_labels
    if not isinstance(labels, dict) or any(
        not isinstance(v, str) or not v.strip() or len(v) > 40 for v in labels.values()
    ):
        raise Refused(
            gettext("A name of a lifecycle has between 1 and 40 letters."), field="lifecycle_labels", code="type"
        )


def _forget(unit: Unit, created: list[Organisation], changed: list[Organisation]) -> None:
    organisation_changed()


ORGANISATION = register(
    Entity(
        model=Organisation, plural="organisation", rows=everyone_sees, lines=("settings",),
        fields=(
            Field("name", column=True, required=True), Field("country_code"), Field("currency"), Field("zone"),
            Field("language"), Field("first_weekday"), Field("weekend", kind="json"), Field("lifecycle_labels", kind="json"),
            Field("security_log_months"),
            Field("is_set_up", edit=False),
        ),
        create=set_up_organisation, edit=edit_organisation, verbs=(finish_first_steps,),
        projections=(Projection(_forget, frozenset({
            "name", "country_code", "currency", "zone", "language", "first_weekday", "weekend", "lifecycle_labels", "is_set_up",
        })),),
    )
)  # fmt: skip
