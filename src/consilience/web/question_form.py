"""Question form: a question as a person puts it on the page, kept as it is until it can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from consilience.errors import UsageError
from consilience.model.form import instant_text
from consilience.model.identity import PartnerId
from consilience.model.question import Question
from consilience.model.round import Session
from consilience.rounds.timetable import deadlines, number_of, pair_of, time_of
from consilience.web.form import Form

_TIMES = ("commit", "reveal", "again", "end")
_NAMES = ("First answers sealed by", "First answers opened by", "Second answers sealed by", "Second answers opened by")


@dataclass(frozen=True, slots=True)
class Put:
    """What stands in the form; times as the command line takes them: ISO 8601, a day, or a span such as 24h."""

    text: str = ""
    name: str = ""
    hypotheses: str = ""
    rest: str = "none = none of these"
    horizon: str = ""
    cutoff: str = ""
    threshold: str = ""
    purpose: str = ""
    commit: str = "24h"
    reveal: str = ""
    again: str = ""
    end: str = ""
    partners: tuple[str, ...] = ()

    @classmethod
    def read(cls, form: Form) -> Put:
        """What was sent."""
        texts = {each.name: form.one(each.name) for each in fields(cls) if each.name != "partners"}
        return cls(**texts, partners=form.many("with"))

    def session(self, home: PartnerId, now: datetime) -> Session:
        """The session that this asks for.

        Raises:
            UsageError, AssessmentError: naming the field that is left out or cannot be read.
        """
        if not self.partners:
            raise UsageError("Who answers", "nobody", "at least one partner beside us")
        question = Question.read(self._question(now))
        times = [getattr(self, name) for name in _TIMES]
        partners = tuple(sorted({home, *map(PartnerId, self.partners)}))
        return Session(question, partners, deadlines(times, now, _NAMES), self.purpose)

    def _question(self, now: datetime) -> Mapping[str, object]:
        """The question as plain data."""
        lines = [line for line in self.hypotheses.splitlines() if line.strip()]
        named = [
            pair_of(line, "Rival answers", "ID = TEXT on each line, such as yes = it is crossed") for line in lines
        ]
        rest, words = pair_of(self.rest, "The rest", "ID = TEXT, such as no = it is not")
        found: dict[str, object] = {
            "name": self.name or "question",
            "text": self.text,
            "hypotheses": [
                *({"id": name, "text": said} for name, said in named), {"id": rest, "text": words, "rest": True},
            ],
            "horizon": instant_text(time_of(self.horizon, now, "Decided by")),
            "cutoff": instant_text(time_of(self.cutoff, now, "On what was known by") if self.cutoff else now),
        }  # fmt: skip
        if self.threshold:
            name, percent = pair_of(self.threshold, "Somebody acts from", "ID = PERCENT, such as yes = 20")
            found["threshold"] = {"hypothesis": name, "percent": number_of(percent, "Somebody acts from")}
        return found
