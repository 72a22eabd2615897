"""A change of level is an entry; who has seen it is one, too; an analyst's word moves it; nobody else's does."""

from dataclasses import replace

import pytest

from consilience.errors import UsageError
from consilience.node import levels, watching
from consilience.node.giving import GrownError
from consilience.node.offer import offer
from consilience.node.receive import NotTakenError, take
from consilience.warning.level import Step, Word
from tests.simulator import alliance, row

WATCH = """
schema = "consilience.indicators/1"
hypothesis = "Castor attacks Aurelia"

[[indicators]]
id = "bridges"
title = "Bridges are built"
bent = "capability"
looking = ["AUR"]
source = "ours"
phenomena = ["engineering/bridging"]

[[indicators]]
id = "tanks"
title = "Tanks gather"
bent = "capability"
looking = ["AUR"]
source = "ours"
phenomena = ["equipment/tank"]
"""


def bridge(name, **cells):
    return row(name, phenomenon="engineering/bridging", **cells)


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR")
        (found["AUR"].home.folder / "indicators.toml").write_text(WATCH, encoding="utf-8")
        yield found


def steps(node):
    return [(each.change.before, each.change.step) for each in levels.recorded(node)]


def test_a_change_is_recorded_once_with_what_caused_it(allies):
    node = allies["AUR"]
    allies.record("AUR", bridge("A1"))
    change = watching.look(node).change
    assert (change.change.before, change.step) == (1, Step.ATTENTION)
    assert change.change.causes == ("Bridges are built (capability): AUR",)
    assert change.change.rests_on == ("AUR",)
    assert watching.look(node).change is None
    assert steps(node) == [(1, 2)]


def test_what_was_reckoned_before_another_recorded_is_not_recorded_over_it(allies, monkeypatch):
    node = allies["AUR"]
    allies.record("AUR", bridge("A1"))
    stale = watching.reckon(node)

    def meanwhile(node):
        levels.say(node, Word(stale.last.day, Step.ALERT, "Hale", "we know the units"), stale.dossier.watch.hypothesis)
        levels.record(node, stale.dossier.watch.hypothesis, replace(stale.last, step=Step.ALERT))
        return stale

    monkeypatch.setattr(watching, "reckon", meanwhile)
    with pytest.raises(GrownError):
        watching.look(node)
    assert steps(node) == [(1, 4)]


def test_without_anything_seen_nothing_is_recorded(allies):
    allies.record("AUR", row("A1", best="4"))
    assert watching.look(allies["AUR"]).change is None
    assert steps(allies["AUR"]) == []


def test_an_analyst_s_word_moves_the_level_and_stands_beside_it(allies):
    node = allies["AUR"]
    allies.record("AUR", bridge("A1"))
    watching.look(node)
    change = watching.say(node, Step.WATCH, "we know the units", "Hale").change
    assert change.change.causes == ("Hale: we know the units",)
    assert watching.say(node, Step.ROUTINE, "it was ours", "Hale").change.step is Step.ROUTINE
    assert steps(node) == [(1, 2), (2, 3), (3, 1)]
    with pytest.raises(UsageError, match="--because"):
        watching.say(node, Step.ALERT, " ", "Hale")


def test_who_has_seen_it_is_recorded_once_for_each_name(allies):
    node = allies["AUR"]
    allies.record("AUR", bridge("A1"))
    with pytest.raises(UsageError, match="no change on record"):
        levels.acknowledge(node, "", "Hale")
    change = watching.look(node).change
    levels.acknowledge(node, "", "Hale")
    size = node.ledger.size()
    levels.acknowledge(node, change.name, "Hale")
    assert node.ledger.size() == size
    assert [each.by for each in levels.acknowledge(node, change.digest, "").seen] == ["Hale", "AUR"]
    with pytest.raises(UsageError, match=f"one of {change.name}"):
        levels.acknowledge(node, "ffff", "Hale")


def test_it_leaves_with_no_release_and_none_is_taken_from_a_partner(allies):
    ours, theirs = allies["AUR"], allies["BOR"]
    allies.record("AUR", bridge("A1", marking="REL TO BOR"))
    watching.look(ours)
    levels.acknowledge(ours, "", "Hale")
    allies.release("AUR", "BOR")
    assert len(offer(ours, frozenset({"AUR", "BOR"}))) == 1
    (theirs.home.folder / "indicators.toml").write_text(WATCH.replace('"AUR"', '"BOR"'), encoding="utf-8")
    allies.record("BOR", bridge("B1", partner="BOR"))
    watching.look(theirs)
    (entry,) = theirs.ledger.entries(kinds=frozenset({"level"}))
    with pytest.raises(NotTakenError, match="found a level"):
        take(ours, entry.envelope)
    ours.record(ours.receive(entry.envelope))  # put there in spite of that
    assert steps(ours) == [(1, 2)]


def test_an_erased_claim_leaves_nothing_of_itself_in_the_changes(allies):
    node = allies["AUR"]
    allies.record("AUR", bridge("A1", text="seen by the miller"))
    watching.look(node)
    assert all("miller" not in cause for each in levels.recorded(node) for cause in each.change.causes)
