"""The common picture: the same bytes on every node of a set, signed by each; and what is tried against it."""

import json
import random
from itertools import permutations

import pytest

from consilience.errors import UsageError
from consilience.ledger import proof
from consilience.ledger.entry import MAIN
from consilience.model.entry import Compared, Share
from consilience.model.identity import PartnerId
from consilience.node import amend, prove
from consilience.node.common import (
    ErasedShareError,
    Ids,
    MissingObjectsError,
    common,
    digest_of,
    newest,
    offer,
    recall,
    sign,
)
from consilience.node.concord import (
    AlteredOffersError,
    AlteredPictureError,
    MalformedBundleError,
    MisplacedStatementError,
    OtherSetError,
    UnsignedPictureError,
    bundle,
    check,
    sets,
    shown_to,
    standing,
    tally,
)
from consilience.node.giving import log_of
from consilience.node.offer import OfferError, OutsiderError, read, written
from consilience.node.receive import NotTakenError, take
from consilience.node.shares import places_of
from consilience.trust.canonical import encode, parse
from consilience.trust.envelope import MAX_ENVELOPE, seal
from consilience.trust.errors import BadSignatureError, ImpersonationError, NotCanonicalError, TrustError
from consilience.trust.payload import encode as payload
from consilience.trust.roster import with_key
from tests.simulator import alliance, row

THREE = ("AUR", "BOR", "CAL")
ALL = frozenset(map(PartnerId, THREE))
TO_ALL = "REL TO AUR, BOR, CAL, DOR"


@pytest.fixture
def allies(tmp_path):
    with alliance(tmp_path) as found:
        found.join(*THREE, "DOR")
        yield found


def shared(allies, *codes):
    """Everything released and delivered between partners."""
    for code, to in permutations(codes or THREE, 2):
        allies.release(code, to)
        allies.deliver(code, to)


def told(allies, partners=ALL):
    """What each of the partners offers."""
    return {code: offer(allies[code], partners) for code in partners}


def drawn(allies, partners=ALL, as_of=None):
    """The common picture on each node."""
    offers = told(allies, partners)
    return {code: common(allies[code], partners, offers, as_of) for code in partners}


def signed(allies, partners=ALL, as_of=None):
    """As `drawn`, signed by each and taken by all."""
    found = drawn(allies, partners, as_of)
    for code, each in found.items():
        said = sign(allies[code], each)
        for other in partners - {code}:
            allies[other].record(take(allies[other], said.envelope))
    return found


def three_claims(allies):
    """A claim of each that all may have."""
    for number, code in enumerate(THREE):
        allies.record(code, row(f"{code[0]}1", TO_ALL, partner=code, best=str(400 + number), source=f"eye {number}"))


# --- The same on every node -------------------------------------------------------------------------------------------


def random_alliance(dice, allies, codes):
    """Claims of every sort, released and delivered in random order, some withdrawn, some told on, some kept."""
    everyone = f"REL TO {', '.join(codes)}"
    for code in codes:
        rows = []
        for number in range(dice.randint(2, 6)):
            others = dice.sample(codes, dice.randint(0, len(codes)))
            cells = {
                "partner": dice.choice([code, code, dice.choice(codes)]),
                "best": str(dice.choice([12, 200, 450])),
                "period_from": f"2031-06-{dice.randint(1, 9):02}",
                "origins": dice.choice(["", "", "", "W1", "imagery:AUR:1", f"{dice.choice(codes)}/W1"]),
                "source": "LYNX",
                "about": dice.choice(["", "", "", f"{code}1"]),
                "portions": dice.choice(["", "", "source = OWNER ONLY", f"source = REL TO {dice.choice(codes)}"]),
            }
            marking = dice.choice([everyone] * 5 + ["OWNER ONLY", f"REL TO {', '.join(others)}" if others else ""])
            name = dice.choice([f"W{number}", f"{code}{number}", f"{dice.choice(codes)}/W{number}"])
            rows.append(row(name, marking, **cells))
        allies.record(code, *rows)
    pairs = list(permutations(codes, 2))
    for _ in range(2):
        dice.shuffle(pairs)
        for code, to in pairs:
            allies.release(code, to)
            delivered(dice, allies, code, to)
        for code in codes:
            claims = [
                held for held in allies[code].index.objects("claim") if held.issuer == code and not held.retracted
            ]
            for held in dice.sample(claims, min(1, len(claims))):
                allies.clock.pass_(minutes=dice.randint(1, 90))
                amend.retract(allies[code], held.digest, "not so")
    for code, to in pairs:
        allies.release(code, to)
        delivered(dice, allies, code, to)


