import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consilience.model.decision import Answer
from consilience.model.entry import (
    ClaimEntry,
    Compared,
    DecisionEntry,
    Portion,
    RosterEntry,
    Share,
    SharePlaces,
    Tombstone,
)
from consilience.model.marking import OPEN, Label, Tlp
from consilience.model.roster import Group, Roster, RosterKey
from consilience.trust.canonical import parse_canonical
from consilience.trust.errors import MalformedStatementError, TrustError, UnknownPayloadTypeError, WeakKeyError
from consilience.trust.payload import KINDS, decode, encode, kind_of, payload_type
from consilience.trust.wire import roster_json
from tests.trust.making import ISSUED, START, make_claim, make_key, make_roster, make_statement
from tests.trust.statements import contents, statements

CLAIM = payload_type("claim")


def claim_json(**parts):
    return {**json.loads(encode(make_statement(make_claim(Label())))[1]), **parts}


def label_json(**parts):
    return claim_json(label={**claim_json()["label"], **parts})


def roster_statement(**parts):
    value = json.loads(encode(make_statement(RosterEntry(make_roster())))[1])
    return {**value, "roster": {**value["roster"], **parts}}


def member_json(**parts):
    return {**roster_json(make_roster("UKR"))["members"][0], **parts}


def test_every_kind_of_content_has_its_statements_here():
    assert set(KINDS) == set(contents)


@pytest.mark.parametrize("kind", KINDS)
def test_statement_survives_being_written_and_read(kind):
    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(statements(kind))
    def law(statement):
        found, data = encode(statement)
        assert found == payload_type(kind) == payload_type(kind_of(statement.content))
        again = decode(found, parse_canonical(data, "payload", 1 << 20))
        assert again == statement
        assert encode(again) == (found, data)

    law()


@settings(max_examples=400)
@given(
    st.sampled_from(KINDS),
    st.recursive(
        st.none() | st.booleans() | st.integers(-1, 3) | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["type", "issuer", "issued_at", "cells", "label", "roster", "x"]), inner)
        ),
    ),
)
def test_random_json_is_no_statement_and_is_refused_by_name(kind, value):
    with pytest.raises(MalformedStatementError, match="payload"):
        decode(payload_type(kind), value)


@settings(max_examples=200)
@given(st.data())
def test_statement_with_any_one_value_replaced_is_read_or_refused_by_name(data):
    kind = data.draw(st.sampled_from(KINDS))
    value = json.loads(encode(data.draw(statements(kind)))[1])
    place = value
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(st.sampled_from([None, True, -1, 0, "", "x", [], {}, ["b", "a"], ["a", "a"], {"x": -1}]))
    try:
        decode(payload_type(kind), value)
    except TrustError as error:
        refused = error
    else:
        return
    assert isinstance(refused, MalformedStatementError)


def test_payload_of_a_claim_is_the_one_that_is_documented():
    kind, data = encode(make_statement(ClaimEntry((("claim_id", "A1"), ("text", "Ї")), Label(rel=frozenset({"UKR"})))))
    assert kind == "application/vnd.consilience.claim+json"
    assert data.decode() == (
        '{"cells":{"claim_id":"A1","text":"Ї"},"issued_at":"2021-12-03T06:00:00Z","issuer":"UKR",'
        '"label":{"controls":[],"embargo":null,"expiry":null,"levels":{},"orig":[],"pap":"PAP:CLEAR","rel":["UKR"],'
        '"tlp":"TLP:CLEAR"},"portions":[],"type":"claim"}'
    )


def test_time_is_written_in_utc_whatever_zone_it_is_in():
    east = ISSUED.astimezone(timezone(timedelta(hours=2)))
    assert encode(make_statement(issued_at=east)) == encode(make_statement(issued_at=ISSUED))
    assert (
        b'"issued_at":"2021-12-03T06:00:00.000001Z"'
        in encode(make_statement(issued_at=ISSUED.replace(microsecond=1)))[1]
    )


def test_time_without_a_zone_is_not_written():
    with pytest.raises(MalformedStatementError, match="without a zone"):
        encode(make_statement(issued_at=datetime(2021, 12, 3)))  # noqa: DTZ001 (what is refused)


