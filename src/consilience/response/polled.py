"""Polled: what a sentence on a survey means, by a small grammar that is explicit and says what it understood."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from consilience.errors import UsageError
from consilience.model.survey import Answer

FORMS = (
    "ANSWER is number one (first, second, …) in POLLSTER MONTH YEAR",
    "[more than|less than|about] N percent ANSWER in POLLSTER MONTH YEAR",
    "most ANSWER in POLLSTER MONTH YEAR",
    "ANSWER is above ANSWER in POLLSTER MONTH YEAR",
)
"""The forms that are understood; MONTH and YEAR may be left out."""

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_RANKS = {"number one": 1, "no. 1": 1, "top": 1, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_RANK = re.compile(
    rf"(?P<answer>.+?)\s+(?:is|comes|was|ranks)\s+(?:the\s+)?(?P<rank>{'|'.join(map(re.escape, _RANKS))})(?:\s+\w+)?",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"(?P<answer>.+?)\s+(?:is|was|ranks|comes)\s+(?P<way>above|ahead\s+of|below|behind)\s+(?P<other>.+)", re.IGNORECASE
)
_SHARE = re.compile(
    r"(?P<bound>more\s+than|over|at\s+least|less\s+than|under|at\s+most|about|around|some|exactly)?\s*"
    r"(?P<share>\d{1,3}(?:\.\d+)?)\s*(?:%|percent|per\s+cent)\s+(?:of\s+\w+\s+)?(?P<answer>.+)",
    re.IGNORECASE,
)
_MOST = re.compile(r"(?:most|a\s+majority(?:\s+of\s+\w+)?)\s+(?P<answer>.+)", re.IGNORECASE)


class Asks(Enum):
    """What a statement says of an answer."""

    RANK = "rank"
    ABOVE = "above"
    EXACTLY = "exactly"
    ABOUT = "about"
    MORE = "more than"
    LESS = "less than"


_BOUNDS = {
    "more than": Asks.MORE, "over": Asks.MORE, "at least": Asks.MORE, "less than": Asks.LESS, "under": Asks.LESS,
    "at most": Asks.LESS, "about": Asks.ABOUT, "around": Asks.ABOUT, "some": Asks.ABOUT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SurveyStatement:
    """That an answer has a rank, a share, or stands above another, in surveys of which there may be several.

    `figure` is the rank, or the share from 0 to 1; `words` is what is said of the answer; `when` is a year, or a month of one.
    """

    asks: Asks
    words: str
    figure: float
    other: str
    pollster: str
    when: tuple[int, int] | None

    def __str__(self) -> str:
        """`that "fear of world war" is number 1 in Levada, December 2021`."""
        said = {
            Asks.RANK: f'"{self.words}" is number {self.figure:g}',
            Asks.ABOVE: f'"{self.words}" stands above "{self.other}"',
        }.get(self.asks, f'"{self.words}" is given by {self.asks.value} {self.figure * 100:g} %')
        month = f"{calendar.month_name[self.when[1]]} " if self.when and self.when[1] else ""
        return f"that {said} in {self.pollster}{f', {month}{self.when[0]}' if self.when else ''}"


def understand_survey(text: str, answers: Sequence[Answer]) -> SurveyStatement | None:
    """What a sentence says of a survey; None where it names no pollster of these answers at its end.

    Raises:
        UsageError: for a sentence on a survey in another form.
    """
    plain = " ".join(text.replace("\u2019", "'").split()).rstrip(".!")
    names = "|".join(re.escape(name) for name in sorted({each.pollster for each in answers}, key=len, reverse=True))
    found = names and re.fullmatch(
        rf"(?P<said>.+?),?\s+(?:in|by|of|according\s+to)\s+(?:an?\s+|the\s+)?(?P<pollster>{names})(?:'s)?(?:\s+cent(?:er|re))?"
        rf"(?:\s+(?:poll|survey))?(?:,?\s*(?:of|in|from)?\s*(?P<month>{'|'.join(_MONTHS)}))?(?:\s*,?\s*(?P<year>\d{{4}}))?"
        r"(?:\s+(?:poll|survey))?",
        plain,
        re.IGNORECASE,
    )
    if not found:
        return None
    pollster = next(each.pollster for each in answers if each.pollster.casefold() == found["pollster"].casefold())
    if found["month"] and not found["year"]:
        raise UsageError("check", f"{found['month']} of no year", "a month with its year, such as December 2021")
    when = (int(found["year"]), _MONTHS.get((found["month"] or "").lower(), 0)) if found["year"] else None
    said = found["said"]
    if match := _RANK.fullmatch(said):
        return SurveyStatement(Asks.RANK, match["answer"], _RANKS[match["rank"].lower()], "", pollster, when)
    if match := _ABOVE.fullmatch(said):
        pair = (match["answer"], match["other"])
        first, second = pair if match["way"].lower().startswith(("above", "ahead")) else pair[::-1]
        return SurveyStatement(Asks.ABOVE, first, 0.0, second, pollster, when)
    if match := _SHARE.fullmatch(said):
        if float(match["share"]) > 100:
            raise UsageError("check", f"{match['share']} percent", "a share from 0 to 100 percent")
        bound = _BOUNDS.get(" ".join((match["bound"] or "").lower().split()), Asks.EXACTLY)
        return SurveyStatement(bound, match["answer"], float(match["share"]) / 100, "", pollster, when)
    if match := _MOST.fullmatch(said):
        return SurveyStatement(Asks.MORE, match["answer"], 0.5, "", pollster, when)
    raise UsageError("check", repr(text), "of a survey, one of: " + "; ".join(FORMS))
