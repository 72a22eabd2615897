"""Seed: fills a scratch database with collections whose ids, dates and rights are fixed, for conformance suites."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from consilience.exchange.taxii.arrival import Arrival, unvalidated
from consilience.exchange.taxii.errors import SeedError
from consilience.exchange.taxii.password import SALT_BYTES, hashed
from consilience.exchange.taxii.resource import (
    MAX_CONTENT_LENGTH,
    ApiRoot,
    Collection,
    Discovery,
    Rights,
    stix_media_type,
)
from consilience.exchange.taxii.stamp import moment
from consilience.exchange.taxii.store import Store
from consilience.trust.canonical import Json, encode, parse
from consilience.trust.errors import TrustError

FORMAT = "taxii-seed/1"
_MOST_BYTES = 1 << 30
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")
_TAKEN = ("taxii2",)
_CHUNK = 5_000
_STIX_21 = stix_media_type("2.1")


@dataclass(frozen=True, slots=True)
class SeededCollection:
    """A collection with what is in it, in the order of arrival."""

    collection: Collection
    rights: Rights
    arrivals: tuple[Arrival, ...]


@dataclass(frozen=True, slots=True)
class SeededRoot:
    """An API root with its collections and its statuses: id and JSON of each."""

    root: ApiRoot
    collections: tuple[SeededCollection, ...]
    statuses: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole seed; `users` are names and passwords."""

    reset: bool
    discovery: Discovery
    users: tuple[tuple[str, str], ...]
    roots: tuple[SeededRoot, ...]


def read_seed(data: bytes) -> Seed:
    """The seed in a file.

    Raises:
        SeedError: where the file is not as the form has it.
    """
    try:
        value = parse(data, "seed", _MOST_BYTES)
    except TrustError as wrong:
        raise SeedError(wrong.thing, wrong.found, wrong.expected) from wrong
    top = _Part("seed", value)
    if top.text("format", "") != FORMAT:
        raise SeedError("seed format", repr(top.text("format", ""))[:80], FORMAT)
    roots = tuple(_root(part) for part in top.parts("api_roots"))
    said = top.part("discovery", {"title": "TAXII server"})
    discovery = Discovery(
        said.text("title"), said.text("description", ""), said.text("contact", ""), said.text("default", "")
    )
    seed = Seed(
        top.truth("reset", default=False),
        discovery,
        tuple((part.text("name"), part.text("password")) for part in top.parts("users")),
        roots,
    )
    _check_names(seed)
    return seed


def sow(seed: Seed, store: Store, random: Callable[[int], bytes] = os.urandom) -> int:
    """Put a seed into a store; how many object versions are new in it. `random` bytes salt the passwords.

    Raises:
        SeedError: the database is not scratch, and holds something that is not ours to drop.
        StorageError: it cannot be written.
    """
    if not store.is_scratch():
        if not store.is_unused():
            fresh = "Name a new file, or a database that an earlier seed has made"
            raise SeedError("database", "one in use that is not marked as scratch", "a scratch database", fresh)
        store.mark_scratch()
    if seed.reset:
        store.clear()
    store.put_discovery(seed.discovery)
    for name, password in seed.users:
        salt = random(SALT_BYTES)
        store.put_user(name, salt, hashed(password, salt))
    return sum(_sow_root(root, store) for root in seed.roots)


def _sow_root(seeded: SeededRoot, store: Store) -> int:
    store.put_root(seeded.root)
    for name, body in seeded.statuses:
        store.put_status(seeded.root.name, name, None, body, lasting=True)
    new = 0
    for each in seeded.collections:
        store.put_collection(each.collection, each.rights)
        for start in range(0, len(each.arrivals), _CHUNK):
            store.add(each.collection.id, each.arrivals[start : start + _CHUNK])
        new += len(each.arrivals)
    return new


