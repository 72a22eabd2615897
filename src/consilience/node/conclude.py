"""Conclude: the result of a session, computed here, signed by us, and held against what the others signed."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.model.identity import PartnerId
from consilience.model.round import Conclusion
from consilience.node.node import Node
from consilience.node.sessions import Spoken, find, say
from consilience.rounds.result import digest_of, result
from consilience.rounds.standing import Standing
from consilience.trust.canonical import Json


@dataclass(frozen=True, slots=True)
class Concluded:
    """What came of a session, and who signed the same.

    Attributes:
        standing: how the session stands.
        result: the document; of the rounds that are over, while the session is not.
        digest: what is signed of it.
        spoken: our signature, if it was given just now.
    """

    standing: Standing
    result: dict[str, Json]
    digest: str
    spoken: Spoken | None = None

    @property
    def same(self) -> tuple[PartnerId, ...]:
        """Who signed this result."""
        return tuple(code for code, signed in sorted(self.standing.signed.items()) if signed.result == self.digest)

    @property
    def differing(self) -> tuple[PartnerId, ...]:
        """Who signed another: something had not reached them, or they reckon otherwise."""
        return tuple(code for code in sorted(self.standing.signed) if code not in self.same)

    @property
    def unsigned(self) -> tuple[PartnerId, ...]:
        """Who has signed none."""
        return tuple(code for code in self.standing.session.partners if code not in self.standing.signed)

    @property
    def agreed(self) -> bool:
        """Whether every partner signed this result."""
        return self.same == self.standing.session.partners


def conclude(node: Node, found: Standing) -> Concluded:
    """The result of a session, signed once the session is over, unless our newest signature is on it already.

    What arrives later may change it: then it is signed anew, and the newest signature of each counts.
    """
    document = result(found)
    digest = digest_of(document)
    signed = found.signed.get(node.partner)
    if not found.is_over or (signed is not None and signed.result == digest):
        return Concluded(found, document, digest)
    spoken = say(node, Conclusion(found.id, found.session.partners, digest))
    return Concluded(find(node, found.id), document, digest, spoken)
