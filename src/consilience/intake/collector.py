"""Collector: Python's search for circular garbage, at rest while millions of nouns are made that form no circle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """No search meanwhile: each would walk all claims and relations there are, a fifth of the time for 100,000 claims."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
