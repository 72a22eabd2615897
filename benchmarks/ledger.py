"""Ledger: what verifying, storing and hashing cost beside the bare primitive, and a proof out of a large log."""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine

from consilience.ledger import note as notes
from consilience.ledger import store, tree
from consilience.ledger.entries import Ledger
from consilience.ledger.entry import Batch
from consilience.ledger.note import Checkpoint
from consilience.ledger.tiles import Frontier
from consilience.model.entry import ClaimEntry, Statement
from consilience.model.identity import PartnerId
from consilience.model.marking import OPEN
from consilience.model.roster import Roster
from consilience.trust import payload
from consilience.trust.envelope import seal
from consilience.trust.keys import SigningKey
from consilience.trust.roster import found
from consilience.trust.verify import verify

_BATCH = 256
_BATCHES = 24
_START = datetime(2026, 1, 1, tzinfo=UTC)
_KEY = SigningKey.from_seed(b"b" * 32)
_LIMIT_APPEND, _LIMIT_PROOF_MS = 2.5, 2.0


def measure(size: int) -> list[str]:
    """Table rows: append in ratios to bare Ed25519 verification, and a proof out of a log of `size` entries."""
    roster = found(PartnerId("UKR"), "Ukraine", _KEY.public, _START)
    sealed = [_sealed(number) for number in range(_BATCH * _BATCHES)]
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        bare, verified, appended = _rates(sealed, roster, f"sqlite:///{folder}/append.db")
        inclusion, consistency = _proofs(f"sqlite:///{folder}/large.db", size)
    finally:
        shutil.rmtree(folder)
    return [
        f"| batches of {_BATCH} envelopes of {len(sealed[0])} bytes | µs each | ratio | aim |",
        "|---|---|---|---|",
        f"| Ed25519 verification alone (`cryptography`) | {bare * 1e6:.0f} | 1.00 | |",
        f"| `trust.verify` | {verified * 1e6:.0f} | {verified / bare:.2f} | |",
        f"| `trust.verify` and `Ledger.append`, on SQLite | {appended * 1e6:.0f} | {appended / bare:.2f} | "
        f"{_LIMIT_APPEND} |",
        "",
        f"| proof from {size:,} entries | median, ms | worst of 200, ms | aim |",
        "|---|---|---|---|",
        f"| inclusion | {_shown(inclusion)} | {_LIMIT_PROOF_MS} |",
        f"| consistency | {_shown(consistency)} | |",
    ]


def _sealed(number: int) -> bytes:
    """A claim as a partner would send it, signed."""
    cells = {
        "claim_id": f"UKR-{number}",
        "partner": "UKR",
        "modality": "observed",
        "actor": "RUS",
        "phenomenon": "personnel",
        "place": "UKR border",
        "period_from": "2021-12-03",
        "period_to": "2021-12-03",
        "quantity_min": str(90_000 + number),
        "reported_at": "2021-12-03",
        "source": "Ministry of Defence, briefing to the press on the situation at the border",
    }
    statement = Statement(PartnerId("UKR"), _START, ClaimEntry(tuple(sorted(cells.items())), OPEN))
    return seal(*payload.encode(statement), [_KEY])


def _rates(sealed: list[bytes], roster: Roster, url: str) -> tuple[float, float, float]:
    """Seconds an envelope for the bare primitive, for `verify`, and for `verify` with `append`: medians of batches."""
    public = _KEY.private.public_key()
    signed = [(_KEY.sign(data), data) for data in sealed]
    bare, checked, whole = [], [], []
    with _ledger(url) as ledger:
        for start in range(0, len(sealed), _BATCH):
            part = slice(start, start + _BATCH)
            bare.append(_seconds(lambda part=part: [public.verify(*each) for each in signed[part]]))
            checked.append(_seconds(lambda part=part: [verify(data, roster, _START) for data in sealed[part]]))
            whole.append(
                _seconds(
                    lambda part=part: ledger.append(
                        Batch("main", [verify(data, roster, _START) for data in sealed[part]])
                    )
                )
            )
        assert ledger.size() == len(sealed)
    # Means, so that the batches that carry the database's own housekeeping count in full.
    return statistics.mean(bare) / _BATCH, statistics.mean(checked) / _BATCH, statistics.mean(whole) / _BATCH


def _proofs(url: str, size: int) -> tuple[list[float], list[float]]:
    """Seconds of 200 inclusion and 200 consistency proofs, each at a place of its own."""
    with _ledger(url) as ledger:
        root = _grow(url, size)
        chance = random.Random(1)  # noqa: S311  the same places each time
        inclusion, consistency = [], []
        for _ in range(200):
            index = chance.randrange(size)
            inclusion.append(_seconds(lambda index=index: ledger.inclusion(index)))
            consistency.append(_seconds(lambda index=index: ledger.consistency(index + 1)))
            path = ledger.inclusion(index)
            tree.verify_inclusion(_leaf(index), index, size, path, root)
    return inclusion, consistency


def _grow(url: str, size: int) -> bytes:
    """Put the tree of `size` leaves, and its signed head, into the tables directly: signing them would take minutes."""
    edge, engine = Frontier(), create_engine(url)
    with engine.begin() as connection:
        for start in range(0, size, 65_536):
            edge, changed = edge.extended([_leaf(index) for index in range(start, min(start + 65_536, size))])
            writing = store.Writing(connection)
            writing.put_tiles("main", changed)
        note = notes.sign(Checkpoint("bench.example", size, edge.root), _KEY)
        writing.add_checkpoint("main", store.Head(size, edge.root, note))
    engine.dispose()
    return edge.root


def _leaf(index: int) -> bytes:
    return tree.record_hash(index.to_bytes(8, "big"))


def _ledger(url: str) -> Ledger:
    ticks = _ticks()
    return Ledger.open(url, "bench.example", _KEY, clock=lambda: next(ticks), secret=bytes(32))


def _ticks() -> Iterator[datetime]:
    now = _START
    while True:
        yield (now := now + timedelta(seconds=1))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _shown(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1e3:.2f} | {max(seconds) * 1e3:.2f}"
