"""Host: the exchange of one node on a socket, probed as a stranger would before any partner is let in."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import RLock

import httpx2

from consilience.errors import ConsilienceError
from consilience.exchange.link import PATH
from consilience.exchange.taxii.quota import Quota
from consilience.exchange.taxii.store import Store
from consilience.node.home import Home
from consilience.node.node import Node, open_node
from consilience.node.opening import Clock, signing_time, utc_now
from consilience.node.outlet import Outlet
from consilience.trust.certificate import certify, client_context, server_context, trust
from consilience.trust.keys import SigningKey
from consilience.web.exchange import Exchange
from consilience.web.listening import listening
from consilience.web.partners import Partners
from consilience.web.taxii.app import taxii_app
from consilience.web.taxii.service import Options, Service
from consilience.web.tls import Listener

_PROBED = (PATH + "proofs?since=0", PATH + "head", "/taxii2/", "/node/collections/")
_TIMEOUT = httpx2.Timeout(10.0)
_RENEWED = timedelta(days=1)


class UnguardedError(ConsilienceError):
    """A listener that lets strangers in: it is ended at once."""

    exit_code = 4


@dataclass(slots=True)
class Hosted:
    """An exchange that listens: where, and what to do when the roster has grown."""

    node: Node
    listener: Listener
    tls: ssl.SSLContext
    host: str
    turn: RLock
    _version: int
    _renewal: float

    @property
    def url(self) -> str:
        """Where partners reach it, if `host` is what they call this machine."""
        return f"https://{f'[{self.host}]' if ':' in self.host else self.host}:{self.listener.port}"

    def follow(self) -> None:
        """Let in who has joined the roster, and show a fresh certificate each day. Cheap: call it often."""
        with self.turn:
            roster, now = self.node.roster, self.node.clock()
            signer = self.node.signer if now.timestamp() > self._renewal else None
        if roster.version != self._version:
            trust(self.tls, roster)
            self._version = roster.version
        if signer is not None:
            certify(signer, self.node.partner, _names(self.host), now).load_into(self.tls)
            self._renewal = (now + _RENEWED).timestamp()


@contextmanager
def hosted(
    home: Home, host: str, port: int, clock: Clock = utc_now, environment: Mapping[str, str] = os.environ
) -> Iterator[Hosted]:
    """Serve the exchange of a home's node until the block is left, in a thread of its own with a node of its own.

    Raises:
        SettingsError: the environment has no number where it bounds an inbox.
        OwnKeyError: our own key does not hold now.
        UsageError: the address is taken, or is none of this machine.
        UnguardedError: it answered somebody whom it cannot know.
    """
    options = Options(deletes=False, quota=Quota.read(environment))
    with ExitStack() as stack:
        node = stack.enter_context(open_node(home, clock))
        now = node.clock()
        signing_time(home, node.roster, node.signer, now, past=False)
        credential = certify(node.signer, node.partner, _names(host), now)
        tls = server_context(credential, node.roster)
        turn = RLock()
        store = Store.open(home.exchange)
        stack.callback(store.close)
        taxii = taxii_app(Service(store, Partners(node, Outlet(node, store)), options), threads=True)
        exchange = Exchange(node, turn, taxii)
        stack.callback(exchange.close)
        bound = listening(host, port)
        found = Hosted(
            node, Listener(exchange, bound, tls), tls, host, turn, node.roster.version, (now + _RENEWED).timestamp()
        )
        stack.callback(found.listener.close)
        probe(found, bound)
        exchange.open()
        yield found


def _names(host: str) -> list[str]:
    """Under which names a node answers: where it listens everywhere, those that this machine has."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104  compared, not bound to
        return [host]
    return list(dict.fromkeys((socket.getfqdn(), socket.gethostname(), "localhost", "127.0.0.1")))


def probe(found: Hosted, bound: socket.socket) -> None:
    """Ask as a stranger does: without a certificate, and with one of nobody's; both must be refused.

    Nobody is served meanwhile: whoever is taken for a partner is answered 503, here too, where that is a fault.

    Raises:
        UnguardedError: one of them was answered.
    """
    address = bound.getsockname()[0]
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104  asked of ourselves
    base = f"https://{f'[{local}]' if ':' in local else local}:{found.listener.port}"
    own = found.node.roster.member(found.node.partner)
    keys = own.keys if own else ()
    now = found.node.clock()
    with httpx2.Client(verify=client_context(None, keys, now), trust_env=False, timeout=_TIMEOUT) as nobody:
        for path in _PROBED:
            status = nobody.get(base + path).status_code
            if status not in (401, 404):
                raise _unguarded(f"status {status} for {path} without a certificate", "401")
    stranger = certify(SigningKey.generate(), found.node.partner, [], now)
    with httpx2.Client(verify=client_context(stranger, keys, now), trust_env=False, timeout=_TIMEOUT) as strange:
        try:
            status = strange.get(base + _PROBED[0]).status_code
        except httpx2.TransportError:
            return
        if status != 401:
            raise _unguarded(f"status {status} for a stranger's certificate", "the end of the handshake, or 401")


def _unguarded(found: str, expected: str) -> UnguardedError:
    return UnguardedError(
        "exchange", found, expected, "It was ended: report this, and serve nothing until it is mended."
    )
