"""A session of sealed answers between three real nodes, each in a browser of its own: asked, sealed, opened, discussed, signed."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from consilience.node import home as homes
from consilience.node.circles import Circles
from consilience.node.node import open_node
from consilience.node.peers import Peers
from consilience.node.sessions import standings
from tests.browser.conftest import REPORT_CSP
from tests.simulator import Clock, alliance, row

CODES = ("AUR", "BOR", "CAL")
WIDTHS = (390, 1440)
START_SECONDS = 60
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(chromium, tmp_path_factory):
    """The homes of three nodes that know each other; each told the others one claim."""
    found = tmp_path_factory.mktemp("rounds")
    with alliance(found) as allies:
        allies.clock = Clock(datetime.now(UTC) - timedelta(hours=2))
        allies.join(*CODES)
        for code in CODES:
            others = [other for other in CODES if other != code]
            allies.record(
                code, row(f"{code[0]}1", f"REL TO {', '.join(others)}", partner=code, best="400", place=f"Lamp {code}")
            )
            for other in others:
                allies.release(code, other)
    return found


@pytest.fixture(scope="module")
def nodes(folder):
    """`consilience serve` over each home: its pages, and the link to act on them."""
    with ExitStack() as stack:
        ports = [stack.enter_context(socket.socket()) for _ in CODES]
        for each in ports:
            each.bind(("127.0.0.1", 0))
        addresses = {code: each.getsockname()[1] for code, each in zip(CODES, ports, strict=True)}
        for each in ports:
            each.close()
        for code in CODES:
            home = homes.read(folder / code)
            Circles(home).join(CODES)
            for other in CODES:
                if other != code:
                    Peers(home).place(other, f"https://127.0.0.1:{addresses[other]}")
        yield {code: stack.enter_context(served(folder / code, addresses[code])) for code in CODES}


@contextmanager
def served(home, port):
    """The pages of a node that exchanges, and its link; read from what it says."""
    command = [sys.executable, "-m", "consilience", "serve", "--home", str(home), "--exchange", f"127.0.0.1:{port}",
               "--every", "1", "--port", "0"]  # fmt: skip
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said, ready = [], threading.Event()

    def listen():
        for line in process.stderr:
            said.append(line)
            if "To act on them" in line:
                ready.set()
        ready.set()

    threading.Thread(target=listen, daemon=True).start()
    try:
        assert ready.wait(START_SECONDS), said
        text = "".join(said)
        pages, link = re.search(r"Pages at (\S+)", text), re.search(r"To act on them, once: (\S+)", text)
        assert pages, said
        assert link, said
        yield pages[1], link[1]
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def people(nodes, browser, browser_context_args):
    """A page for each node, in a browser that has opened the node's link; what goes wrong in one fails the test."""
    wrong: list[str] = []
    with ExitStack() as stack:
        pages = {}
        for code, (url, link) in nodes.items():
            context = browser.new_context(**browser_context_args)
            stack.callback(context.close)
            page = context.new_page()
            page.add_init_script(REPORT_CSP)
            page.on("console", lambda message: heard(message, wrong))
            page.on("pageerror", lambda error: wrong.append(str(error)))
            context.on(
                "request",
                lambda request, url=url: request.url.startswith((f"{url}/", "data:")) or wrong.append(request.url),
            )
            page.goto(link)
            assert page.url == f"{url}/rounds"
            pages[code] = page
        yield pages
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def reads_plainly(browser, browser_context_args):
    """What a browser without JavaScript shows at an address."""

    def read(address):
        with closing(browser.new_context(**{**browser_context_args, "java_script_enabled": False})) as context:
            page = context.new_page()
            page.goto(address)
            return page.inner_text("main")

    return read


def heard(message, wrong):
    """Console errors are faults; that a form was refused is what one of them is about."""
    if message.type == "error" and "status of 422" not in message.text:
        wrong.append(message.text)


def fill(page, percent, word, rest, confidence, **more):
    """Fill the answer form: so many percent yes."""
    page.fill("[name=percent-yes]", str(percent))
    page.fill("[name=percent-no]", str(100 - percent))
    page.select_option("[name=word-yes]", word)
    page.select_option("[name=word-no]", rest)
    page.check(f"[name=confidence][value={confidence}]")
    for name, text in more.items():
        page.fill(f"[name={name}]", text)


def press(page, act):
    page.click(f"button[name=act][value={act}]")


def wait(page, selector, words):
    page.wait_for_function(
        "([selector, words]) => document.querySelector(selector)?.textContent.includes(words)",
        arg=[selector, words], timeout=60_000,
    )  # fmt: skip


