"""Circles: the sets of partners within which this node has agreed to compare what all of them were told.

An offer tells each partner of a set that the others were told the same. So none is given because somebody asks: only
for a set that this node's own people have named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from consilience.model.identity import PartnerId
from consilience.node.home import Home, HomeError, write_whole

_FILE = "circles.json"

Circle = frozenset[PartnerId]


class Circles:
    """The circles of a home."""

    def __init__(self, home: Home) -> None:
        """Kept in one file of the home."""
        self._file: Path = home.folder / _FILE

    def __iter__(self) -> Iterator[Circle]:
        """All of them, in order of their partners' codes."""
        return iter(sorted(self._read(), key=sorted))

    def __contains__(self, partners: object) -> bool:
        """Whether this node compares within exactly this set."""
        return partners in self._read()

    def join(self, partners: Iterable[PartnerId]) -> None:
        """Compare within this set from now on."""
        self._write(self._read() | {frozenset(partners)})

    def leave(self, partners: Iterable[PartnerId]) -> bool:
        """Compare within this set no longer; False when it was none. What was signed stays."""
        found, wanted = self._read(), frozenset(partners)
        self._write(found - {wanted})
        return wanted in found

    def _read(self) -> frozenset[Circle]:
        try:
            listed = json.loads(self._file.read_text(encoding="utf-8"))
            return frozenset(frozenset(PartnerId(str(code)) for code in each) for each in listed)
        except FileNotFoundError:
            return frozenset()
        except (OSError, ValueError, TypeError) as error:
            next_step = "Remove it, and say again with whom to compare: consilience picture agree --with GBR,USA"
            raise HomeError(str(self._file), str(error), "the sets of partners that compare", next_step) from error

    def _write(self, circles: Iterable[Circle]) -> None:
        write_whole(self._file, json.dumps(sorted(sorted(each) for each in circles)).encode())