def rotated(allies, code):
    """A partner takes a new key into use, and all the others list it."""
    allies.clock.pass_(minutes=5)
    allies[code].rotate()
    for other, node in allies.nodes.items():
        if other != code:
            new = allies[code].roster.member(code).keys[-1]
            node.adopt(lambda roster, now, new=new: with_key(roster, PartnerId(code), new.public, now, new.since))


def delivered(dice, allies, code, to):
    """Hand over what a partner was given, line by line, in any order."""
    log = log_of(PartnerId(to))
    indices = list(range(allies[code].ledger.size(log)))
    dice.shuffle(indices)
    for index in indices:
        allies[to].record(take(allies[to], proof.make(allies[code].ledger, index, log)))


def check_all_draw_the_same(tmp_path, seed):
    dice = random.Random(seed)  # noqa: S311 (examples, not secrets)
    codes = ["AUR", "BOR", "CAL", "DOR"][: dice.choice([3, 4])]
    with alliance(tmp_path) as allies:
        allies.join(*codes)
        random_alliance(dice, allies, codes)
        for partners in (frozenset(codes), frozenset(codes[:2]), frozenset(codes[:3])):
            for as_of in (None, "2031-06-12"):
                found = list(drawn(allies, partners, as_of).values())
                assert len({each.content for each in found}) == 1
                assert len({each.picture.to_json() for each in found}) == 1
                assert found[0].content.picture == found[0].picture.digest
                assert all(set(each.picture.partners) <= set(codes) for each in found)


