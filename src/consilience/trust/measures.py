"""Measures: the kind of statement that says how far a measure has come, as JSON and back, read strictly."""

from __future__ import annotations

from consilience.model.entry import MeasureEntry
from consilience.model.measure import MeasureState
from consilience.trust import shape
from consilience.trust.canonical import Json

KEYS = "measure state owner reason by claims"
_STATES = {state.value: state for state in MeasureState}


def measure_json(said: MeasureEntry) -> dict[str, Json]:
    """The keys of a payload beside the common three."""
    return {
        "measure": said.measure, "state": said.state.value, "owner": said.owner, "reason": said.reason, "by": said.by,
        "claims": list(said.claims),
    }  # fmt: skip


def read_measure(found: dict[str, Json]) -> MeasureEntry:
    """A word on a measure."""
    state = _STATES.get(shape.text(found["state"], "$.state"))
    if state is None:
        shape.refuse("$.state", found["state"], "one of " + ", ".join(_STATES))
    return MeasureEntry(
        shape.word(found["measure"], "$.measure"), state, shape.word(found["owner"], "$.owner"),
        shape.word(found["reason"], "$.reason"), shape.text(found["by"], "$.by"),
        shape.items(found["claims"], "$.claims", shape.word),
    )  # fmt: skip
