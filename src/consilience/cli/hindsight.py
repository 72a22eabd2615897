"""Hindsight: resolved questions of a record and of a session, in the terminal and as JSON."""

from __future__ import annotations

import json as js
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from consilience.cli.scoring import SCHEMA, score_document
from consilience.cli.terminal import block, heading, many, strong, wrapped, written
from consilience.conclusions import lookedback
from consilience.conclusions.hindsight import Hindsight, Word
from consilience.conclusions.inquired import said_words
from consilience.conclusions.scoring import Score, score
from consilience.desk import AsOf, Desk, moment
from consilience.errors import UsageError
from consilience.intake.readings import Outcome
from consilience.model.assessment import Assessment
from consilience.model.form import WHOLE, percent_text
from consilience.node.hindsight import Knew, knew
from consilience.node.node import Node
from consilience.node.sessions import find
from consilience.rounds.count import Round
from consilience.rounds.standing import Standing
from consilience.rounds.weighing import weighed


def of_record(record: Path, as_of: AsOf, *, json: bool) -> str:
    """Every resolved question of a scenario, looked back on.

    Raises:
        UsageError: a folder without questions, or none of them resolved by then.
        IntakeError: tables that cannot be read.
    """
    desk = Desk.read([record])
    if not desk.sayings.asked:
        raise UsageError(f"record {record}", "no questions", "a scenario's folder with questions.toml")
    cut = moment(as_of)
    done = [each.question.name for each in desk.sayings.asked if each.resolved(cut)]
    if not done:
        found = f"none of its {many(len(desk.sayings.asked), 'question')} resolved" + (f" by {cut}" if cut else "")
        raise UsageError(f"record {record}", found, "`resolved = …` in questions.toml, with an outcome of outcomes.csv")
    looked = [each for name in done if (each := desk.hindsight(name))]
    if json:
        return js.dumps(lookedback.document(looked, desk.sayings.outcomes), ensure_ascii=False, indent=2) + "\n"
    return written(_record_lines(looked, {each.id: each for each in desk.sayings.outcomes}))


