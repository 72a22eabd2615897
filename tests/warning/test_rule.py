"""The rule of levels: what it counts, and that it is the recursion that it says it is."""

import random
from itertools import combinations

import pytest

from consilience.model.indicator import Bent, Indicator, Query, Stage
from consilience.warning.level import Step
from consilience.warning.rule import Seen, raw, rests_on, worth, worth_without


def indicator(name, bent, stage=Stage.EARLY):
    return Indicator(name, name, bent, stage, Query(("personnel",)), None, (), 30, "test")


MEANS, OTHER, INTENT = (
    indicator("a", Bent.CAPABILITY),
    indicator("b", Bent.CAPABILITY),
    indicator("i", Bent.INTENT),
)
LATE = indicator("late", Bent.CAPABILITY, Stage.LATE)


def seen(each, *behind):
    return Seen(each, tuple(frozenset(hands) for hands in behind))


@pytest.mark.parametrize(
    ("listed", "step"),
    [
        ((), Step.ROUTINE),
        ((INTENT,), Step.ATTENTION),
        ((MEANS,), Step.ATTENTION),
        ((MEANS, OTHER), Step.WATCH),
        ((MEANS, INTENT), Step.WATCH),
        ((MEANS, OTHER, INTENT), Step.ALERT),
        ((MEANS, LATE, INTENT), Step.WARNING),
        ((LATE, INTENT), Step.WATCH),
    ],
)
def test_the_raw_step_is_read_off_means_intent_and_what_comes_late(listed, step):
    assert raw(tuple(seen(each, {"AAA"}) for each in listed)) is step


def test_all_of_it_by_one_partner_is_worth_attention():
    alone = tuple(seen(each, {"AAA"}) for each in (MEANS, OTHER, LATE, INTENT))
    assert raw(alone) is Step.WARNING
    assert worth(alone) is Step.ATTENTION
    assert rests_on(alone) == ("AAA",)


def test_two_who_hold_one_recording_are_one_hand():
    shared = tuple(seen(each, {"AAA", "imagery:x"}, {"BBB", "imagery:x"}) for each in (MEANS, OTHER, LATE, INTENT))
    assert worth(shared) is Step.ATTENTION
    assert rests_on(shared) == ("imagery:x",)


@pytest.mark.parametrize(("partners", "step"), [("A", 2), ("AB", 3), ("ABC", 4), ("ABCD", 5), ("ABCDE", 5)])
def test_every_step_above_attention_takes_a_partner_more(partners, step):
    told = tuple(seen(each, *({name} for name in partners)) for each in (MEANS, OTHER, LATE, INTENT))
    assert worth(told) == step


def slow(told, gone=frozenset()):
    """The rule by its definition: the least, over every hand left out, of one more than what is left is worth."""
    hands = {hand for each in told for behind in each.behind if not behind & gone for hand in behind}
    return Step(min([raw(told, gone), *(min(slow(told, gone | {hand}) + 1, 5) for hand in hands)]))


@pytest.mark.parametrize("seed", range(120))
def test_it_is_the_recursion_and_nobody_is_worth_more_than_a_step(seed):
    rng = random.Random(seed)  # noqa: S311  no secret
    names = ["AAA", "BBB", "CCC", "DDD", "imagery:x", "document:y"][: rng.randint(1, 6)]
    told = tuple(
        seen(each, *(rng.sample(names, rng.randint(1, min(2, len(names)))) for _ in range(rng.randint(1, 4))))
        for each in rng.sample([MEANS, OTHER, LATE, INTENT], rng.randint(1, 4))
    )
    assert worth(told) is slow(told)
    for name in names:
        assert worth(told) <= worth_without(told, frozenset({name})) + 1
    for pair in combinations(names, 2):
        assert worth(told) <= worth_without(told, frozenset(pair)) + 2
    weakest = frozenset(rests_on(told))
    assert not weakest or worth_without(told, weakest) < worth(told)


def test_a_flood_of_keys_costs_no_more_than_one_word():
    flood = tuple(
        seen(each, *({"AAA", f"imagery:{number}"} for number in range(3_000))) for each in (MEANS, OTHER, LATE, INTENT)
    )
    assert worth(flood) is Step.ATTENTION
