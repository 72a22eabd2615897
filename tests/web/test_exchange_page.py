"""The Exchange page: who showed two histories first of all, then how things stand with each partner; it changes nothing."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from consilience.exchange.taxii.arrival import arrival
from consilience.ledger.witness import Evidence
from consilience.model.identity import PartnerId
from consilience.node import home as homes
from consilience.node.inbox import collections
from consilience.node.node import open_node
from consilience.node.peers import Peer, Peers
from consilience.trust.roster import with_keys_closed
from consilience.web.app import create_app
from consilience.web.contact import IN_STEP, STATES, Contact, Given
from consilience.web.incident import incidents, owner_of
from consilience.web.site import Site
from tests.simulator import alliance, row
from tests.troubled import fetch_back, give, troubled
from tests.web.test_release import BASE, HOSTILE, asking, text
from tests.wire import fetch

ADDRESSES = ("/exchange", "/events", "/arrivals", "/arrivals?since=0&columns=7")


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """Borea showed two histories, Caldera is out of reach, Dravinia in step, Estmark without an address."""
    with troubled(tmp_path_factory.mktemp("troubled")) as found:
        yield found


@pytest.fixture(scope="module")
def page(four):
    return asking(four["AUR"])("/exchange")


@pytest.fixture
def two(tmp_path):
    """Aurelia and Borea, for a test that goes on from there."""
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR")
        yield found


@pytest.fixture
def get(two):
    return asking(two["AUR"])


def of(html, code):
    """What the table says of one partner."""
    found = re.findall(r'<tr role="row"><th role="rowheader".*?</tr>', html, re.DOTALL)
    return next(text(part) for part in found if text(part).startswith((f"{code} ", f"{NAMES.get(code, code)} ")))


NAMES = {"BOR": "Borea (BOR)", "CAL": "Caldera (CAL)", "DRA": "Dravinia (DRA)", "EST": "Estmark (EST)"}


# --- Two histories come first -------------------------------------------------------------------------------------------


def test_two_histories_come_first_in_words_with_both_heads_and_what_to_do(page, four):
    said = text(page)
    assert "Bottom line. 1 incident: Borea (BOR) signed two histories of one log." in said
    assert said.index("Borea (BOR) signed two histories") < said.index("Partners' nodes")
    assert "Checked with its key on the roster." in said
    assert "What to do" in said
    assert "by another channel than this one" in said
    assert "consilience partner revoke BOR" in said
    (kept,) = four["AUR"].ledger.incidents()
    (incident,) = incidents(four["AUR"], four["AUR"].roster)
    assert incident.heads[0].root != incident.heads[1].root
    assert all(head.root in page for head in incident.heads)
    for note in (Evidence.read(kept).first, Evidence.read(kept).second):
        assert note.splitlines()[0] in page


def test_the_alarm_stands_above_the_bottom_line_of_the_situation_and_leads_to_the_incident(four, page):
    situation = asking(four["AUR"])("/")
    said = text(situation)
    assert said.index("Alarm. Borea (BOR) signed two histories") < said.index("Bottom line.")
    address = re.search(r'class="alarm">.*?href="([^"]+)#incidents"', situation, re.DOTALL)[1]
    assert address.startswith("/exchange?")
    assert 'id="incidents"' in page


def test_without_an_incident_there_is_no_alarm(two, get):
    assert "Alarm" not in get("/")
    assert "Nobody showed two histories. 1 partner: 1 without an address." in text(get("/exchange"))


def test_a_shorter_log_is_told_as_that_and_as_no_proof_for_others(two, get, monkeypatch):
    give(two, "BOR", "B1", "B2")
    fetch(two, "AUR", "BOR")
    ledger = two["BOR"].ledger
    short = ledger.checkpoint("to/AUR", 2)
    give(two, "BOR", "B3")
    fetch(two, "AUR", "BOR")
    monkeypatch.setattr(ledger, "checkpoint", lambda *_: short)
    monkeypatch.setattr(ledger, "consistency", lambda *_: ())
    fetch(two, "AUR", "BOR")
    said = text(get("/exchange"))
    assert "BOR showed its log shorter than it had been" in said
    assert "It had 3 entries, and then a head over 2 was shown" in said
    assert "no proof for others" in said


def test_evidence_that_another_put_there_is_shown_as_unchecked_and_stays_text(two, get):
    head = f"consilience/{HOSTILE.replace(' ', '')}/to/AUR\n1\n{'A' * 43}=\n\n— x AAAAAAAA\n"
    node = two["AUR"]
    node.ledger.keep(Evidence(f"split view{HOSTILE}", head, head).written())
    node.ledger.keep("no evidence at all <script>alert(1)</script>")
    for path in ("/exchange", "/"):
        page = get(path)
        assert "<script>alert" not in page
        assert "Somebody" in text(page)
    said = text(get("/exchange"))
    assert said.count("Not checked") == 2
    assert "partner revoke" not in said


def test_owner_of_a_log_is_who_its_name_says():
    assert owner_of("consilience/BOR/5f00/to/AUR") == "BOR"
    assert owner_of("nonsense") == ""


# --- Each partner -------------------------------------------------------------------------------------------------------


def test_the_gravest_comes_first_and_each_state_has_its_glyph(page):
    said = text(page)
    places = [said.rindex(f"{NAMES[code]} http") for code in ("BOR", "CAL", "DRA")]
    assert places == sorted(places)
    symbols = set(re.findall(r'<symbol id="g-([^"]+)"', page))
    assert {state.key for state in STATES} <= symbols
    assert "1 two histories" in said
    assert "1 trouble" in said
    assert "1 in step" in said


def test_what_we_have_of_a_partner_and_what_it_has_of_us(page):
    met = of(page, "DRA")
    assert "2 entries read" in met
    assert "we witnessed its log up to 2 entries" in met
    assert "3 given" in met
    assert "it witnessed our newest head" in met
    assert "last met 19 Jun 2031" in met
    apart = of(page, "CAL")
    assert "trouble" in apart
    assert "no route" in apart
    assert "3 still here: not fetched, as far as its cosignature shows" in apart
    assert "it has not witnessed our log for it" in apart
    assert "nothing given: all stays here" in of(page, "EST")
    assert "no address of its node" in of(page, "EST")


def test_what_was_given_since_it_last_fetched_is_still_here(two, get):
    two.record("AUR", row("A1", "REL TO BOR"))
    two.release("AUR", "BOR")
    fetch_back(two, "BOR")
    Peers(two["AUR"].home).put(Peer(PartnerId("BOR"), "https://bor.example", met="2031-06-19T12:00:00+00:00"))
    assert "in step" in of(get("/exchange"), "BOR")
    two.record("AUR", row("A2", "REL TO BOR"), row("A3", "REL TO BOR"))
    two.release("AUR", "BOR")
    said = of(get("/exchange"), "BOR")
    assert "3 given" in said
    assert "2 still here" in said
    assert "it witnessed a head of 1 entry," in said
    assert "behind" in said


def test_what_does_not_verify_yet_is_named_by_its_place(two, get):
    give(two, "BOR", "B1")
    fetch(two, "AUR", "BOR")
    two["BOR"].rotate()
    give(two, "BOR", "B2")
    fetch(two, "AUR", "BOR")
    peers = Peers(two["AUR"].home)
    peers.put(replace(peers.get("BOR"), read=9, owed=(1, 3, 4, 5, 6, 7, 8), trouble=""))
    said = of(get("/exchange"), "BOR")
    assert "7 of them owed: entries 1, 3, 4, 5, 6 and 2 more do not verify yet" in said
    assert "entries owed" in said


def test_a_partner_whose_keys_have_ended_is_said_to_have_none_that_holds(two, get):
    two["AUR"].adopt(lambda roster, now: with_keys_closed(roster, PartnerId("BOR"), now))
    said = of(get("/exchange"), "BOR")
    assert "no key holds" in said
    assert "ended" in said


def test_every_fingerprint_is_there_in_full(two, get):
    key = two["AUR"].roster.member("BOR").keys[0].id
    assert f'title="{key}"' in get("/exchange")


def test_a_time_that_is_none_is_no_time():
    assert Contact("BOR", Peer("BOR", "https://bor.example", met="soon"), None, (), Given(), 0).met is None
    assert IN_STEP is STATES[-1]


# --- Contradictions in inboxes ------------------------------------------------------------------------------------------


def posted(node, code, *contents):
    """Contents under one id and version, as a partner's clients post them."""
    with collections(node) as (store, outlet):
        outlet.open(PartnerId(code))
        values = [
            {
                "type": "note", "spec_version": "2.1", "id": "note--0a3b5c6d-1111-4222-8333-444455556666",
                "created": "2031-01-01T00:00:00.000Z", "modified": "2031-01-01T00:00:00.000Z", "content": content,
            }
            for content in contents
        ]  # fmt: skip
        store.add(outlet.inbox(PartnerId(code)), [arrival(value) for value in values])


