"""Pooling: Brier score of every rule on panels whose questions are resolved, by data set and round."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from math import exp, log
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks import rdata, shapes
from benchmarks.crowds import crowds
from consilience.conclusions import forecasts, pool
from consilience.conclusions.rules import DEFAULT

_MARKETS = frozenset({"infer", "manifold", "metaculus", "polymarket"})
_RULES = ("mean", "median", "log", "trimmed")
_EXTREMISED = 1.5  # the exponent of the rival that makes every pool more extreme
_FLOOR = 0.005
_SEED = 20220224
_PEOPLE = (3, 5, 8, 12)
_DRAWS = 40  # panels drawn for each question and size

Row = dict[str, object]
Outcomes = Mapping[str, float]


def measure(folder: Path) -> list[str]:
    """Table rows; a set that is absent has none. Simulated crowds come last; then smaller panels, and crowds of many shapes."""
    lines = [
        f"| panel | questions | answers each | {' | '.join(_RULES)} | log, exponent {_EXTREMISED} | shown first |",
        "|---" * (len(_RULES) + 5) + "|",
    ]
    for name, rows, outcomes in (*panels(folder), *crowds()):
        lines.append(_line(name, scores(rows, outcomes)))
    return [*lines, "", *smaller(folder), "", *shapes.measure()]


def smaller(folder: Path) -> list[str]:
    """Table rows: panels of a few people drawn from the real ones, and how much each rule loses to the better of mean and median."""
    lines = [f"| panel | people | {' | '.join(shapes.RULES)} |", "|---" * (len(shapes.RULES) + 2) + "|"]
    chance = np.random.default_rng(_SEED)
    for name, rows, outcomes in panels(folder):
        found, _ = forecasts.read(pa.Table.from_pylist(rows))
        for people in _PEOPLE:
            errors = _drawn([each for each in found if len(each.who) >= people], outcomes, people, chance)
            best = min(errors["mean"], errors["median"])
            lines.append(f"| {name} | {people} | {' | '.join(f'{error - best:+.4f}' for error in errors.values())} |")
    return lines


def _drawn(
    found: list[forecasts.Panel], outcomes: Outcomes, people: int, chance: np.random.Generator
) -> dict[str, float]:
    """By rule, the mean squared error over panels of so many people drawn from each question's."""
    errors: dict[str, list[float]] = {name: [] for name in shapes.RULES}
    for panel in found:
        at = panel.hypotheses.index("yes")
        for _ in range(_DRAWS):
            rows = panel.rows[chance.permutation(len(panel.who))[:people]]
            for name, rule in shapes.RULES.items():
                errors[name].append((float(rule(rows)[at]) - outcomes[panel.question]) ** 2)
    return {name: _mean(each) for name, each in errors.items()}


def panels(folder: Path) -> Iterator[tuple[str, list[Row], Outcomes]]:
    """Every real panel as forecasts with their outcomes."""
    supers, idea = folder / "superforecasters", folder / "idea_protocol"
    if supers.is_dir():
        yield from _superforecasters(supers)
    if idea.is_dir():
        outcomes = rdata.read(idea / "data_outcomes.rda")["data_outcomes"]
        ratings = rdata.read(idea / "data_ratings.rda")["data_ratings"]
        assert isinstance(outcomes, dict)
        assert isinstance(ratings, dict)
        known = dict(zip(outcomes["paper_id"], outcomes["outcome"], strict=True))
        for turn in (1, 2):
            yield f"IDEA, round {turn}", list(_idea(ratings, turn)), known


def _idea(ratings: Mapping[str, list[object]], turn: int) -> Iterator[Row]:
    """Best estimates of one round, in percent in the file."""
    columns = (ratings[name] for name in ("round", "element", "paper_id", "user_name", "value"))
    for at, element, paper, user, value in zip(*columns, strict=True):
        if at == f"round_{turn}" and element == "three_point_best" and value is not None:
            yield {"question": paper, "forecaster": user, "probability": float(str(value)) / 100}


def _superforecasters(folder: Path) -> Iterator[tuple[str, list[Row], Outcomes]]:
    """Questions of markets (one outcome each) and of data series (one for each date)."""
    answers = json.loads((folder / "human_super_individual.json").read_text(encoding="utf-8"))["forecasts"]
    resolutions = json.loads((folder / "2024-07-21_resolution_set.json").read_text(encoding="utf-8"))["resolutions"]
    outcomes = {
        _key(each): each["resolved_to"] for each in resolutions if each["resolved"] and isinstance(each["id"], str)
    }
    for name, wanted in (("superforecasters, markets", True), ("superforecasters, data series", False)):
        rows = [
            {"question": _key(each), "forecaster": each["user_id"], "probability": each["forecast"]}
            for each in answers
            if (each["source"] in _MARKETS) is wanted and _key(each) in outcomes
        ]
        yield name, rows, outcomes


def _key(each: Mapping[str, object]) -> str:
    """A question as one name."""
    date = "" if each["source"] in _MARKETS else str(each["resolution_date"])
    return f"{each['source']}/{each['id']}/{date}"


def scores(rows: list[Row], outcomes: Outcomes) -> dict[str, float]:
    """The mean squared error of yes by each rule; beside them the number of `questions` and of `answers` to one."""
    found = [row for row in pool(pa.Table.from_pylist(rows)).to_pylist() if row["hypothesis"] == "yes"]
    assert all(row["rule"] == DEFAULT for row in found)
    truth = [outcomes[row["question"]] for row in found]
    said = {rule: [row[rule] for row in found] for rule in (*_RULES, "probability")}
    said["extremised"] = [_extremised(each) for each in said["log"]]
    errors = {
        rule: _mean([(p - outcome) ** 2 for p, outcome in zip(each, truth, strict=True)]) for rule, each in said.items()
    }
    return {**errors, "questions": len(found), "answers": _mean([row["answers"] for row in found])}


def _line(name: str, found: Mapping[str, float]) -> str:
    """One panel."""
    errors = " | ".join(f"{found[rule]:.4f}" for rule in (*_RULES, "extremised", "probability"))
    return f"| {name} | {found['questions']} | {found['answers']:.1f} | {errors} |"


def _extremised(probability: float) -> float:
    """A pool made more extreme by a fixed exponent."""
    held = min(1 - _FLOOR, max(_FLOOR, probability))
    return 1 / (1 + exp(-_EXTREMISED * log(held / (1 - held))))


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
