"""Raw: one object as it came, read property by property; what is not of the type that the standard says is not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from consilience.exchange.stix.naming import ID, read_stamp
from consilience.intake.setaside import Problem, shown
from consilience.trust import canonical
from consilience.trust.canonical import Json
from consilience.trust.errors import TrustError

MOST_BYTES = 1_048_576
"""Of one object, as canonical JSON: as much as an envelope may have."""

_SCO_TYPES = frozenset(
    {
        "artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message", "file", "ipv4-addr",
        "ipv6-addr", "mac-addr", "mutex", "network-traffic", "process", "software", "url", "user-account",
        "windows-registry-key", "x509-certificate",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one object: its place among those read (from 1), its id as far as it has one, and why."""

    number: int
    id: str
    problem: Problem


@dataclass(slots=True)
class Raw:
    """One object; `used` collects the properties that were looked at, so that the rest can be counted."""

    number: int
    id: str
    type: str
    body: dict[str, Json]
    used: set[str] = field(default_factory=lambda: {"type", "id", "spec_version", "extensions"})

    def text(self, name: str) -> str:
        """A text property; empty when it is absent or no text."""
        value = self.body.get(name)
        return value if isinstance(value, str) and self._use(name) else ""

    def number_of(self, name: str) -> float | None:
        """A number; None when it is absent or none."""
        value = self.body.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return value if is_number and self._use(name) else None  # type: ignore[return-value]  # as was just asked

    def time(self, name: str) -> datetime | None:
        """A timestamp; None when it is absent or none."""
        found = read_stamp(self.body.get(name))
        return found if found is not None and self._use(name) else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; what in it is no text is left out."""
        value = self.body.get(name)
        if not isinstance(value, list):
            return ()
        self._use(name)
        return tuple(each for each in value if isinstance(each, str))

    def items(self, name: str) -> tuple[dict[str, Json], ...]:
        """A list of objects; what in it is none is left out."""
        value = self.body.get(name)
        if not isinstance(value, list):
            return ()
        self._use(name)
        return tuple(each for each in value if isinstance(each, dict))

    def extension(self, kind: str) -> Json:
        """One extension; null when it is absent."""
        found = self.body.get("extensions")
        return found.get(kind) if isinstance(found, dict) else None

    @property
    def is_revoked(self) -> bool:
        """Whether its creator revoked it."""
        self._use("revoked")
        return self.body.get("revoked") is True

    @property
    def version(self) -> datetime | None:
        """`modified`, else `created`."""
        return self.time("modified") or self.time("created")

    def _use(self, name: str) -> bool:
        self.used.add(name)
        return True


def parse(number: int, value: object) -> Raw | Fault:
    """One object of STIX 2.1, or what is wrong with it."""
    if not isinstance(value, dict):
        return Fault(number, "", Problem("object", type(value).__name__, "a STIX object"))
    kind, name = value.get("type"), value.get("id")
    told = name if isinstance(name, str) else ""
    try:
        data = canonical.encode(value)
    except TrustError as error:
        return Fault(number, told[:200], Problem("object", error.found, error.expected))
    if len(data) > MOST_BYTES:
        return Fault(number, told[:200], Problem("object", f"{len(data):,} bytes", f"{MOST_BYTES:,} at most"))
    if not isinstance(kind, str) or not kind:
        return Fault(number, told[:200], Problem("type", _said(kind), "the type of a STIX object"))
    if not ID.fullmatch(told) or not told.startswith(kind + "--"):
        return Fault(number, told[:200], Problem("id", _said(name), f"{kind[:60]}-- and a UUID"))
    wrong = _version_problem(kind, value)
    return Fault(number, told, wrong) if wrong else Raw(number, told, kind, value)


def _version_problem(kind: str, value: dict[str, Json]) -> Problem | None:
    """What is wrong with the version of STIX that an object says it has: 2.0 has none on its objects."""
    stated = value.get("spec_version")
    if stated == "2.1" or (stated is None and kind in _SCO_TYPES):
        return None
    found = "none, as in STIX 2.0" if stated is None else _said(stated)
    return Problem("spec_version", found, "2.1 (the stix2-elevator and stix2 libraries can lift older objects)")


def _said(value: object) -> str:
    """A foreign value for a message."""
    return shown(value if isinstance(value, str) else type(value).__name__)


def parse_all(objects: Iterable[object]) -> tuple[list[Raw], list[Fault]]:
    """All objects, each parsed, and the faults."""
    good: list[Raw] = []
    bad: list[Fault] = []
    for number, value in enumerate(objects, start=1):
        found = parse(number, value)
        if isinstance(found, Fault):
            bad.append(found)
        else:
            good.append(found)
    return good, bad
