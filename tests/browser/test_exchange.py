"""The Exchange page and the live update in a real browser: what another process records is shown where a person left off."""

from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from consilience.intake.holdings import Intake
from consilience.model.identity import PartnerId
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.node.peers import Peers
from consilience.node.record import Recorder
from tests.browser.conftest import served
from tests.simulator import Clock, row
from tests.troubled import troubled

FIRST_LOAD_BYTES = 150_000
WIDTHS = (390, 768, 1440)
DAY = "/?as_of=2031-06-12"


@pytest.fixture(scope="session")
def folder(chromium, tmp_path_factory):
    """The home of Aurelia's node, to whom Borea showed two histories."""
    found = tmp_path_factory.mktemp("exchange")
    with troubled(found, Clock(datetime.now(UTC) - timedelta(hours=2))):
        pass
    return found / "AUR"


@pytest.fixture(scope="session")
def exchange_url(folder):
    with served("serve", "--home", str(folder)) as url:
        yield url


@pytest.fixture
def home(exchange_url):
    return exchange_url


@pytest.fixture
def visit(page, home):
    """Opens a path of the node, and stays on it: what follows is never a new load of the page."""

    def go(path):
        page.goto(home + path)
        if path.startswith("/?"):
            page.wait_for_selector("body[data-ready='1']")
        page.evaluate("window.stayed = true")
        return page

    return go


@pytest.fixture
def append(folder, tmp_path):
    """Records rows in another process's place: this one's."""

    def record(*rows):
        file = tmp_path / "rows.csv"
        names = sorted({name for each in rows for name in each})
        lines = [",".join(names), *(",".join(f'"{each.get(name, "")}"' for name in names) for each in rows)]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with open_node(homes.read(folder)) as node:
            Recorder(node).record([file], Intake())

    return record


def report(name, place, best="70"):
    """A report of a site of its own: of one site, the second would tell the first again."""
    east = str(20 + 2 * int(name.strip("LX")))
    return row(name, partner="CAL", place=place, lat="-75", lon=east, radius_km="1", best=best, unit="persons")


def wait_for_text(page, selector, words):
    page.wait_for_function(
        "([selector, words]) => document.querySelector(selector)?.textContent.includes(words)", arg=[selector, words]
    )


# --- The page -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/exchange", "/", "/compare"])
def test_exchange_is_accessible(page, visit, path):
    visit(path)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", WIDTHS)
