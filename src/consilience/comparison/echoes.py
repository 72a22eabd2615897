"""Echoes: a claim worded almost as another partner's, with no declared origin. Evidence of copying, never a verdict."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from consilience.comparison.lineage import Lineage
from consilience.model.claim import Claim
from consilience.model.identity import ClaimId

_WORD = re.compile(r"[^\W_]+")
_RUN = 3  # words that stand in a row
_ALIKE = 0.5  # of the runs of both texts together
_LEAST = 4  # runs in common: shorter texts are alike by chance
_COMMON = 20  # texts that share a run; more is a form that everybody fills in
_NAMED = 6  # rare words that a reason names


@dataclass(frozen=True, slots=True)
class Echo:
    """Two claims of two partners, alike in wording.

    `later` may be the copy; where both were reported at one time, `is_ordered` is False and either may be. `alike` is the
    share of the runs of three words that both texts have (Jaccard); it is no probability, and was not calibrated.
    """

    later: ClaimId
    earlier: ClaimId
    alike: float
    is_ordered: bool
    reasons: tuple[str, ...]


def find_echoes(claims: Sequence[Claim], lineage: Lineage) -> tuple[Echo, ...]:
    """The echoes among some claims, the most alike first. What declares an origin in common is no echo.

    Of claims worded the same, each is set beside the first. Runs of words that more than 20 texts share are left out: a
    form that everybody fills in tells nothing.
    """
    tellers: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: (claim.reported_at.at, claim.id)):
        words = tuple(_WORD.findall(claim.text.lower()))
        if len(words) >= _RUN + _LEAST - 1:
            tellers[words].append(claim)
    texts = list(tellers)
    uses = Counter(word for words in texts for word in set(words))
    found = [
        _echo(listed[0], later, 1.0, [word for word in sorted(set(words)) if uses[word] == 1])
        for words, listed in tellers.items()
        for later in listed[1:]
        if _could_be(listed[0], later, lineage)
    ]
    for one, two, alike in _near(texts):
        a, b = tellers[texts[one]][0], tellers[texts[two]][0]
        if _could_be(a, b, lineage):
            both = set(texts[one]) & set(texts[two])
            found.append(_echo(a, b, alike, sorted(word for word in both if uses[word] == 2)))
    return tuple(sorted(found, key=lambda echo: (-echo.alike, echo.later, echo.earlier)))


def _near(texts: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int, float]]:
    """Pairs of texts that are nearly alike, by the share of runs that both have."""
    runs = [frozenset(zip(*(words[at:] for at in range(_RUN)), strict=False)) for words in texts]
    users: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, found in enumerate(runs):
        for run in found:
            users[run].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in users.values():
        if 1 < len(numbers) <= _COMMON:
            shared.update(combinations(numbers, 2))
    for (one, two), count in shared.items():
        alike = count / (len(runs[one]) + len(runs[two]) - count)
        if count >= _LEAST and alike >= _ALIKE:
            yield one, two, round(alike, 2)


def _could_be(a: Claim, b: Claim, lineage: Lineage) -> bool:
    """Whether two claims are of two partners, and nothing is declared that would explain their wording."""
    if a.partner == b.partner or a.about or b.about:
        return False
    return lineage.roots(a.id).isdisjoint(lineage.roots(b.id))


def _echo(a: Claim, b: Claim, alike: float, rare: Sequence[str]) -> Echo:
    earlier, later = sorted((a, b), key=lambda claim: (claim.reported_at.at, claim.id))
    ordered = earlier.reported_at.at < later.reported_at.at
    return Echo(later.id, earlier.id, alike, ordered, tuple(_reasons(earlier, later, alike, rare)))


def _reasons(earlier: Claim, later: Claim, alike: float, rare: Sequence[str]) -> Iterator[str]:
    """What speaks for a copy: the wording, words that only these two use, and who was first."""
    yield f"wording: {alike:.0%} of the runs of three words in both texts are the same"
    if rare:
        more = f" and {len(rare) - _NAMED} more" if len(rare) > _NAMED else ""
        yield f"rare wording: no other claim here says {', '.join(rare[:_NAMED])}{more}"
    if earlier.reported_at.at < later.reported_at.at:
        days = (later.reported_at.at - earlier.reported_at.at).total_seconds() / 86_400
        after = f"{days:.0f} day{'' if round(days) == 1 else 's'}" if days >= 1 else f"{days * 24:.0f} hours"
        yield f"order: {earlier.id} was first, {earlier.reported_at}; {later.id} came {after} after"
    else:
        yield f"order: both were reported {earlier.reported_at}; which was first is not stated"
    if earlier.speaker == later.speaker and earlier.speaker.is_identity:
        yield f"speaker: both quote {earlier.speaker.name}, who may have said it once"