def look(page, name, shots):
    """No sideways scrolling and nothing that axe finds, wide and narrow."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        if shots:
            page.screenshot(path=shots / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


def asked(aur, shots):
    """Aurelia asks the two others; the session's id."""
    for name, text in {
        "text": "Will the ridge be crossed before August?", "name": "crossing", "hypotheses": "yes = it is crossed",
        "rest": "no = it is not", "horizon": "2099-08-01", "threshold": "yes = 20",
    }.items():  # fmt: skip
        aur.fill(f"[name={name}]", text)
    aur.check("[name=with][value=BOR]")
    aur.check("[name=with][value=CAL]")
    look(aur, "ask", shots)
    aur.click("form.ask button.main")
    aur.wait_for_selector(".stages")
    return re.search(r"/rounds/([0-9a-f]{64})", aur.url)[1]


def refused(page, shots):
    """Numbers that do not fit are refused with those that would, and nothing that was typed is lost."""
    fill(page, 30, "unlikely", "likely", "low", linchpins="the ford stays open")
    page.fill("[name=percent-no]", "60")
    wait(page, "#sum", "90")
    press(page, "seal")
    page.wait_for_selector("#refusal")
    assert "a sum of 90 %" in page.inner_text("#refusal")
    assert page.input_value("[name=linchpins]") == "the ford stays open"
    look(page, "refused", shots)
    press(page, "fit")
    page.wait_for_selector(".refusal.fits")
    assert page.input_value("[name=percent-yes]") == "35"


def sealed(page):
    press(page, "seal")
    wait(page, ".came", "Sealed")


def each_presses(pages, act, words):
    """Each, once its page offers it by itself."""
    for page in pages:
        page.wait_for_selector(f"button[value={act}]", timeout=60_000)
        press(page, act)
        wait(page, ".came", words)


def first_round(aur, bor, cal, shots):
    """All seal, and nobody sees what; then each opens."""
    for page in (bor, cal):  # the question came without a reload
        wait(page, "main", "Will the ridge be crossed")
        page.click("text=Will the ridge be crossed before August?")
        page.wait_for_selector("#answer")
    refused(bor, shots)
    fill(bor, 31, "unlikely", "likely", "low")
    sealed(bor)
    fill(aur, 33, "unlikely", "likely", "moderate", dissent="one desk sees it at 50")
    aur.check("[name=claim][value=A1]")
    sealed(aur)
    wait(cal, ".statuses", "AURsealed")
    wait(cal, ".statuses", "BORsealed")
    assert not re.search("31|33", cal.inner_text("#round-1"))
    look(cal, "sealing", shots)
    fill(cal, 75, "likely", "unlikely", "high", would_change="a withdrawal that satellites show")
    sealed(cal)
    each_presses((aur, bor, cal), "reveal", "Opened")
    for page in (aur, bor, cal):
        wait(page, "#round-1", "Different conclusions")
        assert "75 %" in page.inner_text("#round-1 table")
        assert "Stands apart: CAL" in page.inner_text("#round-1 .dissent")


def second_round(aur, bor, cal):
    """They talk, answer once more, open, and sign; the digest that each page shows."""
    bor.fill("#note-text", "The ford is under water since Monday. <script>alert(1)</script>")
    press(bor, "note")
    wait(cal, "main", "The ford is under water since Monday. <script>")
    for page, percent in ((aur, 30), (bor, 32), (cal, 40)):
        page.wait_for_selector("#answer")
        fill(page, percent, "unlikely", "likely", "moderate")
        sealed(page)
    each_presses((aur, bor, cal), "reveal", "Opened")
    each_presses((aur, bor, cal), "conclude", "Signed")
    for page in (aur, bor, cal):
        wait(page, ".result", "each of these partners signed this result")
    return {page.inner_text(".result .digest") for page in (aur, bor, cal)}


def test_three_nodes_hold_a_session_through_browsers_and_sign_one_result(people, folder, nodes, reads_plainly):
    shots = Path(os.environ["SHOTS"]) if os.environ.get("SHOTS") else None
    three = [people[code] for code in CODES]
    session = asked(three[0], shots)
    first_round(*three, shots)
    digests = second_round(*three)
    assert len(digests) == 1
    look(three[2], "result", shots)
    for path in ("/rounds", f"/rounds/{session}"):
        plain = reads_plainly(nodes["CAL"][0] + path)
        assert "Will the ridge be crossed before August?" in plain
        assert "cannot be told" in plain
    # The command line says the same of the same session, and so does each node's ledger.
    for code in CODES:
        done = subprocess.run(
            [sys.executable, "-m", "consilience", "conclude", session[:12], "--json", "--home", str(folder / code)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert {json.loads(done.stdout)["digest"]} == digests
        with open_node(homes.read(folder / code)) as node:
            (found,) = standings(node)
            assert {code: signed.result for code, signed in found.signed.items()} == dict.fromkeys(CODES, *digests)
