"""Expectation: what an announcement lets one expect to see, scored by where partners looked.

"They have withdrawn", "the exercise ends on the 20th" and "none will stay" can be looked at. Such a statement stays unverifiable
where nobody looked, and is contradicted only by a look: by what somebody saw, or looked for there and then and did not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from consilience.comparison.pair import Bench
from consilience.comparison.relate import relate
from consilience.model.check import Evidence, Result, Side
from consilience.model.claim import Claim, Modality, Tense
from consilience.model.extent import Extent
from consilience.model.fact import RelationKind
from consilience.model.identity import ClaimId
from consilience.model.period import DAY, Moment, Period
from consilience.model.phenomenon import Phenomenon

_WITHDRAWAL = Phenomenon("movement/withdrawal")
_STAY = Phenomenon("movement/stay")
_EXERCISE = Phenomenon("exercise")
_ACCESS = Phenomenon("access/denied")
_PRESENCE = ("personnel", "formation", "equipment")
_LOOKS = (Modality.OBSERVED, Modality.ESTIMATED, Modality.NOT_OBSERVED)
_REFUSED, _UNSURE = "was not let in", "could not confirm"
_SIDES = {RelationKind.CONFLICTS: Side.AGAINST, RelationKind.AGREES: Side.FOR, RelationKind.REFINES: Side.FOR}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a claim lets one expect: `expected` is the claim that would hold if it is so, and `by` from when it should."""

    claim: Claim
    expected: Claim
    by: Moment
    says: str

    @property
    def is_absence(self) -> bool:
        """Whether all forces of the actor should be gone, so that any that are seen there stand against it."""
        return self.expected.modality is Modality.DENIED and _STAY.begins(self.expected.phenomenon)


@dataclass(frozen=True, slots=True)
class Scored:
    """An expectation with its result as of a time, the evidence on each side, and who looked but could not say."""

    expectation: Expectation
    result: Result
    because: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Look:
    """A claim that bears on an expectation: on which side, and what it comes to in a few words."""

    side: Side
    claim: Claim
    what: str

    @property
    def evidence(self) -> Evidence:
        """`GBR/Hockenhull, 2022-02-16: looked, not seen; withdrawal at UKR border, 2022-02-14 to 2022-02-16`."""
        claim = self.claim
        where = f" at {claim.place.name}" if claim.place.name else ""
        about = f"{claim.phenomenon.words}{where}, {claim.period or 'no time stated'}"
        says = f"{claim.speaker.name}, {claim.reported_at}: {self.what}; {about}"
        return Evidence(self.side, says, str(claim.id), claim.url)


def expect(claim: Claim, horizon_days: float) -> Expectation | None:
    """What a claim lets one expect, None where it announces no withdrawal, no end of an exercise and no leaving.

    A withdrawal is looked for from when it is to begin until `horizon_days` after it is to be over.
    """
    period = claim.period
    if period is None or claim.modality in (Modality.UNVERIFIED, Modality.NOT_OBSERVED):
        return None
    who, where = claim.actor or "somebody", claim.place.name or "a place that is not named"
    over = period.finish or period.begin
    if _WITHDRAWAL.begins(claim.phenomenon) and claim.modality is not Modality.DENIED:
        last = Moment(over.at + horizon_days * DAY, over.is_day)
        expected = replace(claim, modality=Modality.OBSERVED, period=Period(period.begin, last))
        return Expectation(claim, expected, over, f"{who} withdraws from {where} by {over}")
    if _STAY.begins(claim.phenomenon) and claim.modality is Modality.DENIED:
        return Expectation(claim, claim, period.begin, f"no forces of {who} stay in {where} from {period.begin}")
    if _EXERCISE.begins(claim.phenomenon) and claim.modality is not Modality.DENIED and period.finish:
        after = Moment(period.finish.end, period.finish.is_day)
        expected = replace(claim, modality=Modality.DENIED, period=Period(after, None), count=None)
        return Expectation(claim, expected, after, f"the exercise in {where} is over after {period.finish}")
    return None


def expectations(claims: Iterable[Claim], bench: Bench, as_of: Moment) -> tuple[Scored, ...]:
    """Every expectation that a claim of by then opens, scored, in order of when it was said.

    What one partner says that another has withdrawn is a look, and opens none: an expectation is opened by the actor itself,
    or by who says so of forces on its own ground.
    """
    standing = [claim for claim in claims if claim.stands(as_of)]
    opened = [
        found
        for claim in standing
        if _is_own(claim)
        and (found := expect(claim, bench.settings.horizon_days))
        and not bench.lineage.steps(claim.id)
    ]
    opened.sort(key=lambda each: (each.claim.reported_at.at, each.claim.id))
    return tuple(score(each, standing, bench, as_of) for each in opened)


def _is_own(claim: Claim) -> bool:
    """Whether a partner speaks of its own forces, or of what is on its own ground."""
    ground = {part.key for part in claim.place.parts} | {getattr(part, "iso", "").lower() for part in claim.place.parts}
    return claim.partner == claim.actor or claim.partner.lower() in ground


def score(expectation: Expectation, claims: Sequence[Claim], bench: Bench, as_of: Moment) -> Scored:
    """Hold an expectation against the looks among claims that stood by `as_of`."""
    if as_of.end <= expectation.by.at:
        why = f"its time, {expectation.by}, has not come"
        return Scored(expectation, Result.UNVERIFIABLE, why, ())
    looks = tuple(_looks(expectation, [claim for claim in claims if claim.stands(as_of)], bench))
    found, why = _weigh(looks)
    return Scored(expectation, found, why, tuple(each.evidence for each in looks))


