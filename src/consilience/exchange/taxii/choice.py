"""Choice: filters as SQL. One statement for each form of filters, made once: making it costs more than running it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, literal_column, or_, select

from consilience.exchange.taxii.filter import Filters, Versions
from consilience.exchange.taxii.tables import OBJECTS

Clause = ColumnElement[bool]

BEGINNING = -(2**62)
"""Before any moment, in microseconds since 1970."""

_MOST_BRANCHES = 256
# Spelled out, since SQLite uses a partial index only where a query says the very words of it.
_ONE: ColumnElement[int] = literal_column("1")


@dataclass(frozen=True, slots=True)
class Form:
    """Which filters there are; how many values each has matters only as none, one or several (0, 1, 2).

    `own` restricts to one of several `specs`, among all of which `first` and `last` are still meant.
    """

    ids: int
    types: int
    specs: int
    at: int
    first: bool
    last: bool
    own: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Filters that one index answers in order; `own` is the one of their `specs` that this is about, if it is."""

    filters: Filters
    own: str = ""

    @property
    def form(self) -> Form:
        """The form of its filters."""
        return replace(form(self.filters), own=bool(self.own))

    def bind(self) -> dict[str, Any]:
        """The values of its filters."""
        return {**bind(self.filters), "own": self.own} if self.own else bind(self.filters)


def form(filters: Filters) -> Form:
    """The form of filters."""
    v = filters.versions
    ids, types, specs, at = (min(len(each), 2) for each in (filters.ids, filters.types, filters.specs, v.at))
    return Form(ids, types, specs, at, v.first, v.last)


def bind(filters: Filters) -> dict[str, Any]:
    """The values of filters, by the names that the statement of their form has for them."""
    given = {"id": filters.ids, "type": filters.types, "spec": filters.specs, "version": filters.versions.at}
    return {name: values[0] if len(values) == 1 else list(values) for name, values in given.items() if values}


def branches(filters: Filters) -> list[Branch]:
    """What together lets through what `filters` do; too many of them are one, for which a collection is searched."""
    v = filters.versions
    if filters.ids:
        return [Branch(filters)]
    kinds: list[tuple[str, ...]] = [(kind,) for kind in filters.types] or [()]
    owns = filters.specs if len(filters.specs) > 1 else ("",)
    marks = [Versions(at=(at,)) for at in v.at]
    marks += [Versions(last=True)] if v.last else []
    marks += [Versions(first=True)] if v.first else []
    if len(kinds) * len(marks or [v]) * len(owns) > _MOST_BRANCHES:
        return [Branch(filters)]
    parts = product(kinds, marks or [v], owns)
    return [Branch(replace(filters, types=kind, versions=mark), own) for kind, mark, own in parts]


@lru_cache(maxsize=512)
def choose(asked: Form) -> Select[Any]:
    """Added, id, version, media type and size of what filters of a form let through after a moment, oldest first.

    Its values are those of `bind`, and `collection`, `after` and `most`.
    """
    o = OBJECTS.c
    # With ids, in such words that no planner walks the collection in that order rather than look the ids up.
    added = o.added + literal_column("0") if asked.ids else o.added
    clauses: list[Clause] = [o.collection == bindparam("collection"), added > bindparam("after")]
    clauses += _any(o.id, "id", asked.ids) + _any(o.type, "type", asked.types)
    if asked.own:
        clauses.append(o.spec == bindparam("own"))
    else:
        clauses += _any(o.spec, "spec", asked.specs) or [_marked(asked, o.newest)]
    marks = _any(o.version, "version", asked.at)
    marks += [_edge(asked, last=True)] if asked.last else []
    marks += [_edge(asked, last=False)] if asked.first else []
    clauses += [or_(*marks)] if marks else []
    found = select(o.added, o.id, o.said, o.media_type, o.size).where(*clauses)
    return found.order_by(added).limit(bindparam("most"))


def _any(column: ColumnElement[Any], name: str, many: int) -> list[Clause]:
    """Whether a column has one of the values of that name."""
    if not many:
        return []
    return [column == bindparam(name) if many == 1 else column.in_(bindparam(name, expanding=True))]


def _marked(asked: Form, mark: ColumnElement[int]) -> Clause:
    """Whether a version has a mark; where another index serves better, in such words that none on marks is taken."""
    narrow = asked.ids or asked.types or asked.specs or asked.at
    return (mark + literal_column("0") if narrow else mark) == _ONE


def _edge(asked: Form, *, last: bool) -> Clause:
    """Whether a version is the object's last, or first, in the versions of STIX that are asked for."""
    o = OBJECTS.c
    if asked.specs < 2:
        return _marked(asked, o.last if last else o.first)
    other = OBJECTS.alias("other")
    beyond = other.c.version > o.version if last else other.c.version < o.version
    specs = other.c.spec.in_(bindparam("spec", expanding=True))
    same = (other.c.collection == o.collection, other.c.id == o.id, specs)
    return ~exists(select(_ONE).select_from(other).where(and_(*same, beyond)).correlate(OBJECTS))
