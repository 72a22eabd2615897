"""Recording: tables into the ledger, and what came of it in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from consilience.cli.reading import Progress, Request, keep_inputs, keep_set_aside, note, noting
from consilience.cli.terminal import many
from consilience.exchange.document import FORMATS
from consilience.intake import mapping
from consilience.intake.holdings import Intake
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.node.record import Recorded, Recorder

_UNREAD = 5  # markings that could not be read, listed


def record(files: Sequence[Path], home: Path | None, how: Request) -> str:
    """Record tables, say on stderr what a person should mend, and return the sentence for stdout."""
    keep_inputs(files, [how.set_aside])
    chosen = mapping.load(how.mapping) if how.mapping else None
    progress = Progress(quiet=how.quiet)
    intake = Intake(how.strict, how.encoding, chosen, progress.rows, FORMATS, noting(quiet=how.quiet))
    with open_node(homes.find(home)) as node:
        try:
            found = Recorder(node).record(files, intake)
        finally:
            progress.done()
        size, partner = node.ledger.size(), node.partner
    if found.set_aside:
        where = keep_set_aside(found.set_aside, how.set_aside)
        note(f"{many(len(found.set_aside), 'row')} set aside in {where}; the first: {found.set_aside[0]}", quiet=False)
    for problem, count in found.unread.most_common(_UNREAD):
        note(f"{many(count, 'marking')} not read as written: {problem}", quiet=False)
    if found.others:
        named = ", ".join(code for code, _ in found.others.most_common(3)) + (
            " and others" if len(found.others) > 3 else ""
        )
        told = f"{many(found.others.total(), 'claim')} of {named}, which count as what {partner} says of them, and as a witness."
        note(
            f"{told} What a partner gave itself: receive, or sync. What rests on its claim: origins = {named[:3]}/ID",
            quiet=how.quiet,
        )
    return _sentence(found, partner, size)


def _sentence(found: Recorded, partner: str, size: int) -> str:
    said = [f"{many(found.new, 'claim')} recorded and signed by {partner}"]
    if found.repeated:
        said.append(_number(found.repeated, "was there already", "were there already"))
    if found.raised:
        said.append(_number(found.raised, "was there and is marked higher now", "were there and are marked higher now"))
    if found.withdrawn:
        told = _number(found.withdrawn, "of those is withdrawn and stays so", "of those are withdrawn and stay so")
        said.append(f"{told}: tell it anew under another id")
    if found.kept:
        lower = "marked lower in the table, and"
        said.append(
            _number(found.kept, f"of those is {lower} keeps its label", f"of those are {lower} keep their label")
        )
    return "; ".join(said) + f". The ledger has {many(size, 'entry', 'entries')}"


def _number(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
