"""The third step of an import: what each column becomes, what an unknown value or a blank does, and the rules for all rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tend.domains.accounts.models import InteractionStatus
from tend.doors.web.imports import steps
from tend.doors.web.pages import Request, after, page, show
from tend.doors.web.settings.saving import countries, currencies
from tend.doors.web.templatetags.tend import number
from tend.engines.cadence.first_calls import days_of_first_calls
from tend.kernel.errors import Refused
from tend.kernel.imports.files import change_plan, plan_of, problems_of
from tend.kernel.imports.mappings import earlier_mapping, mapped_as
from tend.kernel.imports.models import Import
from tend.kernel.imports.plan import Blank, Column, Duplicates, Mode, Plan, Unknown
from tend.kernel.imports.recipe import Recipe, recipe_named
from tend.kernel.imports.run import ask_to_rehearse

Choices = list[dict[str, Any]]


@page("GET", "POST")
def match_step(request: Request, pk: int) -> HttpResponse:
    """Show the columns with their fields; keep what is changed, make a characteristic, or go on to the rehearsal."""
    run = steps.mine(request, pk)
    if run.operation_id or not run.sha256:
        return HttpResponseRedirect(steps.url_of(run))
    recipe = cast("Recipe", recipe_named(run.recipe))
    problems: list[str] = []
    if request.method == "POST":
        try:
            plan = read_plan(request.POST, plan_of(run), recipe, request)
            do = request.POST.get("do", "")
            if do.startswith("characteristic-"):
                plan = _with_characteristic(request, recipe, plan, int(do.rpartition("-")[2]))
            elif do == "as-before" and (earlier := earlier_mapping(request.actor, run)) is not None:
                plan = mapped_as(request.actor, run, earlier.plan)
            elif do.startswith("skip-"):
                plan = plan.with_column(int(do.rpartition("-")[2]), field="", how="skipped")
            change_plan(request.actor, run, plan)
            if do == "rehearse":
                ask_to_rehearse(request.actor, run)
                return after(request, steps.url_of(run, "rehearse"))
            return after(request, f"{steps.url_of(run, 'match')}#columns")
        except Refused as no:
            problems = [no.message]
    plan = plan_of(run)
    earlier = earlier_mapping(request.actor, run)
    context = {
        **steps.context(run, "match"), "problems": problems or (problems_of(request.actor, run) if request.method == "GET" else []),
        "columns": [_column(request, recipe, plan, i) for i in range(len(plan.columns))],
        "found": _found(plan), "first_calls": first_calls(request, run, plan),
        "earlier": earlier.run if earlier is not None and mapped_as(request.actor, run, earlier.plan) != plan else None, **_rules(request, recipe, plan),
    }  # fmt: skip
    return show(request, "imports/match.html", context, status=422 if problems else 200)


def read_plan(given: QueryDict, plan: Plan, recipe: Recipe, request: Request) -> Plan:
    """The plan as the form says it. Words that the form never offers are left as they were."""
    allowed = {t.name for t in recipe.targets(request.actor)}
    columns = []
    for index, column in enumerate(plan.columns):
        field = given.get(f"field-{index}", column.field)
        field = field if field in allowed or field == "" else column.field
        how = column.how if field == column.field else ("skipped" if field == "" else "chosen")
        columns.append(replace(
            column, field=field, how="chosen" if how == "skipped" and field else how,
            unknown=cast("Unknown", _one_of(given.get(f"unknown-{index}"), ("error", "create", "ignore"), column.unknown)),
            blank=cast("Blank", _one_of(given.get(f"blank-{index}"), ("keep", "clear"), column.blank)),
            decimal=_one_of(given.get(f"decimal-{index}"), (".", ","), column.decimal),
            date_order=_one_of(given.get(f"date_order-{index}"), ("dmy", "mdy", "ymd"), column.date_order),
        ))  # fmt: skip
    defaults = {n: given[f"default-{n}"] for n in recipe.rules if given.get(f"default-{n}")}
    kept = {n: v for n, v in plan.defaults.items() if f"default-{n}" not in given}
    return replace(
        plan, columns=tuple(columns), defaults={**kept, **defaults},
        mode=cast("Mode", _one_of(given.get("mode"), ("both", "create", "update"), plan.mode)),
        duplicates=cast("Duplicates", _one_of(given.get("duplicates"), ("fill", "skip", "create", "ask"), plan.duplicates)),
        key=_one_of(given.get("key"), ("", *recipe.keys), plan.key),
        country=_one_of(given.get("country"), tuple(code for code, _name in countries("")), plan.country),
        currency=_one_of(given.get("currency"), tuple(code for code, _name in currencies()), plan.currency),
    )  # fmt: skip


def _one_of(said: str | None, words: tuple[str, ...], otherwise: str) -> str:
    return said if said is not None and said in words else otherwise


def _with_characteristic(request: Request, recipe: Recipe, plan: Plan, index: int) -> Plan:
    if not 0 <= index < len(plan.columns):
        raise Refused(_("There is no such column."))
    return plan.with_column(index, field=recipe.new_field(request.actor, plan.columns[index]), how="chosen", note="")


def first_calls(request: Request, run: Import, plan: Plan, count: int = 0) -> str:
    """How the first calls of new accounts fall: over so many working days, and how many of them that is a day.

    Of activities: what becomes of what is done and of what is planned. People have no calls of their own: "".
    """
    if run.recipe == "activities":
        return _(
            "What was done counts as its outcome says, and dates the next call of its account. What is planned is kept"
            " as a promise."
        )
    if run.recipe == "contacts":
        return ""
    lifecycle = "lead" if run.recipe == "leads" else "prospect"
    chosen = plan.defaults.get("interaction_status")
    statuses = InteractionStatus.objects.seen_by(request.actor).filter(pk=chosen) if str(chosen or "").isdigit() else ()
    days = days_of_first_calls(request.actor, lifecycle, next(iter(statuses), None))
    if not days:
        return _("No first calls are planned for new accounts.")
    said = ngettext(
        "The first calls are spread over %(n)s working day.",
        "The first calls are spread over %(n)s working days.",
        days,
    ) % {"n": number(days)}
    if not count:
        return said
    per_day = -(-count // days)
    return f"{said} " + ngettext("That is at most %(n)s a day.", "That is at most %(n)s a day.", per_day) % {
        "n": number(per_day)
    }


def _found(plan: Plan) -> str:
    matched = sum(1 for c in plan.columns if c.field)
    words = ngettext(
        "%(found)s of %(n)s column found its field", "%(found)s of %(n)s columns found their field", len(plan.columns)
    )
    return words % {"found": number(matched), "n": number(len(plan.columns))}


def _column(request: Request, recipe: Recipe, plan: Plan, index: int) -> dict[str, Any]:
    column = plan.columns[index]
    kind = recipe.kind(request.actor, column.field) if column.field else ""
    return {
        "index": index, "header": column.header, "examples": " · ".join(column.examples), "field": column.field,
        "asks": not column.field and column.how != "skipped", "skipped": not column.field and column.how == "skipped",
        "note": _note(column), "fields": _fields(request, recipe, column.field),
        "unknowns": _unknowns(request, column.unknown, recipe, column.field) if kind in ("link", "links") else [],
        "blanks": _options((("keep", _("Blank: keep what is there")), ("clear", _("Blank: clear the field"))), column.blank)
        if column.field and recipe.may_clear(column.field) and plan.mode != "create" else [],
        "decimals": _options((("", _("Decimal sign: as written")), (",", _("Decimal sign: comma")), (".", _("Decimal sign: point"))), column.decimal)
        if kind in ("number", "integer", "money") else [],
        "orders": _options(
            (("", _("Dates as written")), ("dmy", _("Day, month, year")), ("mdy", _("Month, day, year")), ("ymd", _("Year, month, day"))),
            column.date_order,
        ) if kind in ("date", "datetime") else [],
        "required": column.field == "name" and recipe.record == "account", "finds": column.field == "account" or column.field.startswith("account."), "is_key": bool(column.field) and column.field in (plan.key, "id", "number", "external_ref"),
        "may_make": request.actor.has_right("settings") and bool(recipe.keys), "money": kind == "money",
    }  # fmt: skip


def _note(column: Column) -> str:
    if column.note:
        return _(column.note) % column.note_params if column.note_params else _(column.note)
    words = {
        "name": _("by name"), "content": _("by content"), "name and content": _("by name and content"),
        "chosen": _("chosen by you"), "before": _("as in the file before"), "skipped": _("skipped"), "none": _("nothing fits"), "": _("nothing fits"),
    }  # fmt: skip
    return words.get(column.how, "")


def _fields(request: Request, recipe: Recipe, chosen: str) -> Choices:
    kept: dict[Any, Choices] = request.__dict__.setdefault("_fields_of_import", {})
    if None not in kept:
        kept[None] = [
            {"value": t.name, "label": recipe.label(request.actor, t.name)} for t in recipe.targets(request.actor)
        ]
    return [{**option, "selected": option["value"] == chosen} for option in kept[None]]


def _unknowns(request: Request, chosen: str, recipe: Recipe, field: str) -> Choices:
    if recipe.name == "contacts" and field == "accounts":
        companies = [("ignore", _("Unknown company: note its name")), ("error", _("Unknown company: an error"))]
        if recipe.may_add_values(request.actor, field):
            companies.append(("create", _("Unknown company: make an account")))
        return _options(companies, chosen)
    words = [("error", _("Unknown value: an error")), ("ignore", _("Unknown value: leave it out"))]
    if recipe.may_add_values(request.actor, field):
        words.insert(1, ("create", _("Unknown value: add it to the book")))
    return _options(words, chosen)


def _rules(request: Request, recipe: Recipe, plan: Plan) -> dict[str, Any]:
    modes = (("both", _("Create and update")), ("create", _("Create only")), ("update", _("Update only")))
    duplicates = (
        ("fill", _("Update blanks only")), ("skip", _("Leave them alone")),
        ("create", _("Create anyway")), ("ask", _("Ask me, row by row")),
    )  # fmt: skip
    keys = (
        [("", _("Name and a further sign")), *((k, recipe.label(request.actor, k)) for k in recipe.keys)]
        if recipe.keys
        else []
    )
    return {
        "modes": _options(modes, plan.mode), "duplicates": _options(duplicates if recipe.keys else (), plan.duplicates), "keys": _options(keys, plan.key),
        "countries": _options(countries(_("none")), plan.country), "currencies": _options(currencies(), plan.currency),
        "rules": [
            {"name": f"default-{n}", "label": label, "options": _options([("", blank), *values], plan.defaults.get(n, ""))}
            for n, (label, blank, values) in recipe.rule_choices(request.actor).items()
        ],
    }  # fmt: skip


def _options(words: Any, chosen: Any) -> Choices:
    return [{"value": value, "label": label, "selected": str(value) == str(chosen)} for value, label in words]


def is_ready(run: Import, request: Request) -> bool:
    """May it be rehearsed?"""
    return not problems_of(request.actor, run)
