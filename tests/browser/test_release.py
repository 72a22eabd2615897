"""The Release page in a real browser, on a node of its own: seen, worked with keys, on a telephone, without a script."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import served

EXERCISE = Path(__file__).parents[2] / "scenarios" / "exercise-polar-lamp"
FIRST_LOAD_BYTES = 150_000
WIDTHS = (390, 768, 1440)
LATER = """claim_id,partner,modality,actor,phenomenon,place,reported_at,best,unit,marking
N1,AUR,observed,DRA,personnel,North Depot,2031-06-18,70,persons,REL TO BOR
N2,AUR,observed,DRA,personnel,Lamp Ridge,2031-06-18,460,persons,REL TO CAL
"""
PATHS = (
    "/release",
    "/release?to=BOR",
    "/release?to=BOR&rule=recipients",
    "/release?to=BOR&to=CAL&list=stays",
    "/release?to=PUBLIC",
    "/compare",
    "/claims/A2",
    "/about",
)


@pytest.fixture(scope="session")
def node_url(chromium, tmp_path_factory):
    """The address of a node with the exercise, a release to Borea, and what came after it."""
    folder = tmp_path_factory.mktemp("node")

    def run(*arguments):
        command = [sys.executable, "-m", "consilience", *map(str, arguments)]
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr

    run("init", "--partner", "AUR", "--name", "Aurelia")
    run("partner", "add", "BOR", "--name", "Borea", "--clearance", "SECRET")
    run("partner", "add", "CAL", "--name", "Caldera")
    run("partner", "add", "LAMPEX", "--name", "Lamp observers", "--accredit", "HUMINT")
    run("ingest", EXERCISE)
    run("release", "--to", "BOR", "--out", folder / "bor.json")
    run("retract", "A5", "--reason", "the wrong ridge")
    (folder / "later.csv").write_text(LATER, encoding="utf-8")
    run("ingest", folder / "later.csv")
    with served("serve", "--home", str(folder / ".consilience")) as url:
        yield url


@pytest.fixture
def home(node_url):
    return node_url


@pytest.fixture
def visit(page, home):
    """Opens a path of the node."""

    def go(path):
        page.goto(home + path)
        return page

    return go


@pytest.mark.parametrize("path", PATHS)
def test_release_is_accessible(page, visit, path):
    visit(path)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", WIDTHS)
def test_release_does_not_overflow_sideways(page, visit, width):
    page.set_viewport_size({"width": width, "height": 900})
    for path in (*PATHS, "/"):
        visit(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_release_fits_the_budget_of_a_first_load(page, visit):
    sizes = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    visit("/release?to=BOR")
    page.wait_for_load_state("networkidle")
    assert len(sizes) > 5
    assert sum(sizes.values()) <= FIRST_LOAD_BYTES, sum(sizes.values())


def test_audience_is_chosen_with_keys_alone(page, visit):
    visit("/")
    page.get_by_role("link", name="Release", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("CAL Caldera").focus()
    page.keyboard.press("Space")
    page.get_by_label("For what use").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"to=CAL"))
    assert page.inner_text("h1") == "Release to Caldera (CAL)"
    assert page.get_by_label("CAL Caldera").is_checked()


def test_a_rule_is_followed_to_what_it_keeps_here(page, visit):
    visit("/release?to=BOR")
    page.get_by_role("link", name=re.compile("under a control")).click()
    page.wait_for_url(re.compile(r"rule=controls#stays$"))
    names = page.locator("#stays tbody th a").all_inner_texts()
    assert names == ["A3", "A8"]
    assert page.locator("#stays").evaluate("element => element.getBoundingClientRect().top") < 200


def test_a_fact_that_differs_opens_beside_the_page(page, visit):
    visit("/release?to=BOR")
    link = page.locator(".changes a.opens").first
    link.click()
    page.wait_for_selector("#drawer[open] h2")
    assert page.locator("#drawer .passage").first.is_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.fact") == link.get_attribute("data-fact")


def test_withdrawn_and_new_are_said_in_words(visit):
    said = visit("/release?to=BOR").inner_text("main")
    assert "withdrawn here, and they were not told yet" in said
    assert re.search(r"1 is new to it since the last release", said)


def test_release_reads_without_javascript(browser, browser_context_args, node_url):
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    page = context.new_page()
    page.goto(f"{node_url}/release")
    page.get_by_label("BOR Borea").check()
    page.get_by_role("button", name="Show what would go").click()
    assert "To Borea (BOR):" in page.inner_text("main")
    page.locator("#stays tbody th a").first.click()
    assert "/claims/" in page.url
    context.close()
