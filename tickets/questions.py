"""Questions to the database that are worked out once, and asked several at a time.

Django works out anew for each page what SQL a queryset is, which takes longer than the answer. Here
a queryset is made once, with blanks where its values come, and asked with other values from then
on; and what a page asks goes in one statement, each part of it as rows in JSON, so that nobody
waits for one answer before putting the next question. What comes back are the same models (with
those that `select_related` names) or the same tuples as from the queryset itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from inspect import getattr_static
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models import Func, QuerySet, Value, signals
from django.db.models import query as queries
from django.db.models.base import ModelState
from django.db.models.fields.files import FileDescriptor
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query_utils import DeferredAttribute
from psycopg.sql import Literal

R = TypeVar("R")
Decode = Callable[[Any], Any]
_ROWS = "(SELECT coalesce(json_agg({}), '[]') FROM ({}) AS q({}))"
_COUNTED = "(SELECT json_build_array(count(*)) FROM ({}) AS q)"
_PLACES = re.compile("%[s%]")
_MOST = 90  # columns of one array: a function of PostgreSQL takes a hundred arguments

# Its types are those of a later Django.
_populators: Callable[..., Any] = queries.get_related_populators
# Those that keep what they are set to under the field's name, and no more for one that is new.
_PLAIN = (DeferredAttribute, ForeignKeyDeferredAttribute, FileDescriptor)
# What stands in a blank while the question is made; nobody asks for such a value.
_BLANKS: Mapping[type, Callable[[int], Any]] = {
    int: lambda number: 1_987_654_321 - number,
    str: lambda number: f"\ue000blank {number}",
    datetime: lambda number: datetime(1811, 1, 1 + number, 1, 2, 3, 4567, UTC),
    list: lambda number: [1_987_653_321 - number],
}
_DECODED: Mapping[type, Decode] = {
    models.DateTimeField: datetime.fromisoformat,
    models.DateField: date.fromisoformat,
    models.TimeField: time.fromisoformat,
    models.DecimalField: Decimal,
    models.DurationField: lambda text: timedelta(microseconds=int(text)),
    models.UUIDField: UUID,
}
# How PostgreSQL writes what JSON has no exact form for.
_WRITTEN: Mapping[type, str] = {
    models.DecimalField: "({})::text",
    models.DurationField: "(extract(epoch from {}) * 1000000)::bigint",
}


class Among(Func):
    """A column of numbers is one of a list, which is a single value however long it is."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("

    def __init__(self, column: str, values: Sequence[int]) -> None:
        super().__init__(column, _Array(values), output_field=models.BooleanField())


