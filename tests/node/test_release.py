"""What goes to partners, and on from them: nobody passes on what its first holder would not, and each is told once."""

from itertools import pairwise

import pytest

from consilience.errors import UsageError
from consilience.model.entry import ClaimEntry, Consent, Remarking, Retraction
from consilience.model.identity import PartnerId
from consilience.model.marking import Label
from consilience.node import amend
from consilience.node.giving import GrownError
from consilience.node.receive import NotTakenError, take
from consilience.trust.errors import AheadOfTimeError
from consilience.trust.statement import reread
from tests.simulator import START, alliance, row


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR", "CAL")
        yield found


def shown(node, code):
    """The cells of every claim that a partner would be shown, by id."""
    desk = node.desk() if code == node.partner else node.desk(node.audience([code]))
    return {claim.id: claim for claim in desk.picture().claims}


def in_log(node, code, kind=None):
    """What stands in a partner's log."""
    kinds = frozenset({kind}) if kind else None
    return [reread(entry.envelope) for entry in node.ledger.entries(f"to/{code}", kinds=kinds)]


def passed_on(allies, *path):
    """Release and deliver along a path of nodes."""
    for code, to in pairwise(path):
        allies.release(code, to)
        allies.deliver(code, to)


def test_a_portion_that_is_given_stays_marked_when_the_partner_passes_it_on(allies):
    allies.record(
        "AUR", row("A0"),
        row("A1", "REL TO BOR, CAL", source="LYNX", portions="source = REL TO BOR", origins="A0"),
    )  # fmt: skip
    passed_on(allies, "AUR", "BOR")
    assert shown(allies["BOR"], "BOR")["A1"].source == "LYNX"
    assert shown(allies["BOR"], "CAL")["A1"].source == ""
    assert shown(allies["AUR"], "CAL")["A1"].source == ""


@pytest.mark.parametrize("is_cut", [False, True])
def test_a_raised_label_travels_with_the_claim(allies, is_cut):
    extra = {"source": "LYNX", "portions": "source = OWNER ONLY"} if is_cut else {}
    allies.record("AUR", row("A1", "REL TO BOR, CAL", **extra))
    amend.mark(allies["AUR"], "A1", "REL TO BOR", "the source asked for it")
    passed_on(allies, "AUR", "BOR")
    assert list(shown(allies["BOR"], "BOR")) == ["A1"]
    assert shown(allies["BOR"], "CAL") == {}


@pytest.mark.parametrize("is_cut", [False, True])
def test_who_had_a_claim_before_it_was_marked_higher_is_told(allies, is_cut):
    extra = {"source": "LYNX", "portions": "source = OWNER ONLY"} if is_cut else {}
    allies.record("AUR", row("A1", "REL TO BOR, CAL", **extra))
    passed_on(allies, "AUR", "BOR")
    assert list(shown(allies["BOR"], "CAL")) == ["A1"]
    amend.mark(allies["AUR"], "A1", "OWNER ONLY", "the source asked for it")
    passed_on(allies, "AUR", "BOR")
    assert shown(allies["BOR"], "CAL") == {}
    assert allies.release("AUR", "BOR").new == 0


def test_the_reason_of_a_marking_stays_at_home(allies):
    allies.record("AUR", row("A1", "REL TO BOR, CAL"))
    passed_on(allies, "AUR", "BOR")
    amend.mark(allies["AUR"], "A1", "REL TO BOR", "LYNX asked for it")
    allies.release("AUR", "BOR")
    (told,) = in_log(allies["AUR"], "BOR", "remarking")
    assert (told.content.reason, told.content.marking) == ("marked higher", "")


def test_a_base_can_be_raised_beneath_a_portion_that_closes_the_whole(allies):
    rows = row("A1", "REL TO BOR, CAL", source="LYNX", portions="source = REL TO BOR")
    allies.record("AUR", rows)
    amend.mark(allies["AUR"], "A1", "REL TO BOR", "they asked")
    assert shown(allies["AUR"], "CAL") == {}
    allies.record("AUR", {**rows, "claim_id": "A2"})
    assert allies.record("AUR", {**rows, "claim_id": "A2", "marking": "REL TO BOR"}).raised == 1
    assert shown(allies["AUR"], "CAL") == {}


