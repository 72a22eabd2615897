"""Consilience: do partners see the same facts, independently, and conclude the same?

The life of a claim, bottom-up. Data goes up, imports go down:

    model       the nouns: claim, place, period, phenomenon, relation, fact
    intake      READ: files become claims; bad rows are set aside, never dropped
    engine      named SQL steps on DuckDB
    linkage     LINKED: which claims speak of one fact, by evidence and by what analysts decided
    comparison  COMPARED: relations, lineage, verdicts, the picture
    conclusions CONCLUDED: whether partners conclude the same, on what evidence; pools and scores
    desk        the whole job on a laptop
    web, cli    pages and commands

`consilience.compare("ours.csv", "theirs.csv")` does the whole job in a notebook.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"
__all__ = ["Desk", "__version__", "compare"]

# Imported when first used, so that `consilience --help` does not load the engine; typed in __init__.pyi.
_HOMES = {"compare": "consilience.desk", "Desk": "consilience.desk"}


def __getattr__(name: str) -> object:
    """The public names, and the stages as modules, on first use."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in ("comparison", "conclusions", "linkage", "model", "intake"):
        return import_module(f"consilience.{name}")
    raise AttributeError(f"module 'consilience' has no attribute {name!r}")
