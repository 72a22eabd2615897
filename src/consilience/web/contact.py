"""Contact: what passed between this node and one partner's node, and how things stand between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consilience.errors import ConsilienceError
from consilience.ledger import note as notes
from consilience.ledger.note import COSIGNATURE, NoteKey
from consilience.model.identity import PartnerId
from consilience.model.roster import Member, Roster
from consilience.node.giving import log_of
from consilience.node.node import Node
from consilience.node.peers import Peer
from consilience.web.incident import Incident
from consilience.web.words import plural

_NAMED = 5  # places that are named; more are counted


@dataclass(frozen=True, slots=True)
class State:
    """How things stand with a partner: the glyph, the word, and what it means. The gravest stands first."""

    key: str
    word: str
    means: str


FORKED = State("forked", "two histories", "It signed heads that do not agree, and the evidence is kept.")
TROUBLE = State("defective", "trouble", "The last contact failed, or ended early.")
KEYLESS = State("controls", "no key holds", "Nothing that it signs is believed, and its node is nobody here.")
OWED = State("unverified", "entries owed", "Some of its entries do not verify yet, and are asked for at each contact.")
SILENT = State("unseen", "not met yet", "Its address is known, and its node has not answered yet.")
UNPLACED = State("unknown-partner", "no address", "This node does not fetch from it. It may fetch from here.")
BEHIND = State("part", "behind", "Nothing is wrong. It has yet to fetch what it was given.")
IN_STEP = State("standing", "in step", "All that it gave is here, and it has witnessed all that it was given.")
STATES = (FORKED, TROUBLE, KEYLESS, OWED, SILENT, UNPLACED, BEHIND, IN_STEP)
_COUNTED = {
    FORKED.key: "with two histories",
    TROUBLE.key: "in trouble",
    KEYLESS.key: "without a key that holds",
    OWED.key: "with entries owed",
    SILENT.key: "not met yet",
    UNPLACED.key: "without an address",
    BEHIND.key: "behind",
    IN_STEP.key: "in step",
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a partner was given, which is its own log here.

    Attributes:
        size: how many entries, each of which left or may leave this node for it.
        last: when the newest was recorded; None when there is none.
        witnessed: of the newest head that it cosigned, and so has fetched; 0 when it cosigned none.
        at: when it says that it did.
        doubt: what is wrong with a cosignature in its name; empty when nothing is.
    """

    size: int = 0
    last: datetime | None = None
    witnessed: int = 0
    at: datetime | None = None
    doubt: str = ""

    @property
    def waiting(self) -> int:
        """How many entries it has yet to fetch, as far as its cosignature shows."""
        return max(0, self.size - self.witnessed)


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A key: its fingerprint, and whether it holds now."""

    id: str
    holds: bool
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Contact:
    """One partner. `peer` is None where no address of its node is known, `member` where the roster does not know it."""

    code: str
    peer: Peer | None
    member: Member | None
    keys: tuple[KeyShown, ...]
    given: Given
    incidents: int

    @property
    def met(self) -> datetime | None:
        """When its node last answered; None where it never did."""
        try:
            return datetime.fromisoformat(self.peer.met) if self.peer and self.peer.met else None
        except ValueError:
            return None

    @property
    def state(self) -> State:
        """How things stand; the gravest, where several hold."""
        peer = self.peer
        if self.incidents:
            return FORKED
        if peer and peer.trouble:
            return TROUBLE
        if not any(key.holds for key in self.keys):
            return KEYLESS
        if peer is None:
            return UNPLACED
        if peer.owed:
            return OWED
        if self.met is None:
            return SILENT
        return BEHIND if self.given.waiting or self.given.doubt else IN_STEP

    @property
    def owed(self) -> str:
        """The places of what does not verify yet: `entries 3, 7 and 12 more`."""
        places = self.peer.owed if self.peer else ()
        named = ", ".join(str(index) for index in places[:_NAMED])
        more = len(places) - _NAMED
        return f"{'entry' if len(places) == 1 else 'entries'} {named}" + (f" and {more:,} more" if more > 0 else "")


def contacts(node: Node, roster: Roster, peers: Iterable[Peer], found: Iterable[Incident]) -> list[Contact]:
    """Every partner of the roster, and whoever else has an address here; the gravest first. The node's turn is held."""
    known = {peer.partner: peer for peer in peers}
    members = {member.code: member for member in roster.members if member.code != node.partner}
    codes = [incident.code for incident in found]
    now = node.clock()
    listed = [
        Contact(
            code, known.get(code), member := members.get(code), _keys(member, now), _given(node, code, member),
            codes.count(code),
        )
        for code in sorted({*known, *members})
    ]  # fmt: skip
    return sorted(listed, key=lambda contact: (STATES.index(contact.state), contact.code))


def _keys(member: Member | None, now: datetime) -> tuple[KeyShown, ...]:
    """A partner's keys, those that hold first, then the newest."""
    keys = sorted(member.keys if member else (), key=lambda key: (key.holds_at(now), key.since), reverse=True)
    return tuple(KeyShown(key.id, key.holds_at(now), key.since, key.until) for key in keys)


def _given(node: Node, code: PartnerId, member: Member | None) -> Given:
    """A partner's own log, and how far it says that it has read it."""
    log = log_of(code)
    size = node.ledger.size(log)
    if not size:
        return Given()
    last = node.ledger.entry(size - 1, log).recorded_at
    witness = f"witness/{code}"
    keys = [NoteKey(witness, key.public, COSIGNATURE) for key in (member.keys if member else ())]
    # Heads without its line are let go as they are read: a log has as many heads as there were releases.
    signed = [(head, note) for head, note in node.ledger.checkpoints(log) if f"— {witness} " in note]
    for head, note in reversed(signed):
        try:
            found = notes.cosignatures(note, keys)
        except ConsilienceError as error:
            return Given(size, last, doubt=error.message)
        if found:
            return Given(size, last, head, max(line.time for line in found))
    doubt = "cosigned with a key that is not on the roster" if signed else ""
    return Given(size, last, doubt=doubt)


def summary(found: list[Contact]) -> str:
    """`3 partners: 1 with two histories, 1 in trouble, 1 in step.`."""
    counts = [(state, sum(contact.state is state for contact in found)) for state in STATES]
    said = ", ".join(f"{count:,} {_COUNTED[state.key]}" for state, count in counts if count)
    return f"{plural(len(found), 'partner')}: {said}." if found else "No partner is on the roster yet."
