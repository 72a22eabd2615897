"""Wire: labels and rosters as JSON values, and back. One value, one form; nothing is left out or taken for granted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import NoReturn

from consilience.model.identity import PartnerId
from consilience.model.marking import Label, Pap, Tlp
from consilience.model.roster import Group, Member, Policy, Roster, RosterKey
from consilience.trust import shape
from consilience.trust.canonical import Json
from consilience.trust.ed25519 import check_public
from consilience.trust.errors import MalformedStatementError
from consilience.trust.keys import key_id

_LABEL = frozenset({"levels", "rel", "controls", "tlp", "pap", "orig", "embargo", "expiry"})
_ROSTER = frozenset(
    {"version", "issued_at", "stewards", "threshold", "members", "groups", "policies", "previous"}
)  # fmt: skip
_MEMBER = frozenset({"code", "name", "keys", "clearance", "accredited", "reach"})
_KEY = frozenset({"public", "since", "until"})
_GROUP = frozenset({"code", "members"})
_POLICY = frozenset({"code", "levels"})
_TLP = {tlp.text: tlp for tlp in Tlp}
_PAP = {f"PAP:{pap.name}": pap for pap in Pap}


def label_json(label: Label) -> Json:
    """A label; `rel` null is anybody, an empty list nobody."""
    return {
        "levels": dict(label.levels),
        "rel": None if label.rel is None else _sorted(label.rel),
        "controls": _sorted(label.controls),
        "tlp": label.tlp.text,
        "pap": f"PAP:{label.pap.name}",
        "orig": _sorted(label.orig),
        "embargo": shape.optional_time_text(label.embargo),
        "expiry": shape.optional_time_text(label.expiry),
    }


def read_label(value: Json, path: str) -> Label:
    """The label at `path`."""
    found = shape.fields(value, path, _LABEL)
    rel = found["rel"]
    return Label(
        levels=shape.ranks(found["levels"], f"{path}.levels"),
        rel=None if rel is None else partners(rel, f"{path}.rel"),
        controls=shape.ascending(found["controls"], f"{path}.controls"),
        tlp=_tlp(found["tlp"], f"{path}.tlp"),
        pap=_pap(found["pap"], f"{path}.pap"),
        orig=partners(found["orig"], f"{path}.orig"),
        embargo=shape.optional_time(found["embargo"], f"{path}.embargo"),
        expiry=shape.optional_time(found["expiry"], f"{path}.expiry"),
    )


def roster_json(roster: Roster) -> Json:
    """A roster. A key's id is not written: it follows from the key.

    Raises:
        MalformedStatementError: a key whose id is not that of its bytes.
    """
    return {
        "version": roster.version,
        "issued_at": shape.time_text(roster.issued_at),
        "stewards": _sorted(roster.stewards),
        "threshold": roster.threshold,
        "members": [_member_json(member) for member in roster.members],
        "groups": [{"code": group.code, "members": _sorted(group.members)} for group in roster.groups],
        "policies": [{"code": policy.code, "levels": list(policy.levels)} for policy in roster.policies],
        "previous": roster.previous,
    }


def read_roster(value: Json, path: str) -> Roster:
    """The roster at `path`, every part of which fits every other.

    Raises:
        MalformedStatementError: a shape, an order or a reference that is wrong.
        WeakKeyError: a public key that is no sound one.
    """
    found = shape.fields(value, path, _ROSTER)
    previous = found["previous"]
    roster = Roster(
        version=shape.whole(found["version"], f"{path}.version", 1),
        issued_at=shape.time(found["issued_at"], f"{path}.issued_at"),
        stewards=partners(found["stewards"], f"{path}.stewards"),
        threshold=shape.whole(found["threshold"], f"{path}.threshold", 1),
        members=shape.items(found["members"], f"{path}.members", _member),
        groups=shape.items(found["groups"], f"{path}.groups", _group),
        policies=shape.items(found["policies"], f"{path}.policies", _policy),
        previous="" if previous == "" else shape.digest(previous, f"{path}.previous"),
    )
    _check_roster(roster, path)
    return roster


def partners(value: Json, path: str) -> frozenset[PartnerId]:
    """A set of partners."""
    return frozenset(map(PartnerId, shape.ascending(value, path)))


def _check_roster(roster: Roster, path: str) -> None:
    """Refuse a roster whose parts contradict each other: each rule closes a way to two readings of one list."""
    codes = [member.code for member in roster.members]
    _check_order(codes, f"{path}.members")
    _check_order([group.code for group in roster.groups], f"{path}.groups")
    _check_order([policy.code for policy in roster.policies], f"{path}.policies")
    members = frozenset(codes)
    if strangers := roster.stewards - members:
        shape.refuse(f"{path}.stewards", sorted(strangers), "members of the roster")
    if roster.threshold > len(roster.stewards):
        shape.refuse(f"{path}.threshold", roster.threshold, f"no more than the {len(roster.stewards)} stewards")
    for i, group in enumerate(roster.groups):
        if strangers := group.members - members:
            shape.refuse(f"{path}.groups[{i}].members", sorted(strangers), "members of the roster")
        if group.code in members:
            shape.refuse(f"{path}.groups[{i}].code", group.code, "a code that no member has")
    # A key that two partners list would let either sign as the other.
    keys = Counter(key.id for member in roster.members for key in member.keys)
    if twice := [key for key, times in keys.items() if times > 1]:
        shape.refuse(f"{path}.members", twice[0], "each key once in the roster")
    if (roster.version == 1) != (roster.previous == ""):
        shape.refuse(f"{path}.previous", roster.previous, "empty in version 1, and a fingerprint in every later one")


def _check_order(codes: list[str] | list[PartnerId], path: str) -> None:
    """Refuse codes that are not ascending, each once."""
    if any(before >= after for before, after in pairwise(codes)):
        shape.refuse(path, ", ".join(codes), "each code once, in ascending order")


def _member_json(member: Member) -> Json:
    """One partner."""
    for key in member.keys:
        if key.id != key_id(key.public):
            raise MalformedStatementError(
                f"key of {member.code}", key.id, f"{key_id(key.public)}, which its bytes give"
            )
    return {
        "code": member.code,
        "name": member.name,
        "keys": [_key_json(key) for key in member.keys],
        "clearance": dict(member.clearance),
        "accredited": _sorted(member.accredited),
        "reach": member.reach.text,
    }


def _member(value: Json, path: str) -> Member:
    """The partner at `path`."""
    found = shape.fields(value, path, _MEMBER)
    return Member(
        code=PartnerId(shape.word(found["code"], f"{path}.code")),
        name=shape.text(found["name"], f"{path}.name"),
        keys=shape.items(found["keys"], f"{path}.keys", _key),
        clearance=shape.ranks(found["clearance"], f"{path}.clearance"),
        accredited=shape.ascending(found["accredited"], f"{path}.accredited"),
        reach=_tlp(found["reach"], f"{path}.reach"),
    )


def _key_json(key: RosterKey) -> Json:
    """One public key."""
    since, until = shape.time_text(key.since), shape.optional_time_text(key.until)
    return {"public": key.public.hex(), "since": since, "until": until}


def _key(value: Json, path: str) -> RosterKey:
    """The public key at `path`."""
    found = shape.fields(value, path, _KEY)
    public = bytes.fromhex(shape.digest(found["public"], f"{path}.public"))
    check_public(public, f"{path}.public of the payload")
    since = shape.time(found["since"], f"{path}.since")
    until = shape.optional_time(found["until"], f"{path}.until")
    if until is not None and until < since:
        shape.refuse(f"{path}.until", found["until"], "no time before the key's beginning")
    return RosterKey(key_id(public), public, since, until)


def _group(value: Json, path: str) -> Group:
    """The group at `path`."""
    found = shape.fields(value, path, _GROUP)
    return Group(shape.word(found["code"], f"{path}.code"), partners(found["members"], f"{path}.members"))


def _policy(value: Json, path: str) -> Policy:
    """The classification scheme at `path`."""
    found = shape.fields(value, path, _POLICY)
    levels = shape.items(found["levels"], f"{path}.levels", shape.word)
    if not levels or len(set(levels)) < len(levels):
        shape.refuse(f"{path}.levels", ", ".join(levels), "one level or more, each once")
    return Policy(shape.word(found["code"], f"{path}.code"), levels)


def _tlp(value: Json, path: str) -> Tlp:
    """The circle that is written as the standard writes it."""
    found = _TLP.get(value) if isinstance(value, str) else None
    return _unknown(path, value, _TLP) if found is None else found


def _pap(value: Json, path: str) -> Pap:
    """The limit that is written as `PAP:AMBER`."""
    found = _PAP.get(value) if isinstance(value, str) else None
    return _unknown(path, value, _PAP) if found is None else found


def _unknown(path: str, found: Json, known: Iterable[str]) -> NoReturn:
    """Refuse a word that is none of those known."""
    shape.refuse(path, found, "one of " + ", ".join(known))


def _sorted(words: Iterable[str]) -> list[Json]:
    """A set as a list in order of code point."""
    return [str(word) for word in sorted(words)]
