"""`consilience partner`: who is on the roster, with which keys, clearances and groups."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options
from consilience.model.roster import Roster

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="See and change the roster: partners, keys, groups."
)

Code = Annotated[str, typer.Argument(metavar="CODE", help="The partner's code: GBR.")]


@app.command("list")
def list_partners(home: options.HomeFolder = None, json: options.Json = False) -> None:
    """Print the roster: partners with their keys, clearances and groups."""
    from consilience.cli.rosters import roster_text
    from consilience.model.identity import canonical_json
    from consilience.node import home as homes
    from consilience.node.node import open_node
    from consilience.trust.wire import roster_json

    with open_node(homes.find(home)) as node:
        roster = node.roster
    sys.stdout.write(canonical_json(roster_json(roster)) + "\n" if json else roster_text(roster))


@app.command("add")
def add(
    code: Code,
    name: Annotated[str, typer.Option("--name", help="The partner's name in full.")] = "",
    clearance: Annotated[
        list[str] | None,
        typer.Option("--clearance", metavar="[POLICY] LEVEL", help="The highest level it may have: SECRET."),
    ] = None,
    accredit: Annotated[
        list[str] | None, typer.Option("--accredit", metavar="CONTROL", help="A control it is accredited for: HUMINT.")
    ] = None,
    reach: Annotated[
        str, typer.Option("--reach", metavar="TLP", help="The widest circle it stands for: RED, AMBER+STRICT, GREEN.")
    ] = "",
    key: Annotated[
        str, typer.Option("--key", metavar="KEY", help="Its public key, as its own `init` or `partner list` prints it.")
    ] = "",
    fingerprint: Annotated[
        str, typer.Option("--fingerprint", metavar="HEX", help="The key's fingerprint as its owner read it to you.")
    ] = "",
    home: options.HomeFolder = None,
) -> None:
    """Add a partner to the roster, or change what the roster says of it.

    Examples:
      consilience partner add GBR --name "United Kingdom" --clearance SECRET
      consilience partner add GBR --key ed25519:3b6a27… --fingerprint 5f…

    What is not named stays as it is. Markings that were resolved before gain nothing by it. Exits with 4 when the key
    has another fingerprint.
    """
    from consilience.cli.keys import check_fingerprint, read_key
    from consilience.cli.rosters import Wanted, with_its_key, with_partner
    from consilience.errors import UsageError

    wanted = Wanted(code, name, clearance, accredit, reach)
    changes = [lambda roster, now: with_partner(roster, wanted, now)]
    if fingerprint and not key:
        raise UsageError("--fingerprint", "no --key", "the key whose fingerprint it is")
    if key:
        public = read_key(key)
        if fingerprint:
            check_fingerprint(public, fingerprint)
        changes.append(lambda roster, now: with_its_key(roster, code, public, now))
    _change(home, *changes)


@app.command("group")
def group(
    code: Annotated[str, typer.Argument(metavar="GROUP", help="The group's code: FVEY.")],
    members: Annotated[list[str], typer.Argument(metavar="CODE…", help="Its members, each on the roster.")],
    home: options.HomeFolder = None,
) -> None:
    """Define a group that markings may name: REL TO FVEY. Later joiners gain nothing of what was marked before.

    Example: consilience partner group TRIO UKR GBR USA
    """
    from consilience.cli.rosters import with_members

    _change(home, lambda roster, now: with_members(roster, code, members, now))


@app.command("policy")
def policy(
    code: Annotated[str, typer.Argument(metavar="POLICY", help="The scheme's code: NATO.")],
    levels: Annotated[list[str], typer.Argument(metavar="LEVEL…", help="Its levels, from the lowest to the highest.")],
    home: options.HomeFolder = None,
) -> None:
    """Define a classification scheme, so that markings may say NATO SECRET.

    Example: consilience partner policy NATO UNCLASSIFIED RESTRICTED CONFIDENTIAL SECRET
    """
    from consilience.cli.rosters import with_levels

    _change(home, lambda roster, now: with_levels(roster, code, levels, now))


@app.command("rotate")
def rotate(home: options.HomeFolder = None) -> None:
    """Make a new key for this node. The old one signs the change, and nothing after it.

    Do it on a schedule, and at once when somebody else may have read the old key. Your partners need the new one:
    they add it as they added the first, with `partner add`.
    """
    from consilience.cli.keys import key_text
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        fingerprint = node.rotate()
        public = key_text(node.signer.public)
    sys.stdout.write(f"{node.partner} signs with another key from now on\n")
    sys.stdout.write(f"public key   {public}\nfingerprint  {fingerprint}\n")


def _change(home: Path | None, *changes: Callable[[Roster, datetime], Roster]) -> None:
    """Sign and record the next version of the roster, and say what it is."""
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        tried = node.roster
        for change in changes:  # all of them first: of a change that cannot be made whole, nothing is recorded
            tried = change(tried, node.clock())
        roster = node.adopt(*changes)
    sys.stdout.write(f"roster version {roster.version}: {len(roster.members)} partners, {len(roster.groups)} groups\n")
