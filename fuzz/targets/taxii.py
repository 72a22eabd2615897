"""TAXII: any method, path, query, headers and body, asked of the service without sockets."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote_from_bytes

from consilience.exchange.taxii.seed import Seed, read_seed, sow
from consilience.exchange.taxii.store import Store
from consilience.web.taxii.head import Answer, Credentials, Head
from consilience.web.taxii.seeded import SeededGate
from consilience.web.taxii.service import Service
from fuzz.draw import Draw, shaken, written
from fuzz.target import Target
from tests.exchange.taxii.conftest import stix
from tests.web.taxii.conftest import EMPTY, OBJECTS, OPEN, READ, SHUT, STATUS, TAXII, WRITE, basic, seed

_METHODS = ("GET", "POST", "DELETE", "GET", "POST", "DELETE", "GET", "POST", "HEAD", "OPTIONS", "PUT", "TRACE")
_SEGMENTS = (
    "second", "collections", OPEN, "objects", "manifest", "versions", EMPTY, "status", str(STATUS["id"]), "taxii2",
    str(OBJECTS[2][1]["id"]), str(OBJECTS[3][1]["id"]), READ, WRITE, SHUT, "first", "the-open-one", "..", "%2e%2e", "",
)  # fmt: skip
_COLLECTIONS = (OPEN, EMPTY, OPEN, EMPTY, READ, WRITE, SHUT, "the-open-one")
_LEAVES = (
    ("objects",),
    ("objects",),
    ("objects",),
    ("manifest",),
    ("objects", "ID"),
    ("objects", "ID", "versions"),
    (),
)
_IDS = (str(OBJECTS[2][1]["id"]), str(OBJECTS[3][1]["id"]), str(OBJECTS[5][1]["id"]), "x--1", "..")
_QUERY = ("limit", "next", "added_after", "match[id]", "match[type]", "match[version]", "match[spec_version]", "x")
_VALUES = (
    "1", "0", "-1", "99999999999999999999", "all", "first", "last", "last,first", "2.1", "2.0,2.1", "indicator",
    "2016-11-03T12:30:59.001000Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-12:00",
    str(OBJECTS[2][1]["id"]), ",", "%00", "%ff", "2016-11-03T12:30:59.001000000000Z",
)  # fmt: skip
_HEADERS = ("accept", "content-type", "content-length", "content-encoding", "accept-encoding", "x-other")
_SAID = (
    TAXII,
    "*/*",
    "application/stix+json;version=2.0",
    "text/html",
    "gzip",
    "identity",
    "0",
    "12",
    "1e3",
    "9" * 30,
    "",
)
_ENVELOPE = {"objects": [stix(7, name="one"), stix(8, None, "marking-definition"), OBJECTS[5][1]], "more": False}
_KEPT = 200  # changes until they are undone, so that there is something to find, and a page costs the same all along


class _Asker:
    """The service over a store, with what came of every request looked at."""

    def __init__(self, store: Store, sown: Seed) -> None:
        self._store, self._sown = store, sown
        self._service = Service(store, SeededGate(store))
        self._changes = 0
        self._good = basic().encode()

    def one(self, data: bytes) -> None:
        """One request."""
        draw = Draw(data)
        method, known = draw.pick(_METHODS), draw.below(64)
        path, query, headers = _path(draw), _query(draw), _headers(draw)
        authorization = self._good if known > 3 else None if known > 1 else b"Basic " + draw.take(known * 8)
        body = draw.rest() if draw.below(4) == 0 else written(shaken(draw, _ENVELOPE))
        if method == "POST" and draw.below(8):
            headers |= {"content-type": TAXII, "accept": TAXII, "content-length": str(len(body))}
        found = self._service.admit(Head(method, path, query, headers, Credentials(None, authorization)))
        if known <= 3 and (not isinstance(found, Answer) or found.status != 401):
            raise AssertionError(f"{method} {path!r}: a stranger was let in")
        if isinstance(found, Answer):
            answer = found
        else:
            if found.most and method != "POST":
                raise AssertionError(f"{method} {path!r}: wants a body")
            answer = self._service.answer(found, body[: found.most])
        _look(answer, f"{method} {path!r} {query!r}")
        self._restore(method)

    def _restore(self, method: str) -> None:
        """Put the collections back to what they had, once much was added and deleted."""
        self._changes += method in ("POST", "DELETE")
        if self._changes <= _KEPT:
            return
        self._changes = 0
        for root in self._sown.roots:
            for each in root.collections:
                self._store.empty_collection(each.collection.id)
                self._store.add(each.collection.id, each.arrivals)


def taxii(folder: Path) -> Target:
    """No status of the 500s, nobody unknown let in, an answer that is JSON and headers that HTTP can carry."""
    store = Store.open(f"sqlite:///{folder}/taxii.db")
    sown = read_seed(json.dumps(seed()).encode())
    sow(sown, store)
    return Target(_Asker(store, sown).one, tuple(_seeds()), most=4_096)


def _look(answer: Answer, asked: str) -> None:
    """What every answer must be."""
    if answer.status >= 500:
        raise AssertionError(f"{asked}: status {answer.status}: {answer.whole[:200]!r}")
    whole = answer.whole
    if whole:
        json.loads(whole)
    for name, value in answer.headers.items():
        if "\r" in value or "\n" in value or not (name + value).isascii():
            raise AssertionError(f"{asked}: the header {name}: {value!r}")


def _path(draw: Draw) -> str:
    """A path that mostly leads somewhere."""
    kind = draw.below(16)
    if kind == 0:
        return draw.text().encode("utf-8", "surrogatepass").decode("latin-1")
    if kind < 4:
        parts = [draw.pick(_SEGMENTS) for _ in range(1 + draw.below(6))]
    elif kind < 6:
        parts = list(
            draw.pick((("taxii2",), ("second",), ("second", "collections"), ("second", "status", STATUS["id"])))
        )
    else:
        parts = ["second", "collections", draw.pick(_COLLECTIONS), *draw.pick(_LEAVES)]
        parts = [draw.pick(_IDS) if part == "ID" else part for part in parts]
    if draw.below(16) == 1:
        parts.append(quote_from_bytes(draw.take(12)))
    return "/" + "/".join(map(str, parts)) + "/" * draw.below(2)


def _query(draw: Draw) -> bytes:
    """Parameters that are known, with values that may be odd."""
    found = []
    for _ in range(draw.below(5)):
        value = draw.pick(_VALUES) if draw.below(3) else quote_from_bytes(draw.take(draw.below(40)))
        found.append(f"{draw.pick(_QUERY)}={value}")
    return "&".join(found).encode() + draw.take(draw.below(3))


def _headers(draw: Draw) -> dict[str, str]:
    """Headers with values that may be odd."""
    found = {"accept": TAXII} if draw.below(4) else {}
    for _ in range(max(draw.below(6) - 2, 0)):
        value = draw.pick(_SAID) if draw.below(3) else draw.take(draw.below(60)).decode("latin-1")
        found[draw.pick(_HEADERS)] = value
    return found


def _seeds() -> list[bytes]:
    """Choices of many kinds: each method, with each of some runs of numbers behind it."""
    return [bytes([method, known]) + bytes((start + 3 * at) % 256 for at in range(64))
            for method in range(3) for known in (5, 200) for start in range(0, 250, 25)]  # fmt: skip


TARGETS = {"taxii": taxii}
