"""`consilience picture`: the picture over what all of some partners were given, and who signed it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Draw and sign the picture that some partners have in common."
)

With = Annotated[
    str, typer.Option("--with", metavar="PARTNERS", help="With whom: GBR,USA [default: whom we signed with last].")
]


@app.command("offer")
def offer(with_: With = "", home: options.HomeFolder = None) -> None:
    """Print what we told every one of some partners in the same form, for them to compare: digests and no content.

    Example: consilience picture offer --with GBR,USA > ukr-offer.json

    It tells each of them that the others were told the same: give it to these partners alone.
    """
    from consilience.cli import picturing
    from consilience.node import home as homes
    from consilience.node.node import open_node
    from consilience.node.offer import written

    with open_node(homes.find(home)) as node:
        data = written(node, picturing.partners(node, with_))
    sys.stdout.write(data.decode() + "\n")


@app.command("sign")
def sign(
    offers: Annotated[
        list[Path],
        typer.Argument(metavar="OFFER…", help="The offer of each of the others, as their `offer` printed it."),
    ],
    with_: With = "",
    as_of: options.AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="F", help="Write what we signed there, for the others.")
    ] = None,
    home: options.HomeFolder = None,
) -> None:
    """Draw the picture over what all of some partners were told, sign it, and record that.

    Example: consilience picture sign --with GBR,USA gbr-offer.json usa-offer.json --out ukr-signed.json

    The others take what we signed with `receive`, and we take theirs; `verify picture` says whether all signed the
    same. What is offered and was not received here is named; receive it first.
    """
    from contextlib import ExitStack

    from consilience.cli import picturing
    from consilience.cli.terminal import paragraphs
    from consilience.cli.writing import private
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node, ExitStack() as stack:
        write = stack.enter_context(private(out)) if out else None
        signed, concord = picturing.signed(node, picturing.partners(node, with_), offers, as_of)
        if write:
            write([signed.envelope])
    sys.stdout.write(paragraphs(concord.words))


@app.command("agree")
def agree(with_: With = "", as_of: options.AsOf = None, home: options.HomeFolder = None) -> None:
    """Compare with some partners' nodes: exchange offers, draw the picture of what all were told, sign it, exchange words.

    Example: consilience picture agree --with GBR,USA

    Each partner says so for the same set, in any order; until all have, it says who has not. From then on this node
    tells these partners what all of them were told, and `serve --every` signs anew what came since.
    """
    from consilience.cli import picturing
    from consilience.cli.terminal import paragraphs
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        lines, is_agreed = picturing.agreed(node, picturing.partners(node, with_), as_of)
    sys.stdout.write(paragraphs(lines))
    if not is_agreed:
        raise typer.Exit(1)


@app.command("leave")
def leave(with_: With = "", home: options.HomeFolder = None) -> None:
    """Compare with some partners no longer: what was signed stays, and no offer is given from now on.

    Example: consilience picture leave --with GBR,USA
    """
    from consilience.cli import picturing
    from consilience.node import home as homes
    from consilience.node.circles import Circles
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        partners = picturing.partners(node, with_)
        left = Circles(node.home).leave(partners)
    codes = ", ".join(sorted(partners))
    sys.stdout.write(f"no longer comparing within {codes}\n" if left else f"was not comparing within {codes}\n")


@app.command("show")
def show(
    with_: With = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="F", help="Write picture, offers and signatures as one file to verify."),
    ] = None,
    home: options.HomeFolder = None,
    json: options.Json = False,
) -> None:
    """Show the common picture that we signed last, and who signed it; drawn again from this node's ledger.

    Examples:
      consilience picture show --with GBR,USA
      consilience picture show --out common.json    for `consilience verify picture common.json`

    The file holds what all the partners were told: give it to these partners alone.
    """
    from consilience.cli import picturing
    from consilience.cli.terminal import paragraphs, picture_text
    from consilience.cli.writing import private
    from consilience.node import home as homes
    from consilience.node.concord import bundle
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        found, concord = picturing.drawn(node, with_)
        data = bundle(node, found) if out else b""
    if out:
        with private(out) as write:
            write([data])
        sys.stdout.write(f"wrote {out}: check it with `consilience verify picture {out}`\n")
    elif json:
        sys.stdout.write(found.picture.to_json() + "\n")
    else:
        sys.stdout.write(picture_text(found.picture, f"what {', '.join(found.partners)} were all told"))
        sys.stdout.write("\n" + paragraphs(concord.words))
