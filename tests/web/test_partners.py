"""Ordinary TAXII clients read what a partner was given, and nothing else; what they post lands in that partner's inbox."""

import json
import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from consilience.cli.pulling import bundle_of
from consilience.errors import SettingsError
from consilience.exchange.call import Caller, Patience
from consilience.exchange.stix.read import digest_of
from consilience.exchange.taxii.client import Client
from consilience.exchange.taxii.filter import Filters
from consilience.exchange.taxii.quota import Quota
from consilience.exchange.taxii.store import Store
from consilience.ledger.database import Database
from consilience.node import amend
from consilience.node.outlet import Outlet
from consilience.node.tokens import Tokens
from consilience.trust.certificate import authority, client_context
from consilience.web.host import hosted
from consilience.web.partners import Partners
from consilience.web.taxii.posting import FULL, Poster, receive
from tests.simulator import Clock, alliance, row

NOTE = {
    "type": "note", "spec_version": "2.1", "id": "note--0a3b5c6d-1111-4222-8333-444455556666",
    "created": "2031-01-01T00:00:00.000Z", "modified": "2031-01-01T00:00:00.000Z", "content": "seen",
    "object_refs": ["identity--0a3b5c6d-1111-4222-8333-444455556667"],
}  # fmt: skip


@pytest.fixture
def three(tmp_path):
    with alliance(tmp_path) as found:
        found.clock = Clock(datetime.now(UTC))
        found.join("AUR", "BOR", "CAL")
        found.record("AUR", row("A1", "REL TO BOR"), row("A2", "REL TO BOR, CAL"), row("A3", "REL TO CAL"), row("A4"))
        found.release("AUR", "BOR")
        found.release("AUR", "CAL")
        yield found


@pytest.fixture
def served(three):
    with hosted(three["AUR"].home, "127.0.0.1", 0, three.clock) as found:
        yield found


def client(three, served, code):
    """A TAXII client of a partner, with a token alone."""
    token = Tokens(three["AUR"].home).issue(code, three.clock(), alone=True)
    own = served.node.roster.member("AUR").keys
    tls = client_context(None, own, three.clock())
    http = httpx2.Client(verify=tls, trust_env=False, headers={"Authorization": f"Bearer {token}"})
    return Client(Caller(http, Patience(tries=1)), lambda _: None)


def shelves(asked, served):
    (root,) = asked.roots(served.url + "/taxii2/")
    return {"write" if shelf.can_write else "read": shelf for shelf in asked.shelves(root.url)}


def claims(asked, shelf):
    return sorted(
        each["extensions"][next(iter(each["extensions"]))]["claim_id"]
        for page in asked.pages(shelf.url) for each in page.objects if each["type"] == "incident"
    )  # fmt: skip


def test_each_partner_reads_what_it_was_given_and_sees_no_other_collection(three, served):
    for code, expected in (("BOR", ["A1", "A2"]), ("CAL", ["A2", "A3"])):
        asked = client(three, served, code)
        found = shelves(asked, served)
        assert len(found) == 2
        assert claims(asked, found["read"]) == expected


def test_a_collection_of_another_partner_looks_like_none(three, served):
    other = shelves(client(three, served, "CAL"), served)["read"]
    asked = client(three, served, "BOR")
    with pytest.raises(Exception, match="404"):
        list(asked.pages(other.url))


def test_what_is_released_later_comes_after_and_nothing_comes_twice(three, served):
    asked = client(three, served, "BOR")
    shelf = shelves(asked, served)["read"]
    first = list(asked.pages(shelf.url, limit=2))
    three.record("AUR", row("A5", "REL TO BOR"))
    amend.retract(three["AUR"], "A1", "misread")
    three.release("AUR", "BOR")
    later = [each for page in asked.pages(shelf.url, added_after=first[-1].last) for each in page.objects]
    assert {each["type"] for each in later} >= {"incident", "report"}
    assert [each["revoked"] for each in later if each.get("revoked")] == [True]
    seen = [(each["id"], each.get("modified")) for page in first for each in page.objects]
    assert not set(seen) & {(each["id"], each.get("modified")) for each in later}


def test_an_object_names_the_statement_whose_proof_stands_in_the_sidecar(three, served):
    asked = client(three, served, "BOR")
    shelf = shelves(asked, served)["read"]
    digests = {digest_of(each) for page in asked.pages(shelf.url) for each in page.objects} - {None}
    assert digests == {entry.digest for entry in three["AUR"].ledger.entries("to/BOR")}


def test_what_is_posted_lands_in_the_inbox_and_not_in_the_ledger(three, served):
    asked = client(three, served, "BOR")
    size = three["AUR"].ledger.size()
    found = shelves(asked, served)
    posted = asked.post(found["write"].url, [json.dumps(NOTE).encode()])
    assert (posted.taken, posted.refused) == (1, ())
    assert [each["id"] for page in asked.pages(found["write"].url) for each in page.objects] == [NOTE["id"]]
    assert three["AUR"].ledger.size() == size
    bundle = json.loads(bundle_of("BOR", three["AUR"].home.folder))
    assert (bundle["type"], [each["id"] for each in bundle["objects"]]) == ("bundle", [NOTE["id"]])
    assert json.loads(bundle_of("CAL", three["AUR"].home.folder))["objects"] == []
    with pytest.raises(Exception, match=r"40[34]"):
        asked.post(found["read"].url, [json.dumps(NOTE).encode()])


