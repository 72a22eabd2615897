"""One row of the native table to one claim, or to the list of what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from sys import intern
from typing import TypeVar

from consilience.intake.place import Coordinates, PlaceReader
from consilience.intake.setaside import SET_ASIDE_COLUMNS, Problem, plain_cell
from consilience.model.claim import Claim, Count, Modality
from consilience.model.grading import Credibility, Reliability
from consilience.model.identity import ClaimId, PartnerId, Speaker, digest
from consilience.model.marking import Marking
from consilience.model.period import Period, parse_moment
from consilience.model.phenomenon import Phenomenon
from consilience.model.place import Place

COLUMNS = (
    "claim_id", "partner", "speaker", "source", "reliability", "credibility", "origins", "modality", "actor",
    "phenomenon", "place", "lat", "lon", "radius_km", "counted", "period_from", "period_to", "reported_at",
    "low", "best", "high", "unit", "text", "url", "marking", "about",
)  # fmt: skip
REQUIRED = ("claim_id", "partner", "modality", "phenomenon", "reported_at")

_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$", re.ASCII)
_PATH = re.compile(r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*$", re.ASCII)
_TOKEN = re.compile(r"^\S+$")
_EXACT = 2**53  # RFC 7493 (I-JSON): integers beyond are not exact everywhere
_CODE_LENGTH = 64
_MODALITIES = {modality.value: modality for modality in Modality}
_T = TypeVar("_T")

_phenomenon = lru_cache(maxsize=10_000)(Phenomenon)
_moment = lru_cache(maxsize=100_000)(parse_moment)
# The same few speakers, labels and periods stand in many rows: shared, they take no memory and are soon compared.
_speaker = lru_cache(maxsize=10_000)(Speaker)
_label = lru_cache(maxsize=10_000)(Marking)
_period = lru_cache(maxsize=100_000)(Period)


class RowReader:
    """Reads rows with one gazetteer. Every problem of a row is reported, not only the first."""

    def __init__(self, places: PlaceReader) -> None:
        """Read place names with `places`."""
        self._places = places

    def read(self, row: Mapping[str, str]) -> Claim | list[Problem]:
        """The claim of a row by column name, or its problems."""
        return _Reading(row, self._places).claim()


class _Reading:
    """One row while it is being read: collects problems as the cells are parsed."""

    def __init__(self, row: Mapping[str, str], places: PlaceReader) -> None:
        self._cells = {name: plain_cell(cell) for name, cell in row.items() if cell and name not in SET_ASIDE_COLUMNS}
        self._places = places
        self._problems: list[Problem] = []

    def claim(self) -> Claim | list[Problem]:
        """The claim, or the problems."""
        cell = self._text
        partner = PartnerId(self._required("partner", _code, "a code such as UKR"))
        speaker = self._optional("speaker", _code, "a name of at most 64 characters") or partner
        reported = self._required("reported_at", _moment, "a date such as 2021-12-03, or a time with its offset")
        phenomenon = self._required("phenomenon", _path, "a path in lower case such as personnel or formation/btg")
        modality = self._required("modality", _modality, "one of " + ", ".join(_MODALITIES))
        name = self._required("claim_id", _identifier, "an id without blanks or ~")
        reliability = self._optional("reliability", _reliability, "a letter A to F")
        credibility = self._optional("credibility", _credibility, "a digit 1 to 6")
        place, period, count = self._place(), self._period(), self._count(phenomenon)
        if self._problems:
            return self._problems
        return Claim(
            id=ClaimId(name),
            partner=partner,
            speaker=_speaker(speaker, partner),
            source=intern(cell("source")),
            reliability=reliability,
            credibility=credibility,
            origins=_words(cell("origins")),
            modality=modality,
            actor=intern(cell("actor")),
            phenomenon=phenomenon,
            place=place,
            counted=frozenset(_words(cell("counted").lower())),
            period=period,
            reported_at=reported,
            count=count,
            text=cell("text"),
            url=intern(cell("url")),
            marking=_label(cell("marking")),
            about=_words(cell("about")),
            extras=tuple(sorted((name, text) for name, text in self._cells.items() if text and name not in _KNOWN)),
            digest=digest({name: text for name, text in self._cells.items() if text}),
        )

    def _text(self, column: str) -> str:
        return self._cells.get(column, "")

    def _required(self, column: str, read: Callable[[str], _T], expected: str) -> _T:
        """A cell that must be there. A missing or wrong one is noted; what is returned then is never used."""
        text = self._text(column)
        if not text:
            self._problems.append(Problem(column, "", expected))
            return text  # type: ignore[return-value]  # the row is set aside
        return self._read(column, text, read, expected)  # type: ignore[return-value]  # likewise

    def _optional(self, column: str, read: Callable[[str], _T], expected: str) -> _T | None:
        """A cell that may be empty."""
        text = self._text(column)
        return self._read(column, text, read, expected) if text else None

    def _read(self, column: str, text: str, read: Callable[[str], _T], expected: str) -> _T | None:
        try:
            return read(text)
        except ValueError as error:
            why = str(error) if "offset" in str(error) else ""
            self._problems.append(Problem(column, text, why or expected))
            return None

    def _place(self) -> Place:
        """The place from its name and coordinates."""
        lat = self._optional("lat", lambda text: _within(text, -90, 90), "degrees from -90 to 90")
        lon = self._optional("lon", lambda text: _within(text, -180, 180), "degrees from -180 to 180")
        radius = self._optional("radius_km", lambda text: _within(text, 0, 20_100), "kilometres from 0 to 20100")
        if bool(self._text("lat")) != bool(self._text("lon")):
            column = "lon" if self._text("lat") else "lat"
            self._problems.append(Problem(column, "", "both lat and lon, or neither"))
        point = Coordinates(lat, lon, radius) if lat is not None and lon is not None else None
        return self._places.read(self._text("place"), point)

    def _period(self) -> Period | None:
        """The period; an empty end is open."""
        expected = "a date such as 2021-12-03, or a time with its offset"
        begin = self._optional("period_from", _moment, expected)
        finish = self._optional("period_to", _moment, expected)
        if begin is None:
            if finish is not None and not self._text("period_from"):
                self._problems.append(Problem("period_from", "", "a start for the period that ends " + str(finish)))
            return None
        if finish is not None and finish.end <= begin.at:
            self._problems.append(Problem("period_to", str(finish), f"not before period_from, {begin}"))
        return _period(begin, finish)

    def _count(self, phenomenon: Phenomenon | None) -> Count | None:
        """The count; None when no number is given."""
        expected = "a number from 0 to 2^53 such as 94300"
        low, best, high = (self._optional(name, _quantity, expected) for name in ("low", "best", "high"))
        stated = [value for value in (low, best, high) if value is not None]
        if stated != sorted(stated):
            found = f"low {low}, best {best}, high {high}"
            self._problems.append(Problem("low", found, "low <= best <= high"))
        if not stated or phenomenon is None or not isinstance(phenomenon, Phenomenon):
            return None
        unit = self._text("unit").lower() or phenomenon.nature.unit
        return Count(low, best, high, unit)


_KNOWN = frozenset(COLUMNS)


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.split()))


def _code(text: str) -> str:
    if len(text) > _CODE_LENGTH or not text.isprintable():
        raise ValueError(text)
    return text


def _identifier(text: str) -> str:
    if not _TOKEN.match(text) or "~" in text or not text.isprintable() or len(text) > 4 * _CODE_LENGTH:
        raise ValueError(text)
    return text


@lru_cache(maxsize=10_000)
def _path(text: str) -> Phenomenon:
    path = re.sub(r"\s+", "-", text.lower().strip("/"))
    if not _PATH.match(path):
        raise ValueError(text)
    return _phenomenon(path)  # one object however it is spelt: comparisons of it are of identity first


@lru_cache(maxsize=1000)
def _modality(text: str) -> Modality:
    try:
        return _MODALITIES[re.sub(r"[\s_]+", "-", text.lower())]
    except KeyError as error:
        raise ValueError(text) from error


def _reliability(text: str) -> Reliability:
    try:
        return Reliability[text.upper()]
    except KeyError as error:
        raise ValueError(text) from error


def _credibility(text: str) -> Credibility:
    return Credibility(text.removesuffix(".0"))


def _number(text: str) -> float:
    if not _NUMBER.match(text):
        raise ValueError(text)
    return float(text)


def _within(text: str, low: float, high: float) -> float:
    value = _number(text)
    if not low <= value <= high:
        raise ValueError(text)
    return value


def _quantity(text: str) -> float:
    value = _number(text)
    if not 0 <= value <= _EXACT:
        raise ValueError(text)
    return value
