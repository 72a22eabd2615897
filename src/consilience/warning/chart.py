"""Chart: the history of a level as one SVG, and as a few lines of text; the same bytes for the same history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from xml.sax.saxutils import escape

from consilience.warning.level import Change, Level, Step

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 960, 340, 96, 24, 44, 44
_ROW = (_HEIGHT - _TOP - _BOTTOM) / len(Step)
_NEAR = 70  # labels nearer than this to the one before go a line lower
_STYLE = (
    "svg{font:13px system-ui,sans-serif;color:#1b2733;background:#fff}.grid{stroke:#c9d2da;stroke-width:1}"
    ".line{fill:none;stroke:#1f5f8b;stroke-width:2.5}.held{stroke-dasharray:4 4}.dot{fill:#1f5f8b}.came{stroke:#8a2b2b;"
    "stroke-width:1.5}text{fill:currentColor}.quiet{fill:#5a6873}.day{paint-order:stroke;stroke:#fff;stroke-width:4px}@media(prefers-color-scheme:dark){svg{color:#e6ebef;"
    "background:#11181e}.grid{stroke:#33414c}.line{stroke:#7cbbe6}.dot{fill:#7cbbe6}.came{stroke:#e08d8d}"
    ".quiet{fill:#9fb0bd}.day{stroke:#11181e}}"
)


def svg(levels: Sequence[Level], changes: Sequence[Change], title: str, came: date | None = None) -> str:
    """The level by day: a step line, dashed where it is only held; every change with its day; what came, if it did."""
    first, last = levels[0].day, max([levels[-1].day, *([came] if came else [])])
    return "\n".join(_svg(levels, changes, title, came, _Scale(first, last))) + "\n"


class _Scale:
    """Where a day and a step lie."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.days = max((last - first).days, 1)

    def x(self, when: date) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * (when - self.first).days / self.days, 1)

    @staticmethod
    def y(step: Step) -> float:
        return round(_HEIGHT - _BOTTOM - _ROW * (step - 0.5), 1)


def _svg(
    levels: Sequence[Level], changes: Sequence[Change], title: str, came: date | None, scale: _Scale
) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        'aria-labelledby="title desc">'
    )
    yield f'<title id="title">{escape(title)}</title><desc id="desc">{escape(_described(changes, came))}</desc>'
    yield f"<style>{_STYLE}</style>"
    yield f'<text x="{_LEFT}" y="22" font-weight="600">{escape(title)}</text>'
    for step in Step:
        y = scale.y(step)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{step.word}</text>'
    for month in _months(scale):
        yield f'<text class="quiet" x="{scale.x(month)}" y="{_HEIGHT - 14}" text-anchor="middle">{month:%Y-%m}</text>'
    yield from _line(levels, scale)
    if came:
        x = scale.x(came)
        yield f'<line class="came" x1="{x}" x2="{x}" y1="{_TOP - 8}" y2="{_HEIGHT - _BOTTOM}"/>'
        yield f'<text x="{x}" y="{_TOP - 12}" text-anchor="end">came {came}</text>'
    yield from _marks(changes, scale)
    yield "</svg>"


def _line(levels: Sequence[Level], scale: _Scale) -> Iterator[str]:
    """Runs of days that are supported, and runs that are held, joined where the level moves."""
    start = 0
    for at in range(1, len(levels) + 1):
        if at < len(levels) and levels[at].held == levels[start].held:
            continue
        run = levels[start : at + 1]
        points = [f"{scale.x(run[0].day)},{scale.y(run[0].step)}"]
        for one, other in pairwise(run):
            if one.step is not other.step:
                points += [f"{scale.x(other.day)},{scale.y(one.step)}", f"{scale.x(other.day)},{scale.y(other.step)}"]
        points.append(f"{scale.x(run[-1].day)},{scale.y(run[-1].step)}")
        yield f'<polyline class="line{" held" if run[0].held else ""}" points="{" ".join(points)}"/>'
        start = at


def _marks(changes: Sequence[Change], scale: _Scale) -> Iterator[str]:
    """A dot and the day of every change."""
    before, lower = -1e9, False
    for change in changes:
        x, y = scale.x(change.day), scale.y(change.level.step)
        lower = x - before < _NEAR and not lower
        before = x
        anchor = "end" if x > _WIDTH - _RIGHT - _NEAR else "start"
        yield f'<circle class="dot" cx="{x}" cy="{y}" r="4"><title>{escape(_said(change))}</title></circle>'
        yield f'<text class="quiet day" x="{x + (6 if anchor == "start" else -6)}" y="{y + (20 if lower else -8)}" text-anchor="{anchor}">{change.day}</text>'


def _said(change: Change) -> str:
    return f"{change.day}: {change.before.word} to {change.level.step.word}; " + "; ".join(
        each.says for each in change.why
    )


def _described(changes: Sequence[Change], came: date | None) -> str:
    """The chart in words."""
    told = [f"{change.day} {change.level.step.word}" for change in changes]
    return "Changes: " + (", ".join(told) or "none") + (f". What was watched for came on {came}." if came else ".")


def _months(scale: _Scale) -> Iterator[date]:
    """Firsts of months, seldom enough to be read."""
    months = [
        date(year, month, 1)
        for year in range(scale.first.year, scale.last.year + 1)
        for month in range(1, 13)
        if scale.first <= date(year, month, 1) <= scale.last
    ]
    every = max(1, -(-len(months) // 10))
    yield from months[::every]


def text(levels: Sequence[Level], columns: int = 72) -> Iterator[str]:
    """The level as lines of text, highest step first: `#` supported, `.` held; each column is the highest of its days."""
    size = max(1, -(-len(levels) // columns))
    cut = [levels[at : at + size] for at in range(0, len(levels), size)]
    tops = [max(days, key=lambda level: (level.step, not level.held)) for days in cut]
    for step in reversed(Step):
        row = "".join(" " if top.step < step else "." if top.supported < step else "#" for top in tops)
        yield f"{step.word:>9} |{row}"
    yield " " * 10 + "+" + "-" * len(cut)
    first, last = levels[0].day.isoformat(), levels[-1].day.isoformat()
    yield " " * 11 + first + last.rjust(max(len(cut) - len(first), len(last) + 1))
