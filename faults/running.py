"""Running: a load process as the runner sees it, and all that was ever acknowledged on one database."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from consilience.ledger import note as notes
from faults.load import GAVE_UP

ROOT = Path(__file__).parents[1]


@dataclass(slots=True)
class Told:
    """What was acknowledged on one database, over all processes and rounds."""

    entries: list[tuple[str, int, str]] = field(default_factory=list)
    erasing: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)  # by origin: the largest

    def take(self, lines: Iterable[str]) -> None:
        """Lines that were followed by the word that acknowledges them."""
        for line in lines:
            match line.split():
                case ["head", text]:
                    self._take_head(base64.b64decode(text).decode())
                case ["erased", index]:
                    self.erased.add(int(index))
                case [log, index, digest]:
                    self.entries.append((log, int(index), digest))

    def _take_head(self, note: str) -> None:
        head = notes.checkpoint_of(notes.parse(note).text)
        if head.size > self.heads.get(head.origin, (0, ""))[0]:
            self.heads[head.origin] = (head.size, note)

    def as_json(self) -> dict[str, Any]:
        """For the check."""
        heads = [note for _, note in self.heads.values()]
        return {"told": self.entries, "heads": heads, "erasing": list(self.erasing), "erased": list(self.erased)}


class Running:
    """One load process. A thread reads what it says."""

    def __init__(self, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        """Start it."""
        self.acknowledged: list[str] = []
        self.erasing: set[int] = set()
        self.errors: Counter[str] = Counter()
        self.acknowledgements = 0
        self.is_here, self.is_ready = threading.Event(), threading.Event()
        self.is_killed = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faults.load", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def kill(self) -> None:
        """`kill -9`."""
        if not self.is_over:
            self.is_killed = True
            self._process.send_signal(signal.SIGKILL)

    def end(self, told: Told) -> str | None:
        """Kill it, take what it said; what was wrong with how it ended, or None."""
        self.kill()
        _, code = self._reader.join(30), self._process.wait()
        said = self._process.stderr.read().strip() if self._process.stderr else ""
        told.take(self.acknowledged)
        told.erasing |= self.erasing
        if code in (GAVE_UP, -signal.SIGKILL):
            return None
        return f"a load process ended with {code}: {said.splitlines()[-1] if said else 'no word'}"

    @property
    def gave_up(self) -> bool:
        """Whether it ended with an error of the ledger."""
        return self._process.poll() == GAVE_UP

    def _read(self) -> None:
        block: list[str] = []
        for line in self._process.stdout or ():
            match line.split():
                case ["here"]:
                    self.is_here.set()
                case ["ready"]:
                    self.is_ready.set()
                case ["acknowledged"] if line.endswith("\n"):
                    self.acknowledged += block
                    self.acknowledgements += 1
                    block = []
                case ["erasing", index] if line.endswith("\n"):
                    self.erasing.add(int(index))
                case ["error", name, *_]:
                    self.errors[name] += 1
                case _:
                    block.append(line)
