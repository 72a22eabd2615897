"""Partners reach each other's nodes by mutual TLS and nobody else does; revocation takes effect at the next request."""

import asyncio
import base64
import os
import socket
import ssl
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import RLock

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from consilience.exchange.call import UnreachableError
from consilience.exchange.link import PATH
from consilience.node.connect import connected
from consilience.node.node import open_node
from consilience.node.peers import Peer, Peers
from consilience.node.sync import sync
from consilience.node.tokens import Tokens
from consilience.trust.certificate import certify, client_context
from consilience.trust.keys import SigningKey
from consilience.trust.roster import with_keys_closed
from consilience.web import exchange, host, tls
from consilience.web.door import Door
from consilience.web.gatekeeper import Gatekeeper, source_of
from consilience.web.host import UnguardedError, hosted
from consilience.web.listening import listening
from consilience.web.tls import PROTOCOLS
from consilience.web.turnstile import RUNNING, WAITING
from tests import loop
from tests.simulator import Clock, alliance, row


@pytest.fixture
def two(tmp_path):
    """Aurelia and Borea, by this machine's clock, which TLS reads too."""
    with alliance(tmp_path) as found:
        found.clock = Clock(datetime.now(UTC))
        found.join("AUR", "BOR")
        found.record("AUR", row("A1", "REL TO BOR"), row("A2", "REL TO BOR"), row("A3"))
        found.release("AUR", "BOR")
        yield found


@pytest.fixture
def served(two):
    """Aurelia's exchange on loopback."""
    with hosted(two["AUR"].home, "127.0.0.1", 0, two.clock) as found:
        yield found


def asked(served, credential=None, path=PATH + "proofs?since=0", **how):
    """What a client with some certificate is answered."""
    own = served.node.roster.member("AUR").keys
    tls = client_context(credential, own, served.node.clock())
    with httpx2.Client(verify=tls, trust_env=False, headers=how.pop("headers", {})) as http:
        return http.request(how.pop("method", "GET"), served.url + path, **how)


def borea(two):
    return certify(two["BOR"].signer, "BOR", [], two.clock())


def test_a_partner_syncs_over_mutual_tls(two, served):
    peers = Peers(two["BOR"].home)
    peer = peers.place("AUR", served.url)
    with connected(two["BOR"], peer) as link:
        done = sync(two["BOR"], peer, link, peers)
    assert (done.new, done.refused, done.trouble, done.alarm, done.witnessed) == (2, [], "", "", 2)


@pytest.mark.parametrize("path", ["proofs", "head", "nowhere", "", "../../etc/passwd", "%00", "proofs/../head"])
def test_nobody_is_answered_without_a_certificate(served, path):
    assert asked(served, path=PATH + path).status_code == 401


def test_a_strangers_certificate_ends_the_handshake(two, served):
    stranger = certify(SigningKey.generate(), "BOR", [], two.clock())
    with pytest.raises(httpx2.TransportError):
        asked(served, stranger)


def test_revocation_takes_effect_at_the_next_request_of_an_open_connection(two, served):
    own = served.node.roster.member("AUR").keys
    tls = client_context(borea(two), own, two.clock())
    with httpx2.Client(verify=tls, trust_env=False) as http:
        assert http.get(served.url + PATH + "proofs").status_code == 200
        two["AUR"].adopt(lambda roster, now: with_keys_closed(roster, "BOR", now))  # by another process
        assert http.get(served.url + PATH + "proofs").status_code == 401


def test_a_partner_who_joins_is_let_in_without_a_restart(two, served):
    two.join("CAL")
    credential = certify(two["CAL"].signer, "CAL", [], two.clock())
    with pytest.raises(httpx2.TransportError):
        asked(served, credential)
    served.follow()
    assert asked(served, credential).status_code == 200


def test_a_server_in_a_partners_place_is_not_talked_to(two, served):
    two.join("CAL")
    peer = Peers(two["BOR"].home).place("CAL", served.url)
    with connected(two["BOR"], peer) as link, pytest.raises(UnreachableError):
        link.lines(0)


@pytest.mark.parametrize(
    ("query", "status"),
    [("since=x", 400), ("since=-1", 400), ("since=99999999999999999999", 400), ("since=7", 200), ("most=0", 200)],
)
def test_odd_questions_are_answered_by_name(two, served, query, status):
    assert asked(served, borea(two), PATH + "proofs?" + query).status_code == status