def test_what_a_partner_posted_with_two_contents_is_told_with_its_id_and_what_to_do(two, get):
    posted(two["AUR"], "BOR", "one", "another", "a third")
    said = text(get("/exchange"))
    assert said.count("BOR posted 2 objects with an id and version that another content has already") == 2
    assert said.count("note--0a3b5c6d-1111-4222-8333-444455556666 , version 2031-01-01T00:00:00.000Z") == 2
    assert "Ask BOR which of the two it stands by" in said


def test_many_contradictions_are_counted_and_the_first_named(two, get):
    posted(two["AUR"], "BOR", *map(str, range(2_001)))
    said = text(get("/exchange"))
    assert "BOR posted 2,000 objects" in said
    assert said.count("note--") == 5
    assert "and 1,995 more" in said


def test_where_no_client_came_by_nothing_is_made_and_nothing_said(two, get):
    assert "contradict" not in get("/exchange")
    assert not (two["AUR"].home.folder / "exchange.db").exists()
    (two["AUR"].home.folder / "exchange.db").write_bytes(b"no database at all" * 99)
    assert "What partners' clients posted cannot be read." in text(get("/exchange"))


# --- Attacks and damage -------------------------------------------------------------------------------------------------


def test_hostile_words_of_a_partners_node_stay_text(two, get):
    said = f"server said {HOSTILE}\x1b[31m \u202e" + "x" * 5000
    Peers(two["AUR"].home).put(Peer(PartnerId("BOR"), f"https://bor.example/{HOSTILE}", trouble=said, met=HOSTILE))
    Peers(two["AUR"].home).put(Peer(PartnerId("EVE"), "https://eve.example", origin=HOSTILE))
    page = get("/exchange")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "x" * 401 not in page
    assert "not on the roster" in of(page, "EVE")


