"""Weighed: what the claims of a contested fact come to when sources are weighed by how they fared, and what hangs on whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from consilience.comparison.lineage import Lineage
from consilience.comparison.picture import Picture, source_name
from consilience.comparison.seeds import NOT_SO, NOTHING_KNOWN, SO, Known, Seed, figure, how_many, seeds_of, whether
from consilience.comparison.stances import affirms
from consilience.comparison.truth import Truth, weigh
from consilience.model.fact import Fact, Holding, Verdict
from consilience.model.identity import FactId

CONTESTED = (Verdict.CONFLICTING, Verdict.CIRCULAR)
_WHETHER = "whether"
_SURE, _EVEN, _FEWEST = 0.9, 0.5, 2
_COLUMNS = ("object", "attribute", "source", "value", "origin", "time")

_Told = tuple[str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """One value that was told: who tells it, how many independent sources stand behind it, and its probability.

    `probability` is None for values that are neither the weighed one nor its nearest rival.
    """

    value: str
    sources: tuple[str, ...]
    independent: int
    probability: float | None


@dataclass(frozen=True, slots=True)
class Without:
    """What the weighed value would be without one source, and what rests on it; None where nobody else speaks of it."""

    source: str
    value: str | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class Ruled:
    """What an analyst ruled of a question, and the whole of the ruling in words."""

    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """One question of a fact with several answers: the weighed one first, and what it would be without each source.

    `question` is `whether it is so`, or `how many (personnel)`. `taught` is what was known beforehand of the sources that tell
    it, with reasons. The probabilities are in order, and not calibrated: nobody told
    the truth of these facts.
    """

    fact: FactId
    question: str
    options: tuple[Option, ...]
    without: tuple[Without, ...]
    ruled: Ruled | None = None
    taught: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """The weighed value, or the one that an analyst ruled."""
        return self.ruled.value if self.ruled else self.options[0].value

    @property
    def hangs_on(self) -> tuple[str, ...]:
        """The sources without which another value would be the weighed one, or none, or this one less likely than not."""
        return tuple(
            each.source for each in self.without if each.value != self.value or (each.probability or 0.0) < _EVEN
        )

    @property
    def open_because(self) -> tuple[str, ...]:
        """Why the evidence does not settle it; nothing where it does, as far as it goes, or where an analyst ruled."""
        if self.ruled:
            return ()
        first = self.options[0]
        rivals = [option for option in self.options[1:] if option.independent >= first.independent]
        return tuple(
            reason for holds, reason in (
                (first.independent < _FEWEST, "only one independent source tells it"),
                (bool(rivals), f"as many independent sources tell {rivals[0].value if rivals else ''}"),
                (bool(self.hangs_on), f"it hangs on {', '.join(self.hangs_on)}"),
                ((first.probability or 0.0) < _SURE, f"it is given {first.probability or 0.0:.2f}"),
            ) if holds
        )  # fmt: skip

    @property
    def words(self) -> str:
        """Whether the evidence settles it, and if not, why; or who ruled."""
        if self.ruled:
            return f"It is {self.ruled.value}: {self.ruled.why}."
        if self.open_because:
            return f"The evidence does not settle it: {'; '.join(self.open_because)}."
        return f"As far as the evidence goes, it is {self.value}: no one source alone decides it."


class Weighing:
    """A picture weighed as a whole. It changes nothing of the picture: no verdict and no digest depends on it."""

    def __init__(self, picture: Picture, known: Known = NOTHING_KNOWN) -> None:
        """Take the evidence of all facts, and what is known beside it; weighing waits until it is asked for.

        What one source alone tells teaches nothing, unless it is known whether it was so.
        """
        lineage = Lineage(picture.claims)
        self._facts: dict[FactId, Fact] = {fact.id: fact for fact in picture.facts}
        self._rows: dict[FactId, list[_Told]] = {
            fact.id: sorted({row for held in fact.holdings if held.is_current for row in _told(fact, held, lineage)})
            for fact in picture.facts
        }
        self._spellings = _spellings(picture.facts)
        self.seeds = seeds_of(picture.facts, known)
        self._ruled = {(seed.item, seed.question): seed for seed in self.seeds if not seed.source}
        self._compared = sorted(row for rows in self._rows.values() for row in _compared(rows, self._ruled))
        self._without = lru_cache(maxsize=256)(self._leave_out)
        self._truth: Truth | None = None

    @property
    def contested(self) -> tuple[FactId, ...]:
        """The facts with a conflict of which more than one value is told, in order of the picture."""
        return tuple(
            name for name, fact in self._facts.items()
            if fact.finding.verdict in CONTESTED and self._questions(name)
        )  # fmt: skip

    @property
    def rows(self) -> int:
        """How many rows are weighed: answers to questions that more than one source speaks to."""
        return len(self._compared)

    @property
    def truth(self) -> Truth:
        """All that was weighed: values, and how far each source can be relied on."""
        if self._truth is None:
            self._truth = self._weigh("")
        return self._truth

    def of(self, fact: FactId) -> tuple[Weighed, ...]:
        """The questions of a fact to which more than one answer is told, weighed."""
        return tuple(self._answer(fact, attribute, rows) for attribute, rows in self._questions(fact).items())

    def _questions(self, fact: FactId) -> dict[str, list[_Told]]:
        found: dict[str, list[_Told]] = defaultdict(list)
        for row in self._rows.get(fact, ()):
            found[row[1]].append(row)
        return {name: rows for name, rows in sorted(found.items()) if len({row[3] for row in rows}) > 1}

    def _answer(self, fact: FactId, attribute: str, rows: Sequence[_Told]) -> Weighed:
        values = _values(self.truth)
        elected = values[fact, attribute]
        chances: dict[object, float | None] = {
            elected["rival"]: _chance(elected["rival_probability"]), elected["value"]: _chance(elected["probability"]),
        }  # fmt: skip
        ranked = sorted(
            {row[3] for row in rows}, key=lambda value: (value != elected["value"], -(chances.get(value) or 0.0), value)
        )
        options = [self._option(value, rows, chances.get(value)) for value in ranked]
        without = []
        for source in sorted({name for row in rows for name in (row[2], row[4]) if name}):
            other = self._without(source).get((fact, attribute))
            value = self._spelt(fact, attribute, str(other["value"])) if other else None
            without.append(Without(source, value, _chance(other and other["probability"])))
        sources = {row[2] for row in rows}
        taught = [seed.why for seed in self.seeds if self._teaches(seed, sources) and seed.item != fact]
        seed = self._ruled.get((fact, attribute))
        ruled = Ruled(str(seed.bounds or seed.right), seed.why) if seed else None
        question = "whether it is so" if attribute.startswith(_WHETHER) else f"how many ({attribute.split(' · ')[1]})"
        without = [] if ruled else without
        return Weighed(fact, question, tuple(options), tuple(without), ruled, tuple(dict.fromkeys(taught)))

    def _teaches(self, seed: Seed, sources: Container[str]) -> bool:
        """Whether what is known says something of one of some sources."""
        if seed.source:
            return seed.source in sources
        return any(row[1] == seed.question and row[2] in sources for row in self._rows.get(FactId(seed.item), ()))

    def _option(self, value: str, rows: Sequence[_Told], chance: float | None) -> Option:
        tellers = [row for row in rows if row[3] == value]
        roots = {row[4] or row[2] for row in tellers}
        spelt = self._spelt(rows[0][0], rows[0][1], value)
        return Option(spelt, tuple(sorted({row[2] for row in tellers})), len(roots), chance)

    def _spelt(self, fact: str, attribute: str, value: str) -> str:
        """A figure as it was told, with the band that it is the middle of; words as they are."""
        return " or ".join(sorted(self._spellings.get((fact, attribute, value), {value})))

    def _as_ruled(self, row: _Told) -> _Told:
        """A row as it is weighed: every figure within a ruled interval is the right one."""
        seed = self._ruled.get((row[0], row[1]))
        inside = seed is not None and seed.bounds is not None and seed.bounds.holds(float(row[3]))
        return (*row[:3], seed.right, *row[4:]) if seed and inside else row

    def _leave_out(self, source: str) -> Mapping[tuple[str, str], Mapping[str, object]]:
        return _values(self._weigh(source))

    def _weigh(self, source: str) -> Truth:
        """Weigh all but a source, and what rests on it."""
        own = [(seed.item, seed.question, seed.source, seed.told, "", seed.time) for seed in self.seeds if seed.source]
        every = [*map(self._as_ruled, self._compared), *own]
        told = [row for row in every if source not in (row[2], row[4])] if source else every
        table = pa.table({name: pa.array([row[at] for row in told], pa.string()) for at, name in enumerate(_COLUMNS)})
        here = {(row[0], row[1]) for row in told}
        seeds = [(seed.item, seed.question, seed.right) for seed in self.seeds if (seed.item, seed.question) in here]
        kinds = {row[1]: "category" if row[1].startswith(_WHETHER) else "number" for row in told}
        names = ("object", "attribute", "value")
        known = pa.table({name: pa.array([seed[at] for seed in seeds], pa.string()) for at, name in enumerate(names)})
        return weigh(table, kinds=kinds, seeds=known)


def _compared(rows: Sequence[_Told], ruled: Mapping[tuple[str, str], Seed]) -> Iterator[_Told]:
    """The rows of a fact on questions that more than one source answers, or one source in several ways, or that are ruled on."""
    told: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        told[row[1]].add((row[2], row[3]))
    return (row for row in rows if len(told[row[1]]) > 1 or (row[0], row[1]) in ruled)


def _told(fact: Fact, held: Holding, lineage: Lineage) -> Iterator[_Told]:
    """What a claim says of its fact, as rows of (object, attribute, source, value, origin, time)."""
    claim = held.claim
    source, origin, told = source_name(claim), origin_of(held, lineage), claim.reported_at.at.isoformat()
    so = SO if affirms(claim) else NOT_SO
    yield fact.id, whether(fact), source, so, origin, told
    if claim.count and affirms(claim):
        yield fact.id, how_many(fact, claim.count.unit), source, figure(claim), origin, told


def origin_of(held: Holding, lineage: Lineage) -> str:
    """Who stands behind a claim: the source of the claim that it rests on, or the origin key; of several the first."""
    root = min(held.roots, default=held.claim.id)
    if root == held.claim.id:
        return ""
    claim = lineage.claim(root)
    return source_name(claim) if claim else root


def _values(truth: Truth) -> dict[tuple[str, str], dict[str, object]]:
    return {(row["object"], row["attribute"]): row for row in truth.values.to_pylist()}


def _chance(found: object) -> float | None:
    return round(found, 3) if isinstance(found, float) else None


def _spellings(facts: Iterable[Fact]) -> dict[tuple[str, str, str], set[str]]:
    """By fact, question and figure, how its current claims state it."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for fact in facts:
        for held in fact.holdings:
            count = held.claim.count
            if count and held.is_current:
                found[fact.id, how_many(fact, count.unit), figure(held.claim)].add(str(count))
    return found
