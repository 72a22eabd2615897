"""What every answer carries, and to whom the pages answer at all."""

import gzip

import pytest
from starlette.testclient import TestClient

from consilience.web.app import create_app
from consilience.web.site import Site

PATHS = ["/", "/compare", "/facts/none", "/picture.json", "/outlines.json", "/static/style/base.css", "/?as_of=x"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_policy(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_no_page_has_an_inline_script_or_style(client):
    for path in ("/", "/compare", "/claims/C042", "/relate?a=C044&b=C049", "/about"):
        html = client.get(path).text
        assert "<style" not in html
        assert " style=" not in html
        assert " onclick=" not in html
        assert html.count("<script") == html.count("<script defer src=") + html.count('<script type="module" src=')


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8321", "127.0.0.1.evil.example", "", "localhost.evil.example"]
)
def test_another_name_for_this_machine_is_refused(client, host):
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "Content-Security-Policy" in answer.headers
    assert "Ukraine" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8321", "127.0.0.1:9", "[::1]:8321"])
def test_loopback_names_are_answered(client, host):
    assert client.get("/about", headers={"Host": host}).status_code == 200


def test_node_bound_elsewhere_answers_to_its_name(desk):
    client = TestClient(create_app(Site(desk)), base_url="http://192.0.2.7")
    assert client.get("/about", headers={"Host": "node.example"}).status_code == 200


def test_pages_are_not_kept_by_caches(client):
    assert client.get("/").headers["cache-control"] == "no-store"
    assert client.get("/static/style/base.css").headers["cache-control"] == "no-cache"


def test_answers_are_compressed(client):
    answer = client.get("/compare", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(answer.content)) < len(answer.content) / 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_pages_change_nothing(client, method):
    assert client.request(method, "/").status_code == 405


def test_documentation_of_the_framework_is_not_served(client):
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(path).status_code == 404