def test_a_damaged_file_on_a_partner_is_told_and_the_rest_is_shown(two, get):
    peers = Peers(two["AUR"].home)
    peers.place(PartnerId("BOR"), "https://bor.example")
    (two["AUR"].home.folder / "peers" / "BOR.json").write_text("{", encoding="utf-8")
    said = text(get("/exchange"))
    assert "What is known of partners' nodes cannot be read." in said
    assert "consilience partner add CODE --url URL" in said
    assert "BOR" in said


def test_the_page_changes_nothing_and_takes_no_other_method(two, get):
    size = two["AUR"].ledger.size()
    get("/exchange")
    for path in ADDRESSES:
        assert get.client.post(path).status_code == 405
    assert two["AUR"].ledger.size() == size
    assert two["AUR"].ledger.logs() == ("main",)


# --- Only where a node stands behind the pages ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_without_a_node_the_address_is_as_unknown_as_any(client, path, method):
    answer, other = client.request(method, path), client.request(method, "/nowhere")
    assert answer.status_code == other.status_code == 404
    assert answer.text.replace(path.partition("?")[0], "/nowhere") == other.text


def test_without_a_node_no_page_speaks_of_exchange_or_listens(client):
    for path in ("/", "/compare", "/about", "/claims/C042", "/nowhere"):
        page = client.get(path).text
        assert "/exchange" not in page
        assert "live.js" not in page
        assert 'id="live"' not in page


