"""Pairs labelled by hand, those of 2022 independently of the rules: each must come out as expected or acceptable."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from consilience.desk import Desk
from consilience.model.fact import RelationKind

HERE = Path(__file__).parent


def labels(file):
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def marks(claims, relations):
    """By expected kind: how many pairs came out as expected, acceptable or wrong, and the wrong ones."""
    desk = Desk.read([claims])
    assert not desk.holdings.set_aside
    counts, wrong = {kind.value: Counter() for kind in RelationKind}, []
    for label in labels(relations):
        found = desk.relate(label["a"], label["b"])
        accepted = {label["expected"], *label["also_acceptable"].split()}
        mark = "expected" if found.kind.value == label["expected"] else "acceptable"
        if found.kind.value not in accepted:
            mark = "wrong"
            wrong.append(f"{label['a']} {label['b']}: {found.kind.value}, not {label['expected']}: {found.reasons}")
        counts[label["expected"]][mark] += 1
    return counts, wrong


def told(counts):
    return "\n".join(
        f"{kind:>13}: {count['expected']} as expected, {count['acceptable']} acceptable, {count['wrong']} wrong"
        for kind, count in counts.items()
    )


def test_every_held_out_pair_of_2022_comes_out():
    counts, wrong = marks(HERE / "claims_2022.csv", HERE / "relations_2022.csv")
    print(told(counts))  # noqa: T201  the figures by kind, shown by pytest -rP
    assert not wrong, f"{told(counts)}\n" + "\n".join(wrong)
    assert sum(map(Counter.total, counts.values())) == 204
    assert all(counts.values())


def test_every_labelled_pair_of_2021_comes_out(data):
    counts, wrong = marks(data / "buildup" / "claims_2021.csv", data / "buildup" / "relations_2021.csv")
    print(told(counts))  # noqa: T201  the figures by kind, shown by pytest -rP
    assert not wrong, f"{told(counts)}\n" + "\n".join(wrong)
    assert all(counts.values())


@pytest.mark.parametrize("kind", ["supersedes", "refines"])
def test_ordered_kinds_name_the_older_or_the_part_first(kind):
    """In a label of these kinds `a` is the older or the part; relate orders its answer alike."""
    desk = Desk.read([HERE / "claims_2022.csv"])
    found = [(label, desk.relate(label["a"], label["b"])) for label in labels(HERE / "relations_2022.csv")]
    listed = [(label, relation) for label, relation in found if label["expected"] == relation.kind.value == kind]
    assert [(label["a"], label["b"]) for label, _ in listed] == [(relation.a, relation.b) for _, relation in listed]


def test_the_held_out_claims_carry_no_text():
    assert {claim["text"] for claim in labels(HERE / "claims_2022.csv")} == {""}


def test_the_answer_does_not_depend_on_which_claim_is_named_first():
    desk = Desk.read([HERE / "claims_2022.csv"])
    for label in labels(HERE / "relations_2022.csv"):
        assert desk.relate(label["a"], label["b"]) == desk.relate(label["b"], label["a"])
