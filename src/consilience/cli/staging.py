"""Staging: the demonstrations: a scenario in one node, and a scenario between several nodes that exchange it."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path

from consilience.cli import alliance
from consilience.cli.reading import Progress, note
from consilience.cli.serving import serve_site
from consilience.cli.terminal import many, paragraphs, picture_text
from consilience.cli.together import sights_text
from consilience.intake.holdings import Intake
from consilience.node.allies import founded
from consilience.node.stage import staged
from consilience.web.site import Site


def single_node(folder: Path, as_of: str | None, port: int | None, *, quiet: bool) -> None:
    """One node over a scenario: a summary, then its pages on `port`, unless that is None."""
    progress = Progress(quiet=quiet)
    with staged(folder, Intake(progress=progress.rows)) as (node, recorded):
        progress.done()
        note(f"{many(recorded.new, 'claim')} recorded and signed in a node that goes away with this demo", quiet=quiet)
        desk = node.desk()
        told = desk.holdings.scenario
        picture = desk.picture(as_of or (told.default_as_of if told and told.default_as_of else None))
        _write(picture_text(picture, told.title if told else folder.name))
        if port is not None:
            serve_site(Site(desk, node), port)


def several_nodes(folder: Path, as_of: str | None, port: int | None, *, quiet: bool) -> None:
    """The nodes of a scenario, each a process: they exchange, then a summary; the pages of the first on `port`."""
    progress = Progress(quiet=quiet)
    with founded(folder, Intake(progress=progress.rows)) as (told, allies):
        progress.done()
        for ally in allies:
            said = f"{ally.code}: {ally.keeper.name}, a node with its own key; {many(ally.recorded, 'claim')} recorded and signed"
            note(said, quiet=quiet)
        ports = [port or 0, *(0 for _ in allies[1:])]
        with alliance.running(allies, folder, ports) as nodes:
            for each in nodes:
                note(
                    f"{each.ally.code} answers partners at {each.exchange} and shows its pages at {each.pages}",
                    quiet=quiet,
                )
            alliance.fetched(nodes)
            new = alliance.told_again(nodes)
            if new:
                note(f"{many(new, 'object')} told now that what they rest on has been fetched", quiet=quiet)
                alliance.fetched(nodes)
            picture, concord = alliance.compared(nodes, as_of or told.default_as_of or None)
            _write("\n" + sights_text(picture, [ally.code for ally in allies]) + "\n")
            _write(picture_text(picture, told.title))
            _write("\n" + paragraphs(concord.words))
            if port is not None:
                note(f"\nPages at {nodes[0].pages}  (Ctrl-C stops)", quiet=False)
                with suppress(KeyboardInterrupt):
                    while True:
                        time.sleep(3600)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
