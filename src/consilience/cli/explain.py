"""`consilience explain`: what two claims are to each other, and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options


def explain(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE…] A B",
            help="Tables or a scenario folder [default: the node's ledger], then the ids of two claims.",
        ),
    ] = None,
    pairs: Annotated[
        Path | None, typer.Option("--pairs", metavar="F", help="A CSV table with columns a, b instead of two ids.")
    ] = None,
    as_of: options.AsOf = None,
    json: options.Json = False,
    strict: options.Strict = False,
    set_aside: options.SetAside = None,
    encoding: options.Encoding = None,
    mapping: options.MappingFile = None,
    settings: options.SettingsFile = None,
    decisions: options.DecisionsFile = None,
    home: options.HomeFolder = None,
    seen_by: options.SeenBy = None,
    quiet: options.Quiet = False,
) -> None:
    """Say what two claims are to each other, and why they stand in one fact or in two.

    Example: consilience explain ours.csv theirs.csv C042 C044

    First the relation, with the rule and the values that decide it. Then what linked them or kept them apart: of two
    single events a bar for each comparison, in bits, up to their probability, and what became of it in their groups; of
    anything else what the two would have to share. Where their wording is alike, that is said.

    With --pairs, a column `expected` (and `also_acceptable`) in the table is compared with the answer.
    """
    from consilience.cli import pairs as table
    from consilience.cli.reading import Request
    from consilience.cli.source import Source, open_source
    from consilience.cli.terminal import relation_text
    from consilience.cli.waterfall import explanation_text
    from consilience.comparison.explained import explanation_json
    from consilience.comparison.publish import relation_json
    from consilience.model.identity import canonical_json

    tables, ids = _given(files or [], pairs)
    request = Request(strict, quiet, encoding, mapping, set_aside, settings, decisions)
    desk = open_source(Source(tuple(map(Path, tables)), home, seen_by), request)
    if pairs is None:
        relation = desk.relate(ids[0], ids[1], as_of)
        link = desk.explain(ids[0], ids[1], as_of)
        if json:
            told = explanation_json(link) if link else None
            document = {"schema": table.SCHEMA, "relations": [relation_json(relation)], "link": told}
            sys.stdout.write(canonical_json(document) + "\n")
            return
        said = explanation_text(link) if link else "not linked: the picture as of then does not hold them both"
        sys.stdout.write(f"{relation_text(relation)}\n\n{said}\n")
        return
    answers = table.answer(desk, pairs, as_of)
    sys.stdout.write((canonical_json(table.document(answers)) if json else table.text(answers)) + "\n")


def _given(given: list[str], pairs: Path | None) -> tuple[list[str], list[str]]:
    """Tables, and the ids of two claims, of which there are none with --pairs.

    Raises:
        UsageError: when they are not two ids of different claims, after the tables.
    """
    from consilience.errors import UsageError

    tables, ids = (given, []) if pairs else (given[:-2], given[-2:])
    if not pairs and len(ids) < 2:
        raise UsageError(
            "explain", f"{len(given)} arguments", "the ids of two claims after the tables, or --pairs FILE"
        )
    if ids and not tables and Path(ids[0]).exists():
        raise UsageError(
            "explain", f"{ids[0]}, which is a file, and {ids[1]}", "the ids of two claims after the tables"
        )
    if len(set(ids)) == 1:
        raise UsageError("explain", f"{ids[0]} twice", "the ids of two claims")
    return tables, ids
