"""`consilience compare`: what partners hold, side by side."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from consilience.cli import options

CONFLICTS = 10


def compare(
    files: options.FilesOrNode = None,
    as_of: options.AsOf = None,
    json: options.Json = False,
    lineage: options.Lineage = False,
    unsure: options.Unsure = False,
    weighed: options.Weighed = False,
    html: options.Html = None,
    fail_on_conflict: options.FailOnConflict = False,
    strict: options.Strict = False,
    set_aside: options.SetAside = None,
    encoding: options.Encoding = None,
    mapping: options.MappingFile = None,
    settings: options.SettingsFile = None,
    decisions: options.DecisionsFile = None,
    adjudications: options.AdjudicationsFile = None,
    home: options.HomeFolder = None,
    seen_by: options.SeenBy = None,
    engine: options.Engine = options.Engines.LOCAL,
    master: options.Master = None,
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
    --adjudications takes what analysts ruled true or false of claims: --weighed learns from it whom to rely on, and no
    verdict changes. A node keeps that too: consilience adjudicate

    --engine spark links single events on Spark, to the same picture (docs/spark.md): pip install "consilience[spark]", and Java 17.
    """
    from consilience.cli.comparing import Part, drawn, told
    from consilience.cli.engines import on_engine
    from consilience.cli.reading import Request, keep_inputs, note
    from consilience.cli.source import Source, open_source
    from consilience.errors import UsageError
    from consilience.model.fact import Verdict

    asked = [name for name, on in (("--lineage", lineage), ("--unsure", unsure), ("--weighed", weighed)) if on]
    if len(asked) > 1:
        raise UsageError("compare", " and ".join(asked), "one of them at a time")
    keep_inputs(files or [], [html])
    request = Request(strict, quiet, encoding, mapping, set_aside, settings, decisions, adjudications)
    source = Source(tuple(files or ()), home, seen_by)
    desk = on_engine(open_source(source, request), engine, master)
    picture = drawn(desk, as_of, quiet=quiet)
    if html is not None:
        from consilience.web.report import single_file

        write_text(html, single_file(desk, as_of))
        note(f"wrote {html}", quiet=quiet)
    part = Part.LINEAGE if lineage else Part.UNSURE if unsure else Part.WEIGHED if weighed else Part.PICTURE
    if part is not Part.PICTURE or html is None:
        sys.stdout.write(told(desk, as_of, source.title, part, json=json))
    if fail_on_conflict and picture.count(Verdict.CONFLICTING):
        raise typer.Exit(CONFLICTS)


def write_text(file: Path, text: str) -> None:
    """Write a file, or say why not."""
    from consilience.errors import ConsilienceError

    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConsilienceError(str(file), error.strerror or str(error), "a file that can be written") from error
