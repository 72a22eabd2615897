"""Source: what a command compares: files, or the ledger of a node, or what one partner may see of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from consilience import settings as node_settings
from consilience.cli.reading import Request, note, open_desk
from consilience.desk import Desk, moment
from consilience.errors import UsageError
from consilience.intake.scenario import read_scenario
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.web.seat import Seat
from consilience.web.site import Site


@dataclass(frozen=True, slots=True)
class Source:
    """Files, or without any the node at `home` (found when None), seen by a partner (by the node itself when None).

    `scenario` is a folder whose title and marked days the pages of the node show.
    """

    files: tuple[Path, ...]
    home: Path | None = None
    seen_by: str | None = None
    scenario: Path | None = None
    read_only: bool = False

    @property
    def codes(self) -> list[str]:
        """By whom it is seen, empty for the node itself."""
        return (self.seen_by or "").replace(",", " ").split()

    @property
    def title(self) -> str:
        """What stands above the picture of it."""
        if self.files:
            return " · ".join(file.name for file in self.files[:4])
        return f"what {', '.join(self.codes)} may see" if self.seen_by else "what the ledger holds"


def open_source(source: Source, how: Request) -> Desk:
    """The desk over what is meant.

    Raises:
        UsageError: for files together with a node's options, or neither files nor a node.
    """
    if source.files:
        if source.home or source.seen_by:
            raise UsageError("files", "files and a node's options", "one of them", "A node is compared without files.")
        return open_desk(source.files, how)
    if how.decisions:
        raise UsageError("--decisions", "a node", "files", "A node keeps its own decisions: consilience decide")
    if how.adjudications:
        raise UsageError("--adjudications", "a node", "files", "A node keeps its own: consilience adjudicate")
    settings = node_settings.load(how.settings)
    try:
        home = homes.find(source.home)
    except homes.HomeError as error:
        if source.home or source.seen_by:
            raise
        raise UsageError(
            "compare", "no files, and no node here or above", "tables to compare, or the home of a node",
            "Say: consilience compare ours.csv theirs.csv",
        ) from error  # fmt: skip
    with open_node(home) as node:
        audience = node.audience(source.codes) if source.seen_by else None
        desk = node.desk(audience, settings)
    for bad in desk.holdings.set_aside[:5] if audience is None else ():
        note(f"cannot be read and is left out: {bad}", quiet=how.quiet)
    return desk


@contextmanager
def open_site(source: Source, how: Request) -> Iterator[Site]:
    """What the pages show of a source: a desk, and for the node itself the node, for its Release page."""
    if source.files:
        yield Site(open_source(source, how))
        return
    if source.seen_by:
        holder = homes.find(source.home).partner
        yield Site(open_source(source, how), title=f"{holder}, as {source.seen_by} may see it")
        return
    with open_node(homes.find(source.home)) as node:
        node.scenario = read_scenario(source.scenario) if source.scenario else None
        seat = None if source.read_only else Seat()
        yield Site(node.desk(settings=node_settings.load(how.settings)), node, seat=seat)


def why_empty(desk: Desk, as_of: str | None) -> str:
    """Why a picture shows nothing although something was reported."""
    cut = moment(as_of)
    if cut is not None and all(claim.reported_at.end > cut.end for claim in desk.holdings.claims):
        return f"nothing had been reported by {as_of}; the first report is of {desk.reported_days[0]}"
    return f"all that was reported{f' by {as_of}' if cut else ''} is withdrawn; --as-of shows the picture of an earlier day"
