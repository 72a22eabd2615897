"""What a partner gave arrives exactly once, whatever the network does, and two histories are found out."""

import shutil
from contextlib import ExitStack, suppress

import httpx2
import pytest

from consilience.errors import UsageError
from consilience.exchange.call import Caller, Patience
from consilience.exchange.link import Link, erased_line
from consilience.ledger import proof
from consilience.model.entry import Retraction
from consilience.node import amend
from consilience.node import home as homes
from consilience.node.giving import log_of
from consilience.node.node import establish, open_node
from consilience.node.peers import Peers
from consilience.node.push import push
from consilience.node.sync import sync
from consilience.trust.roster import with_key
from consilience.web import sidecar
from tests.simulator import alliance, row
from tests.wire import Weather, Wire, fetch, link


@pytest.fixture
def two(tmp_path):
    """Aurelia and Borea, who know each other's keys."""
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR")
        yield found


def given(allies, *names):
    """Record claims at Aurelia's, and release them to Borea."""
    allies.record("AUR", *(row(name, "REL TO BOR", text=f"words of {name}") for name in names))
    allies.release("AUR", "BOR")


def held(node):
    return sorted(each.name for each in node.index.objects("claim"))


def test_what_was_given_arrives_once_and_is_witnessed(two):
    given(two, "A1", "A2", "A3")
    done = fetch(two, "BOR", "AUR")
    assert (done.new, done.known, done.refused, done.witnessed) == (3, 0, [], 3)
    again = fetch(two, "BOR", "AUR")
    assert (again.new, again.known, again.is_whole) == (0, 0, True)
    assert held(two["BOR"]) == ["A1", "A2", "A3"]
    log = log_of("BOR")
    assert "witness/BOR" in two["AUR"].ledger.checkpoint(log)


def test_an_empty_log_is_fetched_as_such(two):
    done = fetch(two, "BOR", "AUR")
    assert (done.new, done.trouble, done.alarm, done.witnessed) == (0, "", "", 0)
    given(two, "A1")
    assert fetch(two, "BOR", "AUR").new == 1


def test_only_what_came_since_is_asked_for(two):
    given(two, "A1", "A2")
    fetch(two, "BOR", "AUR")
    given(two, "A3")
    wire = Wire("BOR", two["AUR"])
    peers = Peers(two["BOR"].home)
    connection = link("BOR", two["AUR"])
    connection._caller._http._transport = wire
    assert sync(two["BOR"], peers.get("AUR"), connection, peers).new == 1
    assert [query["since"] for _, name, query in wire.requests if name == "proofs"] == ["2"]


def test_a_log_of_many_pages_arrives_whole(two, monkeypatch):
    monkeypatch.setattr(sidecar, "MOST_LINES", 7)
    given(two, *(f"A{number}" for number in range(30)))
    done = fetch(two, "BOR", "AUR")
    assert (done.new, done.witnessed) == (30, 30)


@pytest.mark.parametrize("seed", range(12))
def test_lost_requests_lost_answers_and_repeats_cost_nothing(two, seed, monkeypatch):
    monkeypatch.setattr(sidecar, "MOST_LINES", 3)
    weather = Weather(seed, lost=0.2, mute=0.2, twice=0.2, busy=0.1)
    for part in range(4):
        given(two, *(f"A{part}-{number}" for number in range(5)))
        fetch(two, "BOR", "AUR", weather)
    done = fetch(two, "BOR", "AUR")
    assert done.is_whole
    assert len(held(two["BOR"])) == 20
    assert two["BOR"].ledger.size() == 20 + two["BOR"].roster.version


