"""A partner that signs, verifies and opens ledgers, all by the real thing from fixed seeds.

Imported as `from tests.ledger.making import ...`.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count

from consilience.ledger.audit import Keys
from consilience.ledger.entries import Ledger
from consilience.model.entry import ClaimEntry, RosterEntry, Statement, Tombstone
from consilience.model.identity import PartnerId
from consilience.model.marking import OPEN
from consilience.model.round import Commitment
from consilience.trust import payload, roster
from consilience.trust.envelope import seal
from consilience.trust.keys import SigningKey
from consilience.trust.verify import verify, verify_founding

START = datetime(2026, 11, 1, tzinfo=UTC)
ORIGIN = "node.example/UKR"
SECRET = b"s" * 32


class Node:
    """A partner with one key, a roster that lists it, and a clock that goes a second a look."""

    def __init__(self, seed=b"k" * 32, code="UKR"):
        self.code = PartnerId(code)
        self.key = SigningKey.from_seed(seed)
        self.roster = roster.found(self.code, "Ukraine", self.key.public, START)
        self._ticks = count()
        self._salts = count(1)

    def clock(self):
        return START + timedelta(hours=1, seconds=next(self._ticks))

    def salt(self):
        return next(self._salts).to_bytes(32, "big")

    def sealed(self, content):
        kind, data = payload.encode(Statement(self.code, START, content))
        return verify(seal(kind, data, [self.key]), self.roster)

    def sealed_founding(self):
        kind, data = payload.encode(Statement(self.code, START, RosterEntry(self.roster)))
        return verify_founding(seal(kind, data, [self.key]), roster.fingerprint(self.roster))

    def claim(self, name):
        return self.sealed(ClaimEntry((("claim_id", str(name)), ("partner", "UKR")), OPEN))

    def said(self, name):
        """A sealed answer of a session, as it stands in a ledger beside claims."""
        digest = hashlib.sha256(str(name).encode()).hexdigest()
        return self.sealed(Commitment("ab" * 32, (PartnerId("GBR"), self.code), 1, digest))

    def claims(self, *names):
        return [self.claim(name) for name in names]

    def tombstone(self, ledger, index, log="main"):
        return self.sealed(Tombstone(log, index, ledger.entry(index, log).leaf.hex(), "asked by a court"))

    @property
    def keys(self):
        return Keys((self.key.public,))

    def roster_at(self, entry):
        return self.roster

    def open(self, url, **changed):
        asked = {"clock": self.clock, "secret": SECRET, **changed}
        return Ledger.open(url, asked.pop("origin", ORIGIN), asked.pop("signer", self.key), **asked)
