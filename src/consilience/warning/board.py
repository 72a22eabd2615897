"""Board: every indicator as of a day, with its status for every partner, and over all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from consilience.model.claim import Claim
from consilience.model.identity import FactId, PartnerId
from consilience.model.indicator import Indicator, Judged, Polled, Reaching, Status, Unusual
from consilience.model.stated import held
from consilience.warning.baseline import unusual
from consilience.warning.dossier import Dossier, Known
from consilience.warning.looking import Speaks, independent, is_fresh, looks, sighting, speaking
from consilience.warning.reaching import reached
from consilience.warning.sighting import Board, Cell, Row, Sighting
from consilience.warning.survey import polled

_SILENT = "nothing said; silence is no absence"
_STALE = "nothing said since {day}; what was said then is {days} days old"


def spoken(dossier: Dossier) -> tuple[Speaks, ...]:
    """The claims that speak of each indicator, whenever they were told: found once."""
    return tuple(speaking(each, dossier.claims) for each in dossier.watch.indicators)


def sightings(dossier: Dossier, said: Sequence[Speaks], known: Known) -> dict[str, list[Sighting]]:
    """All that is said of each indicator by a day, old or new: who saw it, looked for it, or tells of it."""
    return {each.indicator.id: _sightings(dossier, each, known) for each in said}


def _sightings(dossier: Dossier, said: Speaks, known: Known) -> list[Sighting]:
    """All that is said of one indicator."""
    measure = said.indicator.measure
    if isinstance(measure, Reaching):
        return reached(said, known)
    if isinstance(measure, Unusual):
        return unusual(said, known)
    if isinstance(measure, Polled):
        return polled(said.indicator, known)
    if isinstance(measure, Judged):
        return _judged(dossier, said.indicator, measure, known)
    return looks(said, known)


def _judged(dossier: Dossier, indicator: Indicator, measure: Judged, known: Known) -> list[Sighting]:
    """What each partner's position, its last word, says: seen where its bands leave no less than is asked for."""
    asked = next((each for each in dossier.asked if each.question.name == measure.question), None)
    if asked is None:
        return []
    claims = {str(claim.id): claim for claim in known.claims}
    found = []
    for each in held(known.stated, measure.question, known.cut):
        words = [claims[name] for name in each.stated.claims if name in claims]
        if not words:
            continue
        bands = {band.hypothesis: band for band in each.stated.position(asked.question).bands}
        rest = [band for name, band in bands.items() if name not in measure.hypotheses]
        mine = [bands[name] for name in measure.hypotheses if name in bands]
        low = max(sum(band.low for band in mine), 10_000 - sum(band.high for band in rest))
        high = min(sum(band.high for band in mine), 10_000 - sum(band.low for band in rest))
        status = Status.SEEN if low >= measure.points else Status.NOT_SEEN if high < measure.points else Status.POSSIBLE
        if status is Status.SEEN and each.stated.partner not in indicator.looking:
            status = Status.POSSIBLE
        because = f"holds it {low / 100:g} to {high / 100:g} % probable"
        made = sighting(indicator, status, words, known, because)
        basis = [claims[name] for name in each.stated.basis if name in claims]
        resting = sighting(indicator, status, [*words, *basis], known, because)
        said = each.stated.said.at.date()
        found.append(
            replace(
                made, partner=each.stated.partner, day=said, told=said,
                hands=resting.hands | {str(each.stated.partner)},
            )
        )  # fmt: skip
    return found


def board(dossier: Dossier, said: Mapping[str, Sequence[Sighting]], when: date) -> Board:
    """The board of a day from what is said of each indicator by then."""
    return Board(when, tuple(_row(each, said.get(each.id, ()), when) for each in dossier.watch.indicators))


def _row(indicator: Indicator, said: Sequence[Sighting], when: date) -> Row:
    """One indicator: a cell for each partner that looks or spoke."""
    of: dict[PartnerId, list[Sighting]] = defaultdict(list)
    for each in said:
        of[each.partner].append(each)
    for name in indicator.looking:
        of.setdefault(PartnerId(name), [])
    fresh = [each for each in said if is_fresh(each, indicator, when)]
    seen = [each for each in fresh if each.status is Status.SEEN]
    cells = tuple(_cell(indicator, partner, listed, seen, when) for partner, listed in sorted(of.items()))
    top = max((cell.status for cell in cells), key=lambda status: status.rank, default=Status.NOT_LOOKING)
    return Row(indicator, top, cells)


def _cell(
    indicator: Indicator, partner: PartnerId, listed: Sequence[Sighting], seen: Sequence[Sighting], when: date
) -> Cell:
    """One partner: the most that any of its fresh words says, confirmed where another saw it on a root of its own."""
    newest = sorted(listed, key=lambda each: (each.day, each.told, each.claims), reverse=True)
    fresh = [each for each in newest if is_fresh(each, indicator, when)]
    if not fresh:
        last = newest[0] if newest else None
        old = _STALE.format(day=last.day, days=(when - last.day).days) if last else _SILENT
        return Cell(partner, Status.NOT_LOOKING, old, tuple(newest))
    chief = max(fresh, key=lambda each: (each.status.rank, each.day, each.told, each.claims))
    others = sorted({
        str(other.partner) for other in seen for each in fresh if each.status is Status.SEEN and independent(each, other)
    })  # fmt: skip
    if others:
        return Cell(
            partner, Status.CONFIRMED, f"{chief.because}; {', '.join(others)} by roots of their own", tuple(fresh)
        )
    return Cell(partner, chief.status, chief.because, tuple(fresh))


def with_facts(found: Board, facts: Iterable[tuple[FactId, Iterable[Claim]]]) -> Board:
    """A board whose cells name the facts that their claims stand in."""
    of: dict[str, set[FactId]] = defaultdict(set)
    for fact, claims in facts:
        for claim in claims:
            of[str(claim.id)].add(fact)

    def named(cell: Cell) -> Cell:
        names = {fact for each in cell.sightings for claim in each.claims for fact in of.get(str(claim), ())}
        return replace(cell, facts=tuple(sorted(names)))

    return Board(found.day, tuple(replace(row, cells=tuple(map(named, row.cells))) for row in found.rows))
