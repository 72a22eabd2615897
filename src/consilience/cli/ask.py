"""`consilience ask`: put a question to partners, to be answered sealed; and see how sessions stand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

SessionName = Annotated[
    str,
    typer.Argument(
        metavar="[SESSION]", help="Its id, the beginning of one, or the question's name [default: the newest]."
    ),
]
Push = Annotated[
    bool, typer.Option("--push", help="Tell the partners' nodes at once, and do not wait until they sync.")
]


def ask(
    question: Annotated[
        Path | None, typer.Argument(metavar="[QUESTION]", help="The question as a JSON or TOML file.")
    ] = None,
    with_: Annotated[str, typer.Option("--with", metavar="PARTNERS", help="Who answers beside us: GBR,USA.")] = "",
    commit_by: Annotated[
        str, typer.Option("--commit-by", metavar="T", help="Answers are sealed until then: 2031-06-20T12:00Z, or 24h.")
    ] = "",
    reveal_by: Annotated[
        str, typer.Option("--reveal-by", metavar="T", help="And opened until then [default: as long again].")
    ] = "",
    again_by: Annotated[
        str,
        typer.Option("--again-by", metavar="T", help="Second answers are sealed until then [default: as long again]."),
    ] = "",
    end_by: Annotated[
        str, typer.Option("--end-by", metavar="T", help="And opened until then [default: as long again].")
    ] = "",
    purpose: Annotated[
        str, typer.Option("--purpose", metavar="TEXT", help="What it is for; all of them read it.")
    ] = "",
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="The question, without a file.")] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Its short name [default: question].")] = "",
    hypothesis: Annotated[
        list[str] | None, typer.Option("--hypothesis", metavar="ID=TEXT", help="A rival answer; one for each.")
    ] = None,
    rest: Annotated[
        str, typer.Option("--rest", metavar="ID=TEXT", help='What holds when no other does [default: "none of these"].')
    ] = "",
    horizon: Annotated[str, typer.Option("--horizon", metavar="T", help="By when it is decided.")] = "",
    cutoff: Annotated[
        str, typer.Option("--cutoff", metavar="T", help="On what was known by then [default: now].")
    ] = "",
    threshold: Annotated[
        str, typer.Option("--threshold", metavar="ID=PERCENT", help="From which probability on somebody acts.")
    ] = "",
    list_: Annotated[bool, typer.Option("--list", help="List the sessions that this node is in.")] = False,
    status: Annotated[
        str | None, typer.Option("--status", metavar="SESSION", help='How a session stands; "" for the newest.')
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="F", help="With --status: write all that was said, for partners' `receive`."
        ),
    ] = None,
    abort: Annotated[
        str | None, typer.Option("--abort", metavar="SESSION", help="Stop a session that this node convened.")
    ] = None,
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why it is stopped.")] = "",
    push: Push = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be asked, and sign nothing.")] = False,
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Put a question to partners: each seals an answer, then all are opened, discussed, and given once more.

    Examples:
      consilience ask question.json --with GBR,USA --commit-by 2031-06-20T12:00Z --reveal-by 2031-06-21T12:00Z
      consilience ask --text "Will the ridge be crossed?" --hypothesis yes="it is crossed" --rest no="it is not"
      --horizon 2031-08-01 --with GBR --commit-by 24h
      consilience ask --list
      consilience ask --status crossing --out crossing.json    for partners who are reached by file

    Until the set of answers is frozen, a partner sees that others have answered and never what. Whoever asks convenes:
    its node freezes the set once all have answered, or after the deadline, whenever one of these commands, sync or
    serve --every runs. Question, partners and deadlines cannot be changed afterwards; --abort stops it, with a reason.
    """
    from consilience.cli import asking
    from consilience.errors import UsageError
    from consilience.node import home as homes
    from consilience.node.node import open_node

    wanted = [bool(question or text), list_, status is not None, abort is not None]
    if sum(wanted) != 1:
        raise UsageError("ask", "several things, or none", "a question; or one of --list, --status and --abort")
    flags = asking.Flags(text, name, tuple(hypothesis or ()), rest, horizon, cutoff, threshold)
    times = (commit_by, reveal_by, again_by, end_by)
    with open_node(homes.find(home)) as node:
        if question or text:
            put = asking.Put(question, flags, with_, times, purpose)
            said = asking.asked(node, put, push=push, dry_run=dry_run)
        elif abort is not None:
            said = asking.aborted(node, abort, because, push=push)
        elif status is not None:
            said = asking.status(node, status, out, json=json)
        else:
            said = asking.listing(node, json=json)
    sys.stdout.write(said)
