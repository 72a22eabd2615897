"""Source: what a command compares: files, or the ledger of a node, or what one partner may see of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from consilience import settings as node_settings
from consilience.cli.reading import Request, note, open_desk
from consilience.desk import Desk
from consilience.errors import UsageError
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.web.site import Site


@dataclass(frozen=True, slots=True)
class Source:
    """Files, or without any the node at `home` (found when None), seen by a partner (by the node itself when None)."""

    files: tuple[Path, ...]
    home: Path | None = None
    seen_by: str | None = None


def open_source(source: Source, how: Request) -> Desk:
    """The desk over what is meant.

    Raises:
        UsageError: for files together with a node's options, or neither files nor a node.
    """
    if source.files:
        if source.home or source.seen_by:
            raise UsageError("files", "files and a node's options", "one of them", "A node is compared without files.")
        return open_desk(source.files, how)
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
        audience = node.audience(source.seen_by.replace(",", " ").split()) if source.seen_by else None
        desk = node.desk(audience, settings)
    for bad in desk.holdings.set_aside[:5] if audience is None else ():
        note(f"cannot be read and is left out: {bad}", quiet=how.quiet)
    return desk


@contextmanager
def open_site(source: Source, how: Request) -> Iterator[Site]:
    """What the pages show of a source: a desk, and for the node itself the node, for its Release page."""
    if source.files or source.seen_by:
        yield Site(open_source(source, how))
        return
    with open_node(homes.find(source.home)) as node:
        yield Site(node.desk(settings=node_settings.load(how.settings)), node)