def test_methods_and_addresses_that_are_none_are_said_to_be(two, served):
    assert asked(served, borea(two), PATH + "proofs", method="DELETE").status_code == 405
    assert asked(served, borea(two), PATH + "nothing").status_code == 404
    assert asked(served, borea(two), PATH + "head?since=9").status_code == 400
    assert asked(served, borea(two), PATH + "head", method="POST", content=b"\xff\x00").status_code == 400
    assert asked(served, borea(two), PATH + "proofs", method="HEAD").text == ""


def test_what_is_pushed_is_verified_line_by_line(two, served):
    answer = asked(served, borea(two), PATH + "proofs", method="POST", content=b'{"a":1}\nnonsense\n\n')
    assert answer.status_code == 200
    assert (answer.json()["new"], len(answer.json()["refused"])) == (0, 2)


def test_a_flood_is_cut_off(two, served, monkeypatch):
    monkeypatch.setattr(exchange, "MOST_BYTES", 1000)
    assert asked(served, borea(two), PATH + "proofs", method="POST", content=b"x" * 1001).status_code == 413


def test_a_large_answer_is_packed(two, served):
    answer = asked(served, borea(two))
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["x-consilience-size"] == "2"


@pytest.mark.parametrize("http", sorted(PROTOCOLS))
def test_either_reader_of_http_shows_the_certificate(two, monkeypatch, http):
    right = host.Listener
    monkeypatch.setattr(host, "Listener", lambda app, bound, tls: right(app, bound, tls, http))
    with hosted(two["AUR"].home, "127.0.0.1", 0, two.clock) as found:
        assert asked(found, borea(two)).status_code == 200


def test_an_exchange_that_answers_strangers_is_ended_before_anybody_is_told(two, monkeypatch):
    monkeypatch.setattr(Door, "who", lambda *_: "BOR")
    with (
        pytest.raises(UnguardedError, match="without a certificate"),
        hosted(two["AUR"].home, "127.0.0.1", 0, two.clock),
    ):
        pass


def test_a_token_is_a_second_factor_and_alone_only_where_it_was_issued_so(two):
    with open_node(two["AUR"].home, two.clock) as node:
        watch = Door(node)
        tokens = Tokens(node.home)
        text = tokens.issue("BOR", two.clock(), alone=False)
        shown = certificate(two)
        basic = "Basic " + base64.b64encode(f"BOR:{text}".encode()).decode()
        assert watch.who(shown, None) == "BOR"
        assert watch.who(shown, f"Bearer {text}") == "BOR"
        assert watch.who(shown, basic) == "BOR"
        assert watch.who(None, f"Bearer {text}") is None
        assert watch.who(shown, "Bearer wrong") is None
        assert watch.who(shown, "Basic !!") is None
        assert watch.who(shown, basic.replace("Basic", "Digest")) is None
        alone = tokens.issue("BOR", two.clock(), alone=True)
        assert watch.who(None, f"Bearer {alone}") == "BOR"
        assert watch.who(None, f"Bearer {text}") is None  # the earlier one ended
        assert tokens.revoke("BOR")
        assert watch.who(None, f"Bearer {alone}") is None


def test_a_token_beside_another_partners_certificate_is_nobodys(two):
    two.join("CAL")
    with open_node(two["AUR"].home, two.clock) as node:
        text = Tokens(node.home).issue("CAL", two.clock(), alone=True)
        assert Door(node).who(certificate(two), f"Bearer {text}") is None


def certificate(two):
    """Borea's certificate as a server sees it."""
    return x509.load_pem_x509_certificate(borea(two).pem).public_bytes(Encoding.DER)


def test_a_peer_without_a_key_is_named_with_the_way_out(two):
    two.introduce(two["BOR"], "XYZ")
    with pytest.raises(Exception, match="partner add XYZ --key"), connected(two["BOR"], Peer("XYZ", "https://x")):
        pass


class Body:
    """A body in parts, after the last of which nothing comes any more; counts how often it was asked for."""

    def __init__(self, *parts):
        self.parts, self.read = list(parts), 0

    async def __call__(self):
        self.read += 1
        if not self.parts:
            await asyncio.sleep(3600)
        return {"type": "http.request", "body": self.parts.pop(0), "more_body": True}


