"""Sessions over the exchange: every node counts the same, whatever is late, copied, cut off or shown twice."""

import json
import stat
from contextlib import closing
from itertools import permutations
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

from consilience.errors import UsageError
from consilience.exchange.taxii.store import Store
from consilience.ledger.database import Database
from consilience.ledger.entry import Batch
from consilience.ledger.errors import StorageError
from consilience.model.round import Commitment, Frozen, Note, Reveal, Session
from consilience.node import sealing
from consilience.node import sessions as module
from consilience.node.disclosed import disclosed
from consilience.node.giving import log_of
from consilience.node.home import HomeError
from consilience.node.outlet import Outlet
from consilience.node.push import push
from consilience.node.receive import NotTakenError, take
from consilience.node.sealing import NotNowError, Secrets, UnopenableError
from consilience.node.sessions import abort, ask, find, held, keep_up, note, say, standings
from consilience.rounds.answer import Misdeed
from consilience.rounds.count import Ended, Phase
from consilience.rounds.telling import next_step
from consilience.trust.roster import with_key
from tests.node.rounds import (
    ALL,
    FIRST,
    SECOND,
    answer,
    exchange,
    put,
    random,
    reveal,
    round_of,
    sign,
    stands,
    statuses,
)
from tests.rounds.sessions import QUESTION
from tests.simulator import alliance, row
from tests.wire import Weather, fetch, link


@pytest.fixture
def three(tmp_path):
    with alliance(tmp_path) as found:
        found.join(*ALL)
        yield found


def test_two_rounds_over_the_exchange_end_in_one_result_that_all_sign(three):
    session = put(three)
    exchange(three)
    round_of(three, session, {"AUR": 30, "BOR": 40, "CAL": 70})
    note(three["BOR"], stands(three, "BOR", session), "the ford is under water", ())
    exchange(three)
    assert [each.note.text for each in stands(three, "CAL", session).notes] == ["the ford is under water"]
    round_of(three, session, {"AUR": 32, "BOR": 35, "CAL": 45})
    digests = {sign(three, code, session).digest for code in ALL}
    exchange(three)
    assert len(digests) == 1
    for code in ALL:
        found = sign(three, code, session)
        assert found.spoken is None
        assert found.agreed, found
        assert found.result["final_round"] == 2
        assert found.result["rounds"][0]["answers"]["CAL"]["assessment"]["judgements"]["yes"]["percent"] == 70


def test_a_partner_sees_that_others_have_committed_and_never_what(three):
    session = put(three)
    exchange(three)
    made = answer(three, "AUR", session, 37)
    exchange(three)
    assert statuses(three, "BOR", session) == {"AUR": "committed", "BOR": "not answered", "CAL": "not answered"}
    nonce = Secrets(three["AUR"].home).get(session, 1).nonce
    for code in ("BOR", "CAL"):
        held = b"".join(entry.envelope for entry in three[code].ledger.entries())
        assert made.said.statement.content.commitment not in ("", nonce.hex())
        assert nonce.hex().encode() not in held
        assert b"judgements" not in held


def test_the_set_is_frozen_as_soon_as_all_have_answered_and_once(three):
    session = put(three)
    exchange(three)
    for code in ALL:
        answer(three, code, session, 30)
    exchange(three)
    assert {stands(three, code, session).round.phase for code in ALL} == {Phase.REVEALING}
    exchange(three)
    three.clock.now = FIRST.commit
    exchange(three)
    kinds = [entry.kind for entry in three["AUR"].ledger.entries() if entry.kind == "frozen"]
    assert kinds == ["frozen"]


def test_who_is_late_is_not_waited_for_and_is_named(three):
    session = put(three)
    exchange(three)
    for code in ("AUR", "BOR"):
        answer(three, code, session, 30)
    exchange(three)
    three.clock.now = FIRST.commit
    with pytest.raises(NotNowError, match="answers are sealed until"):
        answer(three, "CAL", session, 30)
    exchange(three)
    for code in ("AUR", "BOR"):
        reveal(three, code, session)
    exchange(three)
    assert statuses(three, "CAL", session) == {"AUR": "opened", "BOR": "opened", "CAL": "not answered"}
    assert stands(three, "CAL", session).round.number == 2


