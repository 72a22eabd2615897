"""Noticing: changes of the level, who has seen them and who was told, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from consilience.cli.terminal import block
from consilience.model.identity import canonical_json
from consilience.node import levels
from consilience.node.levels import Recorded
from consilience.node.node import Node
from consilience.node.notices import Fate, Message, Notices
from consilience.warning.level import Step

_MEANS = {
    Fate.SENT: "sent",
    Fate.WAITS: "waits",
    Fate.FAILED: "refused: not tried again by itself",
    Fate.PAST: "not sent: no news any more",
    Fate.NEWER: "not sent: a newer change came first",
}


def seen(node: Node, name: str, by: str) -> str:
    """Record that somebody has seen a change, and say who has."""
    found = levels.acknowledge(node, name, by)
    return block([_line(found), f"  seen by {_names(found)}"])


def changes(node: Node, *, json: bool) -> str:
    """Every change, the newest last, with who has seen it."""
    every = levels.recorded(node)
    if json:
        return canonical_json({"schema": "consilience.levels/1", "changes": [_data(each) for each in every]}) + "\n"
    if not every:
        return "no change of level on record\n"
    lines: list[str] = []
    for each in every:
        lines += [_line(each), *(f"  because {cause}" for cause in each.change.causes)]
        if each.change.rests_on:
            lines.append(f"  without these it would lie lower: {', '.join(each.change.rests_on)}")
        lines.append(f"  seen by {_names(each)}" if each.seen else "  nobody has said that they saw it")
    return block(lines)


def messages(node: Node, *, json: bool) -> str:
    """Every message, and what became of it."""
    every = Notices(node).messages()
    if json:
        return canonical_json({"schema": "consilience.messages/1", "messages": [_sent(each) for each in every]}) + "\n"
    return block(told(each) for each in every) if every else "nothing to tell anybody\n"


def sent(node: Node) -> tuple[str, bool]:
    """Send what waits: in words, and whether all got through."""
    return _result(Notices(node).send(at_once=True), "nothing waits")


def tested(node: Node) -> tuple[str, bool]:
    """Send a test to everybody: in words, and whether all got through."""
    return _result(Notices(node).test(), "nobody is to be told")


def _result(tried: Iterable[Message], none: str) -> tuple[str, bool]:
    listed = list(tried)
    text = block(told(each) for each in listed) if listed else f"{none}\n"
    return text, all(each.fate is Fate.SENT for each in listed)


def _line(found: Recorded) -> str:
    said = found.change
    way = "up" if said.is_rise else "down"
    watched = said.watched
    return f"{found.name}  {said.day}  {way} from {Step(said.before).word} to {found.step.word}: {watched}"


def _names(found: Recorded) -> str:
    return ", ".join(f"{each.by} ({each.at:%Y-%m-%d %H:%M} UTC)" for each in found.seen)


def told(message: Message) -> str:
    """One message: `3f2a9c1b  duty <duty@example.org>  sent 2022-02-11T10:00:00+00:00`."""
    to, attempt = message.recipient, message.attempt
    said = _MEANS[message.fate]
    if message.fate is Fate.SENT:
        said += f" {attempt.sent}"
    if attempt.trouble:
        said += f" ({attempt.tries} tries, the last {attempt.tried}: {attempt.trouble})"
    return f"{message.change.name}  {to.name} <{to.address}>  {said}"


def _data(found: Recorded) -> dict[str, object]:
    said = found.change
    return {
        "change": found.digest, "watched": said.watched, "day": said.day.isoformat(), "before": Step(said.before).word,
        "step": found.step.word, "causes": [*said.causes], "rests_on": [*said.rests_on],
        "recorded_at": found.at.isoformat(),
        "seen": [{"by": each.by, "at": each.at.isoformat()} for each in found.seen],
    }  # fmt: skip


def _sent(message: Message) -> dict[str, object]:
    attempt = message.attempt
    return {
        "change": message.change.digest, "name": message.recipient.name, "address": message.recipient.address,
        "fate": message.fate.value, "tries": attempt.tries, "tried": attempt.tried, "sent": attempt.sent,
        "trouble": attempt.trouble,
    }  # fmt: skip
