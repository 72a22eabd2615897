"""What a partner learns by what it gives: nothing of what others gave us, of what we erased, and of whom we know."""

import base64
import json

import pytest

from consilience.exchange.link import MOST_LINES
from consilience.ledger import proof
from consilience.model.identity import PartnerId
from consilience.node import amend
from consilience.node.circles import Circles
from consilience.node.common import common, sign
from consilience.node.home import HomeError
from consilience.node.offer import offer
from consilience.trust import canonical
from consilience.web.sidecar import Asked, Sidecar
from tests.simulator import alliance, row


@pytest.fixture
def three(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR", "CAL")
        yield found


def given(node, name="proofs", *lines, by="BOR"):
    """The status and the answer to lines that a partner posts."""
    answer = Sidecar(node).answer(Asked(PartnerId(by), "POST", name, {}, b"\n".join(lines)))
    return answer.status, json.loads(answer.body) if answer.status == 200 else answer.body.decode()


def told(read, new=0, known=0, *refused):
    return 200, {"read": read, "new": new, "known": known, "refused": list(refused)}


def envelopes(node, kind="claim"):
    return [entry.envelope for entry in node.ledger.entries(kinds=frozenset({kind}))]


def spoiled(envelope):
    value = json.loads(envelope)
    signature = bytearray(base64.b64decode(value["signatures"][0]["sig"]))
    signature[0] ^= 1
    value["signatures"][0]["sig"] = base64.b64encode(bytes(signature)).decode()
    return canonical.encode(value)


@pytest.mark.parametrize("state", ["never had", "held", "erased"])
def test_a_push_of_anothers_claim_does_not_tell_whether_we_hold_it_or_erased_it(three, state):
    three.record("CAL", row("C1", "REL TO AUR, BOR", partner="CAL"))
    (claim,) = envelopes(three["CAL"])
    if state != "never had":
        three.release("CAL", "AUR")
        three.deliver("CAL", "AUR")
    if state == "erased":
        (held,) = three["AUR"].index.objects("claim")
        amend.erase(three["AUR"], held.digest, "asked to")
    assert given(three["AUR"], "proofs", claim) == told(1)


def test_a_push_does_not_tell_who_is_on_our_roster(three, tmp_path):
    with alliance(tmp_path / "others") as others:
        (tmp_path / "others").mkdir(exist_ok=True)
        others.join("DEL", "EST")
        others.record("DEL", row("D1"))
        three.record("CAL", row("C1"))
        for whose in (three["CAL"], others["DEL"]):
            (claim,) = envelopes(whose)
            roster = envelopes(whose, "roster")[-1]
            for line in (claim, spoiled(claim), roster, spoiled(roster)):
                assert given(three["AUR"], "proofs", line) == told(1)


def test_of_its_own_objects_proven_out_of_its_own_log_a_partner_is_told_how_many_were_new(three):
    three.record("BOR", row("B1", "REL TO AUR"), row("B2", "REL TO AUR"))
    three.release("BOR", "AUR")
    lines = [proof.make(three["BOR"].ledger, index, "to/AUR") for index in range(2)]
    assert given(three["AUR"], "proofs", *lines) == told(2, 2)
    assert given(three["AUR"], "proofs", *lines) == told(2, 0, 2)
    held = next(iter(three["AUR"].index.objects("claim")))
    amend.erase(three["AUR"], held.digest, "asked to")
    assert given(three["AUR"], "proofs", *lines) == told(2, 0, 2)
    assert given(three["AUR"], "proofs", *lines, by="CAL") == told(2)


def test_what_is_no_line_at_all_is_said_to_be_by_its_number_and_in_one_word(three):
    three.record("CAL", row("C1"))
    (claim,) = envelopes(three["CAL"])
    large = b'"' + b"x" * proof.MOST_BYTES + b'"'
    answer = given(three["AUR"], "proofs", b"nonsense", claim, large, b'{"schema":"consilience.proof/1"}')
    assert answer == told(4, 0, 0, "line 1: unreadable", "line 3: too large", "line 4: unreadable")
    status, said = given(three["AUR"], "proofs", *[b"1"] * (MOST_LINES + 1))
    assert (status, said.startswith("lines: found 501")) == (400, True)


def test_a_word_on_a_picture_is_taken_only_in_a_circle_with_its_sender_and_nothing_else_with_it(three):
    both, others = frozenset({"AUR", "BOR"}), frozenset({"AUR", "CAL"})
    three.record("AUR", row("A1", "REL TO BOR"))
    three.release("AUR", "BOR")
    three.deliver("AUR", "BOR")
    word = sign(three["BOR"], common(three["BOR"], both, {PartnerId("AUR"): offer(three["AUR"], both)})).envelope
    size = three["AUR"].ledger.size()
    assert given(three["AUR"], "compared", word)[0] == 403
    Circles(three["AUR"].home).join(others)
    assert given(three["AUR"], "compared", word)[0] == 403
    Circles(three["AUR"].home).join(both)
    assert given(three["AUR"], "compared", word, by="CAL")[0] == 403
    assert three["AUR"].ledger.size() == size
    three.record("BOR", row("B1", "REL TO AUR"))
    (claim,) = [each for each in envelopes(three["BOR"]) if b"B1" in base64.b64decode(json.loads(each)["payload"])]
    assert given(three["AUR"], "compared", word, claim) == told(2, 0, 0, "line 2: no comparison")
    assert three["AUR"].ledger.size() == size + 1


@pytest.mark.parametrize("name", ["circles.json"])
def test_a_damaged_file_of_ours_is_no_partners_to_know(three, name):
    (three["AUR"].home.folder / name).write_text("{")
    answer = Sidecar(three["AUR"]).answer(Asked(PartnerId("BOR"), "GET", "offer", {"with": "AUR,BOR"}))
    assert (answer.status, answer.body) == (503, b"no answer can be given now\n")


def test_who_of_a_circle_has_left_our_roster_is_not_told(three):
    Circles(three["AUR"].home).join({"AUR", "BOR", "XYZ"})
    answer = Sidecar(three["AUR"]).answer(Asked(PartnerId("BOR"), "GET", "offer", {"with": "AUR,BOR,XYZ"}))
    assert (answer.status, b"roster" in answer.body) == (503, False)


def test_an_error_with_a_path_in_its_words_stays_here(three, monkeypatch):
    def damaged(*_):
        raise HomeError("/home/aurelia/secret", "mode 644", "a file for its owner alone")

    monkeypatch.setattr(three["AUR"].ledger, "size", damaged)
    answer = Sidecar(three["AUR"]).answer(Asked(PartnerId("BOR"), "GET", "proofs", {}))
    assert (answer.status, b"/" in answer.body, answer.headers["retry-after"]) == (503, False, "30")
