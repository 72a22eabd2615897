"""The story of a node and its partners: recorded, withdrawn, consented to, told in less, released, received."""

from datetime import timedelta

import pytest

from consilience.desk import Desk
from consilience.errors import UsageError
from consilience.intake.holdings import Intake
from consilience.ledger.errors import EquivocationError, WrongHomeError
from consilience.ledger.note import Checkpoint, checkpoint_of, parse, sign
from consilience.model.entry import Consent, Remarking, Retraction, Statement, Tombstone
from consilience.model.fact import Verdict
from consilience.model.identity import PartnerId
from consilience.model.marking import Label
from consilience.model.roster import Group
from consilience.node import amend, prove
from consilience.node import home as homes
from consilience.node.node import establish, open_node
from consilience.node.receive import NotTakenError, take
from consilience.node.record import Recorder
from consilience.release.outgoing import Release
from consilience.trust.envelope import seal
from consilience.trust.errors import ImpersonationError, KeyRetiredError, TrustError
from consilience.trust.payload import encode
from consilience.trust.roster import with_group, with_key
from consilience.trust.statement import reread
from tests.simulator import EXERCISE, START, alliance, row


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join("AUR", "BOR", "CAL", BOR={"clearance": (("NATIONAL", 3),)})
        yield found


def ids(desk):
    return [claim.id for claim in desk.picture().claims]


def seen_by(node, *codes):
    return node.desk(node.audience(codes))


def test_an_unmarked_claim_stays_here(allies):
    allies.record("AUR", row("A1"))
    sent = allies.release("AUR", "BOR")
    assert (len(sent.release.decision.given), sent.new) == (0, 0)
    assert allies["AUR"].desk().custody.words(allies["AUR"].desk().picture().claims) == "stays here"


def test_to_record_a_table_again_changes_nothing(allies):
    rows = [row(f"A{number}", "REL TO BOR") for number in range(600)]
    assert allies.record("AUR", *rows).new == 600
    size = allies["AUR"].ledger.size()
    again = allies.record("AUR", *rows)
    assert (again.new, again.repeated, allies["AUR"].ledger.size()) == (0, 600, size)


def test_a_stricter_marking_in_the_table_raises_the_label_and_a_wider_one_does_not_lower_it(allies):
    allies.record("AUR", row("A1", "REL TO BOR, CAL"), row("A2", "REL TO BOR"))
    found = allies.record("AUR", row("A1", "REL TO BOR"), row("A2", "REL TO BOR, CAL"))
    assert (found.raised, found.kept, found.new) == (1, 1, 0)
    assert ids(seen_by(allies["AUR"], "CAL")) == []
    assert ids(seen_by(allies["AUR"], "BOR")) == ["A1", "A2"]


def test_a_label_is_never_lowered_in_place(allies):
    allies.record("AUR", row("A1", "REL TO BOR"))
    with pytest.raises(amend.LoweredError, match="tearline"):
        amend.mark(allies["AUR"], "A1", "TLP:CLEAR", "they asked")


def test_a_retraction_reaches_who_had_the_claim_and_pictures_of_before_stay(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR"))
    allies.release("AUR", "BOR")
    assert allies.deliver("AUR", "BOR") == 1
    amend.retract(node, "A1", "wrong camp")
    allies.release("AUR", "BOR")
    assert allies.deliver("AUR", "BOR") == 1
    for desk in (node.desk(), allies["BOR"].desk()):
        assert ids(desk) == []
        assert [claim.id for claim in desk.picture("2031-06-12").claims] == ["A1"]
    assert allies.release("AUR", "BOR").new == 0


def test_what_was_told_in_part_is_withdrawn_by_the_name_that_the_partner_knows(allies):
    allies.record("AUR", row("A1", "REL TO BOR", source="walk-in", portions="source = OWNER ONLY"))
    allies.release("AUR", "BOR")
    amend.retract(allies["AUR"], "A1", "wrong camp")
    allies.clock.pass_(days=1)
    assert allies.release("AUR", "BOR").new == 1
    allies.deliver("AUR", "BOR")
    assert ids(allies["BOR"].desk()) == []
    held = allies["BOR"].desk().holdings.claims
    assert [claim.source for claim in held] == [""]


def test_a_tearline_is_a_new_object_whose_origin_only_its_originator_knows(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "SECRET//REL TO BOR", source="walk-in"))
    line = amend.Tearline("A1-T", "REL TO CAL", frozenset({"source"}), {"text": "Something was seen."})
    amend.tearline(node, "A1", line)
    (told,) = seen_by(node, "CAL").picture().claims
    assert (told.id, told.source, told.origins, told.text) == ("A1-T", "", (), "Something was seen.")
    ours = {claim.id: claim for claim in node.desk().picture().claims}
    assert ours["A1-T"].origins == ("A1",)
    assert node.desk().picture().count(Verdict.CORROBORATED) == 0