@pytest.mark.parametrize("kind", ["claims", "", "CLAIM"])
def test_unknown_payload_type_is_refused(kind):
    with pytest.raises(UnknownPayloadTypeError, match=r"one of application/vnd.consilience.claim"):
        decode(payload_type(kind), {})


@pytest.mark.parametrize("text", ["application/json", "application/vnd.consilience.claim+json ", ""])
def test_payload_type_of_others_is_refused(text):
    with pytest.raises(UnknownPayloadTypeError):
        decode(text, {})


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (claim_json(more=1), r"\$ of"),
        ({"type": "claim"}, r"\$.cells"),
        (claim_json(type="roster"), r"\$.type"),
        (claim_json(issuer=""), r"\$.issuer"),
        (claim_json(issuer=1), r"\$.issuer"),
        (claim_json(issued_at="2021-12-03T06:00:00+00:00"), r"\$.issued_at"),
        (claim_json(issued_at="2021-12-03T06:00:00.000000Z"), r"\$.issued_at"),
        (claim_json(issued_at="2021-12-03T06:00:00.5Z"), r"\$.issued_at"),
        (claim_json(issued_at="2021-12-03t06:00:00z"), r"\$.issued_at"),
        (claim_json(issued_at="2021-02-29T06:00:00Z"), r"\$.issued_at"),
        (claim_json(issued_at="2021-12-03T23:59:60Z"), r"\$.issued_at"),
        (claim_json(issued_at="2021-12-03T06:00:00Z\n"), r"\$.issued_at"),
        (claim_json(issued_at="٢021-12-03T06:00:00Z"), r"\$.issued_at"),
        (claim_json(cells=[]), r"\$.cells"),
        (claim_json(cells={"text": ""}), r"\$.cells.text"),
        (claim_json(cells={"text": 1}), r"\$.cells.text"),
        (claim_json(cells={"t" * 257: "x"}), r"\$.cells"),
        (claim_json(cells={"": "x"}), r"\$.cells"),
        (claim_json(portions={}), r"\$.portions"),
        (claim_json(portions=[{"columns": [], "label": label_json()["label"], "marking": ""}]), r"\[0\].columns"),
        (claim_json(portions=[{"columns": ["a", "a"], "label": {}, "marking": ""}]), r"\[0\].columns"),
        (label_json(rel=["USA", "GBR"]), r"\$.label.rel"),
        (label_json(rel=["GBR", "GBR"]), r"\$.label.rel"),
        (label_json(rel="GBR"), r"\$.label.rel"),
        (label_json(controls=[""]), r"\$.label.controls\[0\]"),
        (label_json(levels={"NATO": True}), r"\$.label.levels.NATO"),
        (label_json(levels={"NATO": 1.0}), r"\$.label.levels.NATO"),
        (label_json(levels={"NATO": -1}), r"\$.label.levels.NATO"),
        (label_json(levels=[]), r"\$.label.levels"),
        (label_json(tlp="TLP:WHITE"), r"\$.label.tlp"),
        (label_json(tlp=0), r"\$.label.tlp"),
        (label_json(pap="AMBER"), r"\$.label.pap"),
        (label_json(embargo=""), r"\$.label.embargo"),
    ],
)
def test_claim_of_another_shape_is_refused_at_its_path(value, path):
    with pytest.raises(MalformedStatementError, match=path):
        decode(CLAIM, value)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (roster_statement(version=0), r"roster.version"),
        (roster_statement(version=2), r"roster.previous"),
        (roster_statement(previous="0" * 64), r"roster.previous"),
        (roster_statement(threshold=0), r"roster.threshold"),
        (roster_statement(threshold=2), r"roster.threshold"),
        (roster_statement(stewards=["XXX"]), r"roster.stewards"),
        (roster_statement(stewards=[]), r"roster.threshold"),
        (roster_statement(members=[member_json(code="B"), member_json(code="A")]), r"roster.members"),
        (roster_statement(members=[member_json(), member_json()]), r"roster.members"),
        (roster_statement(groups=[{"code": "FVEY", "members": ["XXX"]}]), r"groups\[0\].members"),
        (roster_statement(groups=[{"code": "USA", "members": ["GBR"]}]), r"groups\[0\].code"),
        (roster_statement(policies=[{"code": "NATO", "levels": []}]), r"policies\[0\].levels"),
        (roster_statement(policies=[{"code": "NATO", "levels": ["A", "A"]}]), r"policies\[0\].levels"),
        (roster_statement(members=[member_json(reach="RED")]), r"members\[0\].reach"),
        (roster_statement(members=[member_json(keys=[{"public": "00"}])]), r"members\[0\].keys\[0\]"),
    ],
)
def test_roster_of_another_shape_is_refused_at_its_path(value, path):
    with pytest.raises(MalformedStatementError, match=path):
        decode(payload_type("roster"), value)


