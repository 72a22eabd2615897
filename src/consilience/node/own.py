"""Own: everything that the node holds, as its own desk reads it; and the decisions of its analysts on that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from consilience.intake.gazetteer import Gazetteer
from consilience.intake.holdings import Holdings, Kept, holdings_of
from consilience.intake.place import PlaceReader
from consilience.intake.row import RowReader
from consilience.ledger.entries import Ledger
from consilience.model.adjudication import Adjudication
from consilience.model.claim import Claim
from consilience.model.decision import Decision
from consilience.model.entry import AdjudicationEntry, ClaimEntry, DecisionEntry
from consilience.model.identity import ClaimId, PartnerId, version_id
from consilience.model.period import Moment
from consilience.node.giving import Names
from consilience.release.custody import Custody
from consilience.release.fold import Held
from consilience.release.index import Index
from consilience.trust.statement import reread

_DECISIONS = frozenset({"decision"})
_ADJUDICATIONS = frozenset({"adjudication"})


class Told(NamedTuple):
    """One decision as the ledger has it: who issued it, when, and what it says."""

    issuer: PartnerId
    at: datetime
    content: DecisionEntry


def decisions_in(ledger: Ledger) -> Iterator[Told]:
    """Every decision in the ledger, in the order in which they were made; those of what is erased are gone."""
    for entry in ledger.entries(kinds=_DECISIONS):
        said = reread(entry.envelope) if entry.envelope is not None else None
        if said is not None and isinstance(said.content, DecisionEntry):
            yield Told(said.issuer, said.issued_at, said.content)


class Ruled(NamedTuple):
    """One adjudication as the ledger has it: who issued it, when, and what it says."""

    issuer: PartnerId
    at: datetime
    content: AdjudicationEntry


def adjudications_in(ledger: Ledger) -> Iterator[Ruled]:
    """Every adjudication in the ledger, in the order in which they were made; those of what is erased are gone."""
    for entry in ledger.entries(kinds=_ADJUDICATIONS):
        said = reread(entry.envelope) if entry.envelope is not None else None
        if said is not None and isinstance(said.content, AdjudicationEntry):
            yield Ruled(said.issuer, said.issued_at, said.content)


class Own:
    """All rows that the node holds, under the ids that its pages show, and what was decided of them."""

    def __init__(self, partner: PartnerId, index: Index, ledger: Ledger) -> None:
        """Of one node; `rows` reads them."""
        self._partner = partner
        self._index = index
        self._decided = list(decisions_in(ledger))
        self._ruled = [each for each in adjudications_in(ledger) if each.issuer == partner]
        decided = {name for told in self._decided for name in told.content.objects}
        self._named = decided | {each.content.object for each in self._ruled}
        self._cells: dict[str, dict[str, str]] = {}

    def holdings(self, contents: Iterable[tuple[Held, ClaimEntry]], custody: Custody, places: Gazetteer) -> Holdings:
        """The claims; `custody` is told whose each is. A tearline rests on what it was made from, which only we know."""
        labels = self._index.labels()
        derived = self._index.derivations()
        told = Names(self._partner, self._index.objects("claim"))
        names: dict[str, str] = {}
        rows: list[Kept] = []
        for held, entry in contents:
            cells = dict(entry.cells)
            names[held.digest] = held.name
            source = names.get(derived.get(held.digest, ""))
            if source:
                cells["origins"] = f"{cells.get('origins', '')} {source}".strip()
            cells = told.told(cells, held.issuer)
            custody.add(cells, labels[held.whole])
            rows.append(Kept(cells, moment_of(held.retracted)))
            if held.digest in self._named:
                self._cells[held.digest] = cells
        return holdings_of(rows, places, "the ledger")

    def decisions(self, holdings: Holdings) -> tuple[Decision, ...]:
        """What was decided of claims that can be read, in the order in which it was; other partners decide nothing here."""
        ids = self._ids(holdings)
        return tuple(
            Decision.of(
                (ids[one], ids[two]), said.content.answer, said.content.reason, said.content.by or said.issuer,
                said.at.date().isoformat(),
            )
            for said in self._decided
            for one, two in [said.content.objects]
            if said.issuer == self._partner and one in ids and two in ids and ids[one] != ids[two]
        )  # fmt: skip

    def adjudications(self, holdings: Holdings) -> tuple[Adjudication, ...]:
        """What was ruled of claims that can be read, in the order in which it was; other partners rule nothing here."""
        ids = self._ids(holdings)
        return tuple(
            Adjudication(
                ids[said.content.object], said.content.ruling, said.content.reason, said.content.by or said.issuer,
                Moment(said.at, is_day=False), said.content.bounds,
            )
            for said in self._ruled
            if said.content.object in ids
        )  # fmt: skip

    def _ids(self, holdings: Holdings) -> dict[str, ClaimId]:
        """The id under which each claim that analysts spoke of stands here, by its digest."""
        reader = RowReader(PlaceReader(holdings.gazetteer))
        known = {claim.id for claim in holdings.claims}
        ids = {}
        for name, cells in self._cells.items():
            claim = reader.read(cells)
            if isinstance(claim, Claim):
                ids[name] = claim.id if claim.id in known else version_id(claim.id, claim.digest)
        return ids


def moment_of(text: str | None) -> Moment | None:
    """The instant of an RFC 3339 text."""
    return Moment(datetime.fromisoformat(text), is_day=False) if text else None
