"""Scoring: tables of answers and outcomes: every partner, round and pool, and how reliable the pool was."""

from __future__ import annotations

import json as js
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from consilience.cli.terminal import many, strong, wrapped, written
from consilience.conclusions import forecasts as panels
from consilience.conclusions.reliability import Reliability
from consilience.conclusions.scoring import POOL, Score, Scored, reliability_of_pools, score_all
from consilience.errors import UsageError
from consilience.intake.table import open_table

SCHEMA = "consilience.scores/1"
_WIDE = 40  # signs of a diagram from 0 to 100 %


def of_tables(forecasts: Path, outcomes: Path, evidence: Path | None, *, json: bool) -> str:
    """Mean scores of partners, rounds and pools over a table of answers, and how reliable the pool was.

    Raises:
        UsageError, IntakeError: a table that cannot be read, or an outcome that is no hypothesis of its question.
    """
    answers = _arrow(forecasts)
    bases = _arrow(evidence) if evidence else None
    found, notes = panels.read(answers)
    known = _outcomes(outcomes, found)
    scored = score_all(answers, known, evidence=bases)
    if not scored:
        raise UsageError(str(outcomes), "no question of the answers", "the outcome of one of their questions at least")
    diagrams = reliability_of_pools(answers, known, evidence=bases)
    asked = {panel.question for panel in found}
    left = {
        "questions without an outcome": len(asked - known.keys()),
        "outcomes without an answer": len(known.keys() - asked),
        **notes.counts,
    }
    left = {what: count for what, count in left.items() if count}
    if json:
        return js.dumps(_table_document(scored, diagrams, left), ensure_ascii=False, indent=2) + "\n"
    return written(_table_lines(scored, diagrams, left))


def _arrow(file: Path) -> pa.Table:
    """A table as text by column."""
    table = open_table(file)
    rows = []
    for row in table.rows:
        if row.problem:
            problem = row.problem
            raise UsageError(f"{file}, row {row.number}", problem.found, problem.expected)
        rows.append([row.cells.get(name, "") for name in table.columns])
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in zip(table.columns, columns, strict=True)})


def _outcomes(file: Path, found: Sequence[panels.Panel]) -> dict[str, str]:
    """What came true by question; of a question that names `yes` alone, `no` is its opposite."""
    table = _arrow(file)
    for name in ("question", "hypothesis"):
        if name not in table.column_names:
            raise UsageError(str(file), "the columns " + ", ".join(table.column_names), f"a column {name}")
    alone = {panel.question: panel.hypotheses for panel in found if panel.shown == 1}
    known: dict[str, str] = {}
    for question, name in zip(
        *(panels.texts(table, each, str(file)) for each in ("question", "hypothesis")), strict=True
    ):
        opposite = name == "no" and alone.get(question, ("",))[0] == panels.YES
        came = alone[question][1] if opposite else name
        if known.setdefault(question, came) != came:
            raise UsageError(f"{file}: question {question}", f"{known[question]} and {came}", "one outcome for each")
    return known


def _table_lines(
    scored: Sequence[Scored], diagrams: Mapping[str, Reliability], left: Mapping[str, int]
) -> Iterator[str]:
    """Scores, the pools first, then the diagram of each round."""
    for turn, found in diagrams.items():
        mine = [each for each in scored if each.round == turn]
        yield strong("Scores" + (f", round {turn}" if turn else ""))
        yield f"  {'':24}{'Brier':>8}{'log':>8}{'questions':>11}"
        for each in mine:
            name = f"pool ({each.rule})" if each.rule and each.rule != POOL else each.who or "pool shown first"
            yield from wrapped(_score_row(name, each.score), "    ", "  ")
        yield ""
        yield from _diagram(found)
        yield ""
    for what, count in left.items():
        yield f"{count:,} {what}"
    yield "Partners that answered different questions do not compare by their means."


def _score_row(name: str, found: Score) -> str:
    held = f"  ({found.floored} held up at half a percent in the log score)" if found.floored else ""
    return f"{name:24}{found.brier:8.4f}{found.log:8.4f}{found.questions:11,}{held}"


def _diagram(found: Reliability) -> Iterator[str]:
    """The reliability diagram: a line for each bin, `|` where the mean answer lies, `=` the interval of what came true, `o` its share."""
    yield strong(f"Reliability of the pool shown first, {many(found.count, 'answer')}")
    yield f"  {'said':>12}  0 %{' ' * (_WIDE - 8)}100 %  came true"
    for each in found.bins:
        signs = [" "] * (_WIDE + 1)
        for at in range(_place(each.share_low), _place(each.share_high) + 1):
            signs[at] = "="
        signs[_place(each.mean)] = "|"
        signs[_place(each.share)] = "#" if _place(each.share) == _place(each.mean) else "o"
        said = f"{_percent(each.low)}–{_percent(each.high)} %"
        yield f"  {said:>12}  {''.join(signs)}  {_percent(each.share)} % of {each.count:,}"
    yield "  | what was said, o what came true, # both, = its 95 % interval"
    yield (
        f"  Brier {found.brier:.4f} = reliability {found.reliability:.4f} - resolution {found.resolution:.4f}"
        f" + uncertainty {found.uncertainty:.4f} + within bins {found.within:.4f}"
    )


def _place(share: float) -> int:
    return round(share * _WIDE)


def _percent(share: float) -> str:
    return f"{share * 100:.0f}"


def _table_document(
    scored: Sequence[Scored], diagrams: Mapping[str, Reliability], left: Mapping[str, int]
) -> dict[str, object]:
    """Scores and diagrams as plain data."""
    return {
        "schema": SCHEMA,
        "scores": [
            {"round": each.round or None, "partner": each.who or None, "rule": each.rule or None, **score_document(each.score)}
            for each in scored
        ],
        "reliability": {
            turn: {
                "brier": found.brier, "reliability": found.reliability, "resolution": found.resolution,
                "uncertainty": found.uncertainty, "within": found.within, "count": found.count,
                "bins": [
                    {name: getattr(each, name) for name in ("low", "high", "count", "mean", "share", "share_low", "share_high")}
                    for each in found.bins
                ],
            }
            for turn, found in diagrams.items()
        },
        "left_out": dict(left),
    }  # fmt: skip


def score_document(found: Score) -> dict[str, object]:
    """One score as plain data."""
    return {"brier": found.brier, "log": found.log, "floored": found.floored, "questions": found.questions}
