import json
from pathlib import Path

import pytest

from consilience import compare
from consilience.errors import IntakeError
from consilience.exchange.document import FORMATS, open_document
from consilience.intake import mapping
from consilience.intake.holdings import Intake, read_holdings
from tests.exchange.stix.making import bodies, shown_claim
from tests.exchange.stix.test_read import thing
from tests.exchange.test_misp import event
from tests.trust.making import make_claim

HEADER = "claim_id,partner,modality,actor,phenomenon,place,reported_at\n"


@pytest.fixture
def written(tmp_path):
    def write(name, content) -> Path:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return file

    return write


def bundle(*objects):
    return {"type": "bundle", "id": "bundle--" + "0" * 8, "objects": list(objects)}


def test_what_a_document_is_shows_in_what_it_holds(written):
    objects = bodies(shown_claim(make_claim()))
    for name, content in (
        ("a.json", bundle(*objects)),
        ("a.txt", {"more": False, "objects": objects}),
        ("a", objects),
        ("a.csv", b"\xef\xbb\xbf " + json.dumps(bundle(*objects)).encode()),
    ):
        (claim,) = read_holdings([written(name, content)], Intake(formats=FORMATS)).claims
        assert claim.id == "A1"
    (claim,) = read_holdings([written("event.json", event())], Intake(formats=FORMATS)).claims
    assert claim.partner == "CERT-EXAMPLE"


def test_an_empty_page_is_no_claims(written):
    for content in ({}, {"more": False}, bundle(), {"type": "bundle", "id": "x"}):
        assert not read_holdings([written("a.json", content)], Intake(formats=FORMATS)).claims


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"objects": [', "Expecting"),
        (b'{"a": 1, "a": 2}', "the key 'a' twice"),
        (b"[" * 100_000, "level 65"),
        (b'{"objects": 1, "x": 2}', "JSON with the keys objects, x"),
        (b"[]", "a JSON list"),
        (b"{\xff}", "invalid start byte"),
        (b'{"objects": [1e999]}', "the number"),
    ],
)
def test_a_document_that_is_none_says_what_it_is(written, content, said):
    with pytest.raises(IntakeError, match=said):
        open_document(written("a.json", content))


def test_a_table_is_still_a_table(written):
    file = written("a.csv", (HEADER + "A1,UKR,observed,RUS,personnel,UKR border,2021-12-03\n").encode())
    assert open_document(file) is None
    assert len(read_holdings([file], Intake(formats=FORMATS)).claims) == 1


def test_documents_and_tables_are_compared_together(written):
    ours = written("ours.csv", (HEADER + "A1,UKR,observed,RUS,personnel,UKR border,2021-12-03\n").encode())
    theirs = written("theirs.json", bundle(*bodies(shown_claim(make_claim(claim_id="B1", partner="GBR"), "GBR"))))
    picture = compare(ours, theirs, written("event.json", event()))
    assert {claim.partner for claim in picture.claims} == {"UKR", "GBR", "CERT-EXAMPLE"}


def test_one_claim_in_a_table_and_in_a_bundle_counts_once(written):
    entry = make_claim()
    names, cells = zip(*entry.cells, strict=True)
    table = written("a.csv", f"{','.join(names)}\n{','.join(cells)}\n".encode())
    found = read_holdings([table, written("a.json", bundle(*bodies(shown_claim(entry))))], Intake(formats=FORMATS))
    assert len(found.claims) == 1
    assert found.repeated_rows == 1


def test_what_no_row_holds_is_set_aside_and_told(written):
    told = []
    file = written("a.json", bundle(thing("indicator"), thing("incident", name="A", score=7)))
    found = read_holdings([file], Intake(formats=FORMATS, tell=told.append))
    assert [str(row) for row in found.set_aside] == [
        "a.json, row 1: type: found 'an object of type indicator', "
        "expected incident, sighting, observed-data, report, note or opinion"
    ]
    assert told == ["a.json: no native column for 1 incident.score, 1 indicator"]
    assert dict(found.claims[0].extras)["stix_rest"] == '{"score":7}'


def test_strict_stops_at_what_is_no_claim(written):
    file = written("a.json", bundle(thing("indicator")))
    with pytest.raises(IntakeError, match="indicator"):
        read_holdings([file], Intake(strict=True, formats=FORMATS))


def test_a_mapping_for_a_table_does_not_touch_a_document(written):
    chosen = mapping.shipped()[0]
    found = read_holdings(
        [written("a.json", bundle(thing("incident", name="A")))], Intake(mapping=chosen, formats=FORMATS)
    )
    assert len(found.claims) == 1
