"""Narrative: interpretations as standard STIX 2.1 objects, with the DISARM technique that their telling fits, where one does.

A technique is named as an attack-pattern, which is where the DISARM framework publishes its own. It describes how a thing is told,
never whether it is so; the facts that bear on it, with their verdicts, stand beside it as notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from consilience.exchange.stix.naming import FOUNDED, partner_id, stamp, stix_id
from consilience.exchange.stix.thing import Body, StixObject, made, once
from consilience.model.claim import Claim
from consilience.model.narrative import Technique
from consilience.response.narrative import Bearing, ToldNarrative
from consilience.trust.canonical import Json

FRAMEWORK = "https://github.com/DISARMFoundation/DISARMframeworks/blob/main/generated_pages/techniques/"
"""Where the framework (CC BY-SA 4.0) has a page for each technique."""


def narrative_objects(found: Iterable[ToldNarrative], author: str, as_of: datetime) -> tuple[StixObject, ...]:
    """Every narrative as a grouping of who tells it, the technique that fits and a note for each fact that bears on it.

    Args:
        found: the narratives as of `as_of`.
        author: the code of who coded them.
        as_of: the time of the picture; what STIX calls created and modified.
    """
    return once(each for told in found for each in _objects(told, author, stamp(as_of)))


def _objects(told: ToldNarrative, author: str, when: str) -> Iterator[StixObject]:
    """One narrative."""
    yield _identity(author)
    refs: list[Json] = []
    for code in told.narrative.tellers:
        teller = _identity(code)
        refs.append(teller.id)
        yield teller
    technique = told.narrative.technique
    name = stix_id("grouping", author, when, told.narrative.id)
    if technique:
        pattern = _pattern(technique)
        refs.append(pattern.id)
        yield pattern
        yield _fits(name, pattern.id, technique, author, when)
    notes = [_note(told, bearing, author, when) for bearing in told.bearings]
    yield from notes
    refs.extend(note.id for note in notes)
    yield made(
        {
            **_common("grouping", name, author, when),
            "name": told.narrative.title,
            "description": f"Told by {', '.join(told.narrative.tellers)}; {told.because}. {_cited(told.told)}",
            "context": "unspecified",  # the vocabulary of section 10.5 has no narrative
            "labels": ["narrative"],
            "external_references": _pages(told.told),
            "object_refs": refs,
        }
    )


def _common(kind: str, name: str, author: str, when: str) -> Body:
    """What every object of a moment has in common."""
    return {
        "type": kind, "spec_version": "2.1", "id": name, "created_by_ref": partner_id(author), "created": when, "modified": when,
    }  # fmt: skip


def _identity(code: str) -> StixObject:
    """Whoever tells or codes it, by the code alone."""
    when = stamp(FOUNDED)
    return made(
        {
            "type": "identity", "spec_version": "2.1", "id": partner_id(code), "created": when, "modified": when, "name": code,
            "identity_class": "organization",
        }
    )  # fmt: skip


def _pattern(technique: Technique) -> StixObject:
    """A technique of the framework, named and not copied."""
    when = stamp(FOUNDED)
    return made(
        {
            "type": "attack-pattern", "spec_version": "2.1", "id": stix_id("attack-pattern", "DISARM", technique.id),
            "created": when, "modified": when, "name": technique.name,
            "external_references": [
                {"source_name": "DISARM", "external_id": technique.id, "url": f"{FRAMEWORK}{technique.id}.md"}
            ],
        }
    )  # fmt: skip


def _fits(source: str, target: str, technique: Technique, author: str, when: str) -> StixObject:
    """That the telling fits the technique, and why."""
    return made(
        {
            **_common("relationship", stix_id("relationship", source, target), author, when),
            "relationship_type": "related-to", "source_ref": source, "target_ref": target, "description": technique.note,
        }
    )  # fmt: skip


def _note(told: ToldNarrative, bearing: Bearing, author: str, when: str) -> StixObject:
    """One fact with its verdict, said of the tellers: a note refers to objects that stand before it."""
    finding = bearing.fact.finding
    content = f"{bearing.side.value} it: {bearing.fact.title}. {finding.verdict.value}: {finding.headline}"
    refs: list[Json] = [partner_id(code) for code in told.narrative.tellers]
    return made(
        {
            **_common("note", stix_id("note", author, when, told.narrative.id, str(bearing.fact.id), bearing.side.value), author, when),
            "abstract": finding.verdict.value, "content": content, "external_references": _pages(bearing.claims),
            "object_refs": refs,
        }
    )  # fmt: skip


def _cited(claims: Iterable[Claim]) -> str:
    """Who said it when."""
    return "; ".join(f"{claim.speaker.name}, {claim.reported_at} ({claim.id}): {claim.text}" for claim in claims)


def _pages(claims: Iterable[Claim]) -> list[Json]:
    """The page of each claim."""
    return [
        {
            "source_name": claim.source or str(claim.partner),
            "external_id": str(claim.id),
            **({"url": claim.url} if claim.url else {}),
        }
        for claim in claims
    ]
