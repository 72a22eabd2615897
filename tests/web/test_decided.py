"""What an analyst decided is shown on the fact's page and the pair's, with who, when and why."""

import pytest
from starlette.testclient import TestClient

from consilience.model.decision import Answer, Decision
from consilience.node.decide import decide
from consilience.web.app import create_app
from consilience.web.site import Site
from tests.simulator import alliance, row


@pytest.fixture
def node(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR")
        found.record("AUR", row("A1", "REL TO BOR", best="10"), row("A2", "REL TO BOR", best="10"))
        yield found["AUR"]


def page(site, path):
    with TestClient(create_app(site), base_url="http://127.0.0.1") as client:
        got = client.get(path)
        assert got.status_code == 200
        return got.text


def fact_of(desk, name):
    return next(fact.id for fact in desk.picture().facts if name in {holding.claim.id for holding in fact.holdings})


def test_the_fact_and_the_pair_tell_of_a_decision_and_how_it_is_taken_back(node):
    before = page(Site(node.desk(), node), "/relate?a=A1&b=A2")
    assert "consilience decide same A1 A2" in before
    decide(node, Decision.of(("A1", "A2"), Answer.UNSURE, "<b>two</b> days", "Hale"))
    desk = node.desk()
    assert "unsure by decision of Hale" in page(Site(desk, node), "/relate?a=A1&b=A2")
    told = page(Site(desk, node), f"/facts/{fact_of(desk, 'A1')}")
    for part in (
        "Unsure by decision</b> of Hale, 2031-06-19",
        "&lt;b&gt;two&lt;/b&gt; days",
        "consilience decide open A1 A2",
        f'href="/facts/{fact_of(desk, "A2")}',
        "Stays here: it rests on a decision of our analysts",
    ):
        assert part in told
    assert "The picture as a whole stays here: it rests on a decision" in page(Site(desk, node), "/")


def test_a_laptop_without_a_node_shows_the_same_without_a_command(lay):
    desk = lay(row("A1"), row("A2")).deciding([Decision.of(("A1", "A2"), Answer.DIFFERENT, "two days", "Hale")])
    told = page(Site(desk), f"/facts/{fact_of(desk, 'A2')}")
    assert "Parted by decision</b> of Hale" in told
    assert "consilience decide" not in told


def test_what_a_partner_may_see_tells_of_no_decision(node):
    audience = node.audience(["BOR"])
    before = page(Site(node.desk(audience)), "/compare")
    decide(node, Decision.of(("A1", "A2"), Answer.DIFFERENT, "two days", "Hale"))
    assert page(Site(node.desk(audience)), "/compare") == before
