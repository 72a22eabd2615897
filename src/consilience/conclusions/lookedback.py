"""Looked back: a resolved question in words, and as a document; the terminal and the page say the same."""

from __future__ import annotations

from collections.abc import Sequence

from consilience.conclusions.banded import Scores
from consilience.conclusions.distance import Span
from consilience.conclusions.hindsight import Came, Hindsight, Item, Word
from consilience.conclusions.inquired import pool_document, said_words
from consilience.conclusions.reliability import BandBin, banded
from consilience.intake.readings import Outcome
from consilience.model.fact import Verdict
from consilience.model.form import WHOLE, listed

SCHEMA = "consilience.hindsight/1"
ONE = "One question shows next to nothing of how well anybody judges: scores are to be gathered over many."


def span_words(found: Span) -> str:
    """`0.30`, or `0.30 to 1.00`."""
    low, high = f"{found.least + 0.0:.2f}", f"{found.most:.2f}"
    return low if low == high else f"{low} to {high}"


def score_words(found: Scores | None) -> str:
    """`Brier 0.30 to 1.00, log 0.80 to 5.30`; of who said no likelihood, that there is none."""
    if found is None:
        return "no score: no likelihood was said"
    if found.brier == Span(0.0, 1.0):
        return "Brier 0.00 to 1.00: what was said leaves every score open"
    return f"Brier {span_words(found.brier)}, log {span_words(found.log)}"


def headline(found: Hindsight) -> str:
    """Who was right, as far as words tell, in a sentence or two."""
    parts = []
    for came, words in (
        (Came.FOREMOST, "held it foremost"),
        (Came.OTHER, "held another answer foremost"),
        (Came.OPEN, "left open which is foremost"),
        (Came.NOTHING, "did not say how probable it is"),
    ):
        who = [word.stated.partner for word in found.last if word.came is came]
        if who:
            parts.append(f"{listed(who)} {words}")
    text = next(each.text for each in found.asked.question.hypotheses if each.id == found.resolution.hypothesis)
    told = f"By their last words before it, {'; '.join(parts)}." if parts else "Nobody had spoken of it before."
    return f"It came out as “{text}” on {found.resolution.date}. {told}"


def knew(word: Word) -> str:
    """What of all that anybody's position rests on had been reported by then: `2 of 5 items of evidence: C041, C029`."""
    total = len(word.reported) + len(word.later)
    names = ", ".join(item.claim.id for item in word.reported)
    return f"{len(word.reported)} of {total} items of evidence{f': {names}' if names else ''}"


def item_words(item: Item) -> str:
    """How one claim stood at a time: its partner, its fact's verdict then, how it fared in the end, and who rests on it."""
    verdict = item.fact.finding.verdict if item.fact else None
    state = {None: "in no fact", Verdict.SOLE: "held by one partner"}.get(verdict, verdict.value if verdict else "")
    fared = f"; in the end {item.fared.value}" if item.fared else ""
    return f"{item.claim.id} of {item.claim.partner}, {state}{fared}; rested on by {listed(item.rested)}"


def went_wrong(found: Hindsight) -> tuple[str, ...]:
    """What turned out otherwise: positions that held another answer foremost or low, and evidence that did not stand.

    An answer whose bands reach below even for what came true, and no higher, held it unlikely: that is said although the bands may
    leave open what was held foremost. Whoever held it foremost among many was not wrong, however low it stood.
    """
    outcome = found.resolution.hypothesis
    lines = []
    for word in found.words:
        band = next(band for band in word.position.bands if band.hypothesis == outcome)
        who = f"{word.stated.partner} on {word.stated.said} ({word.stated.speaker})"
        if band.high < WHOLE // 2 and word.came is not Came.FOREMOST:
            lines.append(f"{who} held what came true at {band}.")
    lines += [
        f"{item.claim.id} of {item.claim.partner}, on which {listed(item.rested)} rested, was {item.fared.value} by then."
        for item in found.fared
        if item.fared
    ]
    contested = [item for item in found.fared if item.fact and item.fact.finding.verdict is Verdict.CONFLICTING]
    lines += [f"{item.claim.id} of {item.claim.partner} stands in a fact that is contested." for item in contested]
    return tuple(lines)


