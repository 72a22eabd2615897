"""Rounds: sessions in which partners sign whatever they like; however it is shaken, it is counted, told and concluded."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from random import Random

from consilience.errors import ConsilienceError
from consilience.rounds.answer import Status, Told
from consilience.rounds.result import digest_of, result
from consilience.rounds.standing import Standing, standing
from consilience.rounds.telling import next_step, told
from consilience.trust import canonical
from consilience.trust.payload import decode, encode
from fuzz.draw import Draw, Json, shaken, written
from fuzz.target import Target
from tests.rounds.sessions import DEADLINES, HOUR, START, Table

_MOST = 1 << 20


def session(_folder: Path) -> Target:
    """What is counted was opened in time and is in the frozen set; the order of what arrived changes no byte."""
    table = _table()
    parsed = [(kind, json.loads(data)) for kind, data in (encode(each.statement) for each in table.said)]

    def one(data: bytes) -> None:
        draw = Draw(data)
        said = list(table.said)
        for _ in range(draw.below(6)):
            kind, value = draw.pick(parsed)
            said += _read(kind, shaken(draw, value))
        for _ in range(draw.below(4)):
            del said[draw.below(len(said))]
        now = START + timedelta(hours=draw.below(16))
        found = standing(table.opened, said, now)
        Random(len(data)).shuffle(said)  # noqa: S311  the same order each time
        if _all(standing(table.opened, said, now)) != _all(found):
            raise AssertionError("another order, and it stands otherwise")
        _check(found)

    return Target(one, tuple(bytes([number]) * 4 + bytes(range(number, 256, 7)) for number in range(1, 9)))


def _check(found: Standing) -> None:
    """What must hold of every session."""
    for each in found.rounds:
        for answer in each.answers:
            if answer.status is Status.OPENED and (answer.assessment is None or not answer.commitment):
                raise AssertionError("an answer that counts, and nothing that was opened")
        if each.ended is None and each.is_over and len(each.opened) < 2:
            raise AssertionError("a result of fewer than two answers")
    for code in found.session.partners:
        next_step(found, code)


def _all(found: Standing) -> tuple[str, str]:
    """How it stands, and its result, as they are told."""
    return json.dumps(told(found), sort_keys=True), digest_of(result(found))


def _read(kind: str, value: Json) -> list[Told]:
    """A statement, where what was shaken still is one."""
    payload = written(value)
    try:
        statement = decode(kind, canonical.parse(payload, "payload", _MOST))
    except ConsilienceError:
        return []
    return [Told(hashlib.sha256(payload).hexdigest(), statement)]


def _table() -> Table:
    """A session with two rounds, two answers of one partner, one that is late, notes, signatures and a stop."""
    table = Table("AUR", "BOR", "CAL")
    made = {
        code: table.seal(code, 20 + 15 * n, roots={f"{code[0]}1": ["imagery:1"]})
        for n, code in enumerate(table.partners)
    }
    frozen = table.freeze(*(each for each, _ in made.values()))
    table.seal("CAL", 70)
    for code, (_, opening) in made.items():
        table.open(code, frozen, opening, at=DEADLINES[0].reveal + HOUR if code == "BOR" else None)
        table.note(code, f"a word of {code}")
    table.round({"AUR": 40, "BOR": 41}, number=2)
    table.sign("BOR", "ab" * 32)
    table.abort("AUR", "the question was wrong", at=DEADLINES[1].reveal + HOUR)
    return table


TARGETS = {"session": session}
