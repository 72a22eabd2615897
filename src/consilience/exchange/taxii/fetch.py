"""Fetch: a collection of any TAXII 2.1 server into a folder, a file for each page; killed at any point, it goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from consilience.errors import UsageError
from consilience.exchange.taxii.client import Client

_STATE = ".fetched"
_SCHEMA = "consilience.fetched/1"


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far a folder holds a collection: its address, how many pages, and after which `date_added` the next begins."""

    collection: str
    pages: int = 0
    objects: int = 0
    after: str | None = None


def fetch(client: Client, collection: str, folder: Path, tell: Callable[[Fetched], None]) -> Fetched:
    """Fetch what was added since the last time; each page is a TAXII envelope that `compare` and `ingest` read.

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
            _write(folder / f"page-{number:06}.json", {"objects": list(page.objects)})
            state = Fetched(collection, number, state.objects + len(page.objects), page.last)
            _write(folder / _STATE, {"schema": _SCHEMA, "collection": collection, "pages": number,
                                     "objects": state.objects, "after": state.after})  # fmt: skip
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
        found = Fetched(str(value["collection"]), int(value["pages"]), int(value["objects"]), value["after"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(str(file), str(error), "what an earlier fetch noted", "Use another folder.") from error
    if found.collection != collection:
        raise UsageError(str(folder), f"pages of {found.collection}", collection, "Use another folder.")
    return found


def _write(file: Path, value: object) -> None:
    """The old content or the new, never half of either."""
    draft = file.with_name(f".{file.name.lstrip('.')}.draft")
    with draft.open("w", encoding="utf-8") as out:
        json.dump(value, out, ensure_ascii=False)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