@pytest.fixture
def pushed(two):
    """The statuses of several requests by Borea at once, each with a body."""
    token = Tokens(two["AUR"].home).issue("BOR", two.clock(), alone=True)
    app = exchange.Exchange(two["AUR"], RLock(), None)
    app.open()

    async def one(body, headers):
        sent = []

        async def keep(message):
            sent.append(message)

        raw = [(name.encode(), text.encode()) for name, text in headers.items()]
        scope = {"type": "http", "method": "POST", "path": PATH + "proofs", "query_string": b"", "headers": raw}
        await app(scope, body, keep)
        return sent[0]["status"]

    async def gathered(bodies, headers):
        return await asyncio.gather(*(one(body, headers) for body in bodies))

    def ask(*bodies, **headers):
        told = {name.replace("_", "-"): text for name, text in headers.items()}
        return loop.run(gathered(bodies, {"authorization": f"Bearer {token}", **told}))

    return ask


@pytest.mark.parametrize("length", [str(exchange.MOST_BYTES + 1), "9" * 4000, "-1", "ten", "1e3"])
def test_a_body_that_is_announced_too_large_is_refused_unread(pushed, length):
    body = Body(b"x")
    assert pushed(body, content_length=length) == [413]
    assert body.read == 0


def test_a_body_without_end_is_read_no_further_than_is_taken(pushed):
    body = Body(*[b"x" * (1 << 20)] * 100)
    assert pushed(body) == [413]
    assert body.read == (exchange.MOST_BYTES >> 20) + 1


def test_many_bodies_of_one_partner_are_read_two_at_a_time_and_a_stalled_one_ends(pushed, monkeypatch):
    monkeypatch.setattr(exchange, "_IDLE_SECONDS", 0.2)
    held, most = set(), 0

    class Counted(Body):
        async def __call__(self):
            nonlocal most
            held.add(id(self))
            most = max(most, len(held))
            try:
                return await super().__call__()
            finally:
                if not self.parts and self.read > 1:
                    held.discard(id(self))

    assert pushed(*(Counted(b"x" * 1000) for _ in range(6))) == [408] * 6
    assert most == 2


@pytest.mark.parametrize("http", PROTOCOLS)
@pytest.mark.parametrize(
    "said", [b"", b"GET /consilience/1/head HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "half a head"]
)
def test_a_connection_that_asks_nothing_is_ended_and_one_that_asks_is_kept(two, monkeypatch, http, said):
    right = host.Listener
    monkeypatch.setattr(host, "Listener", lambda app, bound, tls: right(app, bound, tls, http))
    monkeypatch.setattr(tls, "_IDLE_SECONDS", 0.5)
    with hosted(two["AUR"].home, "127.0.0.1", 0, two.clock) as served:
        context = client_context(None, served.node.roster.member("AUR").keys, two.clock())
        context.check_hostname = False
        with (
            httpx2.Client(
                verify=client_context(borea(two), served.node.roster.member("AUR").keys, two.clock())
            ) as kept,
            socket.create_connection(("127.0.0.1", served.listener.port)) as raw,
            context.wrap_socket(raw) as idle,
        ):
            idle.settimeout(0.1)
            idle.sendall(said)
            ended = False
            for _ in range(200):
                assert kept.get(served.url + PATH + "proofs").status_code == 200
                with suppress(TimeoutError):
                    ended = ended or idle.recv(1) == b""
                if ended:
                    break
            assert ended


def test_a_connection_that_went_away_is_not_looked_at_again(two, monkeypatch, caplog):
    monkeypatch.setattr(tls, "_IDLE_SECONDS", 0.2)
    with hosted(two["AUR"].home, "127.0.0.1", 0, two.clock) as served:
        for _ in range(5):
            assert asked(served, borea(two), headers={"Connection": "close"}).status_code == 200
        time.sleep(0.5)  # so long that all of them would be looked at
    assert "Traceback" not in caplog.text


def test_an_answer_that_nobody_reads_is_ended_and_one_that_is_read_slowly_is_not(monkeypatch):
    monkeypatch.setattr(tls, "_IDLE_SECONDS", 1.0)
    sent = b"x" * (32 << 20)

    async def app(_scope, _receive, send):
        head = [(b"content-length", str(len(sent)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": sent})

    listener = tls.Listener(app, listening("127.0.0.1", 0), None)
    try:
        assert _read(listener.port, lambda: time.sleep(0.05)) == len(sent)
        pauses = iter([5.0])
        with suppress(ConnectionResetError):
            assert _read(listener.port, lambda: time.sleep(next(pauses, 0))) < len(sent)
    finally:
        listener.close()


def _read(port, pause):
    """How many bytes of a body come, with a pause before each piece."""
    with socket.create_connection(("127.0.0.1", port)) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        found = 0
        while True:
            pause()
            part = raw.recv(1 << 20)
            if not part:
                return found
            found += len(part.partition(b"\r\n\r\n")[2]) if not found else len(part)


# --- Attacks on the listener, by whoever reaches it ---------------------------------------------------------------------


@pytest.fixture(params=sorted(PROTOCOLS))
def plain(request):
    """A listener without TLS, by either reader of HTTP, that answers with the length of what came."""

    async def app(_scope, receive, send):
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"8")]})
        await send({"type": "http.response.body", "body": b"%8d" % size})

    listener = tls.Listener(app, listening("127.0.0.1", 0), None, request.param)
    yield listener
    listener.close()


