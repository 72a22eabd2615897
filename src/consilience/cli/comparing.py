"""Comparing: what a comparison prints: the picture, its lineage, what is unsure, or sources weighed; as text or as one JSON document."""

from __future__ import annotations

from enum import Enum

from consilience.cli.lineage import lineage_text
from consilience.cli.reading import Progress, note
from consilience.cli.source import why_empty
from consilience.cli.terminal import block, picture_text
from consilience.cli.waterfall import unsure_text
from consilience.cli.weighed import weighed_json, weighed_text
from consilience.comparison.descended import descent_json
from consilience.comparison.explained import unsure_json
from consilience.comparison.picture import Picture
from consilience.desk import AsOf, Desk
from consilience.model.identity import canonical_json

_SHOWN = 5  # nearly even links beneath a picture; --unsure has all


class Part(Enum):
    """What is asked for."""

    PICTURE = "picture"
    LINEAGE = "lineage"
    UNSURE = "unsure"
    WEIGHED = "weighed"


def drawn(desk: Desk, as_of: str | None, *, quiet: bool) -> Picture:
    """The picture, with progress on stderr; where it is empty although something was reported, a note says why."""
    progress = Progress(quiet=quiet)
    progress.say("comparing …")
    picture = desk.picture(as_of)
    progress.done()
    if not picture.claims and desk.reported_days:
        note(why_empty(desk, as_of), quiet=quiet)
    return picture


def told(desk: Desk, as_of: AsOf, title: str, part: Part, *, json: bool) -> str:
    """A part of the comparison as of a time; `title` stands above a picture of no scenario."""
    if part is Part.LINEAGE:
        return _lineage(desk, as_of, json=json)
    if part is Part.UNSURE:
        return _unsure(desk, as_of, json=json)
    if part is Part.WEIGHED:
        picture, found = desk.picture(as_of), desk.weighing(as_of)
        if json:
            return canonical_json(weighed_json(picture, found)) + "\n"
        stays = (
            ["", "This stays here: it rests on rulings of our analysts."] if desk.custody and desk.adjudications else []
        )
        return weighed_text(picture, found) + block(stays)
    picture = desk.picture(as_of)
    if json:
        return picture.to_json() + "\n"
    scenario = desk.holdings.scenario
    beside = unsure_text(desk.links(as_of), _SHOWN)
    text = picture_text(picture, scenario.title if scenario else title, beside)
    if desk.custody is None:
        return text
    ours = "stays here: it rests on decisions of our analysts"
    said = ours if picture.decisions else desk.custody.words(picture.claims)
    return text + block(["", f"As a whole, this picture {said}."])


def _lineage(desk: Desk, as_of: AsOf, *, json: bool) -> str:
    picture, found = desk.picture(as_of), desk.descent(as_of)
    return canonical_json(descent_json(picture, found)) + "\n" if json else lineage_text(picture, found)


def _unsure(desk: Desk, as_of: AsOf, *, json: bool) -> str:
    picture, links = desk.picture(as_of), desk.links(as_of)
    if json:
        return canonical_json(unsure_json(picture, links)) + "\n"
    none = "no link is nearly even, and no claim tells of several facts at once\n"
    return unsure_text(links).lstrip("\n") or none
