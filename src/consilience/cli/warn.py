"""`consilience warn` and `consilience backtest`: the level of warning with its reasons, and how it would have fared."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

_Record = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="A scenario's folder, with what came of it if it is known.")
]
_Indicators = Annotated[
    Path | None,
    typer.Option("--indicators", metavar="F", help="An indicators.toml [default: the record's own]."),
]
_Words = Annotated[
    Path | None,
    typer.Option("--words", metavar="F", help="A table of analysts' words on the level: id, day, step, by, reason."),
]


def warn(
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="FOLDER", help="A scenario's folder [default: the shipped record]."),
    ] = None,
    as_of: options.AsOf = None,
    indicators: _Indicators = None,
    words: _Words = None,
    strength: Annotated[
        str, typer.Option("--strength", metavar="S", help="Every scope's strength in full; S is grouped or stated.")
    ] = "",
    of: Annotated[
        str, typer.Option("--of", metavar="M", help="With --strength: RUS:formation/btg:btg [default: the most told].")
    ] = "",
    json: options.Json = False,
) -> None:
    """Say how near it is: the level of warning with its reasons, the board of indicators, and the strength.

    Examples:
      consilience warn --as-of 2021-12-06
      consilience warn --record scenarios/winter-2021-22 --as-of 2022-02-16 --json
      consilience warn --strength stated --as-of 2022-02-18

    The level rises by rule, on what partners saw on roots of their own, and says on whose word it rests. One partner moves it by
    a step at most. Disagreement does not lower it, nor does silence where nobody looked. With --strength it says how many there
    are instead, what each claim moved, and what each partner alone would say.
    """
    from consilience.cli import warning

    if strength or of:
        from consilience.cli.strength import counted

        record = record or warning.shipped_record()
        sys.stdout.write(counted(record, as_of, (of, strength), json=json))
        return
    sys.stdout.write(
        warning.told(warning.Asked(record or warning.shipped_record(), as_of, indicators, words), json=json)
    )


def backtest(
    record: _Record,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="T", help="Replay up to then [default: to the eve of what came].")
    ] = None,
    indicators: _Indicators = None,
    words: _Words = None,
    chart: Annotated[
        Path | None, typer.Option("--chart", "--to", metavar="F", help="Write the history of the level as an SVG.")
    ] = None,
    json: options.Json = False,
) -> None:
    """Replay a record report by report, with nothing from the future: would it have warned, when, and what was wrong?

    Example:
      consilience backtest scenarios/winter-2021-22 --chart level.svg
    """
    from consilience.cli import warning

    sys.stdout.write(warning.replayed(warning.Asked(record, as_of, indicators, words), chart, json=json))
