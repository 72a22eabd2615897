"""The taxonomy of what can be claimed: paths, the kind of thing each is, and which are opposites."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache


class Kind(Enum):
    """How a phenomenon lies in time."""

    LEVEL = "level"  # holds over a scope and lasts: 94,300 personnel
    PROCESS = "process"  # goes on and lasts, but its counts are counts over an interval: a build-up
    EVENT = "event"  # happened at a place and a time, or was tallied over an interval: a shelling


@dataclass(frozen=True, slots=True)
class Nature:
    """What the taxonomy says of one path, inherited by the paths below it.

    `unit` is what its counts are in when a claim names none. `measure` names the path whose facts these
    claims belong to, when it is not the path itself (a concentration of personnel is a statement about
    personnel; build-up and withdrawal are one question). `words` is how a heading says it.
    """

    kind: Kind
    unit: str = ""
    measure: str = ""
    words: str = ""


_LEVEL, _PROCESS, _EVENT = Kind.LEVEL, Kind.PROCESS, Kind.EVENT

TAXONOMY: dict[str, Nature] = {
    "personnel": Nature(_LEVEL, "personnel", words="personnel"),
    "personnel/concentration": Nature(_LEVEL, "personnel", "personnel", "concentrated personnel"),
    "formation": Nature(_LEVEL, words="formations"),
    "formation/btg": Nature(_LEVEL, "btg", words="battalion tactical groups"),
    "equipment": Nature(_LEVEL, words="equipment"),
    "facility": Nature(_LEVEL, words="facilities"),
    "movement": Nature(_EVENT, words="movement"),
    "movement/buildup": Nature(_PROCESS, "personnel", "movement/posture", "build-up"),
    "movement/withdrawal": Nature(_PROCESS, "personnel", "movement/posture", "withdrawal"),
    "movement/posture": Nature(_PROCESS, "personnel", words="build-up or withdrawal"),
    "movement/unusual-activity": Nature(_PROCESS, words="unusual activity"),
    "movement/redeployment": Nature(_PROCESS, words="redeployment"),
    "movement/stay": Nature(_PROCESS, words="stay"),
    "movement/rail": Nature(_EVENT, words="rail movement"),
    "movement/road": Nature(_EVENT, words="road movement"),
    "exercise": Nature(_PROCESS, words="exercise"),
    "violation": Nature(_EVENT, words="violations"),
    "violation/ceasefire": Nature(_EVENT, "violation", words="ceasefire violations"),
    "casualty": Nature(_EVENT, words="casualties"),
    "incident": Nature(_EVENT, words="incident"),
    "attack": Nature(_EVENT, words="attack"),
    "clash": Nature(_EVENT, words="clash"),
    "intent": Nature(_LEVEL, words="intent"),
    "intent/attack": Nature(_LEVEL, words="intent to attack"),
    "requirement": Nature(_LEVEL, words="force required"),
    "capability": Nature(_LEVEL, words="capability"),
    "readiness": Nature(_LEVEL, words="readiness"),
    "share": Nature(_LEVEL, "percent", words="share"),
    "risk": Nature(_LEVEL, words="risk"),
    "geography": Nature(_LEVEL, words="geography"),
    "geography/distance-to-border": Nature(_LEVEL, "km", words="distance to the border"),
    "provenance": Nature(_LEVEL, words="where a claim comes from"),
    "concurrence": Nature(_LEVEL, words="whether partners' holdings agree"),
    "accord": Nature(_LEVEL, words="accord"),
    "conversion": Nature(_LEVEL, words="conversion"),
    "weather": Nature(_LEVEL, words="weather"),
}

# Declared opposites: what the measure affirms, then what reverses it.
OPPOSITES = (("movement/buildup", "movement/withdrawal"),)

# Statements of this branch are about what lies ahead whatever their modality: to observe an intent is to
# expect the deed.
_AHEAD_ROOTS = frozenset({"intent"})
_DEFAULT = Nature(_LEVEL)


@lru_cache(maxsize=10_000)
def _nature(path: str) -> Nature:
    parts = path.split("/")
    for size in range(len(parts), 0, -1):
        found = TAXONOMY.get("/".join(parts[:size]))
        if found:
            return found
    return _DEFAULT


@lru_cache(maxsize=10_000)
def _pole(path: str) -> int:
    """The number of the declared pair, from 1, on whose affirming side a path lies; its negative on the other; else 0."""
    for number, pair in enumerate(OPPOSITES, start=1):
        for pole, above in zip((number, -number), pair, strict=True):
            if path == above or path.startswith(above + "/"):
                return pole
    return 0


@dataclass(frozen=True, slots=True, order=True)
class Phenomenon:
    """A path in the taxonomy, such as `equipment/tank`. Paths that it does not list inherit from the nearest above."""

    path: str

    @property
    def nature(self) -> Nature:
        """What the taxonomy says of it, of the longest listed path that begins it, or of a plain level."""
        return _nature(self.path)

    @property
    def kind(self) -> Kind:
        """How it lies in time."""
        return self.nature.kind

    @property
    def measure(self) -> str:
        """The path whose facts it belongs to."""
        return self.nature.measure or self.path

    @property
    def root(self) -> str:
        """The first segment."""
        return self.path.split("/", 1)[0]

    @property
    def is_ahead(self) -> bool:
        """Whether it speaks of what lies ahead whatever the modality."""
        return self.root in _AHEAD_ROOTS

    @property
    def words(self) -> str:
        """How a heading says it: the taxonomy's words, or the path's own."""
        listed = TAXONOMY.get(self.path)
        if listed and listed.words:
            return listed.words
        return self.path.replace("/", ": ").replace("-", " ")

    def begins(self, other: Phenomenon) -> bool:
        """Whether this path is the other's or lies above it."""
        return other.path == self.path or other.path.startswith(self.path + "/")

    def is_opposite_of(self, other: Phenomenon) -> bool:
        """Whether both lie below a declared pair of opposites, one on each side."""
        mine, theirs = _pole(self.path), _pole(other.path)
        return mine != 0 and mine == -theirs

    @property
    def reverses(self) -> bool:
        """Whether it is the reversing side of a declared pair: a withdrawal."""
        return _pole(self.path) < 0

    def distance(self, other: Phenomenon) -> int:
        """Steps up and down the tree between the two paths: 0 same, 1 parent and child, 2 siblings."""
        mine, theirs = self.path.split("/"), other.path.split("/")
        shared = 0
        for one, two in zip(mine, theirs, strict=False):
            if one != two:
                break
            shared += 1
        return len(mine) + len(theirs) - 2 * shared
