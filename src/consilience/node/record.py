"""Record: tables become signed claims in the ledger, each labelled as its marking reads today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from consilience.errors import ConsilienceError
from consilience.intake.holdings import Intake, Opened, Row, Source, open_sources, read_rows
from consilience.intake.scenario import shipped_places
from consilience.intake.setaside import SET_ASIDE_COLUMNS, BadRow, Problem, plain_cell
from consilience.ledger.errors import TombstonedError
from consilience.model.entry import ClaimEntry, Portion, Remarking
from consilience.model.identity import PartnerId
from consilience.model.marking import Label
from consilience.node.node import Node
from consilience.release.marking import read_marking, read_portions
from consilience.release.redact import PORTIONS
from consilience.trust.errors import TrustError
from consilience.trust.verify import Verified

_BATCH = 256
_Item = TypeVar("_Item")


Aside = Callable[[BadRow], None]


class _Signed(NamedTuple):
    """A signed claim, and the row of the table that it says."""

    item: Verified
    table: str
    row: Row


@dataclass(slots=True)
class Recorded:
    """What came of recording some tables.

    `new` claims were appended, `repeated` ones were there to the letter, `raised` ones were there with a wider
    marking, which is raised to the one read now; `kept` ones were there with a stricter marking, which holds;
    `withdrawn` ones were there and are retracted, and stay so. `others` counts those that name another partner as
    who holds them: by recording them this node says that it says so.
    """

    new: int = 0
    repeated: int = 0
    raised: int = 0
    kept: int = 0
    withdrawn: int = 0
    set_aside: list[BadRow] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    others: Counter[PartnerId] = field(default_factory=Counter)


class Recorder:
    """Records tables into one node."""

    def __init__(self, node: Node) -> None:
        """Sign in the name of this node's partner."""
        self._node = node
        roster = node.roster

        @lru_cache(maxsize=10_000)
        def labelled(
            marking: str, portions: str, originator: PartnerId
        ) -> tuple[Label, tuple[Portion, ...], tuple[str, ...]]:
            read = read_marking(marking, node.partner, roster, originator)
            parts, problems = read_portions(portions, node.partner, roster, originator)
            return read.label, parts, (*read.problems, *problems)

        self._labelled = labelled

    def record(self, sources: Sequence[Source], how: Intake, tell: Aside | None = None) -> Recorded:
        """Read, sign and append, 256 claims at a time; what was appended stays if a later table cannot be read.

        To record the same tables again is safe: what is there already is recognised.

        Raises:
            IntakeError: when a table as a whole cannot be read; in strict mode for the first bad row.
            LedgerError: when the database fails; nothing of the batch under way is recorded then.
        """
        found = Recorded()
        opened = open_sources(sources, how)
        aside = tell or found.set_aside.append
        for batch in _batches(self._items(opened, how, found, aside), _BATCH):
            self._append(batch, found, aside)
        return found

    def _items(self, opened: Opened, how: Intake, found: Recorded, aside: Aside) -> Iterator[_Signed]:
        """Signed claims of all tables; what cannot be signed is set aside."""
        # A ledger stands by itself: sites that only this scenario's own list knows go in with their coordinates.
        own_sites = opened.scenario is not None and not set(opened.scenario.places) <= set(shipped_places())
        for table in opened.tables:
            name = Path(table.name).name
            for item in read_rows(table, opened.reader, how):
                if isinstance(item, BadRow):
                    aside(item)
                    continue
                if item.claim.partner != self._node.partner:
                    found.others[item.claim.partner] += 1
                cells = _clean(item)
                try:
                    sealed = self._node.seal(self._entry(_located(cells, item) if own_sites else cells, item, found))
                except TrustError as error:
                    aside(_bad(name, item, error))
                else:
                    yield _Signed(sealed, name, item)

    def _entry(self, cells: dict[str, str], row: Row, found: Recorded) -> ClaimEntry:
        """What is signed: the row's cells to the letter, and its labels."""
        marking, portions = cells.get("marking", ""), cells.get(PORTIONS, "")
        base, parts, problems = self._labelled(marking, portions, row.claim.partner)
        found.unread.update(problems)
        return ClaimEntry(tuple(sorted(cells.items())), base, parts)

    def _append(self, batch: Sequence[_Signed], found: Recorded, aside: Aside) -> None:
        """Append a batch; a claim that was there with a wider label has its label raised.

        A batch with erased content is appended one by one, and what was erased is set aside.
        """
        size = self._node.ledger.size()
        try:
            appended = self._node.record(*(signed.item for signed in batch))
        except TombstonedError as error:
            if len(batch) == 1:
                aside(_bad(batch[0].table, batch[0].row, error))
                return
            for signed in batch:
                self._append([signed], found, aside)
            return
        found.new += appended.new
        found.repeated += len(batch) - appended.new
        known = [(each.item, index) for each, index in zip(batch, appended.indices, strict=True) if index < size]
        if known:
            self._raise(known, found)

    def _raise(self, known: Sequence[tuple[Verified, int]], found: Recorded) -> None:
        """Raise what is marked more strictly now; what is marked more widely keeps its label, and that is said."""
        labels = self._node.index.labels()
        held = {each.seq: each for each in self._node.index.at([index for _, index in known])}
        raised = []
        for item, index in known:
            content, before = item.statement.content, held.get(index)
            if not isinstance(content, ClaimEntry) or before is None:
                continue
            found.withdrawn += before.retracted is not None
            now, then = content.label, labels[before.whole]
            if then.dominates(now) and labels[before.base].dominates(content.base):
                found.kept += now != then
                continue
            raised.append(
                self._node.seal(Remarking(before.digest, now, content.cell("marking"), "marked so in the table"))
            )
            found.raised += 1
            found.repeated -= 1
        if raised:
            self._node.record(*raised)


def _bad(table: str, row: Row, error: ConsilienceError) -> BadRow:
    """A row that was read and cannot be recorded."""
    problem = Problem("claim_id", f"{row.claim.id}: {error.found}", error.expected)
    return BadRow(table, row.number, (problem,), tuple(row.cells.items()))


def _clean(row: Row) -> dict[str, str]:
    """The cells of a row as a claim's digest counts them: no empty ones, none of a set-aside file."""
    cells = ((name, plain_cell(cell)) for name, cell in row.cells.items() if name not in SET_ASIDE_COLUMNS)
    return {name: cell for name, cell in cells if cell}


def _located(cells: dict[str, str], row: Row) -> dict[str, str]:
    """The cells with the coordinates of the site that they name, unless they have some."""
    site = row.claim.place.point
    if site is None or cells.get("lat"):
        return cells
    return {**cells, "lat": repr(site.lat), "lon": repr(site.lon), "radius_km": repr(site.radius_km)}


def _batches(items: Iterator[_Item], size: int) -> Iterator[list[_Item]]:
    while batch := list(islice(items, size)):
        yield batch
