"""What rests on another partner's claim says so across borders, to whoever may see that claim, and to nobody else."""

import pytest

from consilience.node.common import common, offer
from tests.simulator import alliance, row

ALL = frozenset({"AUR", "BOR", "CAL"})


@pytest.fixture
def three(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR", "CAL")
        yield found


def origins(node, name):
    return {claim.id: claim.origins for claim in node.desk().holdings.claims}[name]


def cited(allies, marking):
    """Borea rests a claim on one of Aurelia's, which Aurelia gave it under a marking."""
    allies.record("AUR", row("A1", marking))
    allies.release("AUR", "BOR")
    allies.deliver("AUR", "BOR")
    allies.record("BOR", row("B1", "REL TO AUR, CAL", partner="BOR", origins="AUR/A1"))
    allies.release("BOR", "CAL")
    allies.deliver("BOR", "CAL")


def test_a_reference_to_what_the_recipient_may_see_is_kept(three):
    cited(three, "REL TO BOR, CAL")
    assert origins(three["BOR"], "B1") == ("A1",)
    assert origins(three["CAL"], "B1") == ("A1",)  # it holds A1, too, by way of Borea


def test_a_reference_to_what_the_recipient_may_not_see_is_hidden(three):
    cited(three, "REL TO BOR")
    (hidden,) = origins(three["CAL"], "B1")
    assert hidden.startswith("hidden:")


def test_the_author_of_what_is_cited_sees_that_it_is(three):
    cited(three, "REL TO BOR")
    three.release("BOR", "AUR")
    three.deliver("BOR", "AUR")
    assert origins(three["AUR"], "B1") == ("A1",)


def test_a_claim_planted_under_a_guessed_id_learns_nothing(three):
    three.record("BOR", row("B1", "REL TO CAL", partner="BOR", origins="AUR/SECRET-7"))
    three.record("CAL", row("SECRET-7", "REL TO BOR", partner="CAL"), row("AUR/SECRET-7", "REL TO BOR", partner="CAL"))
    three.release("CAL", "BOR")
    three.deliver("CAL", "BOR")
    three.release("BOR", "CAL")
    three.deliver("BOR", "CAL")
    (hidden,) = origins(three["CAL"], "B1")
    assert hidden.startswith("hidden:")


def test_a_reference_that_was_hidden_is_told_once_its_claim_is_here(three):
    three.record("BOR", row("B1", "REL TO CAL", partner="BOR", origins="AUR/A1"))
    three.release("BOR", "CAL")
    three.deliver("BOR", "CAL")
    three.record("AUR", row("A1", "REL TO BOR, CAL"))
    three.release("AUR", "BOR")
    three.deliver("AUR", "BOR")
    three.release("BOR", "CAL")
    three.deliver("BOR", "CAL")
    found = [claim.origins for claim in three["CAL"].desk().picture().claims if claim.id == "B1"]
    assert found == [("A1",)]


def test_two_reports_of_one_origin_are_circular_in_the_picture_of_all(three):
    three.record("AUR", row("A1", "REL TO BOR, CAL", best="500"))
    for code in ("BOR", "CAL"):
        three.release("AUR", code)
        three.deliver("AUR", code)
    three.record("BOR", row("B1", "REL TO AUR, CAL", partner="BOR", best="500", origins="AUR/A1"))
    for code in ("AUR", "CAL"):
        three.release("BOR", code)
        three.deliver("BOR", code)
    offers = {code: offer(three[code], ALL) for code in ALL}
    pictures = [
        common(three[code], ALL, {other: offers[other] for other in ALL if other != code}).picture for code in ALL
    ]
    assert len({picture.digest for picture in pictures}) == 1
    (fact,) = pictures[0].facts
    assert (fact.finding.verdict.value, fact.partners) == ("circular", ("AUR", "BOR"))


def test_in_files_too_a_partner_in_front_says_whose_claim_is_meant(lay):
    told = {
        "X1": {"partner": "USA"},
        "X1~": {"partner": "GBR", "best": "7"},
        "X2": {"partner": "UKR", "origins": "GBR/X1"},
    }
    desk = lay(*(row(name.rstrip("~"), **cells) for name, cells in told.items()))
    roots = desk._bench.lineage.roots("X2")
    assert all("X1~" in name for name in roots)
    assert len(roots) == 1
