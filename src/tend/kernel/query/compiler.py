"""A filter becomes one condition on a query: what every list, report, rule and export filters by.

Every condition is two-valued: it never answers "unknown" for a blank, so that `not` and the negative comparisons find
exactly the rest. Records and values out of the actor's sight are absent: a related record counts only within its own scope.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.lookups import In
from django.utils.translation import gettext as _

from tend.base.phones import parse_phone, phone_search_digits
from tend.kernel import clock
from tend.kernel.actor import Actor
from tend.kernel.entity import Entity, entity_of
from tend.kernel.errors import Refused
from tend.kernel.organisation import organisation
from tend.kernel.query import fold
from tend.kernel.query.operators import LISTED, NEGATIVE, check_operator, is_relative
from tend.kernel.query.targets import Hop, Target, find_target
from tend.kernel.query.titles import title_holds
from tend.kernel.query.tree import All, Condition, Node, Not, read_tree
from tend.kernel.query.typed import Values

NOTHING = Q(pk__in=[])
MANY, MOST_GATHERED = 8_000, 60_000  # records with a value of a characteristic, see _holders
_TEXT_COLUMNS = (models.CharField, models.TextField)


def compile_filter(entity: Entity, actor: Actor, tree: Any, *, now: dt.datetime | None = None) -> Q:
    """The condition that a filter (JSON or nodes) says, for a queryset of this record type in the actor's scope.

    Raises Refused naming the field, with code unknown, operator, type, choice, unknown_link or not_filterable.
    """
    return _Compiler(entity, actor, now or clock.now()).node(read_tree(tree))


class _Compiler:
    def __init__(self, entity: Entity, actor: Actor, now: dt.datetime) -> None:
        self.entity = entity
        self.actor = actor
        self.values = Values(actor, now)
        self._asks_each = False  # a condition is asked record by record already

    def node(self, node: Node) -> Q:
        if isinstance(node, Condition):
            return self.condition(node)
        if isinstance(node, Not):
            return ~Q(self._whole(node.part))
        found = Q()
        if isinstance(node, All):
            for part in node.parts:
                found &= self._whole(part)
            return found
        for part in node.parts:
            found |= self._whole(part)
        return found if node.parts else NOTHING

    def _whole(self, part: Node) -> Q:
        """An empty `all` holds for every record; an empty Q would vanish inside an `any`."""
        return self.node(part) or ~NOTHING

    def condition(self, condition: Condition) -> Q:
        target = find_target(self.entity, self.actor, condition.field)
        op, value = condition.op, condition.value
        if target.kind in ("date", "datetime") and is_relative(op):
            op, value = "is", op
        if op == "in" and not isinstance(value, (list, tuple)):
            op = "is"
        check_operator(target, op)
        positive = NEGATIVE.get(op)
        if op == "empty" and not target.hops and target.through is None and self._is_plain(target):
            return Q(**{f"{target.column}__isnull": True})  # SQLite finds no index for NOT (… IS NOT NULL)
        found = self._over(target.hops, self._reach(target, positive or op, value))
        return ~Q(found) if positive else found

    # --- getting there ----------------------------------------------------------------------------------------------
    def _over(self, hops: tuple[Hop, ...], found: Q) -> Q:
        for hop in reversed(hops):
            rows = entity_of(hop.to).model.objects.seen_by(self.actor).filter(found)  # type: ignore[attr-defined]
            found = self._hop(hop, rows)
        return found

    def _hop(self, hop: Hop, rows: Any) -> Q:
        if hop.relation is None:
            if hop.through is None:
                return Q(**{f"{hop.column}__in": rows.values("pk")})
            parts = _parts(hop.through.model).filter(
                **dict(hop.through.where), **{f"{hop.through.column}__in": rows.values("pk")}
            )
            return Q(pk__in=parts.values("record_id"))
        relation = hop.relation
        if relation.through is not None:
            links = _parts(relation.through).filter(
                **dict(relation.where), **{f"{relation.far}__in": rows.values("pk")}
            )
            return Q(pk__in=links.values(relation.near))
        rows = rows.filter(**dict(relation.where), **{f"{relation.near}__isnull": False})
        if relation.latest:
            seen = entity_of(relation.to).model.objects.seen_by(self.actor)  # type: ignore[attr-defined]
            same = seen.filter(**dict(relation.where), **{relation.near: OuterRef(relation.near)})
            rows = rows.filter(pk=Subquery(same.order_by(*relation.latest).values("pk")[:1]))
        return Q(pk__in=rows.values(relation.near))

    def _reach(self, target: Target, op: str, value: Any) -> Q:
        """The positive condition on the record that holds the field."""
        if op == "all_of":
            found = Q()
            for one in self._listed(target, value):
                found &= self._held(target, "any_of", [one])
            return found
        return self._held(target, op, value)

    def _held(self, target: Target, op: str, value: Any) -> Q:
        if target.kind in ("link", "links") and op in ("contains", "starts_with"):
            return self._named(target, op, value)
        on_column = self._compare(target, op, value)
        if target.through is None:
            return on_column
        rows = _parts(target.through.model).filter(**dict(target.through.where)).filter(on_column)
        held = self._holders(target, rows)
        if held == MOST_GATHERED and not self._asks_each:
            self._asks_each = True
            return Q(Exists(rows.filter(record_id=OuterRef("pk"))))
        if held >= MANY:
            return Q(In(F("pk") + 0, rows.values("record_id")))
        return Q(pk__in=rows.values("record_id"))

    def _holders(self, target: Target, rows: Any) -> int:
        """How many records hold this value of a characteristic, where it matters; counting stops at MOST_GATHERED.

        Left to itself SQLite reads every one of them and sorts. A list in its own order meets fifty of many soon: these are
        gathered by their ids alone (`+ 0` takes the index of the key out of its hands), and very many are asked one by one.
        One condition of a filter at most, because two that never hold together would make it ask every record.
        """
        if connection.vendor != "sqlite" or target.field.trait != "characteristics":
            return 0
        found: int = rows.values("record_id")[:MOST_GATHERED].count()
        return found

    def _named(self, target: Target, op: str, value: Any) -> Q:
        model = target.field.to
        assert model is not None
        said = self.values.text(target, value)
        titled = title_holds(entity_of(model), op, said)
        rows = model.objects.seen_by(self.actor).filter(titled)  # type: ignore[attr-defined]
        hop = Hop(model, column="" if target.through else target.column, through=target.through)
        return self._hop(hop, rows)

    # --- comparing --------------------------------------------------------------------------------------------------
    def _compare(self, target: Target, op: str, value: Any) -> Q:
        if op == "filled":
            return self._filled(target)
        kind = target.kind
        if kind in ("link", "links"):
            return self._links(target, value if op in LISTED else [value])
        if kind in ("date", "datetime"):
            return self._days(target, op, value)
        if kind == "remark" and op in ("lt", "lte", "gt", "gte", "between"):
            return self._ordered(target, target.number, op, value)
        if kind in ("text", "longtext", "url", "email", "phone", "remark"):
            return self._text(target, op, value)
        if kind in ("choice", "option", "options"):
            read = self.values.choice if kind == "choice" else self.values.option
            given = self._listed(target, value) if op in LISTED else [value]
            return Q(**{f"{target.column}__in": [read(target, v) for v in given]})
        if kind == "yesno":
            yes = self.values.yesno(target, value)
            return Q(**{target.column: Decimal(int(yes)) if target.through else yes})
        return self._ordered(target, target.column, op, value)

    def _is_plain(self, target: Target) -> bool:
        """Whether empty means NULL and nothing else."""
        if "__" in target.column or (
            target.kind == "link" and not (target.field.to and entity_of(target.field.to).book)
        ):
            return False
        return not isinstance(target.entity.model._meta.get_field(target.column), _TEXT_COLUMNS)

    def _filled(self, target: Target) -> Q:
        column = target.column
        found = Q(**{f"{column}__isnull": False})
        if target.kind in ("link", "links") and target.field.to is not None and not entity_of(target.field.to).book:
            seen = target.field.to.objects.seen_by(self.actor)  # type: ignore[attr-defined]
            return Q(**{f"{column}__in": seen.values("pk")})
        model = target.through.model if target.through else target.entity.model
        if "__" not in column and isinstance(model._meta.get_field(column), _TEXT_COLUMNS):
            found &= ~Q(**{column: ""})
        return found

    def _links(self, target: Target, value: Any) -> Q:
        ids = sorted({pk for one in self._listed(target, value) for pk in self.values.link(target, one)})
        return Q(**{f"{target.column}__in": ids})

    def _text(self, target: Target, op: str, value: Any) -> Q:
        given = [self.values.text(target, v) for v in (self._listed(target, value) if op in LISTED else [value])]
        column = target.column
        if target.kind == "phone":
            return self._phones(target, op, given)
        if op in ("contains", "starts_with"):
            if target.through is None and column == target.entity.title:
                return title_holds(target.entity, op, given[0])
            return (fold.contains if op == "contains" else fold.starts_with)(column, given[0])
        if target.kind == "email" and target.through:
            wanted = [v.strip().lower() for v in given]
        else:
            wanted = [s for v in given for s in fold.spellings(v)]
        return Q(**{f"{column}__in": list(dict.fromkeys(wanted))})

    def _phones(self, target: Target, op: str, given: list[str]) -> Q:
        """Numbers meet in any form; a part of one is looked for among its digits."""
        country = organisation().country_code
        found = Q()
        for typed in given:
            digits = phone_search_digits(typed, country)
            if not digits:
                raise Refused(
                    _("“%(value)s” is not a phone number.") % {"value": typed}, field=target.name, code="type"
                )
            if op == "contains":
                found |= Q(**{f"{target.column}__contains": digits})
            elif op == "starts_with":
                plain = "".join(c for c in typed if c.isdigit())
                found |= Q(**{f"{target.column}__startswith": plain}) | Q(
                    **{f"{target.column}__startswith": f"+{plain}"}
                )
            else:
                phone = parse_phone(typed, country or None)
                found |= Q(**{target.column: phone.normalised if phone else digits})
        return found

    def _ordered(self, target: Target, column: str, op: str, value: Any) -> Q:
        whole = target.kind == "integer"

        if op == "between":
            low, high = self._pair(target, value)
            return self._ordered(target, column, "gte", low) & self._ordered(target, column, "lte", high)
        if op in LISTED:
            found = NOTHING
            for one in self._listed(target, value):
                found |= self._ordered(target, column, "is", one)
            return found
        number = self.values.integer(target, value) if whole else self.values.number(target, value)
        filled = Q(**{f"{column}__isnull": False})
        model = target.through.model if target.through else target.entity.model
        stored = model._meta.get_field(column)
        if isinstance(stored, models.DecimalField) and isinstance(number, Decimal):
            return filled & _on_decimal(column, stored, op, number)
        return filled & Q(**{f"{column}__{'exact' if op == 'is' else op}": number})

    def _days(self, target: Target, op: str, value: Any) -> Q:
        if op in LISTED:
            found = NOTHING
            for one in self._listed(target, value):
                found |= self._days(target, "is", one)
            return found
        if op == "between":
            low, high = self._pair(target, value)
            return self._days(target, "gte", low) & self._days(target, "lte", high)
        column = target.column
        if target.kind == "datetime" and self.values.is_instant(value):
            instant = self.values.instant(target, str(value).strip())
            return Q(**{f"{column}__{'exact' if op == 'is' else op}": instant}) & Q(**{f"{column}__isnull": False})
        first, last = self.values.days(target, value)
        found = Q(**{f"{column}__isnull": False})
        if op in ("is", "gte") and first is not None:
            found &= Q(**{f"{column}__gte": self._edge(target, first)})
        if op in ("is", "lte"):
            found &= self._through(target, last)
        if op == "lt":
            found &= Q(**{f"{column}__lt": self._edge(target, first)}) if first is not None else NOTHING
        if op == "gt":
            found &= ~Q(self._through(target, last))
        return found

    def _edge(self, target: Target, day: dt.date) -> Any:
        return self.values.midnight(day) if target.kind == "datetime" else day

    def _through(self, target: Target, last: dt.date) -> Q:
        """Up to the end of a day."""
        if target.kind == "date":
            return Q(**{f"{target.column}__lte": last})
        if last == dt.date.max:
            return Q()
        return Q(**{f"{target.column}__lt": self.values.midnight(last + dt.timedelta(days=1))})

    def _listed(self, target: Target, value: Any) -> list[Any]:
        given = list(value) if isinstance(value, (list, tuple)) else [value]
        if not given:
            raise Refused(_("A list of values is expected."), field=target.name, code="type")
        return given

    def _pair(self, target: Target, value: Any) -> tuple[Any, Any]:
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise Refused(_("“between” takes two values, from and to."), field=target.name, code="type")
        return value[0], value[1]


def _on_decimal(column: str, stored: models.DecimalField[Any, Any], op: str, number: Decimal) -> Q:
    """Compare with a number that may have more places or digits than the column can hold."""
    places = stored.decimal_places or 0
    step = Decimal(1).scaleb(-places)
    most = Decimal(10) ** ((stored.max_digits or 20) - places)
    if abs(number) >= most:
        return Q() if (number > 0) == (op in ("lt", "lte")) and op != "is" else NOTHING
    held = number.quantize(step, ROUND_CEILING if op in ("lt", "gte") else ROUND_FLOOR)
    if abs(held) >= most:
        return Q() if (held > 0) == (op in ("lt", "lte")) else NOTHING
    if op == "is":
        return Q(**{column: held}) if held == number else NOTHING
    return Q(**{f"{column}__{op}": held})


def _parts(model: type[models.Model]) -> Any:
    return model.objects.as_system("a filter reaches the parts of records that the scope has chosen").order_by()  # type: ignore[attr-defined]