class _Array(Value):
    """A list as a value of its own, which Django would take apart."""

    def as_sql(self, *_args: Any, **_kwargs: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s::bigint[]", [self.value]


class Kept(Generic[R]):
    """A question with blanks: `Kept(lambda ticket: Message.objects.filter(ticket=ticket),
    ticket=int)`. Called with values, it is a question that can be asked.

    The values must go into the statement as they are: a blank that does not is an error.
    """

    def __init__(
        self, make: Callable[..., QuerySet[Any, R]], *, last: bool = False, **blanks: type
    ) -> None:
        """last: of each row only its last column, a number or text; the rest is for the order."""
        self._make, self._last, self._kinds = make, last, blanks

    def __call__(self, **values: Any) -> Question[R]:
        """The question with these values in its blanks."""
        return Question(self._made, self._filled(values))

    def count(self, **values: Any) -> Question[int]:
        """How many there are; the answer is a list of that one number."""
        return Question(self._counted, self._filled(values))

    def _filled(self, values: Mapping[str, object]) -> Mapping[Any, Any]:
        return {_key(self._blanks[name]): _given(value) for name, value in values.items()}

    @cached_property
    def _blanks(self) -> dict[str, object]:
        return {name: _BLANKS[kind](at) for at, (name, kind) in enumerate(self._kinds.items())}

    @cached_property
    def _made(self) -> _Statement[R]:
        return self._statement(counted=False)

    @cached_property
    def _counted(self) -> _Statement[int]:
        return self._statement(counted=True)

    def _statement(self, *, counted: bool) -> _Statement[Any]:
        open_ones = {_key(blank) for blank in self._blanks.values()}
        asked = self._make(**self._blanks)
        made = _Statement[Any](asked, counted=counted, last=self._last, open_ones=open_ones)
        lost = open_ones - {_key(value) for value in made.values}
        if lost and made.sql:
            raise ValueError(f"not asked as it is given: {lost} of {list(self._blanks)}")
        return made


@dataclass(frozen=True)
class Question(Generic[R]):
    """What can be asked: a statement, and what comes in its blanks."""

    statement: _Statement[R]
    filled: Mapping[Any, Any]

    def asked(self) -> list[R]:
        """The answer, of this question alone."""
        found: list[R] = together(self)[0]
        return found


def once(queryset: QuerySet[Any, R]) -> Question[R]:
    """A queryset as a question that is worked out for this time only."""
    return Question(_Statement(queryset), {})


def together(*questions: Question[Any]) -> list[list[Any]]:
    """The answers to all of these, asked in one statement."""
    asked = [question for question in questions if question.statement.sql]
    rows: list[Any] = []
    if asked:
        sql = [question.statement.sql for question in asked]
        parts = [", ".join(sql[at : at + _MOST]) for at in range(0, len(sql), _MOST)]
        arrays = ", ".join(f"json_build_array({part})" for part in parts)
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(
                f"SELECT json_build_array({arrays})::text",
                [value for question in asked for value in _values(question)],
            )
            rows = [row for part in json.loads(cursor.fetchone()[0]) for row in part]
    answers = iter(rows)
    return [
        question.statement.read(next(answers)) if question.statement.sql else []
        for question in questions
    ]


def _values(question: Question[Any]) -> Iterable[Any]:
    filled = question.filled
    if not filled:
        return question.statement.values
    return [filled.get(_key(value), value) for value in question.statement.values]


def _given(value: object) -> object:
    """A list of numbers as PostgreSQL writes it: once, however often the statement names it."""
    return (
        "{" + ",".join(str(int(each)) for each in value) + "}" if isinstance(value, list) else value
    )


def _key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class _Statement(Generic[R]):
    """A queryset as SQL that gives its rows as JSON, and how to read them; '' finds nothing.

    counted: only how many there are. open_ones: the values that are asked for anew each time; all
    others are written into it, so that PostgreSQL can plan it once and for all.
    """

    values: tuple[Any, ...]
    read: Callable[[list[Any]], list[Any]]

    def __init__(
        self,
        queryset: QuerySet[Any, R],
        *,
        counted: bool = False,
        last: bool = False,
        open_ones: Collection[Any] | None = None,
    ) -> None:
        self.sql, self.values = "", ()
        query = queryset.query.clone()
        if counted:
            query.clear_ordering(force=False)
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        try:
            inner, values = compiler.as_sql()
        except EmptyResultSet:
            return
        inner, self.values = _written_out(inner, values, open_ones)
        if counted:
            self.sql = _COUNTED.format(inner)
            self.read = list
            return
        columns = [expression for expression, _sql, _name in compiler.select]
        names = [f"c{number}" for number in range(len(columns))]
        kinds = [_kind(column) for column in columns]
        written = [
            _WRITTEN.get(kind, "{}").format(name) for kind, name in zip(kinds, names, strict=True)
        ]
        self._parts = range(0, len(written), _MOST)
        arrays = [f"json_build_array({', '.join(written[at : at + _MOST])})" for at in self._parts]
        row = arrays[0] if len(arrays) == 1 else f"json_build_array({', '.join(arrays)})"
        self.sql = _ROWS.format(names[-1] if last else row, inner, ", ".join(names))
        if last:
            self.read = list
            return
        self.read = self._read
        self._decoded = [(at, _DECODED[kind]) for at, kind in enumerate(kinds) if kind in _DECODED]
        self._build = _builder(queryset, compiler)

    def _read(self, rows: list[Any]) -> list[R]:
        """What the rows are of."""
        if len(self._parts) > 1:
            rows = [[value for part in row for value in part] for row in rows]
        for row in rows:
            for at, decode in self._decoded:
                if row[at] is not None:
                    row[at] = decode(row[at])
        return [self._build(row) for row in rows]


def _written_out(
    sql: str, values: Sequence[Any], open_ones: Collection[Any] | None
) -> tuple[str, tuple[Any, ...]]:
    if open_ones is None:
        return sql, tuple(values)
    coming, left, database = iter(values), [], connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()

    def written(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%%"
        value = next(coming)
        if _key(value) in open_ones:
            left.append(value)
            return "%s"
        return Literal(value).as_string(database.connection).replace("%", "%%")

    return _PLACES.sub(written, sql), tuple(left)


def _kind(column: Any) -> type:
    field = column.output_field
    if isinstance(field, models.BinaryField):
        raise TypeError(f"{field} can't be asked together: defer it")
    known = next((each for each in type(field).__mro__ if each in _DECODED), type(field))
    if known is type(field) and hasattr(field, "from_db_value"):
        return models.JSONField if isinstance(field, models.JSONField) else _unknown(field)
    return known


def _unknown(field: Any) -> type:
    raise TypeError(f"{field} is read in a way of its own: ask the queryset")


def _builder(queryset: QuerySet[Any, Any], compiler: Any) -> Callable[[list[Any]], Any]:
    """What makes of a row what the queryset gives."""
    iterable = queryset._iterable_class
    if issubclass(iterable, queries.ModelIterable):
        return _model_builder(compiler)
    flat = iterable.__name__ == "FlatValuesListIterable"
    return (lambda row: row[0]) if flat else tuple


def _reader(model: type[models.Model], names: Sequence[str]) -> Callable[..., Any]:
    """What `Model.from_db` does, in a third of its time, where all it does is set fields."""
    usual = model.__init__ is models.Model.__init__ and "from_db" not in vars(model)
    heard = signals.pre_init.has_listeners(model) or signals.post_init.has_listeners(model)
    set_as_they_are = all(type(getattr_static(model, name)) in _PLAIN for name in names)
    if heard or not usual or not set_as_they_are:
        return model.from_db

    def read(database: str, names: Sequence[str], values: Sequence[Any]) -> Any:
        made = model.__new__(model)
        made._state = state = ModelState()
        state.adding, state.db = False, database
        vars(made).update(zip(names, values, strict=True))
        return made

    return read


def _model_builder(compiler: Any) -> Callable[[list[Any]], Any]:
    info, select, database = compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    model = info["model"]
    names = [column[0].target.attname for column in select[first:last]]
    related = _populators(info, select, database)
    annotated = list(compiler.annotation_col_map.items()) if compiler.annotation_col_map else []
    new = _reader(model, names)

    def build(row: list[Any]) -> Any:
        made = new(database, names, row[first:last])
        for each in related:
            each.populate(row, made)
        for name, at in annotated:
            setattr(made, name, row[at])
        return made

    return build
