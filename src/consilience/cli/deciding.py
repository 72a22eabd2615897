"""Deciding: what an analyst decided, recorded, and told in words."""

from __future__ import annotations

from consilience.cli.terminal import block, plain
from consilience.errors import UsageError
from consilience.model.decision import Answer, Decision
from consilience.model.identity import canonical_json
from consilience.node import decide
from consilience.node.node import Node

SCHEMA = "consilience.decisions/1"
_ANSWERS = {answer.value: answer for answer in Answer}


def recorded(node: Node, answer: str, pair: tuple[str, str], because: str, by: str) -> str:
    """Record a decision, and say what holds now and how it is taken back."""
    if answer not in _ANSWERS:
        raise UsageError("decide", repr(plain(answer)), "one of " + ", ".join(_ANSWERS))
    made = decide.decide(node, Decision.of(pair, _ANSWERS[answer], because, by))
    lines = [f"{made.a} and {made.b} {made.means}, by decision of {made.by}"]
    if made.answer is not Answer.OPEN:
        lines.append(f"To take it back: consilience decide open {made.a} {made.b} --because TEXT")
    return block(lines)


def listing(node: Node, *, json: bool) -> str:
    """Every decision, the newest last; as text, or as one JSON document."""
    found = list(decide.decided(node))
    if json:
        told = [
            {
                "a": each.decision.a, "b": each.decision.b, "answer": each.decision.answer.value,
                "reason": each.decision.reason, "by": each.decision.by, "at": each.decision.at, "stands": each.stands,
            }
            for each in found
        ]  # fmt: skip
        return canonical_json({"schema": SCHEMA, "decisions": told}) + "\n"
    if not found:
        return "no decisions: the evidence alone links claims\n"
    width = max(len(each.decision.answer.value) for each in found)
    return block(
        f"{each.decision.at}  {each.decision.answer.value:<{width}}  {each.decision.a} {each.decision.b}  "
        f"{each.decision.by}: {each.decision.reason}{_past(each)}"
        for each in found
    )


def _past(each: decide.Recorded) -> str:
    """What stands after a decision that no longer holds."""
    return "" if each.stands or each.decision.answer is Answer.OPEN else "  (no longer holds)"
