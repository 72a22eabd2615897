import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import consilience
from consilience.errors import UsageError

pool = consilience.conclusions.pool
NAMES = ["USA", "GBR", "UKR", "EST", "LVA"]
percents = st.integers(0, 100)


def table(answers, question="q", **columns):
    """One row a partner, hypothesis and probability; answers: partner -> probabilities in order."""
    rows = [
        {"question": question, "partner": who, "hypothesis": f"h{i}", "probability": p, **columns}
        for who, row in answers.items()
        for i, p in enumerate(row)
    ]
    return pa.Table.from_pylist(rows)


def roots(holdings):
    rows = [{"partner": who, "root": root} for who, held in holdings.items() for root in held]
    return pa.Table.from_pylist(rows, schema=pa.schema([("partner", pa.string()), ("root", pa.string())]))


def probabilities(found, column="probability"):
    return {row["hypothesis"]: row[column] for row in found.to_pylist()}


@st.composite
def panels(draw, least=1):
    who = draw(st.lists(st.sampled_from(NAMES), min_size=least, unique=True))
    size = draw(st.integers(2, 4))
    rows = {}
    for name in who:
        weights = draw(st.lists(percents, min_size=size, max_size=size).filter(any))
        rows[name] = [weight / sum(weights) for weight in weights]
    return rows


held = st.dictionaries(st.sampled_from(NAMES), st.frozensets(st.sampled_from("abcd")))
RULES = ["probability", "mean", "median", "trimmed", "log"]


@given(panels(), held)
def test_every_rule_gives_probabilities_that_sum_to_one(answers, holdings):
    found = pool(table(answers), evidence=roots(holdings))
    for rule in RULES:
        said = probabilities(found, rule)
        assert sum(said.values()) == pytest.approx(1)
        assert all(0 <= p <= 1 for p in said.values())


@given(panels(), held, st.randoms(use_true_random=False))
def test_the_order_of_partners_changes_nothing_not_even_the_last_bit(answers, holdings, random):
    shuffled = random.sample(sorted(answers), len(answers))
    one = pool(table(answers), evidence=roots(holdings))
    other = pool(table({who: answers[who] for who in shuffled}), evidence=roots(holdings))
    assert one.equals(other)


@given(panels(), held, st.permutations(NAMES))
def test_renaming_the_partners_changes_no_number(answers, holdings, renamed):
    names = dict(zip(NAMES, renamed, strict=True))
    one = pool(table(answers), evidence=roots(holdings))
    again = {names[who]: row for who, row in answers.items()}
    other = pool(table(again), evidence=roots({names[who]: mine for who, mine in holdings.items()}))
    for rule in RULES:
        assert probabilities(one, rule) == pytest.approx(probabilities(other, rule))


@given(panels(), held)
def test_relabelling_the_hypotheses_relabels_the_pool(answers, holdings):
    turned = {who: row[::-1] for who, row in answers.items()}
    one = pool(table(answers), evidence=roots(holdings))
    other = pool(table(turned), evidence=roots(holdings))
    for rule in RULES:
        forward, backward = list(probabilities(one, rule).values()), list(probabilities(other, rule).values())
        assert forward == pytest.approx(backward[::-1])


@given(panels(), held, st.sampled_from(NAMES))
def test_a_copy_of_an_answer_on_the_same_roots_changes_neither_pool_nor_number_of_answers(answers, holdings, who):
    who = who if who in answers else min(answers)
    holdings = {"USA": {"a"}, **holdings}
    assume(any(mine for name, mine in holdings.items() if name in answers))
    one = pool(table(answers), evidence=roots(holdings))
    copied = {**answers, "XYZ": answers[who]}
    other = pool(table(copied), evidence=roots({**holdings, "XYZ": holdings.get(who, ())}))
    for column in [*RULES, "evidence", "independent"]:
        assert probabilities(one, column) == pytest.approx(probabilities(other, column), abs=1e-12)


@given(panels(least=2))
def test_answers_on_the_same_roots_pool_as_the_log_pool(answers):
    distinct = {row: who for who, row in ((who, tuple(row)) for who, row in answers.items())}
    answers = {who: list(row) for row, who in distinct.items()}
    found = pool(table(answers), evidence=roots(dict.fromkeys(answers, "abc")))
    assert probabilities(found, "evidence") == pytest.approx(probabilities(found, "log"))
    assert set(probabilities(found, "independent").values()) == {1}


def test_answers_on_separate_roots_add_up_as_bayes_has_it():
    found = pool(table({"USA": [0.8, 0.2], "GBR": [0.8, 0.2]}), evidence=roots({"USA": "a", "GBR": "b"}))
    assert probabilities(found) == pytest.approx({"h0": 16 / 17, "h1": 1 / 17})
    assert set(probabilities(found, "independent").values()) == {2}
    assert set(probabilities(found, "rule").values()) == {"evidence"}


def test_where_each_root_has_as_many_holders_the_exponents_total_one_over_the_share():
    holdings = {"USA": "ab", "GBR": "bc", "UKR": "ca"}
    found = pool(table({who: [0.6, 0.4] for who in holdings}), evidence=roots(holdings))
    odds = (0.6 / 0.4) ** (1 / (2 / 3))
    assert probabilities(found)["h0"] == pytest.approx(odds / (1 + odds))


