"""Events as columns, for candidates and tiles."""

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True)
class Places:
    points: np.ndarray
    radius_km: np.ndarray
    days: np.ndarray
    kind: np.ndarray
    detail: np.ndarray

    def __len__(self):
        return len(self.points)

    def take(self, rows):
        return Places(*(getattr(self, field.name)[rows] for field in fields(self)))