@pytest.mark.parametrize("at", range(6))
def test_a_reader_killed_at_any_step_records_nothing_twice_and_accuses_nobody(two, monkeypatch, at):
    given(two, "A1", "A2")
    calls = iter(range(100))
    right = Peers.progress

    def killed(self, peer):
        if next(calls) == at:
            raise KeyboardInterrupt
        right(self, peer)

    with monkeypatch.context() as patch:
        patch.setattr(Peers, "progress", killed)
        with suppress(KeyboardInterrupt):
            fetch(two, "BOR", "AUR")
    given(two, "A3")
    done = fetch(two, "BOR", "AUR")
    assert (done.alarm, done.trouble, done.refused) == ("", "", [])
    assert held(two["BOR"]) == ["A1", "A2", "A3"]
    assert two["BOR"].ledger.incidents() == ()
    assert fetch(two, "BOR", "AUR").new == 0


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("at", range(5))
def test_any_one_lost_request_or_answer_accuses_nobody(two, at, answered):
    given(two, "A1", "A2")
    count = iter(range(100))

    class Cut(Wire):
        def handle_request(self, request):
            if next(count) != at:
                return super().handle_request(request)
            if answered:
                super().handle_request(request)
            raise httpx2.ReadError("reset", request=request)

    peers = Peers(two["BOR"].home)
    peer = peers.place("AUR", "https://node.example")
    http = httpx2.Client(transport=Cut("BOR", two["AUR"]))
    sync(two["BOR"], peer, Link("https://node.example", Caller(http, Patience(tries=1))), peers)
    given(two, "A3")
    done = fetch(two, "BOR", "AUR")
    assert (done.alarm, done.trouble, done.refused) == ("", "", [])
    assert held(two["BOR"]) == ["A1", "A2", "A3"]
    assert two["BOR"].ledger.incidents() == ()
    assert "witness/BOR" in two["AUR"].ledger.checkpoint(log_of("BOR"))


def test_an_address_that_is_forgotten_and_added_again_accuses_nobody(two):
    given(two, "A1", "A2")
    fetch(two, "BOR", "AUR")
    Peers(two["BOR"].home).remove("AUR")
    given(two, "A3")
    done = fetch(two, "BOR", "AUR")
    assert (done.new, done.known, done.is_whole) == (1, 2, True)


def test_a_second_sync_with_a_partner_is_told_that_one_is_under_way(two):
    given(two, "A1")
    peers = Peers(two["BOR"].home)
    with peers.syncing("AUR"):
        done = fetch(two, "BOR", "AUR")
    assert "under way" in done.trouble
    assert fetch(two, "BOR", "AUR").is_whole


def test_a_running_sync_brings_no_forgotten_address_back_and_changes_none(two, monkeypatch):
    given(two, "A1")
    peers = Peers(two["BOR"].home)
    right = peers.place("AUR", "https://old.example")
    monkeypatch.setattr(sidecar, "MOST_LINES", 1)
    peers.place("AUR", "https://new.example")
    sync(two["BOR"], right, link("BOR", two["AUR"]), peers)
    assert peers.get("AUR").url == "https://new.example"
    peers.remove("AUR")
    sync(two["BOR"], right, link("BOR", two["AUR"]), peers)
    assert list(peers) == []


@pytest.mark.parametrize("code", ["../x", "a/b", "", "aur", "A" * 40, "A\n"])
def test_a_partner_is_never_a_path(two, code):
    peers = Peers(two["BOR"].home)
    for asked in (peers.get, peers.remove, lambda name: peers.place(name, "https://x")):
        with pytest.raises(UsageError):
            asked(code)


def lines_of(node, monkeypatch, change):
    """What a node of ill will serves: lines by index, as `change` has them."""
    right = sidecar.Sidecar._proofs

    def served(self, asked):
        answer = right(self, asked)
        lines = [line for line in answer.body.split(b"\n") if line]
        lines = change(asked.number("since", 0), asked.number("most", 500), lines)
        return sidecar.Answer(200, answer.media, b"".join(line + b"\n" for line in lines), answer.headers)

    monkeypatch.setattr(sidecar.Sidecar, "_proofs", served)


def test_an_envelope_that_no_head_vouches_for_is_not_recorded(two, monkeypatch):
    given(two, "A1", "A2")
    bare = [entry.envelope for entry in two["AUR"].ledger.entries(log_of("BOR"))]
    with monkeypatch.context() as patch:
        lines_of(two["AUR"], patch, lambda since, most, lines: bare[since : since + most])
        done = fetch(two, "BOR", "AUR")
        assert len(done.refused) == 2
        assert held(two["BOR"]) == []
    two.clock.pass_(hours=2)
    assert fetch(two, "BOR", "AUR").is_whole
    assert held(two["BOR"]) == ["A1", "A2"]


