"""`make bench`: print every table, with the machine and the date that README.md wants beside them."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import compare, linkage

_DATA = Path(__file__).parents[2] / "shared" / "data"
_SIZES = (1_000, 10_000, 100_000)


def main() -> None:
    """Measure; `--quick` leaves the largest size out."""
    sizes = _SIZES[:2] if "--quick" in sys.argv else _SIZES
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for title, lines in (
        ("Size", compare.measure(sizes)), ("Linkage of events", linkage.measure(_DATA / "linkage" / "nigeria_2011")),
    ):  # fmt: skip
        print(f"## {title}\n")
        print("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
