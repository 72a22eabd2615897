"""`make bench`: print every table, with the machine and the date that README.md wants beside them."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import (
    collection,
    compare,
    ledger,
    linkage,
    linking,
    nested,
    paging,
    pooling,
    release,
    resident,
    spark,
    taxii,
    truth,
    warning,
)

_DATA = Path(__file__).parents[2] / "shared" / "data"
_SIZES = (1_000, 10_000, 100_000)
_REPORTS = (100_000, 1_000_000)
_GROWTH = (100_000, 300_000, 1_000_000, 3_000_000, 5_000_000)
_ENTRIES = 1_000_000


def main() -> None:
    """Measure; `--quick` leaves the largest size out; names (`ledger release`) choose tables."""
    quick = "--quick" in sys.argv
    entries = _ENTRIES // 10 if quick else _ENTRIES
    tables: dict[str, tuple[str, Callable[[], list[str]]]] = {
        "compare": ("Size", partial(compare.measure, _SIZES[:2] if quick else _SIZES)),
        "linkage": ("Linkage of events", partial(linkage.measure, _DATA / "linkage" / "nigeria_2011")),
        "linking": ("Linkage by number of reports", partial(linking.measure, _REPORTS[:1] if quick else _REPORTS)),
        "growth": ("Linkage, growth", partial(linking.growth, _GROWTH[:2] if quick else _GROWTH)),
        "resident": ("One report more", partial(resident.measure, _REPORTS[0] if quick else _REPORTS[1])),
        "spark": ("Linkage on Spark", partial(spark.measure, _REPORTS[0] if quick else _REPORTS[1])),
        "truth": ("Truth", partial(truth.measure, _DATA / "truth")),
        "pooling": ("Pooling", partial(pooling.measure, _DATA / "forecasts")),
        "warning": ("Warning, strengths of known truth", partial(warning.measure, 40 if quick else 200)),
        "nested": ("Warning, scopes in one another", partial(nested.measure, 8 if quick else 24)),
        "ledger": ("Ledger", partial(ledger.measure, entries)),
        "release": ("Release, decided by bit sets", release.measure),
        "paging": ("Release, a page by SQL", partial(paging.measure, entries)),
        "collection": ("TAXII, a page of a collection that grows", partial(collection.measure, entries)),
        "taxii": ("TAXII", partial(taxii.measure, 1_000 if quick else 10_000)),
    }
    wanted = [name for name in sys.argv[1:] if not name.startswith("-")] or list(tables)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for title, measure in (tables[name] for name in wanted):
        print(f"## {title}\n")
        print("\n".join(measure()) + "\n")


if __name__ == "__main__":
    main()
