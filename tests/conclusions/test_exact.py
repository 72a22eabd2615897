"""Exact pools and divergence: the rules of `rules`, and the same to the last digit on every machine and in every order."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.conclusions import exact, rules
from consilience.model.form import WHOLE


@st.composite
def panels(draw):
    """Answers in basis points that add up, roots, and what some roots are worth."""
    width, count = draw(st.integers(2, 5)), draw(st.integers(2, 6))
    rows = []
    for _ in range(count):
        cuts = sorted(draw(st.lists(st.integers(0, WHOLE), min_size=width - 1, max_size=width - 1)))
        rows.append(tuple(b - a for a, b in zip([0, *cuts], [*cuts, WHOLE], strict=True)))
    names = st.frozensets(st.sampled_from(["r1", "r2", "r3"]), max_size=3)
    roots = [draw(names) for _ in rows]
    likelihoods = st.tuples(*[st.integers(1, WHOLE - 1)] * width)
    stated = [{root: draw(likelihoods) for root in sorted(held) if draw(st.booleans())} for held in roots]
    return rows, roots, stated


@settings(max_examples=150, deadline=None)
@given(panels())
def test_the_pools_are_those_of_the_rules(panel):
    rows, roots, stated = panel
    floats = np.array(rows) / WHOLE
    for name, rule in exact.OPINIONS.items():
        assert [float(each) for each in rule(rows)] == pytest.approx(list(rules.OPINIONS[name](floats)), abs=1e-9)
    worth = [{root: np.array(row) / WHOLE for root, row in each.items()} for each in stated]
    expected = rules.by_evidence(floats, roots, worth)
    assert [float(each) for each in exact.by_evidence(rows, roots, stated)] == pytest.approx(list(expected), abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(panels(), st.randoms(use_true_random=False))
def test_neither_order_nor_more_digits_changes_what_is_signed(panel, dice):
    rows, roots, stated = panel
    order = dice.sample(range(len(rows)), len(rows))
    turned = [[each[at] for at in order] for each in panel]
    found = [exact.rounded(rule(rows)) for rule in exact.OPINIONS.values()]
    assert found == [exact.rounded(rule(turned[0])) for rule in exact.OPINIONS.values()]
    pooled = exact.rounded(exact.by_evidence(rows, roots, stated))
    assert pooled == exact.rounded(exact.by_evidence(*turned))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "_CONTEXT", Context(prec=90, rounding=ROUND_HALF_EVEN))
        assert pooled == exact.rounded(exact.by_evidence(rows, roots, stated))
        assert found == [exact.rounded(rule(rows)) for rule in exact.OPINIONS.values()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(5000, 5000), (5000, 5000)], 0),
        ([(10000, 0), (0, 10000)], 1),
        ([(10000, 0, 0), (0, 10000, 0), (0, 0, 10000)], 1),
        # 1 - H(1/4) in bits, H(1/4) = 2 - 3/4 log2 3
        ([(5000, 5000), (0, 10000)], "0.3112781244591328"),
    ],
)
def test_divergence_is_that_of_known_cases(rows, expected):
    found = exact.divergence(rows)
    assert abs(found - Decimal(expected)) < Decimal("1e-15")


def test_half_a_basis_point_goes_to_the_even_one():
    assert exact.rounded([Fraction(1, 20_000), Fraction(3, 20_000), Decimal("0.00025")]) == (0, 2, 2)
