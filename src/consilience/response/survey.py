"""Survey: a statement on what a public answered, held against the survey itself, with its sampling error.

What a survey says of a public is known to its sampling error, and no better. So an order of two answers, or a bound, counts only
where it is wider than that; where no page says how many were asked, the fewest that would do are said instead.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from consilience.errors import UsageError
from consilience.model.check import Evidence, Result, Side
from consilience.model.survey import Answer
from consilience.response.polled import Asks, SurveyStatement

FEWEST = 300
"""What an order must hold for where nobody says how many were asked: published surveys of a country ask more."""

_Z = 1.959964  # 95 % of a normal distribution
_PLAIN = frozenset(
    {
        "a", "an", "and", "are", "be", "do", "does", "expect", "hold", "in", "is", "it", "of", "or", "people", "say", "says", "see",
        "that", "the", "there", "they", "think", "to", "will", "would", "you", "your",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SurveyFinding:
    """What one question of one survey says to it: the result, why, each answer as evidence, and what limits it."""

    answer: Answer
    result: Result
    because: str
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurveyCheck:
    """The statement as understood, the result over the surveys that it fits, and the finding of each."""

    statement: SurveyStatement
    result: Result
    as_of: date | None
    findings: tuple[SurveyFinding, ...]


def check_survey(statement: SurveyStatement, answers: Sequence[Answer], as_of: date | None = None) -> SurveyCheck:
    """Hold a statement against every survey that it fits, of those published by the end of a day (all, when None).

    Raises:
        UsageError: for an answer that no such survey has, listing those that they have.
    """
    known = [
        each for each in answers if each.pollster == statement.pollster and (as_of is None or each.published <= as_of)
    ]
    meant = [each for each in known if statement.when is None or _in(each, statement.when)]
    if not meant:
        told = ", ".join(sorted({_named(each) for each in known})) or f"none was published by {as_of}"
        raise UsageError("check", f"no survey of {statement.pollster} then", f"one at hand: {told}")
    if statement.asks is Asks.ABOVE:
        others = _meant(statement.other, meant)
        keys = {each.survey for each in others}
        found = tuple(each for each in _meant(statement.words, meant) if each.survey in keys)
        if not found:
            raise UsageError(
                "check", f"{statement.words!r} and {statement.other!r}", "two answers to one question of one survey"
            )
    else:
        others, found = (), _meant(statement.words, meant)
    findings = tuple(_finding(statement, each, others, known) for each in _first_of_each(found))
    results = {each.result for each in findings}
    return SurveyCheck(statement, results.pop() if len(results) == 1 else Result.PARTLY, as_of, findings)


def margin(answer: Answer) -> float | None:
    """Half the width of the 95 % interval of a share; None where nobody says how many were asked.

    That of a simple random sample: weights and clusters make it wider.
    """
    share = answer.share
    return None if answer.sample is None else _Z * math.sqrt(share * (1 - share) / answer.sample)


def fewest(spread: float, apart: float) -> float:
    """How many must be asked for a difference to be more than sampling error, for the variance of one person's answer."""
    return math.inf if apart == 0 else _Z**2 * spread / apart**2


def _spread(one: float, two: float) -> float:
    """The greatest variance of the difference of two shares, for one person: who may give both answers, or only one."""
    return min(one + two, 2 - one - two) - (one - two) ** 2


def _in(answer: Answer, when: tuple[int, int]) -> bool:
    """Whether people were asked, or the answers came out, in a year or a month."""
    year, month = when
    first = date(year, month or 1, 1)
    last = date(year, month or 12, calendar.monthrange(year, month or 12)[1])
    return answer.field[0] <= last and first <= answer.published


def _words(text: str) -> frozenset[str]:
    """The words that carry meaning, without their plural."""
    return frozenset(word.removesuffix("s") for word in re.findall(r"\w+", text.lower()) if word not in _PLAIN)