def test_a_commitment_that_did_not_reach_the_convener_in_time_is_excluded(three):
    session = put(three)
    exchange(three)
    for code in ALL:
        answer(three, code, session, 30)
    exchange(three, ("AUR", "BOR"))
    three.clock.now = FIRST.commit
    keep_up(three["AUR"])
    exchange(three)
    for code in ("AUR", "BOR"):
        reveal(three, code, session)
    with pytest.raises(NotNowError, match=r"left out.*--late"):
        reveal(three, "CAL", session)
    reveal(three, "CAL", session, late=True)
    exchange(three)
    assert {code: statuses(three, code, session)["CAL"] for code in ALL} == dict.fromkeys(ALL, "late")


def test_a_reveal_that_never_comes_is_in_the_result_that_the_others_sign(three):
    session = put(three)
    exchange(three)
    for code in ALL:
        answer(three, code, session, 30)
    exchange(three)
    for code in ("AUR", "BOR"):
        reveal(three, code, session)
    three.clock.now = SECOND.reveal
    exchange(three)
    found = sign(three, "AUR", session)
    assert found.result["rounds"][0]["answers"]["CAL"]["status"] == "missing"
    assert found.result["rounds"][0]["missing"] == ["CAL"]
    with pytest.raises(NotNowError, match="--late"):
        reveal(three, "CAL", session)


def test_nothing_opens_before_the_set_is_frozen(three):
    session = put(three)
    exchange(three)
    with pytest.raises(NotNowError, match="nothing that we sealed"):
        reveal(three, "BOR", session)
    answer(three, "BOR", session, 30)
    with pytest.raises(NotNowError, match="no frozen set"):
        reveal(three, "BOR", session)
    assert Secrets(three["BOR"].home).get(session, 1) is not None


def test_nothing_opens_before_all_that_is_frozen_has_been_shown(three):
    session = put(three)
    exchange(three)
    made = answer(three, "BOR", session, 30)
    exchange(three)
    kept = [three["AUR"].seal(Commitment(session, ALL, 1, value * 32)) for value in ("aa", "bb")]
    three.clock.now = FIRST.commit
    named = (made.said.digest, *(each.digest for each in kept))  # two to choose from, and CAL left out
    say(three["AUR"], Frozen(session, ALL, 1, tuple(sorted(named))))
    fetch(three, "BOR", "AUR")
    with pytest.raises(NotNowError, match=r"not here yet.*consilience sync"):
        reveal(three, "BOR", session)
    assert Secrets(three["BOR"].home).get(session, 1) is not None
    assert "consilience sync" in next_step(stands(three, "BOR", session), "BOR")


def test_a_second_answer_is_refused_here_and_found_out_by_the_others(three):
    session = put(three)
    exchange(three)
    answer(three, "BOR", session, 30)
    with pytest.raises(NotNowError, match="not changed"):
        answer(three, "BOR", session, 60)
    say(three["BOR"], Commitment(session, ALL, 1, "cd" * 32))  # a program of another make may
    exchange(three)
    assert statuses(three, "CAL", session)["BOR"] == "committed twice"
    assert [fault.misdeed for fault in stands(three, "CAL", session).faults] == [Misdeed.TWO_COMMITMENTS]


def test_a_partner_that_tells_each_another_commitment_is_found_out_by_what_is_passed_on(three):
    session = put(three)
    exchange(three)
    node = three["BOR"]
    for to, value in (("AUR", "aa" * 32), ("CAL", "cc" * 32)):
        made = node.seal(Commitment(session, ALL, 1, value))
        node.append(Batch(log_of(to), [made]))
    exchange(three)
    for code in ("AUR", "CAL"):
        assert statuses(three, code, session)["BOR"] == "committed twice"


def test_a_convener_that_shows_each_another_set_is_named_to_all_by_both(three):
    session = put(three)
    exchange(three)
    made = {code: answer(three, code, session, 30).said for code in ("BOR", "CAL")}
    own = answer(three, "AUR", session, 30).said
    node = three["AUR"]
    exchange(three, ("BOR", "CAL"))
    three.clock.now = FIRST.commit
    for to, left_out in (("BOR", "CAL"), ("CAL", "BOR")):
        named = tuple(sorted(each.digest for code, each in (*made.items(), ("AUR", own)) if code != left_out))
        node.append(Batch(log_of(to), [node.seal(Frozen(session, ALL, 1, named))]))
    fetch(three, "BOR", "AUR")
    reveal(three, "BOR", session)
    exchange(three)
    for code in ("BOR", "CAL"):
        found = stands(three, code, session)
        assert found.rounds[0].ended is Ended.TWO_SETS
        fault = next(each for each in found.faults if each.misdeed is Misdeed.TWO_SETS)
        assert fault.partners == ("AUR",)
        held = {each.digest for each in three[code].ledger.entries() if each.kind == "frozen"}
        assert set(fault.statements) <= held  # both signatures are here


