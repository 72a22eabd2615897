"""What a malicious partner's node may answer: each is refused by name, before it costs memory or time."""

import json

import httpx2
import pytest

from consilience.exchange.call import Caller, Patience, RefusedError
from consilience.exchange.link import Link, Took

DIGEST = "0123456789abcdef" * 4
OTHER = "f" * 64


def link(body, headers=None):
    """A link to a node that gives one answer to everything."""
    line = httpx2.MockTransport(lambda request: httpx2.Response(200, content=body, headers=headers))
    return Link("https://node.example", Caller(httpx2.Client(transport=line), Patience(tries=1)))


def offered(*digests):
    return json.dumps({"objects": digests}).encode()


def test_an_offer_is_digests_each_once():
    assert link(offered(DIGEST, OTHER)).offer(["AUR"]) == (DIGEST, OTHER)
    assert link(offered()).offer(["AUR"]) == ()


@pytest.mark.parametrize(
    "digest", ["", DIGEST[1:], DIGEST + "0", DIGEST.upper(), DIGEST[1:] + "g", DIGEST + "\n", "\ud800", 7, None, []]
)
def test_an_offer_of_what_is_no_digest_is_refused(digest):
    with pytest.raises(RefusedError, match="no list of digests"):
        link(offered(DIGEST, digest)).offer(["AUR"])


def test_an_offer_that_names_one_object_twice_is_refused():
    with pytest.raises(RefusedError, match="a digest twice"):
        link(offered(DIGEST, OTHER, DIGEST)).offer(["AUR"])


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b"\xff", b"[" * 100_000, b'{"objects": {}}'])
def test_an_offer_that_is_none_is_refused(body):
    with pytest.raises(RefusedError):
        link(body).offer(["AUR"])


def test_an_offer_of_arrays_within_arrays_is_refused_before_it_is_read():
    with pytest.raises(RefusedError, match="more than 500,000 values"):
        link(b'{"objects":[' + b"[]," * 500_000 + b"0]}").offer(["AUR"])


def test_a_head_as_large_as_a_page_is_refused():
    with pytest.raises(RefusedError, match="more than 131072 bytes"):
        link(b"old 0\n\n" + b"x" * 131072).head(0)


def test_more_lines_than_were_asked_for_are_refused():
    assert link(b"a\nb\n", {"X-Consilience-Size": "9"}).lines(3, 2) == (3, (b"a", b"b"), 9)
    with pytest.raises(RefusedError, match="more than 2 lines"):
        link(b"a\nb\nc\n").lines(3, 2)
    with pytest.raises(RefusedError, match="more than 500 lines"):
        link(b"\n" * 1_000_000).compared(["AUR"])


@pytest.mark.parametrize("new", ["-1", "1e999", "NaN", "true", '"7"', "[]"])
def test_counts_of_what_was_pushed_that_are_none_are_refused(new):
    with pytest.raises(RefusedError, match="new that is no such number"):
        link(b'{"new": %s, "known": 0}' % new.encode()).push([b"line"])


def test_a_reason_that_cannot_be_written_down_is_refused():
    with pytest.raises(RefusedError, match="half a character"):
        link(b'{"new": 0, "known": 0, "refused": ["\\ud800"]}').push([b"line"])


def test_what_is_pushed_goes_in_batches_and_is_counted_together():
    found = link(b'{"new": 2, "known": 1, "refused": ["line 4: x"]}').push([b"line"] * 501)
    assert found == Took(4, 2, ("line 4: x", "line 4: x"))
