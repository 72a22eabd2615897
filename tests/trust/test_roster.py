from dataclasses import replace
from datetime import timedelta

import pytest

from consilience.model.entry import RosterEntry
from consilience.model.roster import Group, Policy
from consilience.trust.errors import (
    BadSignatureError,
    FingerprintError,
    ImpersonationError,
    KeyRewrittenError,
    MalformedEnvelopeError,
    NotFoundingError,
    RosterForkError,
    RosterRollbackError,
    ThresholdError,
    UnknownMemberError,
    UnknownSignerError,
    WeakKeyError,
)
from consilience.trust.roster import (
    check_succession,
    fingerprint,
    found,
    listed,
    with_group,
    with_key,
    with_keys_closed,
    with_member,
    with_policy,
    with_stewards,
)
from consilience.trust.verify import verify, verify_founding
from tests.trust.making import (
    START,
    make_claim,
    make_envelope,
    make_key,
    make_member,
    make_roster,
    make_roster_envelope,
)

LATER = START + timedelta(days=30)
UKR = frozenset({"UKR"})


@pytest.fixture
def old():
    """Three partners; any two of the stewards UKR and GBR and USA must sign the next version."""
    return make_roster("UKR", "GBR", "USA", stewards=["UKR", "GBR", "USA"], threshold=2)


def keys(*codes):
    return [make_key(code) for code in codes]


# --- Changes ----------------------------------------------------------------------------------------------------------


def test_founding_roster_has_one_steward_with_one_key():
    roster = found("UKR", "Ukraine", make_key().public, START, [Policy("Z", ("a",)), Policy("A", ("b",))])
    assert (roster.version, roster.previous, roster.stewards, roster.threshold) == (1, "", UKR, 1)
    assert roster.member("UKR").keys == (listed(make_key().public, START),)
    assert [policy.code for policy in roster.policies] == ["A", "Z"]


def test_every_change_makes_a_next_version_that_may_follow_and_is_readable(old):
    changes = [
        with_member(old, make_member("POL"), LATER),
        with_member(old, replace(old.member("GBR"), name="other"), LATER),
        with_group(old, Group("FVEY", frozenset({"GBR", "USA"})), LATER),
        with_policy(old, Policy("EU", ("EU RESTRICTED",)), LATER),
        with_stewards(old, ["GBR"], 1, LATER),
        with_key(old, "GBR", make_key("GBR", 1).public, LATER),
        with_keys_closed(old, "GBR", LATER),
    ]
    for new in changes:
        assert (new.version, new.previous, new.issued_at) == (2, fingerprint(old), LATER)
        check_succession(old, new, frozenset({"UKR", "GBR"}))
        verified = verify(make_roster_envelope(new, *keys("UKR", "USA")), old)
        assert verified.statement.content == RosterEntry(new)
    assert len({fingerprint(new) for new in changes}) == len(changes)
    assert [member.code for member in changes[0].members] == ["GBR", "POL", "UKR", "USA"]


def test_rotation_ends_the_old_key_when_the_new_one_begins(old):
    new = with_key(old, "GBR", make_key("GBR", 1).public, LATER)
    before, after = new.member("GBR").keys
    assert (before.until, after.since, after.until) == (LATER, LATER, None)
    assert not before.holds_at(LATER)
    assert after.holds_at(LATER)
    again = with_key(new, "GBR", make_key("GBR", 2).public, LATER + timedelta(1))
    assert again.member("GBR").keys[0] == before


def test_change_to_a_partner_who_is_not_listed_is_refused(old):
    for change in (
        lambda: with_key(old, "POL", make_key("POL").public, LATER),
        lambda: with_keys_closed(old, "X", LATER),
    ):
        with pytest.raises(UnknownMemberError, match="one of GBR, UKR, USA"):
            change()


def test_key_that_is_listed_is_not_listed_again(old):
    for code in ("UKR", "GBR"):
        with pytest.raises(KeyRewrittenError, match="listed already"):
            with_key(old, code, make_key("UKR").public, LATER)


def test_member_is_not_replaced_by_one_without_its_keys(old):
    with pytest.raises(KeyRewrittenError, match="GBR"):
        with_member(old, replace(old.member("GBR"), keys=()), LATER)


def test_weak_key_is_not_listed(old):
    with pytest.raises(WeakKeyError):
        with_key(old, "GBR", bytes(32), LATER)
    with pytest.raises(WeakKeyError):
        found("UKR", "Ukraine", (1).to_bytes(32, "little"), START)


# --- Attacks on succession --------------------------------------------------------------------------------------------


def test_roster_rollback_is_refused(old):
    second = with_group(old, Group("A", frozenset()), LATER)
    third = with_group(second, Group("B", frozenset()), LATER)
    for held, offered in ((second, old), (third, second), (second, second), (old, third)):
        with pytest.raises(
            RosterRollbackError, match=f"version {offered.version}, expected version {held.version + 1}"
        ):
            verify(make_roster_envelope(offered, *keys("UKR", "GBR")), held)


def test_roster_fork_is_refused(old):
    held = with_group(old, Group("A", frozenset()), LATER)
    other = with_group(old, Group("B", frozenset()), LATER)
    grown = with_group(other, Group("C", frozenset()), LATER)
    with pytest.raises(RosterForkError, match=fingerprint(held)):
        verify(make_roster_envelope(grown, *keys("UKR", "GBR")), held)


