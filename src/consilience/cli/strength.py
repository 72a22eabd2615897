"""Strength: how many, by scope, with what certainty and on whose word, in the terminal and as JSON."""

from __future__ import annotations

import json as js
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from consilience.cli.terminal import many, strong, wrapped
from consilience.comparison.picture import Picture
from consilience.comparison.publish import Json
from consilience.desk import Desk, moment
from consilience.errors import UsageError
from consilience.intake.scenario import is_scenario
from consilience.model.identity import PartnerId
from consilience.model.indicator import Reaching, Watch
from consilience.warning.gauge import (
    Gauge,
    choose,
    gauge,
    landmarks,
    lately,
    matter_words,
    matters,
    moved,
    percent,
    rounded,
    scope_words,
    scoping,
)
from consilience.warning.influence import Influence
from consilience.warning.series import Matter, Series
from consilience.warning.strength import Band

SCHEMA = "consilience.strength/1"
_MOVED = 3  # claims that are named of a scope
_FIGURES = 3  # significant: the grid tells no more
_LEAST_MOVE = 0.005  # in log count


def counted(record: Path, as_of: str | None, how: tuple[str, str], *, json: bool) -> str:
    """The strength of every scope of a record as of a time; `how` says of whom (empty: the most told) and by which scopes.

    Raises:
        UsageError: a folder that is no scenario, a force that nobody counts, or other scopes than there are.
    """
    if not is_scenario(record):
        raise UsageError(f"record {record}", "no folder with scenario.toml", "a scenario's folder")
    desk = Desk.read([record])
    told = desk.holdings.scenario
    cut = moment(as_of or (told.default_as_of if told else "") or None)
    picture = desk.picture(cut)
    matter = choose(matters(picture.claims, scoping(how[1])), how[0])
    series = desk.strength(matter, cut)
    found = gauges(series, picture, series.day(cut.at.date() if cut else date.max))
    if json:
        return js.dumps(strength_json(series, picture, found), ensure_ascii=False, indent=2) + "\n"
    return strength_text(series, found)


def watched(desk: Desk, watch: Watch, when: date) -> Iterator[Json]:
    """The strength of each scope that indicators watch for, with the chance of their thresholds; nothing where nobody counts it."""
    for each in watch.indicators:
        measure = each.measure
        if not isinstance(measure, Reaching) or not each.query.actors:
            continue
        try:
            found = desk.strength(Matter(each.query.actors[0], each.query.phenomena[0], measure.unit), when)
        except UsageError:
            continue
        asked = [scope for scope in found.scopes if scope.removeprefix("near ") in each.query.places]
        if asked:
            scope = max(asked, key=lambda name: (len(found.of(name)), name))
            yield _watched(each.id, found, scope, (measure.amount, found.day(when)))


def _watched(indicator: str, found: Series, scope: str, sought: tuple[float, date]) -> Json:
    amount, when = sought
    band, chance = found.on(scope, when), found.at_least(scope, when, amount)
    says = (
        f"{scope_words(found, scope)}: {rounded(band.low)} to {rounded(band.high)} {found.matter.unit} with nine chances in ten, in the "
        f"middle {rounded(band.middle)}, by {many(len(found.of(scope)), 'claim')} of all partners; "
        f"{rounded(amount)} or more: {percent(chance)}."
    )
    return {
        "indicator": indicator, "scope": scope, "unit": found.matter.unit, **_interval(band),
        "threshold": amount, "probability": round(chance, 4), "says": says,
    }  # fmt: skip


def gauges(series: Series, picture: Picture, when: date) -> list[Gauge]:
    """Every scope of a series on a day, those of which most was told lately first."""
    marks = landmarks(picture, series.matter)
    return [gauge(series, scope, when, marks) for scope in lately(series, when)]


def strength_text(series: Series, found: Sequence[Gauge]) -> str:
    """Each scope: the band, thresholds that are open, what moved it, each partner's own estimate; then what stands apart."""
    return "\n".join(_lines(series, found)) + "\n"


