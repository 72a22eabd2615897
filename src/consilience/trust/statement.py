"""Statement: what an envelope of our own ledger says. It was verified before it was recorded, and is not verified again."""

from __future__ import annotations

from consilience.model.entry import Statement
from consilience.trust.canonical import parse
from consilience.trust.envelope import MAX_ENVELOPE, read
from consilience.trust.payload import decode


def reread(envelope: bytes) -> Statement:
    """The statement of a recorded envelope. `consilience verify` is what checks that the record is whole.

    Raises:
        TrustError: when the bytes are no envelope, which means that the database was tampered with.
    """
    found = read(envelope)
    return decode(found.payload_type, parse(found.payload, "payload", MAX_ENVELOPE))
