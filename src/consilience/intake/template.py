"""Templates of a mapping: `{column|filter:argument|…}` inside text, with a short list of filters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from consilience.intake import amount, country, outlet, span
from consilience.intake.spot import spot
from consilience.model.period import parse_moment

_FIELD = re.compile(r"\{([^{}]+)\}")
_SPAN = re.compile(r"^(\d+(?:\.\d+)?)([dhm])$")
_POST = re.compile(r"(?:twitter|x)\.com/\w+/status/(\d{10,20})|tiktok\.com/\S*?/video/(\d{10,20})")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
# X post ids count milliseconds from this epoch above 22 bits; TikTok's count seconds above 32 bits.
_X_EPOCH_MS = 1_288_834_974_657
_X_SHIFT, _TIKTOK_SHIFT = 22, 32
_LISTED = 120  # characters of a table of codes that a message quotes


class TemplateError(Exception):
    """A template that is malformed, or a cell that a filter cannot read."""

    def __init__(self, column: str, found: str, expected: str) -> None:
        """Name the column, what was found and what was expected."""
        self.column, self.found, self.expected = column, found, expected
        super().__init__(f"{column}: found {found!r}, expected {expected}")


@dataclass(frozen=True, slots=True)
class Lookups:
    """The [map.NAME] tables of a mapping: patterns, tried in order, to what they stand for."""

    tables: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]

    @classmethod
    def read(cls, tables: Mapping[str, Mapping[str, str]]) -> Lookups:
        """Compile the patterns; they are matched anywhere in the cell, whatever the case."""
        try:
            compiled = {
                name: tuple((re.compile(pattern, re.IGNORECASE), str(value)) for pattern, value in table.items())
                for name, table in tables.items()
            }
        except re.error as error:
            raise TemplateError("map", str(error.pattern), f"a regular expression ({error})") from error
        return cls(compiled)

    def find(self, name: str, text: str) -> str:
        """What the first matching pattern stands for, or an empty text."""
        return next((value for pattern, value in self.tables[name] if pattern.search(text)), "")

    def code(self, name: str, text: str) -> str:
        """As `find`, for codes: one that the table does not list is refused."""
        found = self.find(name, text)
        if not found:
            listed = ", ".join(pattern.pattern for pattern, _ in self.tables[name])
            raise ValueError(f"which lists {listed[:_LISTED]}{'…' if len(listed) > _LISTED else ''}")
        return found


@dataclass(frozen=True, slots=True)
class Field:
    """One `{…}`: a column and the filters its cell runs through."""

    column: str
    filters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Literal text and fields, in order."""

    parts: tuple[str | Field, ...]
    lookups: Lookups

    @classmethod
    def parse(cls, text: str, lookups: Lookups) -> Template:
        """Parse `text`; unknown filters and maps are refused at once."""
        parts: list[str | Field] = []
        end = 0
        for found in _FIELD.finditer(text):
            parts.append(text[end : found.start()])
            parts.append(_field(found[1], lookups))
            end = found.end()
        parts.append(text[end:])
        return cls(tuple(part for part in parts if part != ""), lookups)

    @property
    def columns(self) -> frozenset[str]:
        """The foreign columns it reads."""
        return frozenset(part.column for part in self.parts if isinstance(part, Field))

    def fill(self, cells: Mapping[str, str]) -> str:
        """The native cell of a row.

        Raises:
            TemplateError: when a filter cannot read its cell.
        """
        return "".join(part if isinstance(part, str) else self._value(part, cells) for part in self.parts).strip()

    def _value(self, field: Field, cells: Mapping[str, str]) -> str:
        """One field of a row after its filters; an empty cell stays empty but for `or` and `default`."""
        text = cells.get(field.column, "").strip()
        for name, argument in field.filters:
            try:
                text = self._filtered(text, name, argument, cells)
            except (ValueError, OverflowError) as error:
                raise TemplateError(field.column, text, f"a value for {name}:{argument} ({error})") from error
        return text

    def _filtered(self, text: str, name: str, argument: str, cells: Mapping[str, str]) -> str:
        """The text after one filter."""
        if name == "or":
            return text or cells.get(argument, "").strip()
        if name == "default":
            return text or argument
        if name == "map":
            return self.lookups.find(argument, text)
        if name == "code":
            return self.lookups.code(argument, text)
        if not text:
            return text
        if name in _BESIDE:
            return _BESIDE[name](text, tuple(cells.get(column, "").strip() for column in _named(argument)))
        return _FILTERS[name](text, argument)


def _field(text: str, lookups: Lookups) -> Field:
    """`column|filter:argument|filter`."""
    column, *filters = (piece.strip() for piece in text.split("|"))
    parsed = []
    for piece in filters:
        name, _, argument = piece.partition(":")
        known = sorted({*_FILTERS, *_BESIDE, *_LOOKED_UP, "default", "or"})
        if name not in known:
            raise TemplateError(column, name, "a filter: " + ", ".join(known))
        if name in _LOOKED_UP and argument not in lookups.tables:
            raise TemplateError(column, f"{name}:{argument}", f"a table [map.{argument}]")
        if name in _BESIDE and len(_named(argument)) < _COLUMNS.get(name, 1):
            raise TemplateError(column, f"{name}:{argument}", f"{_COLUMNS.get(name, 1)} columns, with commas between")
        parsed.append((name, argument))
    return Field(column, tuple(parsed))


