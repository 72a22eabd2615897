"""Pushed: lines that a partner sends unasked, as far as they can be judged by themselves, without anything we hold."""

from __future__ import annotations

from dataclasses import dataclass

from consilience.errors import ConsilienceError
from consilience.ledger import proof
from consilience.model.identity import PartnerId
from consilience.model.roster import Roster
from consilience.trust.canonical import parse
from consilience.trust.errors import TooLargeError
from consilience.trust.statement import reread


@dataclass(slots=True, eq=False)
class Pushed:
    """A line, its number from 1 on, the envelope in it, and what is wrong with it by itself; one of the two is empty."""

    number: int
    data: bytes
    envelope: bytes = b""
    fault: str = ""


def pushed(body: bytes) -> list[Pushed]:
    """The lines of a body, without the empty ones."""
    lines = (line for line in body.split(b"\n") if line.strip())
    return [_pushed(number, line) for number, line in enumerate(lines, start=1)]


def _pushed(number: int, line: bytes) -> Pushed:
    """A line whose fault follows from its own bytes: whoever sent it learns nothing by it."""
    try:
        value = parse(line, "line", proof.MOST_BYTES)
        is_proof = isinstance(value, dict) and value.get("schema") == proof.SCHEMA
        envelope = proof.envelope_of(line) if is_proof else line
        reread(envelope)
    except TooLargeError:
        return Pushed(number, line, fault="too large")
    except ConsilienceError:
        return Pushed(number, line, fault="unreadable")
    return Pushed(number, line, envelope)


def is_own(line: bytes, partner: PartnerId, roster: Roster) -> bool:
    """Whether a line is an object that a partner issued, with the proof of its place in a log of that partner."""
    try:
        proven = proof.check(line, roster)
    except ConsilienceError:
        return False
    return proven.issuer == proven.log_partner == partner
