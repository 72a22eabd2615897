"""Read: STIX objects as rows of the native table. Ours come back to the letter, others' as far as a row can say them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from consilience.exchange.stix.extension import CLAIM
from consilience.exchange.stix.foreign import Foreign
from consilience.exchange.stix.incident import PROJECTED, incident
from consilience.exchange.stix.naming import read_stamp
from consilience.exchange.stix.raw import Fault, Raw, parse_all
from consilience.exchange.stix.version import Version, read_version
from consilience.intake.setaside import Problem
from consilience.trust import shape
from consilience.trust.canonical import Json
from consilience.trust.errors import TrustError

DEFAULT_PARTNER = "STIX"
"""The partner of an object whose creator is not named."""

_TIMES = ("created", "modified")
_NO_WORDS = "marked higher since"  # no form of docs/release.md, so that it is read as owner only


@dataclass(frozen=True, slots=True)
class Reading:
    """What some objects say as native rows, and what of them no row says.

    Attributes:
        rows: native cells by column, in order of the objects that they come from.
        numbers: for each row the place of its object among those read, from 1.
        losses: how many objects (`indicator`), and properties of objects that are rows (`incident.lang`), no native
            column holds, in order of name.
        problems: each object that is no row though it may be meant as one, with why: malformed, altered, withdrawn,
            or of a type that carries no claim.
    """

    rows: tuple[dict[str, str], ...]
    numbers: tuple[int, ...]
    losses: Mapping[str, int]
    problems: tuple[Fault, ...]


def read(objects: Iterable[object], partner: str = DEFAULT_PARTNER) -> Reading:
    """Read the objects of a bundle, or of a page of a TAXII collection: ours or anyone's, each parsed from JSON.

    Of several versions of an object the last counts. An object of ours is checked: its extension holds the claim
    and the claim's digest, and its standard properties must be those that follow. Nothing raises for content.

    Args:
        objects: as JSON values.
        partner: whose claims they are, where no creator is named.
    """
    good, problems = parse_all(objects)
    losses: Counter[str] = Counter()
    current = _newest(good, losses, problems)
    ours: list[tuple[Raw, Version]] = []
    theirs: list[Raw] = []
    for raw in current:
        if raw.type != "incident" or raw.extension(CLAIM) is None:
            theirs.append(raw)
            continue
        found = _checked(raw)
        if isinstance(found, Fault):
            problems.append(found)
        else:
            ours.append((raw, found))
    rows: list[tuple[int, dict[str, str]]] = []
    for raw, version in ours:
        losses.update(f"incident.{name}" for name in raw.body.keys() - set(PROJECTED) - raw.used)
        if version.word is not None and version.is_withdrawn:
            problems.append(Fault(raw.number, raw.id, _withdrawn(version.word.reason)))
        else:
            rows.append((raw.number, native(version)))
    foreign = Foreign(theirs, ours, partner)
    rows += foreign.rows()
    problems += foreign.problems
    losses.update(foreign.losses)
    rows.sort(key=lambda row: row[0])
    problems.sort(key=lambda fault: fault.number)
    return Reading(
        tuple(cells for _, cells in rows),
        tuple(number for number, _ in rows),
        dict(sorted(losses.items())),
        tuple(problems),
    )


def digest_of(obj: object) -> str | None:
    """The digest of the statement that made an object of ours: a claim, or the later word on it; None for any other.

    It is what the object says of itself: `read` checks it against the rest, an envelope proves it.
    """
    extensions = obj.get("extensions") if isinstance(obj, dict) else None
    found = extensions.get(CLAIM) if isinstance(extensions, dict) else None
    if not isinstance(found, dict):
        return None
    word = found.get("word")
    digest = word.get("digest") if isinstance(word, dict) else found.get("digest")
    return digest if isinstance(digest, str) and shape.DIGEST.fullmatch(digest) else None


def native(version: Version) -> dict[str, str]:
    """The cells of a claim, to the letter; one that was marked higher since has both markings, which is the stricter."""
    cells, word, own = version.cells, version.word, version.entry.label
    if word is None or word.label is None or own.dominates(word.label):
        return cells
    said = word.marking or _NO_WORDS
    if word.label.dominates(own):
        cells["marking"] = said
    elif "marking" in cells:  # without one it is its owner's only, which nothing raises
        cells["marking"] += f"//{said}"
    return cells


def _newest(good: list[Raw], losses: Counter[str], problems: list[Fault]) -> list[Raw]:
    """The last version of each object; two contents of one version are both kept, and named."""
    by_id: dict[str, list[Raw]] = {}
    for raw in good:
        by_id.setdefault(raw.id, []).append(raw)
    kept: list[Raw] = []
    for versions in by_id.values():
        last = max((raw.version for raw in versions if raw.version), default=None)
        distinct: list[Raw] = []
        for raw in versions:
            if raw.version != last:
                losses[f"{raw.type} (an earlier version)"] += 1
            elif all(raw.body != other.body for other in distinct):
                distinct.append(raw)
        for raw in distinct[1:]:
            found = f"{raw.type} with several contents"
            problems.append(Fault(raw.number, raw.id, Problem("modified", found, "one content for each version")))
        kept += distinct
    return kept


def _checked(raw: Raw) -> Version | Fault:
    """The version that an incident of ours shows, or how it was altered."""
    try:
        version = read_version(raw.extension(CLAIM))
        expected = incident(version)
    except TrustError as error:
        return Fault(raw.number, raw.id, Problem("extension", f"{error.thing}: {error.found}", error.expected))
    names = ["id"] if raw.id != expected["id"] else []
    names += [name for name in PROJECTED if not _same(name, raw.body.get(name), expected.get(name))]
    if names:
        found = "altered: " + ", ".join(names)
        return Fault(raw.number, raw.id, Problem("object", found, "the properties that follow from its extension"))
    return version


def _same(name: str, found: Json, expected: Json) -> bool:
    """Whether a property is as it was written; a time may have more digits, and `revoked` false may be absent."""
    if name in _TIMES:
        return read_stamp(found) == read_stamp(expected)
    return (found or None) == (expected or None) if name == "revoked" else found == expected


def _withdrawn(reason: str) -> Problem:
    return Problem("revoked", f"withdrawn by its issuer: {reason or 'no reason given'}", "a claim that stands")
