"""Truth: accuracy against gold on flights, author lists and places, beside majority vote and ACCU, in one configuration."""

from __future__ import annotations

import csv
import gzip
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from math import log
from pathlib import Path

import pyarrow as pa

from consilience.comparison.truth import calibrate, diagram, weigh

Row = dict[str, str]
Found = dict[tuple[str, str], str]
_CLOCK = {"sd", "ad", "sa", "aa"}  # scheduled and actual departure and arrival, in minutes
_FLIGHT = {name: "clock" if name in _CLOCK else "category" for name in ("sd", "ad", "dg", "sa", "aa", "ag")}
_AIRLINES = frozenset({"aa", "ua", "CO"})  # their own sites: gold and source at once
_SEEDED_DAYS = 3
_FALSE = 100  # wrong values that ACCU takes an item to have
_OTHERS = (("book", "set"), ("birthplaces", "place"), ("heritages", "place"), ("population", "number"))


def measure(folder: Path) -> list[str]:
    """Table rows; a set that is absent has none."""
    if not folder.is_dir():
        return ["The truth sets are not here; this part was not measured."]
    lines = ["| set | gold | vote | ACCU | consilience | CPU s |", "|---|---|---|---|---|---|"]
    return [*lines, *unseeded(folder), *seeded(folder)]


def unseeded(folder: Path, every: int = 1) -> list[str]:
    """Rows of the sets without seeds; of the days of flights only each `every`th is taken."""
    lines = []
    for name, without in (("flights", frozenset[str]()), ("flights without airlines", _AIRLINES)):
        days = _days(folder)[::every]
        if days:
            lines.append(_line(name, [_day(day, without) for day in days], _FLIGHT, None))
    for name, kind in _OTHERS:
        if (folder / name / "gold.csv").is_file():
            claims, gold = _read(folder / name / "claims.csv.gz"), _read(folder / name / "gold.csv")
            kinds = {row["attribute"]: kind for row in claims}
            lines.append(_line(name, [(claims, gold)], kinds, _tree(folder / name / "hierarchy.csv")))
    return lines


def seeded(folder: Path, without: tuple[bool, ...] = (False, True)) -> list[str]:
    """Rows of all days of flights, with the airlines' own sites and without, seeded by the first days."""
    days = _days(folder)
    if len(days) <= _SEEDED_DAYS:
        return []
    named = {False: ("flights, seeded", frozenset[str]()), True: ("flights without airlines, seeded", _AIRLINES)}
    return [
        _seeded(name, [_day(day, left_out, day.name[:8] + "/") for day in days])
        for name, left_out in map(named.__getitem__, without)
    ]


def _days(folder: Path) -> list[Path]:
    return sorted((folder / "flight").glob("*.claims.csv.gz"))


def _line(
    name: str, sets: Iterable[tuple[list[Row], list[Row]]], kinds: Mapping[str, str], tree: Mapping[str, str] | None
) -> str:
    """One row: each set is weighed by itself."""
    hits: Counter[str] = Counter()
    spent = 0.0
    rivals: dict[str, Callable[[list[Row]], Found]] = {"vote": vote, "ACCU": accu}
    for claims, gold in sets:
        for rival, method in rivals.items():
            hits[rival] += sum(_verdicts(method(claims), gold, kinds))
        started = time.process_time()
        ours = _ours(claims, kinds, tree)
        spent += time.process_time() - started
        verdicts = _verdicts(ours, gold, kinds)
        hits["ours"] += sum(verdicts)
        hits["gold"] += len(verdicts)
    shares = " | ".join(f"{hits[each] / hits['gold']:.4f}" for each in ("vote", "ACCU", "ours"))
    return f"| {name} | {hits['gold']:,} | {shares} | {spent:.1f} |"


def _seeded(name: str, days: list[tuple[list[Row], list[Row]]]) -> str:
    """One row: all days at once, the truth of the first ones told; measured on the rest."""
    claims = [row for told, _ in days for row in told]
    known = [row for _, gold in days[:_SEEDED_DAYS] for row in gold]
    rest = [row for _, gold in days[_SEEDED_DAYS:] for row in gold]
    started = time.process_time()
    ours = _verdicts(_ours(claims, _FLIGHT, None, known), rest, _FLIGHT)
    spent = time.process_time() - started
    rivals = [_verdicts(method(claims), rest, _FLIGHT) for method in (vote, accu)]
    shares = " | ".join(f"{sum(each) / len(each):.4f}" for each in (*rivals, ours))
    return f"| {name} by {_SEEDED_DAYS} days | {len(ours):,} | {shares} | {spent:.1f} |"


def _ours(
    claims: list[Row], kinds: Mapping[str, str], tree: Mapping[str, str] | None, known: list[Row] | None = None
) -> Found:
    seeds = _table(known, ("object", "attribute", "value")) if known else None
    told = _table(claims, ("object", "attribute", "source", "value"))
    values = weigh(told, kinds=kinds, hierarchy=tree, seeds=seeds).values
    return {(row["object"], row["attribute"]): row["value"] for row in values.to_pylist()}