@pytest.mark.parametrize("seed", range(4))
def test_every_node_draws_the_same_bytes_whatever_else_it_holds_and_in_whatever_order_it_came(tmp_path, seed):
    check_all_draw_the_same(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_twenty_more_alliances_draw_the_same_bytes(tmp_path, seed):
    check_all_draw_the_same(tmp_path, seed)


def test_the_random_alliances_hold_what_the_promise_is_about(tmp_path):
    claims, objects, ids, logs, private = 0, 0, set(), set(), 0
    for seed in range(3):
        dice = random.Random(seed)  # noqa: S311
        with alliance(tmp_path / str(seed)) as allies:
            allies.join(*THREE)
            random_alliance(dice, allies, list(THREE))
            found = common(allies["AUR"], ALL, told(allies))
            claims += len(found.picture.claims)
            objects += len(found.digests)
            ids |= {claim.id for claim in found.picture.claims}
            logs |= {place.log for place in found.places}
            private += len(allies["AUR"].desk().picture().claims) - len(found.picture.claims)
    assert objects > claims > 5
    assert any(name.count("/") > 1 for name in ids)
    assert logs > {MAIN}
    assert private > 5


def test_an_id_that_two_use_is_nobodys_own(allies):
    for code in THREE[:2]:
        allies.record(code, row("C17", TO_ALL, partner=code), row(f"{code[0]}2", TO_ALL, partner=code, origins="C17"))
    shared(allies)
    for found in drawn(allies).values():
        assert {claim.id: claim.origins for claim in found.picture.claims} == {
            "AUR/C17": (), "BOR/C17": (), "A2": ("AUR/C17",), "B2": ("BOR/C17",),
        }  # fmt: skip


def test_an_id_dressed_as_anothers_is_told_apart_from_it():
    ids = Ids([("AUR", "C17"), ("BOR", "C17"), ("CAL", "AUR/C17"), ("AUR", "C1")])
    named = [ids.told({"claim_id": name, "partner": code}, code)["claim_id"] for code, name in (
        ("AUR", "C17"), ("BOR", "C17"), ("CAL", "AUR/C17"), ("AUR", "C1"))]  # fmt: skip
    assert named == ["AUR/C17", "BOR/C17", "CAL/AUR/C17", "C1"]


def test_a_reference_is_to_its_issuers_own_or_to_what_it_names_by_issuer_and_to_nothing_else():
    ids = Ids(
        [("AUR", "C17"), ("BOR", "C17"), ("CAL", "C1"), ("AUR", "C2"), ("BOR", "AUR/C2"), ("BOR", "imagery:AUR:1")]
    )
    cells = {"claim_id": "X", "origins": "C17 C1 C2 AUR/C2 CAL/C1 nothing-such imagery:AUR:1", "about": "C17"}
    told = {code: ids.told(cells, code) for code in ("AUR", "BOR", "CAL")}
    assert told["AUR"]["origins"] == "AUR/C17 AUR/C1 C2 C2 C1 nothing-such imagery:AUR:1"
    assert told["BOR"]["origins"] == "BOR/C17 BOR/C1 BOR/C2 BOR/AUR/C2 C1 nothing-such BOR/imagery:AUR:1"
    assert told["CAL"]["origins"] == "CAL/C17 C1 CAL/C2 C2 C1 nothing-such imagery:AUR:1"
    assert (told["AUR"]["about"], told["CAL"]["about"]) == ("AUR/C17", "CAL/C17")


def test_what_rests_on_a_claim_that_is_not_common_does_not_rest_on_anothers_of_the_same_id(allies):
    allies.record("AUR", row("C17", "REL TO BOR"), row("A2", TO_ALL, origins="AUR/C17"))
    allies.record("BOR", row("C17", TO_ALL, partner="BOR"))
    allies.record("CAL", row("C3", TO_ALL, partner="CAL", origins="imagery:AUR:1"))
    shared(allies)
    for found in drawn(allies).values():
        assert {claim.id: claim.origins for claim in found.picture.claims} == {"C17": (), "C3": ("imagery:AUR:1",)}


def test_what_rests_on_another_partners_claim_says_so_in_common(allies):
    allies.record("BOR", row("B1", TO_ALL, partner="BOR"))
    shared(allies)
    allies.record("AUR", row("A1", TO_ALL, origins="BOR/B1"))
    shared(allies)
    for found in drawn(allies).values():
        assert {claim.id: claim.origins for claim in found.picture.claims} == {"B1": (), "A1": ("B1",)}


def test_a_claim_in_anothers_name_is_its_signers_on_the_signers_own_node_too(allies):
    allies.record("AUR", row("A1", TO_ALL, partner="BOR"))
    shared(allies)
    for found in drawn(allies).values():
        (claim,) = found.picture.claims
        assert (claim.partner, claim.speaker.name) == ("AUR", "BOR")


# --- What is common ---------------------------------------------------------------------------------------------------


def test_only_what_all_were_told_in_the_same_form_is_offered(allies):
    allies.record(
        "AUR",
        row("A1", TO_ALL),
        row("A2", "REL TO BOR"),
        row("A3"),
        row("A4", TO_ALL, source="LYNX", portions="source = OWNER ONLY"),
        row("A5", TO_ALL, source="LYNX", portions="source = REL TO BOR"),
    )
    shared(allies)
    found = drawn(allies)["CAL"]
    assert [claim.id for claim in found.picture.claims] == ["A1", "A4"]
    assert len(offer(allies["AUR"], frozenset({PartnerId("AUR"), PartnerId("BOR")}))) == 4


def test_a_withdrawal_counts_once_all_were_told(allies):
    three_claims(allies)
    shared(allies)
    amend.retract(allies["AUR"], "A1", "wrong camp")
    allies.release("AUR", "BOR")
    allies.deliver("AUR", "BOR")
    assert len(drawn(allies)["BOR"].picture.claims) == 3
    shared(allies)
    found = drawn(allies)
    assert {len(each.picture.claims) for each in found.values()} == {2}
    assert {each.content.objects for each in found.values()} == {4}


def test_a_claim_withdrawn_in_several_forms_stands_for_nobody(allies):
    three_claims(allies)
    shared(allies)
    amend.retract(allies["AUR"], "A1", "wrong camp")
    allies.release("AUR", "BOR")
    allies.deliver("AUR", "BOR")
    rotated(allies, "AUR")  # a withdrawal signed again for CAL is dated after the new key begins
    node = allies["AUR"]
    digest = amend.one(node, "A1").digest
    (in_bor,) = node.ledger.entries("to/BOR", kinds=frozenset({"retraction"}))
    allies.release("AUR", "CAL")
    allies.deliver("AUR", "CAL")
    (in_cal,) = node.ledger.entries("to/CAL", kinds=frozenset({"retraction"}))
    assert in_bor.digest != in_cal.digest
    assert not {digest, in_bor.digest, in_cal.digest} & set(offer(node, ALL))
    assert all("A1" not in {claim.id for claim in each.picture.claims} for each in drawn(allies).values())


def test_what_was_erased_is_offered_no_more(allies):
    three_claims(allies)
    shared(allies)
    digest = amend.one(allies["AUR"], "A1").digest
    assert digest in offer(allies["AUR"], ALL)
    amend.erase(allies["AUR"], "A1", "named a person")
    assert digest not in offer(allies["AUR"], ALL)


@pytest.mark.parametrize("partners", [(), ("AUR",), ("BOR", "CAL"), ("AUR", "XXX")])
def test_a_set_that_is_none_is_refused(allies, partners):
    with pytest.raises(UsageError):
        offer(allies["AUR"], frozenset(map(PartnerId, partners)))


def test_an_offer_of_each_is_asked_for(allies):
    with pytest.raises(UsageError, match="none of CAL"):
        common(allies["AUR"], ALL, {PartnerId("BOR"): ()})
    with pytest.raises(UsageError, match="one of DOR"):
        common(allies["AUR"], ALL, dict.fromkeys(map(PartnerId, ("BOR", "CAL", "DOR")), ()))


def test_an_offer_goes_as_a_file_for_its_own_set_only(allies):
    three_claims(allies)
    shared(allies)
    data = written(allies["BOR"], ALL)
    assert read(data, ALL) == ("BOR", offer(allies["BOR"], ALL))
    for wrong, error in (
        (data.replace(b'"CAL"', b'"DOR"'), OfferError),
        (data.replace(b'"issuer":"BOR"', b'"issuer":"DOR"'), OfferError),
        (data.replace(b"offer/1", b"offer/2"), OfferError),
        (data[:-1], TrustError),
        (data.replace(b'["', b'["0', 1), TrustError),
        (b" " + data, NotCanonicalError),
    ):
        with pytest.raises(error):
            read(wrong, ALL)


# --- Signed by each ---------------------------------------------------------------------------------------------------


def test_partners_agree_and_say_so_in_words(allies):
    three_claims(allies)
    shared(allies)
    found = signed(allies)
    for code in THREE:
        concord = standing(allies[code], ALL)
        assert concord.agreed
        assert concord.words == (
            "AUR, BOR and CAL compared the factual information, the same 3 objects, and each signed the same picture "
            f"{found['AUR'].picture.digest}.",
        )
    assert sum(count for _, count in tally(found["AUR"])) == len(found["AUR"].picture.facts)


def test_signing_again_says_nothing_new_and_a_later_picture_is_another_entry(allies):
    three_claims(allies)
    shared(allies)
    node = allies["AUR"]
    first = signed(allies)
    size = node.ledger.size()
    assert sign(node, first["AUR"]).digest == sign(node, first["AUR"]).digest
    assert node.ledger.size() == size
    allies.record("AUR", row("A2", TO_ALL))
    shared(allies)
    signed(allies)
    assert [entry.issuer for entry in node.ledger.entries(kinds=frozenset({"comparison"}))].count("AUR") == 2
    assert standing(node, ALL).agreed
    assert recall(node, first["AUR"].content).content == first["AUR"].content


def test_a_comparison_is_drawn_again_from_the_ledger_alone_until_something_of_it_is_erased(allies):
    three_claims(allies)
    shared(allies)
    found = signed(allies, as_of="2031-06-12")
    for code in THREE:
        again = recall(allies[code], found[code].content)
        assert again.picture.to_json() == found[code].picture.to_json()
        assert prove.audit(allies[code]).is_sound
        assert prove.rebuild(allies[code]).is_same
    amend.erase(allies["BOR"], "A1", "named a person")
    with pytest.raises(ErasedShareError, match="1 of 1 objects erased"):
        recall(allies["BOR"], found["BOR"].content)


def test_what_is_recorded_beside_a_comparison_names_no_object(allies):
    three_claims(allies)
    shared(allies)
    found = signed(allies)["AUR"]
    kept = b"".join(
        payload(allies["AUR"].seal(place).statement)[1] for place in found.places
    )  # fmt: skip
    assert not any(digest.encode() in kept for digest in found.digests)


def test_a_hundred_thousand_objects_fit_into_envelopes(allies):
    scattered = [(MAIN, 10_000_000 + 2 * number) for number in range(100_000)]
    places = list(places_of("0" * 64, scattered))
    assert sum(count for place in places for _, count in place.runs) == 100_000
    assert all(len(allies["AUR"].seal(place).envelope) < MAX_ENVELOPE for place in places)
    assert len(list(places_of("0" * 64, [(MAIN, number) for number in range(100_000)]))) == 1


def test_who_has_not_signed_and_who_signed_for_other_objects_is_named(allies):
    three_claims(allies)
    shared(allies)
    found = drawn(allies)
    sign(allies["AUR"], found["AUR"])
    assert standing(allies["AUR"], ALL).unsigned == ("BOR", "CAL")
    said = sign(allies["BOR"], found["BOR"])
    allies["AUR"].record(take(allies["AUR"], said.envelope))
    allies.record("AUR", row("A2", TO_ALL))
    shared(allies)
    sign(allies["AUR"], drawn(allies)["AUR"])
    concord = standing(allies["AUR"], ALL)
    assert (concord.agreed, concord.unsigned, concord.differing) == (False, ("CAL",), ())
    assert "BOR signed something else: over other objects (1 objects of AUR where this one has 2)" in concord.words[-1]


# --- What is tried against it -----------------------------------------------------------------------------------------


def test_who_offers_what_it_never_gave_to_one_of_them_is_named_there(allies):
    allies.record("AUR", row("A1", "REL TO BOR"))
    shared(allies)
    digest = amend.one(allies["AUR"], "A1").digest
    offers = told(allies) | {PartnerId("AUR"): (digest,)}
    common(allies["BOR"], ALL, offers)
    with pytest.raises(MissingObjectsError, match="1 in the offer of AUR") as refused:
        common(allies["CAL"], ALL, offers)
    assert refused.value.missing == {"AUR": (digest,)}
    assert "consilience receive" in refused.value.message


def test_a_guessed_digest_does_not_show_that_another_holds_it(allies):
    allies.record("BOR", row("B1", partner="BOR"))
    secret = amend.one(allies["BOR"], "B1").digest
    answers = []
    for guess in (secret, "0" * 64):
        with pytest.raises(MissingObjectsError) as refused:
            common(allies["BOR"], ALL, told(allies) | {PartnerId("AUR"): (guess,)})
        answers.append(refused.value.message.replace(guess, "…"))
    assert answers[0] == answers[1]


def test_who_signs_another_picture_of_the_same_objects_is_named(allies):
    three_claims(allies)
    shared(allies)
    found = drawn(allies)
    sign(allies["AUR"], found["AUR"])
    lie = allies["BOR"].seal(replaced(found["BOR"].content, picture="sha256:" + "0" * 64))
    allies["AUR"].record(take(allies["AUR"], lie.envelope))
    concord = standing(allies["AUR"], ALL)
    assert (concord.agreed, concord.same, concord.differing) == (False, ("AUR",), ("BOR",))
    assert "BOR signed another picture of the same objects, sha256:0000" in concord.words[-1]


def test_a_forged_comparison_is_not_taken(allies):
    three_claims(allies)
    shared(allies)
    made = sign(allies["AUR"], drawn(allies)["AUR"])
    with pytest.raises(ImpersonationError):
        take(allies["BOR"], seal(*payload(made.statement), [allies["CAL"].signer]))
    broken = json.loads(made.envelope)
    broken["signatures"][0]["sig"] = "A" * 86 + "=="
    with pytest.raises(BadSignatureError):
        take(allies["BOR"], encode(broken))


def test_a_comparison_is_not_taken_by_who_has_no_part_in_it_nor_from_one(allies):
    three_claims(allies)
    shared(allies)
    found = drawn(allies)["AUR"]
    made = sign(allies["AUR"], found)
    with pytest.raises(NotTakenError, match="without DOR"):
        take(allies["DOR"], made.envelope)
    with pytest.raises(NotTakenError, match="without DOR"):
        take(allies["AUR"], allies["DOR"].seal(found.content).envelope)


def test_where_a_partners_shares_stand_is_not_taken(allies):
    three_claims(allies)
    shared(allies)
    place = drawn(allies)["AUR"].places[0]
    with pytest.raises(NotTakenError, match="a share"):
        take(allies["BOR"], allies["AUR"].seal(place).envelope)


def test_a_comparison_of_another_set_does_not_stand_in_for_this_one(allies):
    three_claims(allies)
    shared(allies, *THREE, "DOR")
    pair = frozenset({PartnerId("AUR"), PartnerId("BOR")})
    signed(allies, pair)
    sign(allies["AUR"], drawn(allies)["AUR"])
    assert standing(allies["AUR"], ALL).unsigned == ("BOR", "CAL")
    assert sets(allies["AUR"]) == (ALL, pair)


def test_who_is_outside_a_set_is_told_the_same_whether_it_compared_or_not(allies):
    three_claims(allies)
    shared(allies)
    answers = []
    for _ in range(2):
        with pytest.raises(OutsiderError) as refused:
            shown_to(allies["AUR"], PartnerId("DOR"), ALL)
        answers.append(refused.value.message)
        signed(allies)
    assert answers[0] == answers[1]
    assert len(shown_to(allies["AUR"], PartnerId("BOR"), ALL)) == 3


def test_a_comparison_is_released_to_nobody_and_changes_nothing_that_is(allies):
    three_claims(allies)
    shared(allies, *THREE, "DOR")
    allies.release("AUR", "DOR")
    node, guest = allies["AUR"], allies["AUR"].audience(["DOR"])
    before = (node.desk(guest).picture().to_json(), node.ledger.size("to/DOR"), node.index.digest())
    signed(allies)
    assert allies.release("AUR", "DOR").new == 0
    assert node.decision(guest).withheld == ()
    kinds = {entry.kind for log in node.ledger.logs() if log != MAIN for entry in node.ledger.entries(log)}
    assert kinds == {"claim"}
    assert (node.desk(guest).picture().to_json(), node.ledger.size("to/DOR")) == before[:2]


# --- The file ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(allies):
    three_claims(allies)
    shared(allies)
    found = signed(allies)["AUR"]
    return bundle(allies["AUR"], found)


def changed(data, change):
    value = parse(data, "file", 1 << 24)
    change(value)
    return encode(value)


def replaced(said: Compared, **parts):
    return Compared(**{name: getattr(said, name) for name in Compared.__slots__} | parts)


def test_a_file_is_the_same_on_every_node_and_proves_who_signed_what(allies, file):
    for code in THREE:
        assert bundle(allies[code], drawn(allies)[code]) == file
    concord = check(file, allies["DOR"].roster)
    assert concord.agreed
    assert concord.words[1].startswith("Here is what is the same: ")
    assert sum(count for _, count in concord.tally) == len(json.loads(file)["picture"]["facts"])


def test_one_changed_byte_in_a_file_is_found_wherever_it_is(allies, file):
    roster = allies["DOR"].roster
    dice = random.Random(1)  # noqa: S311
    for at in sorted({*range(0, len(file), 101), *dice.sample(range(len(file)), 60)}):
        data = file[:at] + bytes([file[at] ^ 1]) + file[at + 1 :]
        with pytest.raises((TrustError, MalformedBundleError.__mro__[1])):
            check(data, roster)


def test_each_thing_changed_in_a_file_has_its_own_error(allies, file):
    roster = allies["DOR"].roster
    honest = newest(allies["AUR"], sorted(ALL))

    def lies(**parts):
        return {
            code: allies[code].seal(replaced(word.content, **parts)).envelope.decode() for code, word in honest.items()
        }

    (share, *others) = honest["AUR"].content.shares
    small = [Share(share.partner, share.objects, "0" * 64), *others]
    changes = [
        (MalformedBundleError, lambda value: value.update(schema="consilience.common-picture/2")),
        (MalformedBundleError, lambda value: value["partners"].pop()),
        (MalformedBundleError, lambda value: value["offers"]["AUR"].append("0" * 64)),
        (MalformedBundleError, lambda value: value["statements"].update(DOR="")),
        (MalformedBundleError, lambda value: value["statements"].update(AUR=1)),
        (MisplacedStatementError, lambda value: value["statements"].update(AUR=value["statements"]["BOR"])),
        (OtherSetError, lambda value: (value["partners"].append("DOR"), value["offers"].update(DOR=[]))),
        (AlteredPictureError, lambda value: value["picture"].update(as_of="2031-06-12")),
        (UnsignedPictureError, lambda value: value["offers"].update(AUR=[])),
        (UnsignedPictureError, lambda value: value.update(statements={})),
        (UnsignedPictureError, lambda value: value.update(statements=lies(picture="sha256:" + "0" * 64))),
        (UnsignedPictureError, lambda value: value.update(statements=lies(as_of="2031-06-12"))),
        (AlteredOffersError, lambda value: value["offers"].update(AUR=value["offers"]["BOR"], BOR=value["offers"]["AUR"])),
        (AlteredOffersError, lambda value: value.update(statements=lies(shares=tuple(small)))),
        (AlteredOffersError, lambda value: value.update(statements=lies(objects=4))),
    ]  # fmt: skip
    for error, change in changes:
        with pytest.raises(error):
            check(changed(file, change), roster)


def test_a_statement_taken_out_of_a_file_is_missed(allies, file):
    concord = check(changed(file, lambda value: value["statements"].pop("CAL")), allies["DOR"].roster)
    assert (concord.agreed, concord.unsigned) == (False, ("CAL",))
    assert concord.words[-1] == "Not signed yet: CAL."


def test_hashes_of_shares_are_over_canonical_lists():
    assert digest_of(()) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
