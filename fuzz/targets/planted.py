"""Planted: a reader that fails on one byte behind another one. A run that does not find it is blind."""

from __future__ import annotations

from pathlib import Path

from consilience.trust import canonical
from fuzz.target import Target, refusing


def planted(_folder: Path) -> Target:
    """Fails on a JSON text that begins with A, and goes on with a plus sign."""

    def one(data: bytes) -> None:
        value = canonical.parse(data, "input", 64)
        if isinstance(value, str) and value[:1] == "A" and value[1:2] == "+":
            raise ZeroDivisionError("the fault that was planted")

    return Target(refusing(one), (b'"B-"', b'"+"'), most=16)


TARGETS = {"planted": planted}
