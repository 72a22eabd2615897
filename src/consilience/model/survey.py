"""Survey: the share of a public that gave an answer, as a page tells it, with what is known of how it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of one survey. `sample` is None where no page says how many were asked.

    `field` are the first and the last day that people can have been asked; `published` is the last day on which it can
    have come out, so that it is never used before. `share` is from 0 to 1, as published: `step` is its last digit.
    """

    id: str
    pollster: str
    country: str
    field: tuple[date, date]
    published: date
    sample: int | None
    topic: str
    question: str
    answer: str
    share: float
    step: float
    url: str
    note: str

    @property
    def survey(self) -> tuple[str, str, date, date, str]:
        """What the answers of one question in one survey share."""
        return (self.pollster, self.country, *self.field, self.question)
