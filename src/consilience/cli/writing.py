"""Writing: a file of what leaves, for its owner alone, open before anything is recorded."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from consilience.errors import ConsilienceError

_MODE = 0o600

Write = Callable[[Iterable[bytes]], None]


@contextmanager
def private(file: Path, next_step: str = "") -> Iterator[Write]:
    """What writes a file that only its owner may read: its whole content, a line each, in place of what was there.

    The file is open when the block begins: what is recorded in it is not recorded for nothing. A new file is taken
    away again when the block fails.

    Raises:
        ConsilienceError: when it cannot be opened; or, with `next_step`, when it cannot be written to the end.
    """
    is_new = not file.exists()
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT, _MODE)
    except OSError as error:
        raise _failed(file, error, "") from error

    def write(lines: Iterable[bytes]) -> None:
        try:
            if stat.S_ISREG(os.fstat(number).st_mode):  # not a pipe, nor a terminal
                os.fchmod(number, _MODE)
                os.ftruncate(number, 0)
            with os.fdopen(number, "wb", closefd=False) as out:
                out.writelines(line + b"\n" for line in lines)
        except OSError as error:
            raise _failed(file, error, next_step) from error

    try:
        yield write
    except BaseException:
        if is_new:
            file.unlink(missing_ok=True)
        raise
    finally:
        os.close(number)


def _failed(file: Path, error: OSError, next_step: str) -> ConsilienceError:
    return ConsilienceError(str(file), error.strerror or str(error), "a file that can be written", next_step)
