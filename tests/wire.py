"""Wires between nodes in one process: a partner's node asked over a transport that loses, repeats and cuts as seeded."""

import random
from dataclasses import dataclass, field

import httpx2

from consilience.exchange.call import Caller, Patience
from consilience.exchange.link import Link
from consilience.model.identity import PartnerId
from consilience.node.peers import Peer, Peers
from consilience.node.sync import sync
from consilience.web.sidecar import Asked, Sidecar, name_of


@dataclass
class Weather:
    """How the network is: chances of each fault, and which pairs cannot reach each other."""

    seed: int = 0
    lost: float = 0.0  # the request never arrives
    mute: float = 0.0  # it is done, and the answer is lost
    twice: float = 0.0  # it arrives twice
    busy: float = 0.0  # 503
    cut: set = field(default_factory=set)  # frozensets of two codes

    def __post_init__(self):
        self.random = random.Random(self.seed)  # noqa: S311  a seeded fault is no secret

    def strikes(self, chance):
        return self.random.random() < chance


CALM = Weather()


class Wire(httpx2.BaseTransport):
    """From one node to another, as the server knows the asker by its certificate."""

    def __init__(self, asker, node, weather=CALM):
        self.asker, self.node, self.weather = PartnerId(asker), node, weather
        self.requests = []

    def handle_request(self, request):
        weather = self.weather
        if frozenset({self.asker, self.node.partner}) in weather.cut or weather.strikes(weather.lost):
            raise httpx2.ConnectError("no route", request=request)
        if weather.strikes(weather.busy):
            return httpx2.Response(503, request=request)
        answer = self._answer(request)
        if weather.strikes(weather.twice):
            answer = self._answer(request)
        if weather.strikes(weather.mute):
            raise httpx2.ReadError("connection reset", request=request)
        return answer

    def _answer(self, request):
        name = name_of(request.url.path)
        self.requests.append((request.method, name, dict(request.url.params)))
        sidecar = Sidecar(self.node)
        status = sidecar.takes(request.method, name)
        if status != 200:
            return httpx2.Response(status, request=request)
        asked = Asked(self.asker, request.method, name, dict(request.url.params), request.read())
        said = sidecar.answer(asked)
        headers = {"Content-Type": said.media, **said.headers}
        return httpx2.Response(said.status, headers=headers, stream=httpx2.ByteStream(said.body), request=request)


def link(asker, node, weather=CALM, tries=4):
    """A link of one partner to another's node."""
    http = httpx2.Client(transport=Wire(asker, node, weather))
    return Link("https://node.example", Caller(http, Patience(tries=tries)))


def fetch(nodes, asker, of, weather=CALM):
    """One sync of one node with another."""
    node = nodes[asker]
    peers = Peers(node.home)
    if not any(peer.partner == of for peer in peers):
        peers.put(Peer(PartnerId(of), "https://node.example"))
    return sync(node, peers.get(of), link(asker, nodes[of], weather), peers)