def _lines(series: Series, found: Sequence[Gauge]) -> Iterator[str]:
    day = found[0].day.isoformat() if found else ""
    yield strong(f"Strength: {matter_words(series.matter)}, on {day}, scopes {series.matter.scoping.value}")
    for each in found:
        yield ""
        yield from wrapped(f"{each.words}: {_band(each.band)}", "  ", "")
        silent = f", the last about {each.last.isoformat()}" if each.silent_days else ""
        yield from wrapped(f"{many(len(series.of(each.scope)), 'claim')}{silent}", "    ", "  ")
        for chance in each.chances:
            if _is_open(chance.probability):
                says = (
                    f"{rounded(chance.landmark.amount)} or more: {percent(chance.probability)} ({chance.landmark.says})"
                )
                yield from wrapped(says, "    ", "  ")
        for word in each.partners:
            if word.own is not None and word.partner not in _silent(each):
                yield from wrapped(f"{word.partner} alone: {_band(word.own)}", "    ", "  ")
        for influence in each.influences[:_MOVED]:
            if abs(influence.moved) > _LEAST_MOVE:
                yield from wrapped(_without(influence), "    ", "  ")
    if series.apart:
        yield ""
        yield f"  Moves no strength: {many(len(series.apart), 'claim')}"
        for apart in series.apart:
            yield from wrapped(f"{apart.claim}: {apart.reason}", "    ", "  ")


def _band(band: Band) -> str:
    return f"{rounded(band.low)} to {rounded(band.high)}, in the middle {rounded(band.middle)}"


def _is_open(probability: float) -> bool:
    return 0.01 <= probability <= 0.99


def _silent(found: Gauge) -> frozenset[PartnerId | str]:
    """Partners that did not speak of a scope in the ninety days before: what they would say is mostly that time passed."""
    return frozenset(word.partner for word in found.partners if (found.day - word.last).days > 90)


def _without(influence: Influence) -> str:
    report, left = influence.report, rounded(influence.without.middle)
    return f"without {report.id} ({report.source}): {left} in the middle; it moves {moved(influence.moved)}"


def strength_json(series: Series, picture: Picture, found: Sequence[Gauge]) -> Json:
    """The same as one document that names its picture. Counts have three significant figures."""
    matter = series.matter
    return {
        "schema": SCHEMA,
        "as_of": str(picture.as_of) if picture.as_of else None,
        "picture": picture.digest,
        "day": found[0].day.isoformat() if found else None,
        "matter": {
            "actor": matter.actor, "measure": matter.measure, "unit": matter.unit, "scoping": matter.scoping.value,
        },
        "scopes": [_scope(series, each) for each in found],
        "apart": [{"claim": str(each.claim), "reason": each.reason} for each in series.apart],
    }  # fmt: skip


def _scope(series: Series, found: Gauge) -> Json:
    return {
        "scope": found.scope,
        "words": found.words,
        "claims": [report.id for report in series.of(found.scope)],
        "last_told": found.last.isoformat(),
        "part_of": list(found.within),
        **_interval(found.band),
        "own_reports": _interval(found.own),
        "at_least": [
            {"amount": _figure(each.landmark.amount), "probability": round(each.probability, 4),
             "says": each.landmark.says, "url": each.landmark.url, "claims": [str(name) for name in each.landmark.claims]}
            for each in found.chances
        ],
        "influences": [
            {"claim": each.report.id, "partner": each.report.source, "moved": round(each.moved, 4),
             "without": _interval(each.without)}
            for each in found.influences
        ],
        "partners": [
            {"partner": each.partner, "alone": _interval(each.own) if each.own else None,
             "claims": [report.id for report in each.told], "last_told": each.last.isoformat(),
             "moved": round(each.moved, 4), "without": _interval(each.without) if each.without else None}
            for each in found.partners
        ],
        "rests_on": list(found.rests_on),
    }  # fmt: skip


def _interval(band: Band) -> dict[str, object]:
    return {
        "median": _figure(band.middle),
        "interval_50": [_figure(band.lower), _figure(band.upper)],
        "interval_90": [_figure(band.low), _figure(band.high)],
    }


def _figure(count: float) -> int:
    return int(float(f"{count:.{_FIGURES}g}"))
