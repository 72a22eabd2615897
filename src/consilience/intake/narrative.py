"""Narrative: the tables of interpretations and of audiences become narratives and hearings, strictly."""

from __future__ import annotations

import re
from pathlib import Path

from consilience.intake.ruled import Line, read_lines
from consilience.intake.setaside import shown
from consilience.model.narrative import Hearing, Narrative, Technique

FILE = "narratives.csv"
COLUMNS = (
    "id",
    "title",
    "tellers",
    "audience",
    "claims",
    "leans_on",
    "against",
    "technique",
    "technique_name",
    "technique_note",
)
AUDIENCES = "audiences.csv"
AUDIENCE_COLUMNS = ("id", "audience", "language")
_TECHNIQUE = re.compile(r"T\d{4}(\.\d{3})?", re.ASCII)


def read_narratives(source: Path) -> tuple[Narrative, ...]:
    """The narratives of a table, or of the `narratives.csv` of a folder; none where a folder has no such table.

    Raises:
        IntakeError: naming file, row and column, what was found and what was expected.
    """
    file = source / FILE if source.is_dir() else source
    if source.is_dir() and not file.is_file():
        return ()
    return tuple(map(_narrative, read_lines(file, COLUMNS)))


def read_hearings(folder: Path) -> dict[str, Hearing]:
    """To whom each claim of a scenario was said, as far as its `audiences.csv` tells.

    Raises:
        IntakeError: as above, and for a claim that is named twice.
    """
    file = folder / AUDIENCES
    found: dict[str, Hearing] = {}
    for line in read_lines(file, AUDIENCE_COLUMNS) if file.is_file() else ():
        found[line["id"]] = Hearing(line.need("audience", "to whom it was said"), line["language"])
    return found


def _narrative(line: Line) -> Narrative:
    """One row."""
    claims = tuple(line.need("claims", "the ids of the claims that tell it").split())
    technique = None
    if line["technique"]:
        if not _TECHNIQUE.fullmatch(line["technique"]):
            raise line.wrong(
                "technique", shown(line["technique"]), "an id of the DISARM Red framework such as T0077, or none"
            )
        name = line.need("technique_name", "the technique's name in the framework")
        technique = Technique(line["technique"], name, line.need("technique_note", "why it fits"))
    return Narrative(
        line["id"], line.need("title", "what is told, in a sentence of yours"), line.codes("tellers"),
        line["audience"], claims, tuple(line["leans_on"].split()), tuple(line["against"].split()), technique,
    )  # fmt: skip
