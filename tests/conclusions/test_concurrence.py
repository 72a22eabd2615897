from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.conclusions.concurrence import Kind, concurrence
from consilience.conclusions.distance import Sure
from consilience.conclusions.stand import Stand
from consilience.errors import AssessmentError, UsageError
from consilience.model.assessment import Assessment, Bearing
from consilience.model.form import WHOLE, percent
from consilience.model.position import Position
from consilience.model.question import Question
from consilience.model.yardstick import ICD_203, PHIA

PARTNERS = ["EST", "GBR", "LVA", "UKR", "USA"]


def question(**change):
    return Question.read(
        {
            "name": "attack",
            "text": "Will there be a large-scale attack before 1 March?",
            "hypotheses": [{"id": "yes", "text": "there will"}, {"id": "no", "text": "there will not", "rest": True}],
            "horizon": "2022-03-01T00:00:00Z",
            "cutoff": "2022-02-16T00:00:00Z",
            "threshold": {"hypothesis": "yes", "percent": 60},
            **change,
        }
    )


YES_NO = question()
THREE = question(
    hypotheses=[
        {"id": "a", "text": "north"},
        {"id": "b", "text": "south"},
        {"id": "c", "text": "neither", "rest": True},
    ],
    threshold={"hypothesis": "a", "percent": 50},
)


def stand(partner, yes, roots="", word=None, asked=YES_NO, yardstick=ICD_203):
    """A number for yes, in percent; the word is the yardstick's first for it."""
    bands = {
        name: {"low": number, "high": number, "word": word or yardstick.covering(round(number * 100))[0].word}
        for name, number in (("yes", yes),)
    }
    bands["no"] = {"low": percent(WHOLE - round(yes * 100)), "high": percent(WHOLE - round(yes * 100))}
    value = {"question": asked.id, "partner": partner, "yardstick": yardstick.name, "bands": bands, "claims": []}
    return Stand(asked, Position.read(value), frozenset(roots))


def worded(partner, word, roots="", asked=YES_NO):
    """A position coded from public words: no number."""
    bands = {"yes": {"word": word}, "no": {}}
    value = {"question": asked.id, "partner": partner, "yardstick": "icd-203", "bands": bands, "claims": ["C1"]}
    return Stand(asked, Position.read(value), frozenset(roots))


def kind(*stands):
    return concurrence(stands).kind


def test_the_same_word_and_numbers_sixteen_points_apart_is_words_only():
    assert kind(stand("GBR", 60, "a"), stand("USA", 76, "b")) is Kind.WORDS_ONLY
    assert kind(stand("GBR", 60, "a"), stand("USA", 75, "b")) is Kind.INDEPENDENT


def test_the_same_word_of_phia_sixteen_points_apart_is_words_only_though_the_other_side_has_two_words():
    assert kind(stand("GBR", 58, "a", yardstick=PHIA), stand("USA", 74, "b", yardstick=PHIA)) is Kind.WORDS_ONLY


def test_different_words_and_the_same_number_is_hidden():
    phia, icd = stand("GBR", 15, "a", yardstick=PHIA), stand("USA", 15, "b")
    assert kind(phia, icd) is Kind.HIDDEN
    on_a_shared_end = stand("EST", 55, "a", word="roughly even chance"), stand("USA", 55, "b", word="likely")
    assert kind(*on_a_shared_end) is Kind.HIDDEN


def test_different_words_and_different_numbers_diverge_and_the_reason_says_by_how_much():
    found = concurrence([stand("UKR", 10), stand("USA", 85)])
    assert found.kind is Kind.DIVERGENT
    assert "75 points between 10 % and 85 % on yes, more than 15 points apart" in found.reasons[0]
    assert "“very unlikely” and “very likely”" in found.reasons[0]
    assert found.same_side is Sure.NO
    assert found.concurs is Sure.NO


def test_one_shared_root_and_it_is_not_independent():
    assert kind(stand("GBR", 60, "ab"), stand("USA", 62, "bc")) is Kind.SHARED_EVIDENCE
    assert kind(stand("EST", 60, "a"), stand("GBR", 60, "b"), stand("USA", 62, "b")) is Kind.SHARED_EVIDENCE


def test_a_basis_that_is_not_known_is_never_called_independent():
    found = concurrence([stand("GBR", 60, "a"), stand("USA", 62)])
    assert found.kind is Kind.CANNOT_TELL
    assert found.possible == (Kind.INDEPENDENT, Kind.SHARED_EVIDENCE)
    assert found.concurs is Sure.YES
    assert found.overlap is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "strike"}, "question differs: GBR attack; USA strike"),
        ({"version": 2}, "version differs: GBR 1; USA 2"),
        ({"horizon": "2022-04-01T00:00:00Z"}, "horizon differs: GBR 2022-03-01T00:00:00Z; USA 2022-04-01T00:00:00Z"),
        ({"cutoff": "2022-02-01T00:00:00Z"}, "cut-off differs"),
        ({"text": "Will there be one?"}, "the wording or the threshold"),
    ],
)
def test_answers_to_different_questions_are_not_compared_and_the_difference_is_said(change, said):
    found = concurrence([stand("GBR", 60, "a"), stand("USA", 60, "b", asked=question(**change))])
    assert found.kind is Kind.NOT_COMPARABLE
    assert said in found.reasons[0]
    assert not found.pairs


