"""Concurrence: whether partners conclude the same, of what kind the sameness is, and why. Typed, never a bare yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import combinations

from consilience.conclusions.dissent import Dissent, dissenter
from consilience.conclusions.distance import (
    CLOSE,
    Span,
    Sure,
    all_sure,
    divergence,
    gap,
    reaches,
    same_numbers,
    same_side,
    same_words,
    total_variation,
    worded,
)
from consilience.conclusions.rules import effective
from consilience.conclusions.stand import Stand
from consilience.errors import UsageError
from consilience.model.form import instant_text, percent_text
from consilience.model.identity import PartnerId


class Kind(Enum):
    """Of what kind the sameness of conclusions is."""

    INDEPENDENT = "independent"
    SHARED_EVIDENCE = "shared-evidence"
    WORDS_ONLY = "words-only"
    HIDDEN = "hidden"
    DIVERGENT = "divergent"
    NOT_COMPARABLE = "not-comparable"
    CANNOT_TELL = "cannot tell"


_CONCURRING = frozenset({Kind.INDEPENDENT, Kind.SHARED_EVIDENCE, Kind.HIDDEN})


@dataclass(frozen=True, slots=True)
class Pair:
    """Two partners: words, numbers, distance, and how far their roots are the same (0 to 1, None where not known)."""

    a: PartnerId
    b: PartnerId
    words: Sure
    numbers: Sure
    variation: Span
    overlap: float | None
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """What is left of a concurrence without one root.

    `standing` still have a basis; `survives` says whether at least two of them do and their numbers are still the same,
    and cannot tell where a partner that rests on the root did not say what it is worth.
    """

    root: str
    standing: tuple[PartnerId, ...]
    independent: float
    survives: Sure
    reason: str


@dataclass(frozen=True, slots=True)
class Concurrence:
    """The kind with its reasons; `possible` names the kinds that remain where it cannot be told.

    `divergence` is Jensen-Shannon, 0 to 1 (None where somebody gave bands); `worst` the pair furthest apart;
    `same_side` of the action threshold (None without one) with each partner's own; `overlap` the roots that all share
    over the roots that any holds (None where a basis is not known); `independent` how many answers on separate evidence
    it amounts to, 0 where no basis is known.
    """

    kind: Kind
    possible: tuple[Kind, ...]
    reasons: tuple[str, ...]
    partners: tuple[PartnerId, ...]
    pairs: tuple[Pair, ...] = ()
    divergence: float | None = None
    worst: Pair | None = None
    same_side: Sure | None = None
    sides: tuple[tuple[PartnerId, Sure], ...] = ()
    overlap: float | None = None
    independent: float = 0.0
    losses: tuple[Loss, ...] = ()
    dissent: Dissent | None = None

    @property
    def concurs(self) -> Sure:
        """Whether the numbers are the same, whatever the words and the evidence."""
        kinds = {kind in _CONCURRING for kind in self.possible}
        return Sure.CANNOT_TELL if len(kinds) > 1 else Sure.YES if True in kinds else Sure.NO


def concurrence(stands: Sequence[Stand]) -> Concurrence:
    """What the stands of two or more partners amount to; the order in which they come changes nothing.

    1. Comparable only where question, version, horizon and cut-off are the same.
    2. Numbers are the same where every pair is at most 15 points apart on every hypothesis; words, where every pair
       uses the same word for every hypothesis (`distance.worded`). Neither: divergent. Words alone: words-only. Numbers
       alone: hidden. Where somebody used no word, words can neither mislead nor hide: the numbers decide.
    3. Both: independent where every basis is known and no two share a root, else shared-evidence.
    4. Where bands leave more than one kind open, it cannot be told, and the kinds that are open are named.

    Raises:
        UsageError: fewer than two partners, or one of them twice.
    """
    ordered = sorted(stands, key=lambda stand: stand.partner)
    partners = tuple(stand.partner for stand in ordered)
    if len(set(partners)) != len(partners) or len(partners) < 2:
        raise UsageError(
            "concurrence", "stands of " + (", ".join(partners) or "nobody"), "two or more partners, each once"
        )
    differing = _differing(ordered)
    if differing:
        return Concurrence(Kind.NOT_COMPARABLE, (Kind.NOT_COMPARABLE,), differing, partners)
    tight = [Stand(each.question, each.position.tightened(), each.roots, each.bearings) for each in ordered]
    pairs = tuple(_pair(a, b) for a, b in combinations(tight, 2))
    possible = _possible(pairs, tight)
    threshold = tight[0].question.threshold
    sides = tuple((each.partner, reaches(each.position, threshold)) for each in tight) if threshold else ()
    roots = [each.roots for each in tight]
    shared, union = frozenset.intersection(*roots), frozenset[str]().union(*roots)
    return Concurrence(
        kind=possible[0] if len(possible) == 1 else Kind.CANNOT_TELL,
        possible=possible,
        reasons=_reasons(pairs, tight),
        partners=partners,
        pairs=pairs,
        divergence=divergence(tight),
        worst=max(pairs, key=lambda pair: (pair.variation.most, pair.variation.least)),
        same_side=same_side([side for _, side in sides]) if threshold else None,
        sides=sides,
        overlap=len(shared) / len(union) if all(roots) else None,
        independent=effective(roots) if any(roots) else 0.0,
        losses=tuple(_loss(tight, root) for root in sorted(union)) if _may_concur(possible) else (),
        dissent=dissenter(tight) if not _surely_concurs(possible) else None,
    )


def _differing(stands: Sequence[Stand]) -> tuple[str, ...]:
    """In what the questions that were answered differ; nothing where all are one."""
    questions = [stand.question for stand in stands]
    if len({question.id for question in questions}) == 1:
        return ()
    parts = {
        "question": [question.name for question in questions],
        "version": [str(question.version) for question in questions],
        "horizon": [instant_text(question.horizon) for question in questions],
        "cut-off": [instant_text(question.cutoff) for question in questions],
        "hypotheses": [", ".join(question.ids) for question in questions],
    }
    found = [
        f"{name} differs: " + "; ".join(f"{stand.partner} {value}" for stand, value in zip(stands, values, strict=True))
        for name, values in parts.items()
        if len(set(values)) > 1
    ]
    return tuple(found) or ("the wording or the threshold of the question differs",)


def _pair(a: Stand, b: Stand) -> Pair:
    """Two stands on one question."""
    known = bool(a.roots and b.roots)
    return Pair(
        a.partner,
        b.partner,
        same_words(a, b),
        same_numbers(a.position, b.position),
        total_variation(a.position, b.position),
        len(a.roots & b.roots) / len(a.roots | b.roots) if known else None,
        tuple(sorted(a.roots & b.roots)),
    )


def _possible(pairs: Sequence[Pair], stands: Sequence[Stand]) -> tuple[Kind, ...]:
    """The kinds that the bands and the bases leave open, in the order of Kind."""
    words, numbers = all_sure([pair.words for pair in pairs]), all_sure([pair.numbers for pair in pairs])
    found: set[Kind] = set()
    for same in _readings(numbers):
        if same:
            found |= {Kind.HIDDEN} if words is Sure.NO else _by_evidence(pairs, stands)
        else:
            found.add(Kind.WORDS_ONLY if words is Sure.YES else Kind.DIVERGENT)
    return tuple(kind for kind in Kind if kind in found)


def _readings(answer: Sure) -> tuple[bool, ...]:
    """What an answer may turn out to be."""
    return {Sure.YES: (True,), Sure.NO: (False,), Sure.CANNOT_TELL: (True, False)}[answer]


def _by_evidence(pairs: Sequence[Pair], stands: Sequence[Stand]) -> set[Kind]:
    """Shared as soon as one root is; independent only where every basis is known; else it is open."""
    if any(pair.shared for pair in pairs):
        return {Kind.SHARED_EVIDENCE}
    return {Kind.INDEPENDENT} if all(stand.roots for stand in stands) else {Kind.INDEPENDENT, Kind.SHARED_EVIDENCE}


def _may_concur(possible: Sequence[Kind]) -> bool:
    return any(kind in _CONCURRING for kind in possible)


def _surely_concurs(possible: Sequence[Kind]) -> bool:
    return all(kind in _CONCURRING for kind in possible)


def _reasons(pairs: Sequence[Pair], stands: Sequence[Stand]) -> tuple[str, ...]:
    """Why it is of this kind, one sentence each: numbers, words, evidence."""
    said = {stand.partner: stand for stand in stands}
    found = []
    for pair in pairs:
        names = f"{pair.a} and {pair.b}"
        found.append(f"{names}: {_numbers(said[pair.a], said[pair.b])}; {_words(said[pair.a], said[pair.b])}.")
        if pair.shared:
            found.append(f"{names} rest on the same {_roots(pair.shared)}.")
    unknown = [stand.partner for stand in stands if not stand.roots]
    if unknown:
        found.append(f"What {', '.join(unknown)} rest{'s' if len(unknown) == 1 else ''} on is not known.")
    elif not any(pair.shared for pair in pairs):
        found.append("No two rest on a common root.")
    return tuple(found)


def _numbers(a: Stand, b: Stand) -> str:
    """The hypothesis on which two are furthest apart, and how far."""
    gaps = [(gap(one, other), one, other) for one, other in zip(a.position.bands, b.position.bands, strict=True)]
    (least, most), one, other = max(gaps, key=lambda item: (item[0][1], item[0][0], item[1].hypothesis))
    far = percent_text(least) if least == most else f"{percent_text(least)} to {percent_text(most)}"
    limit = percent_text(CLOSE)
    if all(high <= CLOSE for (_, high), _, _ in gaps):
        judged = f"at most {limit} points apart"
    elif any(low > CLOSE for (low, _), _, _ in gaps):
        judged = f"more than {limit} points apart"
    else:
        judged = f"which may be more than {limit} or not"
    return f"{far} points between {one} and {other} on {one.hypothesis}, {judged}"


def _words(a: Stand, b: Stand) -> str:
    """The first hypothesis for which the words differ, or that they do not."""
    pairs = worded(a, b)
    for one, other in pairs:
        if one.word and other.word and one.word != other.word:
            return f"different words for {one.hypothesis}, “{one.word}” and “{other.word}”"
    silent = [one.hypothesis for one, other in pairs if not (one.word and other.word)]
    return "not both gave a word for " + ", ".join(silent) if silent else "the same words"


def _roots(names: Sequence[str]) -> str:
    """`root R1`, or `roots R1, R2`."""
    return ("root " if len(names) == 1 else "roots ") + ", ".join(names)


def _loss(stands: Sequence[Stand], root: str) -> Loss:
    """The concurrence without one root."""
    left = [stand for stand in (each.without(root) for each in stands) if stand]
    standing = tuple(stand.partner for stand in left)
    roots = [stand.roots for stand in left]
    independent = effective(roots) if any(roots) else 0.0
    if len(left) < 2:
        only = f"only {standing[0]} has" if standing else "nobody has"
        return Loss(root, standing, independent, Sure.NO, f"{only} another basis")
    numbers = all_sure([same_numbers(a.position, b.position) for a, b in combinations(left, 2)])
    unsaid = [each.partner for each in stands if not each.is_moved_by(root) and each.partner in standing]
    if unsaid:
        reason = f"{', '.join(unsaid)} did not say what it is worth"
        return Loss(root, standing, independent, Sure.CANNOT_TELL, reason)
    reasons = {
        Sure.YES: "those who still have a basis conclude the same",
        Sure.NO: "without it the numbers are more than 15 points apart",
        Sure.CANNOT_TELL: "the bands leave it open",
    }
    return Loss(root, standing, independent, numbers, reasons[numbers])
