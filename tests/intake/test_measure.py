"""Plans and words on measures are read strictly: a misspelt trigger would never be met."""

import pytest

from consilience.errors import IntakeError
from consilience.intake.measure import read_plan, read_words

PLAN = 'schema = "consilience.measures/1"\n[[measures]]\nid = "m"\ntitle = "t"\nkind = "aid"\nowners = ["AAA"]\n'
HEAD = "id,measure,state,owner,at,by,reason,claims,url\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[measures]]\n", "schema"),
        (PLAN.replace('kind = "aid"', 'kind = "help"'), "one of consultation"),
        (PLAN.replace('owners = ["AAA"]', "owners = []"), "of owners one at least"),
        (PLAN.replace('title = "t"\n', ""), "the key title"),
        (PLAN + 'trigers = [{ level = "watch" }]\n', "the key trigers"),
        (PLAN + 'triggers = [{ level = "high" }]\n', "level \\(one of routine"),
        (PLAN + 'triggers = [{ fact = "C1" }]\n', "fact with verdict"),
        (PLAN + 'triggers = [{ date = "soon" }]\n', "soon"),
        (PLAN + PLAN.partition("\n")[2], "the measure m twice"),
        ("a = \x01", "a TOML file"),
    ],
)
def test_a_plan_that_cannot_be_read_is_named(tmp_path, text, expected):
    (tmp_path / "measures.toml").write_text(text, encoding="utf-8")
    with pytest.raises(IntakeError, match=expected):
        read_plan(tmp_path)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("W1,n,done,AAA,2022-02-01,,so,,", "one of m"),
        ("W1,m,finished,AAA,2022-02-01,,so,,", "one of planned"),
        ("W1,m,done,BBB,2022-02-01,,so,,", "an owner of the measure"),
        ("W1,m,done,AAA,soon,,so,,", "a date"),
        ("W1,m,done,AAA,2022-02-01,,,,", "why"),
        ("W1,m,done,AAA,2022-02-01,,so,,javascript:1", "the address of a page"),
    ],
)
def test_a_word_that_fits_no_plan_is_named(tmp_path, row, expected):
    (tmp_path / "measures.toml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "measures.csv").write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(IntakeError, match=expected):
        read_words(tmp_path, read_plan(tmp_path))
