"""Quick: runs the few statements that every request needs on the driver itself, in a tenth of SQLAlchemy's time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection, Select
from sqlalchemy.exc import SQLAlchemyError


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as the driver takes it, and the order of its values where they have no names."""

    text: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, Any]


class Quick:
    """One connection for short reads, each a transaction of its own; several threads take turns.

    It is a short cut and nothing else: when anything is wrong with the connection, `rows` is None, and the caller goes
    the long way round, which names the fault.
    """

    def __init__(self, engine: Engine) -> None:
        """Read from the database of an engine; connects when first asked."""
        self._engine = engine
        self._errors: tuple[type[Exception], ...] = (engine.dialect.loaded_dbapi.Error, SQLAlchemyError)
        self._turn = Lock()
        self._pooled: PoolProxiedConnection | None = None
        self._connection: Any = None
        self._prepared: dict[Select[Any], _Prepared] = {}

    def rows(self, statement: Select[Any], values: Mapping[str, Any]) -> list[tuple[Any, ...]] | None:
        """The rows of a statement that is made once and kept, none of whose values is a list."""
        prepared = self._prepared.get(statement) or self._prepare(statement)
        given = {**prepared.fixed, **values}
        bound = given if prepared.order is None else [given[name] for name in prepared.order]
        with self._turn:
            try:
                if self._connection is None:
                    self._connection = self._connect()
                return list(self._connection.execute(prepared.text, bound).fetchall())
            except self._errors:
                self._drop()
                return None

    def close(self) -> None:
        """Let go of the connection."""
        with self._turn:
            self._drop()

    def _prepare(self, statement: Select[Any]) -> _Prepared:
        compiled: Any = statement.compile(dialect=self._engine.dialect)
        order = tuple(compiled.positiontup) if compiled.positional else None
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        return self._prepared.setdefault(statement, _Prepared(str(compiled), order, fixed))

    def _connect(self) -> Any:  # noqa: ANN401  the driver's own, of either database
        self._pooled = self._engine.raw_connection()
        found: Any = self._pooled.driver_connection
        if self._engine.dialect.name == "postgresql":
            found.autocommit = True
        return found

    def _drop(self) -> None:
        if self._pooled is not None:
            with suppress(*self._errors):
                self._pooled.invalidate()  # closes it: it is not as the pool's others are
        self._pooled = self._connection = None
