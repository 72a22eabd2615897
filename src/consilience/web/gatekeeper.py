"""Gatekeeper: a listening socket that holds so many connections and no more, in all and from one address.

Connections are counted from the moment they are accepted, before TLS and before a byte is read: a stranger who shakes
no hands costs a place, too, and no more than a place.
"""

from __future__ import annotations

import ipaddress
import socket
from collections import Counter
from typing import Any

MOST = 256
"""Connections at a time; each costs about 400 KiB under TLS."""
MOST_OF_ONE = 64
"""Connections at a time from one address; of IPv6, from one network of 64 bits, which is what a household is given."""

_AT_A_TIME = 32  # connections that are turned away before the loop goes on


class _Counted(socket.socket):
    """A connection that gives its place back when it is closed."""

    gatekeeper: Gatekeeper | None = None
    source = ""

    def close(self) -> None:
        """Close it."""
        super().close()
        gatekeeper, self.gatekeeper = self.gatekeeper, None
        if gatekeeper is not None:
            gatekeeper.leave(self.source)


class Gatekeeper(socket.socket):
    """A listening socket. For the one thread that accepts from it, and closes what it accepted."""

    def __init__(self, listening: socket.socket, most: int = MOST, most_of_one: int = MOST_OF_ONE) -> None:
        """Stand before a socket that listens, which stays its owner's to close."""
        super().__init__(fileno=socket.dup(listening.fileno()))
        self._most, self._most_of_one = most, most_of_one
        self._within: Counter[str] = Counter()

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection that there is room for; those before it that there is none for are closed unread."""
        for _ in range(_AT_A_TIME):
            plain, address = super().accept()
            source = source_of(str(address[0]))
            if self._within.total() >= self._most or self._within[source] >= self._most_of_one:
                plain.close()
                continue
            found = _Counted(fileno=plain.detach())
            found.gatekeeper, found.source = self, source
            self._within[source] += 1
            return found, address
        raise BlockingIOError  # those who do have a place are served before more are turned away

    def leave(self, source: str) -> None:
        """A connection from an address is closed."""
        self._within[source] -= 1
        if not self._within[source]:
            del self._within[source]


def source_of(address: str) -> str:
    """What counts as one address: an IPv4 address, also as IPv6 writes it, or the network of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)
