"""Answering: an assessment put together from a file and flags, sealed, opened; and what is said between the rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from consilience.cli.asking import delivered, document
from consilience.cli.terminal import block
from consilience.errors import UsageError
from consilience.model import form
from consilience.model.assessment import Assessment
from consilience.model.identity import canonical_json
from consilience.model.yardstick import Yardstick, read_yardstick
from consilience.node import sealing, sessions
from consilience.node.evidence import UNDISCLOSED, Evidence
from consilience.node.node import Node
from consilience.node.sessions import find, keep_up
from consilience.rounds.timetable import number_of, pair_of
from consilience.settings import load_yardstick


@dataclass(frozen=True, slots=True)
class Ground:
    """On what an answer rests, as flags say it."""

    claims: tuple[str, ...]
    facts: tuple[str, ...]
    undisclosed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as an analyst says it: a file, and what flags say in its place."""

    file: Path | None
    judgements: tuple[str, ...]
    confidence: str
    ground: Ground
    texts: Mapping[str, list[str]]

    def document(self, rule: Yardstick) -> dict[str, object]:
        """As plain data; flags go before the file."""
        found = dict(document(self.file)) if self.file is not None else {}
        if self.judgements:
            found["judgements"] = dict(_judged(each, rule) for each in self.judgements)
        if self.confidence:
            found["confidence"] = self.confidence
        found |= {name: texts for name, texts in self.texts.items() if texts}
        for name in ("judgements", "confidence"):
            if name not in found:
                flag = "--p" if name == "judgements" else "--confidence"
                example = "--p yes=35:unlikely --p no=65:likely" if flag == "--p" else "--confidence moderate"
                raise UsageError(flag, "nothing", f"{name}, such as {example}")
        ground = self.ground
        if ground != Ground((), (), False):
            found["basis"] = {
                "claims": [*ground.claims], "facts": [*ground.facts], "undisclosed": ground.undisclosed,
            }  # fmt: skip
        return found


@dataclass(frozen=True, slots=True)
class How:
    """What to do with an answer besides sealing it."""

    push: bool
    dry_run: bool
    json: bool


def yardstick(name: str | None, settings: Path | None) -> Yardstick:
    """The yardstick that is meant: the flag's, else that of the settings; raises AssessmentError for no such name."""
    return read_yardstick(name or load_yardstick(settings), "yardstick")


def sealed(node: Node, name: str, said: Said, rule: Yardstick, how: How) -> str:
    """Seal an answer, and say what happens next; with `dry_run`, only show it."""
    keep_up(node)
    found = find(node, name)
    made = sealing.draft(node, found, said.document(rule), rule)
    if how.dry_run:
        if how.json:
            return canonical_json({"schema": "consilience.assessment/1", **made.document()}) + "\n"
        return block(["would be sealed; nothing was", *_lines(made)])
    spoken = sealing.seal(node, found, made)
    frozen = keep_up(node)
    others = ", ".join(code for code in found.session.partners if code != node.partner)
    lines = [
        f"sealed: our answer in round {made.round} of session {found.id[:12]}; {others} will see that it is given, not what it is",
        f"what opens it is in this home alone: {node.home.folder / 'sealed'}",
        *_basis(made),
        *delivered(node, [spoken, *frozen], push=how.push),
        f"Then, by {form.instant_text(found.session.deadlines(made.round).reveal)}: consilience reveal {found.id[:12]}",
    ]
    if how.json:
        return canonical_json({"schema": "consilience.assessment/1", **made.document()}) + "\n"
    return block(lines)


def opened(node: Node, name: str, *, late: bool, push: bool) -> str:
    """Open our answer, and say so."""
    frozen = keep_up(node)
    found = find(node, name)
    spoken = sealing.open_answer(node, found, late=late)
    if spoken is None:
        return block([f"our answer in session {found.id[:12]} is opened already"])
    lines = [f"opened: our answer in session {found.id[:12]}", *delivered(node, [*frozen, spoken], push=push)]
    return block(lines)


def noted(node: Node, name: str, text: str, claims: tuple[str, ...], *, push: bool) -> str:
    """Say something to the others of a session."""
    keep_up(node)
    found = find(node, name)
    if not text.strip():
        raise UsageError("note", "nothing", "what is to be said to the others")
    named = Evidence(node, found.session.partners).check(claims) if claims else ()
    spoken = sessions.note(node, found, text.strip(), named)
    return block([f"said in session {found.id[:12]}", *delivered(node, [spoken], push=push)])


def _judged(text: str, rule: Yardstick) -> tuple[str, dict[str, object]]:
    """`yes=35:unlikely`; without a word the yardstick's own, where exactly one covers the number."""
    name, said = pair_of(text, "--p", "ID=PERCENT[:WORD], such as yes=35:unlikely")
    number, _, word = said.partition(":")
    percent = number_of(number, "--p")
    covering = rule.covering(form.points(percent, f"--p {name}"))
    if not word and len(covering) != 1:
        found = f"{number} %, {rule.say(form.points(percent, '--p'))}"
        raise UsageError(
            f"--p {name}", found, f"the word for it on the yardstick {rule.standard}", f"Say: --p {name}={number}:WORD"
        )
    return name, {"percent": percent, "word": word.strip() or covering[0].word}


def _lines(made: Assessment) -> list[str]:
    """An assessment for the terminal: likelihood and confidence never in one sentence (ICD 203)."""
    said = [f"  {each.hypothesis}: {each.points / 100:g} %, {each.word}" for each in made.judgements]
    rest = (("linchpin", made.linchpins), ("dissent", made.dissent), ("would change our mind", made.would_change))
    return [
        f"round {made.round}, on the yardstick {made.yardstick.standard}:",
        *said,
        f"confidence in the analysis: {made.confidence.value}",
        *_basis(made),
        *(f"  {name}: {text}" for name, texts in rest for text in texts),
    ]


def _basis(made: Assessment) -> list[str]:
    """On what it rests, and where that began."""
    lines = [f"  rests on {item}, from {', '.join(roots)}" for item, roots in made.basis.roots]
    if made.basis.undisclosed:
        lines.append(f"  and on what is not shared ({UNDISCLOSED}): it will not be called independent")
    return lines or ["  no basis is named: it will not be called independent"]