def _record_lines(looked: Sequence[Hindsight], outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    """Each question with its bottom line first."""
    for each in looked:
        yield heading(each.asked.question.text)
        yield from wrapped(lookedback.headline(each), "  ", "  ")
        outcome = outcomes.get(each.resolution.outcome)
        if outcome:
            yield from wrapped(f"{outcome.id}, {outcome.date}: {outcome.text} {outcome.url}", "    ", "  ")
        yield ""
        yield strong("Who said what, and what had been reported by then")
        for word in each.words:
            yield from _word_lines(word, is_last=word in each.last)
        final = each.final
        if final and final.pooled and final.pool:
            bands = "; ".join(f"{band.hypothesis} {band}" for band in final.pooled.bands)
            yield from wrapped(f"Pool by then ({final.pooled.rule}): {bands}", "      ", "  - ")
            yield from wrapped(lookedback.score_words(final.pool), "      ", "      ")
        wrong = lookedback.went_wrong(each)
        if wrong:
            yield ""
            yield strong("What turned out otherwise")
            for line in wrong:
                yield from wrapped(line, "      ", "  - ")
        yield ""
    yield strong("Of what was said with a band, how much came true")
    for kept in lookedback.words_kept(looked):
        yield from wrapped(lookedback.band_words(kept), "      ", "  - ")
    if len(looked) == 1:
        yield from wrapped(lookedback.ONE, "  ", "  ")


def _word_lines(word: Word, *, is_last: bool) -> Iterator[str]:
    """One thing that was said: what, how good, and what could be known."""
    beside = "" if word.comparing else " (does not compare)"
    last = ", its last word" if is_last else ""
    yield from wrapped(
        f"{word.stated.said}, {word.stated.partner}{beside}{last}: {said_words(word.stated)}", "      ", "  - "
    )
    days = f"{many(word.days, 'day')} before. " if word.days else "The same day. "
    yield from wrapped(f"{days}{word.came.value}; {lookedback.score_words(word.scores)}", "        ", "      ")
    yield from wrapped(f"By then: {lookedback.knew(word)}", "        ", "      ")


def of_session(node: Node, name: str, came_true: str, *, json: bool) -> str:
    """Every answer and pool of a session, scored against what came true, with what our own ledger held.

    Raises:
        UsageError: a session without a result, or a hypothesis that is none of its question's.
    """
    found = find(node, name)
    question = found.session.question
    if came_true not in question.ids:
        raise UsageError("--came-true", came_true, "one of " + ", ".join(question.ids))
    held = [each for each in found.rounds if each.is_over and not each.ended]
    if not held:
        raise UsageError(
            f"session {found.id[:12]}", "no round with a result", "a round that is over, with two answers opened"
        )
    rounds = [(each, _answers(node, each), _pools(found, each, came_true)) for each in held]
    if json:
        return js.dumps(_session_document(found, came_true, rounds), ensure_ascii=False, indent=2) + "\n"
    return block(_session_lines(found, came_true, rounds))


Answered = list[tuple[Assessment, Knew | None]]
Scoring = tuple[Round, Answered, dict[str, Score]]


def _answers(node: Node, each: Round) -> Answered:
    """The answers of a round that count, each with what we know of what it was given on."""
    return [(answer, knew(node, answer)) for one in each.opened if (answer := one.counted) is not None]


def _pools(found: Standing, each: Round, came_true: str) -> dict[str, Score]:
    """The score of every pool of a round, by rule; the rule that is shown first comes first."""
    whole = weighed(found.session.question, tuple(one.counted for one in each.opened if one.counted is not None))
    pool, rule = whole["pool"], str(whole["rule"])
    if not isinstance(pool, dict):
        raise TypeError(type(pool))
    named = {
        name: score({key: float(value) / 100 for key, value in row.items()}, came_true) for name, row in pool.items()
    }
    return {rule: named[rule], **named}


def _own(answer: Assessment, came_true: str) -> Score:
    return score({name: points / WHOLE for name, points in answer.probabilities.items()}, came_true)


def _session_lines(found: Standing, came_true: str, rounds: Sequence[Scoring]) -> Iterator[str]:
    question = found.session.question
    text = next(each.text for each in question.hypotheses if each.id == came_true)
    yield f"{question.text} ({question.name}, session {found.id[:12]})"
    yield f"Taken to have come true, on your word: {came_true}, {text}"
    for each, answers, pools in rounds:
        yield ""
        yield f"Round {each.number}"
        yield f"  {'':24}{'Brier':>8}{'log':>8}{'said of it':>12}"
        for name, one in pools.items():
            yield f"  {f'pool ({name})':24}{one.brier:8.4f}{one.log:8.4f}"
        for answer, _ in answers:
            one = _own(answer, came_true)
            said = f"{percent_text(answer.probabilities[came_true])} %"
            yield f"  {answer.partner:24}{one.brier:8.4f}{one.log:8.4f}{said:>12}"
        for answer, held in answers:
            yield f"  {_knew(answer, held)}"
    yield ""
    yield lookedback.ONE


def _knew(answer: Assessment, held: Knew | None) -> str:
    """What an answer was given on, as far as we can say."""
    names = ", ".join((*answer.basis.claims, *answer.basis.facts)) or "nothing that it named"
    more = ", and on what is not shared" if answer.basis.undisclosed else ""
    seen = f"Bound to the head {answer.seen.root[:12]} of its ledger"
    if held is None:
        return f"{answer.partner} rested on {names}{more}. {seen}: what stood under it only that partner can show."
    since = f"{many(held.later, 'entry', 'entries')} about evidence since, {many(held.claims, 'claim')} among them"
    return f"{answer.partner} rested on {names}{more}. {seen}: {many(held.size, 'entry', 'entries')}; {since}."


def _session_document(found: Standing, came_true: str, rounds: Sequence[Scoring]) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "session": found.id,
        "question": found.session.question.document(),
        "came_true": came_true,
        "rounds": [
            {
                "round": each.number,
                "shown_first": next(iter(pools)),
                "pools": {name: score_document(one) for name, one in pools.items()},
                "answers": {
                    answer.partner: {
                        **score_document(_own(answer, came_true)),
                        "basis": answer.basis.document(),
                        "seen": answer.seen.root,
                        "held": {"size": held.size, "later": held.later, "claims": held.claims} if held else None,
                    }
                    for answer, held in answers
                },
            }
            for each, answers, pools in rounds
        ],
    }
