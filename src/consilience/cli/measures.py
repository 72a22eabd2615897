"""`consilience measures`: the graduated plan, how far each measure has come, and what calls for one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

app = typer.Typer(no_args_is_help=False, invoke_without_command=True, rich_markup_mode=None)

_Plan = Annotated[
    Path | None,
    typer.Option(
        "--plan", metavar="F", help="A measures.toml, or a folder that has one [default: the shipped record]."
    ),
]
_Level = Annotated[
    str, typer.Option("--level", metavar="STEP", help="The warning level: routine, attention, watch, alert or warning.")
]


@app.callback()
def measures(
    context: typer.Context,
    as_of: options.AsOf = None,
    plan: _Plan = None,
    level: _Level = "",
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Say how far each measure of a graduated plan has come, by whose word, and which triggers are met.

    Examples:
      consilience measures --as-of 2022-01-22
      consilience measures --as-of 2022-02-13 --level alert --json
      consilience measures --home .consilience --plan measures.toml
      consilience measures decide arms decided --owner GBR --because "the council said yes" --plan measures.toml

    A trigger proposes and decides nothing. What one owner announced is not done, and a measure has come only as far as the
    owner who is least far. The level is reckoned by the indicators, unless --level says it. With --home the words are those that the node recorded; else those of the measures.csv beside the plan.
    """
    if context.invoked_subcommand is not None:
        return
    from consilience.cli import acting

    sys.stdout.write(acting.shown(acting.Asked(plan, as_of, level, home), json=json))


@app.command()
def decide(
    measure: Annotated[str, typer.Argument(metavar="MEASURE", help="Its id in the plan.")],
    state: Annotated[
        str, typer.Argument(metavar="STATE", help="planned, proposed, decided, announced, done or withdrawn.")
    ],
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why: it stays in the record.")] = "",
    owner: Annotated[
        str, typer.Option("--owner", metavar="CODE", help="Whose part [default: the node's partner].")
    ] = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so [default: the node's partner].")] = "",
    claim: Annotated[list[str] | None, typer.Option("--claim", metavar="ID", help="A claim that it rests on.")] = None,
    plan: _Plan = None,
    home: options.HomeFolder = None,
) -> None:
    """Record how far a measure has come, as a signed entry of the node. It is this node's alone: no release gives it.

    Example: consilience measures decide arms decided --owner GBR --because "the council said yes" --claim C091
    """
    from consilience.cli import acting

    sys.stdout.write(
        acting.recorded(acting.Asked(plan, None, "", home), (measure, state, owner), (because, by, claim or []))
    )


@app.command()
def propose(
    as_of: options.AsOf = None, plan: _Plan = None, level: _Level = "", home: options.HomeFolder = None
) -> None:
    """Record a proposal, signed, for each measure that a trigger calls for. People decide; this decides nothing.

    Example: consilience measures propose --level alert
    """
    from consilience.cli import acting

    sys.stdout.write(acting.proposed(acting.Asked(plan, as_of, level, home)))
