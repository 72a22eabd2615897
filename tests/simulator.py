"""Several nodes in one process, on one clock that stands until it is moved, handing files to each other: no sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from consilience.intake.holdings import Intake
from consilience.ledger import proof
from consilience.model.identity import PartnerId
from consilience.model.roster import Member
from consilience.node import home as homes
from consilience.node.giving import log_of
from consilience.node.node import Node, Sent, establish, open_node
from consilience.node.receive import take
from consilience.node.record import Recorded, Recorder
from consilience.trust.roster import with_key, with_member

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
START = datetime(2031, 6, 19, 12, tzinfo=UTC)
EXERCISE = Path(__file__).parents[1] / "scenarios" / "exercise-polar-lamp"
COLUMNS = ("claim_id", "partner", "modality", "phenomenon", "reported_at", "marking")


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def pass_(self, **spans: float) -> None:
        self.now += timedelta(**spans)


class Alliance:
    """Nodes by code, each with all the others and their keys on its roster."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.clock = Clock()
        self.nodes: dict[str, Node] = {}
        self._folder, self._stack = folder, stack

    def join(self, *codes: str, **members: dict[str, object]) -> None:
        """Found nodes; `members` says what the others' rosters have of each."""
        for code in codes:
            home = homes.create(self._folder / code, code)
            establish(home, code, self.clock)
            self.nodes[code] = self._stack.enter_context(open_node(home, self.clock))
        for node in self.nodes.values():
            for code in codes:
                if code != node.partner:
                    self.introduce(node, code, **members.get(code, {}))

    def introduce(self, node: Node, code: str, **facts: object) -> None:
        """Put a partner and its key on a node's roster."""
        member = Member(PartnerId(code), code, **facts)  # type: ignore[arg-type]
        node.adopt(lambda roster, now: with_member(roster, member, now))
        if code in self.nodes:
            key = self.nodes[code].signer.public
            node.adopt(lambda roster, now: with_key(roster, PartnerId(code), key, now, LONG_AGO))

    def __getitem__(self, code: str) -> Node:
        return self.nodes[code]

    def record(self, code: str, *rows: dict[str, str]) -> Recorded:
        """Record rows in a node, by way of a table as its analysts have it."""
        file = self._folder / f"{code}-rows.csv"
        names = sorted({name for row in rows for name in row} | set(COLUMNS))
        lines = [",".join(names), *(",".join(f'"{row.get(name, "")}"' for name in names) for row in rows)]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return Recorder(self[code]).record([file], Intake())

    def release(self, code: str, to: str, use: str = "read") -> Sent:
        """Release everything that may go."""
        node = self[code]
        return node.release(node.decision(node.audience([to], use)))

    def deliver(self, code: str, to: str) -> int:
        """Hand what a node gave a partner to that partner's node; how much of it was new there."""
        lines = [
            proof.make(self[code].ledger, index, log_of(PartnerId(to)))
            for index in range(self[code].ledger.size(log_of(PartnerId(to))))
        ]
        return self[to].record(*(take(self[to], line) for line in lines)).new if lines else 0


@contextmanager
def alliance(folder: Path) -> Iterator[Alliance]:
    """An alliance whose nodes are closed when the block is left."""
    with ExitStack() as stack:
        yield Alliance(folder, stack)


def row(claim_id: str, marking: str = "", **cells: str) -> dict[str, str]:
    """A claim's row with what a row needs."""
    return {
        "claim_id": claim_id, "partner": "AUR", "modality": "observed", "phenomenon": "personnel",
        "reported_at": "2031-06-10", "actor": "DRA", "place": "Lamp Ridge", "marking": marking, **cells,
    }  # fmt: skip
