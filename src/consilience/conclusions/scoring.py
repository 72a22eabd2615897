"""Scoring: how good probabilities were, once the question is resolved; for each partner, each round and each pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from consilience.conclusions import forecasts as panels
from consilience.conclusions.evidence import read as read_evidence
from consilience.conclusions.pooling import pooled
from consilience.conclusions.reliability import Reliability, diagram
from consilience.conclusions.rules import FLOOR
from consilience.errors import UsageError
from consilience.intake.table import ArrowStream

POOL = "pool"
NO_ONE = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Scores of one answer, or their means over `questions`; less is better.

    `brier` is the one that is shown, 0 to 1: half of Brier's own sum over all hypotheses, and for a yes-or-no question
    the squared error of the probability of yes. `brier_sum` is that sum, 0 to 2 (Brier 1950). `log` is in nats, with
    no probability taken as less than `rules.FLOOR`, so that it is 5.3 at most; `floored` counts answers so held up.
    """

    brier: float
    brier_sum: float
    log: float
    floored: int
    questions: int


@dataclass(frozen=True, slots=True)
class Scored:
    """The mean score of one answerer in one round. `who` is a partner, or empty for the pool by `rule`."""

    round: str
    who: str
    rule: str
    score: Score


def score(probabilities: Mapping[str, float], outcome: str) -> Score:
    """The score of one answer, when `outcome` is the hypothesis that came true.

    Raises:
        UsageError: a hypothesis that is none of the answer's.
    """
    if outcome not in probabilities:
        raise UsageError("outcome", outcome, "one of " + ", ".join(sorted(probabilities)))
    total = sum((probabilities[name] - (name == outcome)) ** 2 for name in sorted(probabilities))
    hit = probabilities[outcome]
    return Score(total / 2, total, -log(max(hit, FLOOR)), int(hit < FLOOR), 1)


def mean_score(scores: Sequence[Score]) -> Score:
    """The mean over questions, each counting alike."""
    count = sum(each.questions for each in scores)
    means = [
        sum(getattr(each, name) * each.questions for each in scores) / count for name in ("brier", "brier_sum", "log")
    ]
    return Score(means[0], means[1], means[2], sum(each.floored for each in scores), count)


def score_all(
    forecasts: ArrowStream, outcomes: Mapping[str, str], *, evidence: ArrowStream | None = None
) -> tuple[Scored, ...]:
    """Mean scores by round: every pool first, then each partner; over the questions in `outcomes` that each answered.

    `outcomes` says by question which hypothesis came true; of a question that names one hypothesis alone, `not` and its
    name is the other. Partners that answered different questions are not comparable by their means: `questions` is
    there to be shown.

    Raises:
        UsageError: a table that cannot be read, or an outcome that is no hypothesis of its question.
    """
    found, _ = panels.read(forecasts)
    known = read_evidence(evidence)
    scores: dict[tuple[str, bool, str, str], list[Score]] = defaultdict(list)
    for panel in found:
        if panel.question not in outcomes:
            continue
        outcome = outcomes[panel.question]
        rules, chosen = pooled(panel, known.bases(panel))
        rows = {(False, NO_ONE, name): row for name, row in {**rules, POOL: rules[chosen]}.items()}
        rows |= {(True, who, NO_ONE): row for who, row in zip(panel.who, panel.rows, strict=True)}
        for key, row in rows.items():
            scores[(panel.round, *key)].append(
                score(dict(zip(panel.hypotheses, map(float, row), strict=True)), outcome)
            )
    return tuple(Scored(turn, who, rule, mean_score(each)) for (turn, _, who, rule), each in sorted(scores.items()))


def reliability_of_pools(
    forecasts: ArrowStream, outcomes: Mapping[str, str], *, evidence: ArrowStream | None = None
) -> dict[str, Reliability]:
    """How reliable the pool that is shown first was, by round: over every hypothesis that the table names.

    Questions without an outcome are left out, as in `score_all`, which says what is raised.
    """
    found, _ = panels.read(forecasts)
    known = read_evidence(evidence)
    said: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for panel in found:
        if panel.question in outcomes:
            rules, chosen = pooled(panel, known.bases(panel))
            for at, name in enumerate(panel.hypotheses[: panel.shown]):
                said[panel.round].append((float(rules[chosen][at]), name == outcomes[panel.question]))
    return {
        turn: diagram([probability for probability, _ in pairs], [hit for _, hit in pairs])
        for turn, pairs in sorted(said.items())
    }
