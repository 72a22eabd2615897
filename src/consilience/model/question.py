"""Question, Hypothesis: what is asked, until when, on what was known by when; the rival answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from consilience.model import form
from consilience.model.identity import digest

MOST_HYPOTHESES = 20
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)


def _slug(value: object, path: str) -> str:
    """A short name in lower-case letters, digits and hyphens."""
    expected = "a name of 1 to 64 lower-case letters, digits and hyphens"
    return value if isinstance(value, str) and _ID.fullmatch(value) else form.refuse(path, value, expected)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One of several rival answers. `rest` marks "none of these": it holds whenever no other does."""

    id: str
    text: str
    rest: bool = False

    def document(self) -> dict[str, object]:
        """As plain JSON data."""
        return {"id": self.id, "text": self.text, "rest": self.rest}

    @classmethod
    def read(cls, value: object, path: str) -> Hypothesis:
        """The hypothesis that plain JSON data say; raises AssessmentError, naming the fault by its path."""
        found = form.fields(value, path, frozenset({"id", "text"}), frozenset({"rest"}))
        rest = found.get("rest", False)
        if not isinstance(rest, bool):
            form.refuse(f"{path}.rest", rest, "true or false")
        return cls(_slug(found["id"], f"{path}.id"), form.text(found["text"], f"{path}.text"), rest)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Somebody acts when one hypothesis is held at least this probable (basis points)."""

    hypothesis: str
    points: int

    def document(self) -> dict[str, object]:
        """As plain JSON data."""
        return {"hypothesis": self.hypothesis, "percent": form.percent(self.points)}

    @classmethod
    def read(cls, value: object, path: str) -> Threshold:
        """The threshold that plain JSON data say; raises AssessmentError, naming the fault by its path."""
        found = form.fields(value, path, frozenset({"hypothesis", "percent"}))
        least = form.points(found["percent"], f"{path}.percent", 1, form.WHOLE - 1)
        return cls(_slug(found["hypothesis"], f"{path}.hypothesis"), least)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: its hypotheses, the horizon by which it is decided, and the cut-off of what may be used.

    Exactly one hypothesis is the rest ("none of these"; "no" of a yes-or-no question), so that they exhaust what can
    happen; that they exclude each other is for their authors to see to. `name` stays over all `version`s; the id is a
    digest of all of it, so two questions have one id only if they are the same to the letter.
    """

    name: str
    version: int
    text: str
    hypotheses: tuple[Hypothesis, ...]
    horizon: datetime
    cutoff: datetime
    threshold: Threshold | None = None

    def __post_init__(self) -> None:
        """Refuse a question to which no set of answers would be exclusive and exhaustive."""
        ids = [each.id for each in self.hypotheses]
        where = f"question {self.name}"
        if not 2 <= len(ids) <= MOST_HYPOTHESES:
            form.refuse(f"{where}: hypotheses", f"{len(ids)} of them", f"2 to {MOST_HYPOTHESES}")
        for twice in sorted({name for name in ids if ids.count(name) > 1}):
            form.refuse(f"{where}: hypotheses", f"{twice} twice", "each id once")
        rests = [each.id for each in self.hypotheses if each.rest]
        if len(rests) != 1:
            found = f"{len(rests)} marked as the rest" + (f" ({', '.join(rests)})" if rests else "")
            step = 'Add one with "rest": true, such as "none of these", or mark the "no" of a yes-or-no question.'
            form.refuse(f"{where}: hypotheses", found, "exactly one that holds when no other does", step)
        for name, when in (("horizon", self.horizon), ("cut-off", self.cutoff)):
            if when.tzinfo is None or when.microsecond:
                form.refuse(f"{where}: {name}", str(when), "a UTC time to the second")
        if self.cutoff > self.horizon:
            found = form.instant_text(self.cutoff)
            form.refuse(f"{where}: cut-off", found, f"no later than the horizon {form.instant_text(self.horizon)}")
        if self.threshold and self.threshold.hypothesis not in ids:
            form.refuse(f"{where}: threshold", self.threshold.hypothesis, "one of " + ", ".join(ids))

    @property
    def id(self) -> str:
        """SHA-256 of its canonical text, 64 hexadecimal digits."""
        return digest(self.document())

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the hypotheses, in order of id."""
        return tuple(sorted(each.id for each in self.hypotheses))

    def document(self) -> dict[str, object]:
        """As plain JSON data, which `read` reads back."""
        return {
            "name": self.name,
            "version": self.version,
            "text": self.text,
            "hypotheses": [each.document() for each in self.hypotheses],
            "horizon": form.instant_text(self.horizon),
            "cutoff": form.instant_text(self.cutoff),
            "threshold": self.threshold.document() if self.threshold else None,
        }

    @classmethod
    def read(cls, value: object, path: str = "question") -> Question:
        """The question that plain JSON data say; `version` is 1 and `threshold` none where they are left out.

        Raises:
            AssessmentError: naming what is wrong by its path.
        """
        required = frozenset({"name", "text", "hypotheses", "horizon", "cutoff"})
        found = form.fields(value, path, required, frozenset({"version", "threshold"}))
        threshold = found.get("threshold")
        return cls(
            _slug(found["name"], f"{path}.name"),
            form.number(found.get("version", 1), f"{path}.version", 1, 9_999),
            form.text(found["text"], f"{path}.text"),
            form.items(found["hypotheses"], f"{path}.hypotheses", Hypothesis.read),
            form.instant(found["horizon"], f"{path}.horizon"),
            form.instant(found["cutoff"], f"{path}.cutoff"),
            None if threshold is None else Threshold.read(threshold, f"{path}.threshold"),
        )
