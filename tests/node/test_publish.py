"""Worlds that differ only in what the public may not know give the same statement to the byte, or none; and it is recorded."""

import shutil

import pytest

from consilience.errors import ConsilienceError
from consilience.intake import gazetteer
from consilience.intake.scenario import shipped_places
from consilience.ledger.entry import MAIN
from consilience.model.entry import Published, Remarking, Retraction
from consilience.node import home as homes
from consilience.node import levels
from consilience.node.disclosed import disclosed
from consilience.node.giving import log_of
from consilience.node.node import establish, open_node
from consilience.node.publish import draft, publish
from consilience.release.policy import PUBLIC
from consilience.release.public.forms import FORMS, written
from consilience.release.public.statement import RefusedError
from consilience.trust.roster import with_members, with_policy
from consilience.trust.statement import reread
from consilience.warning.level import Step, Word
from tests.node import worlds


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template") / "home"
    establish(homes.create(folder, worlds.US), "Aurelia", lambda: worlds.ROSTER.issued_at)
    members = [member for member in worlds.ROSTER.members if member.code != worlds.US]
    with open_node(homes.read(folder), lambda: worlds.ROSTER.issued_at) as node:
        node.adopt(lambda roster, now: with_policy(roster, worlds.ROSTER.policies[0], now))
        node.adopt(lambda roster, now: with_members(roster, members, now))
    (folder / "indicators.toml").write_text(WATCH, encoding="utf-8")
    return folder


WATCH = """
schema = "consilience.indicators/1"
hypothesis = "Castor attacks Aurelia"
marking = "TLP:CLEAR"

[[indicators]]
id = "anything"
title = "Anything is seen"
bent = "capability"
looking = ["AUR", "BOR", "CAL"]
source = "ours"
phenomena = ["personnel", "equipment", "exercise", "movement"]

[[indicators]]
id = "anything-meant"
title = "Anything is meant"
bent = "intent"
looking = ["AUR", "BOR", "CAL"]
source = "ours"
phenomena = ["personnel", "equipment", "exercise", "movement", "intent"]
"""


PLACES = gazetteer.load(*shipped_places())  # read once, not for each world


def filled(node, world):
    node.places = PLACES
    for thing in world:
        made = node.seal(thing.entry)
        node.record(made)
        if thing.remarked is not None:
            node.record(node.seal(Remarking(made.digest, thing.remarked, "", "raised")))
        if thing.retracted:
            node.record(node.seal(Retraction(made.digest, thing.retracted)))


def public(world, template, folder):
    """All that everybody has of a node that holds this world and publishes: the three forms, and the public's log."""
    shutil.copytree(template, folder)
    try:
        with open_node(homes.read(folder), lambda: worlds.NOW) as node:
            filled(node, world)
            for as_of in (None, "2031-06-12"):
                try:
                    made = draft(node, as_of)
                except ConsilienceError as error:
                    yield error.message
                    continue
                yield from (written(made.statement, form) for form in sorted(FORMS))
                publish(node, made)
            yield from (
                f"{entry.index} {entry.kind} {entry.envelope!r}" for entry in node.ledger.entries(log_of(PUBLIC))
            )
    finally:
        shutil.rmtree(folder)


def told_apart(seeds, template, folder):
    wrong, telling, spoken, warned = [], 0, 0, 0
    for seed in seeds:
        one, two = worlds.pair(seed, PUBLIC)
        first, second = (list(public(world, template, folder / "node")) for world in (one, two))
        telling += one != two
        spoken += any(isinstance(each, bytes) for each in first)
        warned += any(b"the level of warning of" in each for each in first if isinstance(each, bytes))
        if first != second:
            wrong.append(seed)
    return wrong, telling, spoken, warned


