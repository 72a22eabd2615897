"""Waterfall: why two claims are joined or kept apart, drawn without colour in as few columns as any terminal has; and what is unsure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from consilience.cli.terminal import many, plain, strong, wrapped
from consilience.comparison.links import Explanation, Links
from consilience.linkage.shared import Condition
from consilience.linkage.waterfall import BIT, Waterfall

_CELLS = 32  # of a bar
_NAME = 17


def explanation_text(found: Explanation) -> str:
    """What became of two claims, the bars or conditions behind it, and likenesses of their wording."""
    return "\n".join(_explanation(found))


def _explanation(found: Explanation) -> Iterator[str]:
    yield strong(f"{found.grouping.state}: ") + plain(f"{found.a} and {found.b}, by {found.grouping.rule.value}")
    yield from wrapped(found.grouping.words, "  - ")
    for name, facts in zip((found.a, found.b), found.facts, strict=True):
        for fact in facts:
            yield from wrapped(f"{name} stands in {fact.title} [{fact.id}]", "  - ")
    if found.waterfall:
        yield from _waterfall(found.waterfall)
    if found.conditions:
        yield from _conditions(found.conditions)
    if not found.grouping.is_sure:
        yield from wrapped(f"An analyst can settle it: consilience decide same {found.a} {found.b} --because TEXT", "")
    for echo in found.echoes:
        may = "may repeat" if echo.is_ordered else "may repeat, or be repeated by,"
        yield strong("wording: ") + plain(f"{echo.later} {may} {echo.earlier}; evidence, and no verdict")
        for reason in echo.reasons:
            yield from wrapped(reason, "  - ")


def _waterfall(found: Waterfall) -> Iterator[str]:
    """A line a comparison: its weight, the way from the total before it to the total after it, and what was found."""
    yield ""
    yield strong("Match weight in bits: one doubles the odds; + for one event, - against, | even")
    totals = [0.0, *(total / BIT for total in found.totals)]
    low, high = min(totals), max(totals)
    for bar, before, after in zip(found.bars, totals, totals[1:], strict=False):
        drawn = _bar(before, after, low, high)
        yield f"  {plain(bar.comparison):<{_NAME}}{bar.bits:>+7.2f}  {drawn}  {after:>+7.2f}"
        yield from wrapped(f"{bar.level}: {bar.found}", " " * 4)
    total = f"{found.bits:+.2f} bits, a probability of {found.probability:.3f} by this pair alone (not calibrated)"
    yield from wrapped(f"together {total}", "  ")


def _bar(before: float, after: float, low: float, high: float) -> str:
    """The way from one total to the next, on a line on which even is marked."""

    def cell(value: float) -> int:
        return round((value - low) / (high - low) * (_CELLS - 1)) if high > low else 0

    start, end = sorted((cell(before), cell(after)))
    cells = [" "] * _CELLS
    if before != after:
        cells[start : end + 1] = ("+" if after > before else "-") * (end + 1 - start)
    even = cell(0.0)
    cells[even] = "|"
    return "".join(cells)


def _conditions(conditions: Sequence[Condition]) -> Iterator[str]:
    yield ""
    yield strong("What one level shares; levels are not weighed")
    for each in conditions:
        yield from wrapped(f"{'yes' if each.holds else 'NO':<4}{each.aspect:<9}{each.found}", "  ")


def unsure_text(links: Links, most: int | None = None) -> str:
    """What is unsure, that which would settle most first, and which claims tell of several facts; empty where nothing is."""
    return "".join(f"{line}\n" for line in _unsure(links, most))


def _unsure(links: Links, most: int | None) -> Iterator[str]:
    listed = links.unsettled
    if listed:
        yield ""
        yield strong(f"{many(len(listed), 'link')} nearly even, that which would settle most first")
    for number, each in enumerate(listed[:most], start=1):
        yield from wrapped(f"{each.words} (probability {each.probability:.2f})", f"{number}. ")
        for command in each.commands:
            yield f"     {plain(command)}"
    if most is not None and len(listed) > most:
        yield f"   and {len(listed) - most} more: --unsure"
    if links.wholes:
        yield ""
        yield strong("Told of several facts at once: no evidence for any one of them")
    for whole in links.wholes[:most]:
        parts = "; ".join(f"{fact.title} [{fact.id}]" for fact in whole.parts)
        yield from wrapped(f"{whole.claim}: {whole.reason}: {parts}", "  - ")
    if most is not None and len(links.wholes) > most:
        yield f"   and {len(links.wholes) - most} more: --unsure"