def flooded(listener, first, piece, most):
    """How many bytes a listener takes of a request that goes on and on, before it ends the connection."""
    with socket.create_connection(("127.0.0.1", listener.port)) as raw:
        raw.settimeout(5)
        sent = 0
        try:
            raw.sendall(first)
            while sent < most:
                raw.sendall(piece)
                sent += len(piece)
            while raw.recv(1 << 16):
                pass
        except ConnectionError:
            pass
        return sent


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        (b"GET /", b"a" * 65536),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"".join(b"a%d: b\r\n" % number for number in range(8000))),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", b"b: c\r\n" * 10_000),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;", b"e" * 65536),
    ],
    ids=["address", "headers", "trailers", "extension of a chunk"],
)
def test_what_is_no_body_has_no_end_and_is_cut_off(plain, first, piece):
    assert flooded(plain, first, piece, 64 << 20) < 32 << 20  # what the kernel had taken by then is in it


def test_a_large_body_behind_a_small_head_is_taken_whole(plain):
    with httpx2.Client(trust_env=False) as http:
        url = f"http://127.0.0.1:{plain.port}/" + "x" * 8_000
        assert int(http.post(url, content=b"x" * (3 << 20)).text) == 3 << 20
        assert int(http.post(url, content=iter([b"x" * 9_000] * 50)).text) == 450_000


def test_connections_beyond_those_of_one_address_are_turned_away_and_others_are_not(monkeypatch):
    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    def asks(source):
        raw = socket.create_connection(("127.0.0.1", listener.port), 5, (source, 0))
        try:
            raw.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return raw, raw.recv(12)
        except ConnectionError:
            return raw, b""

    monkeypatch.setattr(tls, "Gatekeeper", lambda bound: Gatekeeper(bound, 5, 3))
    listener = tls.Listener(app, listening("127.0.0.1", 0), None)
    try:
        one = [asks("127.0.0.1") for _ in range(5)]
        assert [bool(said) for _, said in one] == [True] * 3 + [False] * 2
        two = [asks("127.0.0.2") for _ in range(3)]
        assert [bool(said) for _, said in two] == [True] * 2 + [False]
        for raw, _ in one:
            raw.close()
        for _ in range(100):
            again, said = asks("127.0.0.1")
            if said:
                break
            time.sleep(0.05)
        assert said
        for raw, _ in [*two, (again, b"")]:
            raw.close()
    finally:
        listener.close()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("no address", "another", False),
    ],
)
def test_one_address_is_counted_as_one_however_it_is_written(one, other, same):
    assert (source_of(one) == source_of(other)) is same


def test_who_shakes_no_hands_is_let_go(two, monkeypatch):
    monkeypatch.setattr(tls, "_SILENT_SECONDS", 0.3)
    with (
        hosted(two["AUR"].home, "127.0.0.1", 0, two.clock) as served,
        socket.create_connection(("127.0.0.1", served.listener.port), 20) as raw,
    ):
        assert raw.recv(1) == b""


# --- One partner holds up nobody else -----------------------------------------------------------------------------------


def test_a_partner_whose_requests_pile_up_is_told_to_come_again(pushed, monkeypatch):
    monkeypatch.setattr(exchange, "_IDLE_SECONDS", 0.3)
    statuses = pushed(*(Body(b"x") for _ in range(30)))
    assert sorted(set(statuses)) == [408, 429]
    assert statuses.count(429) == 30 - RUNNING - WAITING


