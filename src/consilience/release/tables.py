"""Tables: what is derived from a ledger so that SQL can decide. Dropped and rebuilt at will."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, PrimaryKeyConstraint, String, Table, Text

METADATA = MetaData()

STATE = Table(
    "derived_state", METADATA,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip
"""How far the ledger was read (`read`, and its `root` there), the form of these tables (`schema`), and which making of
them this is (`generation`, a random name)."""

LABELS = Table(
    "derived_labels", METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False, unique=True),
)  # fmt: skip
"""Each distinct label once, as canonical JSON, numbered in the order in which the ledger first has it."""

OBJECTS = Table(
    "derived_objects", METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("issuer", String, nullable=False),
    Column("issued", String, nullable=False),
    Column("base", Integer, nullable=False),
    Column("whole", Integer, nullable=False),
    Column("target", String(64)),
    Column("retracted", String),
    Index("derived_objects_base", "base", "seq"),
    Index("derived_objects_digest", "digest"),
    Index("derived_objects_name", "name"),
)  # fmt: skip
"""What may be released, by its entry's index: `base` decides whether any of it is seen, `whole` whether all is."""

AWAITED = Table(
    "derived_awaited", METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("object", String(64), nullable=False),
    Column("text", Text, nullable=False),
)  # fmt: skip
"""Retractions and remarkings of objects that are not here yet: they hold once the object arrives."""

CONSENTS = Table(
    "derived_consents", METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("object", String(64), nullable=False),
    Column("originator", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("use", String, nullable=False),
    Column("since", String, nullable=False),
    Column("until", String, nullable=False),
    Index("derived_consents_object", "object", "recipient", "use"),
)  # fmt: skip
"""Originators' leave, its times in RFC 3339 UTC so that text compares as time does."""

ORIGINATORS = Table(
    "derived_originators", METADATA,
    Column("label", Integer, nullable=False),
    Column("originator", String, nullable=False),
    PrimaryKeyConstraint("label", "originator"),
)  # fmt: skip
"""Whose consent a label asks for."""

DERIVATIONS = Table(
    "derived_derivations", METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("object", String(64), nullable=False),
    Column("derived_from", String(64), nullable=False),
)  # fmt: skip
"""Which tearline was made from what. Ours alone."""
