"""Body: what came as one JSON object, bounded before it is read, and what is sent, in batches that a server takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from consilience.exchange.call import RefusedError, Reply
from consilience.trust.canonical import EXACT, Json

MOST_VALUES = 1_500_000
"""The most JSON values in an answer. An empty array is two bytes of text and fifty of memory: bytes alone bound little."""

SMALL_BYTES, SMALL_VALUES = 4 * 1024 * 1024, 50_000
"""The same for an answer that describes something: a server, its collections, what became of a request."""


def object_of(reply: Reply, url: str, most_values: int = MOST_VALUES) -> dict[str, Json]:
    """An answer as a JSON object.

    Not `canonical.parse`: one odd number in a stranger's object would cost the whole page. What is used of it is taken
    by `text_of` and `whole_of`.

    Raises:
        RefusedError: no JSON, no object, or more than so many values, counted before anything is read.
    """
    # Each value but the first stands after one of these; those in text count too, so the bound is a generous one.
    values = sum(reply.body.count(each) for each in (b"[", b"{", b","))
    if values > most_values:
        said = f"more than {most_values:,} values"
        raise RefusedError(url, said, "an answer in bounds", "Ask for less.", status=reply.status)
    try:
        value = json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise RefusedError(url, f"an answer that is no JSON: {error}", "JSON", status=reply.status) from error
    if not isinstance(value, dict):
        raise RefusedError(url, "JSON that is no object", "an object", status=reply.status)
    return value


def text_of(value: object, url: str, what: str) -> str:
    """Text that can be written down; empty when there is none.

    Raises:
        RefusedError: something else, or text with surrogates, which no file and no address can hold.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RefusedError(url, f"{what} that is no text", "text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise RefusedError(url, f"{what} with half a character", "text without surrogates") from error
    return value


def whole_of(value: object, url: str, what: str) -> int:
    """A number of things or bytes; 0 when there is none.

    Raises:
        RefusedError: something else, NaN and the infinities among them.
    """
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < EXACT or value != int(value):
        raise RefusedError(url, f"{what} that is no such number", "a whole number from 0 to 2^53")
    return int(value)


def batches(items: Iterable[bytes], most_bytes: int, most_items: int) -> Iterator[list[bytes]]:
    """Items in lists of at most so many, and so many bytes with a byte between each; what is larger goes alone."""
    batch: list[bytes] = []
    size = 0
    for item in items:
        if batch and (size + len(item) > most_bytes or len(batch) == most_items):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += len(item) + 1
    if batch:
        yield batch