def test_bands_that_allow_both_cannot_be_told_and_the_open_kinds_are_named():
    found = concurrence([worded("GBR", "likely", "a"), worded("USA", "likely", "b")])
    assert found.kind is Kind.CANNOT_TELL
    assert found.possible == (Kind.INDEPENDENT, Kind.WORDS_ONLY)
    assert "0 to 25 points between 55 to 80 % and 55 to 80 %" in found.reasons[0]
    assert found.divergence is None
    assert found.same_side is Sure.CANNOT_TELL


def test_narrow_bands_and_distant_bands_can_be_told():
    assert kind(worded("GBR", "very unlikely", "a"), worded("USA", "very unlikely", "b")) is Kind.INDEPENDENT
    far = concurrence([worded("GBR", "very unlikely", "a"), worded("USA", "very likely", "b")])
    assert far.kind is Kind.DIVERGENT
    assert far.same_side is Sure.NO
    assert far.worst.variation.least == pytest.approx(0.6)


def test_where_somebody_used_no_word_the_numbers_decide():
    found = concurrence([stand("GBR", 60, "a"), Stand(YES_NO, silent("USA"), frozenset("b"))])
    assert found.possible == (Kind.INDEPENDENT, Kind.DIVERGENT)


def silent(partner):
    bands = {"yes": {}, "no": {}}
    value = {"question": YES_NO.id, "partner": partner, "yardstick": "icd-203", "bands": bands, "claims": []}
    return Position.read(value)


def test_the_dissenter_is_named_with_what_it_alone_holds_and_lacks():
    found = concurrence([stand("GBR", 80, "ab"), stand("USA", 85, "b"), stand("UKR", 15, "c")])
    assert found.dissent.partner == "UKR"
    assert found.dissent.others_concur is Sure.YES
    assert (found.dissent.alone, found.dissent.lacks) == (("c",), ("a", "b"))
    assert found.dissent.nearest[0] == "GBR"


def test_of_a_basis_that_is_not_known_nothing_is_said_to_be_alone_or_lacking():
    silent = concurrence([stand("GBR", 80, "a"), stand("USA", 85, "b"), stand("UKR", 15)]).dissent
    assert (silent.partner, silent.alone, silent.lacks) == ("UKR", (), ())
    beside = concurrence([stand("GBR", 80, "a"), stand("USA", 85), stand("UKR", 15, "c")]).dissent
    assert (beside.partner, beside.alone, beside.lacks) == ("UKR", (), ("a",))


def test_two_who_differ_have_no_dissenter_and_neither_have_two_camps():
    assert concurrence([stand("GBR", 80, "a"), stand("UKR", 15, "c")]).dissent is None
    camps = [stand("EST", 10, "a"), stand("GBR", 10, "b"), stand("UKR", 90, "c"), stand("USA", 90, "d")]
    assert concurrence(camps).dissent is None


def losses(*stands):
    return {loss.root: loss for loss in concurrence(stands).losses}


def test_a_concurrence_on_one_root_alone_does_not_survive_its_loss():
    found = losses(stand("GBR", 60, "a"), stand("USA", 60, "a"))
    assert found["a"].survives is Sure.NO
    assert found["a"].standing == ()


def test_a_partner_whose_whole_basis_is_lost_stands_no_more_and_the_rest_does():
    found = losses(stand("EST", 62, "c"), stand("GBR", 60, "a"), stand("USA", 60, "b"))
    assert found["a"].survives is Sure.YES
    assert found["a"].standing == ("EST", "USA")
    assert found["a"].independent == 2


def test_a_partner_that_did_not_say_what_a_root_is_worth_leaves_its_loss_open():
    found = losses(stand("GBR", 60, "ac"), stand("USA", 60, "b"))
    assert found["a"].survives is Sure.CANNOT_TELL
    assert "GBR did not say" in found["a"].reason


@pytest.mark.parametrize(("worth", "survives"), [(1.5, Sure.YES), (9, Sure.NO)])
def test_what_a_root_is_worth_decides_whether_its_loss_is_survived(worth, survives):
    bearing = Bearing("a", (("no", 1000), ("yes", round(1000 * worth))))
    weighing = Stand(YES_NO, stand("GBR", 60).position, frozenset("ac"), (bearing,))
    assert losses(weighing, stand("USA", 60, "b"))["a"].survives is survives


