"""Pool: one answer out of many, by evidence where it is named; every other rule and the minority beside it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from consilience.conclusions import evidence as bases
from consilience.conclusions import forecasts as panels
from consilience.conclusions.evidence import Bases
from consilience.conclusions.forecasts import Panel
from consilience.conclusions.rules import BY_EVIDENCE, DEFAULT, OPINIONS, Row, by_evidence, effective
from consilience.intake.table import ArrowStream

_SAME = 9  # decimals to which two answers are one
_SCHEMA = pa.schema(
    [
        ("question", pa.string()),
        ("round", pa.string()),
        ("hypothesis", pa.string()),
        ("probability", pa.float64()),
        ("rule", pa.string()),
        *((name, pa.float64()) for name in (*OPINIONS, BY_EVIDENCE)),
        ("lowest", pa.float64()),
        ("lowest_by", pa.string()),
        ("highest", pa.float64()),
        ("highest_by", pa.string()),
        ("furthest", pa.string()),
        ("furthest_distance", pa.float64()),
        ("answers", pa.int64()),
        ("independent", pa.float64()),
    ]
)


def pool(forecasts: ArrowStream, *, evidence: ArrowStream | None = None) -> pa.Table:
    """One row for each question, round and hypothesis: the pooled probability, and what else must be known of it.

    `probability` is by `rule`: "evidence" (`rules.by_evidence`) where a root is named for the question, else "trimmed".
    The other rules stand beside it, and the minority does: `lowest` and `highest` with who said so (the first in order
    of code, and how many others: `GBR +2`), and who is `furthest` from the pool, in total variation (0 to 1).
    `answers` are partners; `independent` is how many answers on separate evidence they amount to, none where no root is
    named. Where evidence is named, two partners that give the same answer on the same roots (and the same likelihoods)
    count once, and so do two on roots that neither names. The columns of both tables are those of `forecasts.read` and `evidence.read`; what reading did to the
    forecasts is counted in the result's metadata, key and number.

    Raises:
        UsageError: a table that cannot be read, naming the row.
    """
    found, notes = panels.read(forecasts)
    known = bases.read(evidence)
    rows = [row for panel in found for row in _rows(panel, known.bases(panel))]
    table = pa.Table.from_pylist(rows, schema=_SCHEMA)
    return table.replace_schema_metadata({what: str(count) for what, count in sorted(notes.counts.items())})


def _rows(panel: Panel, based: Bases) -> list[dict[str, object]]:
    """The rows of one panel."""
    rules, chosen = pooled(panel, based)
    distances = np.abs(panel.rows - rules[chosen]).sum(axis=1) / 2
    furthest = float(distances.max())
    common = {
        "question": panel.question,
        "round": panel.round or None,
        "rule": chosen,
        "furthest": _who(panel, distances == furthest),
        "furthest_distance": furthest,
        "answers": len(panel.who),
        "independent": effective(based.roots) if based.is_known else None,
    }
    rows: list[dict[str, object]] = []
    for at, hypothesis in enumerate(panel.hypotheses[: panel.shown]):
        said = panel.rows[:, at]
        rows.append(
            {
                **common,
                "hypothesis": hypothesis,
                "probability": float(rules[chosen][at]),
                **{name: float(row[at]) for name, row in rules.items()},
                "lowest": float(said.min()),
                "lowest_by": _who(panel, said == said.min()),
                "highest": float(said.max()),
                "highest_by": _who(panel, said == said.max()),
            }
        )
    return rows


def pooled(panel: Panel, based: Bases) -> tuple[dict[str, Row], str]:
    """The pool of a panel by every rule that applies, and the name of the one that is shown first."""
    if not based.is_known:
        return {name: rule(panel.rows) for name, rule in OPINIONS.items()}, DEFAULT
    once = _once(panel, based)
    rows = panel.rows[once]
    rules = {name: rule(rows) for name, rule in OPINIONS.items()}
    rules[BY_EVIDENCE] = by_evidence(rows, [based.roots[i] for i in once], [based.bearings[i] for i in once])
    return rules, BY_EVIDENCE


def _once(panel: Panel, based: Bases) -> list[int]:
    """The rows that are no copy of an earlier one: the same answer on the same roots."""
    seen: set[object] = set()
    kept = []
    for at, (row, roots) in enumerate(zip(panel.rows, based.roots, strict=True)):
        stated = tuple((root, tuple(values)) for root, values in sorted(based.bearings[at].items()))
        key = (tuple(np.round(row, _SAME)), roots, stated)
        if key not in seen:
            kept.append(at)
        seen.add(key)
    return kept


def _who(panel: Panel, marked: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> str:
    """The first of those marked, and how many more there are."""
    names = [name for name, mark in zip(panel.who, marked, strict=True) if mark]
    return names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"
