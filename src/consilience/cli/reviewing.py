"""Reviewing: results of checks written to a file as schema.org ClaimReview."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from consilience.errors import ConsilienceError
from consilience.exchange.review import Reviewed, reviews
from consilience.response.expectation import Scored
from consilience.response.narrative import ToldNarrative
from consilience.response.role import RoleCheck
from consilience.response.survey import SurveyCheck
from consilience.trust.canonical import Json

AUTHOR = "Consilience"
"""Who reviews, until whoever publishes it puts its own name: a program has no voice of its own."""


@dataclass(frozen=True, slots=True)
class Out:
    """Files to write beside what is shown: narratives as STIX, and results as ClaimReview."""

    stix: Path | None = None
    reviews: Path | None = None


def reviewed(out: Out, found: Iterable[Reviewed], as_of: date | None) -> None:
    """Write the reviews, if that is asked for.

    Raises:
        ConsilienceError: when the file cannot be written.
    """
    if out.reviews is not None:
        write(out.reviews, reviews(found, AUTHOR, as_of))


def write(file: Path, document: Json) -> None:
    """Write a document as JSON that people can read.

    Raises:
        ConsilienceError: when the file cannot be written.
    """
    try:
        file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConsilienceError(str(file), error.strerror or str(error), "a file that can be written") from error


def of_role(checked: RoleCheck) -> Reviewed:
    """A statement on a role."""
    because = "; ".join(f"{each.accord.name}: {each.because}" for each in checked.findings)
    evidence = tuple(piece for each in checked.findings for piece in each.evidence)
    return Reviewed(_plain(checked.statement), "", None, (), checked.result, because, evidence)


def of_survey(checked: SurveyCheck) -> Reviewed:
    """A statement on a survey."""
    because = "; ".join(each.because for each in checked.findings)
    evidence = tuple(piece for each in checked.findings for piece in each.evidence)
    return Reviewed(_plain(checked.statement), "", None, (), checked.result, because, evidence)


def of_scored(scored: Scored) -> Reviewed:
    """What a claim announced."""
    claim = scored.expectation.claim
    pages = (claim.url,) if claim.url else ()
    said = claim.reported_at.at.date()
    return Reviewed(claim.text, claim.speaker.name, said, pages, scored.result, scored.because, scored.evidence)


def of_narrative(told: ToldNarrative) -> Reviewed:
    """An interpretation, by the facts that bear on it."""
    pages = tuple(dict.fromkeys(claim.url for claim in told.told if claim.url))
    said = told.told[0].reported_at.at.date()
    tellers = ", ".join(told.narrative.tellers)
    return Reviewed(
        told.narrative.title, tellers, said, pages, told.result, told.because, told.evidence, is_rated=False
    )


def _plain(statement: object) -> str:
    """A statement without the "that" before it."""
    return str(statement).removeprefix("that ")
