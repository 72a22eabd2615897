"""The lineage view of the Compare page: declared first, inferred apart, and nothing that a script must draw."""

import pytest
from starlette.testclient import TestClient

from consilience.web.app import create_app
from consilience.web.site import Site

WORDS = "Convoys of <b>fuel</b> lorries crossed the pontoon bridge near Chonhar after dusk on Friday"


def page(desk, path="/compare/lineage"):
    with TestClient(create_app(Site(desk)), base_url="http://127.0.0.1") as client:
        got = client.get(path)
        assert got.status_code == 200
        return got.text


@pytest.fixture(scope="module")
def shown(desk):
    return page(desk)


def test_the_view_tells_who_repeats_whom_since_when_and_how_much(shown):
    told = shown.split('id="edges-title"')[1].split("</table>")[0]
    reuters = told.split(">REUTERS<")[1].split("</tr>")[0]
    for part in ("North Atlantic Treaty Organization", "1 of 1 claim", "2022-02-03", ">C083<"):
        assert part in reuters


def test_one_briefing_is_one_root_with_what_the_press_changed(shown):
    root = shown.split('aria-label="Root statement:NATO:belarus-deployment:2022-02-03"')[1].split("</section>")[0]
    assert "6 claims of 3 partners · one witness" in root
    assert "changed modality: forecast became observed" in root
    assert root.index(">C083<") < root.index(">C081<")


def test_definitions_that_differ_are_named(shown):
    assert "rosgvardia, separatists counted in" in shown
    assert "without saying what that counts" in shown


def test_the_two_views_lead_to_each_other(desk, shown):
    assert 'aria-current="page">Lineage</a>' in shown
    assert 'href="/compare/lineage?as_of=' in page(desk, "/compare")


def test_what_is_inferred_stands_apart_and_is_escaped(lay, row):
    told = page(lay(row("U1", text=WORDS), row("G1", partner="GBR", text=WORDS, reported_at="2021-12-05")))
    inferred = told.split('class="box inferred"')[1].split("definitions-title")[0]
    assert "evidence, and no verdict" in inferred
    assert "may repeat" in inferred
    assert "&lt;b&gt;fuel" in inferred
    assert "<b>fuel" not in inferred


def test_an_empty_record_reads_calmly(lay, row):
    told = page(lay(row("U1")))
    assert "No claim here says that it rests on what another partner said." in told
    assert "No root is told by more than one partner." in told
    assert "what they count is the same" in told


def test_a_circle_is_named(lay, row):
    told = page(lay(row("U1", origins="G1"), row("G1", partner="GBR", origins="U1")))
    assert "In a circle" in told
