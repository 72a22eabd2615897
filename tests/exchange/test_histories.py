"""A partition of any length and pattern heals: each object is everywhere it was given, once, and the pictures are equal."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.exchange.histories import History, founded


@pytest.fixture(scope="module")
def template():
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  a disk's time is not what is tested
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder), founded(Path(folder))


def healed(seeds, template, steps=14):
    folder, start = template
    for seed in seeds:
        with TemporaryDirectory(dir=folder) as place, ExitStack() as stack:
            history = History(seed, folder, start, Path(place), stack)
            history.run(steps)
            history.heal()
            history.holds_each_once()
            assert len(history.pictures()) == 1, seed
    sys.stdout.write(f"\n{len(seeds)} histories healed to equal pictures\n")


@pytest.mark.parametrize("part", range(6))
def test_partitions_and_losses_heal_to_equal_pictures(template, part):
    healed(range(10 * part, 10 * part + 10), template)


# As many as are asked for: CONSILIENCE_HISTORIES=3000 pytest tests/exchange/test_histories.py -m slow -n auto
@pytest.mark.slow
@pytest.mark.parametrize("part", range(int(os.environ.get("CONSILIENCE_HISTORIES", "300")) // 30))
def test_hundreds_of_histories_heal_to_equal_pictures(template, part):
    first = 1_000 + 30 * part
    healed(range(first, first + 30), template)