def test_only_the_originator_may_put_a_claim_lower(allies):
    allies.record("AUR", row("B1", "REL TO BOR", partner="BOR"))
    with pytest.raises(amend.NotOriginatorError, match="Ask BOR"):
        amend.tearline(allies["AUR"], "B1", amend.Tearline("B1-T", "TLP:CLEAR", frozenset({"source"}), {}))


def test_orcon_goes_only_with_the_originators_consent_for_that_object_recipient_use_and_time(allies):
    home, peer = allies["AUR"], allies["BOR"]
    allies.record("AUR", row("B1", "REL TO CAL//ORCON", partner="BOR"), row("B2", "REL TO CAL//ORCON", partner="BOR"))
    assert ids(seen_by(home, "CAL")) == []
    digest = amend.one(home, "B1").digest
    signed = amend.consent(peer, digest, "CAL", "read", START + timedelta(days=2))
    home.record(take(home, signed.envelope))
    assert ids(seen_by(home, "CAL")) == ["B1"]
    assert ids(home.desk(home.audience(["CAL"], use="brief"))) == []
    allies.clock.pass_(days=3)
    assert ids(seen_by(home, "CAL")) == []


def test_a_consent_by_somebody_else_opens_nothing(allies):
    home = allies["AUR"]
    allies.record("AUR", row("B1", "REL TO CAL//ORCON", partner="BOR"))
    home.record(home.seal(Consent(amend.one(home, "B1").digest, PartnerId("CAL"), "read", START + timedelta(days=9))))
    assert ids(seen_by(home, "CAL")) == []


def test_an_embargo_ends_and_an_expiry_begins_with_the_clock(allies):
    allies.record("AUR", row("A1", "REL TO BOR//EMBARGO 2031-06-20"), row("A2", "REL TO BOR//EXPIRES 2031-06-20"))
    assert ids(seen_by(allies["AUR"], "BOR")) == ["A2"]
    allies.clock.pass_(days=1)
    assert ids(seen_by(allies["AUR"], "BOR")) == ["A1"]


def test_who_joins_a_group_later_gains_nothing(allies):

    node = allies["AUR"]
    node.adopt(lambda roster, now: with_group(roster, Group("PAIR", frozenset({PartnerId("BOR")})), now))
    allies.record("AUR", row("A1", "REL TO PAIR"))
    members = frozenset({PartnerId("BOR"), PartnerId("CAL")})
    node.adopt(lambda roster, now: with_group(roster, Group("PAIR", members), now))
    allies.record("AUR", row("A2", "REL TO PAIR"))
    assert ids(seen_by(node, "CAL")) == ["A2"]
    assert ids(seen_by(node, "BOR", "CAL")) == ["A2"]


def test_claims_that_rest_on_one_hidden_source_are_not_taken_for_two_witnesses(allies):
    allies.record(
        "AUR", row("A0", "OWNER ONLY"), row("A1", "REL TO BOR", origins="A0"),
        row("C1", "REL TO BOR", partner="CAL", origins="A0"),
    )  # fmt: skip
    (fact,) = seen_by(allies["AUR"], "BOR").picture().facts
    assert fact.finding.verdict is Verdict.CIRCULAR
    assert "A0" not in seen_by(allies["AUR"], "BOR").picture().to_json()


