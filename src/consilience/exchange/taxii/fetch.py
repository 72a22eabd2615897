"""Fetch: a collection of any TAXII 2.1 server into a folder, a file for each page; killed at any point, it goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from consilience.errors import UsageError
from consilience.exchange.taxii.client import Client
from consilience.trust import canonical
from consilience.trust.canonical import Json
from consilience.trust.errors import TrustError

_STATE = ".fetched"
_SCHEMA = "consilience.fetched/1"


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far a folder holds a collection.

    Attributes:
        collection: its address.
        pages: how many there are.
        objects: how many objects they hold.
        after: after which `date_added` the next page begins.
        odd: how many objects stand apart, since they cannot be read: half a character, or a number that no double holds.
    """

    collection: str
    pages: int = 0
    objects: int = 0
    after: str | None = None
    odd: int = 0


def fetch(client: Client, collection: str, folder: Path, tell: Callable[[Fetched], None]) -> Fetched:
    """Fetch what was added since the last time; each page is a TAXII envelope that `compare` and `ingest` read.

    An object that I-JSON forbids (RFC 7493) would spoil the page for whoever reads it: it is kept beside, in
    `odd-000001.json` for the first page, every character beyond ASCII escaped.

    A page is written whole before its place is kept: what was killed in between is fetched again into the same file.
    One page is in memory at a time.

    Raises:
        UsageError: the folder holds another collection, or cannot be written.
        UnreachableError, RefusedError: see `Caller.call`; what came before is kept.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        state = _read(folder, collection)
        for page in client.pages(collection, state.after):
            number = state.pages + 1
            sound, odd = _sorted(page.objects)
            _write(folder / f"page-{number:06}.json", _page(sound))
            if odd:
                _write(folder / f"odd-{number:06}.json", _page(odd))
            state = Fetched(collection, number, state.objects + len(sound), page.last, state.odd + len(odd))
            _write(folder / _STATE, json.dumps({"schema": _SCHEMA, **asdict(state)}).encode())
            tell(state)
    except OSError as error:
        raise UsageError(str(folder), error.strerror or str(error), "a folder that can be written") from error
    return state


def _read(folder: Path, collection: str) -> Fetched:
    """How far the folder is; from the start when it is new."""
    file = folder / _STATE
    if not file.exists():
        return Fetched(collection)
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        found = Fetched(str(value["collection"]), int(value["pages"]), int(value["objects"]), value["after"],
                        int(value.get("odd", 0)))  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(str(file), str(error), "what an earlier fetch noted", "Use another folder.") from error
    if found.collection != collection:
        raise UsageError(str(folder), f"pages of {found.collection}", collection, "Use another folder.")
    return found


def _sorted(objects: Iterable[dict[str, Json]]) -> tuple[list[bytes], list[bytes]]:
    """Objects as they are written: those that can be read, and the odd ones."""
    sound, odd = [], []
    for each in objects:
        try:
            sound.append(canonical.encode(each))
        except TrustError:
            odd.append(json.dumps(each).encode())
    return sound, odd


def _page(objects: Iterable[bytes]) -> bytes:
    """An envelope (TAXII 2.1, section 3.7)."""
    return b'{"objects":[' + b",".join(objects) + b"]}"


def _write(file: Path, data: bytes) -> None:
    """The old content or the new, never half of either."""
    draft = file.with_name(f".{file.name.lstrip('.')}.draft")
    with draft.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
