"""Sets: lists of names. Leaving some out is common and mild, adding a stray one is rarer, another list is wrong."""

from __future__ import annotations

import re
import unicodedata
from math import comb, log

import numpy as np

from consilience.comparison.truth.ballot import Ballot, Parts, Relations
from consilience.comparison.truth.table import Floats, tally

LEVELS = ("same", "part", "more", "mixed", "apart")


def name(text: str) -> str:
    """What is compared of one name: its words without accents, case, order and initials."""
    flat = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    words = re.findall(r"[^\W_]+", flat)
    return " ".join(sorted(word for word in words if len(word) > 1) or sorted(words))


def key(text: str) -> str | None:
    """What is compared of a `;`-separated list: its names without order and repetition; None for an empty list."""
    return ";".join(sorted({name(part) for part in text.split(";")} - {""})) or None


def relate(ballot: Ballot, weight: Floats) -> Relations:
    """Whether each report is the candidate, a part of it, more than it, both, or nothing of it."""
    lists = [frozenset(key.split(";")) for key in ballot.key]
    stray = _stray(ballot, lists, weight)
    named = ballot.choice[ballot.report]
    code = ballot.code
    combined = code[named] * (code.max(initial=0) + 1) + code[ballot.candidate]
    _, first, back = np.unique(combined, return_index=True, return_inverse=True)
    found = [
        _compare(lists[said], lists[stood], stray)
        for said, stood in zip(named[first].tolist(), ballot.candidate[first].tolist(), strict=True)
    ]
    level = np.array([level for level, _ in found], np.int64)[back]
    spread = np.array([spread for _, spread in found], float)[back]
    return Relations(LEVELS, level, spread, (level <= 1).astype(float), parts=_parts(ballot, lists))


def _parts(ballot: Ballot, lists: list[frozenset[str]]) -> Parts:
    number = {one: at for at, one in enumerate(sorted(set().union(*lists)))}
    told = [(at, number[one]) for at, listed in enumerate(lists) for one in sorted(listed)]
    return Parts.of(ballot, np.array([at for at, _ in told], np.int64), np.array([name for _, name in told], np.int64))


def _compare(said: frozenset[str], stood: frozenset[str], stray: dict[str, float]) -> tuple[int, float]:
    """The level, and the log chance of this report among all that the level allows."""
    if said == stood:
        return 0, 0.0
    kept, extra = said & stood, said - stood
    added = sum(stray[name] for name in sorted(extra))
    if not kept:
        return 4, added
    left_out = 0.0
    if len(kept) < len(stood):
        left_out = -log(len(stood) - 1) - log(comb(len(stood), len(kept)))
    if not extra:
        return 1, left_out
    return (2, added) if len(kept) == len(stood) else (3, left_out + added)


def _stray(ballot: Ballot, lists: list[frozenset[str]], weight: Floats) -> dict[str, float]:
    """The log chance of each name to stand where it does not belong: its share among all names told."""
    votes: dict[str, float] = {}
    each = tally(ballot.choice, weight, len(lists))
    for listed, vote in zip(lists, each.tolist(), strict=True):
        for one in listed:
            votes[one] = votes.get(one, 0.0) + vote
    total = sum(votes[one] for one in sorted(votes)) + len(votes) + 1.0
    return {one: log((vote + 1.0) / total) for one, vote in votes.items()}