def test_a_copied_commitment_comes_to_nothing(three):
    session = put(three)
    exchange(three)
    made = answer(three, "AUR", session, 30)
    answer(three, "BOR", session, 40)
    exchange(three)
    say(three["CAL"], Commitment(session, ALL, 1, made.said.statement.content.commitment))
    exchange(three)
    for code in ("AUR", "BOR"):
        reveal(three, code, session)
    exchange(three)
    opened = next(each.statement.content for each in reveals(three["CAL"]) if each.statement.issuer == "AUR")
    frozen = stands(three, "CAL", session).rounds[0].frozen[0]
    say(three["CAL"], Reveal(session, ALL, 1, frozen, opened.nonce, opened.assessment))
    exchange(three)
    assert statuses(three, "BOR", session) == {"AUR": "opened", "BOR": "opened", "CAL": "mismatched"}
    assert (Misdeed.COPIED, ("CAL",)) in {
        (each.misdeed, each.partners) for each in stands(three, "BOR", session).faults
    }


def reveals(node):
    return [each.told for each in held(node) if isinstance(each.told.statement.content, Reveal)]


def test_a_partner_who_is_cut_off_from_one_hears_it_by_way_of_another(three):
    session = put(three)
    parted = Weather(cut={frozenset({"AUR", "CAL"})})
    halves = (("AUR", "BOR"), ("BOR", "CAL"))
    for half in halves:
        exchange(three, half, parted)
    for code in ALL:
        answer(three, code, session, 30 + ALL.index(code))
    for half in (*halves[::-1], *halves):
        exchange(three, half, parted)
    for code in ALL:
        reveal(three, code, session)
    for half in halves * 2:
        exchange(three, half, parted)
    for code in ALL:
        assert statuses(three, code, session) == dict.fromkeys(ALL, "opened")
    assert len({sign(three, code, session).digest for code in ALL}) == 1


def test_after_a_partition_heals_all_count_the_same(three):
    session = put(three)
    exchange(three)
    for code in ALL:
        answer(three, code, session, 30)
    exchange(three, ("AUR", "BOR"))  # CAL is alone
    three.clock.now = FIRST.commit
    exchange(three, ("AUR", "BOR"))
    for code in ("AUR", "BOR"):
        reveal(three, code, session)
    three.clock.now = FIRST.reveal
    assert stands(three, "CAL", session).rounds[0].ended is Ended.NEVER_FROZEN  # all that it can know
    before = sign(three, "CAL", session)
    exchange(three)
    assert len({repr(stands(three, code, session).rounds[0].answers) for code in ALL}) == 1
    three.clock.now = SECOND.reveal
    exchange(three)
    digests = {sign(three, code, session).digest for code in ALL}
    assert len(digests) == 1
    assert digests != {before.digest}  # what arrived changed it, and CAL signed anew
    exchange(three)
    assert sign(three, "AUR", session).agreed


@pytest.mark.parametrize("order", list(permutations(ALL)), ids="-".join)
def test_in_whatever_order_partners_fetch_they_end_alike(three, order):
    session = put(three)
    exchange(three, order)
    round_of(three, session, {code: 20 + 10 * ALL.index(code) for code in order}, order)
    assert len({repr(stands(three, code, session).rounds) for code in ALL}) <= len(ALL)
    assert len({sign(three, code, session).digest for code in ALL}) == 1


def test_a_bad_network_changes_nothing_in_what_is_counted(three):
    weather = Weather(seed=7, mute=0.1, twice=0.2, busy=0.1)
    session = put(three)
    exchange(three, weather=weather, times=4)
    for code in ALL:
        answer(three, code, session, 30)
    exchange(three, weather=weather, times=4)
    for code in ALL:
        reveal(three, code, session)
    exchange(three, weather=weather, times=4)
    for code in ALL:
        assert statuses(three, code, session) == dict.fromkeys(ALL, "opened")


