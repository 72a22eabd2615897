"""Asking: questions put together from a file or from flags, and how sessions stand, in words."""

from __future__ import annotations

import json as jsons
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from consilience.cli.pushing import told as pushed_lines
from consilience.cli.terminal import block, wrapped
from consilience.cli.writing import private
from consilience.errors import UsageError
from consilience.model.form import instant_text
from consilience.model.identity import PartnerId, canonical_json
from consilience.model.question import Question
from consilience.model.round import Deadlines, Session
from consilience.node import sessions
from consilience.node.node import Node
from consilience.node.sessions import Spoken, find, keep_up
from consilience.rounds.answer import Answer
from consilience.rounds.count import Phase, Round
from consilience.rounds.standing import Standing
from consilience.rounds.telling import next_step, told
from consilience.rounds.timetable import deadlines, number_of, pair_of, time_of

_MOST = 1 << 20
_NONE = "none=none of these"


@dataclass(frozen=True, slots=True)
class Flags:
    """A question as it is said without a file."""

    text: str
    name: str
    hypotheses: tuple[str, ...]
    rest: str
    horizon: str
    cutoff: str
    threshold: str


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it is to be put: from a file or flags, to whom, by when, and what for."""

    file: Path | None
    flags: Flags
    with_: str
    times: tuple[str, ...]
    purpose: str


def asked(node: Node, put: Put, *, push: bool, dry_run: bool) -> str:
    """Put a question, and say by when it is answered."""
    now = node.clock()
    question = Question.read(_document(put, now))
    others = {PartnerId(code) for code in put.with_.replace(",", " ").split()}
    if not others - {node.partner}:
        raise UsageError("--with", "nobody", "the partners who answer beside us, such as --with GBR,USA")
    session = Session(question, tuple(sorted({node.partner, *others})), deadlines(put.times, now), put.purpose)
    if dry_run:
        lines = [f"would be asked of {', '.join(session.partners)}, and signed; nothing was", *_question(question)]
        return block([*lines, *(f"round {n}: {_due(each)}" for n, each in enumerate(session.rounds, start=1))])
    keep_up(node)
    spoken = sessions.ask(node, session)
    found = find(node, spoken.said.digest)
    return _text(found, node.partner) + block(delivered(node, [spoken], push=push))


def aborted(node: Node, name: str, because: str, *, push: bool) -> str:
    """Stop a session, and say so."""
    if not because.strip():
        raise UsageError("--because", "none", "a sentence that says why: it stays in the record")
    keep_up(node)
    found = find(node, name)
    spoken = sessions.abort(node, found, because.strip())
    return block([f"stopped: {_name(found)}", *delivered(node, [spoken], push=push)])


def status(node: Node, name: str, out: Path | None, *, json: bool) -> str:
    """How a session stands, as text or as one JSON document; with `out`, all that was said in it goes there."""
    keep_up(node)
    found = find(node, name)
    if out is not None:
        with private(out) as write:
            write(sessions.envelopes(node, found))
    return canonical_json(told(found)) + "\n" if json else _text(found, node.partner)


def listing(node: Node, *, json: bool) -> str:
    """Every session of this node, the newest last."""
    keep_up(node)
    every = sessions.standings(node)
    if json:
        return canonical_json({"schema": "consilience.sessions/1", "sessions": [told(each) for each in every]}) + "\n"
    if not every:
        return "no sessions: put a question with consilience ask, or fetch what partners asked with consilience sync\n"
    return block(f"{_name(each)}, asked by {each.convener}: {_phase(each)}" for each in every)


def delivered(node: Node, spoken: Sequence[Spoken], *, push: bool) -> list[str]:
    """How what was said reaches the others."""
    if push:
        return [line for each in spoken for line in pushed_lines(node, each)]
    codes = ", ".join(sorted({code for each in spoken for code, _ in each.given}))
    return [f"recorded for {codes}, who fetch it at their next sync; --push tells them at once"] if codes else []


def document(file: Path) -> Mapping[str, object]:
    """What a JSON or TOML file says.

    Raises:
        UsageError: a file that cannot be read, or is neither.
    """
    try:
        data = file.read_bytes()
        if len(data) > _MOST:
            raise UsageError(str(file), f"{len(data):,} bytes", f"{_MOST:,} at most")
        read = tomllib.loads(data.decode()) if file.suffix == ".toml" else jsons.loads(data, object_pairs_hook=_once)
    except OSError as error:
        raise UsageError(str(file), error.strerror or str(error), "a file that can be read") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(str(file), str(error), "a JSON document, or TOML in a file named .toml") from error
    if not isinstance(read, dict):
        raise UsageError(str(file), type(read).__name__, "one object with keys")
    return {name: _dated(value) for name, value in read.items()}


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON, each key of which is there once: of two numbers for one thing neither is dropped unsaid."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} twice in one object")
    return found


def _dated(value: object) -> object:
    """A time of TOML as the text that JSON would have."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return instant_text(value)
    return value


