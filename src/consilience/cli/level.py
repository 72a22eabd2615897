"""`consilience level`: where the level of warning stands by the node's own ledger; recorded when it changes, and told."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from consilience.cli import options


def level(
    set_: Annotated[
        str | None,
        typer.Option(
            "--set", metavar="STEP", help="Say as an analyst that it is routine, attention, watch, alert or warning."
        ),
    ] = None,
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why: it stands beside the level.")] = "",
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="The analyst who says so [default: the node's partner].")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Reckon it, and record nothing and tell nobody.")] = False,
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Reckon the level of warning from your node's ledger; where it changed, record that and tell those who are to know.

    What is watched for stands in indicators.toml in the node's home (docs/indicators.md), who is told in notices.toml
    (docs/notices.md). `serve` does the same by itself whenever the ledger grows.

    Examples:
      consilience level
      consilience level --set watch --because "the exercise ended as announced" --by Hale
      consilience level --dry-run --json

    An analyst's word holds from today on, until something new is seen. To replay a record instead: consilience warn
    """
    from consilience.cli import levelling
    from consilience.errors import UsageError
    from consilience.node import home as homes
    from consilience.node.node import open_node

    if set_ is None and (because or by):
        raise UsageError("level", "--because or --by alone", "--set STEP with them")
    if set_ is not None and dry_run:
        raise UsageError("level", "--set and --dry-run", "one of them")
    asked = levelling.Asked(set_, because, by, dry_run=dry_run)
    with open_node(homes.find(home)) as node:
        sys.stdout.write(levelling.told(node, asked, json=json))
