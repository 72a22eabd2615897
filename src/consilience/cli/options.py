"""Options that several commands share, each worded once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="CSV or Parquet tables, folders of them, or a scenario folder.")
]
FilesOrNode = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[FILE…]",
        help="CSV or Parquet tables, folders of them, or a scenario folder [default: the node's ledger].",
    ),
]
SeenBy = Annotated[
    str | None,
    typer.Option("--seen-by", metavar="PARTNER", help="Only what that partner may see of the node's ledger."),
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="T", help="Use only what was reported by then: 2021-12-06.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress on stderr, and only notes about rows set aside.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at the first bad row instead of setting it aside.")]
SetAside = Annotated[
    Path | None,
    typer.Option("--set-aside", metavar="F", help="Where bad rows go [default: set-aside.csv in this folder]."),
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="Of CSV files that are not UTF-8: cp1251.")
]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", metavar="F", help="A TOML mapping for tables with other column names.")
]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="F", help="A TOML file with a [compare] table [default: consilience.toml]."),
]
DecisionsFile = Annotated[
    Path | None,
    typer.Option(
        "--decisions",
        metavar="F",
        help="A table of what analysts decided: a, b, decision, reason and, if known, by, at.",
    ),
]
AdjudicationsFile = Annotated[
    Path | None,
    typer.Option(
        "--adjudications",
        metavar="F",
        help="A table of what analysts ruled true or false: claim, ruling, reason, at and, if known, value, by.",
    ),
]


class Engines(StrEnum):
    """Where single events are linked."""

    LOCAL = "local"
    SPARK = "spark"


Engine = Annotated[
    Engines, typer.Option("--engine", help="Where single events are linked: in this process, or on Spark.")
]
Master = Annotated[
    str | None, typer.Option("--master", metavar="URL", help="Spark's master [default: local[2], two cores here].")
]
Lineage = Annotated[
    bool, typer.Option("--lineage", help="Show who repeats whom, since when, and what that leaves of the reports.")
]
Unsure = Annotated[
    bool, typer.Option("--unsure", help="List the links that are nearly even, and what would settle them.")
]
Weighed = Annotated[
    bool,
    typer.Option("--weighed", help="Show what contested facts come to by weight of sources, and on whom it hangs."),
]
Html = Annotated[Path | None, typer.Option("--html", metavar="F", help="Write one self-contained page.")]
FailOnConflict = Annotated[bool, typer.Option(help="Exit with 10 when any fact is conflicting.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on loopback; 0 takes a free one.")]
HomeFolder = Annotated[
    Path | None,
    typer.Option(
        "--home", metavar="FOLDER", help="The node's home [default: CONSILIENCE_HOME, or .consilience here or above]."
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why: it stays in the record.")]