def words_kept(found: Sequence[Hindsight]) -> tuple[BandBin, ...]:
    """Reliability of the bands that partners who compare last used, over all resolved questions."""
    return banded(
        [
            (
                each.asked.question.name,
                band.low / WHOLE,
                band.high / WHOLE,
                band.hypothesis == each.resolution.hypothesis,
            )
            for each in found
            for word in each.last
            if word.comparing
            for band in word.stated.bands
        ]
    )


def band_words(found: BandBin) -> str:
    """`0 to 35 %: 1 of 2 came true (95 % interval 9 to 91 %), over 1 question`."""
    hits = round(found.share * found.count)
    over = f"{found.questions} question{'' if found.questions == 1 else 's'}"
    ends = f"{found.share_low * 100:.0f} to {found.share_high * 100:.0f} %"
    said = (
        f"{found.low * 100:.4g} to {found.high * 100:.4g} %" if found.low < found.high else f"{found.low * 100:.4g} %"
    )
    return f"{said}: {hits} of {found.count} came true (95 % interval {ends}), over {over}"


def document(found: Sequence[Hindsight], outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Resolved questions as plain data with a schema version, ready for JSON."""
    known = {each.id: each for each in outcomes}
    return {
        "schema": SCHEMA,
        "questions": [_one(each, known.get(each.resolution.outcome)) for each in found],
        "reliability": [_bin(each) for each in words_kept(found)],
    }


def _one(found: Hindsight, outcome: Outcome | None) -> dict[str, object]:
    """One question."""
    out = found.resolution
    return {
        "question": found.asked.question.document(),
        "headline": headline(found),
        "outcome": {
            "hypothesis": out.hypothesis, "date": str(out.date), "id": out.outcome,
            "text": outcome.text if outcome else None, "source": outcome.source if outcome else None,
            "url": outcome.url if outcome else None,
        },
        "words": [_word(each, last=each in found.last) for each in found.words],
        "went_wrong": list(went_wrong(found)),
    }  # fmt: skip


def _word(word: Word, *, last: bool) -> dict[str, object]:
    """One thing that was said."""
    return {
        "partner": word.stated.partner,
        "speaker": word.stated.speaker,
        "said": str(word.stated.said),
        "claims": list(word.stated.claims),
        "bands": {band.hypothesis: band.document() for band in word.stated.bands},
        "says": said_words(word.stated),
        "compares": word.comparing,
        "last": last,
        "days_before": word.days,
        "came": word.came.value,
        "score": _scores(word.scores),
        "reported": [_item(item) for item in word.reported],
        "later": [_item(item) for item in word.later],
        "pool": pool_document(word.pooled) if word.pooled else None,
        "pool_score": _scores(word.pool),
    }


def _item(item: Item) -> dict[str, object]:
    """One claim as it stood."""
    return {
        "claim": item.claim.id,
        "partner": item.claim.partner,
        "reported": str(item.claim.reported_at),
        "fact": item.fact.id if item.fact else None,
        "verdict": item.fact.finding.verdict.value if item.fact else None,
        "roots": sorted(item.roots),
        "rested": list(item.rested),
        "fared": item.fared.value if item.fared else None,
    }


def _scores(found: Scores | None) -> dict[str, object] | None:
    """Both ends of each score."""
    if found is None:
        return None
    return {
        "brier": [round(found.brier.least, 4), round(found.brier.most, 4)],
        "log": [round(found.log.least + 0.0, 4), round(found.log.most, 4)],
    }


def _bin(found: BandBin) -> dict[str, object]:
    return {
        "low": found.low, "high": found.high, "count": found.count, "questions": found.questions,
        "share": round(found.share, 4), "share_low": round(found.share_low, 4), "share_high": round(found.share_high, 4),
    }  # fmt: skip
