"""Made-up sources whose truth, errors, copying and camps are known."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

Row = tuple[str, str, str, str]


def table(rows: Iterable[Row], **more: Sequence[str | None]) -> pa.Table:
    """Claims as `weigh` takes them; `more` are further columns."""
    listed = list(rows)
    columns = {name: [row[at] for row in listed] for at, name in enumerate(("object", "attribute", "source", "value"))}
    return pa.table({name: pa.array(column, pa.string()) for name, column in {**columns, **more}.items()})


@dataclass(frozen=True)
class World:
    """Independent sources of given accuracies over objects of one category, and copiers: copier -> (origin, rate)."""

    seed: int
    accuracies: Sequence[float] = (0.9, 0.8, 0.8, 0.7, 0.7, 0.65, 0.6)
    copiers: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    objects: int = 300
    coverage: float = 0.8
    wrong: int = 12

    def truth(self) -> dict[str, str]:
        return {f"o{at:04}": f"true{at % 7}" for at in range(self.objects)}

    def rows(self) -> list[Row]:
        chance = random.Random(self.seed)  # noqa: S311  (a generator that repeats)
        told: dict[str, dict[str, str]] = {}
        for at, accuracy in enumerate(self.accuracies):
            told[f"s{at}"] = self._alone(chance, accuracy)
        for copier, (origin, rate) in self.copiers.items():
            own = self._alone(chance, 0.7)
            told[copier] = dict(told[origin]) if rate >= 1 else {**own, **self._some(chance, told[origin], rate)}
        return [(key, "a", source, value) for source, said in told.items() for key, value in said.items()]

    @staticmethod
    def _some(chance: random.Random, said: Mapping[str, str], rate: float) -> dict[str, str]:
        return {key: value for key, value in said.items() if chance.random() < rate}

    def _alone(self, chance: random.Random, accuracy: float) -> dict[str, str]:
        return {
            key: value if chance.random() < accuracy else f"wrong{chance.randrange(self.wrong)}"
            for key, value in self.truth().items() if chance.random() < self.coverage
        }  # fmt: skip


def elected(values: pa.Table) -> dict[tuple[str, str], str]:
    """The value of each object and attribute."""
    return {(row["object"], row["attribute"]): row["value"] for row in values.to_pylist()}
