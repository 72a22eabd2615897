"""Publishing: the forms of a public statement as files, the trace beside them, and what our own people should know."""

from __future__ import annotations

import json as js
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from consilience.cli.releasing import named
from consilience.cli.terminal import many
from consilience.cli.writing import private
from consilience.desk import Desk
from consilience.errors import ConsilienceError, UsageError
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.node.publish import Draft, draft, of_record, publish
from consilience.release.public.forms import FORMS, written
from consilience.release.public.markdown import markdown
from consilience.release.public.sentence import PublicStatement


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: from which record or node, of which claims, as of when, into which files."""

    claims: Sequence[str]
    files: Sequence[Path]
    as_of: str | None
    record: Path | None
    home: Path | None
    trace: Path | None
    dry_run: bool


def told(asked: Asked, note: Callable[[str], None]) -> str:
    """Write the statement, record it where a node makes it, and give it as Markdown where no file was asked for.

    Files are open before anything is recorded, and recorded before anything is written: nothing leaves unrecorded.

    Raises:
        UsageError: a file of no form of ours; claims named with a record.
        RefusedError: something that it rests on may not be told to everybody.
    """
    for file in asked.files:
        if file.suffix.lower() not in FORMS:
            raise UsageError(f"--to {file}", file.suffix or "no ending", "a file: " + ", ".join(FORMS))
    if asked.record is not None:
        if asked.claims:
            raise UsageError("release --record", "claims named", "all of the record", "A node releases single claims.")
        return _written(asked, of_record(Desk.read([asked.record]), asked.as_of, datetime.now(UTC)), lambda: None)
    with open_node(homes.find(asked.home)) as node:
        made = draft(node, asked.as_of, named(node, asked.claims))
        for line in _aside(made):
            note(line)

        def record() -> None:
            if not asked.dry_run:
                publish(node, made)

        return _written(asked, made.statement, record)


def _written(asked: Asked, said: PublicStatement, record: Callable[[], None]) -> str:
    """The files and the trace, written once it is recorded; the Markdown where no file was asked for."""
    bodies = [(file, written(said, file.suffix.lower())) for file in asked.files]
    text = markdown(said)
    with ExitStack() as stack:
        outs = [stack.enter_context(_opened(file)) for file, _ in bodies]
        trace = stack.enter_context(private(asked.trace)) if asked.trace else None
        record()
        for out, (_, body) in zip(outs, bodies, strict=True):
            out.truncate(0)
            out.write(body)
        if trace:
            trace([js.dumps(said.trace(text), ensure_ascii=False, indent=2).encode()])
    return "" if bodies else text


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """A file that can be written, what stands in it untouched until it is; a new one goes again when the block fails."""
    is_new = not file.exists()
    try:
        with file.open("ab") as out:
            yield out
    except OSError as error:
        raise ConsilienceError(str(file), error.strerror or str(error), "a file that can be written") from error
    except BaseException:
        if is_new:
            file.unlink(missing_ok=True)
        raise


def _aside(made: Draft) -> Iterator[str]:
    """What stays, by rule: for our own people, and never in the statement."""
    part = sum(not given.is_whole for given in made.decision.given)
    if made.decision.withheld or part:
        rules = ", ".join(f"{rule.value} {count:,}" for rule, count in made.decision.by_rule.items())
        yield (
            f"Computed without {many(len(made.decision.withheld), 'claim')} that stay here ({rules or 'none'}) and "
            f"without the hidden cells of {part:,}: the statement does not say so."
        )
