"""Truth: the outcome of weighing, as tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from consilience.comparison.truth import sensitivity


@dataclass(frozen=True, slots=True)
class Truth:
    """What is so, who can be relied on, who copies whom, who means something else, and what was not understood.

    `values`, `sources`, `groups` and `camps` answer these in turn; `dependences` are pairs that err together without
    being a group; `defects` are texts that say nothing and seeds that meet no claim. `again` weighs all but one source.
    """

    values: pa.Table
    sources: pa.Table
    groups: pa.Table
    camps: pa.Table
    dependences: pa.Table
    defects: pa.Table
    again: Callable[[str], Truth]

    def without(self, source: str) -> pa.Table:
        """What changes when a source, and what rests on it, is left out."""
        return sensitivity.changes(self.values, self.again(source).values)
