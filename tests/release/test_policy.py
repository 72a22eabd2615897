"""The laws of labels and of the decision: a join restricts at least as much as its parts, whatever they are."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.model.entry import Consent, Retraction, Statement
from consilience.model.identity import PartnerId
from consilience.model.marking import OPEN, Label, Pap, Tlp, join_all
from consilience.release.bitset import Table
from consilience.release.policy import PUBLIC, Context, Grant, Question, Rule, granted, may, refusals
from tests.release.making import CAN, CODES, GBR, INSTANTS, NOON, POL, TICK, UKR, USA, allies, member, roster

OBJECT = "ab" * 32
codes = st.sampled_from((*CODES, "XXX", PUBLIC)).map(PartnerId)
instants = st.sampled_from(INSTANTS)
labels = st.builds(
    Label,
    levels=st.dictionaries(st.sampled_from(("EU", "NATO", "UKR-OF")), st.integers(0, 5)).map(
        lambda ranks: tuple(sorted(ranks.items()))
    ),
    rel=st.none() | st.frozensets(codes),
    controls=st.frozensets(st.sampled_from(("HUMINT", "SIGINT", "ODD"))),
    tlp=st.sampled_from(Tlp),
    pap=st.sampled_from(Pap),
    orig=st.frozensets(codes, max_size=3),
    embargo=st.none() | instants,
    expiry=st.none() | instants,
)
contexts = st.builds(
    Context,
    st.just(allies()),
    instants,
    st.frozensets(st.builds(Grant, codes, st.just(OBJECT), codes, st.sampled_from(("read", "relay"))), max_size=40),
)
questions = st.builds(Question, codes, st.just(OBJECT), st.sampled_from(("read", "relay")))
many = settings(max_examples=200)


@many
@given(labels, labels, labels)
def test_join_is_associative_commutative_and_idempotent(a, b, c):
    assert a.join(b).join(c) == a.join(b.join(c))
    assert a.join(b) == b.join(a)
    assert a.join(a) == a


@many
@given(labels)
def test_open_is_neutral_and_the_least_label(a):
    assert a.join(OPEN) == OPEN.join(a) == a
    assert a.dominates(OPEN)
    assert OPEN.is_open
    assert join_all([]) == OPEN


@many
@given(labels, labels, labels)
def test_join_is_monotone_and_the_least_upper_bound(a, b, c):
    joined = a.join(b)
    assert joined.dominates(a)
    assert joined.dominates(b)
    assert joined.join(c).dominates(a.join(c))
    upper = joined.join(c)
    assert upper.dominates(joined), "any label above both is above their join"


@many
@given(labels, labels, labels)
def test_dominates_is_a_partial_order(a, b, c):
    assert a.dominates(a)
    assert not (a.dominates(b) and b.dominates(a)) or a == b
    top = a.join(b).join(c)
    assert top.dominates(a.join(b))
    assert a.join(b).dominates(a)
    assert top.dominates(a)
    assert not (a.dominates(b) and b.dominates(c)) or a.dominates(c)


@settings(max_examples=600)
@given(labels, labels, questions, contexts)
def test_who_may_have_a_join_may_have_both_parts(a, b, question, context):
    if may(a.join(b), question, context):
        assert may(a, question, context)
        assert may(b, question, context)


@many
@given(labels, labels, questions, contexts)
def test_raising_a_label_never_widens_and_never_drops_a_reason(a, b, question, context):
    before = {refusal.rule for refusal in refusals(a, question, context)}
    assert before <= {refusal.rule for refusal in refusals(a.join(b), question, context)}


@many
@given(labels, questions, contexts)
def test_more_consents_never_refuse_and_fewer_never_allow(label, question, context):
    if may(label, question, replace(context, consents=frozenset())):
        assert may(label, question, context)


@many
@given(st.lists(labels, max_size=6), questions, contexts)
def test_bits_and_rules_agree(listed, question, context):
    found = Table(listed, context.roster).may(question, context)
    assert found.tolist() == [may(label, question, context) for label in listed]


@many
@given(labels, questions, contexts)
def test_every_refusal_says_what_was_found_and_what_was_expected(label, question, context):
    for refusal in refusals(label, question, context):
        assert refusal.found
        assert refusal.expected
        assert str(refusal).startswith(refusal.rule.value)


def rules(label, partner=GBR, now=NOON, consents=(), use="read", by=None):
    context = Context(by or allies(), now, frozenset(consents))
    return [refusal.rule for refusal in refusals(label, Question(partner, OBJECT, use), context)]


def test_a_partner_that_the_roster_does_not_know_is_refused_even_what_anybody_may_have():
    assert rules(OPEN, PartnerId("XXX")) == [Rule.UNKNOWN_PARTNER]
    assert rules(Label(rel=frozenset({PartnerId("XXX")})), PartnerId("XXX")) == [Rule.UNKNOWN_PARTNER]
    assert rules(OPEN, PartnerId("gbr")) == [Rule.UNKNOWN_PARTNER], "codes are compared to the letter"


def test_the_public_has_only_what_anybody_may_have():
    assert rules(OPEN, PUBLIC) == []
    assert rules(Label(rel=None, levels=(("NATO", 0),)), PUBLIC) == []
    assert rules(Label(rel=None, levels=(("NATO", 1),)), PUBLIC) == [Rule.LEVEL]
    assert rules(Label(rel=None, tlp=Tlp.GREEN), PUBLIC) == [Rule.TLP]
    assert rules(Label(rel=frozenset({PUBLIC, GBR})), PUBLIC) == [Rule.RECIPIENTS]
    assert rules(Label(rel=None, controls=frozenset({"HUMINT"})), PUBLIC) == [Rule.CONTROLS]


def test_a_member_that_calls_itself_the_public_gains_nothing():
    trick = roster(member(PUBLIC, [("NATO", 4)], ["HUMINT"], Tlp.RED), policies=[("NATO", ("U", "S"))])
    secret = Label(levels=(("NATO", 1),), rel=frozenset({PUBLIC}), controls=frozenset({"HUMINT"}), tlp=Tlp.RED)
    assert rules(secret, PUBLIC, by=trick) == [Rule.LEVEL, Rule.RECIPIENTS, Rule.CONTROLS, Rule.TLP]
    assert rules(Label(rel=None, orig=frozenset({PUBLIC})), PUBLIC) == [Rule.CONSENT]


@pytest.mark.parametrize("level", [("XX", 0), ("XX", 1), ("NATO", 5), ("NATO", 10**9)])
def test_a_level_that_the_roster_does_not_know_is_nobodys(level):
    over = roster(member("GBR", [("NATO", 10**9), ("XX", 9)], reach=Tlp.RED), policies=[("NATO", ("A", "B", "C"))])
    assert rules(Label(levels=(level,), rel=None), by=over) == [Rule.LEVEL]


def test_a_partner_without_clearance_has_the_lowest_level():
    assert rules(Label(levels=(("NATO", 0),), rel=frozenset({CAN})), CAN) == []
    assert rules(Label(levels=(("NATO", 1),), rel=frozenset({CAN})), CAN) == [Rule.LEVEL]


def test_embargo_and_expiry_are_exact_to_the_microsecond():
    closed = Label(rel=None, embargo=NOON, expiry=NOON + TICK)
    assert rules(closed, now=NOON - TICK) == [Rule.EMBARGO]
    assert rules(closed, now=NOON) == []
    assert rules(closed, now=NOON + TICK) == [Rule.EXPIRED]
    table = Table([closed], allies())
    assert [bool(table.permitted(GBR, when).free[0]) for when in (NOON - TICK, NOON, NOON + TICK)] == [
        False,
        True,
        False,
    ]


def test_an_instant_is_the_same_in_any_zone():
    kyiv = NOON.astimezone(tz=ZoneInfo("Europe/Kyiv"))
    assert rules(Label(rel=None, embargo=kyiv), now=NOON) == []
    assert rules(Label(rel=None, embargo=NOON), now=kyiv - TICK) == [Rule.EMBARGO]


def test_consent_binds_object_recipient_and_use_and_is_not_transitive():
    label = Label(rel=None, orig=frozenset({USA}))
    fits = Grant(USA, OBJECT, GBR, "read")
    assert rules(label, consents=[fits]) == []
    wrong = [fits._replace(originator=UKR), fits._replace(object="cd" * 32), fits._replace(recipient=POL)]
    assert rules(label, consents=[*wrong, fits._replace(use="relay")]) == [Rule.CONSENT]
    assert rules(label, consents=[fits], use="relay") == [Rule.CONSENT]
    assert rules(Label(rel=None, orig=frozenset({USA, UKR})), consents=[fits]) == [Rule.CONSENT], "each must consent"
    assert rules(label, USA) == [], "a partner needs no leave of its own"


def test_a_consent_counts_from_when_it_was_given_until_before_its_end():
    told = Statement(USA, NOON, Consent(OBJECT, GBR, "read", NOON + timedelta(hours=1)))
    other = Statement(USA, NOON, Retraction(OBJECT, "wrong"))
    grant = frozenset({Grant(USA, OBJECT, GBR, "read")})
    assert granted([told, other], NOON) == grant
    assert granted([told], NOON + timedelta(hours=1) - TICK) == grant
    assert granted([told], NOON + timedelta(hours=1)) == frozenset()
    assert granted([told], NOON - TICK) == frozenset()


def test_all_rules_are_told_in_their_order():
    label = Label(
        (("NATO", 4),), frozenset(), frozenset({"HUMINT"}), Tlp.RED, Pap.RED, frozenset({UKR}), NOON + TICK, NOON
    )
    assert rules(label, CAN) == list(Rule)[:-1]


def test_a_refusal_says_it_in_words():
    (found,) = refusals(Label(rel=frozenset({USA, UKR})), Question(POL, OBJECT), Context(allies(), NOON))
    assert str(found) == "recipients: found POL, expected one of: UKR, USA"
