"""Versions: what one speaker said of one thing, to whom, where and when, side by side; and in what the versions differ.

Two claims are versions of one statement where they name one statement or briefing as their origin, or where one speaker said
them of one matter, within the horizon. That they differ is no reproach: a number may have grown, or a page may have changed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from consilience.model.claim import Claim
from consilience.model.narrative import Hearing
from consilience.model.period import DAY, Moment
from consilience.model.phenomenon import Kind

_ORIGINS = ("statement:", "briefing:")
_NOWHERE = Hearing("", "")
_ASPECTS: Mapping[str, Callable[[Claim], str]] = {
    "value": lambda claim: claim.value,
    "modality": lambda claim: claim.modality.value,
    "what": lambda claim: claim.phenomenon.words,
    "place": lambda claim: claim.place.name,
    "counted": lambda claim: " ".join(sorted(claim.counted)),
    "about the time": lambda claim: str(claim.period or ""),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One version: the claim, to whom it was said as far as is known, and where it was found."""

    claim: Claim
    hearing: Hearing

    @property
    def audience(self) -> str:
        """`parliament`, or nothing: who heard it is not guessed from the outlet."""
        return self.hearing.audience


@dataclass(frozen=True, slots=True)
class Versions:
    """One statement in its versions, the first told first; `differs` has each aspect in which they do, with all that is said."""

    why: str
    versions: tuple[Version, ...]
    differs: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def speaker(self) -> str:
        """Who said it, by the first version."""
        return self.versions[0].claim.speaker.name


def versions(
    claims: Iterable[Claim], hearings: Mapping[str, Hearing], as_of: Moment | None, horizon_days: float
) -> tuple[Versions, ...]:
    """Every statement told in more than one version by `as_of`, to more than one audience or through more than one outlet."""
    standing = sorted((each for each in claims if each.stands(as_of)), key=lambda each: (each.reported_at.at, each.id))
    found = [*_of_one_origin(standing), *_of_one_speaker(standing, horizon_days)]
    made = (_versions(why, group, hearings) for why, group in found)
    kept: dict[frozenset[str], Versions] = {}
    for each in made:
        names = frozenset(str(one.claim.id) for one in each.versions)
        if not any(names <= other for other in kept):
            kept[names] = each
    return tuple(
        sorted(kept.values(), key=lambda each: (each.versions[0].claim.reported_at.at, each.versions[0].claim.id))
    )


def _of_one_origin(claims: Sequence[Claim]) -> Iterator[tuple[str, list[Claim]]]:
    """Claims that name one statement or briefing as their origin, and are of one phenomenon."""
    groups: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        for origin in claim.origins:
            if origin.startswith(_ORIGINS):
                groups[origin, claim.actor, claim.phenomenon.root].append(claim)
    for (origin, _, _), group in groups.items():
        if _is_told_apart(group):
            yield f"they name one origin, {origin}", group


def _of_one_speaker(claims: Sequence[Claim], horizon_days: float) -> Iterator[tuple[str, list[Claim]]]:
    """Claims of one named speaker on one matter of one actor, each within the horizon of the one before."""
    groups: dict[tuple[str, str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.speaker.name != claim.partner:  # a speaker that is no more than its partner is no identity
            key = (claim.speaker.name, claim.actor, claim.phenomenon.path, claim.count.unit if claim.count else "")
            groups[key].append(claim)
    for (speaker, _, path, _), group in groups.items():
        run: list[Claim] = []
        for claim in group:
            if run and not _is_of_one_time(run[-1], claim, horizon_days):
                if _is_told_apart(run):
                    yield f"{speaker} speaks of {path}", run
                run = []
            run.append(claim)
        if _is_told_apart(run):
            yield f"{speaker} speaks of {path}", run


def _is_of_one_time(before: Claim, claim: Claim, horizon_days: float) -> bool:
    """Whether two are of one matter in time: a level lasts, and what happened is of its own time only."""
    if claim.phenomenon.kind is not Kind.LEVEL and before.period and claim.period:
        return before.period.overlaps(claim.period)
    return claim.reported_at.at - before.reported_at.at <= horizon_days * DAY


def _is_told_apart(group: Sequence[Claim]) -> bool:
    """Whether they are more than one telling: another outlet, or another day."""
    return len({(claim.source, claim.reported_at) for claim in group}) > 1


def _versions(why: str, group: Sequence[Claim], hearings: Mapping[str, Hearing]) -> Versions:
    """A statement with what differs; that a cell is empty says nothing and makes no difference."""
    differs = []
    for name, aspect in _ASPECTS.items():
        said = tuple(dict.fromkeys(text for claim in group if (text := aspect(claim))))
        if len(said) > 1:
            differs.append((name, said))
    return Versions(
        why, tuple(Version(claim, hearings.get(str(claim.id), _NOWHERE)) for claim in group), tuple(differs)
    )
