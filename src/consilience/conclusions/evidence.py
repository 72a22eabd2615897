"""Evidence: which roots each answer to a question rests on, and what each root is worth where its holder says so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import isfinite

import numpy as np
import pyarrow as pa

from consilience.conclusions.forecasts import Panel, table_of, texts, texts_or, who_column
from consilience.conclusions.rules import Row
from consilience.errors import UsageError
from consilience.intake.table import ArrowStream

_EVERY = ""


@dataclass(frozen=True, slots=True)
class Bases:
    """For each row of a panel its roots, and the likelihoods of a root in the order of the panel's hypotheses."""

    roots: tuple[frozenset[str], ...]
    bearings: tuple[dict[str, Row], ...]

    @property
    def is_known(self) -> bool:
        """Whether anybody names a root."""
        return any(self.roots)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A table of evidence, read: by question (every question: empty), who and root, the likelihoods stated."""

    stated: dict[tuple[str, str, str], dict[str, float]]

    def bases(self, panel: Panel) -> Bases:
        """What the rows of a panel rest on.

        Raises:
            UsageError: likelihoods of a root for some hypotheses of the question and not for all.
        """
        roots: dict[str, set[str]] = defaultdict(set)
        bearings: dict[str, dict[str, Row]] = defaultdict(dict)
        for (question, who, root), likelihoods in sorted(self.stated.items()):
            if question in (_EVERY, panel.question):
                roots[who].add(root)
                if likelihoods:
                    bearings[who][root] = _row(likelihoods, panel, f"evidence: {who}, root {root}")
        return Bases(
            tuple(frozenset(roots.get(who, ())) for who in panel.who),
            tuple(dict(bearings.get(who, {})) for who in panel.who),
        )


def read(evidence: ArrowStream | None) -> Evidence:
    """Evidence by question.

    Columns: partner (or forecaster, as in the forecasts) and root; question, or it counts for every question;
    hypothesis and likelihood, where the partner says how probable the root would be under each. Likelihoods are above
    0 and only their ratios count; of a question that names one hypothesis, that of its opposite is 1 unless stated.

    Raises:
        UsageError: a column is missing, a cell cannot be read, or one likelihood is stated twice.
    """
    if evidence is None:
        return Evidence({})
    what = "evidence"
    table = table_of(evidence, what)
    if "root" not in table.column_names:
        raise UsageError(what, "the columns " + ", ".join(table.column_names), "a column root")
    likelihoods = _numbers(table)
    hypotheses = texts_or(table, "hypothesis", "")
    stated: dict[tuple[str, str, str], dict[str, float]] = {}
    cells = zip(
        texts_or(table, "question", _EVERY),
        texts(table, who_column(table, what), what),
        texts(table, "root", what),
        hypotheses,
        likelihoods,
        strict=True,
    )
    for row, (question, who, root, hypothesis, likelihood) in enumerate(cells):
        mine = stated.setdefault((question, who, root), {})
        if likelihood is None:
            continue
        if not hypothesis:
            raise UsageError(f"{what}, row {row}", "a likelihood of no hypothesis", "a name in the column hypothesis")
        if hypothesis in mine:
            raise UsageError(
                f"{what}, row {row}", f"a second likelihood of {hypothesis}", "one for each root and holder"
            )
        mine[hypothesis] = likelihood
    return Evidence(stated)


def _row(likelihoods: dict[str, float], panel: Panel, where: str) -> Row:
    """Likelihoods in the order of the panel's hypotheses."""
    opposite = panel.hypotheses[-1] if panel.shown == 1 else None
    told = {opposite: 1.0, **likelihoods} if opposite else likelihoods
    if set(told) != set(panel.hypotheses):
        raise UsageError(
            where, "likelihoods of " + ", ".join(sorted(told)), "one of each of " + ", ".join(panel.hypotheses)
        )
    return np.array([told[name] for name in panel.hypotheses])


def _numbers(table: pa.Table) -> list[float | None]:
    """The column of likelihoods; None for an empty cell."""
    if "likelihood" not in table.column_names:
        return [None] * len(table)
    found: list[float | None] = []
    for row, value in enumerate(table.column("likelihood").to_pylist()):
        try:
            number = float("nan") if value is None or value == "" else float(value)
        except (TypeError, ValueError) as error:
            raise UsageError(f"evidence: likelihood, row {row}", repr(value)[:40], "a number above 0") from error
        if number <= 0 or number == float("inf"):
            raise UsageError(f"evidence: likelihood, row {row}", f"{number:g}", "a number above 0")
        found.append(number if isfinite(number) else None)
    return found
