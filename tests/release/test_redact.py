"""Redaction says nothing of what it cuts: neither what it was, nor that it was there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consilience.intake.row import COLUMNS, REQUIRED
from consilience.model.entry import ClaimEntry, Portion
from consilience.model.marking import OPEN, Label
from consilience.release.policy import Context, Question, may
from consilience.release.redact import TOGETHER, pseudonymised, redacted
from tests.release.making import GBR, NOON, UKR, USA, allies

ALLIED, OURS = Label(rel=frozenset({UKR, GBR})), Label(rel=frozenset({UKR}))
PLAIN = dict.fromkeys(REQUIRED, "x")
SECRET = bytes(range(32))


def british(label):
    return may(label, Question(GBR, ""), Context(allies(), NOON))


def entry(cells, base=ALLIED, portions=()):
    return ClaimEntry(tuple((name, cells[name]) for name in COLUMNS if cells.get(name)), base, tuple(portions))


def hidden(*columns):
    return Portion(columns, OURS)


def names(entry):
    cells = redacted(entry, british)
    return None if cells is None else [name for name, _ in cells]


texts = st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=4)
rows = st.fixed_dictionaries(
    {name: st.just("x") for name in REQUIRED}, optional={name: texts for name in COLUMNS if name not in REQUIRED}
)
portions = st.lists(
    st.builds(Portion, st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=5).map(tuple), st.sampled_from([OURS, ALLIED, OPEN])),
    max_size=4,
)  # fmt: skip


@settings(max_examples=400)
@given(rows, rows, portions, st.sampled_from([OURS, ALLIED, OPEN]))
def test_claims_that_differ_only_in_what_is_hidden_come_out_the_same(row, other, marked, base):
    unseen = {name for portion in marked if not british(portion.label) for name in portion.columns}
    twin = {name: (other if name in unseen else row).get(name, "") for name in COLUMNS}
    found, again = (redacted(entry(cells, base, marked), british) for cells in (row, twin))
    assert found == again


@settings(max_examples=200)
@given(rows, portions)
def test_no_cell_of_a_hidden_portion_and_no_empty_claim_comes_out(row, marked):
    cells = redacted(entry(row, ALLIED, marked), british)
    if cells is not None:
        assert not any(name in portion.columns for portion in marked if portion.label == OURS for name, _ in cells)
        assert set(REQUIRED) <= {name for name, _ in cells}
        assert set(cells) <= set(entry(row).cells)


def test_a_base_that_may_not_be_seen_hides_even_an_open_portion():
    assert redacted(entry({**PLAIN, "text": "t"}, OURS, [Portion(("text",), OPEN)]), british) is None


@pytest.mark.parametrize("column", REQUIRED)
def test_a_hidden_required_column_withholds_the_claim(column):
    assert redacted(entry(PLAIN, ALLIED, [hidden(column)]), british) is None


def test_a_cell_in_two_portions_needs_both():
    both = [Portion(("text",), ALLIED), hidden("text", "url")]
    assert names(entry({**PLAIN, "text": "t", "url": "u"}, ALLIED, both)) == list(PLAIN_ORDER)


PLAIN_ORDER = [name for name in COLUMNS if name in PLAIN]


@pytest.mark.parametrize("group", TOGETHER, ids=lambda group: "+".join(sorted(group)))
def test_what_would_be_false_alone_is_cut_together(group):
    full = dict.fromkeys(COLUMNS, "x")
    for column in group:
        assert set(names(entry(full, ALLIED, [hidden(column)]))) == set(COLUMNS) - group


def test_nothing_is_cut_where_nothing_is_hidden():
    full = entry(dict.fromkeys(COLUMNS, "x"), ALLIED, [Portion(("text",), OPEN)])
    assert redacted(full, british) == full.cells


def origins(text, visible=(), recipient="GBR", secret=SECRET, column="origins"):
    ((_, found),) = pseudonymised(((column, text),), frozenset(visible), secret, recipient)
    return found


tokens = st.text(st.characters(exclude_categories=["Z", "Cc"]), min_size=1, max_size=8).filter(
    lambda text: not text.isspace()
)


@given(tokens, st.frozensets(tokens, max_size=3))
def test_whether_a_hidden_claim_exists_does_not_show(token, visible):
    """The world enters by what is visible alone: a hidden claim and one that never was look alike."""
    text = f"K1 {token}"
    assert origins(text, visible - {token}) == origins(text, visible - {token} | {"another"})


def test_references_that_share_a_hidden_root_still_share_it():
    one, two = origins("C7"), origins("C7 C9").split()
    assert one == two[0]
    assert two[0] != two[1]
    assert one.startswith("hidden:")
    assert len(one) == len("hidden:") + 16


def test_pseudonyms_differ_by_recipient_and_by_home():
    assert len({origins("C7"), origins("C7", recipient="USA"), origins("C7", secret=bytes(32))}) == 3
    assert origins("BC7", recipient="A") != origins("C7", recipient="AB"), "no two questions share one input"


def test_visible_claims_and_origin_keys_stay_to_the_letter():
    text = "C1  imagery:MAXAR:yelnya:2021-11-01 hidden:0011223344556677"
    assert origins(text, {"C1"}) == text
    assert origins("UKR:C042") != "UKR:C042", "an id with a colon in it is no origin key"


def test_what_a_claim_is_about_is_pseudonymised_and_nothing_else_is():
    assert origins("C7", column="about") == origins("C7")
    assert origins("C7", column="text") == "C7"


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="31 bytes, expected 32"):
        origins("C7", secret=bytes(31))


def test_a_lone_surrogate_in_a_reference_does_not_raise():
    assert origins("C\ud800").startswith("hidden:")


def test_a_partner_that_may_not_see_the_base_sees_nothing_whatever_the_portions():
    assert not may(ALLIED, Question(USA, ""), Context(allies(), NOON))
