"""Position: what a partner holds of each hypothesis, as an interval: a number is one of no width, a word has its band."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.model import form
from consilience.model.coherence import nearest
from consilience.model.form import WHOLE
from consilience.model.identity import PartnerId
from consilience.model.question import Question
from consilience.model.yardstick import Yardstick, read_yardstick


@dataclass(frozen=True, slots=True)
class Band:
    """One hypothesis between two probabilities, both included (basis points), and the word for it if one was used."""

    hypothesis: str
    low: int
    high: int
    word: str = ""

    @property
    def is_point(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    def document(self) -> dict[str, object]:
        """As plain JSON data, without the hypothesis, under which it stands."""
        return {"low": form.percent(self.low), "high": form.percent(self.high), "word": self.word}

    def __str__(self) -> str:
        """`35 %`, or `20 to 45 %`."""
        if self.is_point:
            return f"{form.percent_text(self.low)} %"
        return f"{form.percent_text(self.low)} to {form.percent_text(self.high)} %"


@dataclass(frozen=True, slots=True)
class Position:
    """What one partner holds of a question (by id): a band for every hypothesis, in order of hypothesis.

    A position that is coded from public words has bands and no numbers of its own: a word gives its step on the
    yardstick, and a hypothesis of which nothing was said is open, 0 to 100 %. `claims` are the cited words.
    """

    question: str
    partner: PartnerId
    yardstick: Yardstick
    bands: tuple[Band, ...]
    claims: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse bands that no coherent probabilities could satisfy."""
        where = f"position of {self.partner}"
        for band in self.bands:
            if not 0 <= band.low <= band.high <= WHOLE:
                form.refuse(f"{where}: {band.hypothesis}", str(band), "a lower and a higher end, 0 to 100 %")
        low, high = sum(band.low for band in self.bands), sum(band.high for band in self.bands)
        if not low <= WHOLE <= high:
            found = f"bands that add up to {form.percent_text(low)} to {form.percent_text(high)} %"
            form.refuse(where, found, "bands within which the probabilities can add up to 100 %")

    @property
    def is_exact(self) -> bool:
        """Whether every band is one number."""
        return all(band.is_point for band in self.bands)

    @property
    def ids(self) -> tuple[str, ...]:
        """The hypotheses, in order of id."""
        return tuple(band.hypothesis for band in self.bands)

    @property
    def is_open(self) -> bool:
        """Whether it says nothing of any hypothesis."""
        return all((band.low, band.high) == (0, WHOLE) for band in self.bands)

    @property
    def leader(self) -> str | None:
        """The hypothesis that is surely no less probable than any other; None where the bands leave it open, or two tie."""
        bands = self.tightened().bands
        first = [
            band.hypothesis
            for band in bands
            if all(band.low >= other.high for other in bands if other is not band) and band.high > WHOLE // len(bands)
        ]
        return first[0] if len(first) == 1 else None

    def tightened(self) -> Position:
        """The same position with each band cut to what the others leave possible: no coherent answer is lost."""
        low, high = sum(band.low for band in self.bands), sum(band.high for band in self.bands)
        bands = tuple(
            Band(
                band.hypothesis,
                max(band.low, WHOLE - (high - band.high)),
                min(band.high, WHOLE - (low - band.low)),
                band.word,
            )
            for band in self.bands
        )
        return Position(self.question, self.partner, self.yardstick, bands, self.claims)

    def middle(self) -> tuple[int, ...]:
        """The coherent numbers nearest to the middles of the bands: to draw with, never to be told as the partner's."""
        found = nearest(
            [(band.low + band.high) // 2 for band in self.bands], [(band.low, band.high) for band in self.bands]
        )
        if found is None:  # __post_init__ saw that some numbers add up
            raise AssertionError(self)
        return found

    def check(self, question: Question) -> None:
        """Refuse it where it does not answer this very question; raises AssessmentError."""
        where = f"position of {self.partner}"
        if self.question != question.id:
            form.refuse(where, f"question {self.question[:12]}", f"{question.name}, {question.id[:12]}")
        if self.ids != question.ids:
            form.refuse(where, "hypotheses " + ", ".join(self.ids), "exactly " + ", ".join(question.ids))

    def document(self) -> dict[str, object]:
        """As plain JSON data, which `read` reads back."""
        return {
            "question": self.question,
            "partner": self.partner,
            "yardstick": self.yardstick.name,
            "bands": {band.hypothesis: band.document() for band in self.bands},
            "claims": list(self.claims),
        }

    @classmethod
    def read(cls, value: object, path: str = "position") -> Position:
        """The position that plain JSON data say: per hypothesis a `word`, or `low` and `high` in percent, or nothing.

        Raises:
            AssessmentError: naming what is wrong by its path.
        """
        found = form.fields(value, path, frozenset({"question", "partner", "yardstick", "bands", "claims"}))
        yardstick = read_yardstick(found["yardstick"], f"{path}.yardstick")

        def band(item: object, where: str) -> tuple[int, int, str]:
            said = form.fields(item, where, frozenset(), frozenset({"low", "high", "word"}))
            word = said.get("word") or ""
            step = yardstick.step(form.text(word, f"{where}.word"), f"{where}.word") if word else None
            least, most = (step.low, step.high) if step else (0, WHOLE)
            low = form.points(said["low"], f"{where}.low") if "low" in said else least
            high = form.points(said["high"], f"{where}.high") if "high" in said else most
            if step and not least <= low <= high <= most:
                form.refuse(where, f"{form.percent_text(low)} to {form.percent_text(high)} %", f"within {step.band}")
            return low, high, step.word if step else ""

        return cls(
            form.digest(found["question"], f"{path}.question"),
            PartnerId(form.text(found["partner"], f"{path}.partner")),
            yardstick,
            tuple(Band(name, *item) for name, item in form.table(found["bands"], f"{path}.bands", band)),
            form.names(found["claims"], f"{path}.claims"),
        )
