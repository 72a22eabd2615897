"""`consilience ingest`: foreign tables to native ones, with a mapping that it can propose."""

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
    quiet: options.Quiet = False,
) -> None:
    """Check tables and turn them into the native form, a row at a time, whatever their size.

    Examples:
      consilience ingest --suggest theirs.csv > theirs.toml
      consilience ingest theirs.csv --mapping theirs.toml --out theirs-native.csv
    """
    from consilience.cli import convert
    from consilience.cli.reading import Request
    from consilience.errors import UsageError
    from consilience.intake.suggest import suggest_mapping

    if suggest:
        sys.stdout.write(suggest_mapping(files[0], encoding))
        return
    if out is None and not dry_run:
        raise UsageError("ingest", "no --out", "--out FILE.csv or FILE.parquet", "Or check only: --dry-run.")
    request = Request(strict, quiet, encoding, mapping, set_aside)
    sys.stdout.write(convert.convert(files, None if dry_run else out, request) + "\n")
