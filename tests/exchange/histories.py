"""Histories: what three nodes do to each other while the network fails between them, drawn from a seed."""

import random
import shutil
from contextlib import ExitStack

from consilience.errors import ConsilienceError
from consilience.model.identity import PartnerId
from consilience.node import amend
from consilience.node import home as homes
from consilience.node.common import common, offer
from consilience.node.giving import log_of
from consilience.node.node import open_node
from consilience.node.peers import Peers
from consilience.trust.statement import reread
from tests.simulator import Alliance, Clock, row
from tests.wire import CALM, Weather, fetch

CODES = ("AUR", "BOR", "CAL")
ALL = frozenset(map(PartnerId, CODES))
_MARKINGS = ("REL TO AUR, BOR, CAL", "REL TO AUR, BOR, CAL", "TLP:GREEN", "REL TO BOR, CAL", "REL TO AUR, BOR", "")


def founded(folder):
    """Homes of three nodes that know each other, to be copied for each history."""
    with ExitStack() as stack:
        allies = Alliance(folder, stack)
        allies.join(*CODES)
        return allies.clock.now


class History:
    """One seeded run over copies of the homes."""

    def __init__(self, seed, template, start, folder, stack):
        self.random = random.Random(seed)  # noqa: S311  a seeded history is no secret
        self.weather = Weather(seed, lost=0.15, mute=0.15, twice=0.15, busy=0.05)
        self.allies = Alliance(folder, stack)
        self.allies.clock = Clock(start)
        self.names = {code: [] for code in CODES}
        for code in CODES:
            shutil.copytree(template / code, folder / code)
            self.allies.nodes[code] = stack.enter_context(open_node(homes.read(folder / code), self.allies.clock))

    def run(self, steps):
        """Steps while the network is bad, then what must hold once it is whole again."""
        for _ in range(steps):
            self.random.choice((self.record, self.record, self.release, self.release, self.sync, self.sync, self.sync,
                                self.part, self.withdraw, self.raise_))()  # fmt: skip
            self.allies.clock.pass_(minutes=self.random.randint(1, 600))

    def heal(self):
        """The network is whole: everybody releases, and fetches until nothing is new."""
        self.weather.cut.clear()
        for code in CODES:
            for other in CODES:
                if other != code:
                    self.allies.release(code, other)
        for code in CODES:
            for other in CODES:
                if other != code:
                    done = fetch(self.allies, code, other, CALM)
                    assert done.is_whole, (done.trouble, done.alarm, done.refused)

    def record(self):
        code = self.random.choice(CODES)
        names = [f"{self.random.choice('AB')}{self.random.randint(1, 9)}" for _ in range(self.random.randint(1, 3))]
        rows = [
            row(name, self.random.choice(_MARKINGS), partner=code, best=str(self.random.randint(1, 5) * 1000),
                reported_at=f"2031-06-{self.random.randint(1, 9):02}")
            for name in dict.fromkeys(names)
        ]  # fmt: skip
        self.allies.record(code, *rows)
        self.names[code] += [each["claim_id"] for each in rows]

    def release(self):
        code, other = self.random.sample(CODES, 2)
        self.allies.release(code, other)

    def sync(self):
        code, other = self.random.sample(CODES, 2)
        fetch(self.allies, code, other, self.weather)

    def part(self):
        """Some pairs cannot reach each other, until the next time."""
        pairs = [frozenset(pair) for pair in (("AUR", "BOR"), ("BOR", "CAL"), ("AUR", "CAL"))]
        self.weather.cut = {pair for pair in pairs if self.random.random() < 0.4}

    def withdraw(self):
        self._amend(lambda node, name: amend.retract(node, name, "misread"))

    def raise_(self):
        self._amend(lambda node, name: amend.mark(node, name, "REL TO BOR", "raised"))

    def _amend(self, change):
        code = self.random.choice(CODES)
        if self.names[code]:
            try:
                change(self.allies[code], self.random.choice(self.names[code]))
            except ConsilienceError:
                return  # an id with two contents, or one that is withdrawn already: refused by name

    # --- What must hold -----------------------------------------------------------------------------------------------

    def holds_each_once(self):
        """Every object of every log is in the recipient's ledger, and none is there twice."""
        for code in CODES:
            node = self.allies[code]
            subjects = [entry.digest for entry in node.ledger.entries() if entry.digest]
            assert len(subjects) == len(set(subjects)), code
            for other in CODES:
                if other == code:
                    continue
                given = [
                    entry for entry in self.allies[other].ledger.entries(log_of(PartnerId(code))) if entry.envelope
                ]
                for entry in given:
                    assert entry.digest in subjects or self._is_said(node, entry), (code, other, entry.index)
                peer = Peers(node.home).get(other)
                assert (peer.read, peer.witnessed) == (self.allies[other].ledger.size(log_of(PartnerId(code))),) * 2

    @staticmethod
    def _is_said(node, entry):
        """What another said in the same words, at another time or under another marking, is known by its subject."""
        said = reread(entry.envelope)
        return any(
            reread(each.envelope).content.object == said.content.object
            if said.claim_id is None
            else reread(each.envelope).claim_id == said.claim_id
            for each in node.ledger.entries(kinds=frozenset({entry.kind}))
            if each.envelope and each.issuer == entry.issuer
        )

    def pictures(self):
        """The digests of the common picture as each node draws it."""
        offers = {code: offer(self.allies[code], ALL) for code in ALL}
        return {
            common(self.allies[code], ALL, {other: offers[other] for other in ALL if other != code}).picture.digest
            for code in ALL
        }
