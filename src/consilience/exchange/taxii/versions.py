"""Versions: puts object versions into a collection, or takes them out, and keeps what is first and last of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from consilience.exchange.taxii.arrival import Arrival, Kind, Outcome
from consilience.exchange.taxii.quota import Room
from consilience.exchange.taxii.stamp import micros, taxii_text
from consilience.exchange.taxii.tables import COLLECTIONS, CONFLICTS, OBJECTS

_CHUNK = 300  # ids in a query
_MILLISECOND = 1000
_FLAGS = ("newest", "first", "last")


@dataclass(slots=True)
class _Row:
    """One version in the table, or on its way there: what decides on its flags."""

    spec: str
    version: int
    added: int
    content: bytes
    flags: tuple[int, int, int] = (0, 0, 0)
    new: bool = False


@dataclass(slots=True)
class _Object:
    """The versions of one object that matter for what arrives."""

    rows: dict[int, _Row] = field(default_factory=dict)
    by_version: dict[tuple[str, int], _Row] = field(default_factory=dict)
    by_content: dict[tuple[str, bytes], _Row] = field(default_factory=dict)

    def hold(self, row: _Row) -> None:
        """Take note of a version."""
        self.rows[row.added] = self.by_version[row.spec, row.version] = self.by_content[row.spec, row.content] = row


@dataclass(slots=True)
class _Batch:
    """What one addition does to a collection."""

    collection: int
    last: int
    by_id: dict[str, _Object]
    room: Room | None
    rows: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[tuple[_Row, dict[str, Any]]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)


def put(
    connection: Connection, collection: int, arrivals: Sequence[Arrival], now: int, room: Room | None = None
) -> list[Outcome]:
    """Add what is new, in this order, as far as there is room; an outcome for each. `now` is in microseconds.

    The moment of arrival is greater than all before it in the collection. It is what the arrival says, or now in whole
    milliseconds: clients cut moments off there, and would then ask for the same object for ever.
    """
    last = connection.execute(select(COLLECTIONS.c.last).where(COLLECTIONS.c.no == collection)).scalar_one()
    batch = _Batch(collection, last, {}, room)
    for chunk in _chunks(arrivals):
        _known(connection, batch, chunk)
    outcomes = [_put_one(batch, arrival, now) for arrival in arrivals]
    if batch.waiting:
        _flag_all(connection, batch)
        connection.execute(insert(OBJECTS), [row for _, row in batch.waiting])
        counted = COLLECTIONS.c.count + len(batch.waiting)
        connection.execute(
            update(COLLECTIONS).where(COLLECTIONS.c.no == collection).values(last=batch.last, count=counted)
        )
    if batch.conflicts:
        dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
        connection.execute(dialect.insert(CONFLICTS).on_conflict_do_nothing(), batch.conflicts)
    return outcomes


def take(connection: Connection, collection: int, name: str, chosen: Iterable[int]) -> int:
    """Take versions of one object out, by the moments they were added; how many they were."""
    moments = list(chosen)
    for start in range(0, len(moments), _CHUNK):
        some = moments[start : start + _CHUNK]
        connection.execute(delete(OBJECTS).where(OBJECTS.c.collection == collection, OBJECTS.c.added.in_(some)))
    counted = COLLECTIONS.c.count - len(moments)
    connection.execute(update(COLLECTIONS).where(COLLECTIONS.c.no == collection).values(count=counted))
    o = OBJECTS.c
    found = connection.execute(
        select(o.spec, o.version, o.added, o.newest, o.first, o.last).where(o.collection == collection, o.id == name)
    )
    rows = [_Row(row.spec, row.version, row.added, b"", (row.newest, row.first, row.last)) for row in found]
    _apply(connection, collection, _flag(rows))
    return len(moments)


def _chunks(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """Arrivals in pieces that fit into a query."""
    return (list(arrivals[start : start + _CHUNK]) for start in range(0, len(arrivals), _CHUNK))


def _known(connection: Connection, batch: _Batch, arrivals: list[Arrival]) -> None:
    """Read what the table has of these objects: the edges of their versions, and whatever may be the same."""
    o = OBJECTS.c
    versions = {micros(a.version) for a in arrivals if a.version}
    contents = {a.content for a in arrivals if not a.version}
    same = [o.version.in_(versions)] if versions else []
    same += [o.content.in_(contents)] if contents else []
    found = connection.execute(
        select(o.id, o.spec, o.version, o.added, o.content, o.newest, o.first, o.last).where(
            o.collection == batch.collection, o.id.in_({a.id for a in arrivals}), or_(o.first == 1, o.last == 1, *same)
        )
    )
    for row in found:
        flags = (row.newest, row.first, row.last)
        batch.by_id.setdefault(row.id, _Object()).hold(_Row(row.spec, row.version, row.added, row.content, flags))


def _put_one(batch: _Batch, arrival: Arrival, now: int) -> Outcome:
    """Decide on one arrival."""
    known = batch.by_id.setdefault(arrival.id, _Object())
    spec = arrival.spec_version
    version = micros(arrival.version) if arrival.version else None
    held = known.by_content.get((spec, arrival.content)) if version is None else known.by_version.get((spec, version))
    if held and held.content == arrival.content:
        return Outcome(Kind.KNOWN, arrival.said or taxii_text(held.version))
    if batch.room and not batch.room.take(len(arrival.body)):
        return Outcome(Kind.FULL, arrival.said)
    if held:
        batch.conflicts.append(_conflict(batch.collection, arrival, held, now))
        return Outcome(Kind.CONFLICTS, arrival.said)
    wanted = micros(arrival.added) if arrival.added else max(now, batch.last + _MILLISECOND) // _MILLISECOND * 1000
    batch.last = added = max(wanted, batch.last + 1)
    row = _Row(spec, added if version is None else version, added, arrival.content, new=True)
    known.hold(row)
    said = taxii_text(added) if version is None else arrival.said
    batch.waiting.append((row, {
        "collection": batch.collection, "added": added, "id": arrival.id, "type": arrival.type, "version": row.version,
        "said": said, "spec": row.spec, "media_type": arrival.media_type, "content": row.content,
        "size": len(arrival.body), "body": arrival.body,
    }))  # fmt: skip
    return Outcome(Kind.ADDED, said)


def _conflict(collection: int, arrival: Arrival, row: _Row, now: int) -> dict[str, Any]:
    return {
        "collection": collection, "content": arrival.content, "id": arrival.id, "said": arrival.said, "seen": now,
        "kept": row.content, "body": arrival.body,
    }  # fmt: skip


def _flag_all(connection: Connection, batch: _Batch) -> None:
    """Set the flags of the new rows, and change those of the rows that are in the table."""
    changed: list[_Row] = []
    for name in {row["id"] for _, row in batch.waiting}:
        rows = list(batch.by_id[name].rows.values())
        best = max(_order(row.spec) for row in rows if not row.new) if any(not row.new for row in rows) else None
        changed += _flag(rows)
        if best is not None and best != max(_order(row.spec) for row in rows):
            # A version of STIX later than any before: all versions of the object lose the mark, not the edges alone.
            o = OBJECTS.c
            connection.execute(
                update(OBJECTS).where(o.collection == batch.collection, o.id == name, o.newest == 1).values(newest=0)
            )
    _apply(connection, batch.collection, [row for row in changed if not row.new])
    for row, values in batch.waiting:
        values |= dict(zip(_FLAGS, row.flags, strict=True))


def _flag(rows: list[_Row]) -> list[_Row]:
    """Set the flags of an object's versions; those that had others."""
    if not rows:
        return []
    best = max(_order(row.spec) for row in rows)
    edges: dict[str, tuple[int, int]] = {}
    for row in rows:
        first, last = edges.get(row.spec, (row.version, row.version))
        edges[row.spec] = (min(first, row.version), max(last, row.version))
    changed = []
    for row in rows:
        first, last = edges[row.spec]
        flags = (int(_order(row.spec) == best), int(row.version == first), int(row.version == last))
        if flags != row.flags:
            row.flags = flags
            changed.append(row)
    return changed


def _apply(connection: Connection, collection: int, rows: list[_Row]) -> None:
    """Write changed flags."""
    if not rows:
        return
    change = (
        update(OBJECTS)
        .where(OBJECTS.c.collection == collection, OBJECTS.c.added == bindparam("at"))
        .values({name: bindparam(f"is_{name}") for name in _FLAGS})
    )
    named = [f"is_{name}" for name in _FLAGS]
    connection.execute(change, [{"at": row.added, **dict(zip(named, row.flags, strict=True))} for row in rows])


def _order(spec: str) -> tuple[int, ...]:
    """Versions of STIX in their order: 2.10 comes after 2.9."""
    return tuple(int(part) if part.isdecimal() else -1 for part in spec.split("."))
