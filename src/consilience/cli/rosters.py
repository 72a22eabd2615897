"""Rosters at the command line: what was asked for becomes the next version, or an error that says what is possible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from consilience.cli.keys import key_text
from consilience.cli.terminal import block
from consilience.errors import UsageError
from consilience.model.identity import PartnerId
from consilience.model.marking import Tlp
from consilience.model.roster import Group, Member, Policy, Roster
from consilience.node.node import Node
from consilience.release.policy import PUBLIC
from consilience.trust import roster as rosters
from consilience.trust.keys import key_id

_CODE = re.compile(r"[A-Z][A-Z0-9-]{0,31}")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_REACH = {tlp.text.removeprefix("TLP:"): tlp for tlp in Tlp}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user said of a partner; what is empty or None stays as it is."""

    code: str
    name: str
    clearance: Sequence[str] | None
    accredit: Sequence[str] | None
    reach: str


def with_partner(roster: Roster, wanted: Wanted, now: datetime) -> Roster:
    """The next version, with a partner added or changed; its key is another step, `with_its_key`.

    Raises:
        UsageError: for a code, level or circle that is none.
    """
    code = _code(wanted.code, "partner")
    if roster.group(code) or code == PUBLIC:
        raise UsageError(f"partner {code}", "a word that stands for others", "a code of its own")
    before = roster.member(code) or Member(PartnerId(code), code)
    clearance, controls = before.clearance, before.accredited
    if wanted.clearance is not None:
        clearance = _clearance(roster, wanted.clearance)
    if wanted.accredit is not None:
        controls = frozenset(_code(each, "control") for each in wanted.accredit)
    reach = _reach(wanted.reach) if wanted.reach else before.reach
    member = Member(before.code, wanted.name or before.name, before.keys, clearance, controls, reach)
    return rosters.with_member(roster, member, now)


def with_its_key(roster: Roster, code: str, public: bytes, now: datetime) -> Roster:
    """The next version, in which the partner's new key holds and its others end; a first key holds from long ago."""
    member = roster.member(code)
    since = now if member and member.keys else _LONG_AGO
    return rosters.with_key(roster, PartnerId(code), public, now, since)


def key_is_new(roster: Roster, code: str, public: bytes) -> bool:
    """Whether a key is another than the one that the partner has.

    Raises:
        UsageError: it was ended, or is another partner's.
    """
    for member in roster.members:
        known = member.key(key_id(public))
        if known is not None and known.until is not None:
            found = f"a key that ended on {known.until:%Y-%m-%d %H:%M}"
            raise UsageError(
                "--key", found, "one that holds", f"An ended key never comes back: {code} says partner rotate."
            )
        if known is not None and member.code != code:
            raise UsageError("--key", f"the key of {member.code}", f"one of {code}'s own")
        if known is not None:
            return False
    return True


def partner_of(node: Node, code: str) -> Member:
    """A partner of a node by its code.

    Raises:
        UsageError: the node itself, or nobody on the roster.
    """
    member = node.roster.member(code)
    if code == node.partner:
        raise UsageError(f"partner {code}", "this node itself", "another partner")
    if member is None:
        known = ", ".join(each.code for each in node.roster.members if each.code != node.partner) or "none yet"
        raise UsageError(
            f"partner {code}", "not on the roster", f"one of {known}", f"Run: consilience partner add {code}"
        )
    return member


def with_members(roster: Roster, code: str, members: Sequence[str], now: datetime) -> Roster:
    """The next version, with a group added or replaced.

    Raises:
        UsageError: for a code that is a partner's, or members that the roster does not know.
    """
    if roster.member(code) or code == PUBLIC:
        raise UsageError(f"group {code}", "a partner of that code", "another code")
    strange = sorted(each for each in members if roster.member(each) is None)
    if strange:
        known = ", ".join(member.code for member in roster.members)
        raise UsageError(f"group {code}", f"{strange[0]}, who is not on the roster", f"members among {known}")
    return rosters.with_group(roster, Group(_code(code, "group"), frozenset(map(PartnerId, members))), now)


def with_levels(roster: Roster, code: str, levels: Sequence[str], now: datetime) -> Roster:
    """The next version, with a classification scheme added, or levels added above those it has.

    Raises:
        UsageError: when what is there already would get another rank.
    """
    wanted = tuple(" ".join(level.upper().split()) for level in levels)
    before = roster.policy(code)
    if before and wanted[: len(before.levels)] != before.levels:
        # a label holds ranks, not names: another order would lower what is marked
        raise UsageError(f"policy {code}", ", ".join(wanted), f"levels that begin with {', '.join(before.levels)}")
    if len(set(wanted)) < len(wanted) or not all(wanted):
        raise UsageError(f"policy {code}", ", ".join(wanted), "levels that differ")
    return rosters.with_policy(roster, Policy(_code(code, "policy"), wanted), now)


def roster_text(roster: Roster) -> str:
    """The roster as a person reads it."""
    lines = [f"roster version {roster.version}, issued {roster.issued_at:%Y-%m-%d %H:%M} UTC", ""]
    for member in roster.members:
        levels = (
            ", ".join(_level(roster, policy, rank) for policy, rank in member.clearance)
            or "nothing above the lowest level"
        )
        lines.append(f"{member.code}  {member.name}")
        lines.append(f"    cleared for {levels}; reach {member.reach.text}")
        if member.accredited:
            lines.append(f"    accredited for {', '.join(sorted(member.accredited))}")
        for key in member.keys:
            ended = f" until {key.until:%Y-%m-%d %H:%M}" if key.until else ""
            lines.append(f"    key {key_text(key.public)} since {key.since:%Y-%m-%d %H:%M}{ended}")
            lines.append(f"        fingerprint {key.id}")
    for group in roster.groups:
        lines.append(f"group {group.code}: {', '.join(sorted(group.members))}")
    for policy in roster.policies:
        lines.append(f"policy {policy.code}: {' < '.join(policy.levels)}")
    return block(lines)


def _level(roster: Roster, code: str, rank: int) -> str:
    policy = roster.policy(code)
    return f"{code} {policy.levels[rank]}" if policy and rank < len(policy.levels) else f"{code} rank {rank}"


def _clearance(roster: Roster, said: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """The highest ranks from words such as `SECRET` or `NATO SECRET`."""
    ranks: dict[str, int] = {}
    for words in said:
        text = " ".join(words.upper().split())
        ways = {
            way: (policy.code, rank)
            for policy in reversed(roster.policies)
            for rank, level in enumerate(policy.levels)
            for way in (level, f"{policy.code} {level}")
        }
        if text not in ways:
            known = ", ".join(f"{policy.code} {level}" for policy in roster.policies for level in policy.levels)
            raise UsageError("--clearance", repr(words), f"one of {known}")
        policy, rank = ways[text]
        ranks[policy] = rank
    return tuple(sorted(ranks.items()))


def _reach(text: str) -> Tlp:
    found = _REACH.get(text.upper().removeprefix("TLP:"))
    if found is None:
        raise UsageError("--reach", repr(text), "one of " + ", ".join(_REACH))
    return found


def _code(text: str, what: str) -> str:
    if not _CODE.fullmatch(text):
        raise UsageError(f"{what} {text!r}", "a code that is none", "capitals, digits and -, such as GBR")
    return text
