"""`consilience check`: a statement against accords, surveys, what monitors counted, or where partners looked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options


def check(
    statement: Annotated[
        str,
        typer.Argument(
            metavar="STATEMENT",
            help="A sentence in quotes, a claim's id, ceasefire, expectations, narratives or versions.",
        ),
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE…]", help="Tables to check against [default: the holdings beside the accords]."),
    ] = None,
    as_of: options.AsOf = None,
    accords: Annotated[
        Path | None,
        typer.Option(
            "--accords", metavar="F", help="An accords.csv, or a folder that has one [default: the shipped record]."
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DAY", help="Of a ceasefire: from which day on [default: 14 days before]."),
    ] = None,
    stix: Annotated[
        Path | None, typer.Option("--stix", metavar="F", help="Of narratives: write them as a STIX 2.1 bundle.")
    ] = None,
    reviews: Annotated[
        Path | None,
        typer.Option("--reviews", metavar="F", help="Write the results as schema.org ClaimReview (JSON-LD)."),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option("--home", metavar="FOLDER", help="A node whose ledger it is held against, rather than tables."),
    ] = None,
    json: options.Json = False,
) -> None:
    """Check a statement: what bears it out, what stands against it, and what is disputed. Never a bare yes or no.

    Examples:
      consilience check "RUS is not a party to the Minsk Protocol"
      consilience check "Ukraine signed Minsk II" --as-of 2021-12-01
      consilience check ceasefire --as-of 2022-02-20
      consilience check C108 --as-of 2022-02-16
      consilience check expectations --as-of 2022-02-20
      consilience check expectations --home .consilience
      consilience check "fear of world war is number one in Levada December 2021"

    Understood are: ACTOR is [not] a ROLE to ACCORD, ACTOR signed ACCORD, ACTOR did not sign ACCORD; a ROLE is signatory,
    party, guarantor, mediator, witness or third party. The id of a claim that announces a withdrawal, the end of an exercise
    or that none will stay is held against where others looked; expectations stands for all such claims. Of a survey: ANSWER is
    number one (first, second …), [more than|less than|about] N percent ANSWER, most ANSWER, or ANSWER is above ANSWER, in
    POLLSTER MONTH YEAR. Narratives lists the interpretations that were told, with the facts that bear on each; versions (of
    CLAIM) sets side by side what one speaker said of one thing, to whom and when. It says what it understood.
    """
    from consilience.cli import checking, reviewing

    asked = checking.Asked(statement, tuple(files or ()), as_of, accords, since, reviewing.Out(stix, reviews), home)
    sys.stdout.write(checking.answer(asked, json=json))
