"""The Conclusions page: the bottom line first, bands as they were coded, the dissenter in sight, facts behind each answer."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from consilience.desk import Desk
from consilience.web.app import create_app
from consilience.web.site import Site


def page(desk: Desk, path: str, status: int = 200) -> str:
    with TestClient(create_app(Site(desk)), base_url="http://127.0.0.1") as client:
        got = client.get(path)
        assert got.status_code == status
        return got.text


@pytest.fixture(scope="module")
def february(desk: Desk) -> str:
    return page(desk, "/conclusions?as_of=2022-02-16")


def test_opposite_conclusions_are_said_first_and_the_dissenter_is_in_sight(february: str) -> None:
    lead = february.split('id="lead-title"')[1].split("</section>")[0]
    assert "Opposite conclusions. Held foremost: by GBR “it is enough”, by UKR and USA “it is not enough”." in lead
    question = february.split('id="force-suffices"')[1].split("</section>")[0]
    assert "Concurrence: divergent" in question
    assert "Stands apart: United Kingdom" in question


def test_each_answer_leads_to_its_claims_and_their_facts(february: str) -> None:
    answer = february.split('id="force-suffices"')[1].split('aria-label="Ukraine (UKR)"')[1].split("</article>")[0]
    for part in (">C117<", ">C115<", "data-fact=", "0 to 35 %", "65 to 100 %, by what is left"):
        assert part in answer


def test_nothing_of_a_later_day_is_shown(desk: Desk, february: str) -> None:
    december = page(desk, "/conclusions?as_of=2021-12-06")
    assert "UKR and USA point the same way: “80,000 to 110,000”" in december
    for later in ("C117", "C123", "C142", "Came out"):
        assert later not in december
    assert "Came out" not in february
    assert "Came out" in page(desk, "/conclusions?as_of=2022-02-24")


def test_without_questions_there_is_no_such_page_and_no_way_to_it(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    columns = "claim_id,partner,modality,phenomenon,place,period_from,reported_at"
    file.write_text(f"{columns}\nA1,AUR,observed,exercise,Minsk,2031-06-01,2031-06-02\n")
    desk = Desk.read([file])
    assert "Conclusions" not in page(desk, "/")
    assert "questions.toml" in page(desk, "/conclusions", 404)