def _document(put: Put, now: datetime) -> Mapping[str, object]:
    """The question as plain data."""
    flags = put.flags
    if put.file is not None:
        return document(put.file)
    named = [pair_of(each, "--hypothesis", 'ID=TEXT, such as yes="it is crossed"') for each in flags.hypotheses]
    rest, words = pair_of(flags.rest or _NONE, "--rest", 'ID=TEXT, such as no="it is not"')
    listed: list[Mapping[str, object]] = [{"id": name, "text": said} for name, said in named]
    found: dict[str, object] = {
        "name": flags.name or "question",
        "text": flags.text,
        "hypotheses": [*listed, {"id": rest, "text": words, "rest": True}],
        "horizon": instant_text(time_of(flags.horizon, now, "--horizon")),
        "cutoff": instant_text(time_of(flags.cutoff, now, "--cutoff") if flags.cutoff else now),
    }
    if flags.threshold:
        name, percent = pair_of(flags.threshold, "--threshold", "ID=PERCENT, such as yes=20")
        found["threshold"] = {"hypothesis": name, "percent": number_of(percent, "--threshold")}
    return found


def _name(found: Standing) -> str:
    return f"session {found.id[:12]} ({found.session.question.name})"


def _due(each: Deadlines) -> str:
    return f"sealed by {instant_text(each.commit)}, opened by {instant_text(each.reveal)}"


def _phase(found: Standing) -> str:
    """Where a session is, in a few words."""
    if found.stopped:
        return f"stopped: {found.stopped}"
    if found.is_over:
        result = f"over, result of round {found.final.number}" if found.final else "over, without a result"
        signed = f", signed by {', '.join(sorted(found.signed))}" if found.signed else ""
        return result + signed
    each = found.round
    counts = [answer.status.value for answer in each.answers]
    said = ", ".join(f"{counts.count(what)} {what}" for what in dict.fromkeys(counts))
    return f"round {each.number}, {each.phase.value}: {said}"


def _question(question: Question) -> Iterator[str]:
    """A question in lines."""
    yield f"{question.text}"
    for each in question.hypotheses:
        yield f"  {each.id}: {each.text}"
    yield f"  decided by {instant_text(question.horizon)}, on what was known by {instant_text(question.cutoff)}"


def _text(found: Standing, partner: PartnerId) -> str:
    """How a session stands, for the terminal."""
    lines = [f"{_name(found)}, asked by {found.convener} of {', '.join(found.session.partners)}"]
    lines += [f"for: {found.session.purpose}"] if found.session.purpose else []
    lines += _question(found.session.question)
    for each in found.rounds:
        lines += _round(each)
    for said in found.notes:
        claims = f" ({', '.join(said.note.claims)})" if said.note.claims else ""
        lines.append(f"note of {said.partner}, {instant_text(said.at)}: {said.note.text}{claims}")
    lines += [f"! {fault.words}" for fault in found.faults]
    lines += [f"stopped by {found.convener}: {found.stopped}"] if found.stopped else []
    step = next_step(found, partner)
    return block(line for text in (*lines, step) for line in (wrapped(text, "    ", "") if text else []))


def _round(each: Round) -> Iterator[str]:
    """One round in lines."""
    ended = f": {each.ended.value}" if each.ended else ""
    yield f"round {each.number}, {each.phase.value}{ended} ({_due(each.deadlines)})"
    if each.phase is Phase.WAITING:
        return
    width = max(len(answer.partner) for answer in each.answers)
    for answer in each.answers:
        yield f"  {answer.partner:<{width}}  {answer.status.value}{_said(answer)}"


def _said(answer: Answer) -> str:
    """What is known of an answer beside its status."""
    parts = [answer.reason] if answer.reason else []
    if answer.assessment is not None:
        parts.append(judged(answer))
    return ": " + "; ".join(parts) if parts else ""


def judged(answer: Answer) -> str:
    """`yes 30 % (unlikely), no 70 % (likely)`."""
    if answer.assessment is None:
        return ""
    return ", ".join(
        f"{each.hypothesis} {each.points / 100:g} % ({each.word})" for each in answer.assessment.judgements
    )
