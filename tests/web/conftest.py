"""A node of our own: the shipped scenario, and one partner whose every cell is an attack."""

import csv
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from consilience.desk import Desk
from consilience.web.app import create_app
from consilience.web.site import Site

SCENARIO = Path(__file__).parents[2] / "scenarios" / "winter-2021-22"
HOSTILE = {
    "claim_id": 'X1"><script>alert(1)</script>',
    "partner": "EVE",
    "speaker": "EVE/<img src=x onerror=alert(2)>",
    "source": "=HYPERLINK(1)",
    "modality": "observed",
    "actor": "RUS",
    "phenomenon": "personnel",
    "place": "<b>UKR border</b>",
    "reported_at": "2021-12-05",
    "period_from": "2021-12-05",
    "period_to": "2021-12-05",
    "best": "42",
    "unit": "personnel",
    "text": '</title><script>alert(3)</script>\x1b[31m =HYPERLINK("http://evil.example") {{ 7*7 }}',
    "url": "javascript:alert(4)",
}


@pytest.fixture(scope="session")
def desk():
    return Desk.read([SCENARIO])


@pytest.fixture(scope="session")
def client(desk):
    with TestClient(create_app(Site(desk), node="Example node"), base_url="http://127.0.0.1:8321") as found:
        yield found


@pytest.fixture(scope="session")
def hostile_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    file = folder / "eve.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(HOSTILE))
        writer.writeheader()
        writer.writerow(HOSTILE)
        writer.writerow(
            {
                **HOSTILE,
                "claim_id": "X2",
                "partner": "ADA",
                "speaker": "ADA",
                "best": "900",
                "url": 'http://ada.example/?a=1&b="2',
            }
        )
    return Desk.read([file])


@pytest.fixture(scope="session")
def hostile_client(hostile_desk):
    with TestClient(create_app(Site(hostile_desk)), base_url="http://127.0.0.1") as found:
        yield found
