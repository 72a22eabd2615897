"""Target: something that reads bytes from outside, what it is given first, and what counts as a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consilience.errors import ConsilienceError

RAW, SHAKEN = b"\x01", b"\x00"
"""The first byte of an input says how the rest is meant: as it is, or as choices by which something good is shaken."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a harness calls with one input after the other.

    Attributes:
        one: reads one input; raises only when something is wrong.
        seeds: inputs that are known to be good, made by our own code.
        most: bytes of an input at most.
    """

    one: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    most: int = 16_384


Maker = Callable[[Path], Target]
"""Makes a target, which may keep files in a folder that goes away with it."""


def refusing(one: Callable[[bytes], object]) -> Callable[[bytes], None]:
    """A reader whose errors of ours are refusals, as they should be; everything else that it raises is a finding."""

    def read(data: bytes) -> None:
        try:
            one(data)
        except ConsilienceError as refusal:
            # What is said must be sayable: a message that cannot be written would be a crash in the handler.
            refusal.message.encode()

    return read


def seeds(*good: bytes) -> tuple[bytes, ...]:
    """Good inputs as they are, and a few choices to shake with."""
    choices = [bytes([number]) * 4 + bytes(range(number, 256, 7)) for number in range(1, 9)]
    return tuple([RAW + each for each in good] + [SHAKEN + each for each in choices])


def split(data: bytes) -> tuple[bool, bytes]:
    """Whether an input is raw, and the rest of it."""
    return data[:1] != SHAKEN, data[1:]
