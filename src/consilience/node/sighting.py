"""Sighting: the heads that a partner's node shows of its log for us, each cosigned or caught contradicting the last.

Which head was witnessed last stands in our ledger (`Ledger.witnessed`), and nowhere else: what is asked of the partner
is the way from there. So a lost answer, a kill or a forgotten address never makes an honest partner look like two.
"""

from __future__ import annotations

from collections.abc import Sequence

from consilience.errors import ConsilienceError
from consilience.exchange.link import Link
from consilience.ledger import note as notes
from consilience.ledger import tree
from consilience.ledger.errors import ProofError
from consilience.ledger.note import COSIGNATURE, Checkpoint, NoteKey
from consilience.model.identity import PartnerId
from consilience.node import prove
from consilience.node.node import Node


class StrangeLogError(ConsilienceError):
    """A head of another log than a partner keeps for us, or than it kept before."""

    exit_code = 4


class Sighting:
    """Witnesses one partner's log for us. `origin` is its name, `size` that of the newest head that was cosigned."""

    def __init__(self, node: Node, partner: PartnerId, origin: str, link: Link) -> None:
        """`origin` is how the log was named when it was first met; empty before that."""
        self.link = link
        self.origin = origin
        self.size = 0
        self._node, self._partner = node, partner

    def newest(self) -> int:
        """Cosign the newest head, give the partner our cosignature where it does not have it, and tell the size.

        Raises:
            RollbackError, EquivocationError, InconsistentHeadError: it is another history; the evidence is kept.
            StrangeLogError: it is another log.
            UnreachableError, RefusedError: see `Caller.call`.
        """
        note = self.link.head(0).note
        head = self._checked(note)
        cosigned = self._cosigned(note, head)
        if head.size and not self._is_ours(note):
            self.link.witness(cosigned)
        return head.size

    def of(self, note: str) -> None:
        """Cosign a head that lines stand under; one that is older than the last must be its beginning.

        Raises:
            RollbackError, EquivocationError, InconsistentHeadError, StrangeLogError: as `newest`.
        """
        head = self._checked(note)
        before = self._remembered()
        if not (before and head.size < before.size and self._begins(head, before)):
            self._cosigned(note, head)

    def _cosigned(self, note: str, head: Checkpoint) -> str:
        """The head with our cosignature, once it is shown to extend what we witnessed last."""
        before = self._remembered()
        proof: Sequence[bytes] = ()
        if before and before.size < head.size:
            proof = self.link.head(before.size, head.size).proof
        cosigned = prove.cosign(self._node, note, proof)
        self.size = max(self.size, head.size)
        return cosigned

    def _begins(self, head: Checkpoint, later: Checkpoint) -> bool:
        """Whether the partner shows that a head is the beginning of a later one that we witnessed."""
        proof = self.link.head(head.size, later.size).proof
        try:
            tree.verify_consistency(head.size, later.size, proof, (head.root, later.root))
        except ProofError:
            return False
        return True

    def _checked(self, note: str) -> Checkpoint:
        """A head as a checkpoint of the partner's log for us."""
        head = notes.checkpoint_of(notes.parse(note).text)
        front, end = f"consilience/{self._partner}/", f"/to/{self._node.partner}"
        if not (head.origin.startswith(front) and head.origin.endswith(end)):
            raise StrangeLogError(
                f"node of {self._partner}", f"a head of {head.origin}", f"its log for us, {front}…{end}"
            )
        if self.origin not in ("", head.origin):
            next_step = (
                f"Ask {self._partner} whether it founded its node anew; if so: consilience partner add {self._partner} "
                "--url -, and then with its address."
            )
            raise StrangeLogError(f"node of {self._partner}", f"another log, {head.origin}", self.origin, next_step)
        self.origin = head.origin
        return head

    def _remembered(self) -> Checkpoint | None:
        """The newest head of this log that we witnessed, as the ledger has it."""
        note = self._node.ledger.witnessed(self.origin) if self.origin else None
        return notes.checkpoint_of(notes.parse(note).text) if note else None

    def _is_ours(self, note: str) -> bool:
        """Whether a head carries our cosignature under our present key."""
        key = NoteKey(self._node.witness_name, self._node.signer.public, COSIGNATURE)
        return bool(notes.cosignatures(note, [key]))
