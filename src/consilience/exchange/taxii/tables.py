"""Tables: collections, and the object versions in them in the order of their arrival."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

METADATA = MetaData()

STATE = Table(
    "taxii_state", METADATA,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip
"""The form of these tables (`schema`), the `secret` that `next` is signed with, `generation`, which changes with every
change of roots, collections, rights and users, the `discovery`, and whether the database is `scratch`."""

ROOTS = Table(
    "taxii_roots", METADATA,
    Column("name", String, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("max_content_length", BigInteger, nullable=False),
)  # fmt: skip

COLLECTIONS = Table(
    "taxii_collections", METADATA,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("id", String, nullable=False, unique=True),
    Column("root", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("alias", String, nullable=False),
    Column("media_types", Text, nullable=False),
    Column("can_read", SmallInteger, nullable=False),
    Column("can_write", SmallInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
)  # fmt: skip
"""`no` stands for the collection in the tables, and goes up; `last` is the latest `added` it ever gave, even to an
object that is deleted since, so that none is given twice."""

OBJECTS = Table(
    "taxii_objects", METADATA,
    Column("collection", Integer, primary_key=True, autoincrement=False),
    Column("added", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("said", Text, nullable=False),
    Column("spec", String, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("newest", SmallInteger, nullable=False),
    Column("first", SmallInteger, nullable=False),
    Column("last", SmallInteger, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("taxii_objects_id", "collection", "id", "spec", "version", unique=True),
    Index("taxii_objects_type", "collection", "type", "added"),
    Index("taxii_objects_version", "collection", "version", "added"),
    Index("taxii_objects_spec", "collection", "spec", "added"),
    Index("taxii_objects_last", "collection", "added", sqlite_where=text("newest = 1 AND last = 1"),
          postgresql_where=text("newest = 1 AND last = 1")),
    Index("taxii_objects_first", "collection", "added", sqlite_where=text("newest = 1 AND first = 1"),
          postgresql_where=text("newest = 1 AND first = 1")),
)  # fmt: skip
"""Moments are microseconds since 1970. `newest` marks the latest version of STIX that an object is held in, `first` and
`last` its earliest and latest version within each version of STIX; they are kept so that a page needs no search."""

CONFLICTS = Table(
    "taxii_conflicts", METADATA,
    Column("collection", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("said", Text, primary_key=True),
    Column("seen", BigInteger, nullable=False),
    Column("kept", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)  # fmt: skip
"""Objects that contradict one with the same id and version: `kept` is the content that stays."""

STATUSES = Table(
    "taxii_statuses", METADATA,
    Column("root", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("who", Text),
    Column("made", BigInteger),
    Column("body", LargeBinary, nullable=False),
    Index("taxii_statuses_made", "made"),
)  # fmt: skip
"""What became of a request: for `who` made it, or for all; dropped when old, unless it has no date (a seed's)."""

USERS = Table(
    "taxii_users", METADATA,
    Column("name", Text, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)  # fmt: skip
"""Who may come with a password (scrypt), in a database that was seeded."""