# --- What opens an answer --------------------------------------------------------------------------------------------


def test_killed_between_secret_and_ledger_an_answer_is_sealed_again(three, monkeypatch):
    session = put(three)
    exchange(three)

    def killed(*_, **__):
        raise StorageError("ledger", "no power", "a disk")

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "say", killed)
        with pytest.raises(StorageError):
            answer(three, "BOR", session, 30, dice=random(1))
    first = Secrets(three["BOR"].home).get(session, 1)
    assert first is not None
    assert statuses(three, "BOR", session)["BOR"] == "not answered"
    made = answer(three, "BOR", session, 60, dice=random(2))  # nothing was told yet: another answer may be given
    kept = Secrets(three["BOR"].home).get(session, 1)
    assert (kept.nonce, kept.assessment) != (first.nonce, first.assessment)
    assert kept.commitment("BOR") == made.said.statement.content.commitment


def test_what_opens_an_answer_is_on_the_disk_before_the_commitment_is_recorded(three, monkeypatch):
    session = put(three)
    exchange(three)
    seen = []
    real = sealing.say

    def watched(node, content, at=None):
        file = node.home.folder / "sealed" / f"{session}-1.json"
        seen.append((file.is_file(), stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)))
        return real(node, content, at)

    monkeypatch.setattr(sealing, "say", watched)
    answer(three, "BOR", session, 30)
    assert seen == [(True, 0o600, 0o700)]


def test_who_seals_at_the_same_time_waits_and_writes_over_nothing(three, monkeypatch):
    session = put(three)
    exchange(three)
    node, keep, tell = three["BOR"], Secrets.keep, sealing.say
    events = []

    def other():
        with Secrets(node.home).alone():
            events.append("another process seals")

    second = Thread(target=other)

    def kept(secrets, secret):
        keep(secrets, secret)
        second.start()
        second.join(0.3)

    def told(*what, **how):
        spoken = tell(*what, **how)
        events.append("recorded")
        return spoken

    monkeypatch.setattr(Secrets, "keep", kept)
    monkeypatch.setattr(sealing, "say", told)
    answer(three, "BOR", session, 30)
    second.join()
    assert events == ["recorded", "another process seals"]
    with pytest.raises(NotNowError, match="not changed"):
        answer(three, "BOR", session, 60)


def test_an_answer_opened_late_is_opened_already(three):
    session = put(three)
    exchange(three)
    for code in ALL:
        answer(three, code, session, 30)
    exchange(three)
    three.clock.now = SECOND.reveal
    assert reveal(three, "CAL", session, late=True) is not None
    assert statuses(three, "CAL", session)["CAL"] == "late"
    assert reveal(three, "CAL", session, late=True) is None


def test_what_was_opened_is_forgotten_and_opening_it_again_does_nothing(three):
    session = put(three)
    exchange(three)
    for code in ALL:
        answer(three, code, session, 30)
    exchange(three)
    assert reveal(three, "BOR", session) is not None
    assert Secrets(three["BOR"].home).get(session, 1) is None
    assert reveal(three, "BOR", session) is None


def frozen_with(three, session):
    for code in ALL:
        answer(three, code, session, 30)
    exchange(three)
    return three["BOR"].home.folder / "sealed" / f"{session}-1.json"


def test_a_lost_home_cannot_open_and_says_so(three):
    session = put(three)
    exchange(three)
    frozen_with(three, session).unlink()
    with pytest.raises(HomeError, match="the record says so"):
        reveal(three, "BOR", session)


def test_an_answer_that_was_changed_after_it_was_sealed_does_not_leave(three):
    session = put(three)
    exchange(three)
    file = frozen_with(three, session)
    value = json.loads(file.read_text())
    value["assessment"]["judgements"] = {
        "no": {"percent": 40, "word": "unlikely"},
        "yes": {"percent": 60, "word": "likely"},
    }
    file.write_text(json.dumps(value))
    size = three["BOR"].ledger.size()
    with pytest.raises(UnopenableError, match="opens our own commitment"):
        reveal(three, "BOR", session)
    file.write_text("{")
    with pytest.raises(HomeError, match="copy of the home"):
        reveal(three, "BOR", session)
    assert three["BOR"].ledger.size() == size


# --- Who is told ------------------------------------------------------------------------------------------------------


