"""Polling: a statement on a survey with what the survey says, as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator

from consilience.cli.terminal import heading, plain, wrapped
from consilience.response.survey import SurveyCheck, SurveyFinding, margin

SCHEMA = "consilience.check/1"


def lines(checked: SurveyCheck) -> Iterator[str]:
    """Understood, the result, and for each survey its answers with their sampling error."""
    as_of = f", as of {checked.as_of.isoformat()}" if checked.as_of else ""
    yield from wrapped(f"Understood: {checked.statement}{as_of}.", "  ", "")
    yield heading(checked.result.value)
    for each in checked.findings:
        first, last = each.answer.field
        yield ""
        yield heading(f"{each.answer.pollster}, {first} to {last}: {each.result.value}")
        yield from wrapped(f"{each.because}.", "  ")
        for piece in each.evidence:
            yield from wrapped(str(piece), "      ", "    - ")
        for note in each.notes:
            yield from wrapped(note, "    ", "  ! ")
    yield ""
    yield heading("Sources")
    for name, url in sorted({(piece.id, piece.url) for each in checked.findings for piece in each.evidence}):
        yield plain(f"  {name}  {url or 'unconfirmed: no source at hand'}")


def document(checked: SurveyCheck) -> dict[str, object]:
    """All of it as JSON."""
    said = checked.statement
    return {
        "schema": SCHEMA,
        "understood": {
            "words": str(said), "asks": said.asks.value, "answer": said.words, "other": said.other or None,
            "figure": said.figure, "pollster": said.pollster, "year": said.when[0] if said.when else None,
            "month": (said.when[1] or None) if said.when else None,
        },
        "as_of": checked.as_of.isoformat() if checked.as_of else None,
        "result": checked.result.value,
        "surveys": list(map(_finding, checked.findings)),
    }  # fmt: skip


def _finding(each: SurveyFinding) -> dict[str, object]:
    answer, error = each.answer, margin(each.answer)
    return {
        "pollster": answer.pollster, "country": answer.country, "from": answer.field[0].isoformat(),
        "to": answer.field[1].isoformat(), "question": answer.question, "answer": answer.answer, "share": answer.share,
        "sample": answer.sample, "sampling_error": None if error is None else round(error, 4), "result": each.result.value,
        "because": each.because, "notes": list(each.notes),
        "evidence": [
            {"side": piece.side.value, "says": piece.says, "id": piece.id, "url": piece.url, "confirmed": piece.is_confirmed}
            for piece in each.evidence
        ],
    }  # fmt: skip
