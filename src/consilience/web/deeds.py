"""Deeds: what a form of a session's page has done: sealed, opened, said, signed or stopped."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.errors import ConsilienceError, UsageError
from consilience.model.form import percent_text
from consilience.model.yardstick import Yardstick
from consilience.node import sealing, sessions
from consilience.node.conclude import conclude
from consilience.node.evidence import Evidence
from consilience.node.node import Node
from consilience.node.sessions import Spoken
from consilience.rounds.standing import Standing
from consilience.web.answer_form import Filled
from consilience.web.form import Form
from consilience.web.question_form import Put


class FitsError(ConsilienceError):
    """Nothing is wrong, and nothing was sealed: it was only to be checked."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, in a sentence, and what this node said by it."""

    words: str
    spoken: tuple[Spoken, ...]


def ask(node: Node, put: Put) -> Spoken:
    """Put a question; raises as `Put.session` and `sessions.ask`."""
    return sessions.ask(node, put.session(node.partner, node.clock()))


def deed_of(node: Node, found: Standing, form: Form, rule: Yardstick) -> Deed:
    """Do what a form says by its field `act`.

    Raises:
        FitsError: it was to be checked, and it fits; nothing was done.
        ConsilienceError: it is refused, and why; nothing was done.
    """
    act = form.one("act")
    match act:
        case "seal" | "check" | "fit":
            return _seal(node, found, form, rule)
        case "reveal" | "late":
            spoken = sealing.open_answer(node, found, late=act == "late")
            return Deed("Opened: the others can read our answer." if spoken else "It is opened already.", _one(spoken))
        case "note":
            claims = form.one("claims").replace(",", " ").split()
            named = Evidence(node, found.session.partners).check(claims) if claims else ()
            return Deed("Said.", (sessions.note(node, found, form.one("text"), named),))
        case "conclude":
            done = conclude(node, found)
            return Deed(f"Signed: result {done.digest}.", _one(done.spoken))
        case "abort":
            return Deed("Stopped.", (sessions.abort(node, found, form.one("because")),))
    raise UsageError("act", repr(act[:40]), "one of the buttons of this page")


def _one(spoken: Spoken | None) -> tuple[Spoken, ...]:
    return (spoken,) if spoken else ()


def _seal(node: Node, found: Standing, form: Form, rule: Yardstick) -> Deed:
    """Seal an answer that fits; one that is only to be checked is refused as fitting."""
    question = found.session.question
    filled = Filled.read(form, question)
    act, drawn = form.one("act"), form.one("round")
    if drawn and drawn != str(found.round.number):  # a page left open: what is sealed is not changed
        what = f"an answer for round {drawn}, from a page that was opened then"
        step = "What you filled in is kept: look at it again, and press."
        raise sealing.NotNowError("answer", what, f"one for round {found.round.number}, which is under way", step)
    if act == "fit":
        filled = filled.fitted(question, rule) or filled
    made = sealing.draft(node, found, filled.said(question, rule), rule)
    if act != "seal":
        numbers = ", ".join(f"{each.hypothesis} {percent_text(each.points)} %, {each.word}" for each in made.judgements)
        raise FitsError("answer", f"it fits: {numbers}", "nothing else", "Nothing is sealed yet: press Seal.")
    return Deed("Sealed: the others see that it is given, and not what it is.", (sealing.seal(node, found, made),))
