"""`consilience compare`: what partners hold, side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

CONFLICTS = 10


def compare(
    files: options.FilesOrNode = None,
    as_of: options.AsOf = None,
    json: options.Json = False,
    lineage: Annotated[
        bool, typer.Option("--lineage", help="Show who repeats whom, since when, and what that leaves of the reports.")
    ] = False,
    unsure: Annotated[
        bool, typer.Option("--unsure", help="List the links that are nearly even, and what would settle them.")
    ] = False,
    weighed: Annotated[
        bool,
        typer.Option("--weighed", help="Show what contested facts come to by weight of sources, and on whom it hangs."),
    ] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="F", help="Write one self-contained page.")] = None,
    fail_on_conflict: Annotated[bool, typer.Option(help="Exit with 10 when any fact is conflicting.")] = False,
    strict: options.Strict = False,
    set_aside: options.SetAside = None,
    encoding: options.Encoding = None,
    mapping: options.MappingFile = None,
    settings: options.SettingsFile = None,
    decisions: options.DecisionsFile = None,
    home: options.HomeFolder = None,
    seen_by: options.SeenBy = None,
    quiet: options.Quiet = False,
) -> None:
    """Compare what partners hold: where they agree, conflict, repeat one another or stand alone.

    Examples:
      consilience compare ours.csv theirs.csv --as-of 2021-12-06
      consilience compare                      what this node's ledger holds
      consilience compare --seen-by GBR        the picture computed from what GBR may see

    Tables have the columns of docs/formats.md; those with other names are mapped by a small TOML file that
    `consilience ingest --suggest FILE` proposes. --decisions takes what an analyst decided of pairs of claims: same,
    different or unsure wins over all evidence. A node keeps such decisions itself: consilience decide
    """
    from consilience.cli import comparing
    from consilience.cli.comparing import Part
    from consilience.cli.reading import Progress, Request, keep_inputs, note
    from consilience.cli.source import Source, open_source, why_empty
    from consilience.model.fact import Verdict

    keep_inputs(files or [], [html])
    request = Request(strict, quiet, encoding, mapping, set_aside, settings, decisions)
    source = Source(tuple(files or ()), home, seen_by)
    desk = open_source(source, request)
    progress = Progress(quiet=quiet)
    progress.say("comparing …")
    picture = desk.picture(as_of)
    progress.done()
    if not picture.claims and desk.reported_days:
        note(why_empty(desk, as_of), quiet=quiet)
    if html is not None:
        from consilience.web.report import single_file

        write_text(html, single_file(desk, as_of))
        note(f"wrote {html}", quiet=quiet)
    part = Part.LINEAGE if lineage else Part.UNSURE if unsure else Part.WEIGHED if weighed else Part.PICTURE
    if part is not Part.PICTURE or html is None:
        sys.stdout.write(comparing.told(desk, as_of, source.title, part, json=json))
    if fail_on_conflict and picture.count(Verdict.CONFLICTING):
        raise typer.Exit(CONFLICTS)


def write_text(file: Path, text: str) -> None:
    """Write a file, or say why not."""
    from consilience.errors import ConsilienceError

    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConsilienceError(str(file), error.strerror or str(error), "a file that can be written") from error
