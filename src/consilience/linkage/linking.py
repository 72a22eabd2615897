"""Linking: a table of reports, linked, with all that stands beside its facts: what is unsure, what is a part of what, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from consilience.errors import UsageError
from consilience.intake.table import ArrowStream
from consilience.linkage.events import fact_table, solve
from consilience.linkage.grouping import Grouping, grouping
from consilience.linkage.learn import learn
from consilience.linkage.linked import Linked
from consilience.linkage.parts import reason
from consilience.linkage.table import read
from consilience.linkage.unsure import unsure
from consilience.linkage.waterfall import BIT, Waterfall, chance, waterfall
from consilience.linkage.weights import Weights


@dataclass(frozen=True, slots=True)
class Explained:
    """Why two reports are joined or kept apart: what each comparison weighs, and what grouping made of it."""

    waterfall: Waterfall
    grouping: Grouping

    def to_arrow(self) -> pa.Table:
        """The bars: comparison, level, found, nats, bits, total_bits and probability after each, one row a bar."""
        bars, totals = self.waterfall.bars, self.waterfall.totals
        return pa.table({
            "comparison": [bar.comparison for bar in bars],
            "level": [bar.level for bar in bars],
            "found": [bar.found for bar in bars],
            "nats": pa.array([bar.nats for bar in bars], pa.float64()),
            "bits": pa.array([bar.bits for bar in bars], pa.float64()),
            "total_bits": pa.array([total / BIT for total in totals], pa.float64()),
            "probability": pa.array([chance(total) for total in totals], pa.float64()),
        })  # fmt: skip


def explained(linked: Linked, a: int, b: int) -> Explained:
    """Two events of what is linked, by number."""
    found = waterfall(linked.events, linked.weights, (a, b), linked.uncompared(a, b))
    return Explained(found, grouping(linked, a, b, found.odds))


class Linking:
    """Events linked once, to be asked. `facts` is what `linkage.link` gives."""

    def __init__(
        self, events: ArrowStream, *, window: tuple[float, int] | None = None, weights: Weights | None = None
    ) -> None:
        """Link a table; the arguments are those of `linkage.link`.

        Raises:
            UsageError: when a required column is missing or a cell of it cannot be read.
        """
        told = read(events)
        self.linked = solve(told, weights or learn(told, window=window), window)

    @property
    def facts(self) -> pa.Table:
        """event_id, fact_id and probability, one row an event."""
        return fact_table(self.linked)

    @property
    def unsure(self) -> pa.Table:
        """Where linking is nearly even, that which would settle most first.

        a, b (event_id: decide on these two), fact_a, fact_b (one, where they are merged), merged, reports_a, reports_b,
        probability (by the mean between the two sides), data_sets (how many the smaller side would bring to the larger).
        """
        listed = unsure(self.linked)
        a, b = ([getattr(each, side) for each in listed] for side in "ab")
        return pa.table({
            "a": self._names(a),
            "b": self._names(b),
            "fact_a": self._facts(a),
            "fact_b": self._facts(b),
            "merged": pa.array([each.is_merged for each in listed], pa.bool_()),
            "reports_a": pa.array([each.reports[0] for each in listed], pa.int64()),
            "reports_b": pa.array([each.reports[1] for each in listed], pa.int64()),
            "probability": pa.array([round(chance(each.mean), 4) for each in listed], pa.float64()),
            "data_sets": pa.array([each.gains for each in listed], pa.int64()),
        })  # fmt: skip

    @property
    def parts(self) -> pa.Table:
        """event_id of each report that tells of several facts, fact_id of each fact that is a part of it, and reason."""
        parts = self.linked.parts
        why = {whole: reason(self.linked.events, parts, whole) for whole in np.unique(parts.whole).tolist()}
        return pa.table({
            "event_id": self._names(parts.whole.tolist()),
            "fact_id": self._facts(parts.fact.tolist()),
            "reason": pa.array([why[whole] for whole in parts.whole.tolist()], pa.string()),
        }).sort_by([("event_id", "ascending"), ("fact_id", "ascending")])  # fmt: skip

    def explain(self, a: str, b: str) -> Explained:
        """Why two reports are joined or kept apart.

        Raises:
            UsageError: for an event_id that the table does not hold, or one twice.
        """
        if a == b:
            raise UsageError("explain", f"{a!r} twice", "two event_ids")
        return explained(self.linked, *(self._number(name) for name in (a, b)))

    def _number(self, name: str) -> int:
        if name not in self._place:
            raise UsageError("explain", f"no event_id {name!r}", f"one of the {len(self._place):,} of the table")
        return self._place[name]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.linked.events.ids.to_pylist())}

    def _names(self, numbers: list[int]) -> pa.Array:
        return self.linked.events.ids.take(pa.array(numbers, pa.int64()))

    def _facts(self, numbers: list[int]) -> pa.Array:
        heads = self.linked.group[np.array(numbers, dtype=np.int64)]
        return pa.array(["e-" + name for name in self._names(heads.tolist()).to_pylist()], pa.string())