def _root(part: _Part) -> SeededRoot:
    name = part.text("name")
    if not _SEGMENT.fullmatch(name) or name in _TAKEN:
        raise SeedError(f"{part.where}.name", repr(name)[:80], "one segment of a path, and not taxii2")
    root = ApiRoot(
        name, part.text("title"), part.text("description", ""), part.count("max_content_length", MAX_CONTENT_LENGTH)
    )
    statuses = tuple((each.text("id"), encode(dict(each.value))) for each in part.parts("status"))
    return SeededRoot(root, tuple(_collection(each, name) for each in part.parts("collections")), statuses)


def _collection(part: _Part, root: str) -> SeededCollection:
    collection = Collection(
        part.text("id"),
        root,
        part.text("title"),
        part.text("description", ""),
        part.text("alias", ""),
        part.texts("media_types", (_STIX_21,)),
    )
    rights = Rights(part.truth("can_read"), part.truth("can_write"))
    dated = [_arrival(each) for each in part.parts("objects")]
    arrivals = [each for _, each in sorted(dated, key=lambda pair: pair[0])]  # ties stay in file order
    return SeededCollection(collection, rights, tuple(arrivals))


def _arrival(part: _Part) -> tuple[datetime, Arrival]:
    added = moment(part.text("date_added"))
    if added is None:
        raise SeedError(f"{part.where}.date_added", repr(part.text("date_added"))[:80], "2016-11-03T12:30:59.001000Z")
    try:
        found = unvalidated(part.part("object").value, part.text("media_type", _STIX_21))
    except ValueError as wrong:
        raise SeedError(f"{part.where}.object", str(wrong), "an object with an id") from wrong
    return added, replace(found, added=added)


def _check_names(seed: Seed) -> None:
    """Refuse what would make one name stand for two things."""
    roots = [each.root.name for each in seed.roots]
    collections = [each.collection.id for root in seed.roots for each in root.collections]
    for what, names in (("API root", roots), ("collection", collections), ("user", [name for name, _ in seed.users])):
        twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
        if twice is not None:
            raise SeedError(f"seed, {what} {twice!r}"[:120], "it twice", "each once")
    for root in seed.roots:
        aliases = [each.collection.alias for each in root.collections if each.collection.alias]
        if len(set(aliases)) != len(aliases):
            raise SeedError(f"seed, aliases in {root.root.name}", "one twice", "each once in an API root")


@dataclass(frozen=True, slots=True)
class _Part:
    """A JSON object of the seed, and where it stands."""

    where: str
    found: Json

    @property
    def value(self) -> Mapping[str, Json]:
        """Its members."""
        if not isinstance(self.found, dict):
            raise SeedError(self.where, _kind(self.found), "an object")
        return self.found

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        found = self.value.get(name, default)
        if not isinstance(found, str) or "\0" in found:
            raise SeedError(f"{self.where}.{name}", _kind(found), "text")
        return found

    def texts(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of texts."""
        found = self.value.get(name)
        if found is None:
            return default
        texts = [item for item in found if isinstance(item, str)] if isinstance(found, list) else []
        if not isinstance(found, list) or len(texts) != len(found):
            raise SeedError(f"{self.where}.{name}", _kind(found), "a list of texts")
        return tuple(texts)

    def truth(self, name: str, default: bool | None = None) -> bool:
        """True or false."""
        found = self.value.get(name, default)
        if not isinstance(found, bool):
            raise SeedError(f"{self.where}.{name}", _kind(found), "true or false")
        return found

    def count(self, name: str, default: int) -> int:
        """A number above zero."""
        found = self.value.get(name, default)
        if not isinstance(found, int) or isinstance(found, bool) or found < 1:
            raise SeedError(f"{self.where}.{name}", _kind(found), "an integer greater than zero")
        return found

    def part(self, name: str, default: Json = None) -> _Part:
        """A member that is an object."""
        return _Part(f"{self.where}.{name}", self.value.get(name, default))

    def parts(self, name: str) -> list[_Part]:
        """A member that is a list of objects; none when it is absent."""
        found = self.value.get(name, [])
        if not isinstance(found, list):
            raise SeedError(f"{self.where}.{name}", _kind(found), "a list")
        return [_Part(f"{self.where}.{name}[{at}]", item) for at, item in enumerate(found)]


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")