def test_what_a_partner_would_see_has_no_exchange_page(four):
    node = four["AUR"]
    with TestClient(create_app(Site(node.desk(node.audience(["BOR"])))), base_url=BASE) as seen:
        for path in ADDRESSES:
            assert seen.get(path).status_code == 404
        assert "Alarm" not in seen.get("/").text


def test_navigation_of_a_node_shows_the_page(page):
    assert re.search(r'<a href="/exchange\?as_of=[^"]+" aria-current="page">Exchange</a>', page)


# --- What has just come -------------------------------------------------------------------------------------------------


def test_a_new_claim_is_a_row_before_it_is_compared(two, get):
    two.record("AUR", row("A1", best="450", unit="persons"))
    get("/")
    size = two["AUR"].ledger.size()
    give(two, "BOR", "B1")
    fetch(two, "AUR", "BOR")
    found = get(f"/arrivals?since={size}&as_of=2031-06-12&columns=7")
    said = text(found)
    assert found.count("<tr") == 1
    assert "DRA personnel, Lamp Ridge" in said
    assert "just in , from BOR" in said
    assert "not compared yet" in said


def test_arrivals_hold_what_the_table_will_hold_and_no_more(two, get):
    get("/")
    size = two["AUR"].ledger.size()
    two.record(
        "AUR",
        row("A1", reported_at="2031-06-10"),
        row("A2", reported_at="2031-06-15"),
        row("A3", reported_at="2031-01-01"),
    )
    assert get(f"/arrivals?since={size}&as_of=2031-06-12&columns=3").count("<tr") == 1
    assert get(f"/arrivals?since={size + 3}&as_of=2031-06-12&columns=3").count("<tr") == 0
    two.record("AUR", *(row(f"M{number}") for number in range(40)))
    assert get(f"/arrivals?since={size}&as_of=2031-06-12&columns=3").count("<tr") == 0


def test_nobody_speaks_in_anothers_name_in_a_new_row(two, get):
    get("/")
    size = two["AUR"].ledger.size()
    two.record("BOR", row("B1", "REL TO AUR", partner="AUR", best="777", unit="persons"))
    two.release("BOR", "AUR")
    fetch(two, "AUR", "BOR")
    said = text(get(f"/arrivals?since={size}&as_of=2031-06-12&columns=3"))
    assert "from BOR" in said
    assert "from AUR" not in said


def test_hostile_words_of_a_new_claim_stay_text(two, get):
    get("/")
    size = two["AUR"].ledger.size()
    two.record("AUR", row("A1", place=f"<b>{HOSTILE}".replace('"', '""'), text=HOSTILE.replace('"', '""')))
    found = get(f"/arrivals?since={size}&as_of=2031-06-12&columns=3")
    assert "<script>alert" not in found
    assert "<b>&#34;" not in found


@pytest.mark.parametrize(
    "query",
    ["", "since=x&columns=7", "since=1", "since=-1&columns=7", "since=²&columns=7", "since=" + "9" * 40 + "&columns=7"],
)
def test_what_cannot_be_asked_of_arrivals_is_answered_calmly(get, query):
    assert "a number" in text(get(f"/arrivals?{query}", 400))


def test_a_page_carries_the_size_that_it_was_drawn_from(two, get):
    def carried(path="/compare"):
        return int(re.search(r'data-ledger="(-?\d+)"', get(path))[1])

    assert carried() == two["AUR"].ledger.size()
    with open_node(homes.read(two["AUR"].home.folder), two.clock) as other:
        two.nodes["AUR"] = other
        two.record("AUR", row("A1"))
        assert carried() == other.ledger.size()
