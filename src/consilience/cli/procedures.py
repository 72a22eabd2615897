"""`consilience procedures`: what is due, from whom, by when, and how each step stands, as of a time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options


def procedures(
    as_of: options.AsOf = None,
    events: Annotated[
        Path | None,
        typer.Option(
            "--events", metavar="F", help="A procedures.csv, or a folder that has one [default: the shipped record]."
        ),
    ] = None,
    ics: Annotated[
        Path | None,
        typer.Option("--ics", metavar="F", help="Write the deadlines as iCalendar to a file, or to - (stdout)."),
    ] = None,
    of: Annotated[
        str,
        typer.Option(
            "--of", metavar="ACTOR", help="Say how probable it is that this actor's forces reach the thresholds: RUS."
        ),
    ] = "",
    home: Annotated[
        Path | None,
        typer.Option("--home", metavar="FOLDER", help="A node: its claims, and the procedures.csv in its home."),
    ] = None,
    json: options.Json = False,
) -> None:
    """Say what procedures with clocks require now: what is due, from whom, by when, and how each step stands.

    Examples:
      consilience procedures --as-of 2022-02-13
      consilience procedures --as-of 2022-02-13 --of RUS
      consilience procedures --home .consilience --events ours.csv --of RUS

    Late and silent are said only where they are certain: when only the day of a request is known, its time runs out
    between two instants, and both are shown. Without --as-of: the last day of the shipped record, and for events of your
    own this moment.
    """
    from consilience.cli import clocks

    sys.stdout.write(clocks.shown(clocks.Asked(events, as_of, of, home), ics, json=json))
