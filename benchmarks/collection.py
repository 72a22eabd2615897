"""Collection: what one page, and one object, of a TAXII collection cost in our store, as the collection grows."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from consilience.exchange.taxii.arrival import Arrival, arrival
from consilience.exchange.taxii.filter import Filters
from consilience.exchange.taxii.resource import ApiRoot, Collection
from consilience.exchange.taxii.stamp import micros
from consilience.exchange.taxii.store import Store

_FEED = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
_BATCH, _PAGE, _TIMES = 5_000, 100, 200
_PATTERN = "x" * 380  # so that an object has some 600 bytes


def measure(objects: int = 1_000_000) -> list[str]:
    """A table row for each size up to `objects`; milliseconds of CPU at the median."""
    lines = [
        "| objects | added, CPU s | first page, ms | last page, ms | one object by id, ms |",
        "|---|---|---|---|---|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'taxii.db'}")
        store.put_root(ApiRoot("root", "A root"))
        store.put_collection(Collection(_FEED, "root", "A feed"))
        try:
            lines += _rows(store, [size for size in (10_000, 100_000, 1_000_000) if size <= objects])
        finally:
            store.close()
    return [
        *lines,
        "",
        f"Pages of {_PAGE} objects with their bodies, of the latest versions, as every client asks for them.",
    ]


def _rows(store: Store, sizes: list[int]) -> Iterator[str]:
    filled, start = 0, time.process_time()
    chance = random.Random(7)  # noqa: S311  the same objects each time
    for size in sizes:
        while filled < size:
            store.add(_FEED, [_object(number) for number in range(filled, filled + _BATCH)])
            filled += _BATCH
        took = time.process_time() - start
        last = store.position(_FEED).last
        assert last is not None
        first, end = (_page(store, filters) for filters in (Filters(), Filters(added_after=micros(last) - 150_000)))
        one = _timed(lambda size=size: store.objects(_FEED, Filters(ids=(_name(chance.randrange(size)),)), 1))
        yield f"| {size:,} | {took:.1f} | {first:.2f} | {end:.2f} | {one:.3f} |"


def _page(store: Store, filters: Filters) -> float:
    def read() -> None:
        page = store.page(_FEED, filters, _PAGE)
        assert len(store.bodies(_FEED, page.items)) == _PAGE

    return _timed(read)


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds of CPU at the median."""
    took = []
    for _ in range(_TIMES):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return statistics.median(took) * 1000


def _name(number: int) -> str:
    return f"indicator--{uuid.UUID(int=number, version=4)}"


def _object(number: int) -> Arrival:
    made = arrival({
        "type": "indicator", "spec_version": "2.1", "id": _name(number), "created": "2020-01-01T00:00:00.000Z",
        "modified": "2020-01-01T00:00:00.000Z", "pattern": _PATTERN,
    })  # fmt: skip
    assert isinstance(made, Arrival)
    return made
