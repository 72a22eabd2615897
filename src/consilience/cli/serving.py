"""Serving: the pages of a site on this machine alone, with the address told once they answer."""

from __future__ import annotations

import os
import signal
import threading
import time

from consilience.cli.reading import note
from consilience.web.server import serve
from consilience.web.site import Site

WITH_PARENT = "CONSILIENCE_WITH_PARENT"
"""The environment variable that names the process without which a server ends: one that a demonstration started."""

_HOST = "127.0.0.1"
_LOOK_SECONDS = 1.0


def serve_site(site: Site, port: int) -> None:
    """Serve until Ctrl-C; or until the process that started it is gone, however that came."""
    if os.environ.get(WITH_PARENT):
        threading.Thread(target=_follow, args=(int(os.environ[WITH_PARENT]),), daemon=True).start()
    serve(site, _HOST, port, lambda address: _announce(site, address))


def _announce(site: Site, address: str) -> None:
    """Where the pages are, and the link to act on them; each time it is used, the next one."""
    note(f"\nPages at {address}  (Ctrl-C stops)", quiet=False)
    if site.seat is not None:
        site.seat.tell = lambda link: note(f"To act in another browser, once: {address}{link}", quiet=False)
        note(f"To act on them, once: {address}{site.seat.link}", quiet=False)


def _follow(parent: int) -> None:
    """End this process as Ctrl-C does, once its parent is gone."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGINT)
