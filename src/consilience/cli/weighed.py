"""Weighed: contested facts with their sources weighed, in the terminal and as JSON; the same as the Compare page shows."""

from __future__ import annotations

from collections.abc import Iterator

from consilience.cli.terminal import many, strong, wrapped
from consilience.comparison.picture import Picture
from consilience.comparison.publish import Json
from consilience.comparison.weighed import Weighed, Weighing

SCHEMA = "consilience.weighed/1"
CAVEAT = "Probabilities order the answers; they are not calibrated, for the truth of few facts is known."


def weighed_text(picture: Picture, weighing: Weighing) -> str:
    """Each contested fact: what the weighed answer is, who tells which, and what it would be without each source."""
    return "\n".join(_lines(picture, weighing)) + "\n"


def _lines(picture: Picture, weighing: Weighing) -> Iterator[str]:
    titles = {fact.id: fact.title for fact in picture.facts}
    as_of = f", as of {picture.as_of}" if picture.as_of else ""
    yield strong(f"Weighed: {many(len(weighing.contested), 'contested fact')}{as_of}")
    yield from wrapped(CAVEAT, "  ", "  ")
    for name in weighing.contested:
        for found in weighing.of(name):
            yield ""
            yield from wrapped(f"{titles[name]}: {found.question}? ({name})", "  ", "")
            yield from _answers(found)
    if weighing.seeds:
        yield ""
        yield strong("Known beforehand, and taught who can be relied on")
        for why in dict.fromkeys(seed.why for seed in weighing.seeds):
            yield from wrapped(why, "  ", "  ")


def _answers(found: Weighed) -> Iterator[str]:
    yield from wrapped(found.words, "    ", "  ")
    for option in found.options:
        chance = "" if option.probability is None else f", {option.probability:.2f}"
        said = f"{option.value}{chance}: {many(option.independent, 'independent source')}, {', '.join(option.sources)}"
        yield from wrapped(said, "      ", "    ")
    for each in found.without:
        other = "nobody else speaks of it" if each.value is None else f"{each.value}, {each.probability or 0.0:.2f}"
        yield from wrapped(f"without {each.source}: {other}", "      ", "    ")


def weighed_json(picture: Picture, weighing: Weighing) -> Json:
    """The same as one document that names its picture."""
    return {
        "schema": SCHEMA,
        "as_of": str(picture.as_of) if picture.as_of else None,
        "picture": picture.digest,
        "calibrated": False,
        "known": [
            {
                "item": seed.item,
                "question": seed.question,
                "right": str(seed.bounds or seed.right),
                "source": seed.source,
                "told": seed.told,
                "because": seed.why,
            }
            for seed in weighing.seeds
        ],
        "weighed": [_weighed(found) for name in weighing.contested for found in weighing.of(name)],
    }


def _weighed(found: Weighed) -> Json:
    return {
        "fact": found.fact, "question": found.question, "value": found.value, "settled": not found.open_because,
        "open_because": list(found.open_because), "ruled": found.ruled.why if found.ruled else None,
        "options": [
            {"value": each.value, "probability": each.probability, "independent_sources": each.independent,
             "sources": list(each.sources)}
            for each in found.options
        ],
        "without": [
            {"source": each.source, "value": each.value, "probability": each.probability} for each in found.without
        ],
    }  # fmt: skip
