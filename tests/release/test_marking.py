"""A marking reads to one label or to the owner only; nothing damaged, unknown or disguised opens anything."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consilience.intake.row import COLUMNS
from consilience.model.identity import PartnerId
from consilience.model.marking import OPEN, Label, Pap, Tlp
from consilience.release.audience import audience
from consilience.release.marking import describe, read_marking, read_portions
from tests.release.making import CAN, CODES, GBR, LEVELS, NOON, POL, UKR, USA, allies, member, roster

ALLIES = allies()
ALONE = frozenset({UKR})
EVERYBODY = frozenset(map(PartnerId, CODES))


def read(text, owner=UKR, by=ALLIES):
    return read_marking(text, owner, by)


def clean(text, owner=UKR, by=ALLIES):
    """The label of a marking that has no problem."""
    found = read(text, owner, by)
    assert not found.problems, found.problems
    return found.label


def denied(text, *words, owner=UKR, by=ALLIES):
    """The problem of a marking that leaves the owner alone."""
    found = read(text, owner, by)
    assert found.label.rel == {owner}
    assert found.problems
    said = " ".join(found.problems)
    assert all(word in said for word in words), said
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Label(rel=ALONE)),
        (" \t\u00a0", Label(rel=ALONE)),
        ("OWNER ONLY", Label(rel=ALONE)),
        ("eyes only", Label(rel=ALONE)),
        ("NOFORN", Label(rel=ALONE)),
        ("TLP:CLEAR", OPEN),
        ("tlp: white", OPEN),
        ("TLP:GREEN", Label(rel=EVERYBODY, tlp=Tlp.GREEN)),
        ("TLP:AMBER", Label(rel=ALONE, tlp=Tlp.AMBER)),
        ("TLP : Amber + Strict", Label(rel=ALONE, tlp=Tlp.AMBER_STRICT)),
        ("TLP:RED//REL TO USA", Label(rel=frozenset({UKR, USA}), tlp=Tlp.RED)),
        ("TLP:CLEAR//REL TO GBR", Label(rel=frozenset({UKR, GBR}))),
        ("REL TO GBR", Label(rel=frozenset({UKR, GBR}))),
        ("rel to gbr, Usa", Label(rel=frozenset({UKR, GBR, USA}))),
        ("REL\u00a0TO GBR USA", Label(rel=frozenset({UKR, GBR, USA}))),
        ("REL TO FVEY", Label(rel=frozenset({UKR, GBR, USA, CAN}))),
        ("REL TO QUAD, POL", Label(rel=frozenset({UKR, GBR, USA, POL}))),
        ("REL TO UKR", Label(rel=ALONE)),
        ("REL TO GBR; REL TO GBR", Label(rel=frozenset({UKR, GBR}))),
        ("SECRET", Label((("NATO", 3),), ALONE)),
        ("top  secret", Label((("NATO", 4),), ALONE)),
        ("NATO SECRET//REL TO GBR", Label((("NATO", 3),), frozenset({UKR, GBR}))),
        ("UKR-OF CLOSED", Label((("UKR-OF", 1),), ALONE)),
        ("цілком таємно", Label((("UKR-OF", 2),), ALONE)),
        ("SECRET//UKR-OF OPEN", Label((("NATO", 3), ("UKR-OF", 0)), ALONE)),
        ("TLP:CLEAR//SECRET", Label((("NATO", 3),), None)),
        ("ORCON", Label(rel=ALONE, orig=ALONE)),
        ("ORCON USA, GBR//REL TO POL", Label(rel=frozenset({UKR, POL}), orig=frozenset({USA, GBR}))),
        ("CTL HUMINT, SIGINT//TLP:CLEAR", Label(rel=None, controls=frozenset({"HUMINT", "SIGINT"}))),
        ("PAP:RED//TLP:CLEAR", Label(rel=None, pap=Pap.RED)),
        ("PAP:CLEAR", Label(rel=ALONE)),
        ("TLP:CLEAR//EMBARGO 2022-01-24", Label(rel=None, embargo=datetime(2022, 1, 24, tzinfo=UTC))),
        ("TLP:CLEAR;EMBARGO UNTIL 2022-01-24T14:00+02:00", Label(rel=None, embargo=NOON)),
        ("TLP:CLEAR//expires 2022-01-24t12:00z", Label(rel=None, expiry=NOON)),
    ],
)
def test_a_marking_means_what_the_page_says(text, expected):
    assert clean(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "REL TO", "REL TO ", "REL TO ,", "REL TO GBR,", "REL TO GBR,,USA", "REL TO ALL", "REL TO ANYONE",
        "REL TO PUBLIC", "REL TO GRB", "REL TO GBR AND USA", "REL TO: GBR", "REL TO GBR ORCON", "REL TO NATO SECRET",
        "REL TO GBR\nUSA", "REL TO GBR\x1fUSA", "RELTO GBR", "TLP", "TLP:", "TLP:BLUE", "TLP AMBER", "TLP:C LEAR",
        "TLP:CLEAR TLP:RED", "TLP:CLEAR\nREL TO GBR", "TLP:CLEAR//", "//TLP:CLEAR", "TLP:CLEAR////PAP:RED", ";",
        "TLP:CLEAR;", "TLP:CLEAR/REL TO GBR", "TLP:CLEAR///PAP:RED", "TLP:CLEAR//?", "TLP:CLEAR//SECERT",
        "TLP:CLEAR//COSMIC SECRET", "TLP:CLEAR//XX SECRET", "TLP:CLEAR//PAP:", "TLP:CLEAR//PAP:BLUE",
        "TLP:CLEAR//CTL", "TLP:CLEAR//CTL HUMNT", "TLP:CLEAR//ORCON FVEY", "TLP:CLEAR//ORCON XXX",
        "TLP:CLEAR//ORCON USA,", "TLP:CLEAR//EMBARGO", "TLP:CLEAR//EMBARGO UNTIL", "TLP:CLEAR//EMBARGO tomorrow",
        "TLP:CLEAR//EMBARGO 2022-01-24T12:00", "TLP:CLEAR//EMBARGO 2022-02-30", "TLP:CLEAR//EMBARGO 24.01.2022",
        "TLP:CLEAR//EMBARGO 0001-01-01", "TLP:CLEAR//EXPIRES 9999-12-31T23:59-23:59", "TLP:CLEAR//EXPIRES soon",
        "TLP:CLEAR\u200b", "TLP:\uff23LEAR", "REL TO G\u0412R", "\u017fECRET//TLP:CLEAR", "REL TO P\u00d6L",
        "TLP:CLEAR//EMBARGO \u0662022-01-24", "REL TO \U0001d406BR", "\ud800", "TLP:CLEAR//\x00", "x" * 10_001,
    ],
)  # fmt: skip
def test_what_cannot_be_read_surely_is_for_the_owner_only(text):
    denied(text)


def test_a_problem_names_the_word_and_suggests_but_never_takes_the_likeness():
    denied("REL TO GRB, USA", "'GRB'", "partner or a group", "did you mean GBR?")
    denied("TLP:AMBR", "did you mean TLP:AMBER?")
    denied("SECERT", "did you mean SECRET?")
    denied("CTL HUMNT", "did you mean HUMINT?")
    denied("REL TO G\u0412R", "CYRILLIC CAPITAL LETTER VE")


def test_what_was_read_beside_the_unreadable_still_restricts():
    label = denied("SECRET//CTL HUMINT//ORCON//TLP:RED//REL TO XXX").label
    assert label == Label((("NATO", 3),), ALONE, frozenset({"HUMINT"}), Tlp.RED, orig=ALONE)


def test_where_segments_contradict_each_other_the_strictest_holds_and_it_is_said():
    for text, expected in [
        ("TLP:CLEAR//TLP:RED", Label(rel=ALONE, tlp=Tlp.RED)),
        ("TLP:CLEAR//TLP:GREEN", Label(rel=EVERYBODY, tlp=Tlp.GREEN)),
        ("REL TO GBR, USA//REL TO USA, POL", Label(rel=frozenset({UKR, USA}))),
        ("REL TO GBR//EYES ONLY", Label(rel=ALONE)),
        ("SECRET//NATO RESTRICTED", Label((("NATO", 3),), ALONE)),
        ("PAP:RED//PAP:GREEN", Label(rel=ALONE, pap=Pap.RED)),
        ("EMBARGO 2022-01-24T12:00Z//EMBARGO 2021-01-01", Label(rel=ALONE, embargo=NOON)),
        ("EXPIRES 2022-01-24T12:00Z//EXPIRES 2023-01-01", Label(rel=ALONE, expiry=NOON)),
    ]:
        found = read(text)
        assert found.label == expected
        assert len(found.problems) == 1, found.problems


def test_an_end_that_is_not_after_the_embargo_is_said():
    (problem,) = read("TLP:CLEAR//EMBARGO 2022-01-24//EXPIRES 2022-01-24").problems
    assert "nobody, at any time" in problem


def test_a_code_of_a_partner_and_a_group_means_only_whom_both_mean():
    both = roster("GBR", "POL", "UKR", groups=[("GBR", ["POL", "UKR"]), ("UKR", ["POL"])])
    assert read("REL TO GBR", by=both).label.rel == ALONE
    assert read("REL TO UKR", by=both).label.rel == ALONE, "the owner's own code opens no group"
    within = roster("GBR", "POL", "UKR", groups=[("GBR", ["GBR", "POL"])])
    found = read("REL TO GBR", by=within)
    assert found.label.rel == {UKR, GBR}
    assert "a partner and a group" in found.problems[0]


def test_who_joins_a_group_or_the_roster_later_gains_nothing():
    assert "AUS" not in clean("REL TO FVEY").rel, "a code in a group that is no member yet"
    label = clean("TLP:GREEN")
    later = replace(ALLIES, members=(*ALLIES.members, member("ZZZ")), version=2)
    assert "ZZZ" not in label.rel
    assert "ZZZ" in clean("TLP:GREEN", by=later).rel


def test_a_group_of_nobody_names_nobody_and_says_so():
    found = read("REL TO NOBODY, GBR")
    assert found.label.rel == {UKR, GBR}
    assert "NOBODY" in found.problems[0]


def test_a_bare_level_is_of_every_policy_that_has_it():
    three = roster("UKR", policies=[("A", ["LOW"]), ("B", ["LOW", "HIGH"]), ("C", ["LOW", "MID", "HIGH"])])
    found = read("HIGH", by=three)
    assert found.label.levels == (("B", 1), ("C", 2))
    assert "B and C" in found.problems[0]
    assert read("LOW", by=three).label.levels == (("A", 0), ("B", 0), ("C", 0))
    assert clean("C LOW", by=three).levels == (("C", 0),)


def test_a_level_that_is_named_like_a_keyword_restricts_in_both_ways():
    odd = roster("GBR", "UKR", policies=[("A", ["U", "EYES ONLY", "REL TO GBR", "TLP:CLEAR", "ORCON"])])
    assert read("EYES ONLY", by=odd).label == Label((("A", 1),), ALONE)
    assert read("REL TO GBR", by=odd).label == Label((("A", 2),), frozenset({UKR, GBR}))
    assert read("TLP:CLEAR", by=odd).label == Label((("A", 3),), None)
    assert read("ORCON", by=odd).label == Label((("A", 4),), ALONE, orig=ALONE)


@pytest.mark.parametrize("owner", ["Bellingcat", "OSCE/SMM", "A, B", "Ukraїna", "XXX", "REL TO GBR", ""])
def test_an_owner_of_any_name_keeps_its_own(owner):
    name = PartnerId(owner)
    assert clean("", name).rel == {name}
    assert clean("REL TO GBR", name).rel == {name, GBR}
    assert clean("ORCON//TLP:CLEAR", name).orig == {name}


def test_an_owner_may_name_itself_though_no_roster_knows_it():
    assert clean("REL TO BELLINGCAT", PartnerId("Bellingcat")).rel == {"Bellingcat"}


def test_partners_whose_codes_are_no_plain_ascii_cannot_be_named():
    odd = roster("UKR", "gbr", "P\u00d6L", "A B", "PUBLIC")
    for text in ("REL TO GBR", "REL TO gbr", "REL TO P\u00d6L", "REL TO A B", "REL TO PUBLIC"):
        denied(text, by=odd)
    assert clean("TLP:GREEN", by=odd).rel == {"UKR", "gbr", "P\u00d6L", "A B"}, "the community is all but the public"


def test_a_flood_of_unknown_words_is_answered_in_bounds():
    found = denied("REL TO " + " ".join(f"X{number}" for number in range(1500)))
    assert len(found.problems) <= 9
    assert found.problems[-1].startswith("and ")


# --- Laws -------------------------------------------------------------------------------------------------------------

pieces = st.sampled_from(
    [
        "SECRET", "NATO SECRET", "REL TO GBR, USA", "REL TO FVEY", "REL TO", "GBR", "TLP:CLEAR", "TLP:GREEN", "TLP:RED",
        "ORCON", "ORCON USA", "CTL HUMINT", "PAP:AMBER", "EMBARGO 2022-01-24", "EXPIRES 2023-01-01", "EYES ONLY",
        "//", ";", ",", "=", "|", " ", "\u00a0", "\n", "?", "\u0410", "source", "text = ",
    ]
)  # fmt: skip
damaged = st.lists(pieces, max_size=8).map("".join) | st.lists(pieces, max_size=6).map("//".join)
anything = st.text(max_size=60) | st.text(st.characters(codec=None), max_size=20) | damaged
owners = st.sampled_from([UKR, GBR, PartnerId("XXX"), PartnerId("Bellingcat")])


@settings(max_examples=600)
@given(anything, owners)
@example("TLP:CLEAR//\ud800", UKR)
def test_any_text_gives_a_label_and_what_is_said_to_be_owner_only_is(text, owner):
    found = read(text, owner)
    assert found.label.rel is None or owner in found.label.rel
    if any(problem.endswith("owner only") for problem in found.problems):
        assert found.label.rel == {owner}
    assert all(problem.isprintable() for problem in found.problems)
    assert found == read(text, owner)


times = st.datetimes(datetime.fromisoformat("1000-01-01"), datetime.fromisoformat("2999-12-31"), timezones=st.just(UTC))


@st.composite
def sentences(draw):
    """Segments that can all be read."""
    some = st.lists(st.sampled_from(["GBR", "usa", "POL", "FVEY", "QUAD", "CAN"]), min_size=1, max_size=3).map(
        ", ".join
    )
    forms = {
        "level": st.sampled_from([*LEVELS, "NATO SECRET", "UKR-OF OPEN"]),
        "rel": some.map("REL TO {}".format),
        "orcon": st.sampled_from(["ORCON", "ORCON GBR, USA"]),
        "ctl": st.sampled_from(["CTL HUMINT", "CTL SIGINT, HUMINT"]),
        "tlp": st.sampled_from(["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]),
        "pap": st.sampled_from(["PAP:CLEAR", "PAP:RED"]),
        "embargo": times.map(lambda at: f"EMBARGO {at.isoformat()}"),
        "expiry": times.map(lambda at: f"EXPIRES {at.date()}"),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(forms)), min_size=1, max_size=6))
    return [draw(forms[name]) for name in chosen]


unreadable = st.text(st.characters(exclude_characters="/;"), min_size=1, max_size=12).map(lambda text: "?" + text)


@settings(max_examples=250)
@given(sentences(), unreadable, st.integers(0, 6), owners)
def test_garbage_anywhere_in_a_marking_leaves_the_owner_alone(segments, garbage, place, owner):
    whole = read("//".join(segments), owner).label
    segments.insert(place, garbage)
    found = read("//".join(segments), owner)
    assert found.problems
    assert found.label.rel == {owner}
    assert found.label.dominates(whole), "and whatever was read still holds"


disguises = st.sampled_from(
    ["\u0410", "\u0415", "\u041e", "\uff21", "\u017f", "\u0131", "\u212a", "\u200b", "\u202e", "\u0301"]
)


@settings(max_examples=250)
@given(sentences(), st.randoms(use_true_random=False), disguises)
def test_a_look_alike_anywhere_never_widens(segments, random, sign):
    text = "//".join(segments)
    place = random.choice([at for at, letter in enumerate(text) if letter.isalpha()])
    assert read(text[:place] + sign + text[place + 1 :]).label.rel == ALONE
    assert read(text[:place] + sign + text[place:]).label.rel == ALONE


@settings(max_examples=250)
@given(sentences(), owners)
def test_more_segments_never_widen(segments, owner):
    """Beyond a TLP or a REL TO that opens at all, each further segment only restricts."""
    opened = ["TLP:CLEAR"]
    for segment in segments:
        before = read("//".join(opened), owner).label
        opened.append(segment)
        assert read("//".join(opened), owner).label.dominates(before) or "REL TO" in segment


@settings(max_examples=250)
@given(sentences(), owners)
def test_rel_to_gives_to_nobody_whom_it_does_not_name(segments, owner):
    named = " ".join(segment for segment in segments if segment.startswith("REL TO"))
    label = read("//".join(segments), owner).label
    if named:
        expanded = re.findall(r"[A-Z]+", named.upper().replace("FVEY", "GBR USA CAN").replace("QUAD", "GBR USA"))
        assert label.rel is not None
        assert label.rel <= {owner, *expanded}


@settings(max_examples=250)
@given(sentences() | anything.map(lambda text: [text]), owners)
def test_describe_reads_back_to_the_same_label(segments, owner):
    label = read("//".join(segments), owner).label
    known = owner in (UKR, GBR) or label.rel is None or owner not in label.rel
    again = read(describe(label, ALLIES), owner)
    if known:
        assert again.label == label
    if known and not (label.embargo and label.expiry):
        assert not again.problems


odd_codes = st.sampled_from(
    ["GBR", "UKR", "XXX", "A,B", "UKR//TLP:CLEAR", "gbr", "\u0412", "", "GBR ", "TLP:CLEAR", "PUBLIC"]
)
odd_labels = st.builds(
    Label,
    levels=st.dictionaries(st.sampled_from(["NATO", "XX", "a//TLP:CLEAR", ""]), st.integers(0, 9)).map(
        lambda ranks: tuple(sorted(ranks.items()))
    ),
    rel=st.none() | st.frozensets(odd_codes.map(PartnerId)),
    controls=st.frozensets(st.sampled_from(["HUMINT", "X Y", "//", "ODD"])),
    tlp=st.sampled_from(Tlp),
    pap=st.sampled_from(Pap),
    orig=st.frozensets(odd_codes.map(PartnerId), max_size=2),
)


@settings(max_examples=250)
@given(odd_labels)
def test_describing_a_hostile_label_never_reads_back_wider(label):
    again = read(describe(label, ALLIES)).label
    if label.rel is not None:
        assert again.rel is not None
        assert again.rel <= label.rel | ALONE
    lost = again.rel == ALONE  # what cannot be written closes the marking, so nothing is lost to anybody else
    assert lost or again.dominates(replace(label, rel=None if label.rel is None else label.rel | ALONE))


# --- Portions ---------------------------------------------------------------------------------------------------------


def portions(text, owner=UKR):
    return read_portions(text, owner, ALLIES)


def test_portions_are_read_each_with_its_label():
    found, problems = portions("source, URL = REL TO GBR | text=TLP:RED//REL TO USA")
    assert not problems
    assert [portion.columns for portion in found] == [("source", "url"), ("text",)]
    assert [portion.marking for portion in found] == ["REL TO GBR", "TLP:RED//REL TO USA"]
    assert found[1].label == clean("TLP:RED//REL TO USA")
    assert portions(" ") == ((), ())


def test_an_unknown_code_in_a_portion_keeps_its_cells_for_the_owner():
    ((found,), (problem,)) = portions("text = REL TO GRB")
    assert found.columns == ("text",)
    assert found.label.rel == ALONE
    assert problem.startswith("text: found 'GRB'")


@pytest.mark.parametrize(
    "text",
    [
        "texte = REL TO GBR", "REL TO GBR", "= REL TO GBR", "text", "text = TLP:CLEAR |", "| text = TLP:CLEAR",
        "text = REL TO GBR url = TLP:RED", "text == TLP:CLEAR", "text, = TLP:CLEAR", "text = REL TO GBR; url RED",
        "t\u0435xt = TLP:CLEAR", "secret_extra = REL TO GBR", "\ud800", "text\n= TLP:CLEAR", "x" * 10_001,
    ],
)  # fmt: skip
def test_a_portion_that_may_mean_other_cells_keeps_every_cell_for_the_owner(text):
    found, problems = portions(text)
    assert problems
    assert found[-1].columns == COLUMNS
    assert found[-1].label == Label(rel=ALONE)


def test_a_column_in_two_portions_is_said_and_both_hold():
    found, (problem,) = portions("text = REL TO GBR | text, url = REL TO USA")
    assert "text" in problem
    assert len(found) == 2


@settings(max_examples=250)
@given(anything, owners)
def test_any_text_gives_portions_of_native_columns(text, owner):
    for found in (portions(text, owner), portions(f"text = {text}", owner)):
        for portion in found[0]:
            assert set(portion.columns) <= set(COLUMNS)
            assert portion.label.rel is None or owner in portion.label.rel
        assert found[0] or not text.strip(" \t\u00a0")


# --- Audience ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "stays here"),
        ("TLP:CLEAR", "leaves this node, to anybody"),
        ("REL TO GBR, USA", "leaves this node, to GBR and USA"),
        ("SECRET//REL TO FVEY", "leaves this node, to GBR and USA"),
        ("TLP:RED//REL TO FVEY", "leaves this node, to GBR"),
        ("TLP:CLEAR//SECRET", "leaves this node, to GBR and USA"),
        ("TLP:RED//REL TO USA", "stays here"),
        ("TLP:CLEAR//ORCON", "leaves this node, to anybody with the consent of UKR"),
        ("REL TO GBR, USA//ORCON USA", "leaves this node, to USA, and to GBR with the consent of USA"),
        ("TLP:CLEAR//EMBARGO 2022-01-25", "leaves this node, to anybody, from 2022-01-25 00:00 UTC"),
        ("TLP:CLEAR//EMBARGO 2022-01-24", "leaves this node, to anybody"),
        ("TLP:CLEAR//EXPIRES 2022-01-25", "leaves this node, to anybody, until 2022-01-25 00:00 UTC"),
        ("TLP:CLEAR//EXPIRES 2022-01-24", "stays here: ended 2022-01-24 00:00 UTC"),
        ("TLP:CLEAR//EXPIRES 2022-01-24T12:00Z", "stays here: ended 2022-01-24 12:00 UTC"),
        (
            "TLP:CLEAR//EMBARGO 2022-03-01//EXPIRES 2022-02-01",
            "stays here: ends 2022-02-01 00:00 UTC, before it may go",
        ),
    ],
)
def test_the_audience_is_whom_the_rules_let_pass(text, expected):
    assert audience(read(text).label, ALLIES, NOON, UKR) == expected


def test_without_a_home_every_recipient_is_named():
    assert audience(read("REL TO GBR").label, ALLIES, NOON) == "leaves this node, to GBR and UKR"
