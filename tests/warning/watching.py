"""Situations for the tests of warning: rows of partners about a few indicators, and the history that they give."""

import random
from datetime import date, timedelta

from consilience.intake.indicator import read_watch
from consilience.warning.dossier import Dossier
from consilience.warning.history import history

FIRST = date(2021, 11, 1)
PARTNERS = ("AAA", "BBB", "CCC", "DDD")
WATCH = """
schema = "consilience.indicators/1"
hypothesis = "An attack begins"
[[indicators]]
id = "massing"
title = "Forces gather"
bent = "capability"
phenomena = ["movement/buildup"]
actors = ["RUS"]
looking = ["AAA", "BBB", "CCC", "DDD", "LIAR"]
source = "test"
[[indicators]]
id = "tanks"
title = "Tanks come"
bent = "capability"
phenomena = ["equipment/tank"]
looking = ["AAA", "BBB", "CCC", "DDD", "LIAR"]
source = "test"
[[indicators]]
id = "strength"
title = "100,000 or more"
bent = "capability"
phenomena = ["personnel"]
looking = ["AAA", "BBB", "CCC", "DDD", "LIAR"]
source = "test"
reaching = { amount = 100000, unit = "personnel", percent = 80 }
[[indicators]]
id = "hospitals"
title = "Field hospitals"
bent = "capability"
stage = "late"
phenomena = ["facility/field-hospital"]
looking = ["AAA", "BBB", "CCC", "DDD", "LIAR"]
source = "test"
[[indicators]]
id = "foreseen"
title = "An attack is foreseen"
bent = "intent"
phenomena = ["intent/attack"]
modalities = ["forecast", "intended"]
looking = ["AAA", "BBB", "CCC", "DDD", "LIAR"]
source = "test"
[[indicators]]
id = "leaving"
title = "Forces leave"
bent = "relief"
phenomena = ["movement/withdrawal"]
actors = ["RUS"]
looking = ["AAA", "BBB", "CCC", "DDD", "LIAR"]
source = "test"
"""
KINDS = ("movement/buildup", "equipment/tank", "personnel", "facility/field-hospital", "intent/attack")


def watch(folder, text=WATCH):
    file = folder / "indicators.toml"
    file.write_text(text, encoding="utf-8")
    return read_watch(file)


def day(number):
    return (FIRST + timedelta(days=number)).isoformat()


def told(row, name, partner, kind, on, **cells):
    """A row about one indicator, as partners tell it: a forecast of an attack, else what was observed."""
    forecast = kind == "intent/attack"
    more = {"modality": "forecast" if forecast else "observed", "partner": partner, "phenomenon": kind}
    more |= {"period_from": day(on), "period_to": "" if forecast else day(on), "reported_at": day(on)}
    if kind == "personnel":
        more |= {"low": "148000", "best": "150000", "high": "152000", "unit": "personnel"}
    return row(name, **{**more, **cells})


def dossier_of(lay, rows, watched):
    return Dossier(watched, tuple(lay(*rows).holdings.claims))


def run(lay, rows, watched, until=80, **more):
    return history(dossier_of(lay, rows, watched), FIRST + timedelta(days=until), **more)


def world(row, seed, size=16, days=60):
    """What honest partners tell: sightings, denials and looks, some that rest on another's, some on one recording."""
    rng = random.Random(seed)  # noqa: S311  no secret
    rows = []
    for number in range(rng.randint(1, size)):
        kind = rng.choice((*KINDS, *KINDS, "movement/withdrawal"))
        cells = {"speaker": ""}
        if rng.random() < 0.25:
            cells["modality"] = rng.choice(("denied", "not-observed", "unverified"))
        if rng.random() < 0.3:
            older = [each["claim_id"] for each in rows]
            cells["origins"] = rng.choice([*older, "imagery:sat:1", "imagery:sat:2", "document:AAA-service:1", "L03"])
        if kind == "personnel":
            best = rng.choice((40_000, 90_000, 120_000, 160_000))
            cells |= {"low": best, "best": best, "high": best}
        rows.append(told(row, f"H{number:02}", rng.choice(PARTNERS), kind, rng.randint(0, days), **cells))
    return rows


def lies(row, rows, partner, seed, size=30, days=60):
    """What one partner may make up: floods of sightings, denials, numbers, lineage of its own and of others' claims."""
    rng = random.Random(seed)  # noqa: S311  no secret
    names = [each["claim_id"] for each in rows]
    found = []
    for number in range(size):
        kind = rng.choice((*KINDS, *KINDS, "movement/withdrawal", "provenance/origin"))
        cells = {"speaker": rng.choice(("", f"{partner}/one", f"{partner}/two", "AAA/borrowed"))}
        if rng.random() < 0.2:
            cells["modality"] = rng.choice(("denied", "not-observed", "unverified"))
        if rng.random() < 0.5:
            cells["origins"] = rng.choice([*names, f"imagery:own:{number}", "document:BBB-service:9", "imagery:sat:1"])
        if kind == "provenance/origin":
            cells |= {"about": rng.choice(names), "origins": rng.choice(["imagery:own:0", "L00", "intelligence:CCC:x"])}
            cells["modality"] = "observed"
        if kind == "personnel":
            best = rng.choice((1, 99_999, 500_000))
            cells |= {"low": best, "best": best, "high": best}
        found.append(told(row, f"L{number:02}", partner, kind, rng.randint(0, days), **cells))
    return found