def test_likelihoods_count_once_for_each_root_and_leave_each_partner_its_prior():
    # Both start even; USA holds a (3 to 1) and b (2 to 1), GBR holds a (3 to 1) alone.
    answers = {"USA": [6 / 7, 1 / 7], "GBR": [3 / 4, 1 / 4]}
    stated = [("USA", "a", 3), ("USA", "b", 2), ("GBR", "a", 3)]
    rows = [
        {"partner": who, "root": root, "hypothesis": name, "likelihood": value}
        for who, root, ratio in stated
        for name, value in (("h0", 0.1 * ratio), ("h1", 0.1))
    ]
    found = pool(table(answers), evidence=pa.Table.from_pylist(rows))
    assert probabilities(found) == pytest.approx({"h0": 6 / 7, "h1": 1 / 7})


def test_one_partner_counts_once_however_many_analysts():
    rows = [("USA", f"u{i}", 0.9) for i in range(8)] + [("GBR", "g", 0.1)]
    found = pool(
        pa.table(
            dict(zip(("partner", "forecaster", "probability"), zip(*rows, strict=True), strict=True))
            | {"question": ["q"] * 9}
        )
    )
    assert probabilities(found) == pytest.approx({"yes": 0.5})
    assert found.column("answers").to_pylist() == [2]


def test_the_minority_stands_beside_the_pool():
    row = pool(table({"USA": [0.8, 0.2], "GBR": [0.75, 0.25], "UKR": [0.1, 0.9], "EST": [0.8, 0.2]})).to_pylist()[0]
    assert (row["lowest"], row["lowest_by"]) == (0.1, "UKR")
    assert (row["highest"], row["highest_by"]) == (0.8, "EST +1")
    assert row["furthest"] == "UKR"
    assert row["furthest_distance"] == pytest.approx(row["probability"] - 0.1)


def test_rounds_are_pooled_apart():
    both = pa.concat_tables([table({"USA": [0.2, 0.8]}, round=1), table({"USA": [0.4, 0.6]}, round=2)])
    assert [(r["round"], r["probability"]) for r in pool(both).to_pylist()] == [
        ("1", 0.2), ("1", 0.8), ("2", 0.4), ("2", 0.6)
    ]  # fmt: skip


def test_what_reading_did_is_counted_and_nothing_is_dropped_in_silence():
    rows = pa.table(
        {
            "question": ["q"] * 8,
            "forecaster": ["a", "a", "a", "b", "b", "c", "d", "d"],
            "hypothesis": ["x", "y", "z", "x", "y", "x", "x", "y"],
            "probability": [0.5, 0.4, 0.3, 0.5, 0.25, 0.5, None, float("nan")],
        }
    )
    found = pool(rows)
    assert found.schema.metadata == {
        b"answers set aside: empty, or more than one hypothesis missing": b"2",
        b"answers that did not sum to 1, moved to the nearest that does": b"1",
    }
    assert found.column("answers").to_pylist() == [2, 2, 2]
    assert probabilities(found, "lowest")["z"] == pytest.approx(
        0.7 / 3
    )  # a: each moved by .2 / 3; b's z is what it left


def test_of_an_answer_that_sums_to_one_what_is_not_named_is_zero():
    rows = pa.table(
        {
            "question": ["q"] * 5,
            "forecaster": ["a", "a", "b", "b", "b"],
            "hypothesis": ["x", "y", "x", "y", "z"],
            "probability": [0.7, 0.3, 0.2, 0.2, 0.6],
        }
    )
    assert probabilities(pool(rows), "mean") == pytest.approx({"x": 0.45, "y": 0.25, "z": 0.3})
    sure = pa.table(
        {
            "question": ["q"] * 4,
            "forecaster": list("abbb"),
            "hypothesis": list("xxyz"),
            "probability": [1.0, 0.2, 0.2, 0.6],
        }
    )
    assert pool(sure).column("answers").to_pylist() == [2] * 3


def test_columns_may_be_numbers_text_pandas_or_polars_and_give_one_answer():
    frame = pd.DataFrame({"question": [1, 1, 2], "forecaster": [7, 8, 7], "probability": [0.2, 0.5, 1.0]})
    assert pool(frame).equals(pool(pl.from_pandas(frame)))
    assert pool(frame).equals(pool(frame.astype(str)))


def test_zero_and_one_are_answers_and_never_break_a_rule():
    found = pool(
        table({"USA": [0.0, 1.0], "GBR": [1.0, 0.0], "UKR": [0.0, 1.0]}), evidence=roots({"USA": "a", "GBR": "b"})
    )
    assert all(0 < value < 1 for value in probabilities(found, "log").values())
    assert all(0 <= value <= 1 for value in probabilities(found).values())


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"question": ["q"], "forecaster": ["a"]}, "a column probability"),
        ({"question": ["q"], "probability": [0.5]}, "a column partner or forecaster"),
        ({"question": ["q"], "forecaster": ["a"], "probability": [55.0]}, "divided by 100"),
        ({"question": ["q"], "forecaster": ["a"], "probability": [-0.1]}, "0 to 1"),
        ({"question": ["q"], "forecaster": ["a"], "probability": ["high"]}, "'high'"),
        ({"question": [None], "forecaster": ["a"], "probability": [0.5]}, "column question, row 0"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_name(columns, said):
    with pytest.raises(UsageError, match=said):
        pool(pa.table(columns))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"partner": "USA"}, "a column root"),
        ({"partner": "USA", "root": "a", "hypothesis": "h0", "likelihood": 0.0}, "above 0"),
        ({"partner": "USA", "root": "a", "hypothesis": "h0", "likelihood": 0.5}, "one of each of h0, h1"),
        ({"partner": "USA", "root": "a", "hypothesis": None, "likelihood": 0.5}, "of no hypothesis"),
    ],
)
def test_evidence_that_cannot_be_read_is_refused_by_name(row, said):
    with pytest.raises(UsageError, match=said):
        pool(table({"USA": [0.5, 0.5]}), evidence=pa.Table.from_pylist([row]))
