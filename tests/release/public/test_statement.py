"""A public statement of the record: what the announcement said, and what the figures did not support."""

import pytest

from consilience.node.publish import known, watch_of_record
from consilience.release.public.statement import RefusedError, statement


@pytest.fixture(scope="module")
def said(winter):
    return statement(known(winter, "2021-11-23", watch_of_record(winter)))


def part(said, title):
    return " ".join(each.text for found in said.parts if found.title.startswith(title) for each in found.sentences)


def test_the_twenty_third_of_november_says_what_was_announced(said):
    told = part(said, "What was announced")
    assert "Ukraine (Reznikov), as rusreality.com carries it, announced" in told
    assert "compared what they hold and that the conclusions are the same" in told
    assert "one origin" in told


def test_it_says_too_what_the_figures_did_not_support(said):
    told = part(said, "What the figures support")
    assert "do not show that the conclusions are the same" in told
    assert "How many are there was said by Ukraine alone." in told
    assert "On no question had two of those who compare said in public how probable an answer is" in told
    assert "the United Kingdom has found is not known" in part(said, "What is not known")


def test_a_plan_is_never_told_as_a_count_of_what_is_there(said, winter):
    figures = [each for found in said.parts if found.title == "How many" for each in found.sentences]
    ahead = [each for each in figures if {"C030", "C030b"} & set(each.grounds.claims) and each.grounds.facts]
    assert len(ahead) == 2
    assert all("no count of what is there" in each.text for each in ahead)


def test_the_sixth_of_december_says_that_the_data_do_not_coincide(winter):
    told = part(statement(known(winter, "2021-12-06")), "What the figures support")
    assert "That the data coincide, as Ukraine (Reznikov) said on 5 December 2021, is not borne out" in told
    assert "94,300" in told
    assert "70,000" in told


def test_opposite_conclusions_are_told_with_both_sides(winter):
    told = part(statement(known(winter, "2022-02-16")), "What is concluded")
    assert "the conclusions are opposed" in told
    assert "“it is not enough”" in told


def test_every_sentence_but_those_of_the_whole_has_grounds_that_the_picture_holds(said, winter):
    picture = winter.picture("2021-11-23")
    facts, claims = {fact.id for fact in picture.facts}, {claim.id for claim in picture.claims}
    bare = [each.text for each in said.sentences if not (each.grounds.claims or each.grounds.facts)]
    assert [
        text
        for text in bare
        if not text.startswith(("This statement", "Reports count", "Whoever", "What the United", "A level follows"))
    ] == []
    for each in said.sentences:
        assert set(each.grounds.facts) <= facts
        assert set(each.grounds.claims) <= claims


def test_the_public_text_names_no_claim_fact_or_root(said):
    text = "\n".join(each.text for each in said.sentences)
    named = {
        name for each in said.sentences for name in (*each.grounds.facts, *each.grounds.claims, *each.grounds.roots)
    }
    assert named
    assert [name for name in named if name in text] == []


def test_nothing_later_is_used(said, winter):
    later = {claim.id for claim in winter.holdings.claims} - {claim.id for claim in winter.picture("2021-11-23").claims}
    assert later
    assert not said.claims & later


def test_before_anybody_spoke_there_is_nothing_to_say(winter):
    with pytest.raises(RefusedError, match="no report that everybody may have by 1999-01-01"):
        statement(known(winter, "1999-01-01"))


def test_a_range_is_not_said_to_be_what_its_holder_gave(said):
    assert "a range as it was recorded" in part(said, "How this was made")


def test_what_each_says_of_build_up_and_of_withdrawal_is_told_apart(winter):
    told = part(statement(known(winter, "2022-02-20")), "What does not agree")
    assert "says up to 7,000 (build-up)" in told
    assert "the United Kingdom (Hockenhull) looked and did not see it (withdrawal)" in told


def test_strengths_are_told_in_words_and_nothing_is_told_twice(winter):
    said = statement(known(winter, "2022-02-20"))
    told = part(said, "How many")
    assert "personnel of the Russian Federation in Belarus put the number" in told
    assert "personnel (ground only) of the Russian Federation at the border of Ukraine put the number" in told
    assert " in in " not in told
    assert "(defense official)" in told
    texts = [each.text for found in said.parts for each in found.sentences]
    assert len(set(texts)) == len(texts)


def test_what_is_reckoned_from_reports_can_be_traced_to_their_roots(said):
    reckoned = [each for found in said.parts for each in found.sentences if each.text.startswith("Taken together")]
    assert reckoned
    assert all(each.grounds.claims and each.grounds.roots for each in reckoned)


def test_a_sentence_names_so_many_voices_and_counts_the_rest(lay, row):
    rows = [
        row(claim_id=f"C{number}", partner=(who := "POL" if number == 30 else "GBR"), speaker=f"{who}/o{number}", actor="RUS", phenomenon="personnel",
            place="UKR border", period_from="2021-12-03", period_to="2021-12-03", reported_at="2021-12-03",
            best=str(1000 * number), unit="personnel", marking="TLP:CLEAR")
        for number in range(1, 31)
    ]  # fmt: skip
    told = part(statement(known(lay(*rows))), "What does not agree")
    assert told.count(" says ") == 12
    assert "Poland (o30) says 30,000" in told  # whoever spoke once is not crowded out
    assert "; and 18 more" in told


def test_the_level_is_told_with_whose_word_it_is_and_what_it_does_not_say(said, winter):
    told = part(said, "How near")
    level = winter.warned("2021-11-23").last
    assert f"is {level.step.word}, {level.step.value} of 5" in told
    assert f"It rests on {len(level.rests_on)} hand" in told
    assert "It is no probability, it names no day" in told
    assert "It has been so since" in told


def test_a_level_that_is_held_says_so(winter):
    made = statement(known(winter, "2021-07-01", watch_of_record(winter)))
    assert "What was seen lately would be routine by itself" in part(made, "How near")
    (told,) = [found for found in made.parts if found.title == "How near it is"]
    assert all(each.grounds.claims for each in told.sentences[:-1])


def test_without_public_indicators_nothing_is_said_of_a_level(winter):
    assert part(statement(known(winter, "2021-11-23")), "How near") == ""
