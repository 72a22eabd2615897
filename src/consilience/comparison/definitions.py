"""Definitions: camps that count different things under one name. Raised as such, never averaged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from consilience.comparison.lineage import Lineage
from consilience.linkage.levels import as_of, proposition
from consilience.model.claim import Claim, number
from consilience.model.identity import ClaimId, PartnerId
from consilience.model.period import DAY
from consilience.model.phenomenon import Phenomenon


@dataclass(frozen=True, slots=True)
class Camp:
    """Those who count one thing: what they include or leave out, their claims in order of time, and their middle figure."""

    counted: tuple[str, ...]
    claims: tuple[Claim, ...]
    middle: float

    @property
    def words(self) -> str:
        """`rosgvardia, separatists counted in`, `explosions only`, `no limit stated`."""
        added = [token[1:] for token in self.counted if token.startswith("+")]
        others = [token.replace("-", " ") for token in self.counted if not token.startswith("+")]
        said = [f"{', '.join(added)} counted in"] if added else []
        return "; ".join([*others, *said]) or "no limit stated"

    @property
    def figures(self) -> str:
        """From the lowest to the highest: `119,000–126,000`."""
        low, high = (number(pick(claim.count.centre for claim in self.claims if claim.count)) for pick in (min, max))
        return low if low == high else f"{low}–{high}"

    @property
    def median(self) -> str:
        """The middle figure, as it is printed."""
        return number(self.middle)

    @property
    def partners(self) -> tuple[PartnerId, ...]:
        """Whose claims they are."""
        return tuple(sorted({claim.partner for claim in self.claims}))


@dataclass(frozen=True, slots=True)
class Beside:
    """The two claims of two camps that stand nearest in time."""

    a: ClaimId
    b: ClaimId
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """One thing by one name, and the camps that count it differently, the one with most claims first.

    `dropped` are copies, each with the claim of a camp that it rests on, that do not say what that one counts.
    """

    actor: str
    measure: str
    place: str
    unit: str
    camps: tuple[Camp, ...]
    beside: tuple[Beside, ...]
    dropped: tuple[tuple[ClaimId, ClaimId], ...]

    @property
    def words(self) -> str:
        """What it is: `RUS personnel, UKR border`."""
        what = f"{self.actor} {Phenomenon(self.measure).words}".strip()
        return f"{what[:1].upper()}{what[1:]}, {self.place}"


def find_definitions(claims: Iterable[Claim], lineage: Lineage, within_days: float) -> tuple[Definitions, ...]:
    """Where partners give figures of one thing within some days, and what the figures include is not the same.

    What one partner breaks down by itself is no such case: somebody else must stand in the other camp. A copy is of
    no camp.
    """
    topics: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    copies: list[tuple[Claim, Claim]] = []
    for claim in claims:
        origins = [origin for name in sorted(lineage.above(claim.id)) if (origin := lineage.claim(name))]
        copies.extend((claim, origin) for origin in origins)
        if not origins and claim.count and not claim.modality.is_negation and not claim.about:
            shared = proposition(claim)
            topics[shared.actor, shared.measure, shared.scope, shared.tense, claim.count.unit].append(claim)
    found = []
    for key in sorted(topics):
        camps = _camps(topics[key], within_days)
        if len(camps) > 1:
            beside = tuple(_beside(camps, within_days))
            name = next((claim.place.name for camp in camps for claim in camp.claims if claim.place.name), key[2])
            found.append(Definitions(key[0], key[1], name, key[4], camps, beside, tuple(_dropped(camps, copies))))
    return tuple(
        sorted(found, key=lambda each: (-sum(len(camp.claims) for camp in each.camps), each.measure, each.place))
    )


def _dropped(camps: Sequence[Camp], copies: Iterable[tuple[Claim, Claim]]) -> Iterator[tuple[ClaimId, ClaimId]]:
    """Copies of the camps' claims that count something else than what they rest on."""
    members = {claim.id for camp in camps for claim in camp.claims}
    for copy, origin in copies:
        if origin.id in members and copy.count and copy.counted != origin.counted:
            yield copy.id, origin.id


def _camps(claims: Sequence[Claim], within_days: float) -> tuple[Camp, ...]:
    """Claims by what they count, those alone that stand within some days of another partner's in another camp."""
    facing = {
        claim.id
        for a, b in _near(sorted(claims, key=lambda claim: (as_of(claim), claim.id)), within_days)
        if a.counted != b.counted and a.partner != b.partner
        for claim in (a, b)
    }
    camps: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.id in facing:
            camps[tuple(sorted(claim.counted))].append(claim)
    made = [
        Camp(
            counted, tuple(sorted(listed, key=lambda claim: (as_of(claim), claim.id))),
            median(sorted(claim.count.centre for claim in listed if claim.count)),
        )
        for counted, listed in sorted(camps.items())
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda camp: (-len(camp.claims), camp.counted)))


def _near(ordered: Sequence[Claim], within_days: float) -> Iterator[tuple[Claim, Claim]]:
    """Pairs of claims that stand within some days of each other."""
    for at, one in enumerate(ordered, start=1):
        for two in ordered[at:]:
            if (as_of(two) - as_of(one)) / DAY > within_days:
                break
            yield one, two


def _beside(camps: Sequence[Camp], within_days: float) -> Iterator[Beside]:
    """For each two camps that meet in time the claims of two partners nearest to each other, and how they differ."""
    for one, two in combinations(camps, 2):
        pairs = [
            (abs((as_of(a) - as_of(b)) / DAY), a.id, b.id, a, b)
            for a in one.claims for b in two.claims if a.partner != b.partner
        ]  # fmt: skip
        if pairs and min(pairs, key=lambda pair: pair[:3])[0] <= within_days:
            days, _, _, a, b = min(pairs, key=lambda pair: pair[:3])
            said = f"counted: {a.id} {one.words}; {b.id} {two.words}"
            figures = f"figures: {a.count} and {b.count}, {days:.0f} days apart"
            yield Beside(a.id, b.id, (said, figures, "two definitions: set side by side, never added, never averaged"))
