"""Accept: lines that a partner sent, each verified for itself, recorded in batches under its issuer's own signature."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from consilience.errors import ConsilienceError
from consilience.ledger.errors import LedgerError, StorageError, TombstonedError
from consilience.node.node import Node
from consilience.node.receive import NotTakenError, take
from consilience.trust.errors import TrustError
from consilience.trust.verify import Verified

_BATCH = 256


class Line(NamedTuple):
    """A signed line, and where it stands, for a person."""

    where: str
    data: bytes


class _Taken(NamedTuple):
    """An object that verifies, and where it stood."""

    where: str
    item: Verified


@dataclass(slots=True)
class Accepted:
    """What came of it: how much was new, how much was there, and what was refused, line by line.

    `owed` names the places of what was refused, in order.
    """

    new: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)

    def refuse(self, where: str, error: ConsilienceError) -> None:
        """Note what is refused, and why."""
        self.owed.append(where)
        self.refused.append(f"{where}: {type(error).__name__.removesuffix('Error')}: {error.message}")


def accept(node: Node, lines: Iterable[Line], *, record: bool = True) -> Accepted:
    """Verify all lines, and record what verifies, or only count it.

    Raises:
        StorageError: the database failed; what was recorded before stays, and all can be accepted again.
    """
    found = Accepted()
    items = _taken(node, lines, found)
    while batch := list(islice(items, _BATCH)):
        if record:
            _record(node, batch, found)
        else:
            found.new += len(batch)
    return found


def _taken(node: Node, lines: Iterable[Line], found: Accepted) -> Iterator[_Taken]:
    """What verifies; what does not is noted as refused."""
    for line in lines:
        try:
            item = take(node, line.data)
        except StorageError:
            raise
        except (TrustError, LedgerError, NotTakenError) as error:
            found.refuse(line.where, error)
        else:
            yield _Taken(line.where, item)


def _record(node: Node, batch: Sequence[_Taken], found: Accepted) -> None:
    """Record a batch. One with erased content is recorded one by one, and what was erased refused."""
    try:
        appended = node.record(*(taken.item for taken in batch))
    except TombstonedError as error:
        if len(batch) == 1:
            found.refuse(batch[0].where, error)
            return
        for taken in batch:
            _record(node, [taken], found)
        return
    found.new += appended.new
    found.known += len(batch) - appended.new