def test_a_guessed_id_does_not_show_what_a_claim_rests_on(allies):
    home, peer = allies["AUR"], allies["BOR"]
    allies.record("AUR", row("SECRET-17"), row("A1", "REL TO BOR", origins="SECRET-17"))
    allies.record(
        "BOR",
        row("SECRET-17", "REL TO AUR", partner="BOR"),
        row("B1", "REL TO AUR", partner="BOR", origins="SECRET-17"),
    )
    passed_on(allies, "BOR", "AUR", "BOR")
    (told,) = [said.content for said in in_log(home, "BOR", "claim")]
    assert told.cell("claim_id") == "A1"
    assert told.cell("origins").startswith("hidden:")
    assert peer.ledger.size("to/AUR") == 2


def test_what_a_partner_said_is_not_given_back_to_it(allies):
    allies.record("BOR", row("B1", "TLP:CLEAR", partner="BOR"))
    passed_on(allies, "BOR", "AUR")
    assert allies.release("AUR", "BOR").new == 0
    assert allies.release("AUR", "CAL").new == 1


def test_each_partner_of_a_joint_release_gets_pseudonyms_of_its_own(allies):
    home = allies["AUR"]
    allies.record("AUR", row("A0"), row("A1", "REL TO BOR, CAL", origins="A0"))
    home.release(home.decision(home.audience(["BOR", "CAL"])))
    names = {in_log(home, code, "claim")[0].content.cell("origins") for code in ("BOR", "CAL")}
    assert len(names) == 2
    assert all(name.startswith("hidden:") for name in names)


def test_a_partner_is_told_a_claim_in_one_form_however_the_release_was_put_together(allies):
    home = allies["AUR"]
    allies.record("AUR", row("A0", "REL TO BOR"), row("A1", "REL TO BOR, CAL", origins="A0"))
    home.release(home.decision(home.audience(["BOR"]), frozenset({"A1"})))
    home.release(home.decision(home.audience(["BOR", "CAL"])))
    allies.release("AUR", "BOR")
    assert [said.claim_id for said in in_log(home, "BOR", "claim")] == ["A1", "A0"]


def test_a_copy_is_replaced_when_more_of_the_claim_may_be_seen_and_a_retraction_reaches_every_form(allies):
    home = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR", source="LYNX", portions="source = REL TO BOR//EMBARGO 2031-06-20"))
    passed_on(allies, "AUR", "BOR")
    allies.clock.pass_(days=2)
    passed_on(allies, "AUR", "BOR")
    peer = allies["BOR"].desk()
    assert [(claim.id, claim.source) for claim in peer.picture().claims] == [("A1", "LYNX")]
    assert peer.picture().equivocations == ()
    amend.retract(home, "A1", "wrong camp")
    passed_on(allies, "AUR", "BOR")
    assert allies["BOR"].desk().picture().claims == ()


def test_a_retraction_is_told_to_who_had_the_claim_though_it_may_no_longer_have_it(allies):
    allies.record("AUR", row("A1", "REL TO BOR//EXPIRES 2031-06-20"))
    passed_on(allies, "AUR", "BOR")
    allies.clock.pass_(days=2)
    amend.retract(allies["AUR"], "A1", "wrong camp")
    passed_on(allies, "AUR", "BOR")
    assert allies["BOR"].desk().picture().claims == ()


def test_lines_delivered_in_another_order_withdraw_and_mark_all_the_same(allies):
    home, peer = allies["AUR"], allies["BOR"]
    allies.record("AUR", row("A1", "REL TO BOR, CAL"), row("A2", "REL TO BOR, CAL"))
    claims = [entry.envelope for entry in home.ledger.entries(kinds=frozenset({"claim"}))]
    words = [
        home.seal(Retraction(amend.one(home, "A1").digest, "wrong")),
        home.seal(Remarking(amend.one(home, "A2").digest, Label(rel=frozenset({PartnerId("BOR")})), "", "asked")),
    ]
    for envelope in (*(word.envelope for word in words), *claims):
        peer.record(take(peer, envelope))
    assert [claim.id for claim in peer.desk().picture().claims] == ["A2"]
    assert list(shown(peer, "CAL")) == []


