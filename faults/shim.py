"""Shim: compiles shim.c, and is the runner's hand on it: what fails, from which call on, and how often it did."""

from __future__ import annotations

import errno
import mmap
import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

WRITE, SYNC, SIZE = 1, 2, 4  # kinds of calls
FAIL, SHORT, PART = 0, 1, 2  # nothing arrives; a part arrives and is counted; a part arrives and the call fails

_LAYOUT = struct.Struct("=6i q 2Q 64s 192s")  # struct control in shim.c
_SEQUENCE = slice(32, 40)  # the counter of records goes on, whatever is armed
_STRUCK = struct.Struct("=i")
_ARMED, _STRUCKS = slice(0, 4), slice(20, 24)


class NoCompilerError(Exception):
    """The shim cannot be compiled on this machine."""


@dataclass(frozen=True, slots=True)
class Failing:
    """Which calls fail, how, and whether for good. `within`: the first to fail is a random one of about so many."""

    calls: int
    error: int
    manner: int
    for_good: bool
    within: int


SYNC_ONCE = Failing(SYNC, errno.EIO, FAIL, for_good=False, within=40)
SYNC_FOR_GOOD = Failing(SYNC, errno.EIO, FAIL, for_good=True, within=40)
FULL = Failing(WRITE | SIZE, errno.ENOSPC, FAIL, for_good=True, within=1000)
FULL_SHORT = Failing(WRITE | SIZE, errno.ENOSPC, SHORT, for_good=True, within=1000)
SHORT_ONCE = Failing(WRITE, errno.ENOSPC, SHORT, for_good=False, within=1000)
WRITE_ONCE = Failing(WRITE, errno.EIO, PART, for_good=False, within=1000)
WRITE_FOR_GOOD = Failing(WRITE, errno.EIO, PART, for_good=True, within=1000)


def compiled(folder: Path) -> Path:
    """The shim as a library in `folder`; `NoCompilerError` says why there is none."""
    compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
    if compiler is None:
        raise NoCompilerError("no C compiler (cc) on this machine, and the shim is written in C")
    library = folder / "shim.so"
    source = Path(__file__).with_name("shim.c")
    options = ["-shared", "-fPIC", "-O1", "-U_FORTIFY_SOURCE", "-Wall"]
    ran = subprocess.run([compiler, *options, "-o", library, source], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise NoCompilerError(f"{compiler} does not compile shim.c: {ran.stderr.strip()}")
    library.chmod(0o755)
    return library


class Shim:
    """The shim over one folder of a database."""

    def __init__(self, library: Path, under: Path, folder: Path) -> None:
        """Make its control file and its log in `folder`, which other users may have to reach."""
        self._library, self._under, self.log = library, under, folder / "log"
        self._file = folder / "control"
        self._file.write_bytes(bytes(mmap.PAGESIZE))
        self._file.chmod(0o666)
        self.log.mkdir(exist_ok=True)
        self.log.chmod(0o777)
        with self._file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), 0)

    def environment(self, *, records: bool = False) -> dict[str, str]:
        """What a process under the shim is started with."""
        log = {"FAULTS_LOG": str(self.log)} if records else {}
        places = {"FAULTS_UNDER": str(self._under.resolve()), "FAULTS_CONTROL": str(self._file)}
        return {"LD_PRELOAD": str(self._library), **places, **log}

    def arm(self, failing: Failing, aim: str, after: int, seed: int) -> None:
        """From now on let calls on files like `aim` fail, the first one after so many that go well."""
        head = (0, failing.calls, failing.error, failing.manner, int(failing.for_good), 0, after)
        packed = _LAYOUT.pack(*head, 0, seed, aim.encode(), b"")
        self._memory[: _SEQUENCE.start] = packed[: _SEQUENCE.start]
        self._memory[_SEQUENCE.stop : _LAYOUT.size] = packed[_SEQUENCE.stop :]
        self._memory[_ARMED] = _STRUCK.pack(1)

    def disarm(self) -> None:
        """Let every call go well."""
        self._memory[_ARMED] = _STRUCK.pack(0)

    @property
    def struck(self) -> int:
        """How many calls have failed since it was armed."""
        return int(_STRUCK.unpack(self._memory[_STRUCKS])[0])

    @property
    def where(self) -> str:
        """The file that was struck first, below the folder."""
        where = _LAYOUT.unpack(self._memory[: _LAYOUT.size])[-1]
        return str(where.rstrip(b"\0").decode().lstrip("/"))

    def forget(self) -> None:
        """Empty the log."""
        for file in self.log.iterdir():
            file.unlink()

    def close(self) -> None:
        """Let go of the control file."""
        self._memory.close()


def tried(folder: Path) -> Path | None:
    """The compiled shim; None where it cannot be, unless CI demands it."""
    try:
        return compiled(folder)
    except NoCompilerError:
        if os.environ.get("CI") == "true":
            raise
        return None
