"""`consilience acknowledge` and `consilience notices`: who has seen a change of level, and whether those were told who are to be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

app = typer.Typer(
    no_args_is_help=True,
    help="""Tell people and programs when the level of warning changes.

    Who is told stands in notices.toml in the node's home; docs/notices.md has an example. Nothing is sent anywhere that its
    allow list does not name.""",
)


def acknowledge(
    change: Annotated[
        str, typer.Argument(metavar="[CHANGE]", help="The first digits of a change [default: the newest].")
    ] = "",
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Who has seen it [default: the node's partner].")
    ] = "",
    list_: Annotated[bool, typer.Option("--list", help="List every change, and who has seen it.")] = False,
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Say that you have seen a change of level; it is signed into the ledger, once for each name.

    Examples:
      consilience acknowledge --by Hale
      consilience acknowledge 3f2a9c1b --by Hale
      consilience acknowledge --list
    """
    from consilience.cli import noticing
    from consilience.errors import UsageError
    from consilience.node import home as homes
    from consilience.node.node import open_node

    if list_ and (change or by):
        raise UsageError("acknowledge", "--list and a change or a name", "one of them")
    with open_node(homes.find(home)) as node:
        sys.stdout.write(noticing.changes(node, json=json) if list_ else noticing.seen(node, change, by))


@app.command("list")
def listing(json: options.Json = False, home: options.HomeFolder = None) -> None:
    """List every change with every recipient: sent, waiting, refused, or past.

    Examples:
      consilience notices list
    """
    from consilience.cli import noticing
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        sys.stdout.write(noticing.messages(node, json=json))


@app.command()
def send(home: options.HomeFolder = None) -> None:
    """Send all that waits now, and try again what was refused. `serve` does so by itself.

    Exits with 1 when something did not get through.

    Examples:
      consilience notices send
    """
    _send(home, is_test=False)


@app.command("test")
def try_out(home: options.HomeFolder = None) -> None:
    """Send every recipient a message that says it is a test. Nothing is recorded.

    Exits with 1 when something did not get through.

    Examples:
      consilience notices test
    """
    _send(home, is_test=True)


def _send(home: Path | None, *, is_test: bool) -> None:
    """Send what waits, or a test; exit with 1 where something did not get through."""
    from consilience.cli import noticing
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        text, all_sent = noticing.tested(node) if is_test else noticing.sent(node)
    sys.stdout.write(text)
    if not all_sent:
        raise typer.Exit(1)
