"""`consilience demo` and `consilience serve`: the pages over the public record, or over your own files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from consilience.cli import options

_HOST = "127.0.0.1"
_PORT = 8321


def demo(
    as_of: options.AsOf = None,
    port: options.Port = _PORT,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the pages after the summary.")] = True,
    quiet: options.Quiet = False,
) -> None:
    """Replay the public record of winter 2021-22 and compare what each partner said.

    Prints a summary, then serves the pages on loopback until Ctrl-C. Nothing else is opened or fetched.
    """
    from consilience.errors import IntakeError
    from consilience.intake.scenario import shipped

    folder = shipped() / "winter-2021-22"
    if not folder.is_dir():
        raise IntakeError(str(folder), "no such folder", "the scenario that ships with the package", "Reinstall it.")
    _show([folder], as_of, port if serve else None, quiet=quiet)


def serve(files: options.Files, port: options.Port = _PORT, quiet: options.Quiet = False) -> None:
    """Serve the pages over your own files, on loopback only.

    Example: consilience serve ours.csv theirs.csv
    """
    _show(files, None, port, quiet=quiet, summary=False)


def _show(files: list[Path], as_of: str | None, port: int | None, *, quiet: bool, summary: bool = True) -> None:
    """The summary on stdout, then the pages, if a port is given."""
    from consilience.cli.reading import Request, note, open_desk
    from consilience.cli.terminal import picture_text

    desk = open_desk(files, Request(quiet=quiet))
    told = desk.holdings.scenario
    if summary:
        picture = desk.picture(as_of or (told.default_as_of if told and told.default_as_of else None))
        sys.stdout.write(picture_text(picture, told.title if told else files[0].name))
        sys.stdout.flush()
    if port is not None:
        from consilience.web.server import serve as run_server

        run_server(desk, _HOST, port, lambda address: note(f"\nPages at {address}  (Ctrl-C stops)", quiet=False))
