"""Write: what partners state as STIX 2.1 objects, on standard types that anybody reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from consilience.errors import UsageError
from consilience.exchange.stix import marking
from consilience.exchange.stix.incident import incident, marked_portions
from consilience.exchange.stix.location import location, shipped
from consilience.exchange.stix.naming import FOUNDED, incident_id, partner_id, stamp, stix_id
from consilience.exchange.stix.thing import Body, StixObject, made, once
from consilience.exchange.stix.version import Version, Word
from consilience.model.entry import ClaimEntry, Remarking, Retraction, Statement
from consilience.model.identity import PartnerId
from consilience.model.marking import OPEN, Label
from consilience.model.period import Period, parse_moment
from consilience.trust.canonical import Json

Target = Callable[[str], Statement | None]
ByClaimId = Callable[[str], str | None]
Raised = Callable[[str], Label]

OPINIONS = {"denied": "strongly-disagree", "not-observed": "disagree", "unverified": "neutral"}
"""A modality that speaks against a claim, in the words of an opinion (STIX 2.1, section 4.15)."""

_SEEN = ("observed", "estimated")


class Writer:
    """Statements of partners as STIX objects: two nodes that hold one statement write the same bytes."""

    def __init__(self) -> None:
        """Know the places that ship with the program."""
        self._places = shipped()

    def objects(
        self,
        statement: Statement,
        digest: str,
        target: Target,
        by_claim_id: ByClaimId | None = None,
        raised: Raised = lambda digest: OPEN,
    ) -> tuple[StixObject, ...]:
        """The objects that show a statement, each after what it refers to.

        A claim is an identity of the issuer (and of the partner and the speaker, where they are others),
        marking-definitions, a location, the incident, what relates them, and an opinion where it speaks against a
        claim. A retraction is its target's incident as a new version, revoked; a remarking the same with its label
        raised. Anything else, and a word on what is not known or is another's, is nothing.

        Args:
            statement: what is said.
            digest: the name of the statement.
            target: the statement of a digest that is spoken of.
            by_claim_id: the digest of the claim with an id, of those that whoever reads this is given; without it no
                opinion is written.
            raised: the join of the labels that earlier remarkings gave the object of a digest: without it, a later
                word on a claim that was marked higher would show the claim with less.
        """
        match statement.content:
            case ClaimEntry():
                return once(self._claim(Version(statement, digest), by_claim_id))
            case Retraction(object=name) | Remarking(object=name):
                spoken_of, word = target(name), Word.of(statement, digest, raised(name))
                # Nobody withdraws or marks what is another's.
                if spoken_of is None or not isinstance(spoken_of.content, ClaimEntry):
                    return ()
                if spoken_of.issuer != statement.issuer:
                    return ()
                version = Version(spoken_of, name, word)
                return once((*self._markings(version), made(incident(version))))
            case _:
                return ()

    def _claim(self, version: Version, by_claim_id: ByClaimId | None) -> Iterator[StixObject]:
        """All objects of one claim."""
        issuer, cells = version.statement.issuer, version.cells
        yield _partner(issuer)
        yield from self._markings(version)
        place = self._location(version)
        if place is not None:
            yield made(place)
        yield made(incident(version))
        if place is not None:
            yield made(_located(version, str(place["id"])))
        elif (seen := _sighting(version)) is not None:
            yield made(seen)
        yield from self._said_by(version)
        if by_claim_id is not None and (opinion := _opinion(version, cells, by_claim_id)) is not None:
            yield made(opinion)

    def _markings(self, version: Version) -> Iterator[StixObject]:
        """The marking-definitions that a version refers to."""
        entry = version.entry
        yield from marking.definitions(*version.whole)
        for portion in marked_portions(version):
            yield from marking.definitions(*version.marking(entry.base.join(portion.label), ""))

    def _location(self, version: Version) -> Body | None:
        """The location of a claim, marked as the whole: who has one of its objects has all."""
        return location(version.cells, marking.refs(*version.whole), self._places)

    def _said_by(self, version: Version) -> Iterator[StixObject]:
        """Who asserted it, where that is not who recorded it: the partner, and its speaker."""
        issuer, cells = version.statement.issuer, version.cells
        partner, speaker = cells.get("partner", ""), cells.get("speaker", "")
        if partner and partner != issuer:
            yield _partner(partner)
            yield made(_relation(version, "held by", partner_id(partner)))
        if speaker and speaker != partner:
            refs: list[Json] = list(marking.refs(*version.whole))
            identity: Body = {
                "type": "identity",
                "spec_version": "2.1",
                "id": stix_id("identity", "speaker", speaker, refs),
                "created": stamp(FOUNDED),
                "modified": stamp(FOUNDED),
                "name": speaker,
                "identity_class": "unknown",
                "object_marking_refs": refs,
            }
            yield made(identity)
            yield made(_relation(version, "asserted by", str(identity["id"])))


@lru_cache(maxsize=10_000)
def _partner(code: str) -> StixObject:
    """The identity of a partner, by its code alone: when our roster changed, and how it names others, is nobody's business."""
    return made(
        {
            "type": "identity",
            "spec_version": "2.1",
            "id": partner_id(code),
            "created": stamp(FOUNDED),
            "modified": stamp(FOUNDED),
            "name": code,
            "identity_class": "organization",
        }
    )


