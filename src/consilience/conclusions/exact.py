"""Exact: logarithms, pools and divergence that come out the same on every machine, for what partners sign.

Sums and quotients of basis points are fractions. Logarithms and exponentials are decimals of 50 digits, half to even:
`decimal` rounds both correctly, where the floating point of C libraries and vector units differs in the last bit. The rules
are those of `rules`, over whole basis points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from statistics import median

from consilience.model.form import WHOLE

Points = tuple[int, ...]
Logs = tuple[Decimal, ...]

FLOOR = 50
"""Least basis points inside a logarithm, as `rules.FLOOR`."""
_CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN)
_TRIM = Fraction(1, 5)


def logs(points: Sequence[int]) -> Logs:
    """Logarithms, no number below FLOOR, less their mean: log odds against an even answer."""
    return worth([max(each, FLOOR) for each in points])


def worth(likelihoods: Sequence[int]) -> Logs:
    """Log likelihoods, less their mean: only ratios count."""
    with localcontext(_CONTEXT):
        found = [Decimal(each).ln() for each in likelihoods]
        middle = sum(found, Decimal(0)) / len(found)
        return tuple(each - middle for each in found)


def less(said: Sequence[Decimal], *others: Sequence[Decimal]) -> Logs:
    """One row of logarithms without some others."""
    with localcontext(_CONTEXT):
        return tuple(each - sum((row[at] for row in others), Decimal(0)) for at, each in enumerate(said))


def normal(strength: Sequence[Decimal]) -> Logs:
    """The probabilities (0 to 1) that have these logarithms, up to a constant."""
    with localcontext(_CONTEXT):
        top = max(strength)
        raised = [(each - top).exp() for each in strength]
        total = sum(sorted(raised), Decimal(0))
        return tuple(each / total for each in raised)


def rounded(row: Sequence[Decimal | Fraction]) -> Points:
    """Probabilities as basis points, each by itself, half to even."""
    with localcontext(_CONTEXT):
        return tuple(round(each * WHOLE) for each in row)


def divergence(rows: Sequence[Sequence[int]]) -> Decimal:
    """Jensen-Shannon divergence of answers in basis points, weighed alike, over its bound: 0 the same, 1 at most."""
    with localcontext(_CONTEXT):
        mixture = [Fraction(sum(column), len(rows)) for column in zip(*rows, strict=True)]
        apart = sorted(_entropy([Fraction(each) for each in row]) for row in rows)
        found = _entropy(mixture) - sum(apart, Decimal(0)) / len(rows)
        return min(Decimal(1), max(Decimal(0), found / Decimal(min(len(rows), len(mixture))).ln()))


def _entropy(row: Sequence[Fraction]) -> Decimal:
    """In nats, the same whatever the order of hypotheses."""
    parts = [each / WHOLE for each in row if each > 0]
    found = sorted(_decimal(part) * _decimal(part).ln() for part in parts)
    return -sum(found, Decimal(0))


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


# --- Pools: rows are answers in basis points, columns the hypotheses ---------------------------------------------------


def mean(rows: Sequence[Points]) -> list[Fraction]:
    """The linear pool, all alike."""
    return [Fraction(sum(column), len(rows) * WHOLE) for column in zip(*rows, strict=True)]


def middle(rows: Sequence[Points]) -> list[Fraction]:
    """The median of each hypothesis, scaled to sum to 1."""
    return _scaled([Fraction(median(map(Fraction, column))) for column in zip(*rows, strict=True)])


def trimmed(rows: Sequence[Points]) -> list[Fraction]:
    """The mean of each hypothesis without (n - 2) / 5 of n answers at each end, scaled to sum to 1."""
    count = len(rows)
    out = max(0, count - 2) * _TRIM
    ends = out, count - out
    weights = [max(Fraction(0), min(Fraction(at + 1), ends[1]) - max(Fraction(at), ends[0])) for at in range(count)]
    columns = [sorted(column) for column in zip(*rows, strict=True)]
    return _scaled([sum((w * x for w, x in zip(weights, each, strict=True)), Fraction(0)) for each in columns])


def log_pool(rows: Sequence[Points]) -> Logs:
    """The geometric mean, scaled to sum to 1."""
    return normal(_even([logs(row) for row in rows]))


def by_evidence(
    rows: Sequence[Points], roots: Sequence[frozenset[str]], stated: Sequence[Mapping[str, Points]]
) -> Logs:
    """Evidence pooled before opinions, as `rules.by_evidence`; `stated` has likelihoods of a root in basis points."""
    union = sorted(frozenset[str]().union(*roots))
    if not union:
        return log_pool(rows)
    shares: dict[str, list[Logs]] = {root: [] for root in union}
    priors: list[Logs] = []
    for row, held, said in zip(rows, roots, stated, strict=True):
        mine = sorted(held) or union
        known = {root: worth(said[root]) for root in mine if root in said}
        rest = less(logs(row), *known.values())
        silent = len(mine) - len(known)
        if not silent:
            priors.append(rest)
        with localcontext(_CONTEXT):
            part = tuple(each / silent for each in rest) if silent else rest
        for root in mine:
            shares[root].append(known.get(root, part))
    with localcontext(_CONTEXT):
        total = _even(priors) if priors else tuple(Decimal(0) for _ in rows[0])
        for root in union:
            total = tuple(a + b for a, b in zip(total, _even(shares[root]), strict=True))
    return normal(total)


def _even(parts: Sequence[Logs]) -> Logs:
    """The mean, the same to the last digit in whatever order they come."""
    with localcontext(_CONTEXT):
        columns = (sorted(column) for column in zip(*parts, strict=True))
        return tuple(sum(column, Decimal(0)) / len(parts) for column in columns)


def _scaled(row: Sequence[Fraction]) -> list[Fraction]:
    """A row that sums to 1, all alike where every part is 0."""
    total = sum(row, Fraction(0))
    return [each / total for each in row] if total else [Fraction(1, len(row)) for _ in row]


OPINIONS: Mapping[str, Callable[[Sequence[Points]], Sequence[Decimal | Fraction]]] = {
    "mean": mean, "median": middle, "trimmed": trimmed, "log": log_pool,
}  # fmt: skip
"""Rules that look at answers alone, by the names of `rules.OPINIONS`."""
