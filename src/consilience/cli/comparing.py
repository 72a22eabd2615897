"""Comparing: a picture is drawn with progress on stderr, and put into words."""

from __future__ import annotations

from consilience.cli.lineage import lineage_text
from consilience.cli.reading import Progress, note
from consilience.cli.source import Source, why_empty
from consilience.cli.terminal import block, picture_text
from consilience.comparison.descended import descent_json
from consilience.comparison.descent import Descent
from consilience.comparison.picture import Picture
from consilience.desk import Desk
from consilience.model.identity import canonical_json


def drawn(desk: Desk, as_of: str | None, *, quiet: bool) -> Picture:
    """The picture; where it is empty although something was reported, a note says why."""
    progress = Progress(quiet=quiet)
    progress.say("comparing …")
    picture = desk.picture(as_of)
    progress.done()
    if not picture.claims and desk.reported_days:
        note(why_empty(desk, as_of), quiet=quiet)
    return picture


def words(picture: Picture, desk: Desk, source: Source) -> str:
    """The picture as text, and for a node what may leave of it."""
    told = desk.holdings.scenario
    text = picture_text(picture, told.title if told else source.title)
    if desk.custody is None:
        return text
    ours = "stays here: it rests on decisions of our analysts"
    said = ours if picture.decisions else desk.custody.words(picture.claims)
    return text + block(["", f"As a whole, this picture {said}."])


def lineage_words(picture: Picture, found: Descent, *, json: bool) -> str:
    """Who repeats whom, as text or as a JSON document."""
    return canonical_json(descent_json(picture, found)) + "\n" if json else lineage_text(picture, found)
