"""Strength: what the Warning page says of how many there are: one scope in full, and the others beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from consilience.model.claim import Claim
from consilience.model.form import listed
from consilience.warning.gauge import (
    RECENT_DAYS,
    Gauge,
    Word,
    choose,
    key,
    lately,
    matter_words,
    matters,
    percent,
    rounded,
    scope_words,
    scoping,
)
from consilience.warning.report import Says
from consilience.warning.series import Scoping, Series
from consilience.warning.strength import Band
from consilience.web.fan import Fan, fan, said
from consilience.web.view import View
from consilience.web.words import day_words

SPAN_DAYS = 120
LATELY_DAYS = 60
_NEAR = (0.01, 0.99)  # between these a threshold is open


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is asked for; empty is what it opens with."""

    matter: str = ""
    scoping: str = ""
    scope: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to look at it: its value in the address, its words, and whether it is shown."""

    value: str
    words: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """Another scope in one line."""

    scope: str
    words: str
    band: Band
    claims: int
    last: date
    is_shown: bool
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What a day brought: the claims that came in, and the band by the scope's own reports without them and with them."""

    claims: tuple[Claim, ...]
    before: Band | None
    after: Band


@dataclass(frozen=True, slots=True)
class Shown:
    """The strength part of the page."""

    series: Series
    gauge: Gauge
    fan: Fan
    headline: str
    rests: str
    matters: tuple[Choice, ...]
    scopings: tuple[Choice, ...]
    scopes: tuple[Beside, ...]
    change: Change
    is_whole: bool
    said: dict[str, str]
    span: int = SPAN_DAYS
    lately: int = LATELY_DAYS

    @property
    def speaking(self) -> tuple[Word, ...]:
        """Partners that spoke of the scope lately."""
        return tuple(word for word in self.gauge.partners if (self.gauge.day - word.last).days <= self.lately)

    @property
    def silent(self) -> tuple[Word, ...]:
        """Partners that did so before."""
        return tuple(word for word in self.gauge.partners if (self.gauge.day - word.last).days > self.lately)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of the scope, the newest first."""
        told = sorted(self.series.of(self.gauge.scope), key=lambda report: (-report.day, report.id))
        return tuple(self.series.claims[report.id] for report in told)

    def to(self, scope: str) -> list[tuple[str, str]]:
        """What leads to another scope of the same matter."""
        matter = self.series.matter
        pairs = [("of", key(matter)), ("scopes", matter.scoping.value), ("scope", scope)]
        return [*pairs, ("span", "all")] if self.is_whole else pairs


def strength(view: View, asked: Asked) -> Shown | None:
    """The strength that is asked for; None where nobody has counted any force by then.

    Raises:
        UsageError: for a matter, a scoping or a scope that is not there.
    """
    taken = scoping(asked.scoping)
    offered = matters(view.picture.claims, taken)
    if not offered:
        return None
    matter = choose(offered, asked.matter)
    found = view.desk.strength(matter, view.as_of)
    when = found.day(view.day)
    order = lately(found, when)
    scope = asked.scope or order[0]
    shown = view.desk.gauge(matter, scope, view.as_of)
    since = when - timedelta(days=SPAN_DAYS)
    first = date.fromordinal(min(report.day for report in found.of(scope)))
    drawn = fan(
        found.strengths[scope].fan,
        found.days,
        found.of(scope),
        first if asked.whole else max(since, first),
        found.borrowed,
    )
    return Shown(
        series=found,
        gauge=shown,
        fan=drawn,
        headline=_headline(view, shown),
        rests=_rests(view, shown),
        matters=tuple(Choice(key(each), view.cast.spelt(matter_words(each)), each == matter) for each in offered),
        scopings=tuple(Choice(each.value, _SCOPINGS[each], each is taken) for each in Scoping),
        scopes=tuple(_beside(found, each, when, each == scope) for each in order),
        change=_change(view, found, shown),
        is_whole=asked.whole,
        said={report.id: said(report) for report in found.of(scope)},
    )


_SCOPINGS = {Scoping.GROUPED: "grouped, as facts are", Scoping.STATED: "as each claim states them"}


def _headline(view: View, shown: Gauge) -> str:
    """How many, in one sentence."""
    band = shown.band
    text = (
        f"{view.cast.spelt(shown.words)}: {rounded(band.low)} to {rounded(band.high)} with nine chances in ten, "
        f"as likely above {rounded(band.middle)} as below."
    )
    open_ones = [each for each in shown.chances if _NEAR[0] <= each.probability <= _NEAR[1]]
    if open_ones:
        text += " " + " ".join(
            f"{rounded(each.landmark.amount)} or more: {percent(each.probability)}." for each in open_ones
        )
    if shown.silent_days > RECENT_DAYS:
        text += f" Nobody has spoken of it since {day_words(shown.last)}: that much time makes the interval wide."
    return text[0].upper() + text[1:]


def _rests(view: View, shown: Gauge) -> str:
    """Whose word the strength rests on."""
    counted = [word for word in shown.partners if any(report.says is Says.COUNT for report in word.told)]
    if len(counted) == 1:
        return f"It rests on the word of {view.cast.said(counted[0].partner)} alone."
    heavy = [view.cast.said(code) for code in shown.rests_on]
    if not heavy:
        return "No one partner moves its middle by a tenth of its width."
    return f"It rests most on the word of {listed(heavy)}."


def _beside(series: Series, scope: str, when: date, is_shown: bool) -> Beside:
    last = max(report.day for report in series.of(scope))
    return Beside(
        scope,
        scope_words(series, scope),
        series.on(scope, when),
        len(series.of(scope)),
        date.fromordinal(last),
        is_shown,
        when.toordinal() - last > RECENT_DAYS,
    )


def _change(view: View, series: Series, shown: Gauge) -> Change:
    """What the last day brought, and what is known of the scope by its own reports without that."""
    came = [claim for claim in series.claims.values() if claim.reported_at.at.date() == view.day]
    here = frozenset(str(claim.id) for claim in came) & {report.id for report in series.of(shown.scope)}
    claims = tuple(series.claims[name] for name in sorted(here))
    return Change(claims, series.without(shown.scope, here, shown.day) if here else None, shown.own)
