"""Peers: rivals from the package index in an environment of their own, made on first use from a lock with hashes."""

from __future__ import annotations

import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_LOCK = _ROOT / "requirements-peers.lock"
_HOME = _ROOT / "build" / "peers"
_DONE = _HOME / ".made-of"


class PeersError(Exception):
    """A rival that cannot be had, or does not run, on this machine."""


@dataclass(frozen=True, slots=True)
class Peers:
    """The environment; `python` is its interpreter."""

    python: str

    @classmethod
    def ready(cls) -> Peers:
        """The environment as the lock has it now.

        Raises:
            PeersError: it cannot be made, as without a package index.
        """
        python = _HOME / "bin" / "python"
        lock = _LOCK.read_text(encoding="utf-8")
        if not _DONE.is_file() or _DONE.read_text(encoding="utf-8") != lock:
            _run([sys.executable, "-m", "venv", "--clear", str(_HOME)])
            _run([str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q", "--require-hashes",
                  "-r", str(_LOCK)])  # fmt: skip
            _DONE.write_text(lock, encoding="utf-8")
        return cls(str(python))


def free_port() -> int:
    """A port that nobody listened at a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  pip and venv
    if done.returncode:
        raise PeersError((done.stderr.strip().splitlines() or ["no reason told"])[-1][:200])