def test_the_stand_of_an_assessment_holds_the_roots_it_weighs_and_refuses_another_question():
    value = {
        "question": YES_NO.id, "version": 1, "partner": "GBR", "round": 1, "yardstick": "icd-203",
        "judgements": {"yes": {"percent": 60, "word": "likely"}, "no": {"percent": 40, "word": "unlikely"}},
        "confidence": "low", "basis": {}, "seen": {"root": "0" * 64},
        "bearings": [{"root": "r", "percent": {"yes": 50, "no": 10}}],
    }  # fmt: skip
    answer = Assessment.read(value)
    assert Stand.of(answer, YES_NO, frozenset({"s"})).roots == {"r", "s"}
    with pytest.raises(AssessmentError, match="version 2"):
        Stand.of(answer, question(version=2), frozenset())


@pytest.mark.parametrize("names", [[], ["GBR"], ["GBR", "GBR"]])
def test_fewer_than_two_partners_or_one_twice_are_refused(names):
    with pytest.raises(UsageError, match="each once"):
        concurrence([stand(name, 60) for name in names])


@st.composite
def panels(draw, asked=THREE, least=2):
    """Stands of points or bands on three hypotheses."""
    found = []
    for partner in draw(st.lists(st.sampled_from(PARTNERS), min_size=least, unique=True)):
        cuts = sorted(draw(st.lists(st.integers(0, WHOLE), min_size=2, max_size=2)))
        points = [high - low for low, high in pairwise([0, *cuts, WHOLE])]
        width = draw(st.sampled_from([0, 0, 1000]))
        bands = {
            name: {"low": percent(max(0, p - width)), "high": percent(min(WHOLE, p + width)), **_word(draw, p, width)}
            for name, p in zip("abc", points, strict=True)
        }
        value = {"question": asked.id, "partner": partner, "yardstick": "icd-203", "bands": bands, "claims": []}
        roots = draw(st.frozensets(st.sampled_from("rstu"), max_size=3))
        found.append(Stand(asked, Position.read(value), roots))
    return found


def _word(draw, points, width):
    steps = ICD_203.covering(points)
    return {"word": draw(st.sampled_from(steps)).word} if steps and not width else {}


@given(panels(), st.randoms(use_true_random=False))
def test_the_order_of_partners_changes_nothing(stands, random):
    assert concurrence(random.sample(stands, len(stands))) == concurrence(stands)


@given(panels(), st.permutations("abc"))
def test_relabelling_the_hypotheses_changes_no_kind_and_no_number(stands, names):
    new = dict(zip("abc", names, strict=True))
    document = THREE.document()
    document["hypotheses"] = [{**each, "id": new[each["id"]]} for each in document["hypotheses"]]
    document["threshold"] = {**document["threshold"], "hypothesis": new["a"]}
    asked = Question.read(document)
    turned = []
    for each in stands:
        value = each.position.document()
        value |= {"question": asked.id, "bands": {new[name]: band for name, band in value["bands"].items()}}
        turned.append(Stand(asked, Position.read(value), each.roots))
    one, other = concurrence(stands), concurrence(turned)
    for name in ("kind", "possible", "same_side", "sides", "overlap", "independent", "losses", "dissent"):
        assert getattr(one, name) == getattr(other, name)
    assert one.divergence == pytest.approx(other.divergence, abs=1e-12)
    assert [pair.variation for pair in one.pairs] == [pair.variation for pair in other.pairs]


@given(panels())
def test_independent_is_never_given_when_two_bases_share_a_root_or_one_is_unknown(stands):
    found = concurrence(stands)
    roots = [each.roots for each in stands]
    disjoint = sum(map(len, roots)) == len(frozenset().union(*roots))
    if Kind.INDEPENDENT in found.possible:
        assert disjoint
    if found.kind is Kind.INDEPENDENT:
        assert all(roots)


@given(panels(least=1), st.data())
def test_a_copy_on_the_same_roots_adds_no_independent_answer(stands, data):
    stands = stands[:4]
    copied = data.draw(st.sampled_from(stands))
    value = {**copied.position.document(), "partner": "XYZ"}
    copy = Stand(copied.question, Position.read(value), copied.roots)
    if len(stands) > 1:
        assert concurrence([*stands, copy]).independent == pytest.approx(concurrence(stands).independent)
    else:
        assert concurrence([*stands, copy]).independent == (1.0 if copied.roots else 0.0)


@given(panels())
def test_what_is_measured_stays_within_its_scale(stands):
    found = concurrence(stands)
    assert found.divergence is None or 0 <= found.divergence <= 1
    assert all(0 <= pair.variation.least <= pair.variation.most <= 1 for pair in found.pairs)
    assert found.independent <= len(stands)
    assert found.reasons


def test_divergence_is_zero_for_the_same_answers_and_one_for_certain_opposites():
    same = concurrence([stand("GBR", 60, "a"), stand("USA", 60, "b")])
    assert same.divergence == pytest.approx(0)
    value = {"question": YES_NO.id, "yardstick": "icd-203", "claims": []}
    sure = [
        Stand(
            YES_NO,
            Position.read({**value, "partner": who, "bands": {"yes": _at(yes), "no": _at(100 - yes)}}),
            frozenset(),
        )
        for who, yes in (("GBR", 0), ("USA", 100))
    ]
    assert concurrence(sure).divergence == pytest.approx(1)


def _at(number):
    return {"low": number, "high": number}