def test_exchange_does_not_overflow_sideways(page, visit, width):
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/exchange", "/"):
        visit(path)
        for details in page.locator("main details").all():
            details.evaluate("element => (element.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("path", ["/exchange", DAY])
def test_pages_of_a_node_fit_the_budget_of_a_first_load(page, visit, path):
    sizes = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    visit(path)
    page.wait_for_timeout(1000)
    assert len(sizes) > 5
    assert sum(sizes.values()) <= FIRST_LOAD_BYTES, sum(sizes.values())


def test_the_alarm_leads_to_the_incident_and_what_to_do(page, visit):
    visit("/")
    page.locator(".alarm a").click()
    page.wait_for_url("**/exchange?*#incidents")
    assert "What to do" in page.inner_text("#incidents")


def test_exchange_reads_without_javascript(browser, browser_context_args, exchange_url):
    context = browser.new_context(**{**browser_context_args, "java_script_enabled": False})
    page = context.new_page()
    page.goto(f"{exchange_url}/exchange")
    assert "Borea (BOR) signed two histories" in page.inner_text("main")
    assert page.locator(".contacts tbody tr").count() == 4
    page.locator(".incident summary").click()
    assert page.locator(".incident pre").first.is_visible()
    context.close()


def test_exchange_follows_what_another_process_learns_of_a_partner(page, visit, folder):
    visit("/exchange")
    page.locator(".incident summary").click()
    with open_node(homes.read(folder)) as node:
        Peers(node.home).place(PartnerId("EST"), "https://estmark.example:8443")
    wait_for_text(page, ".contacts", "https://estmark.example:8443")
    assert page.locator(".incident details[open]").count() == 1
    with open_node(homes.read(folder)) as node:
        Peers(node.home).remove("EST")
    wait_for_text(page, ".contacts", "no address of its node")
    assert page.evaluate("window.stayed")


# --- Live ---------------------------------------------------------------------------------------------------------------


def test_a_report_of_another_process_comes_into_the_table_and_its_verdict_after(page, visit, append):
    visit(DAY)
    page.evaluate(
        """() => new MutationObserver(() => (window.came ||= document.querySelector("#matrix .arrival")?.textContent))
          .observe(document.querySelector("#matrix tbody"), { childList: true })"""
    )
    append(report("L1", "North Depot"))
    wait_for_text(page, "#matrix", "North Depot")
    page.wait_for_selector("#matrix a.opens:has-text('North Depot')")
    came = page.evaluate("window.came")
    assert "just in" in came
    assert "70" in came
    assert page.locator("#matrix .arrival").count() == 0
    assert "1 new entry" in page.inner_text("#live")
    assert page.evaluate("window.stayed")


def test_scroll_focus_map_and_slider_stay_where_they_were(page, visit, append):
    page.set_viewport_size({"width": 1440, "height": 500})
    visit(DAY)
    page.evaluate("document.querySelector('#map canvas').mark = 'same'")
    page.locator("#matrix a.opens").first.focus()
    fact = page.evaluate("document.activeElement.dataset.fact")
    scrolled = page.evaluate("window.scrollY")
    append(report("L2", "Glass Bay"))
    page.wait_for_selector("#matrix a.opens:has-text('Glass Bay')")
    assert page.evaluate("document.activeElement.dataset.fact") == fact
    assert page.evaluate("window.scrollY") == scrolled
    assert page.evaluate("document.querySelector('#map canvas').mark") == "same"
    assert page.input_value("#as-of") == "2031-06-12"
    page.focus("#day")
    append({**report("L3", "South Pier"), "reported_at": "2031-06-12"})
    page.wait_for_selector("#matrix a.opens:has-text('South Pier')")
    assert page.evaluate("document.activeElement.id") == "day"
    page.keyboard.press("ArrowLeft")
    wait_for_text(page, "#bottom-line", "By 11 June 2031")
    assert "South Pier" not in page.inner_text("#matrix")


def test_the_slider_reaches_a_day_that_a_new_report_brings(page, visit, append):
    visit(DAY)
    longest = int(page.get_attribute("#day", "max"))
    append({**report("L4", "East Mole"), "reported_at": "2031-06-20"})
    page.wait_for_function("longest => Number(document.querySelector('#day').max) > longest", arg=longest)
    assert page.input_value("#as-of") == "2031-06-12"
    page.focus("#day")
    page.keyboard.press("End")
    wait_for_text(page, "#bottom-line", "By 20 June 2031")
    page.wait_for_selector("#matrix a.opens:has-text('East Mole')")


def test_an_open_drawer_is_left_open_and_the_new_is_offered(page, visit, append):
    visit(DAY)
    page.locator("#matrix a.opens").first.click()
    page.wait_for_selector("#drawer[open] h2")
    append(report("L5", "West Quay"))
    show = page.locator("#live button")
    show.wait_for()
    assert "1 new entry" in page.inner_text("#live")
    assert "West Quay" not in page.inner_text("#matrix")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    show.click()
    page.wait_for_selector("#matrix a.opens:has-text('West Quay')")
    assert page.locator("#drawer[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement !== document.body")


def test_who_types_is_not_disturbed(page, visit, append):
    visit("/compare?as_of=2031-06-12")
    page.focus("#q")
    page.keyboard.type("lamp")
    append(report("L6", "Lamp Cape"))
    page.locator("#live button").wait_for()
    assert page.input_value("#q") == "lamp"
    assert page.evaluate("document.activeElement.id") == "q"


def test_what_was_chosen_and_not_sent_is_not_lost(page, visit, append):
    visit("/release")
    page.get_by_label("BOR Borea").check()
    append(report("L7", "Ice Shelf"))
    page.locator("#live button").wait_for()
    assert page.get_by_label("BOR Borea").is_checked()


def test_a_hidden_page_does_not_listen_and_catches_up_when_it_is_seen_again(page, visit, append):
    visit(DAY)
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", { value: true, configurable: true });
          document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    append(report("L8", "Far Point"))
    page.wait_for_timeout(700)
    assert "Far Point" not in page.inner_text("#matrix")
    page.evaluate("""() => { delete document.hidden; document.dispatchEvent(new Event("visibilitychange")); }""")
    page.wait_for_selector("#matrix a.opens:has-text('Far Point')")


def test_hostile_words_that_come_live_stay_text(page, visit, append):
    visit(DAY)
    append(report("L9", "<img src=x onerror=alert(1)>"))
    page.wait_for_selector("#matrix a.opens:has-text('onerror')")
    assert page.locator("#matrix img").count() == 0
