"""How many records of a list have each value of one field: the heads of boards and of grouped lists.

A list of up to `WHOLE` records is counted in one pass. Of a longer one each value is counted by itself and no further than
`COUNTED`, of many values less far: values with an index of their own then cost what is counted, not what the list holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact, IsNull
from django.utils.translation import gettext as _

from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, Field, entity_of
from tend.kernel.errors import Refused
from tend.kernel.listing.access import parts_of
from tend.kernel.listing.listing import Listing
from tend.kernel.listing.totals import COUNTED, Asked, asked
from tend.kernel.query import find_target
from tend.kernel.query.operators import NEGATIVE
from tend.kernel.query.tree import conditions, read_tree

MANY = 24  # values from which on each is counted less far
FEW = 1_000  # how far each of many values is counted
WHOLE = 100_000  # records that are counted in one pass over all of them
MOST_GROUPS = 300  # values of one field that can stand beside one another
KINDS = ("link", "choice", "yesno")


class Begun(Func):
    """A condition with whose index a count is to begin, because the list is long; SQLite would take that of any other
    condition, and read each of its records.
    """

    function = "unlikely"
    output_field = models.BooleanField()
    conditional = True

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return compiler.compile(self.source_expressions[0])


@dataclass(frozen=True)
class Group:
    """The records of a list that have one value: `value` as filters name it (an id, a code, None for blank), its count.

    `is_more` says that there are more than `count`. `mark` and `hue` are those of a book's value; a retired value is
    not offered for new records.
    """

    value: int | str | bool | None
    label: str
    count: int = 0
    is_more: bool = False
    mark: str = ""
    hue: str = ""
    is_offered: bool = True

    @property
    def key(self) -> str:
        """The value as an address carries it; blank for none."""
        return "" if self.value is None else str(self.value)


def grouping(entity: Entity, actor: Actor, name: str) -> Field:
    """The field by which records can stand in groups. Unknown and hidden names are refused alike, and so are fields without few values."""
    target = find_target(entity, actor, name)
    if target.hops or target.through is not None or target.kind not in KINDS:
        raise Refused(_("There are no groups by “%(name)s”.") % {"name": name}, field=name, code="not_groupable")
    return target.field


def groups_offered(entity: Entity, actor: Actor) -> list[Field]:
    """The fields of books, choices and people by which this actor can group a list."""
    found = [f for f in entity.readable(actor) if f.filter and not f.trait and f.kind in KINDS[:2]]
    return [f for f in found if f.kind == "choice" or (f.to is not None and _is_few(f.to))]


def _is_few(model: type[models.Model]) -> bool:
    """Whether a type's records are known to be few: books, people."""
    return any(f.name == "hue" for f in model._meta.concrete_fields)


def group_counts(listing: Listing, by: str) -> list[Group]:
    """The values of a field in their order with their counts in this list, in one question; blank ones come last.

    Books have the order of the book, choices that of their declaration, other records that of their names. Retired values
    stand only where records have them, and so do blanks. What is out of sight counts as blank. Raises Refused for a name
    that is unknown, hidden or no field with few values.
    """
    field = grouping(listing.entity, listing.actor, by)
    values = values_of(field, listing.actor)
    spread = None if _is_everything(listing) else _spread(listing, field)
    if spread is None:
        return _bounded(listing, field, values)
    numbers = {_plain(v.value): spread.get(_plain(v.value), 0) for v in values}
    return _counted(values, lambda value: numbers[_plain(value)], sum(spread.values()) - sum(numbers.values()))


def _is_everything(listing: Listing) -> bool:
    """Whether nothing narrows the list much, so that a pass over it is likely to be in vain: "is not a lead" leaves most."""
    reach = parts_of(listing.entity, listing.actor, listing.action, trashed=listing.trashed)
    if reach is not None or listing.words or listing.walk is not None:
        return False
    most = NEGATIVE.keys() - {"empty"}
    return all(condition.op in most for condition in conditions(read_tree(listing.filter)))


def _spread(listing: Listing, field: Field) -> dict[Any, int] | None:
    """Each value with its count, from one pass; None when the list has more records than that."""
    rows = asked(listing.parts(), [field.orm])
    if not rows.sql:
        return {}
    with connection.cursor() as cursor:
        # The names of the columns are ours, every value of the inner question is a parameter.
        cursor.execute(
            f"WITH found (pk, value) AS ({rows.sql} LIMIT {WHOLE + 1}) SELECT value, COUNT(*) FROM found GROUP BY value",  # noqa: S608 - Django's own SQL
            rows.given,
        )
        found = {_plain(value): number for value, number in cursor.fetchall()}
    return found if sum(found.values()) <= WHOLE else None


