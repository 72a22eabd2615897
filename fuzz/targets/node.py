"""Node: what a partner who is known may send to a node: requests to the sidecar, offers, and the common picture."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

from consilience.exchange.link import MOST_LINES
from consilience.ledger import proof
from consilience.model.identity import PartnerId
from consilience.node import concord
from consilience.node import offer as offers
from consilience.node.common import common, sign
from consilience.node.giving import log_of
from consilience.node.node import Node
from consilience.web.sidecar import MOST_BYTES, Asked, Sidecar
from fuzz.draw import Draw, Json, shaken, written
from fuzz.target import Target, refusing, seeds, split
from tests.simulator import Alliance, alliance, row

_CODES = ("AUR", "BOR", "CAL")
_ALL = frozenset(map(PartnerId, _CODES))
_REL = "REL TO AUR, BOR, CAL"
_NAMES = ("proofs", "head", "offer", "compared")
_KEYS = ("since", "most", "size", "with", "x")
_WORDS = ("0", "1", "3", "999999999999999", "-1", "1e3", "٣", "", "AUR,BOR", "AUR,BOR,CAL", "BOR,CAL", ",", "XXX,BOR")
_OPEN = ExitStack()  # what stays open until this process ends


def sidecar(folder: Path) -> Target:
    """Requests of a partner whose key is known: no status of the 500s, whatever it asks and sends."""
    allies = _allies(folder)
    answers = Sidecar(allies["AUR"])
    lines = [_proof(allies["BOR"], index) for index in range(2)]
    head = allies["AUR"].ledger.checkpoint(log_of(PartnerId("BOR")))
    parsed = [json.loads(line) for line in lines]

    def one(data: bytes) -> None:
        draw = Draw(data)
        method, name = draw.pick(("GET", "POST", "PUT")), draw.pick(_NAMES)
        query = {draw.pick(_KEYS): draw.pick(_WORDS) if draw.below(3) else draw.text() for _ in range(draw.below(4))}
        body = _body(draw, parsed, head) if method == "POST" else b""
        if answers.takes(method, name) != 200:
            return
        found = answers.answer(Asked(PartnerId("BOR"), method, name, query, body))
        if found.status >= 500:
            raise AssertionError(f"{method} {name} {query}: status {found.status}: {found.body[:200]!r}")
        if len(found.body) > 2 * MOST_BYTES or not "".join(found.headers.values()).isprintable():
            raise AssertionError(f"{method} {name} {query}: an answer of {len(found.body)} bytes, {found.headers}")

    start = [bytes([method, name, 2, 0, 1, 0, 1, 1, 1]) for method in range(2) for name in range(4)]
    return Target(one, tuple(each + bytes(range(at, 200, 9)) for at, each in enumerate(start)), most=8_192)


def offer(folder: Path) -> Target:
    """The file of an offer: read, or refused."""
    good = offers.written(_allies(folder)["BOR"], _ALL)
    parsed = json.loads(good)

    def one(data: bytes) -> None:
        raw, rest = split(data)
        issuer, digests = offers.read(rest if raw else written(shaken(Draw(rest), parsed)), _ALL)
        if issuer not in _ALL or list(digests) != sorted(set(digests)):
            raise AssertionError("an offer of another's, or out of order")

    return Target(refusing(one), seeds(good))


def picture(folder: Path) -> Target:
    """The file of a common picture: checked, or refused."""
    allies = _allies(folder)
    node, given = allies["AUR"], {code: offers.offer(allies[code], _ALL) for code in _ALL}
    found = common(node, _ALL, given)
    sign(node, found)
    good = concord.bundle(node, found)
    parsed: Json = json.loads(good)
    roster = node.roster

    def one(data: bytes) -> None:
        raw, rest = split(data)
        draw = Draw(rest)
        concord.check(rest if raw else written(shaken(draw, parsed)), roster).words  # noqa: B018  words must be sayable

    return Target(refusing(one), seeds(good), most=65_536)


def _allies(folder: Path) -> Alliance:
    """Three nodes that have given each other something."""
    allies = _OPEN.enter_context(alliance(folder))
    allies.join(*_CODES)
    for code in _CODES:
        allies.record(code, *(row(f"{code}{number}", _REL, partner=code, text="words") for number in range(2)))
    for code in _CODES:
        for other in _CODES:
            if other != code:
                allies.release(code, other)
                allies.deliver(code, other)
    return allies


def _proof(node: Node, index: int) -> bytes:
    return proof.make(node.ledger, index, log_of(PartnerId("AUR")))


def _body(draw: Draw, lines: list[Json], head: str) -> bytes:
    """Lines of proofs, a head, or anything."""
    match draw.below(4):
        case 0:
            return draw.rest()
        case 1:
            at = draw.below(len(head))
            return (head[:at] + draw.text() + head[at + draw.below(3) :]).encode()
        case 2:
            return b"\n" * draw.pick((1, MOST_LINES, MOST_LINES + 1)) + b"x\n" * draw.pick((1, MOST_LINES + 1))
    return b"\n".join(written(shaken(draw, draw.pick(lines))) for _ in range(1 + draw.below(3)))


TARGETS = {"sidecar": sidecar, "offer": offer, "picture": picture}