def test_what_is_owed_is_owed_until_a_line_comes_for_exactly_its_place(two, monkeypatch):
    given(two, "A1", "A2")
    with monkeypatch.context() as patch:
        lines_of(two["AUR"], patch, lambda since, most, lines: [b"{}", *lines[1:]] if since == 0 else lines)
        fetch(two, "BOR", "AUR")
    assert Peers(two["BOR"].home).get("AUR").owed == (0,)
    two.clock.pass_(hours=2)
    with monkeypatch.context() as patch:
        lines_of(two["AUR"], patch, lambda since, most, lines: [])
        assert not fetch(two, "BOR", "AUR").is_whole or Peers(two["BOR"].home).get("AUR").owed == (0,)
    assert Peers(two["BOR"].home).get("AUR").owed == (0,)
    two.clock.pass_(hours=2)
    assert fetch(two, "BOR", "AUR").is_whole
    assert held(two["BOR"]) == ["A1", "A2"]


def test_lines_that_are_said_to_be_erased_end_at_the_signed_size(two, monkeypatch):
    given(two, "A1", "A2")
    lines_of(two["AUR"], monkeypatch, lambda since, most, lines: [erased_line(since + each) for each in range(500)])
    done = fetch(two, "BOR", "AUR")
    assert Peers(two["BOR"].home).get("AUR").read == 2
    assert done.new == 0


def test_a_page_without_lines_below_the_signed_size_is_trouble_and_no_loop(two, monkeypatch):
    given(two, "A1", "A2")
    lines_of(two["AUR"], monkeypatch, lambda since, most, lines: [])
    assert "no line at 0" in fetch(two, "BOR", "AUR").trouble


def test_what_strangers_signed_stops_no_reading_and_is_not_asked_for_at_each_sync(tmp_path):
    with alliance(tmp_path) as found, ExitStack() as stack:
        found.join("AUR", "BOR")
        home = homes.create(tmp_path / "DEL", "DEL")  # whom Borea does not know
        establish(home, "DEL", found.clock)
        found.nodes["DEL"] = stack.enter_context(open_node(home, found.clock))
        found.introduce(found["DEL"], "AUR")
        found.introduce(found["DEL"], "BOR")
        found.introduce(found["AUR"], "DEL")
        found.record("DEL", *(row(f"D{number}", "REL TO AUR, BOR", partner="DEL") for number in range(40)))
        found.release("DEL", "AUR")
        found.deliver("DEL", "AUR")
        given(found, "A1")
        first = fetch(found, "BOR", "AUR")
        assert (first.new, len(first.refused)) == (1, 40)
        given(found, "A2")
        wire = Wire("BOR", found["AUR"])
        peers = Peers(found["BOR"].home)
        connection = Link("https://node.example", Caller(httpx2.Client(transport=wire), Patience(tries=1)))
        assert sync(found["BOR"], peers.get("AUR"), connection, peers).new == 1
        assert [query["since"] for _, name, query in wire.requests if name == "proofs"] == ["41"]
        found.introduce(found["BOR"], "DEL")
        assert fetch(found, "BOR", "AUR").new == 40
        assert fetch(found, "BOR", "AUR").is_whole


def test_a_retraction_and_an_erasure_travel(two):
    given(two, "A1", "A2", "A3")
    fetch(two, "BOR", "AUR")
    amend.retract(two["AUR"], "A1", "misread")
    two.release("AUR", "BOR")
    amend.erase(two["AUR"], "A3", "named a person")
    done = fetch(two, "BOR", "AUR")
    assert done.new == 1
    assert [each.name for each in two["BOR"].index.objects("claim") if each.retracted] == ["A1"]


def test_an_entry_erased_before_it_was_fetched_leaves_its_place_and_no_more(two):
    given(two, "A1", "A2", "A3")
    amend.erase(two["AUR"], "A2", "named a person")
    done = fetch(two, "BOR", "AUR")
    assert held(two["BOR"]) == ["A1", "A3"]
    assert done.trouble == ""
    assert erased_line(1) == b'{"erased":true,"index":1}'


