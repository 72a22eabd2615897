"""Receive: one line that a partner sent becomes Verified, or a named error."""

from __future__ import annotations

from consilience.errors import ConsilienceError
from consilience.intake.place import PlaceReader
from consilience.intake.row import RowReader
from consilience.ledger import proof
from consilience.model.claim import Claim
from consilience.model.entry import ClaimEntry, Compared, Consent, Remarking, Retraction
from consilience.model.identity import PartnerId
from consilience.model.round import RoundEntry
from consilience.node.node import Node
from consilience.trust.canonical import parse
from consilience.trust.errors import AheadOfTimeError, KeyRetiredError
from consilience.trust.payload import kind_of
from consilience.trust.verify import CLOCKS_DIFFER, Verified, verify

_TAKEN = (ClaimEntry, Consent, Retraction, Remarking, Compared, RoundEntry)
_MOST = proof.MOST_BYTES


class NotTakenError(ConsilienceError):
    """A statement that verifies, of a kind that one partner does not take from another."""

    exit_code = 4


def take(node: Node, line: bytes) -> Verified:
    """Verify an envelope, or an object with the proof of its place in a partner's log.

    A statement that arrives by itself must be signed by a key that holds today. One that its issuer's own log
    vouches for, under a head signed by a key that holds today, may be older than its issuer's last rotation.

    Raises:
        TrustError, LedgerError: the first check that fails, see `trust.verify` and `ledger.proof`.
        NotTakenError: a kind that is not taken, a claim whose cells are no claim, or a comparison or a word in a session
            of others than its issuer and us.
    """
    value = parse(line, "line", _MOST)
    if isinstance(value, dict) and value.get("schema") == proof.SCHEMA:
        verified = _proven(node, line, str(value.get("envelope")).encode())
    else:
        verified = _arrived(node, line)
    content = verified.statement.content
    if not isinstance(content, _TAKEN):
        raise NotTakenError(
            f"statement of {verified.statement.issuer}",
            f"a {kind_of(content)}",
            "a claim, consent, retraction, marking or comparison, or what is said in a session of ours",
        )
    if verified.statement.issued_at > node.clock() + CLOCKS_DIFFER:
        found = f"issued at {verified.statement.issued_at}"
        raise AheadOfTimeError("statement", found, "issued before it is received")
    if isinstance(content, ClaimEntry):
        _check_cells(node, content)
        _check_label(node, verified, content)
    if isinstance(content, Compared | RoundEntry):
        _check_partners(node, verified.statement.issuer, content)
    return verified


def _proven(node: Node, line: bytes, envelope: bytes) -> Verified:
    """An object out of a proof file: the proof is checked, then the object as one that arrives now."""
    proven = proof.check(line, node.roster)
    log = node.roster.member(proven.log_partner)
    key = log.key(proven.log_key_id) if log else None
    vouched = proven.log_partner == proven.issuer and key is not None and key.holds_at(node.clock())
    return verify(envelope, node.roster) if vouched else _arrived(node, envelope)


def _arrived(node: Node, envelope: bytes) -> Verified:
    """An envelope that arrives now. One that we hold to the byte was verified when it came, whatever key holds since."""
    try:
        return node.receive(envelope)
    except KeyRetiredError:
        found = verify(envelope, node.roster)
        known = node.ledger.find(found.subject)
        if known is None or known.envelope != envelope:
            raise
        return found


def _check_label(node: Node, verified: Verified, entry: ClaimEntry) -> None:
    """Refuse a claim that is here already with a wider label: only a remarking raises it, and that must be said."""
    known = node.ledger.find(verified.subject)
    held = node.index.at([known.index]) if known else []
    labels = node.index.labels()
    if held and not (labels[held[0].whole].dominates(entry.label) and labels[held[0].base].dominates(entry.base)):
        raise NotTakenError(
            f"claim {entry.cell('claim_id')} of {verified.statement.issuer}", "a stricter label than it came with before",
            "a remarking that raises it", f"Ask {verified.statement.issuer} to mark it higher and release it again.",
        )  # fmt: skip


def _check_partners(node: Node, issuer: PartnerId, content: Compared | RoundEntry) -> None:
    """Refuse what its issuer, or this node, has no part in. It follows from its own bytes: nothing that we hold shows."""
    absent = [code for code in (issuer, node.partner) if code not in content.partners]
    if absent:
        found = f"one by {', '.join(content.partners)}, without {' and '.join(absent)}"
        what = f"{kind_of(content)} of {issuer}"
        raise NotTakenError(what, found, f"one by {issuer}, {node.partner} and maybe others")


def _check_cells(node: Node, entry: ClaimEntry) -> None:
    """Refuse a claim that no picture could read."""
    found = RowReader(PlaceReader(node.places)).read(dict(entry.cells))
    if not isinstance(found, Claim):
        raise NotTakenError(f"claim {entry.cell('claim_id') or '(no id)'}", str(found[0]), "the cells of a claim")
