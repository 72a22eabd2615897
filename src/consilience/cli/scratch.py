"""Scratch: the database of a TAXII server for conformance suites, named by URL or by file."""

from __future__ import annotations

from consilience.errors import UsageError
from consilience.exchange.taxii.store import Store
from consilience.ledger.errors import LedgerError


def opened(database: str) -> Store:
    """The store in a database; it is made where there is none.

    Raises:
        UsageError: it is something else, or cannot be reached.
    """
    try:
        return Store.open(database if "://" in database else f"sqlite:///{database}")
    except LedgerError as error:
        expected = "a database of `taxii seed`, or a new file"
        raise UsageError(f"--database {database}", error.found, expected, "Name another one.") from error
