"""A webhook is signed as Standard Webhooks has it, goes where it is meant, and follows nobody elsewhere."""

import base64
import ssl

import pytest

from consilience.exchange.call import RefusedError, UnreachableError
from consilience.exchange.webhook import Delivery, is_safe, read_secret, send, signature
from tests.exchange.postoffice import web_server
from tests.simulator import START

SECRET = bytes(range(32))
DELIVERY = Delivery("msg_1", b'{"step":"warning"}')


def test_the_signature_is_that_of_the_specification_s_example():
    # Standard Webhooks, "Signature scheme": its example of a secret, a message, and what they come to.
    secret = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    said = Delivery("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}')
    assert signature(secret, said, "1614265330") == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_posted_carries_id_time_and_signature():
    with web_server() as (url, kept):
        send(f"{url}/in", SECRET, DELIVERY, START, ssl.create_default_context())
    ((path, headers, body),) = kept
    stamp = str(int(START.timestamp()))
    assert (path, body, headers["webhook-id"], headers["webhook-timestamp"]) == ("/in", DELIVERY.body, "msg_1", stamp)
    assert headers["webhook-signature"] == signature(SECRET, DELIVERY, stamp)
    assert signature(SECRET, Delivery("msg_2", DELIVERY.body), stamp) != headers["webhook-signature"]


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500])
def test_another_answer_is_refused_and_a_redirect_leads_nowhere(status):
    with web_server(status) as (url, kept), pytest.raises(RefusedError, match=f"status {status}"):
        send(f"{url}/in", SECRET, DELIVERY, START, ssl.create_default_context())
    assert [path for path, _, _ in kept] == ["/in"]


def test_nobody_there_is_no_traceback():
    with web_server() as (url, _):
        pass
    with pytest.raises(UnreachableError):
        send(url, SECRET, DELIVERY, START, ssl.create_default_context())


@pytest.mark.parametrize(
    "text",
    ["", "whsec_", "whsec_????", base64.b64encode(SECRET).decode(), "whsec_" + base64.b64encode(b"short").decode()],
)
def test_what_is_no_secret_is_none(text):
    assert read_secret(text) is None


def test_addresses_are_encrypted_or_on_this_machine():
    assert all(
        map(is_safe, ("https://hooks.example/in", "https://hooks.example:8443/in?a=b", "http://127.0.0.1:8080/"))
    )
    for url in ("http://hooks.example/", "ftp://hooks.example/", "https://", "https://u:p@hooks.example/",
                "https://hooks.example/#a", "https://hooks.example:x/", "https://[::1", "javascript:1"):  # fmt: skip
        assert not is_safe(url)
