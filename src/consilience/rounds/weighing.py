"""Weighing: what several opened answers amount to together, in numbers that every node rounds alike."""

from __future__ import annotations

import numpy as np

from consilience.conclusions.evidence import Bases
from consilience.conclusions.forecasts import Panel
from consilience.conclusions.pooling import pooled
from consilience.conclusions.rules import Row, effective
from consilience.model import form
from consilience.model.assessment import Assessment
from consilience.model.question import Question


def weighed(question: Question, answers: tuple[Assessment, ...]) -> dict[str, object]:
    """The pool of some answers to a question by every rule, in percent with two decimals, and which is shown first.

    Beside it the lowest and the highest answer on each hypothesis: the minority is always there. The order of the
    answers changes nothing.
    """
    ordered = sorted(answers, key=lambda each: each.partner)
    panel = _panel(question, ordered)
    based = Bases(tuple(each.basis.evidence for each in ordered), tuple(_bearings(each) for each in ordered))
    rules, shown = pooled(panel, based)
    return {
        "rule": shown,
        "pool": {name: _percents(question, row) for name, row in sorted(rules.items())},
        "lowest": _percents(question, panel.rows.min(axis=0)),
        "highest": _percents(question, panel.rows.max(axis=0)),
        "independent": round(float(effective(based.roots)), 2) if based.is_known else None,
    }


def _panel(question: Question, answers: list[Assessment]) -> Panel:
    ids = question.ids
    rows = np.array([[each.probabilities[name] / form.WHOLE for name in ids] for each in answers])
    who = tuple(each.partner for each in answers)
    return Panel(question.name, "", ids, len(ids), who, rows)


def _bearings(answer: Assessment) -> dict[str, Row]:
    """What each root of its basis is worth to a partner, where it says so."""
    return {
        each.root: np.array([points / form.WHOLE for _, points in each.likelihoods])
        for each in answer.bearings
        if each.root in answer.basis.evidence
    }


def _percents(question: Question, row: Row) -> dict[str, object]:
    """Probabilities in order of hypothesis as percent."""
    return {name: form.percent(round(float(part) * form.WHOLE)) for name, part in zip(question.ids, row, strict=True)}
