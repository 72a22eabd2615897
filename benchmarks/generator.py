"""Generated holdings: seeded native tables of any size, with copies, denials, points and vague places."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

from consilience.intake.row import COLUMNS

_PARTNERS = ("UKR", "USA", "GBR", "NATO", "POL", "LTU", "OSCE", "OSINT1", "OSINT2", "RUS")
_COUNTED = {
    "personnel": "personnel",
    "formation/btg": "btg",
    "equipment/tank": "tank",
    "violation/ceasefire": "violation",
}
_PHENOMENA = (
    *_COUNTED,
    "movement/rail",
    "movement/buildup",
    "facility/field-hospital",
    "intent/attack",
    "violation/shelling",
)
_PLACES = ("UKR border", "UKR border and Crimea", "within 200 km of UKR border", "Crimea", "Belarus", "Donbas",
           "Luhansk region", "Donetsk region", "Rostov region", "Yelnya", "Kursk region", "")  # fmt: skip
_POINTS = ("movement/rail", "violation/shelling")
_MODALITIES = ("observed",) * 5 + ("estimated", "estimated", "forecast", "denied", "not-observed", "unverified")
_FIRST, _DAYS = date(2021, 3, 1), 360


def write_holdings(file: Path, rows: int, seed: int = 1) -> None:
    """Write a native table of `rows` claims; the same seed gives the same bytes."""
    dice = random.Random(seed)  # noqa: S311  reproducible test data, no secret
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(COLUMNS)
        for number in range(rows):
            writer.writerow(_row(number, dice))


def _row(number: int, dice: random.Random) -> list[object]:
    """One claim; one in ten rests on an earlier one, one in ten on an image that others read too."""
    day = _FIRST + timedelta(days=dice.randrange(_DAYS))
    partner, phenomenon = dice.choice(_PARTNERS), dice.choice(_PHENOMENA)
    at_point = phenomenon in _POINTS or dice.random() < 0.2
    modality = dice.choice(_MODALITIES)
    count = dice.randrange(100, 200_000)
    counted = phenomenon in _COUNTED and modality not in ("denied", "not-observed")
    origin = f"C{dice.randrange(number)}" if number and dice.random() < 0.1 else ""
    if not origin and dice.random() < 0.1:
        origin = f"imagery:maxar:{dice.randrange(200)}"
    return [
        f"C{number}", partner, f"{partner}/{dice.choice('abcde')}" if dice.random() < 0.7 else "",
        f"source{dice.randrange(5)}", "", "", origin, modality, "RUS", phenomenon,
        "" if at_point else dice.choice(_PLACES),
        round(dice.uniform(45, 55), 3) if at_point else "", round(dice.uniform(28, 42), 3) if at_point else "",
        dice.choice((1, 5, 20)) if at_point else "", dice.choice(("", "", "", "", "+separatists", "ground-only")),
        day, day, day + timedelta(days=dice.randrange(3)),
        round(count * 0.95) if counted else "", count if counted else "", round(count * 1.05) if counted else "",
        _COUNTED.get(phenomenon, "") if counted else "", f"{phenomenon} seen, report {number}", "", "TLP:CLEAR", "",
    ]  # fmt: skip
