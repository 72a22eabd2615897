"""Servers: what partners and strangers reach, as real processes on loopback: a seeded TAXII server, and a node."""

from __future__ import annotations

import base64
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from consilience.cli.serving import WITH_PARENT
from consilience.exchange.link import PATH
from consilience.exchange.stix.extension import definitions
from consilience.exchange.taxii.seed import read_seed, sow
from consilience.exchange.taxii.store import Store
from consilience.node.outlet import GIVEN, INBOX
from consilience.node.outlet import ROOT as ROOT_NAME
from consilience.node.tokens import Tokens
from fuzz import openapi
from fuzz.draw import Json, written
from tests.simulator import Clock, alliance, row
from tests.web.taxii.conftest import EMPTY, OBJECTS, OPEN, READ, SHUT, STATUS, WRITE, basic, seed

ROOT = Path(__file__).parents[1]
_START_SECONDS = 120.0
_TAXII, _NODE = re.compile(r"Discovery at (\S+)/taxii2/"), re.compile(r"Exchange at (\S+?),")
_CODES = ("AUR", "BOR", "CAL")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers: where, as whom to come in, what it offers, and where to post.

    Attributes:
        name: what the table calls it.
        url: where it is.
        pid: its process, the memory of which is measured.
        authorization: the header by which somebody is let in.
        document: its endpoints as OpenAPI.
        post: a path that takes a body, and its media type.
    """

    name: str
    url: str
    pid: int
    authorization: str
    document: Json
    post: tuple[str, str]

    @property
    def memory(self) -> int:
        """Bytes of memory that it has now."""
        return _kibibytes(self.pid, "VmRSS") * 1024

    @property
    def peak(self) -> int:
        """Bytes of memory that it had at most since `forget_peak`."""
        return max(_kibibytes(self.pid, "VmHWM") * 1024, self.memory)

    def forget_peak(self) -> None:
        """Begin to look for the most memory anew (proc(5), clear_refs)."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5", encoding="ascii")


@contextmanager
def taxii_server(folder: Path) -> Iterator[Server]:
    """`consilience taxii serve` over a scratch database."""
    database = folder / "scratch.db"
    store = Store.open(f"sqlite:///{database}")
    sow(read_seed(written(seed())), store)
    store.close()
    names = {
        "root": ("first", "second"),
        "collection": (OPEN, READ, WRITE, SHUT, EMPTY, "the-open-one"),
        "object": tuple(sorted({str(value["id"]) for _, value in OBJECTS})),
        "status": (str(STATUS["id"]),),
    }
    command = ["taxii", "serve", "--database", str(database), "--port", "0"]
    with _started(command, _TAXII) as (url, pid):
        post = (f"/second/collections/{EMPTY}/objects/", "application/taxii+json;version=2.1")
        yield Server("taxii", url, pid, basic(), openapi.taxii(names), post)


@contextmanager
def node_server(folder: Path) -> Iterator[Server]:
    """`consilience serve --exchange` over a node, which lets a partner in by a token alone."""
    with alliance(folder) as allies:
        allies.clock = Clock(datetime.now(UTC))
        allies.join(*_CODES)
        allies.record("AUR", *(row(f"A{number}", "REL TO BOR, CAL") for number in range(5)))
        allies.release("AUR", "BOR")
        home = allies["AUR"].home
        token = Tokens(home).issue(allies["BOR"].partner, datetime.now(UTC), alone=True)
    command = ["serve", "--home", str(home.folder), "--exchange", "127.0.0.1:0", "--port", "0", "--quiet"]
    with _started(command, _NODE) as (url, pid):
        code = base64.b64encode(f"BOR:{token}".encode()).decode()
        names = {
            "root": (ROOT_NAME,), "collection": (GIVEN, INBOX), "status": (str(STATUS["id"]),),
            "object": tuple(str(json.loads(each.body)["id"]) for each in definitions()),
        }  # fmt: skip
        document = openapi.exchange(names, [*_CODES, "AUR,BOR", "AUR,BOR,CAL"])
        yield Server("node", url, pid, f"Basic {code}", document, (PATH + "proofs", "text/plain"))


@contextmanager
def _started(command: Sequence[str], told: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """A process of our own program, once it has told where it answers; ended when the block is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "consilience", *command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env={**os.environ, WITH_PARENT: str(os.getpid())},
    )  # fmt: skip
    said: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(process, said), daemon=True).start()
    try:
        yield _address(said, told), process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listen(process: subprocess.Popen[str], said: queue.Queue[str]) -> None:
    for line in process.stdout or ():
        said.put(line)
    said.put("")


def _address(said: queue.Queue[str], told: re.Pattern[str]) -> str:
    words, until = list[str](), time.monotonic() + _START_SECONDS
    while True:
        try:
            line = said.get(timeout=max(until - time.monotonic(), 0.01))
        except queue.Empty:
            line = ""
        if not line:
            raise RuntimeError(f"a server that did not begin: {' '.join(words[-3:]) or 'no word'}")
        words.append(line.strip())
        if match := told.search(line):
            return match[1]


def _kibibytes(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0
