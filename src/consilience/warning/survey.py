"""Survey: what a public answered, with its sampling error, and which answer came first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from consilience.model.identity import PartnerId
from consilience.model.indicator import Indicator, Polled, Status
from consilience.model.survey import Answer
from consilience.warning.dossier import Known
from consilience.warning.sighting import Sighting

DESIGN_EFFECT = 1.5
"""What sampling in stages costs: the figure that one of the pollsters of the record tells of its own interviews at home
(kiis.com.ua, news 629 of 9 June 2016); those it does by telephone it puts at 1.1 to 1.3. The greater is the safer."""
_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval; None where no page says how many were asked."""

    share: float
    interval: tuple[float, float] | None


def estimated(share: float, sample: int | None, step: float = 0.0, design_effect: float = DESIGN_EFFECT) -> Share:
    """A published share with Wilson's interval (JASA 22, 1927) for a sample that is worth `sample / design_effect`.

    Half of the last published digit is added to either side: a page that says 39 % may have counted 38.5.
    """
    if sample is None:
        return Share(share, None)
    size = sample / design_effect
    centre = (share + _Z95**2 / (2 * size)) / (1 + _Z95**2 / size)
    half = _Z95 / (1 + _Z95**2 / size) * sqrt(share * (1 - share) / size + (_Z95 / (2 * size)) ** 2)
    return Share(share, (max(0.0, centre - half - step / 2), min(1.0, centre + half + step / 2)))


def latest(surveys: Iterable[Answer], measure: Polled) -> list[tuple[Answer, ...]]:
    """Of each pollster the answers asked for in its last survey on a topic, by when people were asked."""
    by_survey: dict[tuple[object, ...], list[Answer]] = defaultdict(list)
    for each in surveys:
        if (each.topic, each.country) == (measure.topic, measure.country) and each.answer in measure.answers:
            by_survey[each.survey].append(each)
    last: dict[str, list[Answer]] = {}
    for answers in sorted(by_survey.values(), key=lambda listed: (listed[0].field[1], listed[0].id)):
        last[answers[0].pollster] = answers
    return [tuple(_once(answers)) for _, answers in sorted(last.items())]


def _once(answers: Sequence[Answer]) -> list[Answer]:
    """Each answer once: two pages on one survey are one survey."""
    found: dict[str, Answer] = {}
    for each in answers:
        found.setdefault(each.answer, each)
    return list(found.values())


def polled(indicator: Indicator, known: Known) -> list[Sighting]:
    """What each pollster's last survey says of an indicator: seen where the share is surely reached, error taken in."""
    measure = indicator.measure
    assert isinstance(measure, Polled)  # noqa: S101  board asks for no other
    found = []
    for answers in latest(known.surveys, measure):
        first = answers[0]
        told = estimated(sum(each.share for each in answers), first.sample, sum(each.step for each in answers))
        status, because = _says(told, measure)
        if status is Status.SEEN and first.pollster not in indicator.looking:
            status, because = Status.POSSIBLE, because + "; not among those that look for it"
        hand = frozenset({first.pollster})
        names = tuple(each.id for each in answers)
        found.append(
            Sighting(
                indicator.id, PartnerId(first.pollster), status, min(first.field[1], first.published), first.published,
                (), names, hand, because,
            )
        )  # fmt: skip
    return found


def _says(told: Share, measure: Polled) -> tuple[Status, str]:
    """The status of a share against the share that is asked for."""
    said = _percent(told.share)
    if told.interval is None:
        status = Status.POSSIBLE if told.share >= measure.share else Status.NOT_SEEN
        return status, f"{said}; how many were asked is not said, so its error is not known"
    low, high = told.interval
    status = Status.SEEN if low >= measure.share else Status.NOT_SEEN if high < measure.share else Status.POSSIBLE
    return status, f"{said}, from {_percent(low)} to {_percent(high)} with sampling error"


def _percent(share: float) -> str:
    """`39 %`, `43.5 %`."""
    return f"{100 * share:.1f}".removesuffix(".0") + " %"


def ranked(surveys: Iterable[Answer], answer: Answer) -> tuple[int, tuple[Answer, ...]]:
    """The place of an answer among those told of its question in its survey, from 1, and all of them, greatest first."""
    told = sorted(
        _once([each for each in surveys if each.survey == answer.survey]), key=lambda each: (-each.share, each.id)
    )
    return 1 + sum(each.share > answer.share for each in told), tuple(told)
