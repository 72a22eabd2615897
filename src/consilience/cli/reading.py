"""Reading: files onto the desk, with progress on stderr and bad rows put where the user finds them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from consilience import settings as node_settings
from consilience.cli.terminal import many, plain
from consilience.desk import Desk
from consilience.errors import ConsilienceError, UsageError
from consilience.exchange.document import FORMATS
from consilience.intake import mapping
from consilience.intake.decided import read_decisions
from consilience.intake.holdings import Intake, read_holdings
from consilience.intake.setaside import BadRow, write_set_aside

_FILE = "set-aside.csv"
_PATIENCE = 1.0  # seconds before progress is worth a line


@dataclass(frozen=True, slots=True)
class Request:
    """How the user wants files to be read."""

    strict: bool = False
    quiet: bool = False
    encoding: str | None = None
    mapping: Path | None = None
    set_aside: Path | None = None
    settings: Path | None = None
    decisions: Path | None = None
    adjudications: Path | None = None


def keep_inputs(inputs: Sequence[Path], outputs: Sequence[Path | None]) -> None:
    """Refuse to write over what is read.

    Raises:
        UsageError: naming the file.
    """
    read = {file.resolve() for file in inputs}
    for file in outputs:
        if file is not None and file.resolve() in read:
            raise UsageError(str(file), "a file that is read", "another file to write")


def open_desk(files: Sequence[Path], how: Request) -> Desk:
    """Read the files; say what was set aside and where it is, and which ids contradict themselves."""
    keep_inputs([*files, *filter(None, (how.decisions, how.adjudications))], [how.set_aside])
    settings = node_settings.load(how.settings)
    progress = Progress(quiet=how.quiet)
    chosen = mapping.load(how.mapping) if how.mapping else None
    intake = Intake(how.strict, how.encoding, chosen, progress.rows, FORMATS, noting(quiet=how.quiet))
    holdings = read_holdings(files, intake)
    progress.done()
    if holdings.set_aside:
        where = keep_set_aside(holdings.set_aside, how.set_aside)
        note(
            f"{many(len(holdings.set_aside), 'row')} set aside in {where}; the first: {holdings.set_aside[0]}",
            quiet=False,
        )
    if holdings.repeated_rows:
        note(
            f"{many(holdings.repeated_rows, 'row')} the same to the letter as others: each counts once", quiet=how.quiet
        )
    for name in holdings.equivocations[:5]:
        note(f"equivocation: {name} stands with different contents; all versions are kept", quiet=how.quiet)
    desk = Desk(holdings, settings, decisions=read_decisions(how.decisions) if how.decisions else ())
    return desk.adjudicating(how.adjudications) if how.adjudications else desk


def keep_set_aside(rows: Sequence[BadRow], wanted: Path | None) -> Path:
    """Write the bad rows; an earlier file of that name is not overwritten unless it was asked for.

    Raises:
        ConsilienceError: when the file cannot be written, naming the option that chooses another.
    """
    try:
        file = wanted or _unused(Path(_FILE))
        write_set_aside(file, rows)
    except OSError as error:
        name = str(error.filename or wanted or _FILE)
        why = error.strerror or str(error)
        raise ConsilienceError(name, why, "a file that can be written", "Name another: --set-aside FILE.") from error
    return file


def _unused(file: Path) -> Path:
    """The first of `set-aside.csv`, `set-aside-2.csv`, … that is not there, made at once so that no other run takes it."""
    for number in count(1):
        found = file if number == 1 else file.with_stem(f"{file.stem}-{number}")
        try:
            found.touch(exist_ok=False)
        except FileExistsError:
            continue
        break
    return found


def note(text: str, *, quiet: bool) -> None:
    """A line on stderr."""
    if not quiet:
        sys.stderr.write(plain(text) + "\n")


def noting(*, quiet: bool) -> Callable[[str], None]:
    """What takes notes of reading to stderr."""
    return lambda text: note(text, quiet=quiet)


class Progress:
    """Rows read so far, on one line of a terminal, once reading takes longer than a second."""

    def __init__(self, *, quiet: bool) -> None:
        """Be silent when told to, or when stderr is no terminal."""
        self._silent = quiet or not sys.stderr.isatty()
        self._began = time.monotonic()
        self._shown = False

    def rows(self, name: str, rows: int) -> None:
        """Tell how far a file is read."""
        passed = time.monotonic() - self._began
        if not self._silent and passed > _PATIENCE:
            self._shown = True
            sys.stderr.write(f"\rreading {plain(name)}: {rows:,} rows, {rows / passed:,.0f} a second\033[K")
            sys.stderr.flush()

    def say(self, text: str) -> None:
        """Tell what goes on now."""
        if not self._silent and time.monotonic() - self._began > _PATIENCE:
            self._shown = True
            sys.stderr.write(f"\r{text}\033[K")
            sys.stderr.flush()

    def done(self) -> None:
        """Clear the line."""
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
            self._shown = False