def values_of(field: Field, actor: Actor) -> list[Group]:
    """The values that a field may have, in order, without counts."""
    if field.kind == "yesno":
        return [Group(True, _("yes")), Group(False, _("no"))]
    if field.kind == "choice":
        return [Group(code, str(label)) for code, label in field.choices if code not in (None, "")]
    assert field.to is not None
    model: Any = field.to
    entity = entity_of(model)
    columns = {f.name for f in model._meta.concrete_fields}
    if entity.title not in columns:
        raise Refused(_("There are no groups by “%(name)s”.") % {"name": field.name}, field=field.name, code="not_groupable")  # fmt: skip
    order = ("position", "name", "pk") if entity.book else (entity.title, "pk")
    wanted = ["pk", entity.title, *(c for c in ("mark", "hue", "is_active", "trashed_at") if c in columns)]
    seen = model.objects.seen_by(actor, trashed=_is_few(model)).order_by(*order).values(*wanted)
    found = [
        Group(
            row["pk"],
            str(row[entity.title]),
            mark=row.get("mark", ""),
            hue=row.get("hue", ""),
            is_offered=row.get("is_active", True) and row.get("trashed_at") is None,
        )
        for row in seen[: MOST_GROUPS + 1]
    ]
    if len(found) > MOST_GROUPS:
        raise Refused(
            _("“%(name)s” has more than %(limit)d values.") % {"name": field.label, "limit": MOST_GROUPS},
            field=field.name,
            code="not_groupable",
        )
    return found


def _bounded(listing: Listing, field: Field, values: Sequence[Group]) -> list[Group]:
    rows = listing.scope
    ids = None if field.to is None or _is_few(field.to) else [v.value for v in values]
    blank = asked([rows.filter(_is_blank(rows, field, ids))], ())
    wanted = [v.value for v in values]
    most = COUNTED if len(wanted) <= MANY else FEW
    numbers = counts_at(rows, path_of(rows, field), _column(listing.entity.model, field), wanted, blank, most)
    return _counted(values, lambda value: numbers.get(_plain(value), 0), numbers.get(None, 0), most)


def counts_at(
    rows: Any, path: str, column: Any, values: Sequence[Any], blank: Asked | None = None, most: int = COUNTED
) -> dict[Any, int]:
    """How many of these rows have each of some values at a column, one more than `most` at most, in one question.

    `path` is what the query calls the column, `column` the model's field of that type; `blank` is counted under None.
    """
    wanted = Func(template="wanted.value", output_field=column)
    each = asked([rows.filter(Begun(Exact(F(path), wanted)))], ())
    kind = (
        "boolean"
        if isinstance(column, models.BooleanField)
        else "text"
        if isinstance(column, models.CharField)
        else "bigint"
    )
    sql, given = [], []
    if each.sql and values:
        # Each count stands beside its value, so that the question is planned once, however many values there are.
        table = ", ".join([f"(CAST(%s AS {kind}))"] * len(values))
        sql.append(
            f"SELECT wanted.value, {_count(each, 'counted', most)} FROM (WITH list(value) AS (VALUES {table}) SELECT value FROM list) wanted"  # noqa: S608 - Django's own SQL
        )
        given += [*each.given, *values]
    if blank is not None and blank.sql:
        sql.append(f"SELECT NULL, {_count(blank, 'blanks', most)}")
        given += blank.given
    if not sql:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sql), given)
        return {_plain(value): number for value, number in cursor.fetchall()}


def _count(rows: Asked, name: str, most: int) -> str:
    return f"(SELECT COUNT(*) FROM ({rows.sql} LIMIT {most + 1}) {name})"  # noqa: S608 - Django's own SQL


def _counted(
    values: Sequence[Group], number_of: Callable[[Any], int], blanks: int, most: int | None = None
) -> list[Group]:
    found, most = [], COUNTED if most is None else most
    for one in [*values, Group(None, _("not filled in"), is_offered=False)]:
        number = blanks if one.value is None else number_of(one.value)
        if number or one.is_offered:
            found.append(
                Group(
                    one.value,
                    one.label,
                    min(number, most),
                    number > most,
                    one.mark,
                    one.hue,
                    one.is_offered,
                )
            )
    return found


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _column(model: type[models.Model], field: Field) -> Any:
    column: Any = model._meta.get_field(field.orm)
    return column.target_field if field.kind == "link" else column


def _is_blank(rows: Any, field: Field, ids: Sequence[Any] | None) -> Q:
    path = path_of(rows, field)
    if field.kind == "yesno":
        return Q(pk__in=[])
    if field.kind == "choice":
        return Q(**{path: ""}) | Q(**{f"{path}__isnull": True})
    found = Q(Begun(IsNull(F(path), True))) if ids is None else Q(**{f"{path}__isnull": True})
    return found if ids is None else found | ~Q(**{f"{path}__in": ids})


def path_of(rows: Any, field: Field) -> str:
    """The column that holds the value: that of an access row, where the query is joined with one."""
    attname = str(getattr(rows.model._meta.get_field(field.orm), "attname", field.orm))
    copied = f"_copied_{attname}"
    return copied if copied in rows.query.annotations else attname