def _weigh(looks: Sequence[_Look]) -> tuple[Result, str]:
    """What the looks come to. Nothing but a look supports or contradicts."""
    bears_out, against = (sum(each.side is side for each in looks) for side in (Side.FOR, Side.AGAINST))
    if bears_out and against:
        return Result.PARTLY, f"looks stand on both sides: {bears_out} for it, {against} against it"
    if against:
        return Result.CONTRADICTED, f"{against} look{' stands' if against == 1 else 's stand'} against it, none for it"
    if bears_out:
        return (
            Result.SUPPORTED,
            f"{bears_out} look{' bears' if bears_out == 1 else 's bear'} it out, none stands against it",
        )
    if any(each.what == _REFUSED for each in looks):
        return Result.ACCESS_DENIED, "who would have looked was not let in"
    if any(each.what == _UNSURE for each in looks):
        return Result.UNVERIFIABLE, "nobody at hand looked; that somebody could not confirm it is no denial"
    return Result.UNVERIFIABLE, "nobody at hand looked"


def _looks(expectation: Expectation, claims: Sequence[Claim], bench: Bench) -> Iterator[_Look]:
    """Each claim that bears on it, in order of when it was told."""
    announced = expectation.claim
    known = {claim.id for claim in claims}
    for claim in sorted(claims, key=lambda each: (each.reported_at.at, each.id)):
        # The speaker's own word is no look at it, nor is a page that passes another claim on.
        if claim.id == announced.id or claim.speaker.name == announced.speaker.name or _rests(claim, known, bench):
            continue
        if claim.phenomenon == _ACCESS:
            if claim.modality is Modality.OBSERVED and _was_there(expectation, claim, bench):
                yield _Look(Side.BEARS, claim, _REFUSED)
        elif claim.modality is Modality.UNVERIFIED and _is_of_it(expectation, claim, bench):
            yield _Look(Side.BEARS, claim, _UNSURE)
        elif claim.modality in _LOOKS:
            side = _side(expectation, claim, bench)
            # That one's own side says it too, whoever carries it, bears nothing out; that it says the opposite stands against it.
            own = {claim.partner, claim.speaker.state} & {announced.partner, announced.actor}
            if side and (side is not Side.FOR or not own):
                yield _Look(side, claim, claim.value)
        elif not claim.modality.is_negation and _is_of_it(expectation, claim, bench):
            yield _Look(Side.BEARS, claim, claim.value)


def _rests(claim: Claim, known: Set[ClaimId], bench: Bench) -> bool:
    """Whether it passes on what another claim says."""
    return any(step.origin in known for step in bench.lineage.steps(claim.id))


def _side(expectation: Expectation, claim: Claim, bench: Bench) -> Side | None:
    """On which side a look stands, None where it does not bear on it."""
    if expectation.is_absence and claim.phenomenon.root in _PRESENCE and Tense.PRESENT in claim.tenses:
        if claim.actor != expectation.expected.actor or not _is_later(expectation, claim):
            return None
        lies = bench.geography.extent(claim.place, expectation.expected.place)[0]
        if claim.modality is Modality.NOT_OBSERVED or (claim.count is not None and claim.count.is_zero):
            return Side.FOR if lies in (Extent.EQUAL, Extent.CONTAINS) else None
        return Side.AGAINST if lies in (Extent.EQUAL, Extent.WITHIN) else None
    if not _is_look(expectation, claim):
        return None
    side = _SIDES.get(relate(expectation.expected, claim, bench).kind)
    announced = expectation.claim
    if (
        side is Side.AGAINST
        and claim.phenomenon.is_opposite_of(announced.phenomenon)
        and (announced.count or announced.counted)
    ):
        # A stated part may leave while the whole grows.
        return Side.BEARS
    return side


def _is_look(expectation: Expectation, claim: Claim) -> bool:
    """Whether it says where, when and of whom; and, where nothing was seen, whether it was looked for until it should be so."""
    period, expected = claim.period, expectation.expected
    if not claim.place.parts or period is None or claim.actor != expected.actor:
        return False
    if expected.period is None or not period.overlaps(expected.period):
        return False
    return claim.modality is not Modality.NOT_OBSERVED or (period.finish or period.begin).end > expectation.by.at


def _is_later(expectation: Expectation, claim: Claim) -> bool:
    """Whether all that it is about lies after the time by which it should be so."""
    return claim.period is not None and claim.period.start >= expectation.by.at


def _was_there(expectation: Expectation, claim: Claim, bench: Bench) -> bool:
    """Whether a claim is about the place, at a time that meets the expectation's."""
    expected = expectation.expected
    if claim.period is None or expected.period is None or not claim.period.overlaps(expected.period):
        return False
    return bench.geography.meets(claim.place, expected.place)


def _is_of_it(expectation: Expectation, claim: Claim, bench: Bench) -> bool:
    """Whether it speaks of the same phenomenon of the same actor, there and then."""
    expected = expectation.expected
    path = expected.phenomenon.begins(claim.phenomenon) or claim.phenomenon.begins(expected.phenomenon)
    return path and claim.actor == expected.actor and _was_there(expectation, claim, bench)
