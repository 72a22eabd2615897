"""Events: whoever listens is told that the ledger grew, in which process ever, and stands in nobody's way."""

import asyncio
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn

from consilience.ledger.errors import BusyError
from consilience.ledger.witness import Evidence
from consilience.model.identity import PartnerId
from consilience.node import home as homes
from consilience.node.node import open_node
from consilience.node.peers import Peer, Peers
from consilience.web.app import create_app
from consilience.web.events import Events, Rhythm
from consilience.web.site import Site
from tests.simulator import alliance, row

QUICK = Rhythm(gap=0.01, contacts=0.02, heartbeat=0.1, most=3)
SERVE = textwrap.dedent("""
    from consilience.node import home as homes
    from consilience.node.node import open_node
    from consilience.web.server import serve
    from consilience.web.site import Site
    from pathlib import Path
    with open_node(homes.read(Path({folder!r}))) as node:
        serve(Site(node.desk(), node), "127.0.0.1", 0, lambda address: print(address, flush=True))
    print("ended", flush=True)
""")


@pytest.fixture
def one(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR")
        yield found


@pytest.fixture
def node(one):
    return one["AUR"]


class Listener:
    """Whoever asks an ASGI application for events, as a server would let it."""

    def __init__(self, app, method="GET", **headers):
        self.scope = {
            "type": "http", "method": method, "path": "/events", "raw_path": b"/events", "query_string": b"",
            "headers": [(b"host", b"127.0.0.1:8321"), *((name.encode(), text.encode()) for name, text in headers.items())],
            "server": ("127.0.0.1", 8321), "client": ("127.0.0.1", 5), "scheme": "http", "root_path": "",
            "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "app": None,
        }  # fmt: skip
        self.app, self.status, self.headers, self.body = app, 0, {}, b""
        self.gone = asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): text.decode() for name, text in message["headers"]}
        else:
            self.body += message.get("body", b"")

    def __enter__(self):
        self.task = asyncio.create_task(self.app(self.scope, self.receive, self.send))
        return self

    def __exit__(self, *_):
        self.gone.set()

    async def until(self, pattern):
        """Wait until what was sent matches."""
        async with asyncio.timeout(10):
            while not re.search(pattern, self.body.decode()):
                await asyncio.sleep(0.005)

    @property
    def sizes(self):
        return [int(size) for size in re.findall(r"event: ledger\ndata: (\d+)\n\n", self.body.decode())]


