"""Truth: what is so where sources differ, how far each can be relied on, and who repeats whom."""

from __future__ import annotations

from consilience.comparison.truth.reliability import calibrate, diagram
from consilience.comparison.truth.result import Truth
from consilience.comparison.truth.weigh import weigh

__all__ = ["Truth", "calibrate", "diagram", "weigh"]
