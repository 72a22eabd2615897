"""Category: one of many names."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from consilience.comparison.truth.ballot import Ballot, Parts, Relations
from consilience.comparison.truth.table import Floats, Ints, tally

LEVELS = ("same", "other")
_HERE = 0.1  # how much of a wrong answer's chance comes from its popularity in the item (POPACCU has 1, ACCU 0)
_WRONG = 50  # wrong answers among which the rest is spread (Dong, Berti-Equille, Srivastava, PVLDB 2009)


def key(text: str) -> str:
    """What is compared: letters and digits without case."""
    bare = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()
    return bare or text


def relate(ballot: Ballot, weight: Floats) -> Relations:
    """Whether each report names each candidate; if not, how likely a wrong answer is what it names."""
    level = (ballot.choice[ballot.report] != ballot.candidate).astype(np.int64)
    spread = np.where(level == 1, popularity(ballot, weight), 0.0)
    return Relations(LEVELS, level, spread, (level == 0).astype(float), parts=parts(ballot))


def alike(ballot: Ballot, one: Ints, two: Ints) -> Floats:
    """By pair of reports, 1 where both name one thing."""
    found: Floats = (ballot.choice[one] == ballot.choice[two]).astype(float)
    return found


def parts(ballot: Ballot) -> Parts:
    """A candidate is one name."""
    return Parts.of(ballot, np.arange(len(ballot.code)), ballot.code)


def popularity(ballot: Ballot, weight: Floats) -> Floats:
    """By pair, the log chance that a report which does not name the candidate names what it does name.

    Wrong answers are popular to some extent (POPACCU; Dong, Saha, Srivastava, PVLDB 2013).
    """
    votes = tally(ballot.choice, weight, len(ballot.key))
    total = tally(ballot.item, weight, ballot.items)
    others = np.maximum(total[ballot.item[ballot.report]] - votes[ballot.candidate], 1e-9)
    here = np.minimum(votes[ballot.choice[ballot.report]] / others, 1.0)
    found: Floats = np.log(_HERE * here + (1 - _HERE) / _WRONG)
    return found
