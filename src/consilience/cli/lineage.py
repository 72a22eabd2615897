"""Lineage: who repeats whom, in the terminal; the same as the Compare page's view."""

from __future__ import annotations

from collections.abc import Iterator

from consilience.cli.terminal import many, strong, wrapped
from consilience.comparison.definitions import Definitions
from consilience.comparison.descent import Descent, Edge, Root, Telling
from consilience.comparison.picture import Picture

_EDGES, _ROOTS, _ECHOES, _FACTS = 12, 6, 8, 8  # shown; --json has all


def lineage_text(picture: Picture, descent: Descent) -> str:
    """Declared lineage, then what is inferred, then what that leaves of the reports."""
    return "\n".join(_lines(picture, descent)) + "\n"


def _lines(picture: Picture, descent: Descent) -> Iterator[str]:
    as_of = f", as of {picture.as_of}" if picture.as_of else ""
    yield strong(f"Lineage of {many(len(picture.claims), 'claim')}{as_of}")
    yield from _part("Who repeats whom", [line for edge in descent.edges[:_EDGES] for line in _edge(edge)])
    if len(descent.edges) > _EDGES:
        yield f"  and {len(descent.edges) - _EDGES} more"
    told = [root for root in descent.roots if len(root.partners) > 1]
    yield from _part("One root, told by several", [line for root in told[:_ROOTS] for line in _root(root)])
    rings = [line for ring in descent.circles for line in wrapped(" rests on ".join((*ring, ring[0])), "    ", "  ")]
    yield from _part("In a circle: none says where it began", rings)
    yield from _part("Inferred from wording: evidence, and no verdict", list(_echoes(descent)))
    yield from _part("Inferred from shared errors: evidence, and no verdict", list(_copiers(descent)))
    yield from _part("Definitions differ", [line for found in descent.definitions for line in _definitions(found)])
    yield from _part("What that leaves: reports and independent sources", list(_sources(picture, descent)))


def _part(title: str, lines: list[str]) -> Iterator[str]:
    """A title and its lines; nothing where there are none."""
    if lines:
        yield ""
        yield strong(title)
        yield from lines


def _edge(edge: Edge) -> list[str]:
    through = ", ".join(edge.through[:3]) + (f" and {len(edge.through) - 3} more" if len(edge.through) > 3 else "")
    said = f"{edge.partner} {edge.verb} {edge.owner}: {len(edge.tellings)} of {many(edge.of, 'claim')}"
    return wrapped(f"{said}, since {edge.since}, through {through}", "    ", "  ")


def _root(root: Root) -> Iterator[str]:
    yield from wrapped(f"{root.name}, of {root.owner}: {', '.join(root.partners)}", "    ", "  ")
    width = max(len(each.claim.partner) for each in root.tellings)
    for each in root.tellings:
        yield from wrapped(
            f"{each.claim.reported_at}  {each.claim.partner:<{width}}  {_telling(each)}", "        ", "    "
        )


def _telling(telling: Telling) -> str:
    through = f", rests on {', '.join(telling.through)}" if telling.through else ", the root"
    changed = f"; {'; '.join(telling.changed)}" if telling.changed else ""
    return f"{telling.claim.id} {telling.claim.speaker.name}{through}{changed}"


def _echoes(descent: Descent) -> Iterator[str]:
    for echo in descent.echoes[:_ECHOES]:
        may = "may repeat" if echo.is_ordered else "may repeat, or be repeated by,"
        yield from wrapped(f"{echo.later} {may} {echo.earlier}: {'; '.join(echo.reasons)}", "    ", "  ")


def _copiers(descent: Descent) -> Iterator[str]:
    for group in descent.copiers:
        yield from wrapped(group.words, "    ", "  ")


def _definitions(found: Definitions) -> Iterator[str]:
    yield from wrapped(found.words, "    ", "  ")
    for camp in found.camps:
        said = f"{camp.words}: {camp.figures}, {many(len(camp.claims), 'claim')} of {', '.join(camp.partners)}"
        yield from wrapped(said, "        ", "    - ")
    for copy, origin in found.dropped:
        yield from wrapped(f"{copy} repeats {origin} without saying what that counts", "        ", "    ! ")


def _sources(picture: Picture, descent: Descent) -> Iterator[str]:
    titles = {fact.id: fact.title for fact in picture.facts}
    for found in descent.most_repeated[:_FACTS]:
        said = f"{titles[found.fact]}: {many(found.reports, 'report')}, {found.words}"
        yield from wrapped(f"{said}  [{found.fact}]", "    ", "  ")