def run(test):
    """In a thread of its own: Playwright, where browser tests run in the same process, has a loop in this one."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(lambda: asyncio.run(test())).result()


def test_the_size_is_told_at_once_and_when_another_process_appends(one, node):
    async def test():
        size = node.ledger.size()
        with Listener(Events(node, QUICK)) as listener:
            await listener.until("event: ledger")
            with open_node(homes.read(node.home.folder), one.clock) as other:
                one.nodes["AUR"] = other
                await asyncio.to_thread(one.record, "AUR", row("A1"))
            await listener.until(f"data: {size + 1}\n")
            assert listener.sizes == [size, size + 1]
            assert listener.body.startswith(b"retry: 2000\n\n")
            assert listener.status == 200
            assert listener.headers["content-type"].startswith("text/event-stream")
            assert listener.headers["cache-control"] == "no-store"

    run(test)


def test_evidence_and_a_contact_are_told_without_an_entry(node):
    async def test():
        with Listener(Events(node, QUICK)) as listener:
            await listener.until("event: exchange\ndata: 0 ")
            node.ledger.keep(Evidence("split view", "a", "b").written())
            await listener.until("event: exchange\ndata: 1 ")
            before = listener.body.count(b"event: exchange")
            Peers(node.home).put(Peer(PartnerId("BOR"), "https://bor.example"))
            await listener.until(rf"(?s)(event: exchange.*){{{before + 1}}}")
            assert len(listener.sizes) == 1

    run(test)


def test_a_heartbeat_is_a_comment(node):
    async def test():
        with Listener(Events(node, QUICK)) as listener:
            await listener.until(r"(?s)(: still here\n\n.*){2}")
            assert len(listener.sizes) == 1

    run(test)


def test_all_listeners_share_one_look_and_nobody_looks_when_nobody_listens(node, monkeypatch):
    looks = []
    size = node.ledger.size
    monkeypatch.setattr(node.ledger, "size", lambda *log: looks.append(1) or size(*log))

    async def test():
        events = Events(node, Rhythm(gap=0.05, heartbeat=0.1, most=20))
        with ExitStack() as stack:
            listeners = [stack.enter_context(Listener(events)) for _ in range(20)]
            for listener in listeners:
                await listener.until("event: ledger")
            looks.clear()
            started = time.monotonic()
            await asyncio.sleep(0.5)
            assert 1 <= len(looks) <= (time.monotonic() - started) / 0.05 + 1
        await asyncio.gather(*(listener.task for listener in listeners))
        assert events.listeners == 0
        looks.clear()
        await asyncio.sleep(0.2)
        assert not looks

    run(test)


def test_beyond_the_bound_nobody_is_let_in_until_somebody_goes(node):
    async def test():
        events = Events(node, QUICK)
        with Listener(events) as first, Listener(events) as second, Listener(events) as third:
            for listener in (first, second, third):
                await listener.until("event: ledger")
            with Listener(events) as fourth:
                await fourth.task
            assert fourth.status == 503
            assert int(fourth.headers["retry-after"]) >= 0
            first.gone.set()
            await first.task
            with Listener(events) as fifth:
                await fifth.until("event: ledger")
                assert fifth.status == 200

    run(test)


def test_a_page_of_another_site_is_not_told_and_takes_no_place(node):
    async def test():
        events = Events(node, QUICK)
        for site in ("cross-site", "same-site"):
            with Listener(events, **{"sec-fetch-site": site}) as listener:
                await listener.task
            assert listener.status == 403
        with Listener(events, **{"sec-fetch-site": "same-origin"}) as listener:
            await listener.until("event: ledger")

    run(test)


def test_a_database_that_does_not_answer_for_a_while_is_asked_again(node, monkeypatch):
    size = node.ledger.size
    fails = [True] * 5

    def failing(*log):
        if fails:
            fails.pop()
            raise BusyError("ledger", "busy", "free")
        return size(*log)

    monkeypatch.setattr(node.ledger, "size", failing)

    async def test():
        with Listener(Events(node, QUICK)) as listener:
            await listener.until("event: ledger")
            assert listener.sizes == [size()]

    run(test)


def test_events_are_not_gathered_by_compression(node):
    async def test():
        app = create_app(Site(node.desk(), node))
        with Listener(app, **{"accept-encoding": "gzip"}) as listener:
            await listener.until("event: ledger")
            assert "content-encoding" not in listener.headers
            assert "Content-Security-Policy".lower() in {name.lower() for name in listener.headers}
        await listener.task

    run(test)


def test_head_is_answered_and_over(node):
    async def test():
        with Listener(create_app(Site(node.desk(), node)), method="HEAD") as listener:
            async with asyncio.timeout(5):
                await listener.task
            assert listener.status == 200
            assert listener.body == b""

    run(test)


def test_the_end_of_the_server_lets_everybody_go_and_nobody_in(node):
    async def test():
        events = Events(node, Rhythm(heartbeat=600))
        with Listener(events) as listener:
            await listener.until("event: ledger")
            events.end()
            async with asyncio.timeout(5):
                await listener.task
            with Listener(events) as late:
                await late.task
            assert late.status == 503

    run(test)


# --- Over real sockets ----------------------------------------------------------------------------------------------------


@contextmanager
def connected(address):
    """A connection that listens for events, and has heard the first."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as bound:
        bound.sendall(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n")
        heard = b""
        while b"event: exchange" not in heard:
            part = bound.recv(4096)
            assert part, heard
            heard += part
        yield bound


def test_a_client_that_is_gone_leaves_its_place(node):
    app = create_app(Site(node.desk(), node))
    events = next(route.app for route in app.routes if getattr(route, "path", "") == "/events")
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=3))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            with connected(f"http://127.0.0.1:{bound.getsockname()[1]}"):
                assert events.listeners == 1
            deadline = time.monotonic() + 10
            while events.listeners and time.monotonic() < deadline:
                time.sleep(0.02)
            assert events.listeners == 0
        finally:
            server.should_exit = True
            thread.join(15)
    assert not thread.is_alive()


def test_ctrl_c_ends_without_a_word_though_pages_listen(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR")
        folder = found["AUR"].home.folder
    server = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-c", SERVE.format(folder=str(folder))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = server.stdout.readline().strip()
        with ExitStack() as stack:
            for _ in range(5):
                stack.enter_context(connected(address))
            server.send_signal(signal.SIGINT)
            out, err = server.communicate(timeout=15)
    finally:
        server.kill()
    assert (server.returncode, out.strip(), err) == (0, "ended", "")
