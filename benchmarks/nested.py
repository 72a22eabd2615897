"""Nested: strengths of scopes that lie in one another, with known truth, as the few partners of a record tell them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

import numpy as np

from consilience.warning.filter import Days
from consilience.warning.influence import Bench, variants
from consilience.warning.nesting import Within, nested
from consilience.warning.report import Report, columns
from consilience.warning.strength import evidence_of

Array = np.ndarray
_RECENT_DAYS = 30
_EXCESS = 0.25
_SETTLED = 60


@dataclass(frozen=True)
class World:
    """One base scope with `wholes` of nearly its own size, `regions` that hold it and more, and `parts` of it."""

    wholes: int = 3
    regions: int = 2
    parts: int = 1
    days: int = 240
    sources: int = 6
    every: float = 12.0
    """Days between two reports of the base, at the mean."""
    rarer: float = 3.0
    """So many times rarer each other scope is spoken of."""
    spread: float = 0.15
    shared: float = 0.5
    """Share of the variance of an error that is the source's own and the same in every scope."""
    excess: float = 0.15
    """By how much in log count a whole of nearly the base's size exceeds it, at the mean."""
    drift: float = 0.02
    seed: int = 0


@dataclass(frozen=True)
class Made:
    """What is true, (days,) for each scope, what was told of it, and how the scopes lie."""

    truth: dict[str, Array]
    reports: tuple[Report, ...]
    within: tuple[Within, ...]


def make(world: World) -> Made:
    """A world from its seed."""
    rng = np.random.default_rng(world.seed)
    base = rng.normal(np.log(60_000), 0.5) + np.cumsum(rng.normal(0, world.drift, world.days))
    base += rng.uniform(-0.2, 0.8) * np.clip((np.arange(world.days) - rng.uniform(30, 150)) / 60, 0, 1)
    truth, within = {"base": base}, []
    for at in range(world.wholes):
        truth[f"whole {at}"] = base + rng.exponential(world.excess)
        within.append(Within("base", f"whole {at}", _EXCESS))
    for at in range(world.regions):
        truth[f"region {at}"] = base + rng.exponential(4 * world.excess)
        within.append(Within("base", f"region {at}", inf))
    for at in range(world.parts):
        truth[f"part {at}"] = base - rng.exponential(world.excess)
        within.append(Within(f"part {at}", "base", _EXCESS))
    return Made({name: np.exp(path) for name, path in truth.items()}, _told(world, truth, rng), tuple(within))


def _told(world: World, truth: dict[str, Array], rng: np.random.Generator) -> tuple[Report, ...]:
    """What sources tell: each errs in a way of its own that lasts, in all scopes alike, and anew each time."""
    same = rng.normal(0, world.spread * world.shared**0.5, world.sources)
    found = []
    for name, path in truth.items():
        rate = 1 / (world.every * (1.0 if name == "base" else world.rarer))
        for day in np.flatnonzero(rng.random(world.days) < rate):
            source = int(rng.integers(world.sources))
            value = path[day] + same[source] + rng.normal(0, world.spread * (1 - world.shared) ** 0.5)
            figure = float(np.exp(value))
            low, high = (0.95 * figure, 1.05 * figure) if rng.random() < 0.8 else (0.9 * figure, inf)
            found.append(Report(f"{name} {day}", name, int(day), int(day), f"S{source}", low, high))
    return tuple(found)


def fans(made: Made, days: int) -> tuple[dict[str, Array], dict[str, Array]]:
    """The fans of all scopes (days, 5): from each one's own reports, and held to one another."""
    span = Days(0, days - 1)
    evidence = evidence_of(columns(made.reports), span)
    names = sorted({report.area for report in made.reports})
    tables = [[report for report in made.reports if report.area == name] for name in names]
    own = dict(zip(names, variants(tables, Bench(evidence.grid, evidence.habits, span)), strict=True))
    spoken = {
        name: np.abs(np.arange(days)[:, None] - np.array([report.day for report in table])).min(axis=1) <= _RECENT_DAYS
        for name, table in zip(names, tables, strict=True)
    }
    links = [link for link in made.within if link.part in own and link.whole in own]
    held = nested({name: each.mass for name, each in own.items()}, links, evidence.grid, spoken)
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    return (
        {name: each.fan for name, each in own.items()},
        {name: evidence.grid.quantile(mass, shares) for name, mass in held.items()},
    )


def measured(world: World, worlds: int) -> dict[str, tuple[str, str]]:
    """Of each kind of scope, error and bias in log count and cover: by its own reports, and held to the others."""
    gathered: dict[str, list[list[Array]]] = {}
    for seed in range(worlds):
        made = make(replace(world, seed=seed))
        for at, fan in enumerate(fans(made, world.days)):
            for name, each in fan.items():
                truth = made.truth[name]
                kind = name.split(" ")[0]
                error = np.log(np.maximum(each[:, 2], 1.0) / truth)
                inside = (each[:, 0] <= truth) & (truth <= each[:, 4])
                gathered.setdefault(kind, [[], []])[at].append(np.stack([error, inside])[:, _SETTLED:])
    return {kind: (_scored(both[0]), _scored(both[1])) for kind, both in sorted(gathered.items())}


def _scored(found: list[Array]) -> str:
    error, inside = np.concatenate(found, axis=1)
    return f"{np.sqrt((error**2).mean()):.3f}, {error.mean():+.3f}, {inside.mean():.3f}"


def measure(worlds: int) -> list[str]:
    """Table rows: one kind of world and scope a row."""
    base = World()
    rows = {
        "wholes of nearly one size": base,
        "six such wholes": replace(base, wholes=6, regions=3),
        "errors independent": replace(base, shared=0.0),
        "errors all the source's own": replace(base, shared=0.9),
        "wholes much larger": replace(base, excess=0.6),
        "few reports": replace(base, every=30.0),
    }
    lines = ["| world | scope | own reports alone | held to one another |", "|---|---|---|---|"]
    for name, world in rows.items():
        for kind, (own, held) in measured(world, worlds).items():
            lines.append(f"| {name} | {kind} | {own} | {held} |")
    return lines
