"""A real Chromium on a real `consilience demo`, watched: whatever a person would not see go wrong fails the test.

Chromium is the machine's own (CONSILIENCE_CHROMIUM, or found on the PATH): nothing is downloaded. Where there is none,
the tests are skipped, and say so; under CI=true they fail instead.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

HERE = Path(__file__).parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",  # CI runs as root, where Chromium's sandbox does not start
    "--disable-dev-shm-usage",  # containers give /dev/shm too little
    "--disable-gpu",
    "--enable-unsafe-swiftshader",  # WebGL in software, so that the map's choice of engine is tested
    "--disable-quic",
    "--no-first-run",
    # Chromium's own calls home, which a closed network would refuse many at a time.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A refusal by the Content-Security-Policy becomes a console error that names what was refused.
REPORT_CSP = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP ${event.effectiveDirective} refused ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`));
"""
START_SECONDS = 120.0  # the demo compares the whole scenario before it answers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder is a browser test."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; skips the tests that need it, or fails them in CI."""
    named = os.environ.get("CONSILIENCE_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if path and shutil.which(path):
        return path
    missing = (
        f"no Chromium: CONSILIENCE_CHROMIUM is {named or 'not set'}; looked on the PATH for {', '.join(CHROMIUM_NAMES)}"
    )
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    """The machine's Chromium, headless."""
    return {**browser_type_launch_args, "executable_path": chromium, "headless": True, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """One window, one language, one clock, no animation: the same page every time."""
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "device_scale_factor": 1,
        "locale": "en-GB",
        "timezone_id": "UTC",
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="session")
def base_url(chromium: str) -> Iterator[str]:
    """The address of a demo of our own, started for this session and stopped after it; `page.goto("/")` goes there."""
    with served("demo", "--single") as url:
        yield url


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """The address of a `consilience` of our own that serves pages, stopped when the block is left."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile("w+") as log:
        command = [sys.executable, "-m", "consilience", *arguments, "--port", str(port)]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        try:
            if not answers(url, server):
                log.seek(0)
                state = "still starting" if server.poll() is None else f"ended with exit code {server.returncode}"
                pytest.fail(
                    f"{' '.join(command)} does not answer at {url}: {state}. It said:\n{log.read()}", pytrace=False
                )
            yield url
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def answers(url: str, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the address answers, whatever it answers; False if the server ends first or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


@pytest.fixture
def home(base_url: str) -> str:
    """The only address that a page may ask; a module with a server of its own says another."""
    return base_url


@pytest.fixture
def page(page: Page, home: str) -> Iterator[Page]:
    """A page that fails its test on a CSP violation, an uncaught error, a console error, or a request that leaves the node."""
    wrong: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(f"console error: {message.text} ({message.location.get('url', '')})")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{home}/", "data:", f"blob:{home}/")):
            wrong.append(f"request that leaves the node: {request.url}")

    page.add_init_script(REPORT_CSP)
    page.on("console", on_console)
    page.on("pageerror", lambda error: wrong.append(f"uncaught error: {error}"))
    page.on("crash", lambda _: wrong.append("the page crashed"))
    page.context.on("request", on_request)  # the context's: a worker's or a popup's requests count too
    yield page
    assert not wrong, "\n".join(wrong)