def test_a_joint_audience_gets_only_what_each_may_have_and_an_empty_join_is_said(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR"), row("C1", "REL TO CAL", partner="CAL"))
    assert ids(seen_by(node, "BOR", "CAL")) == []
    (fact,) = node.desk().picture().facts
    assert node.desk().custody.words(holding.claim for holding in fact.holdings).startswith("stays here")


def test_every_decision_is_recorded_refusals_too(allies):
    allies.record("AUR", row("A1", "REL TO BOR"), row("A2"))
    sent = allies.release("AUR", "BOR")
    (record,) = [verified.statement.content for verified in sent.release.record]
    assert [(each.outcome, each.rules) for each in record.decisions] == [("whole", ()), ("withheld", ("recipients",))]
    assert allies["AUR"].ledger.entry(sent.record.indices[0]).kind == "release"


def test_the_log_of_a_partner_tells_nothing_of_what_is_withheld(allies):
    allies.record("AUR", row("A1", "REL TO BOR"), *(row(f"S{number}") for number in range(50)))
    allies.release("AUR", "BOR")
    assert allies["AUR"].ledger.size("to/BOR") == 1
    assert "\n1\n" in allies["AUR"].ledger.checkpoint("to/BOR")


def test_a_release_cannot_be_made_by_hand(allies):
    with pytest.raises(TypeError, match="decide, then prepare"):
        Release(None, START, (), (), object())


def test_a_statement_replayed_under_another_partners_name_is_refused(allies):
    allies.record("AUR", row("A1", "REL TO BOR"))
    (entry,) = allies["AUR"].ledger.entries(kinds=frozenset({"claim"}))
    said = reread(entry.envelope)
    with pytest.raises(ImpersonationError):
        take(allies["BOR"], seal(*encode(said), [allies["CAL"].signer]))
    theirs = Statement(PartnerId("CAL"), said.issued_at, said.content)
    with pytest.raises(ImpersonationError):
        take(allies["BOR"], seal(*encode(theirs), [allies["AUR"].signer]))


def test_an_old_key_signs_nothing_new_and_what_it_signed_stays_good_in_its_issuers_log(allies):
    home, peer = allies["AUR"], allies["BOR"]
    allies.record("AUR", row("A1", "REL TO BOR"))
    (entry,) = home.ledger.entries(kinds=frozenset({"claim"}))
    allies.clock.pass_(hours=1)
    home.rotate()

    peer.adopt(lambda roster, now: with_key(roster, PartnerId("AUR"), home.signer.public, now))
    with pytest.raises(KeyRetiredError):
        take(peer, entry.envelope)
    allies.release("AUR", "BOR")
    assert allies.deliver("AUR", "BOR") == 1


def test_a_partner_cannot_retract_or_mark_what_is_anothers(allies):
    home, peer = allies["AUR"], allies["BOR"]
    allies.record("AUR", row("A1", "REL TO BOR, CAL"))

    digest = amend.one(home, "A1").digest
    for content in (Retraction(digest, "not so"), Remarking(digest, Label(), "", "hide it")):
        home.record(take(home, peer.seal(content).envelope))
    assert ids(seen_by(home, "CAL")) == ["A1"]


def test_rosters_and_tombstones_are_not_taken_from_others(allies):

    peer = allies["BOR"]
    with pytest.raises(NotTakenError, match="tombstone"):
        take(allies["AUR"], peer.seal(Tombstone("main", 0, "0" * 64, "gone")).envelope)
    with pytest.raises(TrustError):
        take(allies["AUR"], peer.ledger.entry(0).envelope)


def test_an_erased_claim_leaves_no_trace_in_what_is_derived_and_cannot_be_posted_again(allies):
    node = allies["AUR"]
    allies.record("AUR", row("A1", "REL TO BOR//EMBARGO 2031-06-01"), row("A2", "REL TO BOR"))
    allies.release("AUR", "BOR")
    amend.erase(node, "A1", "named a person")
    assert ids(node.desk()) == ["A2"]
    found = allies.record("AUR", row("A1", "TLP:CLEAR"), row("A3"))
    assert ([bad.row for bad in found.set_aside], found.new) == ([2], 1)
    assert prove.audit(node).is_sound
    assert prove.rebuild(node).is_same
    left = {
        reread(entry.envelope).claim_id
        for log in node.ledger.logs()
        for entry in node.ledger.entries(log, kinds=frozenset({"claim"}))
        if entry.envelope
    }
    assert left == {"A2", "A3"}


def test_what_is_derived_is_the_same_step_by_step_and_all_at_once(allies):

    node = allies["AUR"]
    Recorder(node).record([EXERCISE], Intake())
    amend.retract(node, "A5", "wrong")
    amend.mark(node, "A5", "REL TO BOR", "asked")
    allies.release("AUR", "BOR")
    done = prove.rebuild(node)
    assert done.is_same
    assert done.index_before.startswith("sha256:")


def test_a_picture_over_the_ledger_is_the_picture_over_the_files(allies):

    Recorder(allies["AUR"]).record([EXERCISE], Intake())
    assert allies["AUR"].desk().picture().digest == Desk.read([EXERCISE]).picture().digest


def test_an_older_database_put_in_the_place_of_the_newer_is_noticed(allies, tmp_path):
    node = allies["AUR"]
    file = node.home.folder / "ledger.db"
    allies.record("AUR", row("A1"))
    node.ledger.close()
    before = file.read_bytes()
    allies.record("AUR", row("A2"))
    node.ledger.close()
    for name in (file, file.with_name("ledger.db-wal"), file.with_name("ledger.db-shm")):
        name.unlink(missing_ok=True)
    file.write_bytes(before)
    (node.home.folder / "derived.db").unlink()
    with open_node(homes.read(node.home.folder), allies.clock, unchecked=True) as again:
        assert [problem.name for problem in prove.audit(again).problems] == ["RolledBack"]


def test_the_database_of_another_node_is_refused(allies):
    theirs = allies["BOR"].home.folder
    mine = homes.read(allies["AUR"].home.folder)
    with (
        pytest.raises(WrongHomeError),
        open_node(
            homes.Home(theirs, mine.partner, mine.origin, f"sqlite:///{theirs}/ledger.db", f"sqlite:///{theirs}/x.db")
        ),
    ):
        pass


def test_two_heads_of_one_size_are_refused_by_a_witness_and_kept_as_evidence(allies):
    home, peer = allies["AUR"], allies["BOR"]
    note = home.ledger.checkpoint()
    signed = prove.cosign(peer, note, ())
    assert home.ledger.add_cosignature(signed, prove.witness_keys(home.roster)) == 1

    head = checkpoint_of(parse(note).text)
    other = sign(Checkpoint(head.origin, head.size, b"x" * 32), home.signer)
    with pytest.raises(EquivocationError):
        prove.cosign(peer, other, ())
    assert len(peer.ledger.incidents()) == 1


def test_an_unknown_audience_is_named_with_the_way_out(allies):
    with pytest.raises(UsageError, match="partner add XYZ"):
        allies["AUR"].audience(["XYZ"])


def test_a_home_that_is_open_to_others_is_refused(allies):
    secret = allies["AUR"].home.folder / "secret"
    secret.chmod(0o644)
    with pytest.raises(homes.HomeError, match="chmod 600"):
        _ = allies["AUR"].home.secret


def test_a_node_on_postgresql_tells_the_same_story(postgresql, tmp_path, allies):
    home = homes.create(tmp_path / "pg", "PGN", postgresql)
    establish(home, "On a server", allies.clock)
    with open_node(home, allies.clock) as node:
        allies.nodes["PGN"] = node
        allies.introduce(node, "BOR")
        allies.introduce(allies["BOR"], "PGN")
        allies.record("PGN", row("P1", "REL TO BOR", partner="PGN"), row("P2", partner="PGN"))
        assert allies.release("PGN", "BOR").new == 1
        assert allies.deliver("PGN", "BOR") == 1
        amend.erase(node, "P2", "named a person")
        assert prove.audit(node).is_sound
        assert prove.rebuild(node).is_same


def test_columns_of_a_tables_own_are_kept_whatever_they_are_called(allies):
    found = allies.record("AUR", row("A1", "REL TO BOR", **{"Analyst's note": "check", "Примітка": "так"}))
    assert (found.new, found.set_aside) == (1, [])
    (claim,) = seen_by(allies["AUR"], "BOR").picture().claims
    assert dict(claim.extras) == {"Analyst's note": "check", "Примітка": "так"}
