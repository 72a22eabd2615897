"""`consilience receive`: what partners signed, into this node's ledger."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

UNSOUND = 4


def receive(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", help="Proofs or envelopes, one a line: what `release --out` or `consent --out` wrote."
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Verify everything, record nothing.")] = False,
    home: options.HomeFolder = None,
) -> None:
    """Verify what a partner sent, and record it with the partner's own signature.

    Example: consilience receive from-usa.json

    The sender must be on the roster with its key. What does not verify is named and left out; exits with 4 then.
    """
    from consilience.cli import receiving

    done = receiving.receive(files, home, dry_run=dry_run)
    sys.stdout.write(done.text())
    if done.refused:
        raise typer.Exit(UNSOUND)
