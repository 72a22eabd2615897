"""Notices: the kinds of statements about the level of warning, as JSON and back, each read strictly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from consilience.model.notice import STEPS, Acknowledgement, LevelChange, LevelWord, NoticeEntry
from consilience.trust import shape
from consilience.trust.canonical import Json


class NoticeForm(NamedTuple):
    """How one kind is written: its content, its name, its keys beside the common three, and how it is read."""

    content: type[NoticeEntry]
    kind: str
    keys: str
    read: Callable[[dict[str, Json]], NoticeEntry]


def notice_json(content: NoticeEntry) -> dict[str, Json]:
    """The keys of a payload beside the common three."""
    match content:
        case LevelChange():
            return {
                "watched": content.watched, "day": content.day.isoformat(), "before": content.before, "step": content.step,
                "causes": [*content.causes], "rests_on": [*content.rests_on],
            }  # fmt: skip
        case Acknowledgement(object=name, by=by):
            return {"object": name, "by": by}
        case LevelWord():
            return {
                "watched": content.watched, "day": content.day.isoformat(), "step": content.step,
                "reason": content.reason, "by": content.by,
            }  # fmt: skip


def _read_change(found: dict[str, Json]) -> LevelChange:
    """A change, which leads from one step to another."""
    before, step = _step(found["before"], "$.before"), _step(found["step"], "$.step")
    if before == step:
        shape.refuse("$.step", step, f"another than {before}, from which it changed")
    return LevelChange(
        shape.word(found["watched"], "$.watched"), _day(found["day"]), before, step,
        shape.items(found["causes"], "$.causes", shape.word), shape.items(found["rests_on"], "$.rests_on", shape.word),
    )  # fmt: skip


def _read_acknowledgement(found: dict[str, Json]) -> Acknowledgement:
    return Acknowledgement(shape.digest(found["object"], "$.object"), shape.word(found["by"], "$.by"))


def _read_word(found: dict[str, Json]) -> LevelWord:
    return LevelWord(
        shape.word(found["watched"], "$.watched"), _day(found["day"]), _step(found["step"], "$.step"),
        shape.word(found["reason"], "$.reason"), shape.word(found["by"], "$.by"),
    )  # fmt: skip


def _step(value: Json, path: str) -> int:
    """The number of a step."""
    found = shape.whole(value, path)
    if found not in STEPS:
        shape.refuse(path, found, f"a step from {STEPS[0]} to {STEPS[-1]}")
    return found


def _day(value: Json) -> date:
    """A day in the one form, 2022-02-11."""
    text = shape.word(value, "$.day")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        shape.refuse("$.day", text, "a day such as 2022-02-11")
    if found.isoformat() != text:
        shape.refuse("$.day", text, found.isoformat())
    return found


FORMS = (
    NoticeForm(LevelChange, "level", "watched day before step causes rests_on", _read_change),
    NoticeForm(Acknowledgement, "acknowledgement", "object by", _read_acknowledgement),
    NoticeForm(LevelWord, "word", "watched day step reason by", _read_word),
)
"""Every kind of entry about the level."""