def test_a_retraction_dated_before_its_claim_does_not_reach_back(allies):
    home, peer = allies["AUR"], allies["BOR"]
    allies.record("AUR", row("A1", "REL TO BOR"))
    passed_on(allies, "AUR", "BOR")
    early = home.roster.member("AUR").keys[0].since
    peer.record(take(peer, home.seal(Retraction(amend.one(home, "A1").digest, "never was"), early).envelope))
    assert [claim.id for claim in peer.desk().picture("2031-06-12").claims] == ["A1"]
    assert peer.desk().picture().claims == ()


def test_a_statement_of_the_future_is_refused_within_a_proof_too(allies):
    home = allies["AUR"]
    allies.clock.pass_(days=365)
    allies.record("AUR", row("A1", "REL TO BOR"))
    allies.release("AUR", "BOR")
    allies.clock.now = START
    with pytest.raises(AheadOfTimeError):
        allies.deliver("AUR", "BOR")
    assert home.ledger.size("to/BOR") == 1


def test_a_claim_sent_again_with_a_stricter_label_is_not_passed_over_in_silence(allies):
    home, peer = allies["AUR"], allies["BOR"]
    allies.record("AUR", row("A1", "REL TO BOR, CAL"))
    passed_on(allies, "AUR", "BOR")
    (entry,) = home.ledger.entries(kinds=frozenset({"claim"}))
    content = reread(entry.envelope).content
    again = home.seal(ClaimEntry(content.cells, Label(rel=frozenset({PartnerId("BOR")}))))
    with pytest.raises(NotTakenError, match="stricter label"):
        take(peer, again.envelope)


def test_nobody_speaks_in_anothers_name(allies):
    peer = allies["BOR"]
    allies.record("AUR", row("X1", "REL TO BOR", partner="CAL"), row("X2", "REL TO BOR", partner="BOR"))
    passed_on(allies, "AUR", "BOR")
    told = {claim.id: (claim.partner, claim.speaker.name) for claim in peer.desk().picture().claims}
    assert told == {"X1": ("AUR", "CAL"), "X2": ("AUR", "BOR")}


def test_a_partner_that_takes_our_id_does_not_cut_what_rests_on_it_from_its_root(allies):
    home = allies["AUR"]
    allies.record(
        "AUR", row("C17"), row("C18", origins="C17"), row("X1", partner="CAL", origins="C17"),
    )  # fmt: skip
    before = [fact.finding.verdict for fact in home.desk().picture().facts]
    allies.record("BOR", row("C17", "REL TO AUR", partner="BOR", reported_at="2031-06-02", phenomenon="exercise"))
    passed_on(allies, "BOR", "AUR")
    picture = home.desk().picture()
    assert [fact.finding.verdict for fact in picture.facts if "personnel" in fact.title] == before
    assert picture.equivocations == ()
    assert {claim.id for claim in picture.claims} == {"C17", "C18", "X1", "BOR/C17"}


def test_a_portion_that_shares_a_column_with_a_hidden_one_stays_marked(allies):
    portions = "source, url = REL TO BOR | source = OWNER ONLY"
    allies.record("AUR", row("A1", "REL TO BOR, CAL", source="LYNX", url="https://a.example", portions=portions))
    passed_on(allies, "AUR", "BOR")
    assert shown(allies["BOR"], "BOR")["A1"].url == "https://a.example"
    assert shown(allies["BOR"], "CAL")["A1"].url == ""


