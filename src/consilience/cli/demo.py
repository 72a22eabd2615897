"""`consilience demo` and `consilience serve`: the pages over the public record, your own files, or your node's ledger."""

from __future__ import annotations

import sys
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
    quiet: options.Quiet = False,
) -> None:
    """Replay the public record of winter 2021-22 and compare what each partner said.

    Prints a summary, then serves the pages on loopback until Ctrl-C. Nothing else is opened or fetched. All of the
    record is public, so all of it may leave; --exercise shows what is withheld, and why.
    """
    from consilience.cli.reading import Progress, note
    from consilience.cli.terminal import many, picture_text
    from consilience.errors import IntakeError
    from consilience.intake.holdings import Intake
    from consilience.intake.scenario import shipped
    from consilience.node.stage import staged

    folder = shipped() / ("exercise-polar-lamp" if exercise else "winter-2021-22")
    if not folder.is_dir():
        raise IntakeError(str(folder), "no such folder", "the scenario that ships with the package", "Reinstall it.")
    progress = Progress(quiet=quiet)
    with staged(folder, Intake(progress=progress.rows)) as (node, recorded):
        progress.done()
        note(f"{many(recorded.new, 'claim')} recorded and signed in a node that goes away with this demo", quiet=quiet)
        desk = node.desk()
        told = desk.holdings.scenario
        picture = desk.picture(as_of or (told.default_as_of if told and told.default_as_of else None))
        sys.stdout.write(picture_text(picture, told.title if told else folder.name))
        sys.stdout.flush()
        if serve:
            from consilience.cli.serving import serve_site
            from consilience.web.site import Site

            serve_site(Site(desk, node), port)


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
    quiet: options.Quiet = False,
) -> None:
    """Serve the pages over your own files or your node's ledger, on loopback only.

    Examples:
      consilience serve ours.csv theirs.csv
      consilience serve                     the node here or above, with its Release page
      consilience serve --seen-by GBR       exactly what GBR may see
      consilience serve --exchange 0.0.0.0:8443 --every 60

    With --exchange partners fetch what they were given, over TAXII or from node to node, known by their keys.
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
        site = stack.enter_context(open_site(Source(tuple(files or ()), home, seen_by), Request(quiet=quiet)))
        serve_site(site, port)
