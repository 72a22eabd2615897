"""Serving on this machine: the address is told when it answers, a taken port is named, Ctrl-C is quiet."""

import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request

import pytest

from consilience.errors import UsageError
from consilience.web.server import serve
from consilience.web.site import Site

PROGRAM = textwrap.dedent("""
    from pathlib import Path
    from consilience.desk import Desk
    from consilience.web.server import serve
    from consilience.web.site import Site
    serve(Site(Desk.read([Path({file!r})])), "127.0.0.1", 0, lambda address: print(address, flush=True))
    print("ended", flush=True)
""")


def test_taken_port_is_named_with_the_next_step(desk):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}: found already in use.*--port 0"):
            serve(Site(desk), "127.0.0.1", port, lambda _: None)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("no.such.name.invalid", 0), ("127.0.0.1", 70_000)])
def test_address_that_is_not_ours_is_refused(desk, host, port):
    with pytest.raises(UsageError):
        serve(Site(desk), host, port, lambda _: None)


def test_ctrl_c_ends_without_a_word(tmp_path):
    file = tmp_path / "ours.csv"
    file.write_text(
        "claim_id,partner,modality,phenomenon,reported_at\nC1,UKR,observed,personnel,2021-12-03\n", encoding="utf-8"
    )
    server = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-c", PROGRAM.format(file=str(file))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = server.stdout.readline().strip()
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310  this machine's own
            assert answer.status == 200
        started = time.monotonic()
        server.send_signal(signal.SIGINT)
        out, err = server.communicate(timeout=15)
    finally:
        server.kill()
    assert server.returncode == 0
    assert out.strip() == "ended"
    assert err == ""
    assert time.monotonic() - started < 10
