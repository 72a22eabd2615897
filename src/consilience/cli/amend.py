"""`consilience mark`, `retract`, `consent`, `tearline`, `erase`: what is said later about a claim that is recorded."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

Claim = Annotated[str, typer.Argument(metavar="CLAIM", help="The id or the digest of a claim in the ledger.")]
Marking = Annotated[str, typer.Argument(metavar="MARKING", help="As in docs/release.md: REL TO GBR, USA.")]


def mark(claim: Claim, marking: Marking, reason: options.Reason = "", home: options.HomeFolder = None) -> None:
    """Raise the marking of a claim. It is never lowered in place: tell the claim in less with `tearline`.

    Example: consilience mark C17 "REL TO GBR" --reason "the source asked for it"
    """
    from consilience.cli.terminal import block
    from consilience.node import amend
    from consilience.node import home as homes
    from consilience.node.node import open_node
    from consilience.release.audience import audience

    with open_node(homes.find(home)) as node:
        label = amend.mark(node, claim, marking, reason)
        said = audience(label, node.roster, node.clock(), node.partner)
    sys.stdout.write(block([f"{claim}: {said}"]))


def retract(claim: Claim, reason: options.Reason = "", home: options.HomeFolder = None) -> None:
    """Withdraw a claim. It stands in pictures of before and in none after.

    Example: consilience retract C17 --reason "the image was of 2019"

    Who had it is told by the next `release` to them, and not before; `disclosures` shows whether they were. The reason
    goes with it to everyone who had the claim, in part or whole: name no source.
    """
    from consilience.cli.terminal import block
    from consilience.node import amend
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        amend.retract(node, claim, reason)
    sys.stdout.write(block([f"{claim} is withdrawn here; who had it is told by the next release to them"]))


def consent(
    claim: Claim,
    to: Annotated[str, typer.Option("--to", metavar="PARTNER", help="Who may be given it.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="T", help="Until when: 2022-03-01.")] = "",
    use: Annotated[str, typer.Option("--use", metavar="PURPOSE", help="For what use.")] = "read",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="F", help="Write the signed consent for whoever holds the object."),
    ] = None,
    home: options.HomeFolder = None,
) -> None:
    """Consent, as an originator, that one object goes to one partner for one use until a time (ORCON).

    Example: consilience consent C17 --to POL --until 2022-03-01 --out consent.json

    The consent is bound to the object's hash: it holds for nothing that is derived from it, and for nobody else.
    """
    from consilience.cli.terminal import block
    from consilience.cli.writing import private
    from consilience.errors import UsageError
    from consilience.model.period import parse_moment
    from consilience.node import amend
    from consilience.node import home as homes
    from consilience.node.node import open_node

    if not until or not to:
        raise UsageError("consent", "no --to or no --until", "a partner and a time", "Say: --to POL --until 2022-03-01")
    try:
        end = parse_moment(until)
    except ValueError as error:
        raise UsageError("--until", repr(until), "a date such as 2022-03-01, or a time with its offset") from error
    with open_node(homes.find(home)) as node, ExitStack() as stack:
        write = stack.enter_context(private(out)) if out else None
        signed = amend.consent(node, claim, to, use, end.at)
        if write:
            write([signed.envelope])
        said = f"{node.partner} consents that {claim} goes to {to} to {use}, until {end}"
    sys.stdout.write(block([said]))


def tearline(
    claim: Claim,
    marking: Marking,
    claim_id: Annotated[str, typer.Option("--id", metavar="ID", help="The new claim's id.")] = "",
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="COLUMN", help="A cell to leave out; may be repeated.")
    ] = None,
    say: Annotated[
        list[str] | None, typer.Option("--say", metavar="COLUMN=TEXT", help="A cell to say anew; may be repeated.")
    ] = None,
    home: options.HomeFolder = None,
) -> None:
    """Tell a claim anew in less, for partners who may not have the original: a new object, signed by its originator.

    Example: consilience tearline C17 "REL TO POL" --id C17-T --without source --without url --say "text=Tanks were seen."

    What it was made from is recorded for us alone.
    """
    from consilience.cli.terminal import block
    from consilience.errors import UsageError
    from consilience.node import amend
    from consilience.node import home as homes
    from consilience.node.node import open_node

    if not claim_id or not (without or say):
        raise UsageError("tearline", "no --id, or nothing left out or said anew", "an id, and --without or --say")
    pairs = [text.partition("=") for text in say or []]
    if any(not equals for _, equals, _ in pairs):
        raise UsageError("--say", "no =", "COLUMN=TEXT")
    line = amend.Tearline(claim_id, marking, frozenset(without or []), {name.strip(): text for name, _, text in pairs})
    with open_node(homes.find(home)) as node:
        made = amend.tearline(node, claim, line)
    sys.stdout.write(block([f"{claim_id} is recorded, {made.digest}"]))


def erase(
    claim: Claim,
    reason: options.Reason = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it: what is erased cannot be brought back.")] = False,
    home: options.HomeFolder = None,
) -> None:
    """Destroy a claim in this ledger for ever. Its hash stays in the tree, a tombstone says why, it cannot be posted again.

    Example: consilience erase C17 --reason "named a person" --yes

    What partners hold already is theirs: retract it first, so that they are told. Backups need their own end.
    """
    from consilience.cli.terminal import block, many
    from consilience.errors import UsageError
    from consilience.node import amend
    from consilience.node import home as homes
    from consilience.node.node import open_node

    if not yes:
        raise UsageError(f"erase {claim}", "no --yes", "--yes, since it cannot be undone")
    with open_node(homes.find(home)) as node:
        done = amend.erase(node, claim, reason)
    sys.stdout.write(block([f"{claim} is erased, in {many(len(done), 'log')}"]))
