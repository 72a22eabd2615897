"""Space: namespaces of our own for a run: no way out of them, nothing of this machine in them, and nothing left behind.

The whole run is one process tree in a network, a mount and a process namespace of its own, of which it is the first
process: when it ends, however that comes, the kernel ends what it started and removes what it made. As somebody else than root it
needs a user namespace too, which not every system grants.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

INSIDE = "PARTITIONS_INSIDE"
"""The environment variable that says that the process is the first of its namespaces."""

PLACE = Path("/run")
"""A folder of the run's own, in memory: there it is mounted anew, and goes away with the run."""

ROOT = Path(__file__).parents[1]
_NEEDED = ("unshare", "nsenter", "ip", "mount", "sh")
# `ip netns` keeps its names below it too.
_ENTER = f'mount -t tmpfs tmpfs {PLACE} && ip link set lo up && exec "$@"'
_PROBE = (
    "ip netns add probe && ip link add probe0 type veth peer name probe1 netns probe && "
    f"nsenter --net={PLACE}/netns/probe ip link set lo up"
)


def is_inside() -> bool:
    """Whether this process is the first one of namespaces that `enter` made."""
    return bool(os.environ.get(INSIDE)) and os.getpid() == 1


def reason() -> str:
    """Why no run is possible here; empty when it is."""
    if not sys.platform.startswith("linux"):
        return f"{sys.platform} has no network namespaces"
    missing = [name for name in _NEEDED if shutil.which(name) is None]
    if missing:
        return f"no {', '.join(missing)} (on Debian: apt-get install iproute2 util-linux)"
    command = _unshared(["sh", "-c", _PROBE])
    tried = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    who = "root" if os.geteuid() == 0 else "who is not root"
    return "" if tried.returncode == 0 else f"namespaces are not for {who} here: {tried.stderr.strip()[:200]}"


def enter(command: Sequence[str]) -> None:
    """Become the given command, in namespaces of its own; does not return."""
    os.environ[INSIDE] = "1"
    unshared = _unshared(command)
    os.execvp(unshared[0], unshared)  # noqa: S606  as was asked for


def ip(*words: str) -> None:
    """Run one command of iproute2 in our namespaces.

    Raises:
        RuntimeError: with what it said.
    """
    if not is_inside():
        raise RuntimeError("not in namespaces of our own: nothing is changed in those of this machine")
    ran = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {ran.stderr.strip()}")


def within(space: str, command: Sequence[str]) -> list[str]:
    """A command that runs in one of the named network namespaces, in place of which it is the process."""
    return ["nsenter", f"--net={PLACE}/netns/{space}", *command]


def _unshared(command: Sequence[str]) -> list[str]:
    """A command as the first process of new namespaces, killed when whoever waits for it is."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    new = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    return ["unshare", *user, *new, "sh", "-c", _ENTER, "sh", *command]
