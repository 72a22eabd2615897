"""Quota: how much one collection may hold: what a partner posts to its inbox takes a bounded part of the disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from consilience.errors import SettingsError
from consilience.exchange.taxii.tables import CONFLICTS, OBJECTS

_OBJECTS, _MIB = "CONSILIENCE_INBOX_OBJECTS", "CONSILIENCE_INBOX_MIB"


@dataclass(frozen=True, slots=True)
class Quota:
    """Object versions, those that are kept as contradictions with them, and the bytes of all as compact JSON."""

    objects: int = 50_000
    size: int = 128 << 20

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Quota:
        """As CONSILIENCE_INBOX_OBJECTS and CONSILIENCE_INBOX_MIB have it, or the default.

        Raises:
            SettingsError: one of them is no number of 0 or more.
        """
        plain = cls()
        objects = _number(environment, _OBJECTS, plain.objects)
        return cls(objects, _number(environment, _MIB, plain.size >> 20) << 20)

    def room(self, connection: Connection, collection: int) -> Room:
        """What a collection may take beside what it holds."""
        o, c = OBJECTS.c, CONFLICTS.c
        held = select(func.count(), func.coalesce(func.sum(o.size), 0)).where(o.collection == collection)
        against = select(func.count(), func.coalesce(func.sum(func.length(c.body)), 0)).where(
            c.collection == collection
        )
        counts, sizes = zip(*(connection.execute(query).one() for query in (held, against)), strict=True)
        return Room(self.objects - sum(counts), self.size - int(sum(sizes)))


@dataclass(slots=True)
class Room:
    """What is left of a quota while objects are put."""

    objects: int
    size: int

    def take(self, size: int) -> bool:
        """Take the room of one object more; False when there is none."""
        if self.objects < 1 or self.size < size:
            return False
        self.objects -= 1
        self.size -= size
        return True


def _number(environment: Mapping[str, str], name: str, otherwise: int) -> int:
    text = environment.get(name, str(otherwise))
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise SettingsError(name, repr(text[:40]), "a whole number of 0 or more")
    return int(text)
