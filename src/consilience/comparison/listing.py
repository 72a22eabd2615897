"""Listing: a tuple that a notebook can turn into a table."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any, Generic, TypeVar

import pyarrow as pa

from consilience.errors import UsageError

T = TypeVar("T")
Cell = str | int | float | None
_SHOWN = 20


class Listing(tuple[T, ...], Generic[T]):
    """Items in order, with a flat row for each."""

    _row: Callable[[T], dict[str, Cell]]

    def __new__(cls, items: Iterable[T], row: Callable[[T], dict[str, Cell]]) -> Listing[T]:
        """Keep the items and how each becomes a row."""
        made = super().__new__(cls, tuple(items))
        made._row = row
        return made

    def to_arrow(self) -> pa.Table:
        """A pyarrow table, one row an item."""
        return pa.Table.from_pylist([self._row(item) for item in self])

    def to_pandas(self) -> Any:  # noqa: ANN401  pandas is the caller's, not a dependency
        """A pandas data frame.

        Raises:
            UsageError: when pandas is not installed.
        """
        _need("pandas")
        return self.to_arrow().to_pandas()

    def to_polars(self) -> Any:  # noqa: ANN401  polars is the caller's, not a dependency
        """A polars data frame.

        Raises:
            UsageError: when polars is not installed.
        """
        return _need("polars").from_arrow(self.to_arrow())

    def _repr_html_(self) -> str:
        """A table of the first rows, for a notebook."""
        rows = [self._row(item) for item in self[:_SHOWN]]
        if not rows:
            return "<p>Nothing.</p>"
        head = "".join(f"<th>{html.escape(name)}</th>" for name in rows[0])
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape('' if cell is None else str(cell))}</td>" for cell in row.values())
            + "</tr>"
            for row in rows
        )
        more = f"<p>{len(self) - _SHOWN} more rows.</p>" if len(self) > _SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _need(name: str) -> Any:  # noqa: ANN401  an optional module of the caller's
    """An optional library of the caller's."""
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(f"to_{name}", f"no {name}", f"{name} to be installed", f"Run: pip install {name}") from error