def _meant(words: str, answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """The answers that are meant: all that is said of one stands in it or in its question, and most of what is in it."""
    said = _words(words)
    scored = []
    for each in answers:
        own = _words(each.question if each.answer.lower() == "yes" else each.answer)
        if said and said & own and said <= own | _words(each.question) | _words(each.topic):
            scored.append((len(said & own) / len(own), each))
    best = max((score for score, _ in scored), default=0)
    if not scored:
        have = "; ".join(dict.fromkeys(f"{each.answer} ({each.question})" for each in answers))
        raise UsageError("check", f"the answer {words!r}", f"one of those at hand: {have}")
    return tuple(each for score, each in scored if score == best)


def _first_of_each(answers: Iterable[Answer]) -> Iterator[Answer]:
    """One answer of each question of each survey: pages on one survey tell the same once."""
    seen: set[tuple[object, ...]] = set()
    for each in answers:
        if each.survey not in seen:
            seen.add(each.survey)
            yield each


def _finding(
    statement: SurveyStatement, answer: Answer, others: Sequence[Answer], known: Sequence[Answer]
) -> SurveyFinding:
    """What one question of one survey says to it."""
    beside = _ranked([each for each in known if each.survey == answer.survey], answer)
    match statement.asks:
        case Asks.RANK:
            result, why = _rank(answer, beside, int(statement.figure))
        case Asks.ABOVE:
            other = next(each for each in others if each.survey == answer.survey)
            result, why = _order(answer.share, other.share, _spread(answer.share, other.share), answer.sample)
            why = f"{_told(answer)}, {_told(other)}; {why}"
        case Asks.MORE | Asks.LESS:
            pair = (answer.share, statement.figure)
            spread = answer.share * (1 - answer.share)
            result, why = _order(*(pair if statement.asks is Asks.MORE else pair[::-1]), spread, answer.sample)
            why = f"{_told(answer)}; {why}"
        case _:
            result, why = _equal(statement, answer)
    bears = Side.FOR if result is Result.SUPPORTED else Side.AGAINST if result is Result.CONTRADICTED else Side.BEARS
    evidence = tuple(
        Evidence(bears if each is answer else Side.BEARS, _says(each), each.id, each.url) for each in beside
    )
    return SurveyFinding(answer, result, why, evidence, tuple(_notes(answer, beside)))


def _ranked(answers: Sequence[Answer], wanted: Answer) -> list[Answer]:
    """The answers of one question, the greatest share first: no sums of others, and what two pages tell once."""
    kept: dict[float, Answer] = {}
    for each in answers:
        if each is wanted or ("(sum)" not in each.answer and each.share not in kept):
            kept[each.share] = each
    return sorted(kept.values(), key=lambda each: -each.share)


def _rank(answer: Answer, beside: Sequence[Answer], rank: int) -> tuple[Result, str]:
    """Whether an answer has a rank among those at hand."""
    place = 1 + sum(each.share > answer.share for each in beside)
    above = [each for each in beside if each.share > answer.share]
    told = f"{_told(answer)}, number {place} of the {len(beside)} answers at hand"
    if place != rank:
        nearest = above[rank - 1] if place > rank else beside[rank - 1]
        result, why = _order(nearest.share, answer.share, _spread(nearest.share, answer.share), answer.sample)
        if place < rank:
            result, why = _order(answer.share, nearest.share, _spread(nearest.share, answer.share), answer.sample)
        way = "above" if place > rank else "below"
        return result.negated, f"{told}; {way} it {_told(nearest)}; {why}"
    total = sum(each.share for each in beside)
    left = 1 - total
    if total > 1.01 or left >= answer.share:
        return (
            Result.PARTLY,
            f"{told}; the pages do not give all answers, and one that they leave out may stand above it",
        )
    following = beside[place] if place < len(beside) else None
    if following is None:
        return Result.SUPPORTED, told
    result, why = _order(answer.share, following.share, _spread(answer.share, following.share), answer.sample)
    return result, f"{told}; next comes {_told(following)}; {why}"


def _order(greater: float, smaller: float, spread: float, sample: int | None) -> tuple[Result, str]:
    """Whether one share is greater than another by more than sampling error."""
    apart = greater - smaller
    need = fewest(spread, apart)
    points = f"{abs(apart) * 100:.3g} points apart"
    found = Result.SUPPORTED if apart > 0 else Result.CONTRADICTED
    if apart == 0:
        return Result.PARTLY, "the shares are equal"
    if sample is not None:
        error = _Z * math.sqrt(max(spread, 0) / sample) * 100
        told = f"{points}, with a sampling error of {error:.1f} at {sample:,} asked"
        return (found, told) if sample >= need else (Result.PARTLY, f"{told}: no more than chance may do")
    told = f"{points}; no page says how many were asked"
    asked = f"{math.ceil(need):,} asked would make it more than chance"
    return (found if need <= FEWEST else Result.PARTLY), f"{told}, and {asked}"


def _equal(statement: SurveyStatement, answer: Answer) -> tuple[Result, str]:
    """Whether a share is what is said, to the digit that was published; or about that."""
    apart, error = abs(answer.share - statement.figure), margin(answer)
    told = _told(answer)
    if apart <= answer.step / 2 + 1e-9:
        return Result.SUPPORTED, told
    if statement.asks is Asks.ABOUT:
        if error is None:
            return (
                Result.PARTLY,
                f"{told}, not {statement.figure * 100:g}; no page says how many were asked, so how near is open",
            )
        near = apart <= error
        within = "within" if near else "beyond"
        result = Result.SUPPORTED if near else Result.CONTRADICTED
        return (
            result,
            f"{told}; {statement.figure * 100:g} lies {within} its sampling error of {error * 100:.1f} points",
        )
    return Result.CONTRADICTED, f"{told}, not {statement.figure * 100:g}"


def _told(answer: Answer) -> str:
    """`a world war 56 %`."""
    return f"{answer.answer} {answer.share * 100:g} %"


def _says(answer: Answer) -> str:
    """An answer with its sampling error."""
    error = margin(answer)
    near = f" (sampling error {error * 100:.1f} points)" if error is not None else " (sampling error unknown)"
    return f"{_told(answer)}{near}{': ' + answer.note if answer.note else ''}"


def _named(answer: Answer) -> str:
    """`Levada, 2021-12-16 to 2021-12-22`."""
    first, last = answer.field
    return f"{answer.pollster}, {first}" + (f" to {last}" if last != first else "")


def _notes(answer: Answer, beside: Sequence[Answer]) -> Iterator[str]:
    """What limits the finding."""
    asked = f"{answer.sample:,} people" if answer.sample is not None else "people whose number no page says"
    yield f"{_named(answer)} asked {asked} in {answer.country}: {answer.question}"
    yield "The error is that of a simple random sample of 95 in 100; weights and clusters make it wider."
    if sum(each.share for each in beside) > 1.01:
        yield "The shares add up to more than 100: people could give several answers."
