"""Wording: names, days, figures and what a claim says, in plain words that take no side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from math import ceil, floor, log10

from iso3166 import countries_by_alpha3

from consilience.intake.scenario import Scenario
from consilience.intake.setaside import printable
from consilience.model.claim import Claim, Count, Modality
from consilience.model.fact import Fact
from consilience.model.identity import PartnerId

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WITH_ARTICLE = ("United ", "Netherlands", "Czech Republic", "Russian Federation", "Republic ", "Holy See", "OSCE ")
_CODE = re.compile(r"\b[A-Z]{3}\b")
_BORDER = re.compile(r"\b([A-Z]{3}) border\b")
_KIND = re.compile(r"^(\w+): ([^,(]+?)(?= \(|,|$)")
_COUNTED = re.compile(r"\(([\w+ -]+)\)$")
_FIGURES = 2  # digits to which an interval of our own is rounded
_UNITS = {"percent": " percent", "km": " km"}
_SAID = {
    Modality.DENIED: "denies it",
    Modality.NOT_OBSERVED: "looked and did not see it",
    Modality.UNVERIFIED: "could not confirm it",
}


@dataclass(frozen=True, slots=True)
class Names:
    """How partners are called, and who compares; both as anybody may know them, never as a roster has them."""

    names: Mapping[str, str]
    focus: tuple[PartnerId, ...] = ()

    @classmethod
    def of(cls, told: Scenario | None) -> Names:
        """The names of a published record; without one, those that ISO 3166 gives."""
        if told is None:
            return cls({})
        called = {
            str(each.code): each.code if each.kind == "alliance" else each.name.split(" (")[0] for each in told.partners
        }
        return cls(called, told.focus)

    def said(self, code: str) -> str:
        """A partner as a sentence names it."""
        name = self.names.get(code) or _state(code) or code
        return printable(f"the {name}" if name.startswith(_WITH_ARTICLE) else name)

    def speaker(self, claim: Claim) -> str:
        """`Ukraine (Reznikov)`; and who carries it, where that is another: `Ukraine (Reznikov), as X carries it`."""
        home, _, person = claim.speaker.name.partition("/")
        person = person.replace("-", " ") if person.islower() else person  # `defence-official` is no name
        who = self.said(home) + (f" ({printable(person)})" if person else "")
        return who if home == claim.partner else f"{who}, as {self.said(claim.partner)} carries it,"

    def subject(self, fact: Fact) -> str:
        """`personnel of the Russian Federation at the border of Ukraine`."""
        title = fact.title.removesuffix(", ahead")
        if not (fact.actor and title.startswith(f"{fact.actor} ")):
            return self.spelt(_of_kind(title[:1].lower() + title[1:]))
        words, _, place = title[len(fact.actor) + 1 :].partition(", ")
        return f"{printable(_of_kind(words))} of {self.said(fact.actor)}{self.at(place)}"

    def at(self, place: str) -> str:
        """` at the border of Ukraine`, ` near the border of Ukraine`, ` in Crimea`; nothing for no place."""
        told = self.spelt(place)
        if not told or told.startswith(("near ", "in ", "within ")):
            return f" {told}" if told else ""
        return f" at {told}" if told.startswith("the border of ") else f" in {told}"

    def counted(self, words: Iterable[str]) -> str:
        """What a number counts, after what it is of: ` (ground only)`; nothing where nothing limits it."""
        told = " ".join(words)
        return f" {printable(_COUNTED.sub(_counted, f'({told})'))}" if told else ""

    def spelt(self, text: str) -> str:
        """Codes of states written out."""
        named = _BORDER.sub(lambda found: f"the border of {self.said(found[1])}", text)
        return printable(_CODE.sub(lambda found: self.said(found[0]), named))


def _of_kind(words: str) -> str:
    """`equipment: tank` as `equipment (tank)`, `(+police)` as `(police included)`, `(aircraft-only)` as `(aircraft only)`."""
    return _KIND.sub(r"\1 (\2)", _COUNTED.sub(_counted, words))


def _counted(found: re.Match[str]) -> str:
    """What a number counts, in words."""
    told = (f"{word[1:]} included" if word.startswith("+") else word for word in found[1].split())
    return f"({', '.join(told).replace('-', ' ')})"


@cache
def _state(code: str) -> str:
    found = countries_by_alpha3.get(code)
    return found.name if found else ""


def says(claim: Claim) -> str:
    """What a claim says of its fact: `says 94,300`, `expects it`, `denies it`."""
    if claim.modality in _SAID:
        return _SAID[claim.modality]
    value = figure(claim.count) if claim.count else ""
    if claim.modality is Modality.FORECAST:
        return f"expects {value or 'it'}"
    if claim.modality is Modality.INTENDED:
        return f"speaks of a plan{f' for {value}' if value else ''}"
    return f"says {value}" if value else "reports it"


def figure(count: Count) -> str:
    """A figure as its holder gave it: `94,300`, `100,000 or less`. How widely it is read is ours, and not told."""
    given = f"{count}{_UNITS.get(count.unit, '')}"
    if count.best is None or count.low is None or count.high is None or count.low == count.high:
        return given
    return (
        f"{given} or {'less' if count.best == count.high else 'more'}"
        if count.best in (count.low, count.high)
        else given
    )


def outward(low: float, high: float) -> str:
    """An interval that we reckoned, to two figures and never narrower: 59,338 to 150,637 is `59,000 to 160,000`."""
    return f"{_rounded(low, floor):,} to {_rounded(high, ceil):,}"


def _rounded(value: float, to: Callable[[float], int]) -> int:
    """To two figures, down or up."""
    if value <= 0:
        return 0
    step = int(10 ** max(0, floor(log10(value)) - _FIGURES + 1))
    return to(value / step) * step


def day(when: date) -> str:
    """`23 November 2021`."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def period(fact: Fact) -> str:
    """When a fact holds: `21 November 2021`, `from 1 to 5 November 2021`."""
    first, last = (datetime.fromisoformat(text).date() for text in fact.period)
    if first == last:
        return day(first)
    start = day(first)
    if first.year == last.year:
        start = start.removesuffix(f" {first.year}")
        if first.month == last.month:
            start = str(first.day)
    return f"from {start} to {day(last)}"


def listed(words: Iterable[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = [*words] or [""]
    return f"{', '.join(most)} {joint} {last}" if most else last


def many(number: int, noun: str) -> str:
    """`1 report`, `1,204 reports`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
