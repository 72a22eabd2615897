"""`consilience sync`: fetch what partners gave this node, from their nodes, and witness their logs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from consilience.cli import options

ALARM = 4


def sync(
    partners: Annotated[
        list[str] | None, typer.Argument(metavar="[PARTNER…]", help="Whose nodes [default: all with an address].")
    ] = None,
    every: Annotated[
        float | None, typer.Option("--every", metavar="SECONDS", min=1, help="Again and again, until Ctrl-C.")
    ] = None,
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Fetch what partners gave this node, verify it, record it, and witness their logs.

    Examples:
      consilience partner add GBR --key ed25519:… --url https://gbr.example:8443
      consilience sync
      consilience sync GBR --every 60

    What was fetched before is not fetched again, and what arrives twice is recorded once. Exits with 1 when a node
    was not reached or something did not verify, and with 4 when a partner showed two histories: the evidence is kept.
    """
    from consilience.cli import syncing

    worst = 0
    for report in syncing.reports(partners or (), home, every):
        sys.stdout.write(report.json() if json else report.text())
        sys.stdout.flush()
        worst = max(worst, report.exit_code)
    if worst:
        raise typer.Exit(worst)
