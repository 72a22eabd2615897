"""Posting: takes the objects of a body into a collection, and tells what became of each (TAXII 2.1, section 5.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consilience.exchange.taxii.arrival import Arrival, Kind, Outcome, Refused
from consilience.exchange.taxii.envelope import Posted, read_envelope
from consilience.exchange.taxii.quota import Quota
from consilience.exchange.taxii.store import Store
from consilience.web.taxii.gate import Gate

_CONFLICT = "another object with this id and version is here already; both are kept, and the first one is served"
FULL = "this collection is full: ask whose server it is to make room, or to raise its quota"
"""What is said of an object that there is no room for."""

_FAILED = {Kind.CONFLICTS: _CONFLICT, Kind.FULL: FULL}


@dataclass(frozen=True, slots=True)
class Receipt:
    """The status resource of a request (section 4.3.1), complete at once."""

    id: str
    requested: str
    total: int
    successes: tuple[dict[str, str], ...]
    failures: tuple[dict[str, str], ...]

    def resource(self) -> dict[str, object]:
        """Its members, as the standard names them."""
        lists = {"successes": list(self.successes), "failures": list(self.failures)}
        return {
            "id": self.id,
            "status": "complete",
            "request_timestamp": self.requested,
            "total_count": self.total,
            "success_count": len(self.successes),
            "failure_count": len(self.failures),
            "pending_count": 0,
            **{name: found for name, found in lists.items() if found},
        }


@dataclass(frozen=True, slots=True)
class Poster:
    """Who posts, and to which collection, which may hold no more than a quota."""

    who: str
    collection: str
    quota: Quota | None = None


def receive(store: Store, gate: Gate, poster: Poster, body: bytes, name: tuple[str, str]) -> Receipt:
    """Take what can be taken; the receipt has the id and the moment in `name`.

    Raises:
        UnprocessableError: the body is no envelope and no bundle; nothing was taken.
        StorageError: nothing was taken.
    """
    found = [_asked(gate, poster, posted) for posted in read_envelope(body)]
    outcomes = iter(store.add(poster.collection, [each for each in found if isinstance(each, Arrival)], poster.quota))
    return _receipt(found, [next(outcomes) if isinstance(each, Arrival) else None for each in found], name)


def _asked(gate: Gate, poster: Poster, posted: Posted) -> Arrival | Refused:
    """What was posted, unless the gate refuses it."""
    found = posted.found
    if isinstance(found, Refused):
        return found
    reason = gate.arrive(poster.who, poster.collection, found.body, posted.value)
    return found if reason is None else Refused(found.id, found.said, reason)


def _receipt(found: Sequence[Arrival | Refused], outcomes: Sequence[Outcome | None], name: tuple[str, str]) -> Receipt:
    successes: list[dict[str, str]] = []
    failures: list[dict[str, str]] = []
    for each, outcome in zip(found, outcomes, strict=True):
        if isinstance(each, Refused):
            failures.append({"id": each.id, "version": each.version, "message": each.reason})
        elif outcome and outcome.kind in _FAILED:
            failures.append({"id": each.id, "version": outcome.version, "message": _FAILED[outcome.kind]})
        elif outcome:
            successes.append({"id": each.id, "version": outcome.version})
    return Receipt(*name, len(found), tuple(successes), tuple(failures))
