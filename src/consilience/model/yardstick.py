"""Yardstick: the words for how probable something is, each with the numbers that it covers. Two are never mixed."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.errors import AssessmentError
from consilience.model import form


@dataclass(frozen=True, slots=True)
class Step:
    """One word with its synonyms; the basis points it covers, from `low` to `high`, both included.

    Where a standard leaves an end out ("more than 0", "less than 50"), the end is the nearest basis point within.
    """

    word: str
    low: int
    high: int
    synonyms: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All words for it, the first one preferred."""
        return (self.word, *self.synonyms)

    @property
    def band(self) -> str:
        """`55 to 80 %`."""
        return f"{form.percent_text(self.low)} to {form.percent_text(self.high)} %"


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A standard's steps in rising order. Neighbours may share an end (ICD 203) or leave a gap (PHIA)."""

    name: str
    standard: str
    steps: tuple[Step, ...]

    def step(self, word: str, path: str = "likelihood") -> Step:
        """The step that a word or synonym stands for, whatever its case.

        Raises:
            AssessmentError: no word of this yardstick; if it is one of another, which.
        """
        plain = " ".join(word.split()).casefold()
        for step in self.steps:
            if plain in step.words:
                return step
        other = next((each.standard for each in YARDSTICKS.values() if any(plain in s.words for s in each.steps)), "")
        raise AssessmentError(
            path,
            f"“{plain[:80]}”" + (f", a word of {other}" if other else ""),
            f"a word of {self.standard}: " + ", ".join(step.word for step in self.steps),
            "Two yardsticks are never mixed." if other else "",
        )

    def covering(self, points: int) -> tuple[Step, ...]:
        """The steps that cover a number: none in a gap, two on an end that neighbours share."""
        return tuple(step for step in self.steps if step.low <= points <= step.high)

    def around(self, points: int) -> tuple[Step | None, Step | None]:
        """The last step that ends below a number that no word covers, and the first that begins above it."""
        below = [step for step in self.steps if step.high < points]
        above = [step for step in self.steps if step.low > points]
        return (below[-1] if below else None, above[0] if above else None)

    def say(self, points: int) -> str:
        """The word for a number; both where two share it; where none covers it, what it lies between."""
        covering = self.covering(points)
        if covering:
            return " or ".join(step.word for step in covering)
        below, above = self.around(points)
        if below and above:
            return f"between “{below.word}” (to {form.percent_text(below.high)} %) and “{above.word}” (from {form.percent_text(above.low)} %)"
        return f"beyond “{(below or above or self.steps[0]).word}” ({(below or above or self.steps[0]).band})"


ICD_203 = Yardstick(
    "icd-203",
    "ICD 203",
    (
        Step("almost no chance", 100, 500, ("remote",)),
        Step("very unlikely", 500, 2000, ("highly improbable",)),
        Step("unlikely", 2000, 4500, ("improbable", "improbably")),
        Step("roughly even chance", 4500, 5500, ("roughly even odds", "roughly even")),
        Step("likely", 5500, 8000, ("probable", "probably")),
        Step("very likely", 8000, 9500, ("highly probable",)),
        Step("almost certain", 9500, 9900, ("nearly certain", "almost certainly")),
    ),
)
"""Office of the Director of National Intelligence, Intelligence Community Directive 203 (2015), D.6.e.(2)(a).

Checked against a copy of the directive's table: both rows of words and all ranges. The directive asks not to mix words
of its two rows; either is taken here. "Roughly even" alone is ours.
"""

PHIA = Yardstick(
    "phia",
    "PHIA",
    (
        Step("remote chance", 1, 500, ("remote",)),
        Step("highly unlikely", 1000, 2000),
        Step("unlikely", 2500, 3500),
        Step("realistic possibility", 4000, 4999),
        Step("likely", 5500, 7500, ("probable",)),
        Step("highly likely", 8000, 9000),
        Step("almost certain", 9500, 9999),
    ),
)
"""Professional Head of Intelligence Assessment, probability yardstick, with its deliberate gaps.

The seven words are confirmed by texts that reprint it, the upper ends to "realistic possibility" too; the other ends are from memory
of the edition of 2025 and are to be checked against the original.
"""

YARDSTICKS = {each.name: each for each in (ICD_203, PHIA)}


def read_yardstick(value: object, path: str) -> Yardstick:
    """The yardstick of a name, `icd-203` or `phia`; raises AssessmentError for any other."""
    found = YARDSTICKS.get(value) if isinstance(value, str) else None
    return found or form.refuse(path, value, " or ".join(YARDSTICKS))
