"""`consilience invite` and `consilience message`: who else is told, what, and from when."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from consilience.cli import options


def invite(
    code: Annotated[str, typer.Argument(metavar="CODE", help="The partner that would be invited: POL.")],
    clearance: Annotated[
        list[str] | None, typer.Option("--clearance", metavar="[POLICY] LEVEL", help="The highest level it would have.")
    ] = None,
    accredit: Annotated[
        list[str] | None, typer.Option("--accredit", metavar="CONTROL", help="A control it would be accredited for.")
    ] = None,
    reach: Annotated[str, typer.Option("--reach", metavar="TLP", help="The widest circle it would stand for.")] = "",
    use: Annotated[str, typer.Option("--use", metavar="PURPOSE", help="For what: consents name it.")] = "read",
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Show what a further partner would see, from when, and what stays and why. It adds nobody and gives nothing.

    Examples:
      consilience invite POL --clearance SECRET
      consilience invite POL --json

    It asks the rules of every release, under the roster as it would be. What was marked for a group or a circle before
    gives a newcomer nothing. Then: consilience partner add POL …, and consilience release --to POL.
    """
    from consilience.cli import inviting

    sys.stdout.write(inviting.previewed(inviting.Asked(code, clearance, accredit, reach, use), home, json=json))


def message(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is said.")],
    to: Annotated[str, typer.Option("--to", metavar="PARTNER", help="The one partner whom it is for.")] = "",
    claim_id: Annotated[str, typer.Option("--id", metavar="ID", help="Its own id: W1.")] = "",
    beside: Annotated[
        list[str] | None, typer.Option("--with", metavar="CLAIM", help="A claim that goes beside it.")
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="SPEAKER", help="Who says it [default: the node's partner].")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; record nothing.")] = False,
    home: options.HomeFolder = None,
) -> None:
    """Say something to one partner alone, such as a warning to the other side: a release with its own audience and record.

    Example: consilience message "We see it, and will answer." --to RUS --id W1 --with C91

    It is marked for that partner and nobody else, goes by the one door that releases go by, and is recorded there. A claim
    beside it goes only if the partner may have it. See it again: consilience disclosures --to RUS
    """
    from consilience.cli import inviting

    sys.stdout.write(inviting.sent(to, (claim_id, text, by, beside or []), home, dry_run=dry_run))