def asked_by(node, partner):
    """Everything that a partner can ask of a node, as bytes, but for signed heads of its own log being signed anew."""
    wire = link(partner, node, tries=1)
    lines = wire.lines(0)
    yield repr(lines)
    yield repr(wire.head(0))
    yield repr([entry.envelope for entry in node.ledger.entries(log_of(partner))])
    yield repr(list(disclosed(node, partner)))
    yield node.ledger.checkpoint(log_of(partner))
    yield collection(node, partner)


def collection(node, partner):
    """The collection of STIX objects that a partner reads, made anew: how many, and where it stands."""
    with TemporaryDirectory() as folder, closing(Database.open(f"sqlite:///{folder}/taxii.db")) as database:
        store = Store(database)
        outlet = Outlet(node, store)
        outlet.open(partner)
        return repr((outlet.refresh(partner), store.position(outlet.given(partner))))


def test_a_partner_outside_a_session_is_told_no_byte_and_no_count_of_it(three):
    three.record("AUR", row("A1", "REL TO BOR, CAL"))
    for to in ("BOR", "CAL"):
        three.release("AUR", to)
    before = {code: list(asked_by(three[code], "CAL")) for code in ("AUR", "BOR")}
    session = put(three, partners=("AUR", "BOR"))
    exchange(three, ("AUR", "BOR"))
    round_of(three, session, {"AUR": 30, "BOR": 40}, ("AUR", "BOR"))
    round_of(three, session, {"AUR": 31, "BOR": 39}, ("AUR", "BOR"))
    assert sign(three, "AUR", session).digest == sign(three, "BOR", session).digest
    for code in ("AUR", "BOR"):
        assert list(asked_by(three[code], "CAL")) == before[code]
        assert list(asked_by(three[code], "BOR" if code == "AUR" else "AUR")) != before[code]  # the test can fail
    exchange(three)
    assert standings(three["CAL"]) == ()
    assert not any(entry.kind in ("session", "commitment") for entry in three["CAL"].ledger.entries())


def test_a_release_tells_a_partner_nothing_of_a_session_without_it(three):
    session = put(three, partners=("AUR", "BOR"))
    answer(three, "AUR", session, 30)
    three.record("AUR", row("A1", "REL TO CAL"))
    three.release("AUR", "CAL")
    assert [entry.kind for entry in three["AUR"].ledger.entries(log_of("CAL"))] == ["claim"]


def test_a_word_of_a_session_is_taken_only_by_who_is_in_it_from_who_is_in_it(three):
    session = put(three, partners=("AUR", "BOR"))
    line = next(each.envelope for each in three["AUR"].ledger.entries() if each.kind == "session")
    with pytest.raises(NotTakenError, match="without CAL"):
        take(three["CAL"], line)
    forged = three["CAL"].seal(Commitment(session, ("AUR", "BOR"), 1, "ab" * 32))
    with pytest.raises(NotTakenError, match="without CAL"):
        take(three["AUR"], forged.envelope)


def test_who_pushes_a_word_of_a_session_learns_nothing_of_whether_there_is_one(three):
    session = put(three, partners=("AUR", "BOR"))
    said = []
    for named in (session, "ab" * 32):
        forged = three["CAL"].seal(Note(named, ("AUR", "BOR"), "guess"))
        said.append(link("CAL", three["AUR"]).push([forged.envelope]))
    assert said[0] == said[1]
    assert three["AUR"].ledger.find(forged.digest) is None


def test_the_collections_that_taxii_clients_read_hold_nothing_of_a_session(three):
    session = put(three)
    exchange(three)
    round_of(three, session, dict.fromkeys(ALL, 30))
    before = collection(three["AUR"], "BOR")
    three.record("AUR", row("A1", "REL TO BOR"))
    three.release("AUR", "BOR")
    after = collection(three["AUR"], "BOR")
    assert before != after  # what comes after the words of a session is shown
    three.introduce(three["AUR"], "DOR")
    three.record("AUR", row("A2", "REL TO DOR"))
    three.release("AUR", "DOR")
    assert shown(after) == shown(collection(three["AUR"], "DOR"))  # as many as where no session was


def shown(told):
    return told.partition(",")[0]


