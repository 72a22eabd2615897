"""Looking back and reliability as pages: nothing before the day of the outcome, links into the day of each word."""

import pytest

from consilience.desk import Desk
from tests.web.test_conclusions import page

BACK = "/conclusions/large-scale-attack"


@pytest.fixture(scope="module")
def back(desk: Desk) -> str:
    return page(desk, f"{BACK}?as_of=2022-02-24")


def test_the_outcome_is_said_first_with_its_source(back: str) -> None:
    lead = back.split('id="lead-title"')[1].split("</section>")[0]
    assert "It came out as “a large-scale attack begins” on 2022-02-24" in lead
    assert "https://reliefweb.int/report/ukraine/" in lead


def test_each_word_leads_into_the_pages_as_of_its_own_day(back: str) -> None:
    word = back.split('aria-label="Ukraine (UKR), 2021-11-21"')[1].split("</article>")[0]
    assert "as_of=2021-11-21" in word
    assert "By then: 1 of 5 items of evidence: C029" in word
    assert "Came later: C141, C125, C124, C041" in word
    assert "as_of=2022-02-24" in word.split("Came later")[1]


def test_before_its_day_and_for_an_unknown_question_there_is_no_such_page(desk: Desk) -> None:
    assert "not resolved by this day" in page(desk, f"{BACK}?as_of=2022-02-23", 404)
    assert "no such question here" in page(desk, "/conclusions/nothing", 404)
    assert "no resolved question by this day" in page(desk, "/reliability?as_of=2022-02-23", 404)


def test_the_diagram_has_its_numbers_in_a_table_beside_it(desk: Desk) -> None:
    found = page(desk, "/reliability?as_of=2022-02-24")
    assert 'role="img"' in found
    for cell in ("0 to 35 %", "21 to 100 %", "could be", "next to nothing"):
        assert cell in found


def test_conclusions_show_the_pool_with_the_minority_and_the_evidence(desk: Desk) -> None:
    found = page(desk, "/conclusions?as_of=2022-02-16").split('id="force-suffices"')[1].split("</section>")[0]
    for part in ("the trimmed pool of GBR, UKR, USA", "By median: ", "Furthest from the pool of the others: GBR, by 20 points at least", "No one answer fits all",
                 "Evidence against hypotheses: 4 lines", "USA inconsistent", "nothing said"):  # fmt: skip
        assert part in found
    assert BACK in page(desk, "/conclusions?as_of=2022-02-24")
