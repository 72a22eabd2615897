"""Conflict: an object that contradicts one with the same id and version: what came first is served, this is evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from consilience.exchange.taxii.stamp import at_micros
from consilience.exchange.taxii.tables import CONFLICTS


@dataclass(frozen=True, slots=True)
class Conflict:
    """An object that contradicts one with the same id and version."""

    id: str
    version: str
    seen: datetime
    body: bytes


def conflicts(connection: Connection, collection: int, most: int | None) -> tuple[Conflict, ...]:
    """The contradictions in a collection, oldest first; so many at most."""
    c = CONFLICTS.c
    query = select(c.id, c.said, c.seen, c.body).where(c.collection == collection)
    found = connection.execute(query.order_by(c.seen, c.id, c.content).limit(most))
    return tuple(Conflict(row.id, row.said, at_micros(row.seen), bytes(row.body)) for row in found)


def count(connection: Connection, collection: int) -> int:
    """How many contradictions there are in a collection."""
    query = select(func.count()).select_from(CONFLICTS).where(CONFLICTS.c.collection == collection)
    return int(connection.execute(query).scalar_one())