def vote(claims: list[Row]) -> Found:
    """The value told most often; among equals, the one told first."""
    by: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in claims:
        by[row["object"], row["attribute"]][row["value"]] += 1
    return {item: counted.most_common(1)[0][0] for item, counted in by.items()}


def accu(claims: list[Row], rounds: int = 20) -> Found:
    """ACCU (Dong, Berti-Equille, Srivastava, PVLDB 2009) without copying: one accuracy a source, wrong values uniform."""
    by: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in claims:
        by[row["object"], row["attribute"]][row["value"]].append(row["source"])
    accuracy = dict.fromkeys((row["source"] for row in claims), 0.8)
    chances: dict[tuple[str, str], dict[str, float]] = {}
    for _ in range(rounds):
        worth = {source: log(_FALSE * right / (1 - right)) for source, right in accuracy.items()}
        chances = {item: _softmax({value: sum(map(worth.__getitem__, told)) for value, told in values.items()})
                   for item, values in by.items()}  # fmt: skip
        right, many = Counter[str](), Counter[str]()
        for item, values in by.items():
            for value, told in values.items():
                for source in told:
                    right[source] += chances[item][value]  # type: ignore[assignment]
                    many[source] += 1
        accuracy = {source: min(max(right[source] / many[source], 0.01), 0.99) for source in accuracy}
    return {item: max(values, key=lambda value, of=values: of[value]) for item, values in chances.items()}


def _softmax(scores: Mapping[str, float]) -> dict[str, float]:
    top = max(scores.values())
    mass = {value: 2.718281828459045 ** (score - top) for value, score in scores.items()}
    total = sum(mass.values())
    return {value: each / total for value, each in mass.items()}


def _verdicts(found: Found, gold: Iterable[Row], kinds: Mapping[str, str]) -> list[bool]:
    items = ((row["object"], row["attribute"], row["value"]) for row in gold)
    return [_right(kinds[what], found[one, what], value) for one, what, value in items if (one, what) in found]


def _right(kind: str, found: str, gold: str) -> bool:
    """Exactly; a clock within 10 minutes."""
    if kind == "clock":
        return abs((float(found) - float(gold) + 720) % 1440 - 720) <= 10
    if kind == "number":
        return float(found) == float(gold)
    return set(found.split(";")) == set(gold.split(";")) if kind == "set" else found == gold


def _day(file: Path, without: frozenset[str], before: str = "") -> tuple[list[Row], list[Row]]:
    claims = [row for row in _read(file) if row["source"] not in without]
    gold = _read(file.with_name(file.name.replace(".claims.csv.gz", ".gold.csv")))
    return tuple([{**row, "object": before + row["object"]} for row in rows] for rows in (claims, gold))  # type: ignore[return-value]


def _tree(file: Path) -> dict[str, str] | None:
    if not file.is_file():
        return None
    rows = _read(file)
    names = {row["id"]: row["name"] for row in rows}
    return {row["name"]: names[row["parent"]] for row in rows if row["parent"] in names}


def _table(rows: list[Row], columns: Iterable[str]) -> pa.Table:
    return pa.table({name: [row[name] for row in rows] for name in columns})


def _read(file: Path) -> list[Row]:
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def calibration(folder: Path, known: tuple[int, ...] = (50, 200, 600)) -> list[str]:
    """Table rows: the mean gap between a probability and what came true, before and after `calibrate` with so many truths.

    The truths are drawn by lot (seed 1); measured on the rest of the birthplaces.
    """
    claims, gold = _read(folder / "birthplaces" / "claims.csv.gz"), _read(folder / "birthplaces" / "gold.csv")
    kinds = {row["attribute"]: "place" for row in claims}
    tree = _tree(folder / "birthplaces" / "hierarchy.csv")
    told = _table(claims, ("object", "attribute", "source", "value"))
    values = weigh(told, kinds=kinds, hierarchy=tree).values
    gold = sorted(gold, key=lambda row: (row["object"], row["attribute"]))
    random.Random(1).shuffle(gold)  # noqa: S311  no secret
    lines = ["| truths | the rest | gap before | gap after |", "|---|---|---|---|"]
    for many in known:
        some, rest = (_table(part, ("object", "attribute", "value")) for part in (gold[:many], gold[many:]))
        before, after = (_gap(diagram(each, rest, kinds)) for each in (values, calibrate(values, some, kinds)))
        lines.append(f"| {many} | {len(gold) - many:,} | {before:.3f} | {after:.3f} |")
    return lines


def _gap(found: pa.Table) -> float:
    rows = found.to_pylist()
    return sum(row["items"] * abs(row["expected"] - row["right"]) for row in rows) / sum(row["items"] for row in rows)
