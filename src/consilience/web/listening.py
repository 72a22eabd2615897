"""Listening: a socket on this machine, or why there is none; apart from the pages, which a bare TAXII server does without."""

from __future__ import annotations

import errno
import socket

from consilience.errors import UsageError

_PORTS = range(65_536)
_BACKLOG = 2048


def listening(host: str, port: int) -> socket.socket:
    """A socket to which clients can connect from now on; `port` 0 is any that is free.

    Raises:
        UsageError: the port is taken, or the address is none of this machine.
    """
    if port not in _PORTS:  # getaddrinfo takes 70000 for 4464
        raise UsageError(f"port {port}", "a number that is no port", "0 to 65535", "Use --port 0 to take any free one.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # With its protocol, without which asyncio leaves Nagle's delay on.
        found = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"host {host}", str(error), "an address of this machine", "Use --host 127.0.0.1.") from error
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(_BACKLOG)  # of two that are bound to one port, only this tells the second
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            free = "Use --port 0 to take any free port, or end what listens there."
            raise UsageError(f"port {port}", "already in use", "a free port", free) from error
        raise UsageError(
            f"{host}, port {port}", str(error), "an address and a port open to you", "Try --port 0."
        ) from error
    return found
