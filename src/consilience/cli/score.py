"""`consilience score`: how good answers were once a question is resolved, and what could be known when they were given."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options
from consilience.cli.ask import SessionName


def score(
    session: SessionName = "",
    came_true: Annotated[
        str, typer.Option("--came-true", metavar="ID", help="The hypothesis of the session's question that came true.")
    ] = "",
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="FOLDER", help="A scenario's resolved questions, with no session."),
    ] = None,
    forecasts: Annotated[
        Path | None,
        typer.Option("--forecasts", metavar="F", help="A table: question, partner, probability; hypothesis, round."),
    ] = None,
    outcomes: Annotated[
        Path | None,
        typer.Option("--outcomes", metavar="F", help="And what came true: question, hypothesis."),
    ] = None,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", metavar="F", help="And on what each rests: partner, root; question, likelihood."),
    ] = None,
    as_of: options.AsOf = None,
    json: options.Json = False,
    home: options.HomeFolder = None,
) -> None:
    """Score answers whose question is resolved: every partner, round and pool; how reliable they were; who could know what.

    Examples:
      consilience score --record scenarios/winter-2021-22
      consilience score crossing --came-true yes
      consilience score --forecasts answers.csv --outcomes outcomes.csv

    The Brier score is 0 to 1 (half the sum of squared errors), the log score 0 to 5.3; less is better. Public words have bands
    and no numbers: their scores are intervals, which hold for every number within the band.

    With --record each thing that was said stands with what had been reported by that day, of all that anybody's position
    rests on, and what came later. Of a session, what came true is your word: nothing is signed, and your partners are not told.
    """
    from consilience.errors import UsageError

    ways = [bool(session or came_true), record is not None, bool(forecasts or outcomes or evidence)]
    if sum(ways) != 1:
        found = "none of them" if not any(ways) else "several of them"
        expected = "one of: SESSION with --came-true, --record, or --forecasts with --outcomes"
        raise UsageError("score", found, expected)
    if record is not None:
        from consilience.cli import hindsight

        sys.stdout.write(hindsight.of_record(record, as_of, json=json))
        return
    if as_of:
        raise UsageError("--as-of", as_of, "--as-of with --record alone")
    if forecasts or outcomes or evidence:
        if forecasts is None or outcomes is None:
            missing = "--forecasts" if forecasts is None else "--outcomes"
            raise UsageError(missing, "nothing", "two tables, --forecasts F and --outcomes F")
        from consilience.cli import scoring

        sys.stdout.write(scoring.of_tables(forecasts, outcomes, evidence, json=json))
        return
    if not came_true:
        raise UsageError("--came-true", "nothing", "the hypothesis that came true, such as --came-true yes")
    from consilience.cli import hindsight
    from consilience.node import home as homes
    from consilience.node.node import open_node

    with open_node(homes.find(home)) as node:
        sys.stdout.write(hindsight.of_session(node, session, came_true, json=json))