def _named(argument: str) -> tuple[str, ...]:
    """The columns that the argument of a filter names."""
    return tuple(column.strip() for column in argument.split(",") if column.strip())


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"no time zone {name!r}") from error


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(text: str, zone: str) -> str:
    """A local date and time of a zone as UTC; a bare date stays a date."""
    at = datetime.fromisoformat(text)
    if len(text) == len("2021-12-03"):
        return text
    return _iso(at.replace(tzinfo=_zone(zone)) if at.tzinfo is None else at)


def _shifted(text: str, span: str, sign: int) -> str:
    """A moment moved by a span such as 24h or 2d; a date moved by whole days stays a date."""
    found = _SPAN.match(span)
    if not found:
        raise ValueError(f"no span {span!r}; write 24h, 2d or 30m")
    moment = parse_moment(text)
    moved = moment.at + sign * float(found[1]) * _UNITS[found[2]]
    return moved.date().isoformat() if moment.is_day and found[2] == "d" else _iso(moved)


def _date(text: str, forms: str) -> str:
    """A date in a form of strptime (`%d/%m/%Y`; colons of the form are written as `.`), or the first of several that fits.

    Forms are parted by `;`.
    """
    *others, last = (form.strip().replace(".", ":") for form in forms.split(";"))
    for form in others:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date().isoformat()
        except ValueError:
            continue
    return datetime.strptime(text, last).replace(tzinfo=UTC).date().isoformat()


def _stamp(text: str, _: str) -> str:
    """The instant of a stamp: seconds since 1970, or `YYYYMMDD` with or without `HHMMSS`, in UTC; ISO 8601 as it is."""
    digits = text.removesuffix(".0")
    if not digits.isdecimal():
        return str(parse_moment(text))
    if len(digits) == len("20211203"):
        return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=UTC).date().isoformat()
    if len(digits) == len("20211203193000"):
        return _iso(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC))
    if len(digits) > len("1638560000"):
        raise ValueError("seconds since 1970, or YYYYMMDD with or without HHMMSS")
    return _iso(datetime.fromtimestamp(int(digits), UTC))


def _posted(text: str, _: str) -> str:
    """When a post was made, from its id in an X or TikTok address; an empty text for other addresses."""
    found = _POST.search(text)
    if not found:
        return ""
    seconds = ((int(found[1]) >> _X_SHIFT) + _X_EPOCH_MS) / 1000 if found[1] else int(found[2]) >> _TIKTOK_SHIFT
    return _iso(datetime.fromtimestamp(seconds, UTC))


def _post_key(text: str, _: str) -> str:
    """The origin key of a post, `post:x:148…`, or of any address."""
    found = _POST.search(text)
    if not found:
        return "post:" + re.sub(r"\s+", "", text)
    return f"post:x:{found[1]}" if found[1] else f"post:tiktok:{found[2]}"


_FILTERS: dict[str, Callable[[str, str], str]] = {
    "lower": lambda text, _: text.lower(),
    "upper": lambda text, _: text.upper(),
    "initial": lambda text, _: text[:1].upper(),
    "slug": lambda text, _: re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-"),
    "replace": lambda text, pair: text.replace(*(pair.split(">", 1) if ">" in pair else (pair, ""))),
    "local": _local,
    "at": lambda text, clock: f"{text}T{clock}" if len(text) == len("2021-12-03") else text,
    "plus": lambda text, span: _shifted(text, span, 1),
    "minus": lambda text, span: _shifted(text, span, -1),
    "date": _date,
    "stamp": _stamp,
    "posted": _posted,
    "post_key": _post_key,
    "article_key": lambda text, _: outlet.article(text),
    "outlets": lambda text, _: "; ".join(outlet.names(text)),
    "owner": lambda text, _: outlet.owner(text),
    "citations": lambda text, _: outlet.citations(text),
    "country": lambda text, _: country.code(text),
    "country_name": lambda text, _: country.title(text),
    "state": lambda text, _: country.state(text),
    "spot": lambda text, _: spot(text),
    "whole": lambda text, _: amount.whole(text),
    "unknown": amount.known,
    "first_day": lambda text, _: span.first_day(text),
    "last_day": lambda text, _: span.last_day(text),
    "as": lambda _, said: said,
    "digest": lambda text, _: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12],
}
# Filters that read other cells of the row beside their own, by the columns that their argument names.
_BESIDE: dict[str, Callable[[str, tuple[str, ...]], str]] = {
    "if": lambda text, others: text if all(others) else "",
    "same": lambda text, others: text if text in others else "",
    "least": lambda text, others: amount.least((text, *others)),
    "most": lambda text, others: amount.most((text, *others)),
    "begin": lambda text, others: span.begin(text, others[0]),
    "finish": lambda text, others: span.finish(text, others[0]),
    "latest": lambda text, others: span.latest(text, " ".join(others)),
    "reports": lambda text, others: outlet.reports(text, others[0], others[1]),
    "articles": lambda text, others: outlet.articles(text, others[0], others[1]),
}
_COLUMNS = {"articles": 2, "reports": 2}
_LOOKED_UP = ("code", "map")
