"""Seeds: what is known to have been true or false, and teaches whom to rely on; each with its reason, and none from the future."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from consilience.comparison.stances import affirms
from consilience.linkage.levels import proposition
from consilience.model.adjudication import Adjudication, Bounds, Ruling, standing
from consilience.model.claim import Claim
from consilience.model.fact import Fact, Holding, Stance
from consilience.model.period import Moment

SO, NOT_SO = "so", "not so"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside a picture: what analysts ruled, and the claims that their own partner withdrew by then."""

    adjudications: tuple[Adjudication, ...] = ()
    withdrawn: tuple[Claim, ...] = ()

    @classmethod
    def by(cls, as_of: Moment | None, told: Iterable[Adjudication], claims: Iterable[Claim]) -> Known:
        """What was known by a time: rulings and withdrawals of later are left out, and claims told since as well."""
        ruled = tuple(each for each in told if as_of is None or each.at.end <= as_of.end)
        gone = tuple(
            claim for claim in claims
            if claim.withdrawn and (as_of is None or max(claim.reported_at.end, claim.withdrawn.end) <= as_of.end)
        )  # fmt: skip
        return cls(standing(ruled), gone)


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True, order=True)
class Seed:
    """One answer that is known: to a question of a fact, or of a claim that stands in none, with what `source` told and why.

    `source` and `told` are empty where it is a question of the picture: then all who answered it are taught. `bounds` is
    the interval of a figure: every figure in it is right.
    """

    item: str
    question: str
    right: str
    why: str
    source: str = ""
    told: str = ""
    time: str = ""
    bounds: Bounds | None = field(default=None, compare=False)


def whether(claim_or_fact: Claim | Fact) -> str:
    """The question whether a thing is so."""
    measure = claim_or_fact.phenomenon if isinstance(claim_or_fact, Fact) else proposition(claim_or_fact).measure
    return f"whether · {measure}"


def how_many(fact: Fact, unit: str) -> str:
    """The question how many there are."""
    return f"{fact.phenomenon} · {unit}"


def seeds_of(facts: Sequence[Fact], known: Known) -> tuple[Seed, ...]:
    """All that is known, in order: corrections by their own speaker, withdrawn claims, and what analysts ruled."""
    return tuple(sorted((*_corrections(facts), *_withdrawals(known.withdrawn), *_rulings(facts, known.adjudications))))


def figure(claim: Claim) -> str:
    """A number as text: the best, or the middle or the end of what is stated."""
    return plain(claim.count.centre if claim.count else 0.0)


def plain(number: float) -> str:
    """A number as text, without needless decimals."""
    return str(int(number)) if number == int(number) else repr(number)


def source_of(claim: Claim) -> str:
    """`UKR/ap`: a source is never merged with another partner's of the same name."""
    return f"{claim.partner}/{claim.source or 'unnamed'}"


def _corrections(facts: Iterable[Fact]) -> Iterator[Seed]:
    """Figures that their own speaker corrected, each with the one that it gave in their place: errors that are known."""
    for fact in facts:
        by_name = {held.claim.id: held.claim for held in fact.holdings}
        for held in fact.holdings:
            newer = next((name for name in by_name if f"superseded by {name}" in held.reasons), None)
            wrong = any(reason.startswith("correction:") for reason in held.reasons)
            right = by_name[newer] if newer else None
            if held.stance is Stance.SUPERSEDED and wrong and right and right.count and held.claim.count:
                claim, told = held.claim, held.claim.reported_at.at.isoformat()
                why = f"{claim.speaker.name} corrected {claim.id} by {right.id}"
                yield Seed(
                    f"{claim.id} corrected", how_many(fact, held.claim.count.unit), figure(right), why,
                    source_of(claim), figure(claim), told,
                )  # fmt: skip


def _withdrawals(claims: Iterable[Claim]) -> Iterator[Seed]:
    """Claims that their own partner withdrew: it no longer says so. It is counted as one error of the source."""
    for claim in claims:
        told, right = (SO, NOT_SO) if affirms(claim) else (NOT_SO, SO)
        why = f"{claim.partner} withdrew {claim.id}, {claim.withdrawn}"
        yield Seed(
            f"{claim.id} withdrawn", whether(claim), right, why, source_of(claim), told,
            claim.reported_at.at.isoformat(),
        )  # fmt: skip


def _rulings(facts: Sequence[Fact], told: Iterable[Adjudication]) -> Iterator[Seed]:
    """What analysts ruled of the facts in which the claims stand; of two on one question the later holds."""
    homes: dict[str, list[tuple[Fact, Holding]]] = {}
    for fact in facts:
        for held in fact.holdings:
            if held.stance is not Stance.SPEAKS_ABOUT:
                homes.setdefault(held.claim.id, []).append((fact, held))
    found: dict[tuple[str, str], Seed] = {}
    for each in sorted(told, key=lambda each: (each.at.at, each.claim)):
        for fact, held in homes.get(_called(each.claim, homes), ()):
            is_so = affirms(held.claim) is (each.ruling is Ruling.TRUE)
            seed = Seed(fact.id, whether(fact), SO if is_so else NOT_SO, each.words)
            found[seed.item, seed.question] = seed
            if each.bounds and held.claim.count:
                asked = how_many(fact, held.claim.count.unit)
                right = _right(fact, each.bounds, held.claim.count.unit)
                found[fact.id, asked] = Seed(fact.id, asked, right, each.words, bounds=each.bounds)
    yield from found.values()


def _called(name: str, homes: Mapping[str, Sequence[tuple[Fact, Holding]]]) -> str:
    """How a picture calls a claim: by its plain id, where its contradicting version was not told yet."""
    plain_id, _, version = name.partition("~")
    at_home = homes.get(plain_id, ()) if name not in homes else ()
    return plain_id if any(held.claim.digest.startswith(version) for _, held in at_home) else name


def _right(fact: Fact, bounds: Bounds, unit: str) -> str:
    """The figure that stands for an interval: of those told that lie in it the nearest to its middle, or the middle."""
    told = [
        held.claim.count.centre for held in fact.holdings
        if held.is_current and held.claim.count and held.claim.count.unit == unit and bounds.holds(held.claim.count.centre)
    ]  # fmt: skip
    return plain(min(told, key=lambda each: (abs(each - bounds.centre), each), default=bounds.centre))