@pytest.mark.parametrize("change", ["steward", "threshold", "member"])
def test_roster_signed_by_too_few_stewards_is_refused(old, change):
    new = {
        "steward": with_stewards(old, ["GBR"], 1, LATER),
        "threshold": with_stewards(old, ["UKR", "GBR", "USA"], 1, LATER),
        "member": with_member(old, make_member("POL"), LATER),
    }[change]
    with pytest.raises(ThresholdError, match="2 of GBR, UKR, USA"):
        verify(make_roster_envelope(new, make_key("GBR"), issuer="GBR"), old)


def test_one_steward_with_two_keys_counts_once(old):
    second = replace(old.member("UKR"), keys=(*old.member("UKR").keys, listed(make_key("UKR", 1).public, START)))
    held = replace(old, members=tuple(second if m.code == "UKR" else m for m in old.members))
    new = with_member(held, make_member("POL"), LATER)
    with pytest.raises(ThresholdError, match="signatures of UKR"):
        verify(make_roster_envelope(new, make_key("UKR"), make_key("UKR", 1)), held)


def test_member_who_is_no_steward_does_not_count():
    held = make_roster("UKR", "GBR", "USA", stewards=["UKR", "GBR"], threshold=2)
    new = with_member(held, make_member("POL"), LATER)
    with pytest.raises(ThresholdError):
        verify(make_roster_envelope(new, *keys("UKR", "USA")), held)


def test_keys_that_a_roster_adds_do_not_vouch_for_that_roster(old):
    new = with_stewards(with_member(old, make_member("POL"), LATER), ["POL"], 1, LATER)
    with pytest.raises(UnknownSignerError):
        verify(make_roster_envelope(replace(new, version=2), make_key("POL"), issuer="POL"), old)


def test_stripping_a_steward_signature_is_refused(old):
    new = with_member(old, make_member("POL"), LATER)
    both, one = (make_roster_envelope(new, *keys(*codes)) for codes in (("UKR", "GBR"), ("UKR",)))
    assert verify(both, old).key_id == make_key("UKR").key_id
    with pytest.raises(ThresholdError):
        verify(one, old)


@pytest.mark.parametrize("rewrite", ["gone", "partner gone", "earlier", "moved", "reopened", "other end"])
def test_rewritten_key_is_refused(rewrite):
    first = make_roster("UKR", "GBR")
    old = with_keys_closed(first, "GBR", LATER)
    (key,) = old.member("GBR").keys
    (own,) = old.member("UKR").keys
    members = {
        "gone": (replace(old.member("GBR"), keys=()), old.member("UKR")),
        "partner gone": (old.member("UKR"),),
        "earlier": (old.member("GBR"), replace(old.member("UKR"), keys=(replace(own, since=START - timedelta(1)),))),
        "moved": (replace(old.member("GBR"), keys=()), replace(old.member("UKR"), keys=(own, key))),
        "reopened": (replace(old.member("GBR"), keys=(replace(key, until=None),)), old.member("UKR")),
        "other end": (replace(old.member("GBR"), keys=(replace(key, until=LATER + timedelta(1)),)), old.member("UKR")),
    }[rewrite]
    new = replace(with_stewards(old, ["UKR"], 1, LATER), members=members)
    with pytest.raises(KeyRewrittenError):
        verify(make_roster_envelope(new), old)


# --- The first roster -------------------------------------------------------------------------------------------------


def test_founding_roster_is_trusted_by_its_fingerprint():
    roster = make_roster("UKR", "GBR", stewards=["UKR", "GBR"])
    data = make_roster_envelope(roster, *keys("UKR", "GBR"))
    for expected in (None, fingerprint(roster)):
        verified = verify_founding(data, expected)
        assert verified.statement.content == RosterEntry(roster)
        assert verified.envelope == data


def test_founding_roster_with_another_fingerprint_is_refused():
    with pytest.raises(FingerprintError, match="another channel"):
        verify_founding(make_roster_envelope(make_roster()), fingerprint(make_roster("GBR")))


def test_founding_roster_that_a_steward_did_not_sign_is_refused():
    roster = make_roster("UKR", "GBR", stewards=["UKR", "GBR"], threshold=1)
    with pytest.raises(ThresholdError, match="2 of GBR, UKR"):
        verify_founding(make_roster_envelope(roster))


def test_founding_roster_signed_by_a_key_outside_it_is_refused():
    roster = make_roster("UKR")
    with pytest.raises(UnknownSignerError):
        verify_founding(make_roster_envelope(roster, make_key("GBR")))
    with pytest.raises(ImpersonationError):
        verify_founding(make_roster_envelope(make_roster("UKR", "GBR"), make_key("GBR"), issuer="UKR"))


def test_founding_roster_with_a_false_signature_is_refused():
    class Liar:
        key_id = make_key().key_id

        def sign(self, data):
            return make_key("GBR").sign(data)

    with pytest.raises(BadSignatureError):
        verify_founding(make_roster_envelope(make_roster(), Liar()))


def test_only_a_first_roster_can_found():
    with pytest.raises(NotFoundingError, match="version 2"):
        verify_founding(make_roster_envelope(with_member(make_roster(), make_member("POL"), LATER)))
    with pytest.raises(NotFoundingError, match="a roster"):
        verify_founding(make_envelope(make_claim()))
    with pytest.raises(MalformedEnvelopeError):
        verify_founding(b"{}")
