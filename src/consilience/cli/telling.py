"""Telling: interpretations and versions of statements, as text and JSON, and as a STIX bundle."""

from __future__ import annotations

import json as json_text
from collections.abc import Iterator, Sequence
from pathlib import Path

from consilience.cli.looking import SCHEMA, Table
from consilience.cli.reviewing import AUTHOR, Out, of_narrative, reviewed, write
from consilience.cli.terminal import heading, plain, wrapped, written
from consilience.errors import UsageError
from consilience.exchange.stix.naming import stix_id
from consilience.exchange.stix.narrative import narrative_objects
from consilience.intake.narrative import read_hearings, read_narratives
from consilience.model.claim import Claim
from consilience.model.identity import canonical_json
from consilience.response import narrative
from consilience.response.narrative import ToldNarrative
from consilience.response.statement import ToldStatement
from consilience.response.versions import Versions, versions
from consilience.trust.canonical import Json


def told(on: Table, statement: ToldStatement, folder: Path, out: Out, *, json: bool) -> str:
    """What was told by the time: narratives with the facts that bear on them, or statements in their versions.

    Raises:
        UsageError: where the scenario codes no narratives, or a claim has no other version.
    """
    if statement.what == "versions":
        if out.reviews:
            raise UsageError("check versions", "--reviews", "it with a statement, expectations or narratives")
        found = _versions(on, statement, folder)
        return (
            canonical_json(_versions_json(found, on)) + "\n" if json else written(_version_lines(found, statement, on))
        )
    coded = read_narratives(folder)
    if not coded:
        raise UsageError("check narratives", f"no narratives.csv in {folder}", "a scenario that codes them")
    picture = on.desk.picture(on.as_of)
    heard = narrative.told(coded, picture.claims, picture.facts)
    reviewed(out, map(of_narrative, heard), on.as_of.at.date())
    if out.stix is not None:
        write(out.stix, bundle(heard, on))
    return (
        canonical_json(_narratives_json(heard, on)) + "\n" if json else written(_narrative_lines(heard, statement, on))
    )


def bundle(found: Sequence[ToldNarrative], on: Table) -> Json:
    """The narratives as a STIX bundle."""
    objects = narrative_objects(found, AUTHOR, on.as_of.at)
    if not objects:
        raise UsageError("--stix", f"no narrative told by {on.as_of}", "a later --as-of")
    bodies: list[Json] = [json_text.loads(each.body) for each in objects]
    return {"type": "bundle", "id": stix_id("bundle", [each.id for each in objects]), "objects": bodies}


def _versions(on: Table, statement: ToldStatement, folder: Path) -> tuple[Versions, ...]:
    """All versions, or those of one claim."""
    horizon = on.desk.settings.horizon_days
    found = versions(on.desk.holdings.claims, read_hearings(folder), on.as_of, horizon)
    if not statement.claim:
        return found
    claim = on.desk.claim(statement.claim)
    chosen = tuple(each for each in found if any(one.claim.id == claim.id for one in each.versions))
    if not chosen:
        raise UsageError(
            f"check versions of {claim.id}", f"one version by {on.as_of}", "a claim that was told in several"
        )
    return chosen


def _version_lines(found: Sequence[Versions], statement: ToldStatement, on: Table) -> Iterator[str]:
    """Each statement with its versions, and what differs."""
    yield from wrapped(f"Understood: {statement}, as of {on.as_of}.", "  ", "")
    for each in found:
        yield ""
        yield heading(f"{each.speaker}: {len(each.versions)} versions")
        yield from wrapped(each.why, "  ")
        for one in each.versions:
            claim = one.claim
            heard = f"to {one.audience}" if one.audience else "to whom is not said"
            tongue = f" ({one.hearing.language})" if one.hearing.language else ""
            said = f"{claim.reported_at}, {heard}{tongue}, by {claim.source or claim.partner}: {claim.value}"
            yield from wrapped(f"{said}. {claim.text} ({claim.id})", "      ", "    - ")
        for name, values in each.differs:
            yield from wrapped(f"{name} differs: {' | '.join(values)}", "      ", "    ! ")
    yield from _sources([one.claim for each in found for one in each.versions])


def _narrative_lines(found: Sequence[ToldNarrative], statement: ToldStatement, on: Table) -> Iterator[str]:
    """Each narrative: who told it when, and the facts that bear on it."""
    yield from wrapped(f"Understood: {statement}, as of {on.as_of}.", "  ", "")
    for each in found:
        coded = each.narrative
        yield ""
        yield heading(f"{coded.id}: {coded.title}")
        yield from wrapped(
            f"told by {', '.join(coded.tellers)} to {coded.audience or 'an audience that is not named'}", "  "
        )
        yield from wrapped(f"{each.result.value}: {each.because}", "  ")
        for claim in each.told:
            yield from wrapped(
                f"{claim.speaker.name}, {claim.reported_at}: {claim.text} ({claim.id})", "      ", "    - "
            )
        for bearing in each.bearings:
            finding, names = bearing.fact.finding, ", ".join(str(claim.id) for claim in bearing.claims)
            line = f"{bearing.side.value}: {bearing.fact.title}: {finding.verdict.value}, {finding.headline} ({names})"
            yield from wrapped(line, "      ", "    * ")
        if coded.technique:
            tag = coded.technique
            yield from wrapped(f"how it is told fits DISARM {tag.id} {tag.name}: {tag.note}", "      ", "    # ")
        if each.absent:
            yield from wrapped(f"not at hand by then: {', '.join(each.absent)}", "      ", "    ! ")
    cited = [claim for each in found for claim in (*each.told, *(one for b in each.bearings for one in b.claims))]
    yield from _sources(cited)


def _sources(claims: Sequence[Claim]) -> Iterator[str]:
    """The page of each claim."""
    pages = {str(claim.id): claim.url or "unconfirmed: no source at hand" for claim in claims}
    if pages:
        yield ""
        yield heading("Sources")
    for name, url in sorted(pages.items()):
        yield plain(f"  {name}  {url}")


def _claim(claim: Claim) -> dict[str, object]:
    """A claim as the documents cite it."""
    return {
        "claim": str(claim.id), "speaker": claim.speaker.name, "reported_at": str(claim.reported_at), "source": claim.source,
        "value": claim.value, "modality": claim.modality.value, "text": claim.text, "url": claim.url,
    }  # fmt: skip


def _versions_json(found: Sequence[Versions], on: Table) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "as_of": str(on.as_of),
        "statements": [
            {
                "speaker": each.speaker, "why": each.why, "differs": {name: list(values) for name, values in each.differs},
                "versions": [
                    {**_claim(one.claim), "audience": one.audience or None, "language": one.hearing.language or None}
                    for one in each.versions
                ],
            }
            for each in found
        ],
    }  # fmt: skip


def _narratives_json(found: Sequence[ToldNarrative], on: Table) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "as_of": str(on.as_of),
        "narratives": [
            {
                "id": each.narrative.id, "title": each.narrative.title, "tellers": list(each.narrative.tellers),
                "audience": each.narrative.audience or None, "result": each.result.value, "because": each.because,
                "told": list(map(_claim, each.told)), "absent": list(each.absent),
                "bearings": [
                    {"side": one.side.value, "fact": str(one.fact.id), "title": one.fact.title, "settled": one.is_settled,
                     "verdict": one.fact.finding.verdict.value, "claims": [str(claim.id) for claim in one.claims]}
                    for one in each.bearings
                ],
                "disarm": {"id": tag.id, "name": tag.name, "note": tag.note} if (tag := each.narrative.technique) else None,
            }
            for each in found
        ],
    }  # fmt: skip
