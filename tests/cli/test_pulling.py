"""What `taxii pull` sends, and to whom: a secret never leaves by a line that others read, nor by one nobody named."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from consilience.cli.pulling import Wanted, pulled
from consilience.errors import UsageError
from consilience.exchange.call import UnreachableError

SHELF = {"id": "91a7b528-80eb-42ed-a74d-c6fbd5a26116", "title": "A feed", "can_read": True}


@contextmanager
def serving(objects=()):
    """A server of one collection, which is an HTTP proxy, too; and each address it was asked for, with the secret."""
    asked = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Authorization")))
            found = {"objects": list(objects)} if "objects" in self.path else {"collections": [SHELF]}
            body = json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.fixture
def token(monkeypatch):
    monkeypatch.setenv("CONSILIENCE_TAXII_TOKEN", "SECRET")


def test_a_token_goes_to_this_machine(token, tmp_path):
    with serving([{"type": "note", "id": "note--1"}]) as (here, asked):
        assert "1 new page; 1 object" in pulled(Wanted(f"{here}/taxii2/", "", tmp_path / "feed"), quiet=True)
    assert {secret for _, secret in asked} == {"Bearer SECRET"}


@pytest.mark.parametrize("url", ["http://cti.example/taxii2/", "http://127.0.0.1.example/", "HTTP://cti.example/"])
def test_a_token_over_a_line_that_others_read_is_refused(url, token, tmp_path):
    with pytest.raises(UsageError, match="a secret to send"):
        pulled(Wanted(url, "", tmp_path / "feed"), quiet=True)


def test_a_password_over_a_line_that_others_read_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("CONSILIENCE_TAXII_PASSWORD", "SECRET")
    with pytest.raises(UsageError, match="a secret to send"):
        pulled(Wanted("http://cti.example/taxii2/", "", tmp_path / "feed", "ada"), quiet=True)


def test_a_token_to_this_machine_by_way_of_a_proxy_is_refused(token, tmp_path):
    wanted = Wanted("http://127.0.0.1/", "", tmp_path / "feed", proxy="http://proxy.example:3128")
    with pytest.raises(UsageError, match="a secret to send"):
        pulled(wanted, quiet=True)


def test_a_proxy_of_the_environment_is_not_used(monkeypatch, tmp_path):
    with serving() as (elsewhere, asked), serving() as (here, _):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, elsewhere)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "")
        pulled(Wanted(f"{here}/taxii2/", "", tmp_path / "feed"), quiet=True)
    assert asked == []


def test_the_proxy_that_is_named_is_used(tmp_path):
    with serving([{"type": "note", "id": "note--1"}]) as (proxy, asked):
        pulled(Wanted("http://cti.example/taxii2/", "", tmp_path / "feed", proxy=proxy), quiet=True)
    assert asked
    assert all(address.startswith("http://cti.example/taxii2/") for address, _ in asked)


def test_a_secret_over_https_goes_through_a_proxy_in_a_tunnel_alone(token, tmp_path):
    with serving() as (proxy, asked), pytest.raises(UnreachableError):  # it knows no CONNECT
        pulled(Wanted("https://cti.example/", "", tmp_path / "feed", proxy=proxy), quiet=True)
    assert asked == []


def test_passwords_of_a_netrc_file_are_not_sent(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ada password SECRET\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with serving() as (here, asked):
        pulled(Wanted(f"{here}/taxii2/", "", tmp_path / "feed"), quiet=True)
    assert {secret for _, secret in asked} == {None}


@pytest.mark.parametrize("proxy", ["proxy.example:3128", "ftp://proxy.example", "http://[", "socks5://127.0.0.1:1080"])
def test_a_proxy_that_is_none_is_refused(proxy, tmp_path):
    with pytest.raises(UsageError, match="--proxy"):
        pulled(Wanted("https://cti.example/", "", tmp_path / "feed", proxy=proxy), quiet=True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cti.example",
        "ftp://cti.example/",
        "https://",
        "http://[",
        "https://cti.example:x/",
        "https://a:b@cti.example/",
    ],
)
def test_an_address_that_is_none_or_names_a_password_is_refused(url, tmp_path):
    with pytest.raises(UsageError, match="URL"):
        pulled(Wanted(url, "", tmp_path / "feed"), quiet=True)


def test_objects_that_cannot_be_read_are_said(tmp_path):
    with serving([{"type": "note", "id": "note--1"}, {"type": "note", "id": "\ud800"}]) as (here, _):
        said = pulled(Wanted(f"{here}/taxii2/", "", tmp_path / "feed"), quiet=True)
    assert "1 new page; 1 object in" in said
    assert "1 object that cannot be read, kept apart in" in said
