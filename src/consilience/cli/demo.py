"""`consilience demo` and `consilience serve`: the pages over the public record, your own files, or your node's ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

_PORT = 8321


def demo(
    as_of: options.AsOf = None,
    port: options.Port = _PORT,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages after the summary.")] = True,
    exercise: Annotated[
        bool,
        typer.Option("--exercise", help="An exercise with invented partners, to learn markings and releases with."),
    ] = False,
    spring: Annotated[
        bool, typer.Option("--spring", help="The record of spring 2021, which ended in a withdrawal, in one node.")
    ] = False,
    single: Annotated[
        bool, typer.Option("--single", help="One node that holds all of the record, in one process: a quick look.")
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Replay the public record of winter 2021-22 between nodes, and compare what each partner said.

    Ukraine, the United Kingdom, the United States and an open-source house each run a node on loopback, with a key, a
    ledger and rules of their own. Each records its own claims, releases them, and fetches the others' over mutual TLS;
    then they draw the picture of what all of them were given, and each signs it. Prints what each could not see alone
    and a summary, then serves the pages until Ctrl-C. Nothing else is opened or fetched.

    --single shows the record in one node; --spring shows the spring before, in one node; --exercise has markings to
    learn releases with.
    """
    from consilience.errors import IntakeError
    from consilience.intake.scenario import shipped

    folder = shipped() / ("exercise-polar-lamp" if exercise else "spring-2021" if spring else "winter-2021-22")
    if not folder.is_dir():
        raise IntakeError(str(folder), "no such folder", "the scenario that ships with the package", "Reinstall it.")
    if exercise or spring or single:
        from consilience.cli.staging import single_node

        single_node(folder, as_of, port if serve else None, quiet=quiet)
    else:
        from consilience.cli.staging import several_nodes

        several_nodes(folder, as_of, port if serve else None, quiet=quiet)


def serve(
    files: options.FilesOrNode = None,
    port: options.Port = _PORT,
    home: options.HomeFolder = None,
    seen_by: options.SeenBy = None,
    exchange: Annotated[
        str,
        typer.Option(
            "--exchange", metavar="HOST:PORT", help="Answer partners' nodes there, too, by mutual TLS: 0.0.0.0:8443."
        ),
    ] = "",
    every: Annotated[
        float | None,
        typer.Option("--every", metavar="SECONDS", min=1, help="Sync with all partners that often."),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", metavar="FOLDER", help="Give the pages this scenario's title and marked days."),
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Show the pages, and let nobody act on them.")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Serve the pages over your own files or your node's ledger, on loopback only.

    Examples:
      consilience serve ours.csv theirs.csv
      consilience serve                     the node here or above, with its Release page
      consilience serve --seen-by GBR       exactly what GBR may see
      consilience serve --exchange 0.0.0.0:8443 --every 60

    With --exchange partners fetch what they were given, over TAXII or from node to node, known by their keys. Where the home
    has indicators.toml, the level of warning is reckoned whenever the ledger grows, and told as notices.toml says.

    Anybody on this machine may read the pages. To act on them (rounds, a level that was seen, an analyst's word, a public
    statement) open the link that is printed: it works once, and the next one is printed then.
    """
    from contextlib import ExitStack

    from consilience.cli.reading import Request
    from consilience.cli.serving import serve_site
    from consilience.cli.source import Source, open_site
    from consilience.errors import UsageError

    if (exchange and (files or seen_by)) or (every is not None and not exchange):
        raise UsageError(
            "--exchange", "files, --seen-by, or --every alone", "the node's own ledger: serve --exchange HOST:PORT"
        )
    with ExitStack() as stack:
        if exchange:
            from consilience.cli.exchanging import exchanging
            from consilience.node import home as homes

            stack.enter_context(exchanging(homes.find(home), exchange, every))
        if not files and seen_by is None:
            from consilience.cli.levelling import watched
            from consilience.node import home as homes

            stack.enter_context(watched(homes.find(home)))
        site = stack.enter_context(
            open_site(Source(tuple(files or ()), home, seen_by, scenario, read_only), Request(quiet=quiet))
        )
        serve_site(site, port)