def test_a_split_view_is_caught_at_its_first_line_and_nothing_of_it_is_recorded(two, tmp_path):
    given(two, "A1")
    fetch(two, "BOR", "AUR")
    with alliance(tmp_path / "other") as other:
        other.clock = two.clock
        other._folder.mkdir()
        # the same home, key and log, with another history: what Aurelia would show to somebody else
        shutil.copytree(two["AUR"].home.folder, other._folder / "AUR")
        given(two, "A2")
        fetch(two, "BOR", "AUR")
        with open_node(homes.read(other._folder / "AUR"), two.clock) as forked:
            other.nodes["AUR"] = forked
            given(other, "B2")
            done = fetch({"BOR": two["BOR"], "AUR": forked}, "BOR", "AUR")
            # of the same size as the head that was witnessed, with another root
    assert "another" in done.alarm or "root" in done.alarm
    assert held(two["BOR"]) == ["A1", "A2"]
    assert len(two["BOR"].ledger.incidents()) == 1
    assert Peers(two["BOR"].home).get("AUR").trouble


def test_a_log_cut_short_is_an_alarm(two, monkeypatch):
    given(two, "A1", "A2")
    fetch(two, "BOR", "AUR")
    ledger = two["AUR"].ledger
    given(two, "A3")
    short = ledger.checkpoint(log_of("BOR"), 2)
    fetch(two, "BOR", "AUR")
    monkeypatch.setattr(ledger, "checkpoint", lambda *_: short)
    monkeypatch.setattr(ledger, "consistency", lambda *_: ())
    done = fetch(two, "BOR", "AUR")
    assert "size 2" in done.alarm


def test_other_entries_than_were_asked_for_are_refused(two, monkeypatch):
    given(two, "A1", "A2")
    right = proof.make_many
    monkeypatch.setattr(sidecar.proof, "make_many", lambda *asked: reversed(list(right(*asked))))
    done = fetch(two, "BOR", "AUR")
    assert "entry 1, expected entry 0" in done.trouble
    assert held(two["BOR"]) == []


def test_what_does_not_verify_today_is_asked_for_again_and_mended_by_a_new_key(two):
    given(two, "A1")
    fetch(two, "BOR", "AUR")
    two["AUR"].rotate()
    given(two, "A2")
    done = fetch(two, "BOR", "AUR")
    assert not done.is_whole
    key = two["AUR"].signer.public
    since = two["AUR"].roster.member("AUR").keys[-1].since
    two["BOR"].adopt(lambda roster, now: with_key(roster, "AUR", key, now, since))
    done = fetch(two, "BOR", "AUR")
    assert done.is_whole, (done.refused, done.trouble, done.alarm)
    assert held(two["BOR"]) == ["A1", "A2"]


def test_a_partner_who_is_asked_gives_its_own_log_and_no_other(tmp_path):
    with alliance(tmp_path) as three:
        three.join("AUR", "BOR", "CAL")
        three.record("AUR", row("A1", "REL TO BOR"), row("A2", "REL TO CAL"), row("A3"))
        three.release("AUR", "BOR")
        three.release("AUR", "CAL")
        fetch(three, "BOR", "AUR")
        fetch(three, "CAL", "AUR")
        assert (held(three["BOR"]), held(three["CAL"])) == (["A1"], ["A2"])


def test_only_a_release_can_be_pushed_and_it_arrives_as_if_it_were_fetched(two):
    two.record("AUR", row("A1", "REL TO BOR"), row("A2"))
    sent = two.release("AUR", "BOR")
    connection = link("AUR", two["BOR"])
    took = push(two["AUR"], sent, "BOR", connection)
    assert (took.new, took.known, took.refused) == (1, 0, ())
    assert push(two["AUR"], sent, "BOR", connection).known == 1
    done = fetch(two, "BOR", "AUR")
    assert (done.new, done.known, done.is_whole) == (0, 1, True)
    for other in (sent.release, sent.release.decision, two["AUR"].seal(Retraction("0" * 64, "x")), b"{}", [b"{}"]):
        with pytest.raises(TypeError):
            push(two["AUR"], other, "BOR", connection)
    with pytest.raises(LookupError):
        push(two["AUR"], sent, "CAL", connection)