def test_a_collection_is_the_same_objects_at_the_same_times_when_it_is_made_anew(three, tmp_path):
    made = []
    for name in ("one", "two"):
        store = Store.open(f"sqlite:///{tmp_path}/{name}.db")
        outlet = Outlet(three["AUR"], store)
        outlet._file = lambda partner, name=name: tmp_path / name / partner  # a place of its own
        outlet.refresh("BOR")
        page = store.page(outlet.given("BOR"), Filters(), 1000)
        made.append([(item.added, item.id) for item in page.items])
        store.close()
    assert made[0] == made[1]
    times = [added for added, _ in made[0]]
    assert len(times) == len(set(times))
    assert times == sorted(times)


# --- Attacks on the inbox -----------------------------------------------------------------------------------------------


@pytest.fixture
def boreas(three, served):
    """Borea's client, and its inbox."""
    asked = client(three, served, "BOR")
    return asked, shelves(asked, served)["write"]


def posted(boreas, *objects):
    """How many objects were taken, and why others were not."""
    asked, inbox = boreas
    found = asked.post(inbox.url, [json.dumps(each).encode() for each in objects])
    return found.taken, [failure.message if hasattr(failure, "message") else str(failure) for failure in found.refused]


def test_what_was_posted_is_not_deleted_to_be_said_otherwise(three, served, boreas):
    assert posted(boreas, NOTE)[0] == 1
    token = Tokens(three["AUR"].home).issue("BOR", three.clock(), alone=True)
    tls = client_context(None, served.node.roster.member("AUR").keys, three.clock())
    with httpx2.Client(verify=tls, trust_env=False, headers={"Authorization": f"Bearer {token}"}) as http:
        answer = http.delete(f"{boreas[1].url}objects/{NOTE['id']}/")
        assert answer.status_code == 403
        again = http.post(
            f"{boreas[1].url}objects/",
            json={"objects": [{**NOTE, "content": "something else"}]},
            headers={"Content-Type": "application/taxii+json;version=2.1"},
        ).json()
    assert (again["success_count"], again["failure_count"]) == (0, 1)
    with closing(Store.open(three["AUR"].home.exchange)) as store:
        inbox = Outlet(three["AUR"], store).inbox("BOR")
        assert [json.loads(each.body)["content"] for each in store.conflicts(inbox)] == ["something else"]


@pytest.mark.parametrize(("objects", "size"), [(3, 1 << 20), (1000, 1_200)])
def test_an_inbox_takes_no_more_than_its_quota_and_contradictions_count(three, objects, size):
    with closing(Store.open(three["AUR"].home.exchange)) as store:
        outlet = Outlet(three["AUR"], store)
        outlet.open("BOR")
        poster = Poster("BOR", outlet.inbox("BOR"), Quota(objects, size))

        def post(*values):
            body = json.dumps({"objects": values}).encode()
            return receive(store, Partners(three["AUR"], outlet), poster, body, ("x", "now")).resource()

        notes = [{**NOTE, "id": f"{NOTE['id'][:-1]}{number}", "content": "x" * 100} for number in range(9)]
        assert post(notes[0], {**NOTE, "id": notes[0]["id"]})["success_count"] == 1
        found = post(*notes)
        assert found["success_count"] == 2  # the one that is there, and one more
        assert {failure["message"] for failure in found["failures"]} == {FULL}
        assert post(notes[0], notes[1])["success_count"] == 2  # a repetition takes no room
        assert post({**notes[1], "content": "otherwise"})["failure_count"] == 1
        assert store.conflict_count(poster.collection) <= 2


@pytest.mark.parametrize("wrong", ["-1", "many", "1e3", "9" * 30, "²"])
def test_a_quota_that_is_no_number_is_refused_by_name(wrong):
    assert Quota.read({}) == Quota()
    assert Quota.read({"CONSILIENCE_INBOX_OBJECTS": "7", "CONSILIENCE_INBOX_MIB": "1"}) == Quota(7, 1 << 20)
    with pytest.raises(SettingsError, match="CONSILIENCE_INBOX_MIB"):
        Quota.read({"CONSILIENCE_INBOX_MIB": wrong})


def test_statuses_of_one_person_are_let_go_beyond_the_newest(tmp_path):
    times = iter(range(10_000))
    clock = lambda: datetime(2031, 1, 1, tzinfo=UTC) + timedelta(seconds=next(times))  # noqa: E731
    with closing(Store(Database.open(f"sqlite:///{tmp_path}/x.db"), clock)) as store:
        for number in range(210):
            store.put_status("node", str(number), "BOR", b"{}")
        store.put_status("node", "other", "CAL", b"{}")
        assert [store.status("node", str(number), "BOR") for number in (0, 9, 10, 209)] == [None, None, b"{}", b"{}"]
        assert store.status("node", "other", "CAL") == b"{}"


def test_an_ordinary_client_knows_the_node_by_its_anchor_and_checks_its_name(three, served):
    """As taxii2-client and curl do: the machine's strictest context, the anchor, the host's name."""
    anchor = authority(three["AUR"].signer)
    assert authority(three["AUR"].signer) == anchor
    strict = ssl.create_default_context(cadata=anchor.decode())
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    token = Tokens(three["AUR"].home).issue("BOR", three.clock(), alone=True)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/taxii+json;version=2.1"}
    with httpx2.Client(verify=strict, trust_env=False, headers=headers) as http:
        assert http.get(served.url + "/taxii2/").status_code == 200
        with pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            http.get(served.url.replace("127.0.0.1", "localhost") + "/taxii2/")
    other = ssl.create_default_context(cadata=authority(three["BOR"].signer).decode())
    with httpx2.Client(verify=other, trust_env=False) as http, pytest.raises(httpx2.ConnectError):
        http.get(served.url + "/taxii2/")
