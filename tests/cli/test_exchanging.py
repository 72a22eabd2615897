"""The schedule of a node: no partner, no circle and no fault keeps the others from their turn."""

import socket
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest

from consilience.cli.exchanging import Rounds, address_of
from consilience.cli.schedule import Crew, guarded, repeating
from consilience.cli.syncing import reports, together
from consilience.errors import UsageError
from consilience.node.circles import Circles
from consilience.node.common import common, sign
from consilience.node.peers import Peer, Peers
from consilience.web.host import hosted
from tests.simulator import Clock, alliance, row


@pytest.fixture
def three(tmp_path):
    """Aurelia, Borea and Calidia, by this machine's clock; Calidia gave Aurelia a claim."""
    with alliance(tmp_path) as found:
        found.clock = Clock(datetime.now(UTC))
        found.join("AUR", "BOR", "CAL")
        found.record("CAL", row("C1", "REL TO AUR", partner="CAL"))
        found.release("CAL", "AUR")
        yield found


@contextmanager
def silent():
    """A server that takes connections and never says a word, and where it is."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept = []

        def accept():
            with suppress(OSError):
                while True:
                    kept.append(server.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}"
        for connection in kept:
            connection.close()


def nowhere():
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"https://127.0.0.1:{server.getsockname()[1]}"


def test_a_partner_who_never_answers_does_not_keep_another_from_being_synced(three):
    home = three["AUR"].home
    with silent() as slow, hosted(three["CAL"].home, "127.0.0.1", 0, three.clock) as found:
        Peers(home).place("BOR", slow)
        Peers(home).place("CAL", found.url)
        Rounds(home, 0, three.clock)()
        end = time.monotonic() + 60
        while not Peers(home).get("CAL").met and time.monotonic() < end:
            time.sleep(0.05)
        assert Peers(home).get("CAL").read == 1
        assert Peers(home).get("BOR").met == ""


def test_partners_side_by_side_are_each_recorded_whole(three):
    home = three["AUR"].home
    three.record("BOR", *(row(f"B{number}", "REL TO AUR", partner="BOR") for number in range(30)))
    three.release("BOR", "AUR")
    with (
        hosted(three["BOR"].home, "127.0.0.1", 0, three.clock) as borea,
        hosted(three["CAL"].home, "127.0.0.1", 0, three.clock) as calidia,
    ):
        Peers(home).place("BOR", borea.url)
        Peers(home).place("CAL", calidia.url)
        done = together(home, ["BOR", "CAL"], 60)
    assert [(each.partner, each.new, each.trouble) for each in done] == [("BOR", 30, ""), ("CAL", 1, "")]


def test_a_partner_without_a_key_is_its_own_trouble_in_a_round(three, capsys):
    home = three["AUR"].home
    Peers(home).put(Peer("XYZ", nowhere()))
    with hosted(three["CAL"].home, "127.0.0.1", 0, three.clock) as found:
        Peers(home).place("CAL", found.url)
        (report,) = reports([], home.folder, None)
        Rounds(home, 60, three.clock)()
    assert {each.partner: bool(each.trouble) for each in report.rounds} == {"CAL": False, "XYZ": True}
    assert report.exit_code == 1
    assert "XYZ: partner XYZ: found no key on the roster" in capsys.readouterr().err


def test_a_circle_whose_partner_has_left_keeps_no_later_circle_from_being_compared(three, capsys):
    node, home = three["AUR"], three["AUR"].home
    for other in ("BOR", "CAL"):
        Circles(home).join(["AUR", other])
        sign(node, common(node, frozenset({"AUR", other}), {other: ()}))
    with hosted(three["CAL"].home, "127.0.0.1", 0, three.clock) as found:
        Circles(three["CAL"].home).join(["AUR", "CAL"])
        three.deliver("CAL", "AUR")
        Peers(home).place("CAL", found.url)
        size = node.ledger.size()
        Rounds(home, 60, three.clock)()
    assert "AUR, BOR: partner BOR: found no address of its node" in capsys.readouterr().err
    assert node.ledger.size() > size  # what CAL offers by now is in a new word within the other circle


def full():
    raise OSError(28, "No space left on device")


def test_a_step_that_fails_in_a_way_nobody_thought_of_does_not_end_its_schedule():
    said, stop, steps = [], threading.Event(), []

    def step():
        steps.append(1)
        if len(steps) == 3:
            stop.set()
        full()

    repeating(stop, 0, step, said.append).join(60)
    assert len(steps) == 3
    assert "OSError: [Errno 28] No space left on device" in said[0]


def test_a_job_that_fails_is_said_under_its_name_and_the_others_are_done():
    said, done = {}, []
    crew = Crew(said.__setitem__, most=1)
    crew.begin({"a": full, "b": lambda: done.append("b"), "c": lambda: int("x"), "d": lambda: done.append("d")})
    assert crew.wait()
    assert sorted(done) == ["b", "d"]
    assert sorted(said) == ["a", "c"]


def test_a_job_under_way_is_not_begun_again():
    over, begun = threading.Event(), []
    crew = Crew(lambda name, said: None)

    def job():
        begun.append(1)
        over.wait(60)

    crew.begin({"a": job})
    crew.begin({"a": job})
    assert not crew.wait(0)
    over.set()
    assert crew.wait()
    assert begun == [1]
    crew.begin({"a": job})
    assert crew.wait()
    assert begun == [1, 1]


def test_an_error_of_ours_is_said_in_its_own_words():
    said = []

    def wrong():
        raise UsageError("circle", "none", "one")

    guarded(wrong, said.append)
    assert said == ["circle: found none, expected one"]


@pytest.mark.parametrize("text", ["", "8443", ":8443", "host:", "host:70000", "host:-1", "host:²"])
def test_an_address_that_is_none_is_refused(text):
    with pytest.raises(UsageError):
        address_of(text)
