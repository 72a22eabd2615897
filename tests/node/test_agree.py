"""Partners compare over the exchange, in any order, within sets that each of them named, and hold each other's words."""

from contextlib import contextmanager

import pytest

from consilience.exchange.call import RefusedError, UnreachableError
from consilience.node.agree import agree
from consilience.node.circles import Circles
from consilience.node.common import MissingObjectsError, common
from consilience.node.concord import standing
from consilience.node.home import HomeError
from consilience.node.peers import Peers
from tests.simulator import alliance, row
from tests.wire import Weather, fetch, link

ALL = frozenset({"AUR", "BOR", "CAL"})


@pytest.fixture
def three(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR", "CAL")
        for code in ALL:
            for other in ALL - {code}:
                Peers(found[code].home).place(other, "https://node.example")
        found.record("AUR", row("A1", "REL TO BOR, CAL", best="500"), row("A2", "REL TO BOR"))
        found.record("BOR", row("B1", "REL TO AUR, CAL", partner="BOR", best="500"))
        exchange(found)
        yield found


def exchange(allies, *without):
    """Everybody releases to everybody, and fetches."""
    for code in ALL:
        for other in ALL - {code}:
            allies.release(code, other)
    for code in ALL - set(without):
        for other in ALL - {code}:
            fetch(allies, code, other)


def wires(allies, weather=None):
    """How a node reaches another in this process."""

    @contextmanager
    def connect(node, peer):
        yield link(node.partner, allies[peer.partner], weather or Weather(), tries=1)

    return connect


def compare(allies, code, partners=ALL, weather=None):
    return agree(allies[code], partners, wires(allies, weather))


def named_by_all(allies):
    for code in ALL:
        Circles(allies[code].home).join(ALL)


def test_all_sign_the_same_picture_and_each_holds_every_word(three):
    named_by_all(three)
    digests = {compare(three, code).common.picture.digest for code in ("BOR", "AUR", "CAL")}
    compare(three, "BOR")
    assert len(digests) == 1
    for code in ("AUR", "BOR", "CAL"):
        concord = standing(three[code], ALL)
        assert concord.agreed, (code, concord.words)
        assert concord.said.objects == 2


def test_no_offer_is_given_within_a_set_that_this_node_has_not_named(three):
    with pytest.raises(RefusedError, match="has not agreed to compare") as refused:
        compare(three, "AUR")
    assert refused.value.status == 403
    assert ALL in Circles(three["AUR"].home)
    Circles(three["BOR"].home).join(ALL)
    Circles(three["CAL"].home).join(ALL)
    assert compare(three, "AUR").unreached == {}


def test_a_partner_cannot_ask_what_another_was_told_by_naming_a_set(three):
    """That AUR and BOR compare between themselves tells BOR nothing of what CAL was told."""
    Circles(three["AUR"].home).join(frozenset({"AUR", "BOR"}))
    with pytest.raises(RefusedError):
        link("BOR", three["AUR"]).offer(ALL)
    assert link("BOR", three["AUR"]).offer({"AUR", "BOR"})


def test_an_outsider_is_refused_whether_they_compared_or_not(three):
    pair = frozenset({"AUR", "BOR"})
    with pytest.raises(RefusedError) as before:
        link("CAL", three["AUR"], tries=1).offer(pair)
    Circles(three["AUR"].home).join(pair)
    with pytest.raises(RefusedError) as after:
        link("CAL", three["AUR"], tries=1).offer(pair)
    assert (before.value.status, before.value.message) == (after.value.status, after.value.message)


def test_who_left_gives_no_offer_any_longer(three):
    named_by_all(three)
    assert Circles(three["BOR"].home).leave(ALL)
    assert not Circles(three["BOR"].home).leave(ALL)
    with pytest.raises(RefusedError):
        compare(three, "AUR")


def test_what_was_offered_and_not_fetched_is_named(three):
    named_by_all(three)
    three.record("BOR", row("B2", "REL TO AUR, CAL", partner="BOR"))
    exchange(three, "AUR")
    with pytest.raises(MissingObjectsError, match="in the offer of BOR"):
        compare(three, "AUR")


def test_a_partner_who_is_away_keeps_nobody_from_signing_later(three):
    named_by_all(three)
    away = Weather(cut={frozenset({"AUR", "CAL"})})
    with pytest.raises(UnreachableError):
        compare(three, "AUR", weather=away)
    for code in ("BOR", "CAL", "AUR", "BOR", "CAL"):
        compare(three, code)
    assert all(standing(three[code], ALL).agreed for code in ALL)


def test_a_word_reaches_a_partner_by_way_of_another(three):
    named_by_all(three)
    compare(three, "AUR")
    compare(three, "BOR")
    apart = Weather(cut={frozenset({"AUR", "CAL"})})
    theirs = link("CAL", three["BOR"]).compared(ALL)
    assert len(theirs) == 2  # AUR's and BOR's own
    assert apart.cut


def test_a_file_of_circles_that_is_none_is_named_with_the_way_out(three):
    (three["AUR"].home.folder / "circles.json").write_text("{", encoding="utf-8")
    with pytest.raises(HomeError, match="picture agree"):
        list(Circles(three["AUR"].home))


def test_nobody_learns_by_offering_a_guess_what_a_third_partner_gave_another(tmp_path):
    """Whether Aurelia holds Caldera's claim or not, Borea's offer of its digest comes to the same."""
    said = []
    for holds in (True, False):
        with alliance(tmp_path / str(holds)) as found:
            found._folder.mkdir()
            found.join("AUR", "BOR", "CAL")
            found.record("CAL", row("C1", "REL TO AUR, BOR", partner="CAL"))
            for code in ("AUR", "BOR") if holds else ("BOR",):
                found.release("CAL", code)
                fetch(found, code, "CAL")
            (digest,) = [entry.digest for entry in found["CAL"].ledger.entries("to/BOR")]
            with pytest.raises(MissingObjectsError) as refused:
                common(found["AUR"], frozenset({"AUR", "BOR"}), {"BOR": (digest,)})
            said.append(refused.value.message.replace(digest, "…"))
    assert said[0] == said[1]


def test_what_was_passed_on_of_an_outsider_is_offered_by_nobody(three):
    """Caldera's claim, which Aurelia passed on to Borea, is not in what the two compare; nor does it block them."""
    three.record("CAL", row("C1", "TLP:GREEN", partner="CAL"))
    exchange(three)
    exchange(three)
    pair = frozenset({"AUR", "BOR"})
    for code in pair:
        Circles(three[code].home).join(pair)
    found = compare(three, "AUR", pair).common
    assert {claim.partner for claim in found.picture.claims} <= {"AUR", "BOR"}
