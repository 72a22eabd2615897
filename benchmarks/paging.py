"""Paging: the decision for one page of 100 out of a million objects, by SQL over interned labels."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import insert

from benchmarks.release import NOW, labels, roster
from consilience.ledger.database import Database
from consilience.model.identity import PartnerId, canonical_json
from consilience.release.bitset import Table
from consilience.release.decision import Audience, permitted
from consilience.release.index import Index
from consilience.release.tables import LABELS, OBJECTS, ORIGINATORS
from consilience.trust.wire import label_json

_OBJECTS = 1_000_000
_PAGE = 100
_BATCH = 50_000
_TIMES = 41


def measure(objects: int = _OBJECTS) -> list[str]:
    """A table row for each number of labels and place in the ledger; milliseconds of wall time."""
    lines = [
        "| labels | of them seen | objects seen | page | median, ms | worst of 40, ms |",
        "|---|---|---|---|---|---|",
    ]
    for kinds in (30, 300, 3_000):
        with tempfile.TemporaryDirectory() as folder:
            database = Database.open(f"sqlite:///{Path(folder) / 'derived.db'}")
            try:
                lines += _rows(_filled(database, kinds, objects), kinds, objects)
            finally:
                database.close()
    return [
        *lines,
        "",
        f"Each page decides anew: labels by bit sets, then {_PAGE} of {objects:,} objects by SQL. The aim is 5 ms.",
    ]


def _rows(index: Index, kinds: int, objects: int) -> Iterator[str]:
    audience = Audience((PartnerId("P07"),))
    table = Table(index.labels(), roster())
    seen = permitted(audience, table, NOW)
    shown = sum(1 for number in range(objects) if _label_of(number, kinds) in seen.free)
    for name, after in (("first", -1), ("middle", objects // 2), ("last", objects - objects // 500)):
        took = _timed(lambda after=after: index.page(permitted(audience, table, NOW), after, _PAGE))
        yield (
            f"| {kinds:,} | {len(seen.labels):,} | {shown:,} | {name} | "
            f"{statistics.median(took) * 1000:.2f} | {max(took) * 1000:.2f} |"
        )


def _timed(work: Callable[[], object]) -> list[float]:
    took = []
    for _ in range(_TIMES):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return took[1:]


def _filled(database: Database, kinds: int, objects: int) -> Index:
    """An index of many objects, written into its tables directly: its labels are the generator's, spread unevenly."""
    index = Index(database)
    distinct = labels(kinds)
    with database.writing() as connection:
        rows = [{"id": number, "text": canonical_json(label_json(label))} for number, label in enumerate(distinct)]
        connection.execute(insert(LABELS), rows)
        asked = [{"label": number, "originator": name} for number, label in enumerate(distinct) for name in label.orig]
        connection.execute(insert(ORIGINATORS), asked)
        for start in range(0, objects, _BATCH):
            batch = [
                {"seq": seq, "digest": f"{seq:064x}", "kind": "claim", "name": f"C{seq}", "issuer": "P00", "issued": "2022-01-01T00:00:00.000000Z",
                 "base": _label_of(seq, kinds), "whole": _label_of(seq, kinds), "target": None, "retracted": None}
                for seq in range(start, min(start + _BATCH, objects))
            ]  # fmt: skip
            connection.execute(insert(OBJECTS), batch)
    return index


def _label_of(seq: int, kinds: int) -> int:
    """Few labels are common and most are rare, as in life; the same for the same object."""
    return min(int(random.Random(seq).paretovariate(0.6)) - 1, 10**9) % kinds  # noqa: S311  a spread, not a secret
