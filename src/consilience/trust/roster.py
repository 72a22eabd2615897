"""Roster: its fingerprint, the changes that make a next version, and whether one version may follow another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from consilience.model.identity import PartnerId
from consilience.model.roster import Group, Member, Policy, Roster, RosterKey
from consilience.trust.canonical import encode
from consilience.trust.ed25519 import check_public
from consilience.trust.errors import (
    KeyRewrittenError,
    RosterForkError,
    RosterRollbackError,
    ThresholdError,
    UnknownMemberError,
)
from consilience.trust.keys import key_id
from consilience.trust.wire import roster_json


class _HasCode(Protocol):
    @property
    def code(self) -> str: ...


Coded = TypeVar("Coded", bound=_HasCode)


def fingerprint(roster: Roster) -> str:
    """SHA-256 of the canonical bytes of a roster, 64 hexadecimal digits: what partners read out to each other."""
    return hashlib.sha256(encode(roster_json(roster))).hexdigest()


def found(partner: PartnerId, name: str, key: bytes, now: datetime, policies: Iterable[Policy] = ()) -> Roster:
    """The first version: one partner, who is its only steward, with a public key of 32 bytes that holds from `now`.

    Raises:
        WeakKeyError: a public key that is no sound one.
    """
    member = Member(partner, name, (listed(key, now),))
    ordered = tuple(sorted(policies, key=lambda policy: policy.code))
    return Roster(1, now, frozenset({partner}), 1, (member,), policies=ordered)


def listed(public: bytes, since: datetime, until: datetime | None = None) -> RosterKey:
    """A public key as a roster lists it.

    Raises:
        WeakKeyError: a public key that is no sound one.
    """
    check_public(public, "public key")
    return RosterKey(key_id(public), public, since, until)


def with_member(roster: Roster, member: Member, now: datetime) -> Roster:
    """The next version, with a partner added, or put in the place of the one with its code.

    Keys that are listed stay as they are: they are changed by `with_key` and `with_keys_closed` alone.

    Raises:
        KeyRewrittenError: the member lacks a key that is listed, or has it otherwise.
    """
    before = roster.member(member.code)
    for key in before.keys if before else ():
        if member.key(key.id) != key:
            raise KeyRewrittenError(f"key {key.id} of {member.code}", "it gone or changed", "every listed key as it is")
    return replace(_next(roster, now), members=_put(roster.members, member))


def with_members(roster: Roster, members: Iterable[Member], now: datetime) -> Roster:
    """The next version, with several partners added or replaced at once, each as `with_member` has it."""
    found = roster
    for member in members:
        found = with_member(found, member, now)
    return replace(_next(roster, now), members=found.members)


def with_group(roster: Roster, group: Group, now: datetime) -> Roster:
    """The next version, with a group added or replaced. What is marked already keeps the group as it was."""
    return replace(_next(roster, now), groups=_put(roster.groups, group))


def with_policy(roster: Roster, policy: Policy, now: datetime) -> Roster:
    """The next version, with a classification scheme added or replaced."""
    return replace(_next(roster, now), policies=_put(roster.policies, policy))


def with_stewards(roster: Roster, stewards: Iterable[PartnerId], threshold: int, now: datetime) -> Roster:
    """The next version, with other stewards and the number of them who must sign the version after it."""
    return replace(_next(roster, now), stewards=frozenset(stewards), threshold=threshold)


def with_key(roster: Roster, code: PartnerId, public: bytes, now: datetime, since: datetime | None = None) -> Roster:
    """The next version, in which a partner's new key holds from `since` (now, when None), and its others end now.

    A first key of a partner that signed before it was known here holds from long ago; a rotation holds from now.

    Raises:
        UnknownMemberError: the roster does not list the partner.
        KeyRewrittenError: the key is listed already; a key that ended never comes back.
        WeakKeyError: a public key that is no sound one.
    """
    new = listed(public, now if since is None else since)
    if any(member.key(new.id) for member in roster.members):
        raise KeyRewrittenError(f"key {new.id}", "it listed already", "a new key")
    member = _closed(roster, code, now)
    return replace(_next(roster, now), members=_put(roster.members, replace(member, keys=(*member.keys, new))))


def with_keys_closed(roster: Roster, code: PartnerId, now: datetime) -> Roster:
    """The next version, in which all keys of a partner end at `now`: it left, or its key was stolen.

    A partner stays listed, since what it signed while its keys held stays verifiable.

    Raises:
        UnknownMemberError: the roster does not list the partner.
    """
    return replace(_next(roster, now), members=_put(roster.members, _closed(roster, code, now)))


def check_succession(old: Roster, new: Roster, signers: frozenset[PartnerId]) -> None:
    """Refuse `new`, signed by `signers`, as the version that follows `old`.

    Raises:
        RosterRollbackError: its version is not the next one.
        RosterForkError: it names another version before it than `old`.
        ThresholdError: fewer of the stewards of `old` signed it than `old` asks for.
        KeyRewrittenError: a listed key is gone, or changed in more than by gaining an end.
    """
    if new.version != old.version + 1:
        expected = f"version {old.version + 1}, which follows the one held"
        raise RosterRollbackError("roster", f"version {new.version}", expected, "Fetch the versions in between first.")
    if new.previous != (held := fingerprint(old)):
        next_step = "Two lists are in use: compare fingerprints with the stewards by another channel."
        raise RosterForkError("roster", f"one that follows {new.previous}", f"one that follows {held}", next_step)
    check_threshold(new, old.stewards, old.threshold, signers)
    for member in old.members:
        after = new.member(member.code)
        for key in member.keys:
            _check_key(key, after.key(key.id) if after else None, member.code)


def check_threshold(
    roster: Roster, stewards: frozenset[PartnerId], threshold: int, signers: frozenset[PartnerId]
) -> None:
    """Refuse a roster that fewer than `threshold` of `stewards` signed; a partner counts once, whatever its keys.

    Raises:
        ThresholdError: too few signed it.
    """
    signed = stewards & signers
    if len(signed) < threshold:
        found = f"signatures of {', '.join(sorted(signed)) or 'no steward'}"
        expected = f"{threshold} of {', '.join(sorted(stewards))}"
        raise ThresholdError(f"roster version {roster.version}", found, expected, "Ask the other stewards to sign it.")


def _check_key(before: RosterKey, after: RosterKey | None, code: PartnerId) -> None:
    """Refuse a listed key that is not there, or that changed otherwise than by gaining an end."""
    thing = f"key {before.id} of {code}"
    if after is None:
        raise KeyRewrittenError(
            thing, "it gone from the next roster", "every key once listed, since it proves the past"
        )
    if after not in (before, replace(before, until=after.until)) or (before.until and after != before):
        raise KeyRewrittenError(
            thing, "it changed in the next roster", "it unchanged, or with an end where it had none"
        )


def _next(roster: Roster, now: datetime) -> Roster:
    """The version after `roster`, so far with its parts."""
    return replace(roster, version=roster.version + 1, issued_at=now, previous=fingerprint(roster))


def _put(listing: tuple[Coded, ...], one: Coded) -> tuple[Coded, ...]:
    """A listing in order of code, with `one` in the place of what had its code."""
    others = tuple(each for each in listing if each.code != one.code)
    return tuple(sorted((*others, one), key=lambda each: each.code))


def _closed(roster: Roster, code: PartnerId, now: datetime) -> Member:
    """A partner, all of whose keys have an end."""
    member = roster.member(code)
    if member is None:
        known = ", ".join(each.code for each in roster.members)
        raise UnknownMemberError("partner", code, f"one of {known}")
    keys = tuple(key if key.until else replace(key, until=now) for key in member.keys)
    return replace(member, keys=keys)
