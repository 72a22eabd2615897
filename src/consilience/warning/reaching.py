"""Reaching: whether each partner's own counts, without anybody else's, make a strength probable."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import lru_cache
from math import inf

from consilience.model.claim import Claim, Modality, Tense
from consilience.model.indicator import Indicator, Reaching, Status
from consilience.warning.dossier import Known
from consilience.warning.filter import Days
from consilience.warning.habits import Habits
from consilience.warning.influence import Bench, variants
from consilience.warning.looking import Speaks, day_of, on_whose_word, sighting
from consilience.warning.report import Report, columns
from consilience.warning.sighting import Sighting
from consilience.warning.strength import grid_of

_MORE = "additional-only"  # what comes on top of a strength is no strength


def reached(spoken: Speaks, known: Known) -> list[Sighting]:
    """What each partner's own counts amount to. Nobody else's word moves them: not even the habits.

    A count that rests on somebody else's word is that one's, and of this partner only possible.
    """
    indicator = spoken.indicator
    measure = indicator.measure
    assert isinstance(measure, Reaching)  # noqa: S101  board asks for no other
    own: dict[str, list[Claim]] = defaultdict(list)
    meddlers: dict[str, set[str]] = defaultdict(set)
    found = []
    for claim in spoken.claims:
        if claim.id not in known or not counts(claim, measure):
            continue
        others = on_whose_word(claim, known.lineage)
        if others:
            word = f"tells a count on the word of {', '.join(sorted(others))}"
            found.append(sighting(indicator, Status.POSSIBLE, (claim,), known, word))
            meddlers[str(claim.partner)] |= others | _who_says(claim, known)
        else:
            own[str(claim.partner)].append(claim)
    for partner, claims in sorted(own.items()):
        made = _of_partner(indicator, measure, claims, known)
        # who took a count out of a partner's hands has a hand in what is left
        found.append(replace(made, hands=made.hands | meddlers[partner]))
    return found


def _who_says(claim: Claim, known: Known) -> set[str]:
    """Whose words say what a claim rests on."""
    names = [str(claim.id), *known.lineage.above(claim.id)]
    saying = (known.lineage.claim(step.said_by) for name in names for step in known.lineage.steps(name))
    return {str(each.partner) for each in saying if each}


def _of_partner(indicator: Indicator, measure: Reaching, claims: list[Claim], known: Known) -> Sighting:
    """One sighting of a partner: its newest count and those of the window before it, and how probable they make it.

    They do not age by themselves: that a low count is long ago makes nothing more probable. A correction, a speaker's later
    word on the same thing at the same time, replaces what it corrects.
    """
    claims = _corrected(claims)
    newest = max(map(day_of, claims))
    claims = [claim for claim in claims if (newest - day_of(claim)).days <= indicator.window_days]
    reports = tuple(report(claim, measure) for claim in sorted(claims, key=lambda claim: str(claim.id)))
    chance = probability(reports, measure.amount)
    least, rest = measure.probability, 1 - measure.probability
    status = Status.SEEN if chance >= least else Status.NOT_SEEN if chance < rest else Status.POSSIBLE
    if status is Status.SEEN and str(claims[0].partner) not in indicator.looking:
        status = Status.POSSIBLE
    because = f"its own counts give {measure.amount:,.0f} or more {_percent(chance)}"
    return sighting(indicator, status, claims, known, because)


def _corrected(claims: list[Claim]) -> list[Claim]:
    """Counts without those that their own speaker corrected."""
    last: dict[tuple[object, ...], Claim] = {}
    for claim in sorted(claims, key=lambda claim: (claim.reported_at.at, str(claim.id))):
        who = claim.speaker.name if claim.speaker.is_identity else str(claim.id)
        last[who, claim.phenomenon, claim.place, claim.counted, claim.period] = claim
    return list(last.values())


def counts(claim: Claim, measure: Reaching) -> bool:
    """Whether a claim counts what is there now in the unit that is asked."""
    told = claim.count is not None and claim.count.unit == measure.unit and Tense.PRESENT in claim.tenses
    affirms = not claim.modality.is_negation and claim.modality is not Modality.UNVERIFIED
    return told and affirms and _MORE not in claim.counted


def report(claim: Claim, measure: Reaching) -> Report:
    """A count as the filter reads it: of a part at least, with more than is asked at most."""
    count = claim.count
    assert count is not None  # noqa: S101  `counts` saw to it
    low = count.low if count.low is not None else (count.best or 0.0) if count.high is None else 0.0
    high = count.high if count.high is not None else count.best if count.best is not None else inf
    if any(name.endswith("-only") or name.startswith("without-") for name in claim.counted):
        high = inf
    if any(name.startswith("+") and name[1:] not in measure.including for name in claim.counted):
        low = 0.0
    day = day_of(claim).toordinal()
    return Report(
        str(claim.id),
        "",
        day,
        claim.reported_at.at.date().toordinal(),
        str(claim.partner),
        max(low, 0.0),
        max(high, low),
    )


@lru_cache(maxsize=4096)
def probability(reports: tuple[Report, ...], amount: float) -> float:
    """How probable a strength of `amount` or more is on the last day told, by these reports and assumed habits alone."""
    table = columns(reports)
    days = Days(min(each.day for each in reports), max(each.day for each in reports))
    bench = Bench(grid_of(table), Habits.assumed(table.sources), days)
    return float(variants([reports], bench)[0].at_least(amount)[-1])


def _percent(chance: float) -> str:
    return (
        "less than 1 %" if chance < 0.01 else "more than 99 %" if chance > 0.99 else f"{chance:.0%}".replace("%", " %")
    )