def test_worlds_that_differ_in_what_the_public_may_not_know_give_it_the_same_bytes(template, tmp_path):
    wrong, telling, spoken, warned = told_apart(range(20), template, tmp_path)
    assert wrong == []
    assert telling > 14
    assert spoken > 4
    assert warned > 4  # the level is among what both worlds tell alike


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_four_hundred_pairs_of_worlds(template, tmp_path, part):
    wrong, *_ = told_apart(range(30_000 + 50 * part, 30_050 + 50 * part), template, tmp_path)
    assert wrong == []


def shown(seed):
    """A world with something that everybody may have whole, and something that nobody else may."""
    world, _ = worlds.pair(seed, PUBLIC)
    return world


def test_a_world_that_differs_in_what_the_public_may_know_is_told_apart(template, tmp_path):
    """The tests above can fail: leave out one thing that the public may have."""
    noticed = 0
    for seed in range(14):
        world = shown(seed)
        visible = [thing for thing in world if not worlds.keeps_nothing(thing, PUBLIC)]
        if visible:
            rest = tuple(thing for thing in world if thing is not visible[0])
            noticed += list(public(world, template, tmp_path / "one")) != list(public(rest, template, tmp_path / "two"))
    assert noticed > 3


@pytest.fixture
def node(template, tmp_path):
    shutil.copytree(template, tmp_path / "home")
    with open_node(homes.read(tmp_path / "home"), lambda: worlds.NOW) as opened:
        seed = next(
            seed for seed in range(500)
            if {True, False} == {worlds.keeps_nothing(thing, PUBLIC) for thing in shown(seed)}
            and len({thing.entry.cell("claim_id") for thing in shown(seed)}) == len(shown(seed))
            and any(not worlds.keeps_nothing(thing, PUBLIC) and not thing.entry.portions and not thing.retracted for thing in shown(seed))
        )  # fmt: skip
        filled(opened, shown(seed))
        yield opened


def test_a_claim_that_was_named_and_stays_refuses_the_whole_and_says_why_to_our_own(node):
    decision = draft(node).decision
    with pytest.raises(RefusedError) as refused:
        draft(node, asked=frozenset({decision.withheld[0].held.digest}))
    assert refused.value.exit_code == 3
    assert decision.withheld[0].held.name in refused.value.message
    assert decision.withheld[0].refusals[0].rule.value in refused.value.message
    assert node.ledger.size(log_of(PUBLIC)) == 0


def test_what_is_published_is_recorded_once_with_what_carries_it(node):
    made = draft(node)
    publish(node, made)
    size = node.ledger.size(MAIN), node.ledger.size(log_of(PUBLIC))
    publish(node, draft(node))
    assert node.ledger.size(log_of(PUBLIC)) == size[1]
    said = [
        reread(entry.envelope).content for entry in node.ledger.entries(log_of(PUBLIC)) if entry.kind == "published"
    ]
    assert said == [
        Published(made.statement.known_by.isoformat(), made.picture, written(made.statement, ".md").decode())
    ]
    assert [row.state for row in disclosed(node, PUBLIC) if row.is_word] == [
        f"public statement, known by {made.statement.known_by}"
    ]
    had = {row.claim for row in disclosed(node, PUBLIC) if not row.is_word}
    assert had <= {given.held.name for given in made.decision.given}
    assert had


@pytest.mark.parametrize("marking", ["", 'marking = "TLP:AMBER"', 'marking = "whatever"'])
def test_indicators_that_not_everybody_may_have_give_the_public_no_level(node, marking):
    told = written(draft(node).statement, ".md")
    assert b"How near it is" in told
    file = node.home.folder / "indicators.toml"
    file.write_text(WATCH.replace('marking = "TLP:CLEAR"', marking), encoding="utf-8")
    kept = written(draft(node).statement, ".md")
    assert b"level of warning" not in kept
    assert b"Castor attacks Aurelia" not in kept


def test_an_analyst_s_word_is_never_in_the_public_level(node):
    before = written(draft(node).statement, ".md")
    levels.say(node, Word(node.clock().date(), Step.WARNING, "Hale", "we know"), "Castor attacks Aurelia")
    assert written(draft(node).statement, ".md") == before