def test_a_portion_that_expires_while_pages_are_open_is_no_longer_shown(allies):
    portions = "source = REL TO BOR//EXPIRES 2031-06-20 | text = OWNER ONLY"
    allies.record("AUR", row("A1", "REL TO BOR", source="LYNX", text="seen", portions=portions))
    assert shown(allies["AUR"], "BOR")["A1"].source == "LYNX"
    allies.clock.pass_(days=1)
    assert shown(allies["AUR"], "BOR")["A1"].source == ""


def test_an_erasure_leaves_the_tearlines_that_were_made_of_it(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR", source="LYNX"))
    amend.tearline(node, "A1", amend.Tearline("A1-T", "REL TO CAL", frozenset({"source"}), {}))
    amend.erase(node, "A1", "named a person")
    assert list(shown(node, "CAL")) == ["A1-T"]


def test_what_is_withdrawn_is_not_told_to_who_never_had_it(allies):
    allies.record("AUR", row("A1", "REL TO BOR"))
    amend.retract(allies["AUR"], "A1", "LYNX was turned")
    assert allies.release("AUR", "BOR").new == 0


def test_nothing_is_released_to_ourselves(allies):
    with pytest.raises(UsageError, match="this node itself"):
        allies["AUR"].audience(["AUR"])


def test_our_own_claim_is_meant_when_a_partner_uses_its_id(allies):
    allies.record("AUR", row("X1", "REL TO BOR"))
    allies.record("BOR", row("X1", partner="BOR", best="7"))
    passed_on(allies, "AUR", "BOR")
    assert amend.retract(allies["BOR"], "X1", "wrong").issuer == "BOR"


def test_a_tearline_keeps_no_cell_that_was_marked_apart_unless_it_is_named(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR", source="LYNX", text="seen", portions="source = OWNER ONLY"))
    line = amend.Tearline("A1-T", "REL TO CAL", frozenset({"text"}), {})
    with pytest.raises(UsageError, match="source kept"):
        amend.tearline(node, "A1", line)


def test_an_erasure_that_was_cut_off_can_be_finished(allies, monkeypatch):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR, CAL", source="LYNX", portions="source = OWNER ONLY"))
    for code in ("BOR", "CAL"):
        allies.release("AUR", code)
    real, calls = node.ledger.erase, []

    def dies(tombstone):
        calls.append(tombstone)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(tombstone)

    monkeypatch.setattr(node.ledger, "erase", dies)
    with pytest.raises(KeyboardInterrupt):
        amend.erase(node, "A1", "named a person")
    monkeypatch.undo()
    amend.erase(node, "A1", "named a person")
    assert all(said.claim_id != "A1" for log in node.ledger.logs() for said in _readable(node, log))


def _readable(node, log):
    return [reread(entry.envelope) for entry in node.ledger.entries(log) if entry.envelope]


def test_an_erasure_takes_what_names_the_claim_and_nothing_of_its_namesake(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR"), row("A1", "REL TO BOR", best="7"))
    allies.release("AUR", "BOR")
    first, second = node.index.named("A1")
    node.record(node.seal(Consent(first.digest, PartnerId("CAL"), "read", START.replace(year=2040))))
    amend.erase(node, first.digest, "named a person")
    assert [said.claim_id for said in in_log_left(node)] == ["A1"]
    assert [held.digest for held in node.index.named("A1")] == [second.digest]
    assert all(first.digest not in repr(said.content) for said in _readable(node, "main") if said.claim_id is None)


def in_log_left(node):
    return [said for said in _readable(node, "to/BOR") if said.claim_id]


def test_what_a_partner_sent_can_be_erased_here(allies):
    allies.record("BOR", row("B1", "REL TO AUR", partner="BOR"))
    passed_on(allies, "BOR", "AUR")
    amend.erase(allies["AUR"], "B1", "named a person")
    assert allies["AUR"].desk().holdings.claims == ()


def test_a_decision_is_not_carried_out_once_something_was_said_since(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR"))
    decision = node.decision(node.audience(["BOR"]))
    amend.mark(node, "A1", "OWNER ONLY", "they asked")
    with pytest.raises(GrownError):
        node.release(decision)
