"""`consilience adjudicate`: an analyst's word on what was true, from which is learned whom to rely on."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from consilience.cli import options


def adjudicate(
    name: Annotated[
        str | None, typer.Argument(metavar="[CLAIM-or-FACT", help="The id or digest of a claim, or the id of a fact.")
    ] = None,
    ruling: Annotated[
        str | None, typer.Argument(metavar="RULING]", help="true or false; open takes a ruling back.")
    ] = None,
    value: Annotated[
        str,
        typer.Option("--value", metavar="N", help="What the figure was: 94300, 92000..100000, 92000.. or ..100000."),
    ] = "",
    because: Annotated[
        str, typer.Option("--because", metavar="TEXT", help="Why: it stands beside what it settles.")
    ] = "",
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="The analyst who rules [default: the node's partner].")
    ] = "",
    list_: Annotated[bool, typer.Option("--list", help="List every ruling, those taken back too.")] = False,
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Say what was true. It settles the question, and teaches how far its sources can be relied on.

    Examples:
      consilience adjudicate C042 true --because "our own officer stood there" --by Hale
      consilience adjudicate C051 false --because "the bridge is on film, whole, a day later"
      consilience adjudicate C017 true --value 92000..100000 --because "the plates were counted"
      consilience adjudicate C042 open --because "the officer was at another bridge"
      consilience adjudicate --list

    true says that what the claim says was so, false that it was not: a denial that is true says that there was nothing.
    --value says what its figure was; every figure in an interval is right. Of a fact, the first claim that affirms it is
    ruled on. The last word on a claim holds, and open takes it back.

    Each is signed into the ledger with its reason. consilience compare --weighed shows it and learns from it, as of its day and
    not before. No verdict and no digest changes. It is this node's alone: no release gives it, no partner's view and no
    common picture rests on it. Without a node: consilience compare FILE… --weighed --adjudications rulings.csv
    """
    from consilience.cli import adjudicating
    from consilience.errors import UsageError
    from consilience.node import home as homes
    from consilience.node.node import open_node

    if list_ != (name is None) or (name is None) != (ruling is None):
        found = "--list and a ruling" if list_ else "no claim, or no ruling"
        raise UsageError("adjudicate", found, "a claim or a fact, and true, false or open; or --list alone")
    with open_node(homes.find(home)) as node:
        if name is None or ruling is None:
            sys.stdout.write(adjudicating.listing(node, json=json))
        else:
            word = adjudicating.word(ruling, value, because, by)
            sys.stdout.write(adjudicating.recorded(node, name, word))
