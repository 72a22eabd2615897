"""Shape: the roots, collections, rights and users of a store, read again only when one of them has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, inspect, select, update

from consilience.exchange.taxii.errors import TaxiiError
from consilience.exchange.taxii.resource import ApiRoot, Collection, Discovery, Rights
from consilience.exchange.taxii.tables import COLLECTIONS, METADATA, ROOTS, STATE, USERS
from consilience.ledger.database import Database

_SCHEMA = "1"


@dataclass(frozen=True, slots=True)
class Shape:
    """What the store consists of, at one `generation`: everything but the objects."""

    generation: str
    discovery: Discovery | None
    roots: Mapping[str, ApiRoot]
    collections: Mapping[str, tuple[Collection, ...]]
    """By root, in the order in which they were put."""
    rights: Mapping[str, Rights]
    """By collection's id: what a seed says of all its users."""
    users: Mapping[str, tuple[bytes, bytes]]
    """By name: salt and hash of the password."""
    numbers: Mapping[str, int]

    def named(self, root: str, name: str) -> tuple[Collection, ...]:
        """The collections of a root with this id, or else this alias.

        An alias is unique for whoever asks (TAXII 2.1, section 5.2.1): of several, each person sees one at most.
        """
        within = self.collections.get(root, ())
        by_id = tuple(each for each in within if each.id == name)
        return by_id or tuple(each for each in within if each.alias and each.alias == name)


def is_made(connection: Connection) -> bool:
    """Whether a database has these tables."""
    return inspect(connection).has_table(STATE.name)


def secret_of(database: Database, random: Callable[[int], bytes]) -> bytes:
    """The secret of a database, whose tables are made when they are absent; whoever only reads waits for no writer.

    Raises:
        StorageError: the database cannot be read or written.
        TaxiiError: the tables have the form of another version of the program.
    """
    with database.reading() as connection:
        found = state(connection) if is_made(connection) else {}
    if not found:
        with database.writing() as connection:
            METADATA.create_all(connection)
            if not (found := state(connection)):  # another process may just have made it
                found = {"schema": _SCHEMA, "generation": "0", "secret": random(32).hex()}
                connection.execute(insert(STATE), [{"name": k, "value": v} for k, v in found.items()])
    if found["schema"] != _SCHEMA:
        raise TaxiiError("TAXII tables", f"form {found['schema']}", f"form {_SCHEMA}", "Use the program they are of")
    return bytes.fromhex(found["secret"])


def state(connection: Connection) -> dict[str, str]:
    """What the store knows of itself, by name."""
    return {row.name: row.value for row in connection.execute(select(STATE))}


def put_state(connection: Connection, name: str, value: str) -> None:
    """Let the store know something of itself."""
    if not connection.execute(update(STATE).where(STATE.c.name == name).values(value=value)).rowcount:
        connection.execute(insert(STATE).values(name=name, value=value))


def read_shape(connection: Connection) -> Shape:
    """Read everything but the objects."""
    found_state = state(connection)
    roots = {
        row.name: ApiRoot(row.name, row.title, row.description, row.max_content_length)
        for row in connection.execute(select(ROOTS).order_by(ROOTS.c.place))
    }
    collections: dict[str, list[Collection]] = {}
    rights, numbers = {}, {}
    for row in connection.execute(select(COLLECTIONS).order_by(COLLECTIONS.c.no)):
        media_types = tuple(json.loads(row.media_types))
        found = Collection(row.id, row.root, row.title, row.description, row.alias, media_types)
        collections.setdefault(row.root, []).append(found)
        rights[row.id] = Rights(bool(row.can_read), bool(row.can_write))
        numbers[row.id] = row.no
    return Shape(
        found_state["generation"],
        Discovery(*json.loads(found_state["discovery"])) if "discovery" in found_state else None,
        roots,
        {name: tuple(found) for name, found in collections.items()},
        rights,
        {row.name: (bytes(row.salt), bytes(row.hash)) for row in connection.execute(select(USERS))},
        numbers,
    )


def changed(connection: Connection) -> None:
    """Let every process read the shape again."""
    put_state(connection, "generation", str(int(state(connection)["generation"]) + 1))
