"""Server: a seeded store over plain HTTP until Ctrl-C, for conformance suites on this machine."""

from __future__ import annotations

import socket

import uvicorn

from consilience.exchange.taxii.store import Store
from consilience.web.taxii.app import taxii_app
from consilience.web.taxii.seeded import SeededGate
from consilience.web.taxii.service import Options, Service

_GRACE_SECONDS = 3  # for requests under way when the server is told to end


def serve_store(store: Store, bound: socket.socket, options: Options) -> None:
    """Serve a seeded store on a bound socket until Ctrl-C."""
    config = uvicorn.Config(
        taxii_app(Service(store, SeededGate(store), options)), log_level="warning", access_log=False,
        server_header=False, lifespan="off", timeout_graceful_shutdown=_GRACE_SECONDS,
    )  # fmt: skip
    with bound:
        try:
            uvicorn.Server(config).run(sockets=[bound])
        except KeyboardInterrupt:  # uvicorn has shut down and passes the signal on
            return