def test_a_pushed_word_arrives_at_once_and_again_at_no_cost(three):
    session = Session(QUESTION, ALL, (FIRST, SECOND), "exercise")
    spoken = ask(three["AUR"], session)
    took = push(three["AUR"], spoken, "BOR", link("AUR", three["BOR"]))
    assert (took.new, took.refused) == (1, ())
    assert len(standings(three["BOR"])) == 1
    assert fetch(three, "BOR", "AUR").new == 0
    with pytest.raises(LookupError):
        push(three["AUR"], spoken, "DOR", link("AUR", three["BOR"]))


def test_a_word_travels_by_file_as_well(three):
    session = put(three)
    assert three.deliver("AUR", "BOR") == 1
    assert find(three["BOR"], session[:8]).convener == "AUR"
    answer(three, "BOR", session, 30)
    assert three.deliver("BOR", "AUR") == 1
    assert statuses(three, "AUR", session)["BOR"] == "committed"


# --- Putting and stopping -------------------------------------------------------------------------------------------


def test_a_question_is_put_only_to_partners_whose_keys_are_known_and_in_time(three):
    three.introduce(three["AUR"], "DOR")
    with pytest.raises(UsageError, match="no key on the roster"):
        put(three, partners=("AUR", "DOR"))
    with pytest.raises(UsageError, match="not on the roster"):
        put(three, partners=("AUR", "EST"))
    three.clock.now = FIRST.commit
    with pytest.raises(UsageError, match="a time after now"):
        put(three)


def test_only_the_convener_stops_a_session_and_while_it_lasts(three):
    session = put(three)
    exchange(three)
    with pytest.raises(UsageError, match="AUR convened"):
        abort(three["BOR"], stands(three, "BOR", session), "no")
    answer(three, "BOR", session, 30)
    abort(three["AUR"], stands(three, "AUR", session), "the question was wrong")
    exchange(three)
    assert stands(three, "BOR", session).stopped == "the question was wrong"
    with pytest.raises(NotNowError, match="stopped by AUR"):
        reveal(three, "BOR", session)
    with pytest.raises(UsageError, match="it is over"):
        abort(three["AUR"], stands(three, "AUR", session), "again")


def test_a_session_is_found_by_its_beginning_its_question_or_as_the_newest(three):
    with pytest.raises(UsageError, match="none yet"):
        find(three["AUR"], "")
    one, two = put(three), put(three, name="another")
    assert find(three["AUR"], "").id == two
    assert find(three["AUR"], "crossing").id == one
    assert find(three["AUR"], one[:6]).id == one
    with pytest.raises(UsageError, match="no such session"):
        find(three["AUR"], "0" * 64)
    put(three)
    with pytest.raises(UsageError, match="2 of them"):
        find(three["AUR"], "crossing")


def test_what_was_passed_on_before_its_author_rotated_its_key_is_known_again(three):
    session = put(three)
    exchange(three)
    answer(three, "AUR", session, 30)
    exchange(three, ("AUR", "BOR"))
    three["AUR"].rotate()
    key = three["AUR"].signer.public
    for code in ("BOR", "CAL"):
        three[code].adopt(lambda roster, now: with_key(roster, "AUR", key, now))
    fetch(three, "CAL", "AUR")
    exchange(three)  # what BOR had passed on CAL has to the byte by now
    assert statuses(three, "CAL", session)["AUR"] == "committed"


def test_what_a_retired_key_signed_is_passed_on_no_more(three):
    put(three)
    fetch(three, "BOR", "AUR")
    three["AUR"].rotate()
    key = three["AUR"].signer.public
    three["BOR"].adopt(lambda roster, now: with_key(roster, "AUR", key, now))
    keep_up(three["BOR"])
    assert three["BOR"].ledger.size(log_of("CAL")) == 0
    assert len(standings(three["BOR"])) == 1


def test_of_two_processes_that_freeze_at_once_one_does(three, monkeypatch):
    session = put(three)
    exchange(three)
    for code in ALL:
        answer(three, code, session, 30)
    for code in ("BOR", "CAL"):
        fetch(three, "AUR", code)
    node, real, raced = three["AUR"], module.say, []

    def beaten(node, content, at=None):
        if not raced:
            raced.append(real(node, content))  # the other process was first
        return real(node, content, at)

    monkeypatch.setattr(module, "say", beaten)
    assert keep_up(node) == ()
    assert len(raced) == 1
    assert [entry.kind for entry in node.ledger.entries()].count("frozen") == 1
    assert stands(three, "AUR", session).round.phase is Phase.REVEALING
