"""Incident: two heads that a partner signed for one log and that do not agree, told in words, with what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consilience.errors import ConsilienceError
from consilience.ledger import note as notes
from consilience.ledger.errors import EvidenceError
from consilience.ledger.note import NoteKey
from consilience.ledger.witness import Evidence
from consilience.model.roster import KeyId, Roster
from consilience.node.node import Node

_STEPS = {
    "split view": (
        "Rely on nothing new from {who} until this is cleared up. Nothing of the second history was recorded here, and "
        "nothing is read from its node while it shows that history.",
        "Ask {who}, by another channel than this one: was its node put back from a copy, does it run twice, or has "
        "somebody else its key? Read the two roots to each other.",
        "Show both heads to the other partners: whoever knows the key of {who} can check them, and see which of the two "
        "histories each of them was shown.",
        "If its key is in other hands, end it here:",
    ),
    "rollback": (
        "Rely on nothing new from {who} until this is cleared up: entries that were in its log are not in what it shows now.",
        "Ask {who}, by another channel than this one, whether its node was put back from an older copy.",
        "If it has the newer database still, it puts that one back; else it founds a new node, since under the old name "
        "there would be two histories.",
        "If its key is in other hands, end it here:",
    ),
}  # fmt: skip
_OTHERWISE = (
    "Ask {who}, by another channel than this one, for its newest head, with proof that it extends the first.",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the two heads: its size and root, the whole note, and the fingerprint of the roster's key that signed it."""

    size: int
    root: str
    note: str
    key: str


@dataclass(frozen=True, slots=True)
class Incident:
    """Evidence that this node keeps.

    Attributes:
        code: whose log it is, as its name has it; the roster may not know it.
        kind: as the evidence says it: `split view`, `rollback`.
        log: the name of the log.
        heads: in the order in which they were seen.
        is_known: whether the roster knows the partner.
        proven: what it shows to anybody who knows the key; empty where it could not be checked.
        doubt: why it could not be checked; empty where it was.
    """

    code: str
    kind: str
    log: str
    heads: tuple[Shown, ...]
    is_known: bool = False
    proven: str = ""
    doubt: str = ""

    @property
    def words(self) -> str:
        """What happened, as it follows a partner's name."""
        return {
            "split view": "signed two histories of one log",
            "rollback": "showed its log shorter than it had been",
        }.get(self.kind, "signed two heads that do not agree")

    @property
    def means(self) -> str:
        """What the two heads show, and to whom."""
        if not self.heads:
            return "What is kept cannot be read as two heads."
        if self.kind == "split view":
            return (
                f"Two heads for the same {self.heads[0].size:,} entries have different roots, so that the entries below "
                "them differ, too. A log has one history: whoever is shown the other is told something else. It is "
                "proof for anybody who knows the key."
            )
        if self.kind == "rollback":
            return (
                f"It had {self.heads[0].size:,} entries, and then a head over {self.heads[1].size:,} was shown. An old "
                "head is no proof for others, since only this node knows which of the two it saw first."
            )
        return "The later head was not shown to extend the earlier one."

    def steps(self, who: str) -> list[str]:
        """What to do about it, in order; `who` is the partner by name."""
        return [step.format(who=who) for step in _STEPS.get(self.kind, _OTHERWISE)]

    @property
    def command(self) -> str:
        """The command that the last step speaks of. A code that only a partner's log names is in no command."""
        return f"consilience partner revoke {self.code}" if self.is_known and self.kind in _STEPS else ""


def incidents(node: Node | None, roster: Roster | None) -> tuple[Incident, ...]:
    """All that a node keeps evidence of, in the order in which it was found; each checked where the key is known."""
    if node is None or roster is None:
        return ()
    return tuple(_incident(text, roster) for text in node.ledger.incidents())


def _incident(text: str, roster: Roster) -> Incident:
    try:
        evidence = Evidence.read(text)
        first, second = (notes.checkpoint_of(notes.parse(note).text) for note in (evidence.first, evidence.second))
    except ConsilienceError as error:  # the database was tampered with: say so, and show the rest
        return Incident("", "", "", (), doubt=error.message)
    code = owner_of(first.origin)
    member = roster.member(code)
    keys = {NoteKey(first.origin, key.public): key.id for key in member.keys} if member else {}
    heads = tuple(
        Shown(head.size, head.root.hex(), note, _signer(note, keys))
        for head, note in ((first, evidence.first), (second, evidence.second))
    )
    proven, doubt = _checked(evidence, keys)
    return Incident(code, evidence.kind, first.origin, heads, member is not None, proven, doubt)


def owner_of(origin: str) -> str:
    """Whose log an origin line says it is: the code in `consilience/BOR/5f…/to/AUR`."""
    return origin.partition("/")[2].partition("/")[0]


def _signer(note: str, keys: Mapping[NoteKey, KeyId]) -> str:
    try:
        return next((keys[key] for key in notes.signers(note, keys)), "")
    except ConsilienceError:
        return ""


def _checked(evidence: Evidence, keys: Mapping[NoteKey, KeyId]) -> tuple[str, str]:
    """What evidence shows under one of its partner's keys; else why it does not."""
    doubt = "no key of this partner is on the roster"
    for key in keys:
        try:
            return evidence.check(key), ""
        except EvidenceError as error:
            return "", error.message
        except ConsilienceError as error:  # it is another key's, or the two heads are of two keys
            doubt = error.message
    return "", doubt
