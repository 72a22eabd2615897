"""Groups: the copying that was found, as a table with its evidence in words."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from consilience.comparison.truth.copying import Evidence
from consilience.comparison.truth.table import Ints, Reports

SCHEMA = pa.schema([
    ("members", pa.list_(pa.string())), ("posterior", pa.float64()),
    ("origin", pa.string()),  # who tells first, where the order is known
    ("evidence", pa.list_(pa.string())),
])  # fmt: skip
DEPENDENCES = pa.schema([
    ("one", pa.string()), ("two", pa.string()), ("items", pa.int64()), ("errors", pa.int64()), ("shared", pa.int64()),
    ("reason", pa.string()),
])  # fmt: skip
_CLEAR = 0.8  # of the shared errors that one must tell first to be called the origin
_MOST = 0.999999
_OFTEN, _PART = 10, 0.5  # shared errors, and their part of all, from which two are called dependent


def tabulate(reports: Reports, evidence: Evidence, group: Ints) -> pa.Table:
    """One row for each group of two or more, by its first member."""
    rows = []
    posterior = evidence.posterior
    of = group[evidence.roots]
    for each in np.unique(group):
        members = np.flatnonzero(group == each)
        if len(members) < 2:
            continue
        inside = np.flatnonzero((of[:, 0] == each) & (of[:, 1] == each))
        sure = [at for at in inside if evidence.copies[at]]
        chance = min((_MOST if evidence.mirror[at] else float(posterior[at]) for at in sure), default=_MOST)
        rows.append({
            "members": [reports.names[root] for root in members],
            "posterior": round(min(chance, _MOST), 6),
            "origin": _origin(reports, evidence, inside, members),
            "evidence": [_words(reports, evidence, int(at)) for at in inside],
        })  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def list_dependences(reports: Reports, evidence: Evidence, group: Ints) -> pa.Table:
    """Pairs outside the groups that share half of their errors or more: each other's weight is lessened for it."""
    of = group[evidence.roots]
    found = np.flatnonzero(
        (of[:, 0] != of[:, 1]) & (evidence.shared >= _OFTEN) & (evidence.shared >= _PART * evidence.errors)
    )
    rows = [
        {
            "one": reports.names[evidence.roots[at, 0]], "two": reports.names[evidence.roots[at, 1]],
            "items": round(evidence.items[at]), "errors": round(evidence.errors[at]),
            "shared": round(evidence.shared[at]), "reason": _words(reports, evidence, int(at)),
        }
        for at in found.tolist()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=DEPENDENCES)


def _words(reports: Reports, evidence: Evidence, at: int) -> str:
    one, two = (reports.names[root] for root in evidence.roots[at])
    parts = [
        f"{evidence.shared[at]:.0f} of {evidence.errors[at]:.0f} errors shared, "
        f"{evidence.rare[at]:.0f} of them told by few others",
        f"{evidence.same[at]:.0f} of {evidence.items[at]:.0f} common items told alike",
    ]
    if evidence.mirror[at]:
        parts.append("both speak of the same items and of hardly any other")
    if not evidence.even[at]:
        parts.append("not in all attributes alike")
    ahead, behind = evidence.ahead[at], evidence.behind[at]
    if ahead + behind > 0:
        parts.append(f"{one} told {ahead:.0f} of the shared errors first, {two} {behind:.0f}")
    return f"{one} and {two}: " + "; ".join(parts)


def _origin(reports: Reports, evidence: Evidence, inside: Ints, members: Ints) -> str | None:
    """The member that told most of its shared errors before the others did."""
    best: tuple[float, str] | None = None
    for root in members.tolist():
        pairs = [at for at in inside.tolist() if root in evidence.roots[at]]
        led = sum(evidence.ahead[at] if evidence.roots[at, 0] == root else evidence.behind[at] for at in pairs)
        timed = sum(evidence.ahead[at] + evidence.behind[at] for at in pairs)
        if timed > 0 and led >= _CLEAR * timed and (best is None or led / timed > best[0]):
            best = (led / timed, reports.names[root])
    return best[1] if best else None
