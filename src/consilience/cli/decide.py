"""`consilience decide`: an analyst says of two claims that they speak of one fact, of two, or that it is not sure."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from consilience.cli import options


def decide(
    answer: Annotated[
        str | None, typer.Argument(metavar="[ANSWER", help="same, different or unsure; open takes a decision back.")
    ] = None,
    a: Annotated[str | None, typer.Argument(metavar="CLAIM", help="The id or the digest of a claim.")] = None,
    b: Annotated[str | None, typer.Argument(metavar="CLAIM]", help="The id or the digest of another.")] = None,
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why: it stands beside the fact.")] = "",
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="The analyst who decides [default: the node's partner].")
    ] = "",
    list_: Annotated[bool, typer.Option("--list", help="List every decision, those taken back too.")] = False,
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Decide whether two claims speak of one fact. A decision wins over all evidence, until it is taken back.

    Examples:
      consilience decide same C042 C044 --because "one photo, seen from two sides"
      consilience decide different C042 C051 --because "two bridges of one name" --by Hale
      consilience decide unsure C042 C060 --because "the hour fits, the place may not"
      consilience decide open C042 C044 --because "the photo is of 2019"
      consilience decide --list

    same puts them into one fact, with all that the evidence puts beside either; different keeps them in two; unsure
    keeps them in two as well, and shows them beside each other; open leaves it to the evidence again. What is decided of
    a pair last holds. Decisions that cannot all hold are refused, and the chain is named.

    Each is signed into the ledger with its reason. It is this node's alone: no release gives it, no partner's view and
    no common picture rests on it. Without a node: consilience compare FILE… --decisions decisions.csv
    """
    from consilience.cli import deciding
    from consilience.errors import UsageError
    from consilience.node import home as homes
    from consilience.node.node import open_node

    if list_ != (answer is None) or (answer is not None and (a is None or b is None)):
        found = "--list and an answer" if list_ else "no answer, or not two claims"
        raise UsageError("decide", found, "same, different, unsure or open, and two claims; or --list alone")
    with open_node(homes.find(home)) as node:
        if answer is None:
            sys.stdout.write(deciding.listing(node, json=json))
        else:
            sys.stdout.write(deciding.recorded(node, answer, (a or "", b or ""), because, by))
