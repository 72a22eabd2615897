"""History: one run: what the nodes say while the network between them fails as a seed has it, and how it heals."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from consilience.errors import ConsilienceError
from consilience.intake.holdings import Intake
from consilience.node import amend
from consilience.node.giving import GrownError
from consilience.node.node import Node, open_node
from consilience.node.record import Recorder
from partitions.judge import fetched, judged
from partitions.nodes import CODES, Network, Serving, wait
from partitions.wire import Way
from tests.simulator import COLUMNS, row

_MARKINGS = ("REL TO AUR, BOR, CAL", "REL TO AUR, BOR, CAL", "TLP:GREEN", "REL TO BOR, CAL", "REL TO AUR, BOR", "")
_PAIRS = [(one, other) for one in range(len(CODES)) for other in range(len(CODES)) if one != other]
_HEAL_SECONDS = 180.0  # a connection that hung is given up after 60 s of silence; then the next sync begins
_TRIES = 50
_PAUSE = (0.02, 0.5)
_SPAN = (0.25, 2.0)


@dataclass(slots=True)
class Run:
    """What came of one run."""

    seed: str
    did: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    healed: float = 0.0  # seconds from the end of the trouble until all was fetched


class History:
    """One run over nodes that serve."""

    def __init__(self, seed: str, network: Network, nodes: Sequence[Serving]) -> None:
        """Draw everything from this seed."""
        self.run = Run(seed)
        self._random = random.Random(seed)  # noqa: S311  a seeded history is no secret
        self._network, self._nodes = network, nodes
        self._ways: dict[tuple[int, int], Way] = {}
        self._down: set[int] = set()

    def trouble(self, seconds: float) -> None:
        """Once all nodes are there: let things be said, and the network and the nodes fail, for about so long."""
        self.run.wrong += fetched(self._nodes, _HEAL_SECONDS)
        until = time.monotonic() + seconds * self._random.uniform(*_SPAN)
        steps = (self._record, self._record, self._release, self._release, self._amend,
                 self._part, self._part, self._one_way, self._weaken, self._weaken, self._unplug, self._mend, self._kill)  # fmt: skip
        while time.monotonic() < until and not self.run.wrong:
            self._random.choice(steps)()
            wait(self._random.uniform(*_PAUSE))

    def heal(self) -> None:
        """The network is whole, and all nodes run; everybody releases, and what must hold is looked at."""
        start = time.monotonic()
        self._calm()
        for each in self._nodes:
            each.start()
        for at in range(len(CODES)):
            with open_node(self._nodes[at].home) as node:
                for other in CODES:
                    if other != node.partner:
                        self._give(node, other)
        self.run.wrong += fetched(self._nodes, _HEAL_SECONDS)
        self.run.healed = time.monotonic() - start
        self.run.wrong += self.run.wrong or judged(self._nodes)

    def blind(self) -> bool:
        """Whether a partition that is not healed goes unnoticed: nobody reaches AUR, and BOR tells it something."""
        self._ways = {pair: Way(lost=1.0) for pair in _PAIRS if 0 in pair}
        self._network.set(self._ways)
        with open_node(self._nodes[1].home) as node:
            self._write(node, [row("unheard", _MARKINGS[0], partner=CODES[1])])
            for other in (CODES[0], CODES[2]):
                self._give(node, other)
        wait(2.0)
        found = judged(self._nodes)
        self._calm()
        return not found

    # --- What is said -------------------------------------------------------------------------------------------------

    def _record(self) -> None:
        with open_node(self._random.choice(self._nodes).home) as node:
            names = {f"{self._random.choice('ABCD')}{self._random.randint(1, 30)}" for _ in range(3)}
            rows = [
                row(name, self._random.choice(_MARKINGS), partner=node.partner,
                    best=str(self._random.randint(1, 5) * 1000), reported_at=f"2031-06-{self._random.randint(1, 9):02}")
                for name in sorted(names)
            ]  # fmt: skip
            self._write(node, rows)

    def _write(self, node: Node, rows: list[dict[str, str]]) -> None:
        columns = sorted({name for each in rows for name in each} | set(COLUMNS))
        lines = [",".join(columns), *(",".join(f'"{each.get(name, "")}"' for name in columns) for each in rows)]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.csv"
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            self.run.did["recorded"] += Recorder(node).record([file], Intake()).new

    def _release(self) -> None:
        code, other = self._random.sample(range(len(CODES)), 2)
        with open_node(self._nodes[code].home) as node:
            self._give(node, CODES[other])

    def _give(self, node: Node, other: str) -> None:
        """Release all that may go; decided again, as often as its own sync records something meanwhile."""
        for _ in range(_TRIES):
            with suppress(GrownError):
                self.run.did["released"] += node.release(node.decision(node.audience([other], "read"))).new
                return
            self.run.did["decided again"] += 1
        raise RuntimeError(f"{node.partner} grew at each of {_TRIES} tries to release to {other}")

    def _amend(self) -> None:
        with open_node(self._random.choice(self._nodes).home) as node:
            own = [held for held in node.index.objects("claim") if held.issuer == node.partner]
            if not own:
                return
            name = self._random.choice(own).digest
            try:
                if self._random.random() < 0.5:
                    amend.retract(node, name, "misread")
                else:
                    amend.mark(node, name, "REL TO BOR", "raised")
                self.run.did["amended"] += 1
            except ConsilienceError:
                return  # withdrawn already, or no stricter than before: refused by name

    # --- What fails ---------------------------------------------------------------------------------------------------

    def _part(self) -> None:
        """Some pairs reach each other no more; the others do again."""
        cut = {pair for pair in _PAIRS if pair[0] < pair[1] and self._random.random() < 0.5}
        self._ways = {pair: Way(lost=1.0) for each in cut for pair in (each, each[::-1])}
        self._set("parted", bool(cut))

    def _one_way(self) -> None:
        """What one says does not arrive at another, though it hears it well."""
        self._ways[self._random.choice(_PAIRS)] = Way(lost=1.0)
        self._set("parted one way", True)

    def _weaken(self) -> None:
        """Frames are lost, late or come twice, between two or between all."""
        way = Way(
            self._random.choice((0.0, 0.1, 0.3, 0.6)),
            self._random.choice((0.0, 0.02, 0.2)),
            self._random.choice((0, 0.3)),
        )
        chosen = _PAIRS if self._random.random() < 0.3 else self._random.sample(_PAIRS, 2)
        self._ways |= dict.fromkeys(chosen, way)
        self._set("weakened", way != Way())

    def _unplug(self) -> None:
        """A node's own link is down."""
        at = self._random.randrange(len(CODES))
        if at not in self._down:
            self._network.link(at, up=False)
            self._down.add(at)
            self.run.did["unplugged"] += 1

    def _mend(self) -> None:
        """Something is good again: links, ways, or a node that was killed."""
        for at in sorted(self._down):
            self._network.link(at, up=True)
        self._down.clear()
        for each in self._nodes:
            each.start()

    def _kill(self) -> None:
        """`kill -9` of a node, which begins again now or later."""
        each = self._random.choice(self._nodes)
        if each.is_running:
            each.kill()
            self.run.did["killed"] += 1
        if self._random.random() < 0.5:
            each.start()

    def _set(self, what: str, is_trouble: bool) -> None:
        self._network.set(self._ways)
        self.run.did[what] += is_trouble

    def _calm(self) -> None:
        self._ways = {}
        self._network.set({})
        self._mend()
