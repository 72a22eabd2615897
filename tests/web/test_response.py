"""The Response page: the bottom line first, what is due and by when, statements with what bears them out; without JavaScript."""

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from consilience.desk import Desk
from consilience.model.window import Window
from consilience.web.app import create_app
from consilience.web.response import left
from consilience.web.site import Site


def page(desk: Desk, path: str, status: int = 200) -> str:
    with TestClient(create_app(Site(desk)), base_url="http://127.0.0.1") as client:
        got = client.get(path)
        assert got.status_code == status
        return got.text


@pytest.fixture(scope="module")
def february(desk: Desk) -> str:
    return page(desk, "/response?as_of=2022-02-13")


def part(text: str, name: str) -> str:
    return text.split(f'id="{name}-title"')[1].split("</section>")[0]


def test_the_bottom_line_says_what_is_due_and_how_late_it_is(february: str) -> None:
    lead = part(february, "lead")
    assert "4 steps not taken. Reply of the Russian Federation: silent, ran out 2 to 26 hours ago." in lead
    assert "3 unverifiable" in lead
    assert 'href="/response.ics?as_of=2022-02-13"' in lead


def test_each_step_has_its_state_who_takes_it_and_when_time_runs_out(february: str) -> None:
    due = part(february, "due")
    for said in ("silent", "in 22 to 46 hours", "UKR, RUS", "UKR-RUS-2022-02", "no report"):
        assert said in due


def test_not_a_party_is_never_a_bare_false(february: str) -> None:
    accords = part(february, "accords")
    assert "“RUS is not a party”" in accords
    for said in ("signed: yes", "AC03", "AC31", "clauses that name nobody", "differ on the capacity"):
        assert said in accords
    assert ">false<" not in accords.lower()


def test_a_withdrawal_stays_unverifiable_until_somebody_looks(desk: Desk) -> None:
    first, later = page(desk, "/response?as_of=2022-02-15"), page(desk, "/response?as_of=2022-02-16")

    def of(text: str) -> str:
        return next(each for each in text.split('<details class="announced">') if "Konashenkov, 2022-02-15" in each)

    assert "unverifiable" in of(first).split("</summary>")[0]
    assert "contradicted" in of(later).split("</summary>")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fear of world war is number one in Levada December 2021", "illness in the family 82 %"),
        ("Russia is a party to Minsk II", "Kyiv Post"),
        ("the moon is round", "ACTOR is [not] a ROLE to ACCORD"),
        ("expectations", "the command line answers this one"),
        ('"><script> alert(1)</script>', "ACTOR is [not] a ROLE to ACCORD"),
    ],
)
def test_a_statement_put_on_the_page_is_answered_or_told_what_is_understood(
    desk: Desk, text: str, expected: str
) -> None:
    with TestClient(create_app(Site(desk)), base_url="http://127.0.0.1") as client:
        got = client.get("/response", params={"as_of": "2022-02-13", "check": text})
    assert got.status_code == 200
    assert expected in got.text.split('class="answered"')[1]
    assert "<script> alert" not in got.text


def test_the_calendar_is_served_as_one(desk: Desk) -> None:
    with TestClient(create_app(Site(desk)), base_url="http://127.0.0.1") as client:
        got = client.get("/response.ics?as_of=2022-02-13")
    assert got.headers["content-type"].startswith("text/calendar")
    assert got.text.startswith("BEGIN:VCALENDAR")


def test_without_a_record_there_is_no_such_page_and_no_way_to_it(hostile_desk: Desk) -> None:
    assert "/response" not in page(hostile_desk, "/")
    assert "a scenario with accords" in page(hostile_desk, "/response", 404)
    assert page(hostile_desk, "/response.ics", 404)


@pytest.mark.parametrize(
    ("earliest", "latest", "said"),
    [
        ("2022-02-13T00:00", "2022-02-14T00:00", "ran out up to 12 hours ago, or runs out within 12 hours"),
        ("2022-02-15T12:00", "2022-02-15T12:00", "in 48 hours"),
        ("2022-02-20T12:00", "2022-02-21T12:00", "in 7 to 8 days"),
        ("2022-02-12T12:00", "2022-02-12T12:00", "ran out 24 hours ago"),
    ],
)
def test_a_countdown_covers_every_hour_that_the_days_allow(earliest: str, latest: str, said: str) -> None:
    ends = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (earliest, latest)]
    assert left(Window(*ends), datetime(2022, 2, 13, 12, tzinfo=UTC)) == said
    assert left(None, datetime(2022, 2, 13, tzinfo=UTC)) == "no time is set"