def report(issuer: PartnerId, published: datetime, refs: Sequence[str], name: str) -> StixObject:
    """One STIX report, which names what one release gave.

    Raises:
        UsageError: when it gave nothing: a report of nothing is none (STIX 2.1, section 4.16).
    """
    if not refs:
        raise UsageError(f"report {name}", "no objects", "at least one object that was given")
    when = stamp(published)
    listed: list[Json] = list(dict.fromkeys(refs))
    return made(
        {
            "type": "report",
            "spec_version": "2.1",
            "id": stix_id("report", issuer, when, name, listed),
            "created_by_ref": partner_id(issuer),
            "created": when,
            "modified": when,
            "name": name or "release",
            "published": when,
            "object_refs": listed,
        }
    )


def _common(version: Version, kind: str, *content: Json) -> Body:
    """What every object beside an incident has in common with it."""
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": stix_id(kind, version.digest, *content),
        "created_by_ref": partner_id(version.statement.issuer),
        "created": version.created,
        "modified": version.created,
        "object_marking_refs": list(marking.refs(*version.whole)),
    }


def _relation(version: Version, role: str, target: str) -> Body:
    """The incident to another object, by the one type that STIX 2.1 has for any two (section 3.7).

    Types of our own, and `located-at` from an incident, are refused by OpenCTI: the description says which it is.
    """
    return {
        **_common(version, "relationship", role, target),
        "relationship_type": "related-to",
        "description": role,
        "source_ref": incident_id(version.digest),
        "target_ref": target,
    }


def _located(version: Version, place: str) -> Body:
    """Where, and from when to when: the times of a relationship are standard ones (STIX 2.1, section 5.1)."""
    body = _relation(version, "located at", place)
    period = period_of(version.cells)
    if period is not None:
        body["start_time"] = stamp(period.start)
        if period.end is not None and period.end > period.start:
            body["stop_time"] = stamp(period.end)
    return body


def _sighting(version: Version) -> Body | None:
    """When, for what was seen at a place that is not named."""
    period = period_of(version.cells)
    if period is None or version.cells.get("modality") not in _SEEN:
        return None
    ends = period.end is not None and period.end >= period.start
    return {
        **_common(version, "sighting"),
        "sighting_of_ref": incident_id(version.digest),
        "first_seen": stamp(period.start),
        "last_seen": stamp(period.end) if ends and period.end else None,
    }


def _opinion(version: Version, cells: dict[str, str], by_claim_id: ByClaimId) -> Body | None:
    """What a claim that denies, or could not confirm, thinks of the claims that it is about."""
    opinion = OPINIONS.get(cells.get("modality", ""))
    digests = [found for name in cells.get("about", "").split() if (found := by_claim_id(name))]
    if opinion is None or not digests:
        return None
    refs: list[Json] = list(dict.fromkeys(incident_id(digest) for digest in digests))
    return {
        **_common(version, "opinion", refs),
        "external_references": [{"source_name": "consilience", "external_id": incident_id(version.digest)}],
        "opinion": opinion,
        "explanation": cells.get("text"),
        "object_refs": refs,
    }


def period_of(cells: dict[str, str]) -> Period | None:
    """The period of a claim; None when it states none that can be read."""
    try:
        begin = parse_moment(cells["period_from"])
        return Period(begin, parse_moment(cells["period_to"]) if "period_to" in cells else None)
    except (KeyError, ValueError):
        return None
