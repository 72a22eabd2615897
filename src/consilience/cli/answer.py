"""`consilience assess`, `reveal`, `note` and `conclude`: a partner's part in a session of sealed answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options
from consilience.cli.ask import Push, SessionName


def assess(
    session: SessionName = "",
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The assessment as a JSON or TOML file; flags go before it.")
    ] = None,
    p: Annotated[
        list[str] | None,
        typer.Option("--p", metavar="ID=PERCENT[:WORD]", help="How probable a hypothesis is, and the word for it."),
    ] = None,
    confidence: Annotated[
        str, typer.Option("--confidence", metavar="LEVEL", help="How well grounded: low, moderate or high.")
    ] = "",
    basis: Annotated[
        list[str] | None,
        typer.Option("--basis", metavar="CLAIM", help="A claim it rests on, told to all: C17, or another's USA/C138."),
    ] = None,
    fact: Annotated[
        list[str] | None, typer.Option("--fact", metavar="FACT", help="A fact of the common picture it rests on.")
    ] = None,
    undisclosed: Annotated[
        bool,
        typer.Option("--rests-also-on-what-is-not-shared", help="Say that there is more that not all may see."),
    ] = False,
    linchpin: Annotated[
        list[str] | None, typer.Option("--linchpin", metavar="TEXT", help="An assumption that all hangs on.")
    ] = None,
    dissent: Annotated[
        list[str] | None, typer.Option("--dissent", metavar="TEXT", help="Who of us sees it otherwise, and how.")
    ] = None,
    would_change: Annotated[
        list[str] | None, typer.Option("--would-change", metavar="TEXT", help="What would change our mind.")
    ] = None,
    yardstick: Annotated[
        str | None,
        typer.Option("--yardstick", metavar="NAME", help="icd-203 or phia [default: the settings, else icd-203]."),
    ] = None,
    settings: options.SettingsFile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sealed, and seal nothing.")] = False,
    push: Push = False,
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Seal our answer to the question of a session: the others see that it is given, and not what it is.

    Examples:
      consilience assess crossing --p yes=35:unlikely --p no=65:likely --confidence moderate --basis C17
      consilience assess crossing answer.json --dry-run

    Percentages add up to 100 and lie within their words on the yardstick; what does not fit is refused with the nearest
    numbers that would. Without a word the yardstick's own is taken, where it has exactly one. A basis names what all
    partners of the session were told, since all will read it; else exit code 3, with the way out.

    What opens the answer is kept in this node's home alone. If that is lost before consilience reveal, the answer stays
    sealed, and the record says that it is missing.
    """
    from consilience.cli import answering
    from consilience.node import home as homes
    from consilience.node.node import open_node

    said = answering.Said(
        file, tuple(p or ()), confidence, answering.Ground(tuple(basis or ()), tuple(fact or ()), undisclosed),
        {"linchpins": linchpin or [], "dissent": dissent or [], "would_change": would_change or []},
    )  # fmt: skip
    with open_node(homes.find(home)) as node:
        rule = answering.yardstick(yardstick, settings)
        how = answering.How(push=push, dry_run=dry_run, json=json)
        sys.stdout.write(answering.sealed(node, session, said, rule, how))


def reveal(
    session: SessionName = "",
    late: Annotated[
        bool, typer.Option("--late", help="Open it although it is too late: it is shown, and not counted.")
    ] = False,
    push: Push = False,
    home: options.HomeFolder = None,
) -> None:
    """Open our sealed answer to the others, once the set of answers is frozen with ours in it.

    Example: consilience reveal crossing --push

    It is checked against our own commitment before it leaves. An answer that is not opened in time is named as missing
    in the result that all sign.
    """
    from consilience.cli import answering
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        sys.stdout.write(answering.opened(node, session, late=late, push=push))


def note(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="Its id, or the name of its question.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What we say to the others.")],
    claim: Annotated[
        list[str] | None, typer.Option("--claim", metavar="CLAIM", help="A claim it names, told to all of them.")
    ] = None,
    push: Push = False,
    home: options.HomeFolder = None,
) -> None:
    """Say something to the other partners of a session, to be weighed before second answers are sealed.

    Example: consilience note crossing "the ford is under water since Monday" --claim C17
    """
    from consilience.cli import answering
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        sys.stdout.write(answering.noted(node, session, text, tuple(claim or ()), push=push))


def conclude(
    session: SessionName = "",
    record: Annotated[
        Path | None,
        typer.Option(
            "--record", metavar="FOLDER", help="What a scenario's record shows of its questions, with no session."
        ),
    ] = None,
    as_of: options.AsOf = None,
    push: Push = False,
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Tell what came of a session, and sign it once it is over: who answered what, whether it is the same, and why.

    Examples:
      consilience conclude crossing
      consilience conclude crossing --json
      consilience conclude --record scenarios/winter-2021-22 --as-of 2022-02-16

    Every partner computes the result from what was opened, and signs its digest: all signatures are on one result, or
    it says on what they are not. Exits with 1 while some have not signed the same. Agreement is not accuracy.

    With --record nothing is signed: it says what partners held in public, as bands that cite their words (positions.csv
    of the scenario), whether they point the same way, and how it came out once that was known.
    """
    from consilience.cli import concluding
    from consilience.node import home as homes
    from consilience.node.node import open_node

    if record is not None:
        from consilience.cli.inquiring import told
        from consilience.errors import UsageError

        if session:
            raise UsageError("conclude", f"session {session} and --record", "one of them")
        sys.stdout.write(told(record, as_of, json=json))
        return
    with open_node(homes.find(home)) as node:
        said, is_agreed = concluding.concluded(node, session, push=push, json=json)
    sys.stdout.write(said)
    if not is_agreed:
        raise typer.Exit(1)
