"""Partners, rosters and signed claims for tests, all made by the real thing from fixed seeds: nothing is mocked.

Imported as `from tests.trust.making import ...`.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from consilience.model.entry import ClaimEntry, Content, RosterEntry, Statement
from consilience.model.identity import PartnerId
from consilience.model.marking import OPEN, Label
from consilience.model.roster import Member, Policy, Roster
from consilience.trust.envelope import seal
from consilience.trust.keys import SigningKey
from consilience.trust.payload import encode
from consilience.trust.roster import listed
from consilience.trust.verify import Verified, verify

START = datetime(2021, 12, 1, tzinfo=UTC)
"""When the keys of `make_roster` begin to hold."""
ISSUED = START + timedelta(days=2, hours=6)
"""When the statements of these tests are issued, if nothing else is said."""
SECRECY = (Policy("NATO", ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET")),)


def make_key(code="UKR", number=0) -> SigningKey:
    """The key of a partner, the same each time; `number` tells several keys of one partner apart."""
    return SigningKey.from_seed(hashlib.sha256(f"test key {number} of {code}".encode()).digest())


def make_member(code, **parts) -> Member:
    """A partner with its key number 0, which holds from START on."""
    return Member(PartnerId(code), f"Partner {code}", (listed(make_key(code).public, START),), **parts)


def make_roster(*codes, stewards=None, threshold=1, **parts) -> Roster:
    """A first version: partners (UKR, GBR and USA if none are named), the first of whom is its only steward."""
    codes = codes or ("UKR", "GBR", "USA")
    members = tuple(make_member(code) for code in sorted(codes))
    chosen = frozenset(map(PartnerId, stewards or codes[:1]))
    return Roster(1, START, chosen, threshold, members, **{"policies": SECRECY, **parts})


def make_claim(label: Label = OPEN, portions=(), **cells) -> ClaimEntry:
    """A claim of a few cells, with those that a test is about."""
    plain = {
        "claim_id": "A1",
        "partner": "UKR",
        "modality": "observed",
        "actor": "RUS",
        "phenomenon": "personnel",
        "place": "UKR border",
        "reported_at": "2021-12-03",
        **cells,
    }
    return ClaimEntry(tuple(sorted(plain.items())), label, tuple(portions))


def make_statement(content: Content | None = None, issuer="UKR", issued_at=ISSUED) -> Statement:
    """A statement by a partner; a claim if no content is given."""
    return Statement(PartnerId(issuer), issued_at, make_claim() if content is None else content)


def make_envelope(content: Content | None = None, issuer="UKR", issued_at=ISSUED, signers=()) -> bytes:
    """A statement, signed by its issuer's key number 0 or by `signers`."""
    return sign_statement(make_statement(content, issuer, issued_at), *signers)


def sign_statement(statement: Statement, *signers: SigningKey) -> bytes:
    """A statement, signed by its issuer's key number 0 or by `signers`."""
    return seal(*encode(statement), signers or (make_key(statement.issuer),))


def make_roster_envelope(roster: Roster, *signers: SigningKey, issuer="UKR") -> bytes:
    """A version of the roster, signed by its issuer's key number 0 or by `signers`."""
    return make_envelope(RosterEntry(roster), issuer, roster.issued_at, signers)


def make_verified(content: Content | None = None, issuer="UKR", issued_at=ISSUED, roster=None) -> Verified:
    """A statement as it comes out of `verify`, against `roster` or a roster of UKR, GBR, USA and the issuer."""
    known = roster or make_roster(*dict.fromkeys(("UKR", "GBR", "USA", issuer)))
    return verify(make_envelope(content, issuer, issued_at), known)
