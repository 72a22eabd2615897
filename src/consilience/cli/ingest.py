"""`consilience ingest`: tables into the node's ledger, or foreign tables to native ones, with a mapping that it can propose."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options


def ingest(
    files: options.Files,
    suggest: Annotated[bool, typer.Option("--suggest", help="Propose a mapping for the first file and stop.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="F", help="The native table to write, .csv or .parquet.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, write nothing.")] = False,
    strict: options.Strict = False,
    set_aside: options.SetAside = None,
    encoding: options.Encoding = None,
    mapping: options.MappingFile = None,
    home: options.HomeFolder = None,
    quiet: options.Quiet = False,
) -> None:
    """Record tables in the node's ledger, signed and labelled; or check them, or turn them into the native form.

    Examples:
      consilience ingest ours.csv                                                    into the node here or above
      consilience ingest --suggest theirs.csv > theirs.toml                          propose a mapping
      consilience ingest theirs.csv --mapping theirs.toml --out theirs-native.csv    a native table, no node

    It works a row at a time, whatever the size. A claim without a marking stays here. To record a table again is
    safe: what is there is recognised, and a stricter marking raises the label.
    """
    from consilience.cli import convert
    from consilience.cli.reading import Request
    from consilience.intake.suggest import suggest_mapping

    if suggest:
        sys.stdout.write(suggest_mapping(files[0], encoding))
        return
    request = Request(strict, quiet, encoding, mapping, set_aside)
    if out is None and not dry_run:
        from consilience.cli import recording

        sys.stdout.write(recording.record(files, home, request) + "\n")
        return
    sys.stdout.write(convert.convert(files, None if dry_run else out, request) + "\n")