def test_strangers_and_readers_wait_for_nobodys_turn(two):
    turn = RLock()
    token = Tokens(two["AUR"].home).issue("BOR", two.clock(), alone=True)
    app = exchange.Exchange(two["AUR"], turn, None)
    app.open()
    turn.acquire()  # by this thread; requests are answered in others
    try:
        for path in ("proofs", "head"):
            assert status_of(app, path, f"Bearer {token}") == 200
            assert status_of(app, path, "Bearer wrong") == 401
            assert status_of(app, path) == 401
    finally:
        turn.release()
        app.close()


def status_of(app, path, *authorization, receive=None):
    """The status that an application answers a GET of the sidecar with, or a POST where there is a body."""
    sent = []

    async def keep(message):
        sent.append(message)

    headers = [(b"authorization", text.encode()) for text in authorization]
    method = "GET" if receive is None else "POST"
    scope = {"type": "http", "method": method, "path": PATH + path, "query_string": b"", "headers": headers}
    loop.run(asyncio.wait_for(app(scope, receive, keep), 20))
    return sent[0]["status"]


# --- Damage, and moments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage", [b"{", b"[1]", b'[{"partner":"BOR","sha256":5,"alone":true,"since":"x"}]', b"\xff", b"[" * 9999]
)
def test_damaged_tokens_let_nobody_in_and_tell_nobody_why(two, served, damage):
    (two["AUR"].home.folder / "tokens.json").write_bytes(damage)
    for path in (PATH + "proofs", "/node/collections/"):
        answer = asked(served, borea(two), path, headers={"Authorization": "Bearer x"})
        assert (answer.status_code, "/" in answer.text) == (503, False)


def test_two_headers_that_say_who_one_is_are_refused(two, served):
    token = Tokens(two["AUR"].home).issue("BOR", two.clock(), alone=True)
    headers = [("Authorization", f"Bearer {token}"), ("Authorization", "Bearer other")]
    for path in (PATH + "proofs", "/node/collections/"):
        assert asked(served, borea(two), path, headers=headers).status_code == 400
        assert asked(served, borea(two), path, headers=headers[:1] * 2).status_code == 200


def test_a_partner_shut_out_while_it_sends_a_body_gives_nothing_any_more(two):
    tokens = Tokens(two["AUR"].home)
    token = tokens.issue("BOR", two.clock(), alone=True)
    app = exchange.Exchange(two["AUR"], RLock(), None)
    app.open()
    size = two["AUR"].ledger.size()

    async def body():
        tokens.revoke("BOR")
        return {"type": "http.request", "body": next(two["BOR"].ledger.entries()).envelope}

    assert status_of(app, "proofs", f"Bearer {token}", receive=body) == 401
    assert two["AUR"].ledger.size() == size
    app.close()


def test_tokens_put_in_place_of_others_are_read_again_though_their_time_is_the_same(two):
    tokens = Tokens(two["AUR"].home)
    file = two["AUR"].home.folder / "tokens.json"
    first = tokens.issue("BOR", two.clock(), alone=True)
    stamp = file.stat().st_mtime_ns
    kept = file.read_bytes()
    assert tokens.find(first)
    other = file.with_name("other")
    other.write_bytes(kept.replace(b"BOR", b"CAL"))
    other.replace(file)
    os.utime(file, ns=(stamp, stamp))
    assert tokens.find(first).partner == "CAL"
    file.write_bytes(b"[]")
    os.utime(file, ns=(stamp, stamp))
    assert tokens.find(first) is None


def test_no_partner_is_served_before_strangers_were_seen_to_be_refused(two):
    token = Tokens(two["AUR"].home).issue("BOR", two.clock(), alone=True)
    app = exchange.Exchange(two["AUR"], RLock(), None)
    assert status_of(app, "proofs", f"Bearer {token}") == 503
    assert status_of(app, "proofs") == 401
    app.open()
    assert status_of(app, "proofs", f"Bearer {token}") == 200
    app.close()


def test_a_fresh_certificate_is_shown_each_day(two, served):
    def shown():
        return ssl.get_server_certificate(("127.0.0.1", served.listener.port))

    first = shown()
    served.follow()
    assert shown() == first
    two.clock.now += timedelta(days=1, minutes=1)
    served.follow()
    second = shown()
    assert second != first
    served.follow()
    assert shown() == second