COMPARED = Compared(
    ("GBR", "UKR"),
    "",
    3,
    "0" * 64,
    "1" * 64,
    "sha256:" + "2" * 64,
    (Share("GBR", 1, "3" * 64), Share("UKR", 2, "4" * 64)),
)


def comparison_json(**parts):
    return {**json.loads(encode(make_statement(COMPARED))[1]), **parts}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (comparison_json(partners=["UKR", "GBR"]), r"\$.partners"),
        (comparison_json(partners=["UKR"]), r"\$.partners"),
        (comparison_json(partners=["GBR", "UKR", "USA"]), r"\$.shares"),
        (comparison_json(shares=comparison_json()["shares"][::-1]), r"\$.shares"),
        (comparison_json(objects=-1), r"\$.objects"),
        (comparison_json(picture="2" * 64), r"\$.picture"),
        (comparison_json(picture="sha256:2"), r"\$.picture"),
        (comparison_json(inputs="sha256:" + "0" * 64), r"\$.inputs"),
    ],
)
def test_comparison_of_another_shape_is_refused_at_its_path(value, path):
    with pytest.raises(MalformedStatementError, match=path):
        decode(payload_type("comparison"), value)


def test_one_key_under_two_partners_is_refused():
    keys = member_json()["keys"]
    members = [member_json(code="GBR", keys=keys), member_json(keys=keys)]
    with pytest.raises(MalformedStatementError, match="each key once in the roster"):
        decode(payload_type("roster"), roster_statement(members=members))


def test_roster_with_a_key_of_small_order_is_refused():
    weak = {"public": "01" + "00" * 31, "since": "2021-12-01T00:00:00Z", "until": None}
    with pytest.raises(WeakKeyError, match=r"members\[0\].keys\[0\].public"):
        decode(payload_type("roster"), roster_statement(members=[member_json(keys=[weak])]))


def test_key_that_ends_before_it_begins_is_refused():
    key = {**member_json()["keys"][0], "until": "2021-11-30T00:00:00Z"}
    with pytest.raises(MalformedStatementError, match="until"):
        decode(payload_type("roster"), roster_statement(members=[member_json(keys=[key])]))


@pytest.mark.parametrize(
    "content",
    [
        ClaimEntry((("text", ""),), OPEN),
        ClaimEntry((("text", "a"), ("text", "b")), OPEN),
        ClaimEntry((), OPEN, (Portion((), OPEN),)),
        Tombstone("main", -1, "0" * 64, ""),
        Tombstone("main", 0, "0" * 63, ""),
        SharePlaces("0" * 64, "main", ()),
        SharePlaces("0" * 64, "main", ((0, 0),)),
        SharePlaces("0" * 64, "main", ((0, 2), (2, 1))),
        SharePlaces("0" * 64, "main", ((5, 1), (2, 1))),
        DecisionEntry(("1" * 64, "0" * 64), Answer.SAME, "a"),
        DecisionEntry(("0" * 64, "0" * 64), Answer.SAME, "a"),
        DecisionEntry(("0" * 64, "1" * 64), Answer.SAME, ""),
        RosterEntry(Roster(1, START, frozenset(), 1, ())),
        RosterEntry(make_roster(groups=(Group("B", frozenset()), Group("A", frozenset())))),
    ],
)
def test_what_no_reader_would_take_is_not_written(content):
    with pytest.raises(MalformedStatementError):
        encode(make_statement(content))


def test_key_under_a_false_id_is_not_written():
    roster = make_roster("UKR")
    key = RosterKey(make_key("GBR").key_id, make_key("UKR").public, START)
    false = Roster(
        1, START, roster.stewards, 1, (type(roster.members[0])("UKR", "", (key,), (), frozenset(), Tlp.RED),)
    )
    with pytest.raises(MalformedStatementError, match="key of UKR"):
        encode(make_statement(RosterEntry(false)))
